"""Held out, never trained on: standing in an aisle, a shelf on either side running away from the camera, goods in cases."""

from ..arrange.filling import Filler, runs, trays
from ..arrange.runs import RunStyle
from ..dice import Dice
from ..stock import Stock
from .aisle import stand_in_aisle
from .scene import Scene


def render(dice: Dice, stock: Stock, size_px: int) -> Scene:
    return stand_in_aisle(dice, stock, size_px, _goods_in_cases, clearance=(18, 40))


def _goods_in_cases(dice: Dice) -> dict[Filler, float]:
    return {trays: 75, runs(RunStyle(untidy=dice.between(0, 1))): 25}
