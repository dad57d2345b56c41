"""The room on a board that an arrangement may fill."""

from collections.abc import Callable
from dataclasses import dataclass

from ..dice import Dice
from ..forms import Form
from ..stock import Stock, StockedPack

_MOST_GROWTH = 1.6


@dataclass(frozen=True)
class Span:
    """All in cm; `y` is the top of the board, `clearance` the free height above it."""

    left: float
    right: float
    y: float
    clearance: float
    depth: float
    """Rows behind the front one that are painted; more are never seen."""
    rows_behind: int


def scale_to_fit(dice: Dice, item: StockedPack, span: Span, least: float = 0.6, most: float = 0.95) -> float:
    """Boards are set to their goods: makes the pack at most `most` of the clearance high and seldom lower than `least`, without
    growing it beyond any size it could have."""
    height = item.pack.height_cm
    if height > most * span.clearance:
        return dice.between(max(least, most - 0.25), most) * span.clearance / height
    if height < least * span.clearance and not (item.form.can_stack and dice.chance(0.6)):
        return min(_MOST_GROWTH, dice.between(least, most) * span.clearance / height)
    return 1.0


def choose_fitting_line(dice: Dice, stock: Stock, span: Span, fits: Callable[[Form], bool]) -> list[StockedPack]:
    """A line about as high as the clearance, if one is found in a few tries; low ones that stack will do as well."""
    line = stock.choose_line(dice, fits)
    for _ in range(5):
        share = line[0].pack.height_cm / span.clearance
        if 0.55 < share < 1.15 or share <= 0.55 and line[0].form.can_stack:
            break
        line = stock.choose_line(dice, fits)
    return line
