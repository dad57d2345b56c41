"""Neighbours that hardly differ: long runs of one product touching each other, in one colour, with a thin seam at best."""

from ..arrange.filling import runs
from ..arrange.runs import RunStyle
from ..dice import Dice
from ..forms import Body, Form
from ..stock import Stock
from .build import build_gondola
from .scene import Scene, View, shoot, take_view


def render(dice: Dice, stock: Stock, size_px: int) -> Scene:
    stiff = dice.chance(0.65)

    def fits(form: Form) -> bool:
        return form.body in (Body.BOX, Body.FLAT) if stiff else form.body is Body.SOFT

    style = RunStyle(facings=dice.between(5, 14), stack=0.7, untidy=dice.between(0, 0.35), missing=0.01, touching=0.9, fits=fits)
    gondola = build_gondola(dice, {runs(style): 1.0}, clearance=(14, 36))
    return shoot(dice, stock, take_view(dice, View(across=(90, 380)), size_px, gondola.top), [gondola])
