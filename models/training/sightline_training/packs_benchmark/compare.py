"""The scores of every photograph with every pack, from pictures and two ONNX models."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from ..local_matching import LocalFeatures, verify
from .dataset import Pack, Photograph
from .features import cached, digest, embed, extract, open_session
from .measures import Scores
from .pictures import cut_content, lower_quality, read_picture, resize_long_side

REDUCED_BLUR = 0.8
"""Sigma in pixels of the reduced thumbnail: what a camera and a resize leave of details at the limit of resolution."""


@dataclass(frozen=True)
class Setup:
    """What is compared. `local_features` is an ONNX file, which fixes the frame that pictures fill. `views`: long sides that thumbnails
    are reduced to before their keypoints are found, 0 as they are; a photograph's score with a pack is the best over them. `stored`:
    keypoints that are kept of a view."""

    packs: list[Pack]
    photographs: list[Photograph]
    quality: str
    embedder: Path
    local_features: Path
    views: tuple[int, ...]
    stored: int
    cache: Path


def compare(setup: Setup) -> Scores:
    thumbnails = [cut_content(read_picture(pack.thumbnail)) for pack in setup.packs]
    brands = sorted({pack.brand for pack in setup.packs})
    return Scores(
        cosine=_compare_appearance(setup, thumbnails),
        local=_compare_details(setup, thumbnails),
        right=np.array([photograph.pack for photograph in setup.photographs]),
        brands=np.array([brands.index(pack.brand) for pack in setup.packs]),
    )


def _read(setup: Setup, photograph: Photograph) -> np.ndarray:
    return lower_quality(read_picture(photograph.path), setup.quality, photograph.path.name)


def _compare_appearance(setup: Setup, thumbnails: list[np.ndarray]) -> np.ndarray:
    def compute() -> np.ndarray:
        session = open_session(setup.embedder)
        items = np.stack([embed(session, picture) for picture in thumbnails])
        return np.stack([embed(session, _read(setup, photograph)) for photograph in setup.photographs]) @ items.T

    return cached(setup.cache, f"cosine-{digest(setup.embedder)}-{_pictures(setup)}", compute)


def _compare_details(setup: Setup, thumbnails: list[np.ndarray]) -> np.ndarray:
    session = open_session(setup.local_features)
    side = session.get_inputs()[0].shape[2]
    model = digest(setup.local_features)
    matching = digest(Path(__file__).parent.parent / "local_matching.py")

    def find() -> list[LocalFeatures]:
        return [extract(session, _read(setup, photograph), side) for photograph in setup.photographs]

    def compute(view: int) -> np.ndarray:
        queries = cached(setup.cache, f"features-{model}-{_pictures(setup)}", find)
        items = [extract(session, _reduce(picture, view), side, setup.stored) for picture in thumbnails]
        return np.array([[verify(query, item)[0] for item in items] for query in queries])

    name = f"score-{matching}-{model}-{setup.stored}-{_pictures(setup)}"
    return np.max([cached(setup.cache, f"{name}-{view}", partial(compute, view)) for view in setup.views], axis=0)


def _reduce(picture: np.ndarray, long_side: int) -> np.ndarray:
    if long_side == 0:
        return picture
    return cv2.GaussianBlur(resize_long_side(picture, long_side), (0, 0), REDUCED_BLUR)


def _pictures(setup: Setup) -> str:
    return f"{setup.quality}-{len(setup.photographs)}"
