"""What packs show: heaps, fruit, leaves, bowls, landscapes. Drawn, so that no photograph of anybody is in the training data.
Each returns (rgb uint8 (h, w, 3), coverage uint8 (h, w))."""

import math

import cv2
import numpy as np

from ..dice import Dice
from .palette import hsv

Picture = tuple[np.ndarray, np.ndarray]


def draw_picture(dice: Dice, width: int, height: int) -> Picture:
    """At least 8 px each side."""
    return dice.pick_weighted(PICTURES)(dice, max(8, width), max(8, height))


def heap(dice: Dice, width: int, height: int) -> Picture:
    """Many small rounded things on each other: cereals, nuts, biscuits, berries."""
    rgb, mask = _empty(width, height)
    hue, spread = dice.random.random(), dice.between(0.01, 0.08)
    size, long, saturation, value = (
        dice.between(0.06, 0.2) * min(width, height),
        dice.between(1, 2),
        dice.between(0.4, 0.9),
        dice.between(0.5, 0.95),
    )
    full = dice.chance(0.4)
    for i in range(dice.whole(25, 70)):
        x = dice.random.random() * width
        low = 0.0 if full else 0.55 - 0.5 * math.sin(math.pi * x / width)
        y = dice.between(low, 1) * height
        color = hsv(hue + dice.between(-spread, spread), saturation, dice.near(value, 0.15))
        _bead(rgb, mask, x, y, dice.near(size, 0.25), long, dice.between(0, 180), color, ring=i % 3 == 0)
    return rgb, mask


def fruit(dice: Dice, width: int, height: int) -> Picture:
    """A few large shaded balls with leaves."""
    rgb, mask = _empty(width, height)
    hue, saturation = dice.pick([0.0, 0.04, 0.09, 0.14, 0.28, 0.8, 0.95]) + dice.between(-0.02, 0.02), dice.between(0.6, 0.95)
    for _ in range(dice.whole(1, 5)):
        radius = dice.between(0.18, 0.4) * min(width, height)
        x, y = dice.between(0.2, 0.8) * width, dice.between(0.3, 0.8) * height
        _bead(
            rgb,
            mask,
            x,
            y,
            radius,
            dice.between(0.9, 1.25),
            dice.between(-30, 30),
            hsv(hue, saturation, dice.between(0.6, 0.95)),
            ring=False,
        )
        if dice.chance(0.6):
            _leaf(
                rgb,
                mask,
                x,
                y - radius * 0.8,
                radius * 0.9,
                dice.between(-160, -20),
                hsv(0.3 + dice.between(-0.05, 0.05), 0.7, dice.between(0.35, 0.7)),
            )
    return rgb, mask


def leaves(dice: Dice, width: int, height: int) -> Picture:
    rgb, mask = _empty(width, height)
    hue = dice.pick([0.22, 0.3, 0.35, 0.4, 0.08])
    for _ in range(dice.whole(3, 14)):
        length = dice.between(0.2, 0.5) * min(width, height)
        _leaf(
            rgb,
            mask,
            dice.between(0.1, 0.9) * width,
            dice.between(0.1, 0.9) * height,
            length,
            dice.between(0, 360),
            hsv(hue + dice.between(-0.03, 0.03), dice.between(0.4, 0.9), dice.between(0.3, 0.8)),
        )
    return rgb, mask


