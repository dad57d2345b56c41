"""Reading, degrading and cutting pictures, as the engine would get them. Pictures are uint8 RGB [height, width, 3]."""

import hashlib
from pathlib import Path

import cv2
import numpy as np

QUALITIES = ("native", "128", "128-degraded", "96-degraded")

TOLERANCE = 14
CONTENT_SHARE = 0.004
MARGIN = 0.02


def read_picture(path: Path) -> np.ndarray:
    picture = cv2.imread(str(path))
    if picture is None:
        raise FileNotFoundError(f"{path} is not a picture that OpenCV reads.")
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


def resize_to(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    """Area averaging down, cubic up."""
    smaller = width * height < picture.shape[0] * picture.shape[1]
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)


def resize_long_side(picture: np.ndarray, side: int) -> np.ndarray:
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    return resize_to(picture, max(1, round(width * scale)), max(1, round(height * scale)))


def lower_quality(picture: np.ndarray, quality: str, seed_text: str) -> np.ndarray:
    """`128-degraded` is: long side 128 px, blur of sigma 0.7, noise of sigma 4 (of 255), JPEG 75; the noise depends on seed_text."""
    if quality == "native":
        return picture
    side, _, degraded = quality.partition("-")
    picture = resize_long_side(picture, int(side))
    if not degraded:
        return picture
    seed = int.from_bytes(hashlib.sha256(seed_text.encode()).digest()[:8], "big")
    noise = np.random.default_rng(seed).normal(0, 4, picture.shape)
    blurred = cv2.GaussianBlur(picture, (0, 0), 0.7) + noise
    noisy = np.clip(np.round(blurred), 0, 255).astype(np.uint8)
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(noisy, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 75])
    return cv2.cvtColor(cv2.imdecode(encoded, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def cut_content(picture: np.ndarray) -> np.ndarray:
    """The picture without its plain border: the twin of src/recognition/content-box.ts."""
    height, width = picture.shape[:2]
    corners = picture[[0, 0, -1, -1], [0, -1, 0, -1]].astype(int)
    if (np.abs(corners - corners[0]) > TOLERANCE).any():
        return picture
    differs = (np.abs(picture.astype(int) - corners[0]) > TOLERANCE).any(axis=2)
    columns = np.flatnonzero(differs.sum(axis=0) > height * CONTENT_SHARE)
    rows = np.flatnonzero(differs.sum(axis=1) > width * CONTENT_SHARE)
    if len(columns) == 0 or len(rows) == 0:
        return picture
    left, right, top, bottom = columns[0], columns[-1], rows[0], rows[-1]
    margin = round(max(right - left + 1, bottom - top + 1) * MARGIN)
    return picture[max(0, top - margin) : bottom + 1 + margin, max(0, left - margin) : right + 1 + margin]
