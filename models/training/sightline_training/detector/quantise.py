"""A detector in ONNX to int8, and the time of both.

    python -m sightline_training.detector.quantise IN.onnx OUT.onnx SCENES

SCENES is a folder made by `generate train`: 24 of its scenes set the ranges of activations. Static, QDQ, per channel. ReLUs are
quantised too, or every one costs a round trip through float; the box and score convolutions and all that follows them stay
float: distances are exponentials, and a step of 1/255 in their logs is a pixel in twenty. So do the first layers, which look at single
pixels: that costs an eighth more time, and in 8 bits two in a hundred of the small products are lost.

Weights have 7 bits: without VNNI, processors add products of 8 bits in 16 bits, and sums that do not fit are cut off. With 8 bits, scores on an
AMD Zen 3 were off by 0.0135 on average, and a pack that no item shows was named; now they are off by 0.0008, and as near to float as before.
"""

import argparse
import statistics
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from .run import letterbox
from .scenes import SceneFile, list_scenes

_CALIBRATION_SCENES = 24
_TIMED_RUNS = 15
_FLOAT_PARTS = ("/stem/", "/blocks.0/", "/blocks.1/", "/box/", "/score/")


class _Scenes(CalibrationDataReader):
    def __init__(self, scenes: list[SceneFile], size_px: int):
        self._tensors = iter([letterbox(scene.read(), size_px)[0] for scene in scenes])

    def get_next(self) -> dict[str, np.ndarray] | None:
        tensor = next(self._tensors, None)
        return None if tensor is None else {"image": tensor}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("scenes", type=Path)
    options = parser.parse_args()
    scenes = list_scenes(options.scenes)
    chosen = scenes[:: max(1, len(scenes) // _CALIBRATION_SCENES)][:_CALIBRATION_SCENES]
    _quantise(options.model, options.out, chosen)
    for path in (options.model, options.out):
        times = ", ".join(f"{threads} thread(s) {_time_ms(path, threads, chosen[0]):.0f} ms" for threads in (1, 2))
        print(f"{path}: {path.stat().st_size / 1e6:.1f} MB, {times}")


def _quantise(model: Path, out: Path, scenes: list[SceneFile]) -> None:
    prepared = out.with_suffix(".prepared")
    quant_pre_process(str(model), str(prepared), skip_symbolic_shape=True)
    quantize_static(
        str(prepared),
        str(out),
        _Scenes(scenes, _input_size(model)),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        reduce_range=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=_float_nodes(prepared),
        op_types_to_quantize=["Conv", "Add", "Clip", "Relu", "Resize"],
        calibrate_method=CalibrationMethod.MinMax,
    )
    prepared.unlink()


def _float_nodes(model: Path) -> list[str]:
    """All that is no part of the network proper, its first layers, and the last convolutions of the heads."""
    names = [node.name for node in onnx.load(str(model)).graph.node]
    return [name for name in names if "/detector/" not in name or any(part in name for part in _FLOAT_PARTS)]


def _input_size(model: Path) -> int:
    return onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"]).get_inputs()[0].shape[2]


def _time_ms(model: Path, threads: int, scene: SceneFile) -> float:
    """Median of several runs after three that are not counted."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    feed = {"image": letterbox(scene.read(), session.get_inputs()[0].shape[2])[0]}
    times = []
    for _ in range(3 + _TIMED_RUNS):
        start = time.perf_counter()
        session.run(None, feed)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[3:])


if __name__ == "__main__":
    main()
