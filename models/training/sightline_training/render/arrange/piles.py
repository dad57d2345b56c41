"""Piles: soft packs that lie or lean over each other, on a board or in a bin."""

from ..dice import Dice
from ..forms import Body, Form
from ..shelf.place import Placed
from ..stock import Stock
from .span import Span


def is_soft(form: Form) -> bool:
    return form.body in (Body.SOFT, Body.FLAT) and form.name != "blister"


def fill_with_piles(dice: Dice, stock: Stock, span: Span) -> list[Placed]:
    packs: list[Placed] = []
    x = span.left
    while x < span.right:
        width = min(dice.between(20, 60), span.right - x)
        packs += _lying(dice, stock, span, x, width) if dice.chance(0.45) else _leaning(dice, stock, span, x, width)
        x += width + dice.between(0, 4)
    return packs


def _leaning(dice: Dice, stock: Stock, span: Span, left: float, width: float) -> list[Placed]:
    """Rows of bags, each row leaning on the one behind it; the front ones sit lower."""
    item = dice.pick(stock.choose_line(dice, is_soft))
    scale = dice.between(0.5, 0.8) * span.clearance / item.pack.height_cm
    pitch, rows = dice.between(8, 40), dice.whole(2, 4)
    step = item.pack.width_cm * scale * dice.between(0.65, 0.95)
    packs = []
    for row in range(rows):
        z = -span.depth * 0.7 * (1 - (row + 1) / rows)
        lift = 0.3 * item.pack.height_cm * scale * (rows - 1 - row) / rows
        x = left + dice.between(0.2, 0.6) * step
        while x < left + width:
            packs.append(
                Placed(
                    item,
                    x,
                    span.y + lift + dice.between(0, 1),
                    z + dice.between(-1, 1),
                    scale,
                    yaw=dice.random.gauss(0, 9),
                    pitch=pitch + dice.random.gauss(0, 6),
                    roll=dice.random.gauss(0, 8),
                    light=dice.between(0.8, 1.05) * 0.86 ** (rows - 1 - row),
                    behind=row < rows - 1,
                )
            )
            x += dice.near(step, 0.15)
    return packs


def _lying(dice: Dice, stock: Stock, span: Span, left: float, width: float) -> list[Placed]:
    """Packs on their backs in columns, their lower edges to the front, as coffee, rice and frozen goods are stored."""
    line = stock.choose_line(dice, is_soft)
    packs = []
    x = left
    while x < left + width:
        item = dice.pick(line)
        scale = min(0.95 * span.depth / item.pack.height_cm, dice.between(12, 24) / item.pack.width_cm)
        thick = max(1.5, item.pack.depth_cm * scale * dice.between(0.5, 0.8))
        across = item.pack.width_cm * scale
        for level in range(dice.whole(1, max(1, int(0.9 * span.clearance / thick)))):
            # A lying pack shows its thickness: it is drawn as a low upright front with the top leaning far back.
            packs.append(
                Placed(
                    item,
                    x + across / 2 + dice.random.gauss(0, 0.04 * across),
                    span.y + level * thick,
                    dice.between(-2, 0),
                    scale,
                    yaw=dice.random.gauss(0, 5),
                    pitch=dice.between(60, 78),
                    roll=dice.random.gauss(0, 3),
                    light=dice.between(0.8, 1.05),
                )
            )
        x += across * dice.between(0.95, 1.1)
    return packs
