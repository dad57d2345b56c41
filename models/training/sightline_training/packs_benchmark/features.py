"""Runs the two ONNX models over pictures, one at a time on one thread, as the engine does; results are cached on disk."""

import hashlib
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import onnxruntime

from ..local_matching import LocalFeatures, quantise
from .pictures import resize_long_side, resize_to

EMBEDDER_SIDE = 224

T = TypeVar("T")


def open_session(model: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def to_tensor(picture: np.ndarray) -> np.ndarray:
    """float32 [1, 3, height, width], 0..1."""
    return np.ascontiguousarray(picture.transpose(2, 0, 1)[None], dtype=np.float32) / 255


def embed(session: onnxruntime.InferenceSession, picture: np.ndarray) -> np.ndarray:
    """One L2-normalised vector."""
    tensor = to_tensor(resize_to(picture, EMBEDDER_SIDE, EMBEDDER_SIDE))
    vector = session.run(None, {"image": tensor})[0][0]
    return vector / np.linalg.norm(vector)


def extract(session: onnxruntime.InferenceSession, picture: np.ndarray, side: int, limit: int | None = None) -> LocalFeatures:
    """The picture is resized so that its long side fills a square frame of `side` px, top left, its last row and column repeated.

    The `limit` strongest keypoints are kept.
    """
    resized = resize_long_side(picture, side)
    height, width = resized.shape[:2]
    frame = np.pad(resized, ((0, side - height), (0, side - width), (0, 0)), mode="edge")
    valid = np.array([[width, height]], np.float32)
    outputs = session.run(["kpts", "score", "desc", "color"], {"image": to_tensor(frame), "valid": valid})
    return quantise(width, height, *(output[0] for output in outputs), limit)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def cached(folder: Path, name: str, compute: Callable[[], T]) -> T:
    """A pickled earlier result of that name, or a new one. Names carry the digest of all that the result depends on."""
    file = folder / f"{name}.pickle"
    if file.exists():
        return pickle.loads(file.read_bytes())
    value = compute()
    folder.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".part")
    partial.write_bytes(pickle.dumps(value, protocol=5))
    partial.replace(file)
    return value
