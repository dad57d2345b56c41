"""What a phone's camera does to the picture: uneven light, colour cast, glare, blur, noise, JPEG. Boxes stay as they are."""

import cv2
import numpy as np

from .dice import Dice


def photograph(image: np.ndarray, dice: Dice) -> np.ndarray:
    """RGB uint8 (s, s, 3) to the same."""
    seen = _expose(image, dice)
    if dice.chance(0.4):
        curve = 255 * (np.arange(256) / 255) ** dice.between(0.75, 1.35)
        seen = cv2.LUT(seen, curve.astype(np.uint8))
    if dice.chance(0.55):
        seen = cv2.GaussianBlur(seen, (0, 0), dice.between(0.35, 1.2))
    if dice.chance(0.06):
        seen = _shake(seen, dice)
    if dice.chance(0.6):
        seen = add_noise(seen, dice, dice.between(1, 8))
    if dice.chance(0.5):
        seen = cv2.imdecode(cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, dice.whole(45, 92)])[1], cv2.IMREAD_COLOR)
    return seen


def _expose(image: np.ndarray, dice: Dice) -> np.ndarray:
    size_px = image.shape[0]
    gain = np.full((size_px, size_px, 3), dice.between(0.75, 1.3), np.float32)
    if dice.chance(0.6):
        gain *= _uneven(size_px, dice)
    if dice.chance(0.6):
        gain *= dice.arrays.uniform(0.88, 1.12, 3).astype(np.float32)
    if dice.chance(0.4):
        gain *= _vignette(size_px, dice.between(0.1, 0.4))
    return cv2.multiply(image, gain, dtype=cv2.CV_8U)


def add_noise(image: np.ndarray, dice: Dice, deviation: float) -> np.ndarray:
    """Gaussian, in grey levels. OpenCV draws it eight times as fast as numpy, from a state of its own, which is set first."""
    noise = np.empty(image.shape, np.int8)
    cv2.setRNGSeed(dice.whole(0, 2**31 - 1))
    cv2.randn(noise, 0, deviation)
    return cv2.add(image, noise, dtype=cv2.CV_8U)


def _uneven(size_px: int, dice: Dice) -> np.ndarray:
    cells = dice.arrays.uniform(0.7, 1.25, (dice.whole(2, 4), dice.whole(2, 4))).astype(np.float32)
    return cv2.resize(cells, (size_px, size_px), interpolation=cv2.INTER_CUBIC)[..., None]


def _vignette(size_px: int, depth: float) -> np.ndarray:
    along = np.linspace(-1, 1, size_px, dtype=np.float32)
    return (1 - depth * (along[None] ** 2 + along[:, None] ** 2) / 2)[..., None]


def _shake(image: np.ndarray, dice: Dice) -> np.ndarray:
    length = dice.whole(3, 6)
    kernel = np.eye(length, dtype=np.float32) if dice.chance(0.5) else np.diag(np.ones(length, np.float32))[::-1]
    return cv2.filter2D(image, -1, np.ascontiguousarray(kernel) / length)
