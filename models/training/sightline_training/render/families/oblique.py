"""One long shelf photographed along its length: sides of boxes are seen and far products are narrow. No cases: see
`aisle_cases`."""

from ..arrange.filling import runs, sparse
from ..arrange.runs import RunStyle
from ..dice import Dice
from ..stock import Stock
from .build import build_gondola
from .scene import Scene, View, shoot, take_view


def render(dice: Dice, stock: Stock, size_px: int) -> Scene:
    style = RunStyle(facings=dice.between(1.5, 5), untidy=dice.between(0, 1))
    gondola = build_gondola(dice, {runs(style): 95, sparse(style): 5}, width=(300, 1100))
    side = dice.pick([-1, 1])
    yaw = (25, 66) if side > 0 else (-66, -25)
    return shoot(
        dice, stock, take_view(dice, View(across=(90, 420), yaw=yaw, aside=220), size_px, gondola.top), [gondola], clutter=0.4
    )
