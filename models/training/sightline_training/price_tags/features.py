"""What an exported product-detector sees before its heads: the features that the head for price tags reads.

They are taken from the ONNX file, fp32 or int8: what goes into the convolutions that join the backbone to the pyramid, and into the
heads. Nothing of the detector is changed, so products stay what they were to the bit.
"""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime

_CONVOLUTIONS = {
    "edges": "lateral4/Conv",
    "fine": "lateral8/Conv",
    "pyramid8": "heads.0/shared/shared.0/Conv",
    "middle": "lateral16/Conv",
    "pyramid16": "heads.1/shared/shared.0/Conv",
    "pyramid32": "heads.2/shared/shared.0/Conv",
}
FEATURES = list(_CONVOLUTIONS)
CHANNELS = {"edges": 96, "fine": 40, "pyramid8": 64, "middle": 112, "pyramid16": 64, "pyramid32": 64}
"""Strides 8, 8, 8, 16, 16 and 32; `edges` is stride 4, four cells in one."""


def cut_features(path: Path) -> onnx.ModelProto:
    """The part of the detector that computes the features, with one output for each of FEATURES."""
    model = onnx.load(str(path))
    sources = {name: _input_of(model.graph, end) for name, end in _CONVOLUTIONS.items()}
    for name, source in sources.items():
        model.graph.node.append(onnx.helper.make_node("Identity", [source], [name], name=f"/features/{name}"))
    outputs = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in FEATURES]
    model.graph.CopyFrom(_needed_part(model.graph, outputs))
    return model


def open_features(path: Path, threads: int):
    """Input float32 (1, 3, 800, 800), RGB 0..1, to the features in the order of FEATURES."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    cut = cut_features(path).SerializeToString()
    session = onnxruntime.InferenceSession(cut, options, providers=["CPUExecutionProvider"])

    def run(tensor: np.ndarray) -> list[np.ndarray]:
        return session.run(FEATURES, {"image": tensor})

    return run


def _input_of(graph: onnx.GraphProto, end: str) -> str:
    for node in graph.node:
        if node.op_type == "Conv" and node.name.removesuffix("_quant").endswith(end):
            return node.input[0]
    raise SystemExit(f"The detector has no convolution {end}: it was exported from another network.")


def _needed_part(graph: onnx.GraphProto, outputs: list[onnx.ValueInfoProto]) -> onnx.GraphProto:
    """Without the nodes and weights that no output needs. Exported graphs are in order."""
    needed, kept = {output.name for output in outputs}, []
    for node in reversed(list(graph.node)):
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.append(node)
    weights = [tensor for tensor in graph.initializer if tensor.name in needed]
    return onnx.helper.make_graph(kept[::-1], graph.name, list(graph.input), outputs, weights)
