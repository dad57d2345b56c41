"""The keypoint graph with a descriptor that was learned."""

import numpy as np
import torch
from torch import Tensor, nn

from ..local_features import PATCH, LocalFeatures, Places, gradients

DIRECTIONS = 8
CELLS = 32
HIDDEN = 256
DIMENSIONS = 128


class Descriptor(nn.Module):
    """[m, PATCH + 2, PATCH + 2] grey patches to [m, 128], L2-normalised and never negative, so that they are stored as those of RootSIFT.

    The gradient's directions are summed in cells whose place and shape are learned (they start as SIFT's 4 x 4 cells twice, wide
    and narrow), then mixed by two layers. A network of convolutions on the patch would cost ten times as much.
    """

    def __init__(self):
        super().__init__()
        turns = torch.arange(DIRECTIONS) * (2 * torch.pi / DIRECTIONS)
        self.register_buffer("directions", torch.stack([turns.cos(), turns.sin()], 1))
        self.cells = nn.Parameter(first_cells())
        self.mix = nn.Sequential(nn.Linear(DIRECTIONS * CELLS, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, DIMENSIONS))

    def forward(self, patches: Tensor) -> Tensor:
        gx, gy = (each[:, None, :] for each in gradients(patches))
        strength = (gx * gx + gy * gy + 1e-12).sqrt()
        share = (gx / strength * self.directions[:, 0:1] + gy / strength * self.directions[:, 1:2]).clamp(min=0)
        for _ in range(3):
            share = share * share
        raw = ((share * strength) @ self.cells.abs()).flatten(1)
        # As RootSIFT: strong edges are capped, and square roots compared.
        unit = (raw / (raw.pow(2).sum(1, keepdim=True) + 1e-12).sqrt()).clamp(max=0.2)
        root = (unit / (unit.sum(1, keepdim=True) + 1e-9) + 1e-12).sqrt()
        mixed = self.mix(root).relu() + 1e-6
        return mixed / mixed.pow(2).sum(1, keepdim=True).sqrt()


def first_cells() -> Tensor:
    """[PATCH^2, CELLS]: weights of the samples in each cell."""
    at = (np.arange(PATCH) - (PATCH - 1) / 2) / (PATCH / 2)
    weights = []
    for spacing in (0.5, 0.28):
        centers = (np.arange(4) - 1.5) * spacing
        share = np.maximum(0, 1 - np.abs(at[:, None] - centers) / spacing)
        weights.append(np.einsum("yi,xj->yxij", share, share).reshape(PATCH * PATCH, 16))
    return torch.tensor(np.concatenate(weights, 1) + 1e-3, dtype=torch.float32)


class LearnedFeatures(LocalFeatures):
    """The same keypoints; `desc` comes from a trained Descriptor."""

    def __init__(self, side: int, keypoints: int, descriptor: Descriptor):
        super().__init__(side, keypoints)
        self.descriptor = descriptor

    def _describe(self, levels: Tensor, at: Places, angle: Tensor) -> Tensor:
        patches = self._cut_patches(levels, at, angle)
        return self.descriptor(patches).reshape(*at.x.shape[:2], DIMENSIONS)


class Patches(LocalFeatures):
    """The same keypoints with their patches in place of descriptors: [n, K, (PATCH + 2)^2]."""

    def _describe(self, levels: Tensor, at: Places, angle: Tensor) -> Tensor:
        return self._cut_patches(levels, at, angle).reshape(*at.x.shape[:2], -1)
