"""Figures of a detector on the measuring scenes, by family, as JSON and as a table.

    python -m sightline_training.detector.evaluate MODEL DIR [--threshold 0.62] [--overlays OUT]

MODEL is an ONNX file or a checkpoint, DIR a folder made by `generate measure`. Without --threshold the one with the best F1 on
the trained families is taken, so that it is never fitted to the held-out ones.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

from ..render.families.registry import HELD_OUT, TAGS_HELD_OUT
from .metrics import Found, measure
from .run import Run, detect, open_model
from .scenes import SceneFile, list_scenes

_NEVER_TRAINED = (*HELD_OUT, *TAGS_HELD_OUT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("scenes", type=Path)
    parser.add_argument("--size", type=int, default=800, help="side of the detector's input, px (default 800)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--threshold", type=float)
    parser.add_argument("--per-family", type=int, default=1000, help="at most so many scenes of each family")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--overlays", type=Path, help="a folder for pictures of what was found, three of each family")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    run = open_model(options.model, options.threads)
    found = {folder.name: _find(run, folder, options) for folder in sorted(options.scenes.iterdir()) if folder.is_dir()}
    threshold = options.threshold or _fit_threshold(found)
    figures = {family: measure(pictures, threshold) for family, pictures in found.items()}
    _print_table(figures)
    if options.json:
        options.json.write_text(json.dumps({"model": str(options.model), "sizePx": options.size, "families": figures}, indent=1))


def _find(run: Run, folder: Path, options: argparse.Namespace) -> list[Found]:
    pictures = []
    for i, scene in enumerate(list_scenes(folder)[: options.per_family]):
        image = scene.read()
        boxes, scores, scale = detect(run, image, options.size)
        pictures.append(Found(boxes, scores, scene.boxes * scale))
        if options.overlays and i < 3:
            _draw(options.overlays, scene, image, boxes / scale, scores)
    return pictures


def _fit_threshold(found: dict[str, list[Found]]) -> float:
    trained = [pictures for family, pictures in found.items() if family not in _NEVER_TRAINED]
    return measure([picture for pictures in trained for picture in pictures])["threshold"]


def _print_table(figures: dict[str, dict]) -> None:
    columns = ["products", "ap50", "precision", "recall", "f1", "countError", "falseBoxes"]
    print(f"{'family':14}" + "".join(f"{name:>12}" for name in [*columns, "threshold"]) + "  recall by width, px")
    for family, row in figures.items():
        label = family + ("*" if family in _NEVER_TRAINED else "")
        widths = " ".join(f"{name}:{value}" for name, value in row["recallByWidth"].items())
        print(f"{label:14}" + "".join(f"{row[name]:>12}" for name in [*columns, "threshold"]) + f"  {widths}", flush=True)
    print("* held out: never trained on")


def _draw(folder: Path, scene: SceneFile, image: np.ndarray, boxes: np.ndarray, scores: np.ndarray) -> None:
    """Truth in red, what was found in green, unsure ones thin."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = image[..., ::-1].copy()
    for box in scene.boxes.astype(int):
        cv2.rectangle(drawn, tuple(map(int, box[:2])), tuple(map(int, box[2:])), (0, 0, 255), 1)
    for box, score in zip(boxes.astype(int), scores, strict=True):
        if score >= 0.5:
            cv2.rectangle(drawn, tuple(map(int, box[:2])), tuple(map(int, box[2:])), (0, 255, 0), 2 if score >= 0.62 else 1)
    cv2.imwrite(str(folder / f"{scene.path.stem}.png"), drawn)


if __name__ == "__main__":
    main()
