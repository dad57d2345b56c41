"""Rails full of price tags in many designs, with cards between them: what price tags are trained on."""

import numpy as np

from ..arrange.filling import Filler, empty, hanging, piles, runs, sparse, trays
from ..arrange.runs import RunStyle
from ..dice import Dice
from ..shelf.fittings import choose_finishings
from ..stock import Stock
from ..tags.designs import TRAINED_DESIGNS, Design
from ..tags.rail import choose_rail_tags
from .build import build_gondola
from .scene import Scene, View, shoot, take_view


def render(dice: Dice, stock: Stock, size_px: int) -> Scene:
    return photograph_rails(dice, stock, size_px, TRAINED_DESIGNS)


def photograph_rails(dice: Dice, stock: Stock, size_px: int, designs: list[Design]) -> Scene:
    style = choose_finishings(dice)
    style.rail_tags = choose_rail_tags(dice, designs)
    style.tag_every_cm = np.inf
    style.tag_drawings = [card.sprite for card in style.rail_tags.cards if card.is_tag]
    gondola = build_gondola(dice, _choose_fillers(dice), style=style)
    steep = dice.chance(0.3)
    view = View(across=(50, 420), yaw=(-55, 55) if steep else (-22, 22), pitch=(-12, 32), roll=2.5)
    return shoot(dice, stock, take_view(dice, view, size_px, gondola.top), [gondola], clutter=0.5)


def _choose_fillers(dice: Dice) -> dict[Filler, float]:
    style = RunStyle(facings=dice.between(1.5, 6), untidy=dice.between(0, 1), missing=dice.between(0, 0.2))
    return {runs(style): 60, trays: 12, hanging: 8, piles: 7, sparse(style): 8, empty: 5}
