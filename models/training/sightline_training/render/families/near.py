"""A few packs seen from near, as when somebody photographs the product rather than the shelf: they fill much of the picture."""

from ..arrange.filling import piles, runs, sparse
from ..arrange.runs import RunStyle
from ..dice import Dice
from ..stock import Stock
from .build import build_gondola
from .scene import Scene, View, shoot, take_view


def render(dice: Dice, stock: Stock, size_px: int) -> Scene:
    style = RunStyle(facings=dice.between(1, 4), untidy=dice.between(0, 1))
    gondola = build_gondola(dice, {runs(style): 82, piles: 6, sparse(style): 12})
    view = View(across=(22, 95), yaw=(-35, 35), pitch=(-15, 35), roll=5.0)
    return shoot(dice, stock, take_view(dice, view, size_px, gondola.top), [gondola])
