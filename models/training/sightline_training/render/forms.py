"""The bodies of packs: sizes, outlines, and which of them are round, soft or stiff."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .dice import Dice


class Body(StrEnum):
    """How a pack looks from aside: boxes show side and top, round ones turn, soft ones are bulging sheets, flat ones sheets."""

    BOX = "box"
    ROUND = "round"
    SOFT = "soft"
    FLAT = "flat"


@dataclass(frozen=True)
class Form:
    """Ranges are (least, most). Depth is a share of the width."""

    name: str
    body: Body
    """How often it is drawn, relative to the others."""
    weight: float
    height_cm: tuple[float, float]
    width_to_height: tuple[float, float]
    depth_to_width: tuple[float, float]
    can_stack: bool = False
    can_hang: bool = False
    see_through: float = 0.0
    """Share of packs whose body lets the background through."""


FORMS = {
    form.name: form
    for form in [
        Form("box", Body.BOX, 20, (7, 34), (0.42, 1.7), (0.2, 0.7), can_stack=True),
        Form("slim-box", Body.BOX, 5, (12, 28), (0.18, 0.42), (0.5, 1.0), can_stack=True),
        Form("brick", Body.BOX, 6, (9, 24), (0.32, 0.55), (0.6, 1.0), can_stack=True),
        Form("multipack", Body.BOX, 6, (9, 24), (0.9, 2.2), (0.4, 0.8), can_stack=True),
        Form("can", Body.ROUND, 11, (6, 17), (0.42, 1.2), (1, 1), can_stack=True),
        Form("bottle", Body.ROUND, 17, (16, 34), (0.24, 0.46), (1, 1), see_through=0.45),
        Form("jar", Body.ROUND, 9, (6, 19), (0.5, 1.0), (1, 1), can_stack=True, see_through=0.4),
        Form("tub", Body.ROUND, 7, (5, 13), (0.8, 1.7), (1, 1), can_stack=True),
        Form("spray", Body.ROUND, 5, (18, 30), (0.28, 0.5), (1, 1), see_through=0.2),
        Form("jug", Body.ROUND, 4, (18, 32), (0.5, 0.85), (0.6, 0.8), see_through=0.1),
        Form("tube", Body.SOFT, 4, (11, 20), (0.24, 0.42), (0.5, 0.8)),
        Form("pouch", Body.SOFT, 12, (13, 30), (0.55, 1.0), (0.3, 0.55), can_hang=True),
        Form("bag", Body.SOFT, 12, (14, 36), (0.6, 1.05), (0.3, 0.55), can_hang=True),
        Form("flat-bag", Body.SOFT, 6, (6, 14), (1.3, 2.6), (0.3, 0.6), can_stack=True),
        Form("sachet", Body.FLAT, 4, (8, 16), (0.6, 1.1), (0.04, 0.12), can_hang=True),
        Form("blister", Body.FLAT, 6, (9, 24), (0.45, 0.95), (0.1, 0.35), can_hang=True),
        Form("carton", Body.BOX, 5, (16, 26), (0.34, 0.5), (0.8, 1.0)),
    ]
}


def outline(form: Form, dice: Dice, rows: int) -> np.ndarray:
    """Half the width at each row, top first, 0..1 of the widest: float32 (rows,). Throws the same dice whatever `rows` is."""
    knots = _KNOTS[form.name](dice) if form.name in _KNOTS else [(0.0, 1.0), (1.0, 1.0)]
    at, half = zip(*sorted(knots), strict=True)
    half = np.interp((np.arange(rows) + 0.5) / rows, at, half)
    if form.body is Body.SOFT:
        ripple = dice.arrays.normal(0, 0.02, 9)
        half = half + np.interp(np.linspace(0, 8, rows), np.arange(9), ripple)
    return (half / half.max()).clip(0.05, 1).astype(np.float32)


def cap_share(form: Form, dice: Dice) -> float:
    """Height of the lid, cap or gable as a share of the pack's height."""
    low, high = {
        "can": (0.02, 0.04), "bottle": (0.05, 0.13), "jar": (0.09, 0.24), "tub": (0.06, 0.2), "spray": (0.18, 0.26),
        "jug": (0.08, 0.14), "tube": (0.08, 0.16), "carton": (0.12, 0.22),
    }.get(form.name, (0.0, 0.0))  # fmt: skip
    return dice.between(low, high)


def _bottle(dice: Dice) -> list[tuple[float, float]]:
    neck, neck_end = dice.between(0.26, 0.55), dice.between(0.08, 0.3)
    shoulder = neck_end + dice.between(0.05, 0.22)
    waist = dice.between(0.86, 1.0)
    return [(0, neck), (neck_end, neck * 1.05), (shoulder, 1), (0.65, waist), (0.95, 1), (1, dice.between(0.88, 1))]


def _jar(dice: Dice) -> list[tuple[float, float]]:
    lid, end = dice.between(0.75, 1.0), dice.between(0.1, 0.22)
    return [(0, lid), (end, lid), (end + 0.02, lid * 0.94), (end + dice.between(0.04, 0.12), 1), (0.95, 1), (1, 0.9)]


def _tub(dice: Dice) -> list[tuple[float, float]]:
    return [(0, 1), (0.1, 1), (0.11, 0.94), (1, dice.between(0.72, 0.93))]


def _can(dice: Dice) -> list[tuple[float, float]]:
    rim = dice.between(0.88, 0.97)
    return [(0, rim), (0.04, 1), (0.96, 1), (1, rim)]


def _spray(dice: Dice) -> list[tuple[float, float]]:
    neck = dice.between(0.25, 0.45)
    return [
        (0, dice.between(0.5, 0.9)),
        (0.1, dice.between(0.5, 0.9)),
        (0.11, neck),
        (0.24, neck),
        (dice.between(0.3, 0.42), 1),
        (1, 0.94),
    ]


def _jug(dice: Dice) -> list[tuple[float, float]]:
    neck = dice.between(0.25, 0.42)
    return [(0, neck), (0.13, neck), (0.28, dice.between(0.65, 0.9)), (0.42, 1), (0.95, 1), (1, 0.93)]


def _tube(dice: Dice) -> list[tuple[float, float]]:
    return [(0, 1), (0.07, 1), (0.82, dice.between(0.75, 0.9)), (0.87, dice.between(0.45, 0.7)), (1, dice.between(0.45, 0.7))]


def _pouch(dice: Dice) -> list[tuple[float, float]]:
    return [
        (0, dice.between(0.92, 1)),
        (0.1, dice.between(0.92, 0.98)),
        (0.5, 1),
        (0.9, dice.between(0.94, 1)),
        (1, dice.between(0.86, 1)),
    ]


def _bag(dice: Dice) -> list[tuple[float, float]]:
    return [
        (0, 1),
        (0.06, 0.98),
        (0.2, dice.between(0.9, 0.96)),
        (0.5, dice.between(0.92, 1)),
        (0.8, dice.between(0.9, 0.96)),
        (0.95, 0.98),
        (1, 1),
    ]


_KNOTS = {
    "bottle": _bottle, "jar": _jar, "tub": _tub, "can": _can, "spray": _spray, "jug": _jug, "tube": _tube, "pouch": _pouch,
    "bag": _bag, "flat-bag": _bag,
}  # fmt: skip
