"""The picture while it is painted, far things first, and for each pixel whose it is."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from .sprite import Sprite

NOBODY = 0
_FINE = 4
"""Bits below the pixel in OpenCV's polygon corners."""


@dataclass
class Extent:
    """What one pack or price tag took when it was painted: px, unclipped bounds and the area inside the frame."""

    left: float = 1e9
    top: float = 1e9
    right: float = -1e9
    bottom: float = -1e9
    area: int = 0
    """The least share that must stay visible for it to count."""
    visible_from: float = 0.35
    is_tag: bool = False


@dataclass
class Canvas:
    size_px: int
    image: np.ndarray = field(init=False)
    owner: np.ndarray = field(init=False)
    extents: dict[int, Extent] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.image = np.zeros((self.size_px, self.size_px, 3), np.uint8)
        self.owner = np.zeros((self.size_px, self.size_px), np.int32)

    def new_owner(self, visible_from: float, is_tag: bool = False) -> int:
        self.extents[len(self.extents) + 1] = Extent(visible_from=visible_from, is_tag=is_tag)
        return len(self.extents)

    def fill(self, corners: np.ndarray, color: np.ndarray, owner: int = NOBODY) -> None:
        """A convex polygon (n, 2) px in one RGB colour. It belongs to `owner` and hides what was there."""
        if len(corners) < 3:
            return
        fixed = (corners.clip(-8000, 8000) * (1 << _FINE)).astype(np.int32)
        rows, columns = self._rows_and_columns(corners)
        owned = np.count_nonzero(self.owner[rows, columns] == owner) if owner else 0
        cv2.fillConvexPoly(self.image, fixed, tuple(float(v) for v in np.clip(color, 0, 255)), cv2.LINE_AA, _FINE)
        cv2.fillConvexPoly(self.owner, fixed, owner, cv2.LINE_8, _FINE)
        if owner:
            self._grow(owner, corners, np.count_nonzero(self.owner[rows, columns] == owner) - owned)

    def paint(self, sprite: Sprite, corners: np.ndarray, light: float = 1.0, owner: int | None = NOBODY) -> None:
        """A drawing on the quadrilateral `corners` (4, 2) px: top left, top right, bottom right, bottom left. `owner` None lets
        what is below stay whose it was: shadows, gleams, glass."""
        if owner:
            self._grow(owner, corners, 0)
        rows, columns = self._rows_and_columns(corners)
        x0, y0, x1, y1 = columns.start, rows.start, columns.stop, rows.stop
        if x1 - x0 < 1 or y1 - y0 < 1 or np.ptp(corners[:, 0]) > 20 * self.size_px:
            return
        texture = sprite.level_for(cv2.contourArea(corners.astype(np.float32)))
        height, width = texture.shape[:2]
        source = np.float32([[0.5, 0.5], [width - 1.5, 0.5], [width - 1.5, height - 1.5], [0.5, height - 1.5]])
        target = (corners - [x0 + 0.5, y0 + 0.5]).astype(np.float32)
        matrix = cv2.getPerspectiveTransform(source, target)
        patch = cv2.warpPerspective(texture, matrix, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR)
        self._blend(patch, x0, y0, light, owner)

    def _blend(self, patch: np.ndarray, x0: int, y0: int, light: float, owner: int | None) -> None:
        height, width = patch.shape[:2]
        rgb = cv2.convertScaleAbs(patch[..., :3], alpha=light)
        alpha = patch[..., 3]
        area = self.image[y0 : y0 + height, x0 : x0 + width]
        weight = alpha.astype(np.float32) * (1 / 255)
        area[:] = cv2.blendLinear(rgb, np.ascontiguousarray(area), weight, 1 - weight)
        if owner is None:
            return
        covered = alpha > 100
        belongs = self.owner[y0 : y0 + height, x0 : x0 + width]
        if owner:
            self.extents[owner].area += int(np.count_nonzero(covered & (belongs != owner)))
        belongs[covered] = owner

    def _rows_and_columns(self, corners: np.ndarray) -> tuple[slice, slice]:
        """The part of the picture that holds the corners; empty slices when it lies outside."""
        xs, ys = corners[:, 0].tolist(), corners[:, 1].tolist()
        return self._span(min(ys), max(ys)), self._span(min(xs), max(xs))

    def _span(self, low: float, high: float) -> slice:
        """Plain numbers: numpy's clip took a tenth of a scene's time here."""
        return slice(max(0, min(self.size_px, int(low // 1))), max(0, min(self.size_px, int(high) + 2)))

    def _grow(self, owner: int, corners: np.ndarray, area: float) -> None:
        extent = self.extents[owner]
        xs, ys = corners[:, 0].tolist(), corners[:, 1].tolist()
        extent.left, extent.top = min(extent.left, *xs), min(extent.top, *ys)
        extent.right, extent.bottom = max(extent.right, *xs), max(extent.bottom, *ys)
        extent.area += int(area)
