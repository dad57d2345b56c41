"""True boxes: what is seen of each pack once everything is painted."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .canvas import Canvas

WHOLE_FROM = 0.9
"""From this visible share the pack's whole outline is its box: a price tag before it does not make it smaller."""
LEAST_SIDE_PX = 5.0
_LEAST_SEEN_PX = 12
LEAST_INSIDE = 0.35
"""The share of the box that must lie in the frame."""


@dataclass(frozen=True)
class SeenBoxes:
    """float32 (n, 4): left, top, right, bottom in px, inside the frame."""

    boxes: np.ndarray
    """Of packs too small to ask for, and too much there to be called background."""
    tiny: np.ndarray


def visible_boxes(canvas: Canvas) -> SeenBoxes:
    seen = np.bincount(canvas.owner.ravel(), minlength=len(canvas.extents) + 1)
    bounds = ndimage.find_objects(canvas.owner, max_label=len(canvas.extents))
    boxes, tiny = [], []
    for owner, extent in canvas.extents.items():
        share = seen[owner] / max(extent.area, 1)
        if share < extent.visible_from or seen[owner] == 0:
            continue
        whole = np.array([extent.left, extent.top, extent.right, extent.bottom])
        rows, columns = bounds[owner - 1]
        box = whole if share >= WHOLE_FROM else np.array([columns.start, rows.start, columns.stop, rows.stop], float)
        inside = box.clip(0, canvas.size_px)
        if _area(whole.clip(0, canvas.size_px)) < LEAST_INSIDE * _area(whole):
            continue
        is_tiny = seen[owner] < _LEAST_SEEN_PX or min(inside[2:] - inside[:2]) < LEAST_SIDE_PX
        (tiny if is_tiny else boxes).append(inside)
    return SeenBoxes(_rows(boxes), _rows(tiny))


def _rows(boxes: list[np.ndarray]) -> np.ndarray:
    return np.array(boxes, np.float32).reshape(-1, 4)


def _area(box: np.ndarray) -> float:
    return float((box[2] - box[0]) * (box[3] - box[1]))
