"""Endless training crops from scenes on disk: scaled, mirrored, and changed in light, sharpness and noise."""

import math
from collections.abc import Iterator

import cv2
import numpy as np
import torch

from ..render.dice import Dice
from ..render.finish import add_noise
from .scenes import SceneFile
from .targets import assign, excuse

CROP_PX = 416
"""A third of the pixels of a 640-px scene: three times the steps in the same time, and enough context for a product."""
_LEAST_SIDE_PX = 5.0
_LEAST_INSIDE = 0.35

Sample = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Image uint8 (c, c, 3) RGB; boxes of products float32 (n, 4) px; those of products too small to ask for."""


class Crops(torch.utils.data.IterableDataset):
    """Each worker draws its own: the loader gives it a seed."""

    def __init__(self, scenes: list[SceneFile]):
        if not scenes:
            raise ValueError(
                "There are no scenes in that folder. Make some: python -m sightline_training.detector.generate train DIR"
            )
        self.scenes = scenes

    def __iter__(self) -> Iterator[Sample]:
        cv2.setNumThreads(1)
        dice = Dice(torch.initial_seed() % 2**31)
        while True:
            scene = dice.pick(self.scenes)
            image, boxes, tiny = _crop(scene, dice)
            yield change_light(image, dice), boxes, tiny


def _crop(scene: SceneFile, dice: Dice) -> Sample:
    image, boxes = scene.read(), np.concatenate([scene.boxes, scene.tiny])
    side = image.shape[0]
    zoom = math.exp(dice.between(math.log(0.65), math.log(1.9)))
    scale = np.array([max(zoom * dice.between(0.88, 1.12), CROP_PX / side) for _ in range(2)])
    room = side - CROP_PX / scale
    start = np.array([dice.between(0, room[0]), dice.between(0, room[1])])
    matrix = np.float32([[scale[0], 0, -start[0] * scale[0]], [0, scale[1], -start[1] * scale[1]]])
    source = cv2.GaussianBlur(image, (0, 0), 0.45 / zoom) if zoom < 0.8 else image
    cut = cv2.warpAffine(source, matrix, (CROP_PX, CROP_PX), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    moved = (boxes - np.tile(start, 2)) * np.tile(scale, 2)
    if dice.chance(0.5):
        cut = cut[:, ::-1]
        moved = np.stack([CROP_PX - moved[:, 2], moved[:, 1], CROP_PX - moved[:, 0], moved[:, 3]], 1)
    inside = moved.clip(0, CROP_PX)
    is_there = (inside[:, 2:] - inside[:, :2]).prod(1) > _LEAST_INSIDE * (moved[:, 2:] - moved[:, :2]).prod(1)
    is_large = ((inside[:, 2:] - inside[:, :2]) > _LEAST_SIDE_PX).all(1) & (np.arange(len(moved)) < len(scene.boxes))
    boxes, tiny = inside[is_there & is_large], inside[is_there & ~is_large]
    return np.ascontiguousarray(cut), boxes.astype(np.float32), tiny.astype(np.float32)


def change_light(image: np.ndarray, dice: Dice) -> np.ndarray:
    light = image.astype(np.float32)
    if dice.chance(0.6):
        light = light * dice.between(0.6, 1.45) + dice.between(-20, 20)
    if dice.chance(0.4):
        mean = light.mean((0, 1))
        light = (light - mean) * dice.between(0.6, 1.4) + mean
    if dice.chance(0.4):
        light *= dice.arrays.uniform(0.85, 1.15, 3).astype(np.float32)
    if dice.chance(0.5):
        grey = light.mean(2, keepdims=True)
        light = grey + (light - grey) * (0 if dice.chance(0.08) else dice.between(0.3, 1.5))
    return _change_sharpness(light.clip(0, 255).astype(np.uint8), dice)


def _change_sharpness(image: np.ndarray, dice: Dice) -> np.ndarray:
    kind = dice.random.random()
    if kind < 0.2:
        image = cv2.GaussianBlur(image, (0, 0), dice.between(0.4, 1.3))
    elif kind < 0.4:  # phones sharpen
        image = cv2.addWeighted(
            image, 1 + (strength := dice.between(0.3, 1.1)), cv2.GaussianBlur(image, (0, 0), 1.2), -strength, 0
        )
    elif kind < 0.5:
        share, (height, width) = dice.between(0.5, 0.8), image.shape[:2]
        small = cv2.resize(image, (int(width * share), int(height * share)), interpolation=cv2.INTER_AREA)
        image = cv2.resize(small, (width, height))
    if dice.chance(0.35):
        image = add_noise(image, dice, dice.between(2, 12))
    if dice.chance(0.4):
        image = cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, dice.whole(30, 90)])[1], cv2.IMREAD_COLOR)
    return image


def collate(samples: list[Sample]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Images uint8 (b, 3, c, c); which cells hold a product, bool (b, n); which need not say that none is there, bool (b, n);
    the box of each cell (b, n, 4)."""
    images = torch.from_numpy(np.stack([image for image, _, _ in samples])).permute(0, 3, 1, 2)
    held, boxes = zip(*(assign(torch.from_numpy(boxes), CROP_PX) for _, boxes, _ in samples), strict=True)
    excused = torch.stack([excuse(torch.from_numpy(tiny), CROP_PX) for _, _, tiny in samples])
    return images, torch.stack(held), excused, torch.stack(boxes)
