"""Designs of price tags, and of cards on rails that are no price tags: no price is printed on them."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from ..art.fonts import FONTS, SMALL_PRINT
from ..art.palette import grey, hsv, ink_on, make_palette
from ..art.patterns import paint_ground
from ..art.words import make_phrase, make_word
from ..dice import Dice
from .printing import PRICE_FONTS, draw_amount, draw_code, fill, print_in, print_name, print_price, print_unit_price

_HEIGHT_PX = 132
_PAPER = [(252, 252, 248), (255, 255, 255), (246, 243, 230), (250, 228, 90), (250, 214, 40)]
_LOUD = [(222, 32, 38), (250, 205, 20), (245, 130, 20), (60, 160, 70), (225, 60, 130), (20, 90, 180)]
_DARK = np.array([16.0, 16, 18])
_RED = np.array([185.0, 20, 25])


@dataclass(frozen=True)
class Design:
    """A kind of tag: how it is drawn, and its proportions (width to height) and height in cm, each (least, most)."""

    draw: Callable[[Dice, np.ndarray], None]
    aspect: tuple[float, float]
    height_cm: tuple[float, float]


def draw_tag(dice: Dice, design: Design, aspect: float) -> np.ndarray:
    """RGB uint8, `aspect` times as wide as high."""
    image = np.full((_HEIGHT_PX, round(_HEIGHT_PX * aspect), 3), 255, np.uint8)
    design.draw(dice, image)
    if dice.chance(0.5):
        edge = tuple(float(v) for v in grey(dice, 90, 200))
        cv2.rectangle(image, (0, 0), (image.shape[1] - 1, image.shape[0] - 1), edge, 2)
    return image


def draw_card(dice: Dice, aspect: float) -> np.ndarray:
    """An empty holder, a pattern, a percentage or words."""
    image = np.empty((_HEIGHT_PX, round(_HEIGHT_PX * aspect), 3), np.uint8)
    palette = make_palette(dice)
    color = np.array(dice.pick(_PAPER + _LOUD), float) if dice.chance(0.6) else palette.base
    image[:] = color
    ink = ink_on(color, dice)
    dice.pick_weighted({_leave_empty: 0.3, _paint_pattern: 0.15, _print_claim: 0.2, _print_words: 0.35})(dice, image, ink)
    return image


def _leave_empty(dice: Dice, image: np.ndarray, ink: np.ndarray) -> None:
    pass


def _paint_pattern(dice: Dice, image: np.ndarray, ink: np.ndarray) -> None:
    paint_ground(image, dice, make_palette(dice))


def _print_claim(dice: Dice, image: np.ndarray, ink: np.ndarray) -> None:
    text = dice.pick([f"-{dice.whole(1, 9)}0%", "%", "NEW", "BIO", "1 + 1"])
    print_in(image, text, dice.pick(PRICE_FONTS), (0.1, 0.15, 0.8, 0.7), ink)


def _print_words(dice: Dice, image: np.ndarray, ink: np.ndarray) -> None:
    lines = dice.whole(1, 3)
    for line in range(lines):
        place = (0.06, 0.08 + line * 0.86 / lines, dice.between(0.5, 0.88), 0.7 / lines)
        print_in(image, make_phrase(dice, dice.whole(1, 3)), dice.pick(FONTS), place, ink)


def _draw_paper(dice: Dice, image: np.ndarray) -> None:
    """Name above, price at the right, unit price and code at the left, or the other way round."""
    image[:] = dice.pick(_PAPER)
    print_name(dice, image, (0.04, 0.05, 0.92, 0.3), _DARK, dice.whole(1, 2))
    price_left, aside = (dice.between(0.38, 0.42), 0.04) if dice.chance(0.75) else (0.04, 0.66)
    print_price(dice, image, (price_left, 0.38, 0.56, 0.56), _DARK if dice.chance(0.8) else _RED)
    print_unit_price(dice, image, (aside, 0.42, 0.3, 0.14), _DARK)
    draw_code(dice, image, (aside, 0.62, 0.28, 0.3))


def _draw_centred(dice: Dice, image: np.ndarray) -> None:
    """Little else than the price."""
    color = np.array(dice.pick(_PAPER + _LOUD[:2]), float)
    image[:] = color
    ink = ink_on(color, dice)
    print_price(dice, image, (0.1, 0.22, 0.8, 0.62), ink)
    if dice.chance(0.7):
        print_name(dice, image, (0.06, 0.04, 0.88, 0.16), ink, 1)
    if dice.chance(0.4):
        print_unit_price(dice, image, (0.3, 0.86, 0.4, 0.12), ink)


def _draw_promotion(dice: Dice, image: np.ndarray) -> None:
    """A loud ground or band with a word, and the old price beside the new one."""
    loud = np.array(dice.pick(_LOUD), float)
    ground = loud if dice.chance(0.5) else np.array([255.0, 255, 250])
    band = loud if ground is not loud or dice.chance(0.5) else loud * 0.6
    image[:] = ground
    fill(image, (0, 0, 1, 0.28), band)
    print_in(image, make_word(dice, dice.whole(1, 3)).upper(), dice.pick(FONTS), (0.1, 0.05, 0.8, 0.19), ink_on(band, dice))
    ink = ink_on(ground, dice)
    print_price(dice, image, (0.32, 0.34, 0.64, 0.6), ink)
    print_unit_price(dice, image, (0.04, 0.78, 0.26, 0.14), ink)
    if dice.chance(0.6):
        print_in(image, ".".join(draw_amount(dice)), FONTS[2], (0.05, 0.4, 0.22, 0.18), ink)
        height, width = image.shape[:2]
        start, end = (int(0.05 * width), int(0.56 * height)), (int(0.27 * width), int(0.42 * height))
        cv2.line(image, start, end, tuple(float(v) for v in ink), 3, cv2.LINE_AA)


def _draw_electronic(dice: Dice, image: np.ndarray) -> None:
    """A light panel in a frame; black print, red now and then."""
    image[:] = grey(dice, 210, 245) if dice.chance(0.5) else grey(dice, 20, 90)
    panel = grey(dice, 195, 238)
    top = _RED if dice.chance(0.35) else panel
    fill(image, (0.05, 0.08, 0.9, 0.84), panel)
    fill(image, (0.05, 0.08, 0.9, 0.2), top)
    print_name(dice, image, (0.08, 0.1, 0.84, 0.18), ink_on(top, dice), 1)
    print_price(dice, image, (0.4, 0.34, 0.52, 0.52), _DARK if dice.chance(0.8) else _RED)
    print_unit_price(dice, image, (0.08, 0.38, 0.28, 0.14), _DARK)
    draw_code(dice, image, (0.08, 0.6, 0.26, 0.24))


def _draw_portrait(dice: Dice, image: np.ndarray) -> None:
    """Higher than wide: name, price and code below each other."""
    image[:] = dice.pick(_PAPER)
    print_name(dice, image, (0.06, 0.05, 0.88, 0.24), _DARK, dice.whole(1, 2))
    print_price(dice, image, (0.08, 0.34, 0.84, 0.34), _DARK)
    print_unit_price(dice, image, (0.08, 0.7, 0.84, 0.08), _DARK)
    draw_code(dice, image, (0.1, 0.8, 0.8, 0.15))


def _draw_dark(dice: Dice, image: np.ndarray) -> None:
    """Light print on slate, blue, green or brown."""
    image[:] = dice.pick([grey(dice, 15, 60), hsv(0.6, 0.8, 0.4), hsv(0.38, 0.7, 0.35), hsv(0.03, 0.6, 0.3)])
    light = np.array([250.0, 250, 245]) if dice.chance(0.75) else np.array([250.0, 220, 60])
    print_price(dice, image, (0.3, 0.36, 0.64, 0.56), light)
    print_name(dice, image, (0.05, 0.06, 0.9, 0.24), light, 1)
    print_unit_price(dice, image, (0.05, 0.6, 0.22, 0.14), light)


def _draw_split(dice: Dice, image: np.ndarray) -> None:
    """A coloured field with the unit price beside a white one with the price."""
    image[:] = (254, 254, 252)
    share = dice.between(0.3, 0.42)
    field = np.array(dice.pick(_LOUD + [(250, 200, 90)]), float)
    fill(image, (0, 0, share, 1), field)
    ink = ink_on(field, dice)
    print_in(image, "unit price", SMALL_PRINT, (0.03, 0.08, share - 0.06, 0.14), ink)
    print_in(image, ".".join(draw_amount(dice)), FONTS[4], (0.04, 0.3, share - 0.08, 0.36), ink)
    per = dice.pick(["per kg", "per lb", "per 100 g", "per oz"])
    print_in(image, per, SMALL_PRINT, (0.04, 0.74, share - 0.08, 0.14), ink)
    print_price(dice, image, (share + 0.05, 0.08, 0.9 - share, 0.52), _DARK)
    print_name(dice, image, (share + 0.05, 0.66, 0.9 - share, 0.28), _DARK, dice.whole(1, 2))


def _draw_strip(dice: Dice, image: np.ndarray) -> None:
    """Low and wide: name and code at the left, price at the right."""
    image[:] = dice.pick(_PAPER)
    print_name(dice, image, (0.03, 0.12, 0.42, 0.5), _DARK, 2)
    draw_code(dice, image, (0.03, 0.68, 0.3, 0.24))
    print_price(dice, image, (0.58, 0.12, 0.38, 0.76), _DARK)


TRAINED_DESIGNS = [
    Design(_draw_paper, (1.2, 2.3), (2.6, 5)),
    Design(_draw_centred, (1.1, 2.2), (2.2, 6)),
    Design(_draw_promotion, (1.0, 1.9), (3, 10)),
    Design(_draw_electronic, (1.3, 2.4), (2.4, 5.5)),
    Design(_draw_portrait, (0.6, 0.95), (5, 9)),
    Design(_draw_dark, (1.2, 2.1), (2.6, 6)),
]
HELD_OUT_DESIGNS = [Design(_draw_split, (1.5, 2.6), (2.8, 5)), Design(_draw_strip, (2.4, 3.8), (2.2, 3.6))]
"""Never trained on."""
