"""Held out, never trained on: rails with designs of price tags that no trained scene shows."""

from ..dice import Dice
from ..stock import Stock
from ..tags.designs import HELD_OUT_DESIGNS
from .rails import photograph_rails
from .scene import Scene


def render(dice: Dice, stock: Stock, size_px: int) -> Scene:
    return photograph_rails(dice, stock, size_px, HELD_OUT_DESIGNS)
