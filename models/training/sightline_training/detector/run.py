"""Runs a detector, exported or not, on a picture."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from .boxes import suppress

MOST_OVERLAP = 0.5
"""Of two boxes that overlap more the better one stays; the pipelines' `nmsIou`."""
_PAD = 114
_LEAST_SCORE = 0.05

Run = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Input float32 (1, 3, s, s), RGB 0..1, to boxes (n, 4) in input px and scores (n,)."""


def open_model(path: Path, threads: int) -> Run:
    """An ONNX file or a checkpoint."""
    return _open_onnx(path, threads) if path.suffix == ".onnx" else _open_checkpoint(path, threads)


def letterbox(image: np.ndarray, size_px: int) -> tuple[np.ndarray, float]:
    """RGB uint8 (h, w, 3) to the top left of a grey square (1, 3, s, s) float32 0..1, and the scale it got."""
    height, width = image.shape[:2]
    scale = size_px / max(height, width)
    fitted = cv2.resize(
        image, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    )
    square = np.full((size_px, size_px, 3), _PAD, np.uint8)
    square[: fitted.shape[0], : fitted.shape[1]] = fitted
    return np.ascontiguousarray(square.transpose(2, 0, 1)[None].astype(np.float32) / 255), scale


def detect(run: Run, image: np.ndarray, size_px: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Boxes in input px, best first, their scores, and the picture's scale in the input."""
    tensor, scale = letterbox(image, size_px)
    boxes, scores = run(tensor)
    likely = scores > _LEAST_SCORE
    boxes, scores = suppress(boxes[likely], scores[likely], MOST_OVERLAP)
    height, width = image.shape[:2]
    limit = np.array([width, height, width, height]) * scale
    return boxes.clip(0, limit), scores, scale


def _open_onnx(path: Path, threads: int) -> Run:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(tensor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        boxes, scores = session.run(["boxes", "scores"], {"image": tensor})
        return boxes[0], scores[0]

    return run


def _open_checkpoint(path: Path, threads: int) -> Run:
    import torch

    from .checkpoint import load_weights
    from .network import decode

    torch.set_num_threads(threads)
    model = load_weights(path).eval().to(memory_format=torch.channels_last)

    def run(tensor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        with torch.no_grad():
            boxes, logits = decode(model(torch.from_numpy(tensor) * 2 - 1))
        return boxes[0].numpy(), torch.sigmoid(logits[0]).numpy()

    return run
