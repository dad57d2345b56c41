"""Makes the int8 variant: convolutions with int8 weights per channel and uint8 activations, calibrated on rendered views.

    python -m sightline_training.embedder.quantise product-embedder.onnx product-embedder.int8.onnx --data DIR

What follows the last convolution (poolings, projection) stays float: it is small, and its numbers differ too much in size. So do the
first convolutions, which lose most: with them in 8 bits, 2.5 of 100 photographs more had a wrong item first.
"""

import argparse
import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static

from .pictures import open_shards

CALIBRATION_PICTURES = 120
FLOAT_CONVOLUTIONS = 6
"""The stem and the first two blocks."""


class Views(CalibrationDataReader):
    def __init__(self, data: Path):
        self._left = self._read(data)

    def get_next(self) -> dict[str, np.ndarray] | None:
        return next(self._left, None)

    def _read(self, data: Path) -> Iterator[dict[str, np.ndarray]]:
        shards = open_shards(data)
        random = np.random.default_rng(1)
        for _ in range(CALIBRATION_PICTURES):
            shard = shards[random.integers(len(shards))]
            picture = shard[tuple(random.integers(length) for length in shard.shape[:3])]
            yield {"image": np.ascontiguousarray(picture.transpose(2, 0, 1)[None], np.float32) / 255}


def quantise(source: Path, file: Path, data: Path) -> None:
    nodes = list(onnx.load(source).graph.node)
    convolutions = [index for index, node in enumerate(nodes) if node.op_type == "Conv"]
    # The clip of the last convolution is quantised with it.
    kept_float = [node.name for node in nodes[: convolutions[FLOAT_CONVOLUTIONS]] + nodes[convolutions[-1] + 2 :]]
    quantize_static(
        source,
        file,
        Views(data),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        weight_type=QuantType.QInt8,
        activation_type=QuantType.QUInt8,
        calibrate_method=CalibrationMethod.MinMax,
        nodes_to_exclude=kept_float,
        op_types_to_quantize=["Conv", "Add", "Clip"],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    quantise(arguments.source, arguments.file, arguments.data)
    print(arguments.file.name, hashlib.sha256(arguments.file.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
