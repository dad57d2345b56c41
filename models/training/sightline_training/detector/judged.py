"""Photographs in which a person said of some boxes what they show. Of everything else in them nothing is known."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

_BACKGROUND = {"hand", "sign", "rail", "fitting", "lamp", "mesh", "floor"}
"""The kinds of `natural-photographs/judged.ts` that are no products. Parts of products and loose fruit are left out of training: the
former overlap a product, the latter is no package but no background either."""


@dataclass(frozen=True)
class JudgedPhotograph:
    """RGB uint8 (h, w, 3); boxes float32 (n, 4), left, top, right, bottom in px."""

    image: np.ndarray
    products: np.ndarray
    background: np.ndarray


def read_judged(path: Path, folder: Path) -> Iterator[JudgedPhotograph]:
    """`path` names photographs in `folder`; boxes in it are left, top, width, height."""
    for entry in json.loads(path.read_text()):
        image = cv2.imread(str(folder / entry["file"]), cv2.IMREAD_COLOR)
        if image is None:
            raise FileNotFoundError(f"{folder / entry['file']} cannot be read.")
        boxes = {"product": [], "background": []}
        for kind, x, y, width, height in entry["boxes"]:
            group = "background" if kind in _BACKGROUND else kind
            if group in boxes:
                boxes[group].append([x, y, x + width, y + height])
        arrays = {group: np.array(rows, np.float32).reshape(-1, 4) for group, rows in boxes.items()}
        yield JudgedPhotograph(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), arrays["product"], arrays["background"])
