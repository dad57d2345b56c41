"""From an ideal picture to a photograph: light, gleam, blur, noise, few pixels, JPEG. Float32 RGB 0..255 in, uint8 out."""

import cv2
import numpy as np

from ..render.dice import Dice


def take(canvas: np.ndarray, dice: Dice) -> np.ndarray:
    lit = _light(canvas / 255, dice)
    if dice.chance(0.3):
        lit += _gleam(lit.shape, dice)
    lit = lit.clip(0, 1)
    height, width = lit.shape[:2]
    seen = int(dice.pick([56, 80, 96, 128, 160, 224]) * dice.between(0.85, 1.15)) if dice.chance(0.6) else max(height, width)
    if seen < max(height, width):
        factor = seen / max(height, width)
        size = (max(8, round(width * factor)), max(8, round(height * factor)))
        lit = cv2.resize(lit, size, interpolation=cv2.INTER_AREA)
    if dice.chance(0.6):
        lit = cv2.GaussianBlur(lit, (0, 0), dice.between(0.3, 1.1))
    if dice.chance(0.1):
        lit = _shake(lit, dice)
    if dice.chance(0.6):
        lit = lit + dice.arrays.normal(0, dice.between(0, 0.03), lit.shape).astype(np.float32)
    picture = (lit.clip(0, 1) * 255).astype(np.uint8)
    if dice.chance(0.6):
        _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, dice.whole(45, 92)])
        picture = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    return picture


def _light(picture: np.ndarray, dice: Dice) -> np.ndarray:
    """Exposure, colour of the light, contrast, saturation, and light that falls off to one side."""
    height, width = picture.shape[:2]
    lit = picture.clip(0, 1) ** dice.between(0.65, 1.35) * dice.between(0.7, 1.25)
    lit = lit * np.float32([dice.between(0.82, 1.15), 1, dice.between(0.78, 1.15)])
    grey = lit.mean(2, keepdims=True)
    lit = grey + (lit - grey) * dice.between(0.6, 1.2)
    lit = 0.5 + (lit - 0.5) * dice.between(0.7, 1.15)
    if dice.chance(0.5):
        toward = dice.between(0, 2 * np.pi)
        x, y = np.linspace(-0.5, 0.5, width)[None], np.linspace(-0.5, 0.5, height)[:, None]
        lit = lit * (1 + dice.between(0, 0.7) * (x * np.cos(toward) + y * np.sin(toward)))[..., None]
    return lit.astype(np.float32)


def _gleam(shape: tuple[int, ...], dice: Dice) -> np.ndarray:
    """One reflection of a lamp."""
    height, width = shape[:2]
    x, y = np.linspace(0, 1, width)[None] - dice.between(0, 1), np.linspace(0, 1, height)[:, None] - dice.between(0, 1)
    spread = (x / dice.between(0.02, 0.2)) ** 2 + (y / dice.between(0.04, 0.5)) ** 2
    return (dice.between(0.15, 0.7) * np.exp(-spread))[..., None].astype(np.float32)


def _shake(picture: np.ndarray, dice: Dice) -> np.ndarray:
    length = dice.whole(3, 6)
    kernel = np.zeros((length, length), np.float32)
    slope = dice.between(-1, 1)
    for i in range(length):
        kernel[int(round((length - 1) / 2 + slope * (i - (length - 1) / 2))), i] = 1
    if dice.chance(0.5):
        kernel = kernel.T
    return cv2.filter2D(picture, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)
