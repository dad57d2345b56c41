"""The trunk's outputs for all training pictures, computed once: four fifths of the network's work."""

import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from .model import Trunk, load_backbone
from .pictures import open_shards


def run_trunk(pictures: np.ndarray, session: onnxruntime.InferenceSession) -> np.ndarray:
    """uint8 [n, 224, 224, 3] to float16 [n, 192, 7, 7]."""
    outputs = []
    for picture in pictures:
        tensor = np.ascontiguousarray(picture.transpose(2, 0, 1)[None], np.float32) / 255
        outputs.append(session.run(None, {"image": tensor})[0][0].astype(np.float16))
    return np.stack(outputs)


def open_trunk() -> onnxruntime.InferenceSession:
    """ONNX Runtime takes half of PyTorch's time."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file = Path(folder) / "trunk.onnx"
        example = torch.rand(1, 3, 224, 224)
        torch.onnx.export(Trunk(load_backbone()).eval(), example, file, opset_version=17, input_names=["image"], dynamo=False)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def load_activations(folder: Path) -> np.ndarray:
    """float16 [families, SISTERS, VIEWS, 192, 7, 7] of all shards; computed for new shards and kept beside them."""
    session = None
    parts = []
    for number, shard in enumerate(open_shards(folder)):
        file = folder / f"trunk-{number:04d}.npy"
        if not file.exists():
            session = session or open_trunk()
            flat = run_trunk(shard.reshape(-1, *shard.shape[3:]), session)
            partial = file.with_suffix(".part.npy")
            np.save(partial, flat.reshape(*shard.shape[:3], *flat.shape[1:]))
            partial.rename(file)
        parts.append(np.load(file))
    return np.concatenate(parts)
