"""What a board holds, and the ways of filling one."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ..dice import Dice
from ..shelf.place import Placed
from ..stock import Stock
from .hanging import Hook, hang_row
from .piles import fill_with_piles
from .runs import RunStyle, fill_with_runs
from .span import Span
from .trays import Tray, fill_with_trays


@dataclass
class Filling:
    packs: list[Placed] = field(default_factory=list)
    trays: list[Tray] = field(default_factory=list)
    hooks: list[Hook] = field(default_factory=list)


Filler = Callable[[Dice, Stock, Span], Filling]


def runs(style: RunStyle) -> Filler:
    return lambda dice, stock, span: Filling(fill_with_runs(dice, stock, span, style))


def piles(dice: Dice, stock: Stock, span: Span) -> Filling:
    return Filling(fill_with_piles(dice, stock, span))


def trays(dice: Dice, stock: Stock, span: Span) -> Filling:
    packs, cases = fill_with_trays(dice, stock, span)
    return Filling(packs, trays=cases)


def hanging(dice: Dice, stock: Stock, span: Span) -> Filling:
    packs, hooks = hang_row(dice, stock, span)
    return Filling(packs, hooks=hooks)


def empty(dice: Dice, stock: Stock, span: Span) -> Filling:
    return Filling()


def sparse(style: RunStyle) -> Filler:
    """A board that is nearly sold out."""

    def fill(dice: Dice, stock: Stock, span: Span) -> Filling:
        packs = fill_with_runs(dice, stock, span, style)
        return Filling([pack for pack in packs if dice.chance(0.3) and not pack.behind])

    return fill
