"""Which cell of which level has to find which box."""

import math

import torch
from torch import Tensor

from .network import STRIDES

SIDES_PX = ((0, 56), (56, 120), (120, 1e9))
"""Boxes of each level, by the root of their area; a tenth more at either end goes to both."""
CENTER = 0.18
"""Cells this share of a side around the middle of a box look for it: the rest often shows something in front of it."""
MOST_REACH_CELLS = 1.5
"""And no more than so many to either side, or the largest boxes of the finest level would outweigh all others."""


def assign(boxes: Tensor, size_px: int) -> tuple[Tensor, Tensor]:
    """Boxes (m, 4) px to: cells that hold a product, bool (n,), and the box of each cell (n, 4), any where there is none."""
    index = torch.cat(
        [_assign_level(boxes, size_px, stride, low, high) for stride, (low, high) in zip(STRIDES, SIDES_PX, strict=True)]
    )
    if len(boxes) == 0:
        return index >= 0, torch.zeros(len(index), 4)
    return index >= 0, boxes[index.clamp(min=0)]


def excuse(boxes: Tensor, size_px: int) -> Tensor:
    """Cells that boxes (m, 4) px cover, bool (n,): none of them has to say that nothing is there."""
    return torch.cat([_cover_level(boxes, size_px // stride, stride) for stride in STRIDES])


def _cover_level(boxes: Tensor, cells: int, stride: int) -> Tensor:
    grid = torch.zeros((cells, cells), dtype=torch.bool)
    for left, top, right, bottom in (boxes / stride).tolist():
        grid[math.floor(top) : math.ceil(bottom), math.floor(left) : math.ceil(right)] = True
    return grid.flatten()


def _assign_level(boxes: Tensor, size_px: int, stride: int, low: float, high: float) -> Tensor:
    """Index of the box of each cell, -1: none. Where centres meet, the smaller box wins: the larger one has other cells."""
    cells = size_px // stride
    grid = torch.full((cells, cells), -1, dtype=torch.long)
    if len(boxes) == 0:
        return grid.flatten()
    sides = boxes[:, 2:] - boxes[:, :2]
    root = torch.sqrt(sides.prod(1))
    chosen = torch.where((root >= low * 0.9) & (root < high * 1.1))[0]
    for i in chosen[torch.argsort(-root[chosen])].tolist():
        left, top, right, bottom = boxes[i].tolist()
        columns = _cells_near((left + right) / 2, right - left, stride, cells)
        rows = _cells_near((top + bottom) / 2, bottom - top, stride, cells)
        grid[rows, columns] = i
    return grid.flatten()


def _cells_near(middle: float, side: float, stride: int, cells: int) -> slice:
    """At least the cell that holds the middle."""
    reach = min(side * CENTER, MOST_REACH_CELLS * stride)
    first, last = math.ceil((middle - reach) / stride - 0.5), math.floor((middle + reach) / stride - 0.5)
    if last < first:
        first = last = int(middle / stride)
    return slice(max(0, first), min(cells, last + 1))
