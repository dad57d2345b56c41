"""True boxes: what is seen of each pack once everything is painted."""

import numpy as np
from scipy import ndimage

from .canvas import Canvas

WHOLE_FROM = 0.9
"""From this visible share the pack's whole outline is its box: a price tag before it does not make it smaller."""
LEAST_SIDE_PX = 5.0
LEAST_INSIDE = 0.35
"""The share of the box that must lie in the frame."""


def visible_boxes(canvas: Canvas) -> np.ndarray:
    """float32 (n, 4): left, top, right, bottom in px, inside the frame."""
    seen = np.bincount(canvas.owner.ravel(), minlength=len(canvas.extents) + 1)
    bounds = ndimage.find_objects(canvas.owner, max_label=len(canvas.extents))
    boxes = []
    for owner, extent in canvas.extents.items():
        share = seen[owner] / max(extent.area, 1)
        if share < extent.visible_from or seen[owner] < 12:
            continue
        whole = np.array([extent.left, extent.top, extent.right, extent.bottom])
        rows, columns = bounds[owner - 1]
        box = whole if share >= WHOLE_FROM else np.array([columns.start, rows.start, columns.stop, rows.stop], float)
        inside = box.clip(0, canvas.size_px)
        if _area(whole.clip(0, canvas.size_px)) >= LEAST_INSIDE * _area(whole) and min(inside[2:] - inside[:2]) >= LEAST_SIDE_PX:
            boxes.append(inside)
    return np.array(boxes, np.float32).reshape(-1, 4)


def _area(box: np.ndarray) -> float:
    return float((box[2] - box[0]) * (box[3] - box[1]))
