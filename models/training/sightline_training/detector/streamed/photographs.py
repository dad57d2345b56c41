"""Photographs for the pool: backgrounds, in which nothing is a package, and judged ones, of which some boxes are known."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch

from ..judged import read_judged
from ..run import letterbox
from .pool import PRODUCT, WRONG, Picture


def read_backgrounds(path: Path, folder: Path, side_px: int) -> Iterator[Picture]:
    """`path` lists files of `folder`, one a line."""
    for name in path.read_text().split():
        image = cv2.imread(str(folder / name), cv2.IMREAD_COLOR)
        if image is None:
            raise FileNotFoundError(f"{folder / name} cannot be read.")
        fitted, _ = _fit(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), side_px)
        yield Picture(fitted, np.zeros((0, 4), np.float32), np.zeros(0, np.int8))


def read_judged_pictures(path: Path, folder: Path, side_px: int) -> Iterator[Picture]:
    for photograph in read_judged(path, folder):
        fitted, scale = _fit(photograph.image, side_px)
        boxes = np.concatenate([photograph.products, photograph.background]) * np.float32(scale)
        yield Picture(fitted, boxes, np.repeat(np.int8([PRODUCT, WRONG]), [len(photograph.products), len(photograph.background)]))


def _fit(image: np.ndarray, side_px: int) -> tuple[torch.Tensor, float]:
    tensor, scale = letterbox(image, side_px)
    return torch.from_numpy((tensor[0].transpose(1, 2, 0) * 255).round().astype(np.uint8)), scale
