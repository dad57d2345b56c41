"""Bottles, cans and jars: round, gleaming, and clear enough to show what stands behind."""

from ..arrange.filling import runs
from ..arrange.runs import RunStyle
from ..dice import Dice
from ..forms import Body, Form
from ..stock import Stock
from .build import build_gondola
from .scene import Scene, View, shoot, take_view


def is_drink(form: Form) -> bool:
    return form.body is Body.ROUND and form.name not in ("spray", "tub")


def render(dice: Dice, stock: Stock, size_px: int) -> Scene:
    style = RunStyle(
        facings=dice.between(2, 7),
        stack=0.4,
        untidy=dice.between(0, 0.8),
        missing=dice.between(0, 0.1),
        touching=0.7,
        fits=is_drink,
    )
    gondola = build_gondola(dice, {runs(style): 1.0}, clearance=(18, 40))
    return shoot(dice, stock, take_view(dice, View(across=(80, 420), pitch=(-12, 26)), size_px, gondola.top), [gondola])
