"""The printed front, back and side of a pack. All places are shares of the label's width and height, and dice are thrown in an
order that does not depend on the size, so that a design looks the same however large it is drawn."""

from dataclasses import dataclass

import cv2
import numpy as np

from ..dice import Dice
from .fonts import FONTS, SMALL_PRINT, print_text
from .palette import Palette, grey, ink_on
from .patterns import paint_ground
from .pictures import draw_picture


@dataclass(frozen=True)
class LabelDesign:
    palette: Palette
    brand: str
    product: str
    flavour: str
    amount: str
    claim: str
    """Decides the arrangement; the same for all flavours of a brand's line."""
    layout_seed: int
    """Decides the picture; differs between flavours."""
    flavour_seed: int


def draw_front(design: LabelDesign, width: int, height: int) -> np.ndarray:
    """RGB uint8 (height, width, 3)."""
    dice = Dice(design.layout_seed)
    image = np.empty((height, width, 3), np.uint8)
    paint_ground(image, dice, design.palette)
    logo_top = dice.between(0.03, 0.14) if dice.chance(0.75) else dice.between(0.35, 0.6)
    picture_first = dice.chance(0.85)
    if picture_first:
        _place_picture(image, design, dice)
    if dice.chance(0.45):
        _place_flavour_band(image, design, dice)
    _place_logo(image, design, dice, logo_top)
    _place_texts(image, design, dice, logo_top)
    if dice.chance(0.45):
        _place_badge(image, design, dice)
    if dice.chance(0.3):
        _place_frame(image, design, dice)
    return image


def draw_back(design: LabelDesign, width: int, height: int) -> np.ndarray:
    """Small print, a table of nutrients and a bar code. RGB uint8 (height, width, 3)."""
    dice = Dice(design.layout_seed + 1)
    palette = design.palette
    image = np.empty((height, width, 3), np.uint8)
    image[:] = palette.base if dice.chance(0.7) else palette.second
    ink = ink_on(image[0, 0].astype(float), dice)
    print_text(
        image,
        design.brand,
        dice.pick(FONTS),
        (0.1 * width, 0.05 * height, 0.8 * width, dice.between(0.06, 0.14) * height),
        palette.logo if dice.chance(0.5) else ink,
    )
    _lines(image, dice, (0.08, dice.between(0.2, 0.35), 0.84, dice.between(0.12, 0.3)), ink)
    if dice.chance(0.6):
        _table(image, dice, ink)
    if dice.chance(0.6):
        _bar_code(image, dice)
    return image


