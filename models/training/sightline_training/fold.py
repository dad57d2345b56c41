"""Computes in advance what does not depend on a picture, so that an engine loads a graph in a third of the time."""

from pathlib import Path

import onnxruntime


def fold(file: Path) -> None:
    """Replaces an ONNX file with a batch of any size "n" by the graph for one picture. Its outputs stay the same, bit by bit.

    While a size is unknown, ONNX Runtime keeps the nodes that compute shapes. For each output, it then looks for free memory of the same
    size among all that is free: of the 640 ms that it took to load local-features@2, that was 400.
    """
    options = onnxruntime.SessionOptions()
    options.add_free_dimension_override_by_name("n", 1)
    # The highest level whose result does not depend on the processor.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    folded = file.with_suffix(".folded")
    options.optimized_model_filepath = str(folded)
    onnxruntime.InferenceSession(file.read_bytes(), options, providers=["CPUExecutionProvider"])
    folded.replace(file)