def bowl(dice: Dice, width: int, height: int) -> Picture:
    rgb, mask = heap(dice, width, height)
    keep = np.zeros_like(mask)
    center, axes = (width // 2, int(height * 0.45)), (int(width * 0.4), int(height * dice.between(0.15, 0.35)))
    cv2.ellipse(keep, center, axes, 0, 0, 360, 255, -1, cv2.LINE_AA)
    mask[:] = np.minimum(mask, keep)
    dish = tuple(float(v) for v in hsv(dice.random.random(), dice.between(0, 0.6), dice.between(0.6, 1)))
    for layer in (rgb, mask):
        paint = dish if layer is rgb else 255
        cv2.ellipse(layer, center, (axes[0], int(height * 0.5)), 0, 0, 180, paint, -1, cv2.LINE_AA)
    cv2.ellipse(rgb, center, axes, 0, 0, 360, dish, max(1, width // 40), cv2.LINE_AA)
    return rgb, mask


def landscape(dice: Dice, width: int, height: int) -> Picture:
    """Sky, hills and a sun; fills its whole frame."""
    rgb, mask = _empty(width, height)
    mask[:] = 255
    sky, ground = (
        hsv(dice.pick([0.1, 0.55, 0.6, 0.95]), dice.between(0.2, 0.7), dice.between(0.7, 1)),
        hsv(dice.pick([0.08, 0.25, 0.33, 0.6]), dice.between(0.3, 0.8), dice.between(0.3, 0.7)),
    )
    rgb[:] = sky * np.linspace(0.8, 1.2, height)[:, None, None].clip(0, 255 / max(1.0, float(sky.max())))
    if dice.chance(0.6):
        cv2.circle(
            rgb,
            (int(dice.random.random() * width), int(height * 0.25)),
            max(2, int(0.1 * width)),
            (255, 240, 190),
            -1,
            cv2.LINE_AA,
        )
    for i in range(3):
        phase, level = dice.between(0, 6.3), 0.45 + 0.17 * i
        line = [(int(x / 16 * width), int((level + 0.08 * math.sin(phase + x / 3)) * height)) for x in range(17)]
        cv2.fillPoly(
            rgb, [np.array([*line, (width, height), (0, height)])], tuple(float(v) for v in ground * (1 - 0.2 * i)), cv2.LINE_AA
        )
    return rgb, mask


def texture(dice: Dice, width: int, height: int) -> Picture:
    """Cloudy colours of several scales, as a photograph out of focus or a close view of food."""
    colors = np.array([hsv(dice.random.random(), dice.between(0.2, 0.9), dice.between(0.2, 1)) for _ in range(3)])
    weights = np.zeros((height, width, 3), np.float32)
    scale = dice.whole(3, 9)
    for octave in range(3):
        cells = dice.arrays.random((scale * 2**octave, scale * 2**octave, 3), dtype=np.float32)
        weights += cv2.resize(cells, (width, height), interpolation=cv2.INTER_CUBIC) / (1.6**octave)
    weights = np.exp(3 * weights)
    rgb = (weights / weights.sum(2, keepdims=True)) @ colors
    return rgb.clip(0, 255).astype(np.uint8), np.full((height, width), 255, np.uint8)


PICTURES = {heap: 28, fruit: 18, leaves: 12, bowl: 10, landscape: 12, texture: 20}


def _empty(width: int, height: int) -> Picture:
    return np.zeros((height, width, 3), np.uint8), np.zeros((height, width), np.uint8)


def _bead(
    rgb: np.ndarray, mask: np.ndarray, x: float, y: float, radius: float, long: float, angle: float, color: np.ndarray, ring: bool
) -> None:
    """An ellipse with a shadow side, a lit side and a gleam."""
    radius = max(1.5, radius)
    for share, shift, light in ((1.0, 0.0, 0.55), (0.86, 0.08, 1.0), (0.5, 0.2, 1.2), (0.18, 0.35, 1.6)):
        center = (int((x - shift * radius) * 16), int((y - shift * radius) * 16))
        axes = (max(1, int(radius * share * long * 16)), max(1, int(radius * share * 16)))
        paint = tuple(float(v) for v in (color * light).clip(0, 255))
        cv2.ellipse(rgb, center, axes, angle, 0, 360, paint, -1, cv2.LINE_AA, 4)
        if share == 1.0:
            cv2.ellipse(mask, center, axes, angle, 0, 360, 255, -1, cv2.LINE_AA, 4)
    if ring:
        cv2.ellipse(
            rgb,
            (int(x * 16), int(y * 16)),
            (max(1, int(radius * 5)), max(1, int(radius * 5))),
            0,
            0,
            360,
            tuple(float(v) for v in color * 0.4),
            -1,
            cv2.LINE_AA,
            4,
        )


def _leaf(rgb: np.ndarray, mask: np.ndarray, x: float, y: float, length: float, angle: float, color: np.ndarray) -> None:
    turn = math.radians(angle)
    points = []
    for i in range(17):
        t = i / 8 if i <= 8 else (16 - i) / 8
        side = 1 if i <= 8 else -1
        along, across = t * length, side * 0.22 * length * math.sin(math.pi * t)
        points.append(
            [x + along * math.cos(turn) - across * math.sin(turn), y + along * math.sin(turn) + across * math.cos(turn)]
        )
    shape = np.array(points, np.float32).round().astype(np.int32)
    cv2.fillPoly(rgb, [shape], tuple(float(v) for v in color), cv2.LINE_AA)
    cv2.fillPoly(mask, [shape], 255, cv2.LINE_AA)
    cv2.line(rgb, tuple(shape[0]), tuple(shape[8]), tuple(float(v) for v in color * 0.7), 1, cv2.LINE_AA)
