"""What rendered scenes and judged photographs say of the cells of a detector: which of them shall find something, and which not."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from ..render.dice import Dice
from .boxes import overlap
from .crops import change_light
from .judged import JudgedPhotograph
from .network import Detector, decode
from .run import letterbox
from .scenes import SceneFile
from .targets import assign, excuse

_SCENE_PX = 800
_PHOTOGRAPH_PX = (800, 416)
"""The detector's input, and what it is shrunk to when products are large: photographs taken by hand are mostly seen so."""
_SAME_FROM = 0.45
"""From this overlap with a judged background on, a cell's box is that background."""


@dataclass(frozen=True)
class View:
    """One picture at one size. Of cells that are neither held nor background nothing is known."""

    maps: list[Tensor]
    """Inputs of the score convolutions, (64, h, w) a level."""
    scores: Tensor
    """What the detector says now (n,)."""
    target: Tensor
    """How well the box of a cell that holds a product fits it; 0 elsewhere (n,)."""
    held: Tensor
    background: Tensor


def view_scene(model: Detector, scene: SceneFile, dice: Dice) -> View:
    image, products, tiny = scene.read(), scene.boxes, scene.tiny
    if dice.chance(0.5):
        image, products, tiny = image[:, ::-1], _mirror(products, image.shape[1]), _mirror(tiny, image.shape[1])
    maps, boxes, scores, scale = _look(model, change_light(np.ascontiguousarray(image), dice), _SCENE_PX)
    held, truth = assign(torch.from_numpy(products * scale), _SCENE_PX)
    excused = excuse(torch.from_numpy(tiny * scale), _SCENE_PX)
    return View(maps, scores, _fit(boxes, held, truth), held, ~held & ~excused)


def view_photograph(model: Detector, photograph: JudgedPhotograph, dice: Dice) -> Iterator[View]:
    for size_px in _PHOTOGRAPH_PX:
        image, products, background = _vary(photograph, dice)
        maps, boxes, scores, scale = _look(model, change_light(image, dice), size_px)
        held, truth = assign(torch.from_numpy(products * scale), size_px)
        is_same = np.zeros(len(boxes), bool)
        if len(background):
            is_same = overlap(boxes.numpy(), background * scale).max(1) >= _SAME_FROM
        yield View(maps, scores, _fit(boxes, held, truth), held, torch.from_numpy(is_same) & ~held)


@torch.no_grad()
def _look(model: Detector, image: np.ndarray, size_px: int) -> tuple[list[Tensor], Tensor, Tensor, float]:
    """Inputs of the score convolutions, boxes (n, 4) and scores (n,) of all cells, and the picture's scale in the input."""
    tensor, scale = letterbox(image, size_px)
    maps: list[Tensor] = []
    hooks = [head.before_score.register_forward_pre_hook(lambda _, given: maps.append(given[0][0])) for head in model.heads]
    boxes, logits = decode(model(torch.from_numpy(tensor) * 2 - 1))
    for hook in hooks:
        hook.remove()
    return maps, boxes[0], torch.sigmoid(logits[0]), scale


def _vary(photograph: JudgedPhotograph, dice: Dice) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Seen from a little farther or nearer, and mirrored half of the time."""
    image = photograph.image
    height, width = image.shape[:2]
    zoom = dice.between(0.8, 1.25)
    start = np.array([dice.between(0, width * (1 - 1 / zoom)), dice.between(0, height * (1 - 1 / zoom))])
    matrix = np.float32([[zoom, 0, -start[0] * zoom], [0, zoom, -start[1] * zoom]])
    image = cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_CONSTANT, borderValue=(114, 114, 114))
    limit = np.array([width, height, width, height], np.float32)
    moved = [
        _inside(((boxes - np.tile(start, 2)) * zoom).astype(np.float32), limit)
        for boxes in (photograph.products, photograph.background)
    ]
    if dice.chance(0.5):
        image, moved = image[:, ::-1], [_mirror(boxes, width) for boxes in moved]
    return np.ascontiguousarray(image), moved[0], moved[1]


def _inside(boxes: np.ndarray, limit: np.ndarray) -> np.ndarray:
    """Those of which at least two thirds are in the frame, cut by it."""
    cut = boxes.clip(0, limit)
    share = (cut[:, 2:] - cut[:, :2]).prod(1) / np.maximum((boxes[:, 2:] - boxes[:, :2]).prod(1), 1)
    return cut[share >= 2 / 3]


def _mirror(boxes: np.ndarray, width: float) -> np.ndarray:
    return np.stack([width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]], 1).astype(np.float32)


def _fit(boxes: Tensor, held: Tensor, truth: Tensor) -> Tensor:
    """Intersection over union of the box of each cell that holds a product with it."""
    low, high = torch.max(boxes[held, :2], truth[held, :2]), torch.min(boxes[held, 2:], truth[held, 2:])
    common = (high - low).clamp(min=0).prod(1)
    first, second = ((each[held, 2:] - each[held, :2]).prod(1) for each in (boxes, truth))
    target = torch.zeros(len(boxes))
    target[held] = (common / (first + second - common).clamp(min=1e-6)).clamp(0.05, 1)
    return target
