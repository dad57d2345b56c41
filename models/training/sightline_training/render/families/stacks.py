"""Columns of boxes, cans and tubs, as high as the board above lets them, and displays without boards between."""

from ..arrange.filling import runs
from ..arrange.runs import RunStyle
from ..dice import Dice
from ..forms import Form
from ..stock import Stock
from .build import build_gondola
from .scene import Scene, View, shoot, take_view


def _stackable(form: Form) -> bool:
    return form.can_stack


def render(dice: Dice, stock: Stock, size_px: int) -> Scene:
    style = RunStyle(
        facings=dice.between(2, 6), stack=0.95, untidy=dice.between(0, 1), missing=dice.between(0, 0.06), fits=_stackable
    )
    high = dice.chance(0.4)
    gondola = build_gondola(dice, {runs(style): 1.0}, clearance=(50, 95) if high else (26, 50))
    return shoot(
        dice, stock, take_view(dice, View(across=(90, 420), yaw=(-30, 30), pitch=(-10, 28)), size_px, gondola.top), [gondola]
    )
