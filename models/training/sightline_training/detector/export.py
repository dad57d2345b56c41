"""Weights to ONNX: fixed size, free batch, sorted rows, the contract of product-detector.

    python -m sightline_training.detector.export WEIGHTS OUT.onnx

Input `image` float32 (b, 3, s, s), RGB 0..1; outputs `boxes` (b, 2500, 4), left, top, right, bottom in input px, and `scores`
(b, 2500), best first, before suppression. 1,000 rows were too few: AP fell by two points on crowded shelves.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from .checkpoint import load_weights
from .network import Detector, decode

ROWS = 2500
_OPSET = 17


class Deployed(nn.Module):
    def __init__(self, detector: Detector):
        super().__init__()
        self.detector = detector

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        boxes, logits = decode(self.detector(image * 2 - 1))
        scores, order = torch.topk(torch.sigmoid(logits), ROWS, dim=1)
        return torch.gather(boxes, 1, order.unsqueeze(-1).expand(-1, -1, 4)), scores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", type=int, default=800, help="side of the input, px, a multiple of 32 (default 800)")
    options = parser.parse_args()
    model = Deployed(load_weights(options.weights)).eval()
    _write(model, options.out, options.size)
    _compare(model, options.out, options.size)


def _write(model: Deployed, out: Path, size_px: int) -> None:
    free = {0: "batch"}
    # The traced exporter: the newer one writes a graph that onnxruntime's quantiser does not fold into its integer kernels.
    torch.onnx.export(
        model,
        (torch.rand(1, 3, size_px, size_px),),
        str(out),
        opset_version=_OPSET,
        input_names=["image"],
        output_names=["boxes", "scores"],
        dynamic_axes={"image": free, "boxes": free, "scores": free},
        dynamo=False,
    )
    onnx.checker.check_model(str(out))


@torch.no_grad()
def _compare(model: Deployed, out: Path, size_px: int) -> None:
    """Batch of two through both; a difference ends the command."""
    image = torch.rand(2, 3, size_px, size_px, generator=torch.Generator().manual_seed(1))
    session = onnxruntime.InferenceSession(str(out), providers=["CPUExecutionProvider"])
    _, scores = session.run(["boxes", "scores"], {"image": image.numpy()})
    difference = float(np.abs(scores - model(image)[1].numpy()).max())
    if difference > 1e-3:
        raise ValueError(f"The exported scores are off by {difference:.4f}.")
    print(f"{out}: {out.stat().st_size / 1e6:.1f} MB, scores within {difference:.1e} of the weights'")


if __name__ == "__main__":
    main()
