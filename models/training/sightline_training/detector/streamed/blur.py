"""Blurs of a batch: what a lens, a hand and a phone's software do to a point of light."""

import math
import random

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

_REACH_PX = 7


def soften(images: Tensor, deviation_px: float) -> Tensor:
    """Gaussian."""
    reach = max(1, math.ceil(2.5 * deviation_px))
    along = torch.arange(-reach, reach + 1, dtype=torch.float32, device=images.device)
    weights = torch.exp(-0.5 * (along / deviation_px) ** 2)
    weights = weights / weights.sum()
    across = _filter(images, weights[None, :])
    return _filter(across, weights[:, None])


def draw_point_spread(dice: random.Random) -> np.ndarray:
    """What a point of light becomes (15, 15): a soft spot, a disc when out of focus, a line when the hand shakes."""
    y, x = np.mgrid[-_REACH_PX : _REACH_PX + 1, -_REACH_PX : _REACH_PX + 1].astype(np.float32)
    kind = dice.random()
    if kind < 0.55:
        spread = _spot(x, y, dice.uniform(0.35, 1.3))
    elif kind < 0.75:
        spread = np.clip(dice.uniform(0.7, 2.8) + 0.5 - np.hypot(x, y), 0, 1)
    elif kind < 0.9:
        angle, half = dice.uniform(0, math.pi), dice.uniform(0.8, 4.0)
        along, aside = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
        spread = np.clip(half + 0.5 - np.abs(along), 0, 1) * np.clip(1 - np.abs(aside), 0, 1)
    else:  # light scattered by a dirty lens
        spread = _spot(x, y, 0.5) + dice.uniform(0.001, 0.006) * _spot(x, y, 4.0)
    return spread / spread.sum()


def spread_light(images: Tensor, spread: np.ndarray) -> Tensor:
    return _filter(images, torch.from_numpy(spread.astype(np.float32)).to(images.device, non_blocking=True))


def _spot(x: np.ndarray, y: np.ndarray, deviation_px: float) -> np.ndarray:
    return np.exp(-(x**2 + y**2) / (2 * deviation_px**2))


def _filter(images: Tensor, kernel: Tensor) -> Tensor:
    """Channel by channel: with one channel to a picture, cuDNN would search for a way to do it at every new size."""
    high, wide, channels = kernel.shape[0] // 2, kernel.shape[1] // 2, images.shape[1]
    padded = F.pad(images, (wide, wide, high, high), mode="reflect")
    return F.conv2d(padded, kernel.expand(channels, 1, *kernel.shape), groups=channels)
