"""Chance on the GPU: numbers for each picture of a batch, drawn there, so that nothing waits for the processor."""

import torch
from torch import Tensor


def between(images: Tensor, low: float, high: float, channels: int = 1) -> Tensor:
    """A number for each picture (b, channels, 1, 1)."""
    return low + (high - low) * torch.rand((len(images), channels, 1, 1), device=images.device)


def happens(images: Tensor, share: float) -> Tensor:
    """1 or 0 for each picture (b, 1, 1, 1)."""
    return (torch.rand((len(images), 1, 1, 1), device=images.device) < share).float()


def field(images: Tensor, cells: int, channels: int = 1) -> Tensor:
    """Soft spots between 0 and 1, `cells` a side (b, channels, h, w)."""
    coarse = torch.rand((len(images), channels, cells, cells), device=images.device)
    return torch.nn.functional.interpolate(coarse, images.shape[2:], mode="bicubic", align_corners=False).clamp(0, 1)
