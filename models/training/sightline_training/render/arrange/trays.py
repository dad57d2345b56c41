"""Shelf-ready cases: an open carton with a low front, filled with one product, sometimes two cases high."""

from dataclasses import dataclass

import numpy as np

from ..art.palette import grey, hsv
from ..dice import Dice
from ..forms import Form
from ..shelf.place import Placed
from ..stock import Stock, StockedPack
from .span import Span, choose_fitting_line, scale_to_fit


@dataclass(frozen=True)
class Tray:
    """Lower left front corner, size in cm, colour RGB."""

    left: float
    y: float
    z: float
    width: float
    height: float
    depth: float
    color: np.ndarray
    """Depth of the notch cut into the front, as a share of its height; 0: straight."""
    notch: float
    item: StockedPack
    printed: bool


def _goes_in_tray(form: Form) -> bool:
    return form.name not in ("flat-bag", "blister")


def fill_with_trays(dice: Dice, stock: Stock, span: Span) -> tuple[list[Placed], list[Tray]]:
    packs: list[Placed] = []
    trays: list[Tray] = []
    x = span.left + dice.between(0, 2)
    while x < span.right:
        item = dice.pick(choose_fitting_line(dice, stock, span, _goes_in_tray))
        scale = scale_to_fit(dice, item, span, 0.35, 0.9)
        width = item.pack.width_cm * scale
        facings = dice.whole(2, max(2, min(8, int(45 / width))))
        if x + facings * width > span.right:
            break
        added = _fill_tray(dice, item, span, scale, x, facings)
        packs += added[0]
        trays += added[1]
        x += facings * width + dice.between(0.4, 1.5)
    return packs, trays


def _fill_tray(
    dice: Dice, item: StockedPack, span: Span, scale: float, x: float, facings: int
) -> tuple[list[Placed], list[Tray]]:
    width, height, depth = (v * scale for v in (item.pack.width_cm, item.pack.height_cm, item.pack.depth_cm))
    floors = 2 if 2 * height < 0.92 * span.clearance and dice.chance(0.5) else 1
    lip = dice.between(0.1, 0.42) * height
    color = (
        hsv(dice.between(0.07, 0.1), dice.between(0.3, 0.5), dice.between(0.5, 0.8))
        if dice.chance(0.6)
        else item.pack.label.palette.base
    )
    color = grey(dice, 200, 250) if dice.chance(0.12) else color
    taken = dice.whole(1, facings) if dice.chance(0.15) else 0
    packs, trays = [], []
    for floor in range(floors):
        y = span.y + floor * height * 1.02
        for i in range(facings):
            back = depth if i < taken and floor == floors - 1 else 0.0
            for row in range(span.rows_behind, -1, -1):
                if row == 0 and back > 0:
                    continue
                packs.append(
                    Placed(
                        item,
                        x + (i + 0.5) * width + dice.random.gauss(0, 0.1),
                        y,
                        -0.4 - row * depth * 1.02,
                        scale,
                        yaw=dice.random.gauss(0, 1.5),
                        light=dice.near(0.97, 0.06) * 0.75**row,
                        behind=row > (1 if back else 0),
                    )
                )
        trays.append(
            Tray(
                x - 0.2,
                y,
                0.0,
                facings * width + 0.4,
                lip,
                span.depth * 0.95,
                color,
                dice.pick([0.0, 0.0, 0.5, 0.8]),
                item,
                dice.chance(0.5),
            )
        )
    return packs, trays
