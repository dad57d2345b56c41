"""What price tags are printed with: prices, unit prices, names and codes, placed by shares of the drawing."""

import cv2
import numpy as np

from ..art.fonts import FONTS, SMALL_PRINT, print_text
from ..art.words import make_amount, make_brand, make_phrase
from ..dice import Dice

PRICE_FONTS = [FONTS[0], FONTS[2], FONTS[3], FONTS[4], FONTS[12], FONTS[14]]
_PATTERNS = {
    "{w}.{c}": 4.0,
    "{w},{c}": 3.0,
    "${w}.{c}": 3.0,
    "€ {w},{c}": 1.0,
    "{w},{c} €": 2.0,
    "£{w}.{c}": 1.0,
    "{c}¢": 0.5,
    "2 for {w}.{c}": 0.5,
}

Box = tuple[float, float, float, float]
"""Left, top, width, height, as shares of the drawing."""


def print_in(image: np.ndarray, text: str, font: str, box: Box, ink: np.ndarray) -> None:
    height, width = image.shape[:2]
    left, top, wide, high = box
    print_text(image, text, font, (left * width, top * height, wide * width, high * height), ink, stretch=1.2)


def fill(image: np.ndarray, box: Box, color: np.ndarray) -> None:
    rows, columns = _pixels(image, box)
    image[rows, columns] = color


def draw_amount(dice: Dice) -> tuple[str, str]:
    """Whole units and cents."""
    whole = int(np.exp(dice.between(np.log(0.4), np.log(60))))
    return str(whole), dice.pick(["99", "49", "79", "95", "29", "00", f"{dice.whole(0, 99):02d}"])


def print_price(dice: Dice, image: np.ndarray, box: Box, ink: np.ndarray) -> None:
    """In one line, or with the cents raised and smaller."""
    font, (whole, cents) = dice.pick(PRICE_FONTS), draw_amount(dice)
    left, top, wide, high = box
    if dice.chance(0.55):
        print_in(image, dice.pick_weighted(_PATTERNS).format(w=whole, c=cents), font, box, ink)
        return
    share = min(0.74, 0.42 + 0.15 * len(whole))
    print_in(image, whole + dice.pick([".", ",", "", ""]), font, (left, top, share * wide, high), ink)
    print_in(image, cents, font, (left + (share + 0.02) * wide, top, (0.98 - share) * wide, 0.55 * high), ink)
    sign = dice.pick(["", "", "$", "€", "£"])
    if sign:
        print_in(image, sign, font, (left + (share + 0.05) * wide, top + 0.62 * high, 0.3 * wide, 0.36 * high), ink)


def print_unit_price(dice: Dice, image: np.ndarray, box: Box, ink: np.ndarray) -> None:
    whole, cents = draw_amount(dice)
    text = dice.pick([f"1 kg = {whole},{cents}", f"{whole}.{cents} / kg", f"{whole},{cents} €/l", f"100 g {whole}.{cents}"])
    print_in(image, text, SMALL_PRINT, box, ink)


def print_name(dice: Dice, image: np.ndarray, box: Box, ink: np.ndarray, lines: int) -> None:
    left, top, wide, high = box
    for line in range(lines):
        text = make_phrase(dice, dice.whole(1, 3)) if line else f"{make_brand(dice)} {make_amount(dice)}"
        place = (left, top + line * high / lines, dice.between(0.55, 1) * wide, 0.8 * high / lines)
        print_in(image, text, SMALL_PRINT if line else FONTS[0], place, ink)


def draw_code(dice: Dice, image: np.ndarray, box: Box) -> None:
    """Bars, a matrix, or nothing."""
    kind = dice.random.random()
    if kind < 0.55:
        _draw_bars(dice, image, box)
    elif kind < 0.75:
        _draw_matrix(dice, image, box)


def _draw_bars(dice: Dice, image: np.ndarray, box: Box) -> None:
    rows, columns = _pixels(image, box)
    x = columns.start
    while x < columns.stop:
        thick = dice.whole(1, 3)
        image[rows, x : min(columns.stop, x + thick)] = 20
        x += thick + dice.whole(1, 3)


def _draw_matrix(dice: Dice, image: np.ndarray, box: Box) -> None:
    rows, columns = _pixels(image, box)
    side = min(rows.stop - rows.start, columns.stop - columns.start)
    modules = (dice.arrays.random((15, 15)) < 0.5).astype(np.uint8) * 225 + 15
    patch = cv2.resize(modules, (side, side), interpolation=cv2.INTER_NEAREST)
    image[rows.start : rows.start + side, columns.start : columns.start + side] = patch[..., None]


def _pixels(image: np.ndarray, box: Box) -> tuple[slice, slice]:
    height, width = image.shape[:2]
    left, top, wide, high = box
    return (
        slice(int(top * height), max(int(top * height) + 1, int((top + high) * height))),
        slice(int(left * width), max(int(left * width) + 1, int((left + wide) * width))),
    )
