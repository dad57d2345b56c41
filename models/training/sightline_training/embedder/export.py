"""Writes the embedder as ONNX and prints its checksum for the manifest: `image` float32 [n, 3, 224, 224] RGB 0..1 to `embedding` [n, 256].

    python -m sightline_training.embedder.export --weights weights.pt product-embedder.onnx
"""

import argparse
import hashlib
import tempfile
import warnings
from pathlib import Path

import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from .model import Top, Trunk, load_backbone


class Embedder(nn.Module):
    def __init__(self, weights: Path):
        super().__init__()
        backbone = load_backbone()
        self.trunk, self.top = Trunk(backbone), Top(backbone)
        self.top.load_state_dict(torch.load(weights))

    def forward(self, image: Tensor) -> Tensor:
        return self.top(self.trunk(image))


def export(weights: Path, file: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        raw = Path(folder) / "raw.onnx"
        torch.onnx.export(
            Embedder(weights).eval(),
            torch.rand(2, 3, 224, 224),
            raw,
            opset_version=17,
            input_names=["image"],
            output_names=["embedding"],
            dynamic_axes={"image": {0: "n"}, "embedding": {0: "n"}},
            dynamo=False,
        )
        fold(raw, file)


def fold(raw: Path, file: Path) -> None:
    """Folds batch normalisation into the convolutions, which quantisation needs, and drops the opset of ONNX Runtime's own that it adds."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(file)
    onnxruntime.InferenceSession(str(raw), options, providers=["CPUExecutionProvider"])
    model = onnx.load(file)
    standard = [opset for opset in model.opset_import if opset.domain == ""]
    del model.opset_import[:]
    model.opset_import.extend(standard)
    onnx.checker.check_model(model)
    onnx.save(model, file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--weights", type=Path, required=True)
    arguments = parser.parse_args()
    export(arguments.weights, arguments.file)
    print(arguments.file.name, hashlib.sha256(arguments.file.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
