"""JPEG on the GPU: what it loses, without the bytes."""

import math
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

_CONSTANTS = {
    "luma": [
        [16, 11, 10, 16, 24, 40, 51, 61], [12, 12, 14, 19, 26, 58, 60, 55], [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62], [18, 22, 37, 56, 68, 109, 103, 77], [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101], [72, 92, 95, 98, 112, 100, 103, 99],
    ],
    "chroma": [
        [17, 18, 24, 47, 99, 99, 99, 99], [18, 21, 26, 66, 99, 99, 99, 99], [24, 26, 56, 99, 99, 99, 99, 99],
        [47, 66, 99, 99, 99, 99, 99, 99], *[[99] * 8] * 4,
    ],
    "to ycbcr": [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]],
    "to rgb": [[1, 0, 1.402], [1, -0.344136, -0.714136], [1, 1.772, 0]],
    "cosines": [
        [math.cos((2 * x + 1) * k * math.pi / 16) * (math.sqrt(1 / 8) if k == 0 else 0.5) for x in range(8)] for k in range(8)
    ],
}  # fmt: skip
"""`luma` and `chroma` are the tables of the standard's annex K, which nearly all programs scale by their `quality`; `cosines` is
the transform of eight numbers, orthonormal."""


def compress(images: Tensor, quality: Tensor) -> Tensor:
    """Images (b, 3, h, w), 0..1, sides multiples of 16; quality 1 to 99 for each (b, 1, 1, 1). Colours at half the resolution."""
    scale = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality) / 100
    ycbcr = _mix(images * 255, "to ycbcr")
    luma = _quantise(ycbcr[:, :1] - 128, "luma", scale) + 128
    chroma = _quantise(F.avg_pool2d(ycbcr[:, 1:], 2), "chroma", scale)
    chroma = F.interpolate(chroma, scale_factor=2.0, mode="bilinear", align_corners=False)
    return (_mix(torch.cat([luma, chroma], 1), "to rgb") / 255).clamp(0, 1)


def _mix(images: Tensor, matrix: str) -> Tensor:
    return torch.einsum("oc,bchw->bohw", _constant(matrix, images.device), images)


def _quantise(planes: Tensor, table: str, scale: Tensor) -> Tensor:
    batch, channels, height, width = planes.shape
    cosines = _constant("cosines", planes.device)
    blocks = planes.reshape(batch, channels, height // 8, 8, width // 8, 8).transpose(3, 4)
    steps = (_constant(table, planes.device) * scale[..., None, None]).round().clamp(1, 255)
    kept = torch.round(cosines @ blocks @ cosines.T / steps) * steps
    return (cosines.T @ kept @ cosines).transpose(3, 4).reshape(planes.shape)


@lru_cache
def _constant(name: str, device: torch.device) -> Tensor:
    """Kept on the GPU: a copy to it makes the processor wait until all before it is done."""
    return torch.tensor(_CONSTANTS[name], dtype=torch.float32, device=device)
