"""A photograph as the input of object-detector."""

from pathlib import Path

import numpy as np
from PIL import Image

# Blue, green, red, as OpenCV reads pictures and NanoDet was trained.
MEAN = (103.53, 116.28, 123.675)
STD = (57.375, 57.12, 58.395)


def letterbox(file: Path, side: int) -> np.ndarray:
    """float32 [1, 3, side, side]: the picture at the top left with its proportions, the rest black."""
    picture = Image.open(file).convert("RGB")
    scale = side / max(picture.size)
    size = [max(1, round(length * scale)) for length in picture.size]
    canvas = np.zeros((side, side, 3), np.float32)
    canvas[: size[1], : size[0]] = np.asarray(picture.resize(size, Image.Resampling.BILINEAR))
    values = (canvas[:, :, ::-1] - np.array(MEAN)) / np.array(STD)
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None], np.float32)
