"""A drawing ready to be painted often at many sizes."""

import cv2
import numpy as np


class Sprite:
    """RGBA with a clear rim of one pixel, so that warped edges are smooth, and halved copies, so that small ones
    do not flicker."""

    def __init__(self, rgb: np.ndarray, alpha: np.ndarray | None = None):
        """rgb uint8 (h, w, 3); alpha uint8 (h, w), opaque when left out."""
        self.levels: list[np.ndarray] = []
        alpha = np.full(rgb.shape[:2], 255, np.uint8) if alpha is None else alpha
        image = np.dstack([rgb, alpha])
        while True:
            self.levels.append(_rimmed(image))
            height, width = image.shape[:2]
            if min(height, width) < 10:
                break
            image = cv2.resize(image, (width // 2, height // 2), interpolation=cv2.INTER_AREA)

    @property
    def aspect(self) -> float:
        height, width = self.levels[0].shape[:2]
        return (width - 2) / (height - 2)

    def level_for(self, area_px: float) -> np.ndarray:
        """The copy whose pixels are just finer than those it is painted on."""
        height, width = self.levels[0].shape[:2]
        ratio = height * width / max(area_px, 1.0)
        step = int(np.log2(max(ratio, 1.0)) / 2 + 0.35)
        return self.levels[min(step, len(self.levels) - 1)]


def _rimmed(image: np.ndarray) -> np.ndarray:
    framed = cv2.copyMakeBorder(image, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    framed[[0, -1], :, 3] = 0
    framed[:, [0, -1], 3] = 0
    return framed
