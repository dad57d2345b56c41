"""Rendered products on photographs without packages.

If nothing were to be found in any photograph, the detector would learn to find nothing where a picture looks like one.
"""

import random
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor

from .pool import PRODUCT
from .views import Views

_SIDE_PX = (24.0, 320.0)
"""Of products that are cut out."""
_FREE = 0.35
"""Share of the places of a grid that stay free."""


def paste_products(views: Views, backgrounds: slice, dice: random.Random) -> Views:
    """Products of other views on the first half of `backgrounds`, in rows, none over another."""
    chosen = range(backgrounds.start, (backgrounds.start + backgrounds.stop + 1) // 2)
    if len(chosen) == 0:
        return views
    images, is_seen = views.images.clone(), views.is_seen.clone()
    boxes, kinds = views.boxes.clone(), views.kinds.clone()
    part, columns, rows = slice(chosen.start, chosen.stop), dice.randint(2, 5), dice.randint(2, 4)
    for place in range(columns * rows):
        source, found = _choose(views, backgrounds.start, len(chosen))
        target = _place(found, place % columns, place // columns, columns, rows, images.shape[2])
        is_used = (torch.rand(len(chosen), device=images.device) > _FREE) & (found[:, 2] > found[:, 0])
        moved, is_inside = _move(views.images[source], found, target)
        is_inside = is_inside & is_used[:, None, None, None]
        images[part] = torch.where(is_inside, moved, images[part])
        is_seen[part] |= is_inside
        boxes[part, place] = target
        kinds[part, place] = torch.where(is_used, PRODUCT, 0).to(kinds.dtype)
    return replace(views, images=images, is_seen=is_seen, boxes=boxes, kinds=kinds)


def _choose(views: Views, most: int, count: int) -> tuple[Tensor, Tensor]:
    """Numbers of views below `most`, and a box of a product in each (count, 4): empty where there is none of a fit size."""
    source = torch.randint(most, (count,), device=views.boxes.device)
    boxes = views.boxes[source]
    sides, size_px = boxes[..., 2:] - boxes[..., :2], views.images.shape[2]
    is_whole = (boxes[..., :2] > 0).all(-1) & (boxes[..., 2:] < size_px).all(-1)
    is_fit = (views.kinds[source] == PRODUCT) & is_whole & (sides > _SIDE_PX[0]).all(-1) & (sides < _SIDE_PX[1]).all(-1)
    score, best = (torch.rand(is_fit.shape, device=boxes.device) * is_fit).max(1)
    found = boxes.gather(1, best[:, None, None].expand(-1, 1, 4))[:, 0]
    return source, torch.where((score > 0)[:, None], found, 0.0)


def _place(found: Tensor, column: int, row: int, columns: int, rows: int, size_px: int) -> Tensor:
    """Where it goes: standing somewhere at the bottom of its place, as large as fits or smaller (count, 4)."""
    room = torch.tensor([size_px / columns, size_px / rows], device=found.device)
    sides = (found[:, 2:] - found[:, :2]).clamp(min=1)
    largest = (room / sides).min(1).values
    scale = largest * (0.6 + 0.4 * torch.rand(len(found), device=found.device))
    sides = sides * scale.clamp(0.5, 1.8).minimum(largest)[:, None]
    free = room - sides
    left = column * room[0] + free[:, 0] * torch.rand(len(found), device=found.device)
    top = row * room[1] + free[:, 1]
    return torch.stack([left, top, left + sides[:, 0], top + sides[:, 1]], 1)


def _move(sources: Tensor, found: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """The sources such that what is in the found boxes lies in the targets, and where these are."""
    size_px = sources.shape[2]
    scale = (found[:, 2:] - found[:, :2]) / (target[:, 2:] - target[:, :2]).clamp(min=1)
    shift = (found[:, :2] - target[:, :2] * scale) * 2 / size_px + scale - 1
    zero = torch.zeros_like(scale[:, 0])
    matrix = torch.stack([torch.stack([scale[:, 0], zero, shift[:, 0]], 1), torch.stack([zero, scale[:, 1], shift[:, 1]], 1)], 1)
    moved = F.grid_sample(sources, F.affine_grid(matrix, list(sources.shape), align_corners=False), align_corners=False)
    middle = torch.arange(size_px, device=sources.device) + 0.5
    is_across, is_down = ((middle > target[:, i, None]) & (middle < target[:, i + 2, None]) for i in (0, 1))
    return moved, is_down[:, None, :, None] & is_across[:, None, None, :]
