"""Boxes as float arrays (n, 4): left, top, right, bottom in px."""

import numpy as np


def overlap(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union of each with each: (n, m)."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    common = (high - low).clip(0).prod(2)
    return common / np.maximum(_area(a)[:, None] + _area(b)[None] - common, 1e-9)


def suppress(boxes: np.ndarray, scores: np.ndarray, most_overlap: float) -> tuple[np.ndarray, np.ndarray]:
    """Non-maximum suppression; what is left, best first."""
    order = np.argsort(-scores, kind="stable")
    boxes, scores = boxes[order], scores[order]
    alive, kept = np.ones(len(boxes), bool), []
    for i in range(len(boxes)):
        if alive[i]:
            kept.append(i)
            alive[i + 1 :] &= overlap(boxes[i : i + 1], boxes[i + 1 :])[0] <= most_overlap
    return boxes[kept], scores[kept]


def _area(boxes: np.ndarray) -> np.ndarray:
    return (boxes[:, 2:] - boxes[:, :2]).clip(0).prod(1)
