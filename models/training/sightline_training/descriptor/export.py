"""Writes the keypoint graph with the learned descriptor, one ONNX file a size, and prints their checksums for the manifest.

python -m sightline_training.descriptor.export --weights weights.pt FOLDER
"""

import argparse
import hashlib
from pathlib import Path

import torch

from ..local_features import SIZES, export_graph
from .model import Descriptor, LearnedFeatures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--sides", type=int, nargs="+", choices=SIZES, default=[320], help="px; default 320")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    descriptor = Descriptor()
    descriptor.load_state_dict(torch.load(arguments.weights))
    for side in arguments.sides:
        file = arguments.folder / f"local-features.{side}.onnx"
        export_graph(LearnedFeatures(side, SIZES[side], descriptor), file)
        print(file.name, hashlib.sha256(file.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
