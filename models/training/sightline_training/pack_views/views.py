"""One view of a pack as the models get it: cut out of its catalogue picture or of a photograph."""

from dataclasses import dataclass

import numpy as np

from ..render.dice import Dice
from ..render.packs import PackDesign
from .camera import take
from .pose import Placed, Pose, fit, paint, photograph_pose, place, thumbnail_pose
from .surroundings import Surroundings, cover_by_hand, neighbour_of

THUMBNAIL_MARGIN = 0.02


@dataclass(frozen=True)
class View:
    """`front` [4, 2]: the corners of the pack's front in pixels of `picture` (uint8 RGB); they may lie outside."""

    picture: np.ndarray
    front: np.ndarray


def thumbnail(pack: PackDesign, dice: Dice, side: int = 256) -> View:
    """The pack on white, tight as the content box cuts it; its long side is `side` px."""
    pose = thumbnail_pose(pack, dice)
    placed = place(pack, pose)
    left, top, right, bottom = placed.box
    scale = side * (1 - 2 * THUMBNAIL_MARGIN) / max(right - left, bottom - top)
    margin = side * THUMBNAIL_MARGIN
    width, height = (max(16, round((length * scale) + 2 * margin)) for length in (right - left, bottom - top))
    placed = fit(placed, scale, (margin - left * scale, margin - top * scale))
    canvas = np.full((height, width, 3), 255, np.float32)
    paint(canvas, pack, pose, placed, dice)
    return View(canvas.clip(0, 255).astype(np.uint8), placed.front)


def photograph(pack: PackDesign, surroundings: Surroundings, dice: Dice, side: int = 256, pose: Pose | None = None) -> View:
    """The pack among others, cut as a detector would (tight, two in three) or as a hand-held picture (loose)."""
    pose = pose or photograph_pose(pack, dice)
    tight = dice.chance(0.65)
    placed = place(pack, pose)
    left, top, right, bottom = placed.box
    share = dice.between(0.88, 1.08) if tight else dice.between(0.5, 0.9)
    scale = side * share / max(right - left, bottom - top)
    width, height = (right - left) * scale, (bottom - top) * scale
    slack = 0.05 if tight else 0.12
    x = side / 2 + dice.between(-slack, slack) * side - (left + right) / 2 * scale
    y = side / 2 + dice.between(-slack, slack) * side - (top + bottom) / 2 * scale
    placed = fit(placed, scale, (x, y))
    canvas = surroundings.behind(side, dice)
    _paint_neighbours(canvas, pack, pose, placed, dice)
    paint(canvas, pack, pose, placed, dice)
    if dice.chance(0.3):
        left, top, right, bottom = placed.box
        cover_by_hand(canvas, ((left + right) / 2, (top + bottom) / 2), max(width, height), dice)
    cut, origin = _cut(canvas, placed, dice) if tight else (canvas, (0, 0))
    picture = take(cut, dice)
    shrunk = picture.shape[1] / cut.shape[1], picture.shape[0] / cut.shape[0]
    return View(picture, (placed.front - origin) * shrunk)


def _paint_neighbours(canvas: np.ndarray, pack: PackDesign, pose: Pose, placed: Placed, dice: Dice) -> None:
    """Half of the packs stand in a row: what is left and right of them reaches into the crop."""
    if dice.chance(0.5):
        return
    left, _, right, _ = placed.box
    for toward in (-1, 1):
        beside = fit(placed, 1.0, (toward * (right - left + dice.between(0, 6)), 0.0))
        paint(canvas, neighbour_of(pack, dice), pose, beside, dice)


def _cut(canvas: np.ndarray, placed: Placed, dice: Dice) -> tuple[np.ndarray, tuple[int, int]]:
    """The pack's box, each edge off by up to 6 %."""
    side = canvas.shape[0]
    left, top, right, bottom = placed.box
    off_x, off_y = 0.06 * (right - left), 0.06 * (bottom - top)
    x0 = int(np.clip(left + dice.between(-off_x, off_x), 0, side - 16))
    y0 = int(np.clip(top + dice.between(-off_y, off_y), 0, side - 16))
    x1 = int(np.clip(right + dice.between(-off_x, off_x), x0 + 16, side))
    y1 = int(np.clip(bottom + dice.between(-off_y, off_y), y0 + 16, side))
    return canvas[y0:y1, x0:x1], (x0, y0)
