"""object-detector from fp32 to int8: static, QDQ, weights per channel. The last convolutions and what follows them stay float."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static

from .pictures import letterbox

_CALIBRATION_PICTURES = 96


class _Pictures(CalibrationDataReader):
    def __init__(self, files: list[Path], side: int):
        self._inputs = ({"image": letterbox(file, side)} for file in files)

    def get_next(self) -> dict[str, np.ndarray] | None:
        return next(self._inputs, None)


def quantise(source: Path, target: Path, files: list[Path]) -> None:
    onnxruntime.set_default_logger_severity(3)
    side = onnx.load(str(source)).graph.input[0].type.tensor_type.shape.dim[2].dim_value
    chosen = files[:: max(1, len(files) // _CALIBRATION_PICTURES)][:_CALIBRATION_PICTURES]
    quantize_static(
        str(source),
        str(target),
        _Pictures(chosen, side),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=_last_convolutions(source),
        op_types_to_quantize=["Conv", "Add", "LeakyRelu", "Concat", "MaxPool", "Resize"],
        calibrate_method=CalibrationMethod.MinMax,
    )


def _last_convolutions(model: Path) -> list[str]:
    """Their outputs are scores and distances: a step of 1/255 of their range is a pixel. What computes boxes from them is no network."""
    nodes = onnx.load(str(model)).graph.node
    makers = {output: node for node in nodes for output in node.output}
    first = next(node for node in nodes if node.op_type == "Reshape")
    excluded = [node.name for node in nodes if node.op_type == "Reshape" and makers.get(node.input[0], first).op_type == "Conv"]
    heads = [makers[node.input[0]].name for node in nodes if node.name in excluded]
    tail = {"Reshape", "Transpose", "Split", "Softmax", "MatMul", "Mul", "Sigmoid"}
    after = [node.name for node in nodes if node.op_type in tail]
    return heads + after + _consumers(nodes, after)


def _consumers(nodes, names: list[str]) -> list[str]:
    """What is computed from the outputs of these nodes: the sums of corners, and the joined outputs."""
    outputs = {output for node in nodes if node.name in names for output in node.output}
    found = [node.name for node in nodes if node.name not in names and outputs & set(node.input)]
    return found + _consumers(nodes, found) if found else []
