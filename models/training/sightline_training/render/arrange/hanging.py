"""Goods on hooks: packs hang in columns below each other, several behind the first."""

from dataclasses import dataclass

from ..dice import Dice
from ..forms import Body, Form
from ..shelf.place import Placed
from ..stock import Stock
from .span import Span


def can_hang(form: Form) -> bool:
    return form.can_hang


@dataclass(frozen=True)
class Hook:
    """Where a hook leaves the wall's plane of fronts: its tip, cm, and the height of the price tag on it (0: none)."""

    x: float
    y: float
    z: float
    tag_cm: float


def hang_row(dice: Dice, stock: Stock, span: Span) -> tuple[list[Placed], list[Hook]]:
    """One row of hooks below the top of the span."""
    packs: list[Placed] = []
    hooks: list[Hook] = []
    x = span.left
    tagged = dice.chance(0.6)
    while x < span.right:
        line = stock.choose_line(dice, can_hang)
        size = dice.between(0.78, 0.96) * span.clearance / line[0].pack.height_cm
        size = min(size, 1.6 * span.clearance / line[0].pack.width_cm)
        gap = dice.between(0.02, 0.2) * line[0].pack.width_cm * size
        for _ in range(dice.whole(1, 6)):
            item = dice.pick(line) if dice.chance(0.5) else line[0]
            width = item.pack.width_cm * size
            if x + width > span.right:
                return packs, hooks
            top = span.y + span.clearance * 0.97
            left = dice.whole(0, 4) if dice.chance(0.93) else 0
            reach = -dice.between(0.05, 0.9) * span.depth
            packs += _hang_one(dice, item, size, x + width / 2, top, reach, min(left, span.rows_behind + 1))
            hooks.append(Hook(x + width / 2, top + 0.5, 0.0, dice.between(2.5, 4) if tagged else 0.0))
            x += width + gap
    return packs, hooks


def _hang_one(dice: Dice, item, size: float, x: float, top: float, z: float, count: int) -> list[Placed]:
    height = item.pack.height_cm * size
    thick = max(0.8, item.pack.depth_cm * size * (0.5 if item.form.body is Body.SOFT else 1))
    lean = dice.random.gauss(0, 3)
    return [
        Placed(
            item,
            x + dice.random.gauss(0, 0.25),
            top - height + dice.random.gauss(0, 0.3),
            z - row * thick,
            size,
            yaw=dice.random.gauss(0, 6),
            roll=lean + dice.random.gauss(0, 1.5),
            light=dice.between(0.9, 1.08) * (1.0 if row == 0 else 0.65),
            behind=row > 0,
        )
        for row in reversed(range(count))
    ]
