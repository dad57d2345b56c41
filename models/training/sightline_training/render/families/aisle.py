"""Standing in an aisle, a shelf on either side running away from the camera. No cases: see `aisle_cases`."""

from collections.abc import Callable

import numpy as np

from ..arrange.filling import Filler, piles, runs, sparse
from ..arrange.runs import RunStyle
from ..dice import Dice
from ..shelf.camera import look_at
from ..stock import Stock
from .build import build_gondola
from .scene import Scene, shoot


def render(dice: Dice, stock: Stock, size_px: int) -> Scene:
    return stand_in_aisle(dice, stock, size_px, _loose_goods, clearance=(15, 37))


def stand_in_aisle(
    dice: Dice, stock: Stock, size_px: int, choose_fillers: Callable[[Dice], dict[Filler, float]], clearance: tuple[float, float]
) -> Scene:
    half = dice.between(80, 130)
    fillers = choose_fillers(dice)
    long = (600, 900)
    left = build_gondola(dice, fillers, clearance, long, np.array([-half, 0.0, 0.0]), 90.0)
    right = build_gondola(dice, fillers, clearance, long, np.array([half, 0.0, 0.0]), -90.0, left.style)
    side = dice.pick([-1, 1])
    eye = np.array([-side * dice.between(0, 0.5) * half, dice.between(110, 170), dice.between(60, 300)])
    turn = np.radians(dice.between(22, 52)) * side
    target = eye + 100 * np.array([np.sin(turn), dice.between(-0.3, 0.12), -np.cos(turn)])
    camera = look_at(eye, target, dice.random.gauss(0, 2), dice.between(48, 72), size_px)
    return shoot(dice, stock, camera, [left, right], clutter=0.3)


def _loose_goods(dice: Dice) -> dict[Filler, float]:
    style = RunStyle(facings=dice.between(1.5, 5), untidy=dice.between(0, 1))
    return {runs(style): 85, piles: 10, sparse(style): 5}
