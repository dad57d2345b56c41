"""The usual shelf seen from the front: all forms, runs of all lengths, now and then a row of hooks or a board nearly sold out."""

from ..arrange.filling import hanging, piles, runs, sparse, trays
from ..arrange.runs import RunStyle
from ..dice import Dice
from ..stock import Stock
from .build import build_gondola
from .scene import Scene, View, shoot, take_view


def render(dice: Dice, stock: Stock, size_px: int) -> Scene:
    style = RunStyle(facings=dice.between(1.5, 5), untidy=dice.between(0, 1), missing=dice.between(0, 0.08))
    gondola = build_gondola(dice, {runs(style): 80, trays: 6, hanging: 6, piles: 4, sparse(style): 4})
    return shoot(dice, stock, take_view(dice, View(), size_px, gondola.top), [gondola], clutter=0.4)
