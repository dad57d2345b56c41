"""Crops of the pictures in the pool, as the detector may see them: near or far, stretched a little, mirrored half of the time."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .pool import PRODUCT, TINY, WRONG, Pool

VIEW_PX = 640
_PICTURE_PX = (420.0, 1250.0)
"""The side that a whole picture has in the detector's input. 800 px is what the gateway shows it, more where it tiles."""
_STRETCH = 0.12
_LEAST_SIDE_PX = 5.0
_LEAST_INSIDE = 0.35
_LEAST_INSIDE_WRONG = 2 / 3
_PAD = 114 / 255


@dataclass(frozen=True)
class Views:
    """Images float (b, 3, v, v), 0..1, and where they show the picture, bool (b, 1, v, v); boxes (b, m, 4) in px of the view, and
    what they are (b, m), 0: nothing."""

    images: Tensor
    is_seen: Tensor
    boxes: Tensor
    kinds: Tensor

    def frame(self, images: Tensor) -> Tensor:
        """Images in which what is not picture is grey, as `run.letterbox` leaves it."""
        return torch.where(self.is_seen, images, _PAD)


def cut(pool: Pool, places: Tensor, dice: np.random.Generator, view_px: int = VIEW_PX) -> Views:
    count, side_px = len(places), pool.images.shape[1]
    shown = np.exp(dice.uniform(*np.log(_PICTURE_PX), (count, 1)))
    scale = shown / side_px * dice.uniform(1 - _STRETCH, 1 + _STRETCH, (count, 2))
    # A picture smaller than the view lies at its top left, the rest is grey: that is how the gateway shows it.
    start = dice.random((count, 2)) * np.maximum(side_px - view_px / scale, 0)
    is_mirrored = dice.random(count) < 0.5
    frame = torch.from_numpy(np.concatenate([scale, start, is_mirrored[:, None]], 1).astype(np.float32))
    frame = frame.to(places.device, non_blocking=True)
    scale, start, is_mirrored = frame[:, 0:2], frame[:, 2:4], frame[:, 4] > 0
    images = _sample(pool.images[places], scale, start, is_mirrored, view_px)
    boxes, kinds = _move(pool.boxes[places], pool.kinds[places], scale, start, is_mirrored, view_px)
    return Views(images, _find_picture(scale, start, is_mirrored, side_px, view_px), boxes, kinds)


def _find_picture(scale: Tensor, start: Tensor, is_mirrored: Tensor, side_px: int, view_px: int) -> Tensor:
    """Where the view shows the picture."""
    along = torch.arange(view_px, device=scale.device) + 0.5
    across = torch.where(is_mirrored[:, None], view_px - along, along)
    is_across = across / scale[:, :1] + start[:, :1] < side_px
    is_down = along / scale[:, 1:] + start[:, 1:] < side_px
    return is_down[:, None, :, None] & is_across[:, None, None, :]


def _sample(pictures: Tensor, scale: Tensor, start: Tensor, is_mirrored: Tensor, view_px: int) -> Tensor:
    """Half of the views are the mean of four samples a pixel, the others take one, as careless scaling does."""
    pixels = pictures.permute(0, 3, 1, 2).float().div_(255).sub_(_PAD)
    side_px, half = pictures.shape[1], len(pictures) // 2
    reach = view_px / scale / side_px
    middle = 2 * start / side_px - 1 + reach
    turned = torch.where(is_mirrored, -reach[:, 0], reach[:, 0])
    zero = torch.zeros_like(turned)
    matrix = torch.stack([torch.stack([turned, zero, middle[:, 0]], 1), torch.stack([zero, reach[:, 1], middle[:, 1]], 1)], 1)
    parts = []
    for part, times in ((slice(0, half), 2), (slice(half, None), 1)):
        grid = F.affine_grid(matrix[part], [len(matrix[part]), 3, view_px * times, view_px * times], align_corners=False)
        seen = F.grid_sample(pixels[part], grid, mode="bilinear", padding_mode="zeros", align_corners=False)
        parts.append(F.avg_pool2d(seen, times) if times > 1 else seen)
    return torch.cat(parts).add_(_PAD)


def _move(boxes: Tensor, kinds: Tensor, scale: Tensor, start: Tensor, is_mirrored: Tensor, view_px: int) -> tuple[Tensor, Tensor]:
    """Cut by the edges of the view. What is hardly inside is nothing any more, and what becomes too small is tiny."""
    moved = (boxes - torch.cat([start, start], 1)[:, None]) * torch.cat([scale, scale], 1)[:, None]
    mirrored = torch.stack([view_px - moved[..., 2], moved[..., 1], view_px - moved[..., 0], moved[..., 3]], -1)
    moved = torch.where(is_mirrored[:, None, None], mirrored, moved)
    inside = moved.clamp(0, view_px)
    sides = inside[..., 2:] - inside[..., :2]
    share = sides.prod(-1) / (moved[..., 2:] - moved[..., :2]).prod(-1).clamp(min=1e-6)
    is_there = share > torch.where(kinds == WRONG, _LEAST_INSIDE_WRONG, _LEAST_INSIDE)
    is_small = (kinds == PRODUCT) & ~(sides > _LEAST_SIDE_PX).all(-1)
    kinds = torch.where(is_small, TINY, kinds)
    return inside, torch.where(is_there, kinds, 0)
