"""Light in a shop, in a batch of linear pictures (b, 3, h, w): uneven and mixed, reflected by glass, veiled by haze or frost."""

import math
import random

import torch
import torch.nn.functional as F
from torch import Tensor

from .chance import between, field, happens


def light(images: Tensor, dice: random.Random) -> Tensor:
    """Each of these to some of the pictures."""
    if dice.random() < 0.55:
        images = images * _uneven(images, dice.choice((2, 3, 4)))
    if dice.random() < 0.22:
        images = _screen(images, _reflection(images) * happens(images, 0.7))
    if dice.random() < 0.2:
        for _ in range(dice.randint(1, 3)):
            images = _screen(images, _lamp(images) * happens(images, 0.7))
    if dice.random() < 0.2:
        images = _veil(images, dice.choice((1, 2, 4)))
    return images


def _uneven(images: Tensor, cells: int) -> Tensor:
    """Dark and bright corners; lamps of two colours."""
    gain = 1 + (field(images, cells) - 0.5) * between(images, 0, 1.5)
    return gain * (1 + (field(images, 2, 3) - 0.5) * between(images, 0, 0.5))


def _screen(images: Tensor, over: Tensor) -> Tensor:
    return 1 - (1 - images) * (1 - over)


def _reflection(images: Tensor) -> Tensor:
    """Another picture of the batch, mirrored and blurred, in a part of the pane."""
    coarse = F.interpolate(images.roll(1, 0).flip(3), size=_eighth(images), mode="area")
    seen = F.interpolate(coarse, images.shape[2:], mode="bicubic", align_corners=False).clamp(0, 1)
    where = ((field(images, 3) - 0.4) * 4).clamp(0, 1)
    return seen * where * between(images, 0.05, 0.45)


def _eighth(images: Tensor) -> tuple[int, int]:
    return images.shape[2] // 8, images.shape[3] // 8


def _lamp(images: Tensor) -> Tensor:
    """A bright bar with soft edges, at any place and angle."""
    height, width = images.shape[2:]
    y = torch.linspace(-1, 1, height, device=images.device)[None, None, :, None]
    x = torch.linspace(-1, 1, width, device=images.device)[None, None, None, :]
    angle = between(images, 0, math.pi)
    x, y = x - between(images, -1, 1), y - between(images, -1, 1)
    along, aside = x * torch.cos(angle) + y * torch.sin(angle), y * torch.cos(angle) - x * torch.sin(angle)
    bar = torch.exp(-((aside / between(images, 0.01, 0.09)) ** 4)) * torch.sigmoid((between(images, 0.1, 1) - along.abs()) * 30)
    return bar * between(images, 0.1, 0.9)


def _veil(images: Tensor, cells: int) -> Tensor:
    """Haze, a misted door, frosted film: pale, the same everywhere or in spots."""
    depth = between(images, 0, 0.5) * field(images, cells) * happens(images, 0.8)
    return images + (between(images, 0.2, 0.9) * between(images, 0.9, 1.1, 3) - images) * depth
