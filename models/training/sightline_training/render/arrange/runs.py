"""Runs: the same product side by side, its sisters next to it, more of it behind, some stacked."""

from collections.abc import Callable
from dataclasses import dataclass

from ..dice import Dice
from ..forms import Body, Form
from ..shelf.place import Placed
from ..stock import Stock, StockedPack
from .span import Span, choose_fitting_line, scale_to_fit


@dataclass(frozen=True)
class RunStyle:
    """`facings` is the mean number of one product side by side; `untidy` 0..1 how far packs stand out of line."""

    facings: float = 2.8
    stack: float = 0.6
    untidy: float = 0.3
    missing: float = 0.03
    """How often neighbours touch, with nothing but a seam between them."""
    touching: float = 0.6
    fits: Callable[[Form], bool] = lambda form: True


def fill_with_runs(dice: Dice, stock: Stock, span: Span, style: RunStyle) -> list[Placed]:
    packs: list[Placed] = []
    x = span.left + dice.between(0, 3)
    while x < span.right:
        line = choose_fitting_line(dice, stock, span, style.fits)
        blocks = dice.whole(1, len(line))
        for item in dice.random.sample(line, blocks):
            run, x = _place_run(dice, item, span, style, x)
            packs += run
        x += dice.between(0, 1.5) if dice.chance(0.9) else dice.between(3, 15)
    return packs


def _place_run(dice: Dice, item: StockedPack, span: Span, style: RunStyle, x: float) -> tuple[list[Placed], float]:
    scale = scale_to_fit(dice, item, span)
    width, height, depth = (v * scale for v in (item.pack.width_cm, item.pack.height_cm, item.pack.depth_cm))
    gap = 0.0 if dice.chance(style.touching) else dice.between(0, 0.12) * width
    levels = _levels(dice, item, span, height, style)
    count = min(20, int(dice.random.expovariate(1 / style.facings)) + 1)
    light, untidy, set_back = (
        dice.between(0.85, 1.08),
        style.untidy * dice.between(0, 1),
        dice.between(0, 0.25 * span.depth) if dice.chance(0.2) else 0.0,
    )
    turn = _turn(dice, item)
    packs: list[Placed] = []
    for _ in range(count):
        if x + width > span.right:
            break
        if not dice.chance(style.missing):
            high = levels if dice.chance(0.75) else dice.whole(1, levels)
            z = -set_back - abs(dice.random.gauss(0, 1.2 * untidy))
            packs += _behind(dice, item, span, scale, x + width / 2, z - depth * 1.02, light)
            for level in range(high):
                packs.append(
                    Placed(
                        item,
                        x + width / 2 + (dice.random.gauss(0, 0.03 * width * untidy) if level else 0),
                        span.y + level * height,
                        z,
                        scale,
                        yaw=_yaw(dice, item, untidy),
                        roll=dice.random.gauss(0, 1.5) if untidy > 0.5 and dice.chance(0.3) else 0.0,
                        light=dice.near(light, 0.05),
                        turn=turn if dice.chance(0.7) else _turn(dice, item),
                    )
                )
        x += width + gap + abs(dice.random.gauss(0, 0.02 * width * untidy))
    return packs, x


def _levels(dice: Dice, item: StockedPack, span: Span, height: float, style: RunStyle) -> int:
    fit = int(span.clearance * 0.97 / height)
    if not item.form.can_stack or fit < 2 or not dice.chance(style.stack):
        return 1
    return dice.whole(2, min(fit, 7))


def _behind(dice: Dice, item: StockedPack, span: Span, scale: float, x: float, z: float, light: float) -> list[Placed]:
    depth = item.pack.depth_cm * scale
    return [
        Placed(
            item, x + dice.between(-0.4, 0.4), span.y, z - row * depth * 1.05, scale, light=light * 0.72 * 0.8**row, behind=True
        )
        for row in range(span.rows_behind)
        if z - row * depth > -span.depth
    ]


def _yaw(dice: Dice, item: StockedPack, untidy: float) -> float:
    if item.form.body is Body.ROUND:
        return 0.0
    return dice.random.gauss(0, 9 if dice.chance(0.1) else 2) * untidy


def _turn(dice: Dice, item: StockedPack) -> int:
    """Few steps, because each is a drawing of its own."""
    return dice.pick([0, 0, 0, 25, -25, 50, 160]) if item.form.body is Body.ROUND else 0
