"""Weights to go on training from, out of an exported detector (fp32).

    python -m sightline_training.detector.recover product-detector.onnx WEIGHTS SCENES

The export folds the batch norms into the convolutions before them. They are put back such that the network computes what it did:
each gets the mean and variance that its convolution has on crops of SCENES (a folder made by `generate train`), and the scale and shift
that undo them.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from .checkpoint import save_weights
from .crops import Crops, collate
from .network import Detector
from .scenes import list_scenes

_CROPS = 32
_SEED = 1
_ROOT = "/detector/"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("scenes", type=Path)
    options = parser.parse_args()
    model = Detector()
    norms = _fill(model, options.model)
    _put_back(model, norms, _draw_crops(options.scenes))
    save_weights(model, options.weights)


def _fill(model: Detector, path: Path) -> list[nn.BatchNorm2d]:
    """Gives every convolution its weights; the norms that were folded into them stay neutral, but for their shift."""
    graph = onnx.load(str(path)).graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    modules, norms = dict(model.named_modules()), []
    for node in graph.node:
        if node.op_type != "Conv":
            continue
        name = _module_name(node.name, modules)
        conv, (weight, bias) = modules[name], _weights(node, stored)
        conv.weight.data = torch.from_numpy(weight.copy())
        if conv.bias is not None:
            conv.bias.data = torch.from_numpy(bias.copy())
        elif bias is not None:
            parent, place = name.rsplit(".", 1)
            norm = modules[f"{parent}.{int(place) + 1}"]
            norm.bias.data = torch.from_numpy(bias.copy())
            norm.weight.data = torch.sqrt(norm.running_var + norm.eps)
            norms.append(norm)
    return norms


def _module_name(node: str, modules: dict[str, nn.Module]) -> str:
    """The exporter repeats what leads to a module in a sequence: /detector/heads.0/shared/shared.0/Conv is heads.0.shared.0."""
    parts = node.removeprefix(_ROOT).removesuffix("/Conv").split("/")
    kept = [part for part, following in zip(parts, [*parts[1:], ""], strict=True) if not following.startswith(f"{part}.")]
    name = ".".join(kept)
    if name not in modules:
        raise SystemExit(f"{node} is no part of this network: it was exported from another.")
    return name


def _weights(node: onnx.NodeProto, stored: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray | None]:
    return stored[node.input[1]], stored[node.input[2]] if len(node.input) > 2 else None


def _draw_crops(scenes: Path) -> Tensor:
    torch.manual_seed(_SEED)
    crops = iter(Crops(list_scenes(scenes)))
    images, *_ = collate([next(crops) for _ in range(_CROPS)])
    return images.float().div_(127.5).sub_(1)


@torch.no_grad()
def _put_back(model: Detector, norms: list[nn.BatchNorm2d], images: Tensor) -> None:
    before = {norm: None for norm in norms}
    hooks = [norm.register_forward_pre_hook(lambda module, given: before.__setitem__(module, given[0])) for norm in norms]
    model.eval()
    expected = model(images)
    for hook in hooks:
        hook.remove()
    for norm, given in before.items():
        mean, variance = given.mean((0, 2, 3)), given.var((0, 2, 3))
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.bias.add_(mean)
        norm.weight.copy_(torch.sqrt(variance + norm.eps))
    difference = max(float((a - b).abs().max()) for a, b in zip(expected, model(images), strict=True))
    print(f"{len(norms)} batch norms put back, maps within {difference:.1e} of the exported ones'")


if __name__ == "__main__":
    main()
