"""Bags and pouches: standing in rows, leaning on each other, lying in piles, and in low bins seen from above."""

import numpy as np

from ..arrange.filling import piles, runs
from ..arrange.piles import is_soft
from ..arrange.runs import RunStyle
from ..dice import Dice
from ..stock import Stock
from .build import build_gondola
from .scene import Scene, View, shoot, take_view


def render(dice: Dice, stock: Stock, size_px: int) -> Scene:
    return _bins(dice, stock, size_px) if dice.chance(0.35) else _shelf(dice, stock, size_px)


def _shelf(dice: Dice, stock: Stock, size_px: int) -> Scene:
    style = RunStyle(facings=dice.between(1.5, 5), untidy=dice.between(0.6, 2.2), touching=0.5, fits=is_soft)
    gondola = build_gondola(dice, {runs(style): 55, piles: 45}, clearance=(20, 46))
    return shoot(dice, stock, take_view(dice, View(across=(80, 320), yaw=(-25, 25)), size_px, gondola.top), [gondola])


def _bins(dice: Dice, stock: Stock, size_px: int) -> Scene:
    """Two or three steps of deep, low boards, looked down on."""
    gondola = build_gondola(dice, {piles: 1.0}, clearance=(22, 36))
    gondola.depth = dice.between(45, 80)
    gondola.boards = gondola.boards[: dice.whole(2, 3)]
    gondola.style.shadow *= 0.3
    view = View(across=(80, 220), pitch=(12, 42), height=(30, float(np.clip(gondola.top, 40, 90))))
    return shoot(dice, stock, take_view(dice, view, size_px, gondola.top), [gondola])
