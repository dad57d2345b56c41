"""A product-detector and a head for price tags to one ONNX file that finds price tags, with the contract of a detector.

    python -m sightline_training.price_tags.export DETECTOR.onnx HEAD.pt OUT.onnx

Input `image` as that of the detector; outputs `boxes` (1, 400, 4), left, top, right, bottom in input px, and `scores` (1, 400), best first,
before suppression. Backbone and pyramid are those of the file, fp32 or int8; the head is fp32, which costs little.
"""

import argparse
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from ..detector.network import decode
from .features import CHANNELS, FEATURES, cut_features
from .generate import TRAINING_PX
from .head import TagHead, load_head

ROWS = 400
_OPSET = 17
_STRIDES = (8, 8, 8, 16, 16, 32)


class _Deployed(nn.Module):
    def __init__(self, head: TagHead):
        super().__init__()
        self.head = head

    def forward(self, *features: Tensor) -> tuple[Tensor, Tensor]:
        boxes, logits = decode(self.head(*features))
        scores, order = torch.topk(torch.sigmoid(logits), ROWS, dim=1)
        return torch.gather(boxes, 1, order.unsqueeze(-1).expand(-1, -1, 4)), scores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("detector", type=Path)
    parser.add_argument("head", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    write_tag_detector(options.detector, load_head(options.head).eval(), options.out)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB")


def write_tag_detector(detector: Path, head: TagHead, out: Path) -> None:
    beside = out.with_suffix(".head")
    features = tuple(
        torch.rand(1, channels, TRAINING_PX // stride, TRAINING_PX // stride)
        for channels, stride in zip(CHANNELS.values(), _STRIDES, strict=True)
    )
    # The traced exporter, as for the detector.
    torch.onnx.export(
        _Deployed(head),
        features,
        str(beside),
        opset_version=_OPSET,
        input_names=FEATURES,
        output_names=["boxes", "scores"],
        dynamo=False,
    )
    trunk, top = cut_features(detector), onnx.compose.add_prefix(onnx.load(str(beside)), "tags/", rename_inputs=False, rename_outputs=False)
    beside.unlink()
    trunk.graph.node.extend(top.graph.node)
    trunk.graph.initializer.extend(top.graph.initializer)
    del trunk.graph.output[:]
    trunk.graph.output.extend(top.graph.output)
    onnx.checker.check_model(trunk)
    onnx.save(trunk, str(out))


if __name__ == "__main__":
    main()
