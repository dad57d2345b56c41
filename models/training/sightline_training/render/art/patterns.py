"""Grounds that labels are printed on. Each takes (image uint8 (h, w, 3), dice, palette) and paints the whole of it."""

import math

import cv2
import numpy as np

from ..dice import Dice
from .palette import Palette


def paint_ground(image: np.ndarray, dice: Dice, palette: Palette) -> None:
    dice.pick_weighted(GROUNDS)(image, dice, palette)


def flat(image: np.ndarray, dice: Dice, palette: Palette) -> None:
    image[:] = palette.base


def fade(image: np.ndarray, dice: Dice, palette: Palette) -> None:
    height, width = image.shape[:2]
    along = np.linspace(0, 1, height)[:, None, None] if dice.chance(0.7) else np.linspace(0, 1, width)[None, :, None]
    to = palette.second if dice.chance(0.5) else palette.base * dice.between(0.45, 0.8)
    image[:] = palette.base * (1 - along) + to * along


def split(image: np.ndarray, dice: Dice, palette: Palette) -> None:
    height, width = image.shape[:2]
    image[:] = palette.base
    at = dice.between(0.3, 0.7)
    bend = dice.between(-0.2, 0.2)
    corners = (
        [(0, at + bend), (1, at - bend), (1, 1), (0, 1)] if dice.chance(0.7) else [(at + bend, 0), (1, 0), (1, 1), (at - bend, 1)]
    )
    _fill(image, corners, palette.accent)


def stripes(image: np.ndarray, dice: Dice, palette: Palette) -> None:
    height, width = image.shape[:2]
    image[:] = palette.base
    count, slant = dice.whole(3, 12), dice.pick([0.0, 0.0, 0.5, -0.5, 1.0])
    color = palette.second if dice.chance(0.5) else palette.base * 0.8
    for i in range(-count, 2 * count):
        x = i / count
        _fill(image, [(x, 0), (x + 0.5 / count, 0), (x + 0.5 / count + slant, 1), (x + slant, 1)], color)


def waves(image: np.ndarray, dice: Dice, palette: Palette) -> None:
    image[:] = palette.base
    start = dice.between(0.2, 0.7)
    for layer in range(dice.whole(1, 3)):
        phase, size, turns = dice.between(0, 6.3), dice.between(0.02, 0.1), dice.between(0.4, 1.6)
        line = [(x / 24, start + layer * 0.1 + size * math.sin(phase + turns * x / 24 * 6.3)) for x in range(25)]
        _fill(image, [*line, (1, 1), (0, 1)], palette.accent if layer % 2 == 0 else palette.second)


def dots(image: np.ndarray, dice: Dice, palette: Palette) -> None:
    height, width = image.shape[:2]
    image[:] = palette.base
    pitch = dice.between(0.08, 0.25) * width
    radius = max(1, int(pitch * dice.between(0.15, 0.38)))
    for row in range(int(height / pitch) + 2):
        for column in range(int(width / pitch) + 2):
            cv2.circle(
                image, (int((column + 0.5 * (row % 2)) * pitch), int(row * pitch)), radius, _bgr(palette.second), -1, cv2.LINE_AA
            )


def rays(image: np.ndarray, dice: Dice, palette: Palette) -> None:
    image[:] = palette.base
    cx, cy, count = dice.between(0.3, 0.7), dice.between(0.2, 0.8), dice.whole(7, 16)
    for i in range(count):
        a, b = (2 * math.pi * (i + part) / count for part in (0, 0.5))
        _fill(
            image,
            [(cx, cy), (cx + 2 * math.cos(a), cy + 2 * math.sin(a)), (cx + 2 * math.cos(b), cy + 2 * math.sin(b))],
            palette.second,
        )


def blots(image: np.ndarray, dice: Dice, palette: Palette) -> None:
    height, width = image.shape[:2]
    image[:] = palette.base
    for _ in range(dice.whole(2, 6)):
        center = (int(dice.random.random() * width), int(dice.random.random() * height))
        axes = (max(1, int(dice.between(0.1, 0.6) * width)), max(1, int(dice.between(0.06, 0.4) * height)))
        cv2.ellipse(
            image, center, axes, dice.between(0, 180), 0, 360, _bgr(dice.pick([palette.second, palette.accent])), -1, cv2.LINE_AA
        )


GROUNDS = {flat: 30, fade: 18, split: 14, stripes: 8, waves: 12, dots: 4, rays: 5, blots: 9}


def _fill(image: np.ndarray, corners: list[tuple[float, float]], color: np.ndarray) -> None:
    """Corners as shares of width and height."""
    height, width = image.shape[:2]
    points = np.array([[x * width * 16, y * height * 16] for x, y in corners]).astype(np.int32)
    cv2.fillPoly(image, [points], _bgr(color), cv2.LINE_AA, 4)


def _bgr(color: np.ndarray) -> tuple[float, ...]:
    """Pictures are RGB throughout; OpenCV only wants plain numbers."""
    return tuple(float(v) for v in np.clip(color, 0, 255))
