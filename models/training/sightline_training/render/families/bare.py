"""Pictures with nothing to find, or next to nothing: empty shelves, floors, ceilings, signs, trolleys."""

import numpy as np

from ..arrange.filling import empty, runs, sparse
from ..arrange.runs import RunStyle
from ..dice import Dice
from ..shelf.camera import look_at
from ..shelf.canvas import Canvas
from ..shelf.surroundings import paint_shop, paint_sign, paint_trolley
from ..stock import Stock
from .build import build_gondola
from .scene import Scene, View, finish, shoot, take_view


def render(dice: Dice, stock: Stock, size_px: int) -> Scene:
    return _shelving(dice, stock, size_px) if dice.chance(0.5) else _shop(dice, size_px)


def _shelving(dice: Dice, stock: Stock, size_px: int) -> Scene:
    few = sparse(RunStyle(facings=2, missing=0.3))
    gondola = build_gondola(dice, {empty: 80, few: 14, runs(RunStyle(missing=0.2)): 6})
    return shoot(dice, stock, take_view(dice, View(yaw=(-45, 45)), size_px, gondola.top), [gondola], clutter=1.0)


def _shop(dice: Dice, size_px: int) -> Scene:
    """Looking up, down or along; signs and trolleys at all distances."""
    eye = np.array([0.0, dice.between(120, 175), 300.0])
    target = eye + [
        dice.between(-100, 100),
        dice.pick([dice.between(-180, -60), dice.between(-40, 40), dice.between(60, 160)]),
        -dice.between(100, 250),
    ]
    camera = look_at(eye, target, dice.random.gauss(0, 4), dice.between(45, 70), size_px)
    canvas = Canvas(size_px)
    paint_shop(canvas, camera, dice)
    for _ in range(dice.whole(1, 7)):
        place = np.array([dice.between(-250, 250), dice.between(60, 290), dice.between(-400, 120)])
        paint_sign(canvas, camera, dice, place, dice.between(12, 90))
    for _ in range(dice.whole(0, 4)):
        paint_trolley(canvas, camera, dice, np.array([dice.between(-200, 200), 0, dice.between(-200, 180)]))
    return finish(canvas, dice)
