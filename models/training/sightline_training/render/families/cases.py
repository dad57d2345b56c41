"""Shelf-ready cases, from the front or aside: their lips hide the feet of the packs and are no products."""

from ..arrange.filling import runs, trays
from ..arrange.runs import RunStyle
from ..dice import Dice
from ..stock import Stock
from .build import build_gondola
from .scene import Scene, View, shoot, take_view


def render(dice: Dice, stock: Stock, size_px: int) -> Scene:
    gondola = build_gondola(dice, {trays: 85, runs(RunStyle()): 15}, clearance=(16, 40))
    return shoot(dice, stock, take_view(dice, View(across=(100, 420), yaw=(-55, 55)), size_px, gondola.top), [gondola])
