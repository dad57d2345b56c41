"""Held out, never trained on: a wall of hooks from top to bottom, without boards."""

from ..arrange.filling import hanging
from ..dice import Dice
from ..shelf.fittings import choose_finishings
from ..stock import Stock
from .build import build_gondola
from .scene import Scene, View, shoot, take_view


def render(dice: Dice, stock: Stock, size_px: int) -> Scene:
    style = choose_finishings(dice)
    style.perforated, style.shadow = dice.chance(0.7), 0.0
    gondola = build_gondola(dice, {hanging: 1.0}, clearance=(13, 34), style=style, has_board=False)
    gondola.depth = dice.between(12, 28)
    return shoot(
        dice, stock, take_view(dice, View(across=(80, 340), yaw=(-32, 32)), size_px, gondola.top), [gondola], clutter=0.3
    )
