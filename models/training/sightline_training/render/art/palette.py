"""Colours of a pack. All are float arrays (3,) RGB 0..255."""

import colorsys
from dataclasses import dataclass

import numpy as np

from ..dice import Dice


@dataclass(frozen=True)
class Palette:
    base: np.ndarray
    second: np.ndarray
    """The colour that tells the flavours of one brand apart."""
    accent: np.ndarray
    ink: np.ndarray
    logo: np.ndarray


def hsv(hue: float, saturation: float, value: float) -> np.ndarray:
    return np.array(colorsys.hsv_to_rgb(hue % 1, saturation, value)) * 255


def grey(dice: Dice, low: float, high: float) -> np.ndarray:
    """Nearly neutral: a little warm or cool, as paint and paper are."""
    level = dice.between(low, high)
    tint = dice.between(-0.03, 0.03)
    return np.clip(np.array([level * (1 + tint), level, level * (1 - tint)]), 0, 255)


def pack_color(dice: Dice) -> np.ndarray:
    """White, black, kraft, metal and plain or loud hues, in about the shares seen in shops."""
    kind = dice.random.random()
    if kind < 0.2:
        return grey(dice, 205, 255)
    if kind < 0.29:
        return grey(dice, 10, 60)
    if kind < 0.34:
        return hsv(dice.between(0.06, 0.11), dice.between(0.25, 0.5), dice.between(0.5, 0.8))
    hue = dice.pick([0.0, 0.02, 0.08, 0.13, 0.15, 0.3, 0.36, 0.55, 0.6, 0.62, 0.78, 0.9]) + dice.between(-0.04, 0.04)
    return hsv(hue, dice.between(0.3, 1), dice.between(0.3, 1))


def make_palette(dice: Dice) -> Palette:
    base = pack_color(dice)
    return Palette(base, pack_color(dice), pack_color(dice), ink_on(base, dice), pack_color(dice))


def ink_on(color: np.ndarray, dice: Dice) -> np.ndarray:
    """Legible on `color`: dark on light and light on dark, now and then tinted."""
    light = luminance(color) > 135
    if dice.chance(0.25):
        return hsv(dice.random.random(), dice.between(0.5, 1), dice.between(0.15, 0.4) if light else 1.0)
    return grey(dice, 5, 60) if light else grey(dice, 225, 255)


def luminance(color: np.ndarray) -> float:
    return float(color @ np.array([0.299, 0.587, 0.114]))
