"""Which cell has to find which box, for a whole batch on the GPU: what `targets` says of one picture, and the same of each."""

import torch
from torch import Tensor

from ..network import STRIDES
from ..targets import CENTER, MOST_REACH_CELLS, SIDES_PX
from .pool import PRODUCT, TINY

_MOST_CELLS = 5
"""A box has at most so many cells a side: 1.5 to either side of its middle, and those on the edge."""


def assign(boxes: Tensor, kinds: Tensor, size_px: int) -> tuple[Tensor, Tensor]:
    """Boxes (b, m, 4) to: cells that hold a product, bool (b, n), and the box of each cell (b, n, 4), zeros where none is."""
    area = torch.where(kinds == PRODUCT, (boxes[..., 2:] - boxes[..., :2]).prod(-1), torch.inf)
    # Where centres meet, the smaller box wins: sorted by area, it has the lower number.
    area, order = area.sort(dim=1)
    boxes = boxes.gather(1, order[..., None].expand_as(boxes))
    index = torch.cat(
        [
            _assign_level(boxes, area.sqrt(), size_px // stride, stride, *sides)
            for stride, sides in zip(STRIDES, SIDES_PX, strict=True)
        ],
        1,
    )
    held = index < boxes.shape[1]
    truth = boxes.gather(1, index.clamp(max=boxes.shape[1] - 1)[..., None].expand(-1, -1, 4))
    return held, torch.where(held[..., None], truth, 0.0)


def excuse(boxes: Tensor, kinds: Tensor, size_px: int) -> Tensor:
    """Cells that tiny boxes cover, bool (b, n)."""
    covers = (kinds == TINY).float()
    return torch.cat([_cover_level(boxes / stride, covers, size_px // stride) for stride in STRIDES], 1)


def _assign_level(boxes: Tensor, root: Tensor, cells: int, stride: int, low: float, high: float) -> Tensor:
    """Number of the box of each cell (b, cells²), the count of boxes: none."""
    batch, most = root.shape
    middle, sides = (boxes[..., :2] + boxes[..., 2:]) / 2, boxes[..., 2:] - boxes[..., :2]
    reach = torch.minimum(sides * CENTER, torch.full_like(sides, MOST_REACH_CELLS * stride))
    first = torch.ceil((middle - reach) / stride - 0.5)
    last = torch.floor((middle + reach) / stride - 0.5)
    own = torch.floor(middle / stride)
    is_between = last < first
    first, last = torch.where(is_between, own, first), torch.where(is_between, own, last)
    steps = torch.arange(_MOST_CELLS, device=boxes.device)
    places = first[..., None] + steps  # (b, m, 2, steps)
    is_near = (places <= last[..., None]) & (places >= 0) & (places < cells)
    is_chosen = (root >= low * 0.9) & (root < high * 1.1)
    is_held = is_near[:, :, 1, :, None] & is_near[:, :, 0, None, :] & is_chosen[..., None, None]
    flat = places[:, :, 1, :, None] * cells + places[:, :, 0, None, :]
    # One cell more than there are takes what belongs to none.
    flat = torch.where(is_held, flat, float(cells * cells)).long().flatten(1)
    number = torch.arange(most, device=boxes.device)[None, :, None, None].expand(is_held.shape).flatten(1)
    grid = torch.full((batch, cells * cells + 1), most, dtype=torch.long, device=boxes.device)
    return grid.scatter_reduce_(1, flat, number, "amin")[:, :-1]


def _cover_level(boxes: Tensor, covers: Tensor, cells: int) -> Tensor:
    """Marks the corners of each box, and sums them up along both sides."""
    low = torch.floor(boxes[..., :2]).clamp(0, cells).long()
    high = torch.ceil(boxes[..., 2:]).clamp(0, cells).long()
    wide = cells + 1
    grid = torch.zeros((len(boxes), wide * wide), device=boxes.device)
    for rows, columns, sign in ((low, low, 1.0), (low, high, -1.0), (high, low, -1.0), (high, high, 1.0)):
        grid.scatter_add_(1, rows[..., 1] * wide + columns[..., 0], covers * sign)
    covered = grid.reshape(-1, wide, wide).cumsum(1).cumsum(2)[:, :cells, :cells]
    return (covered > 0.5).flatten(1)