def _place_picture(image: np.ndarray, design: LabelDesign, dice: Dice) -> None:
    height, width = image.shape[:2]
    w, h = dice.between(0.5, 1.1), dice.between(0.25, 0.6)
    x, y = dice.between(-0.05, 1.05 - w), dice.between(0.95 - h, 1.05 - h) if dice.chance(0.7) else dice.between(0.2, 0.4)
    rgb, mask = draw_picture(Dice(design.flavour_seed), int(w * width), int(h * height))
    if dice.chance(0.3):
        oval = np.zeros_like(mask)
        cv2.ellipse(
            oval,
            (mask.shape[1] // 2, mask.shape[0] // 2),
            (mask.shape[1] // 2, mask.shape[0] // 2),
            0,
            0,
            360,
            255,
            -1,
            cv2.LINE_AA,
        )
        mask = np.minimum(mask, oval)
    _paste(image, rgb, mask, int(x * width), int(y * height))


def _place_flavour_band(image: np.ndarray, design: LabelDesign, dice: Dice) -> None:
    height, width = image.shape[:2]
    thick = dice.between(0.05, 0.2)
    if dice.chance(0.75):
        top = dice.between(0, 1 - thick)
        image[int(top * height) : int((top + thick) * height)] = design.palette.accent
    else:
        left = dice.pick([0.0, 1 - thick])
        image[:, int(left * width) : int((left + thick) * width)] = design.palette.accent


def _place_logo(image: np.ndarray, design: LabelDesign, dice: Dice, top: float) -> None:
    """The brand on a ground of its own, or straight on the label."""
    height, width = image.shape[:2]
    palette = design.palette
    w, h = dice.between(0.6, 0.94), dice.between(0.1, 0.22)
    x, y, ww, hh = (1 - w) / 2 * width, top * height, w * width, h * height
    ground, shape = palette.logo, dice.random.random()
    if shape < 0.25:
        cv2.ellipse(
            image,
            (int(x + ww / 2), int(y + hh / 2)),
            (int(ww * 0.54), int(hh * 0.75)),
            0,
            0,
            360,
            ground.tolist(),
            -1,
            cv2.LINE_AA,
        )
    elif shape < 0.5:
        cv2.rectangle(image, (int(x), int(y - 0.1 * hh)), (int(x + ww), int(y + 1.1 * hh)), ground.tolist(), -1)
    elif shape < 0.6:
        tip = 0.25 * hh
        cv2.fillPoly(
            image,
            [np.array([[x, y], [x + ww, y - tip], [x + ww, y + hh], [x, y + hh + tip]], np.int32)],
            ground.tolist(),
            cv2.LINE_AA,
        )
    else:
        ground = image[int(np.clip(y + hh / 2, 0, height - 1)), width // 2].astype(float)
    color = ink_on(ground, dice)
    print_text(image, design.brand, dice.pick(FONTS), (x + 0.08 * ww, y + 0.12 * hh, 0.84 * ww, 0.76 * hh), color)


def _place_texts(image: np.ndarray, design: LabelDesign, dice: Dice, logo_top: float) -> None:
    height, width = image.shape[:2]
    palette = design.palette
    top = logo_top + dice.between(0.22, 0.3) if logo_top < 0.5 else dice.between(0.08, 0.2)
    product_font, flavour_font = dice.pick(FONTS), dice.pick(FONTS)
    size = dice.between(0.04, 0.09)
    product_color = palette.ink if dice.chance(0.7) else palette.second
    print_text(image, design.product, product_font, (0.1 * width, top * height, 0.8 * width, size * height), product_color)
    flavour_color = ink_on(palette.base, dice) if dice.chance(0.5) else palette.accent
    print_text(
        image,
        design.flavour,
        flavour_font,
        (0.15 * width, (top + 1.25 * size) * height, 0.7 * width, 0.9 * size * height),
        flavour_color,
    )
    print_text(
        image,
        design.amount,
        SMALL_PRINT,
        (dice.pick([0.06, 0.64]) * width, dice.between(0.9, 0.94) * height, 0.3 * width, 0.04 * height),
        palette.ink,
    )
    if dice.chance(0.35):
        _lines(
            image,
            dice,
            (dice.between(0.05, 0.4), dice.between(0.6, 0.85), dice.between(0.3, 0.5), dice.between(0.05, 0.12)),
            palette.ink,
        )


def _place_badge(image: np.ndarray, design: LabelDesign, dice: Dice) -> None:
    height, width = image.shape[:2]
    radius = dice.between(0.09, 0.17) * min(width, height * 1.2)
    x, y = dice.pick([0.18, 0.82]) * width, dice.pick([0.38, 0.8, 0.87]) * height
    color = design.palette.accent if dice.chance(0.5) else design.palette.second
    if dice.chance(0.4):
        angles = np.arange(24) / 24 * 2 * np.pi
        reach = radius * np.where(np.arange(24) % 2 == 0, 1.15, 0.92)
        points = np.stack([x + reach * np.cos(angles), y + reach * np.sin(angles)], 1).astype(np.int32)
        cv2.fillPoly(image, [points], color.tolist(), cv2.LINE_AA)
    else:
        cv2.circle(image, (int(x), int(y)), max(2, int(radius)), color.tolist(), -1, cv2.LINE_AA)
    print_text(
        image,
        design.claim,
        dice.pick(FONTS),
        (x - 0.7 * radius, y - 0.45 * radius, 1.4 * radius, 0.9 * radius),
        ink_on(color, dice),
    )


def _place_frame(image: np.ndarray, design: LabelDesign, dice: Dice) -> None:
    height, width = image.shape[:2]
    edge = max(1, int(dice.between(0.01, 0.05) * width))
    color = (design.palette.second if dice.chance(0.5) else design.palette.accent).tolist()
    cv2.rectangle(image, (edge // 2, edge // 2), (width - 1 - edge // 2, height - 1 - edge // 2), color, edge)


def _lines(image: np.ndarray, dice: Dice, place: tuple[float, float, float, float], ink: np.ndarray) -> None:
    """Small print: no letters could be read at shelf resolution, so lines of broken strokes stand for it."""
    height, width = image.shape[:2]
    left, top, w, h = place
    rows = dice.whole(3, 8)
    for row in range(rows):
        y = int((top + h * row / rows) * height)
        thick = max(1, int(h / rows * 0.45 * height))
        x, end = left, left + w * (dice.between(0.4, 1) if row == rows - 1 else 1)
        while x < end:
            word = dice.between(0.02, 0.09)
            area = image[y : y + thick, int(x * width) : int(min(end, x + word) * width)]
            area[:] = 0.35 * area + 0.65 * ink
            x += word + 0.015


def _table(image: np.ndarray, dice: Dice, ink: np.ndarray) -> None:
    height, width = image.shape[:2]
    left, top, right, bottom = 0.1, dice.between(0.5, 0.55), dice.between(0.5, 0.9), dice.between(0.75, 0.85)
    color, rows = ink.tolist(), dice.whole(4, 8)
    cv2.rectangle(image, (int(left * width), int(top * height)), (int(right * width), int(bottom * height)), color, 1)
    for row in range(1, rows):
        y = int((top + (bottom - top) * row / rows) * height)
        cv2.line(image, (int(left * width), y), (int(right * width), y), color, 1)
    _lines(image, dice, (left + 0.02, top + 0.02, (right - left) * 0.6, bottom - top - 0.04), ink)


def _bar_code(image: np.ndarray, dice: Dice) -> None:
    height, width = image.shape[:2]
    left, top, w, h = dice.between(0.1, 0.5), dice.between(0.86, 0.89), 0.38, 0.09
    image[int(top * height) : int((top + h) * height), int(left * width) : int((left + w) * width)] = grey(dice, 235, 255)
    x = 0.03
    while x < 0.94:
        bar = dice.pick([0.008, 0.016, 0.024])
        image[
            int((top + 0.008) * height) : int((top + h - 0.015) * height),
            int((left + x * w) * width) : int((left + (x + bar) * w) * width),
        ] = 20
        x += bar + dice.pick([0.008, 0.016, 0.024])


def _paste(image: np.ndarray, rgb: np.ndarray, mask: np.ndarray, x: int, y: int) -> None:
    height, width = image.shape[:2]
    x0, y0, x1, y1 = max(0, x), max(0, y), min(width, x + rgb.shape[1]), min(height, y + rgb.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    inside = np.s_[y0 - y : y1 - y, x0 - x : x1 - x]
    weight = mask[inside][..., None].astype(np.float32) / 255
    area = image[y0:y1, x0:x1]
    area[:] = area * (1 - weight) + rgb[inside] * weight
