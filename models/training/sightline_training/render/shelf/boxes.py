"""True boxes: what is seen of each pack and each price tag once everything is painted."""

from dataclasses import dataclass, field

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
    """Of things too small to ask for, and too much there to be called background."""
    tiny: np.ndarray


@dataclass
class _Rows:
    boxes: list[np.ndarray] = field(default_factory=list)
    tiny: list[np.ndarray] = field(default_factory=list)

    def stacked(self) -> SeenBoxes:
        return SeenBoxes(*(np.array(rows, np.float32).reshape(-1, 4) for rows in (self.boxes, self.tiny)))


def visible_boxes(canvas: Canvas) -> tuple[SeenBoxes, SeenBoxes]:
    """Of packs, and of price tags."""
    seen = np.bincount(canvas.owner.ravel(), minlength=len(canvas.extents) + 1)
    bounds = ndimage.find_objects(canvas.owner, max_label=len(canvas.extents))
    packs, tags = _Rows(), _Rows()
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
        kind = tags if extent.is_tag else packs
        (kind.tiny if is_tiny else kind.boxes).append(inside)
    return packs.stacked(), tags.stacked()


def _area(box: np.ndarray) -> float:
    return float((box[2] - box[0]) * (box[3] - box[1]))
