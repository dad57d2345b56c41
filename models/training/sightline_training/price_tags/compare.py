"""Price tags found in text, by the detector's head, and by both, on labelled pictures.

    node bench/price-tags.ts FOLDER CURRENCY --json FOUND.json                                              # what text finds
    python -m sightline_training.price_tags.compare MODEL.onnx FOLDER FOUND.json --threshold 0.4

MODEL is made by `export`, FOLDER has images/ and annotations.coco.json with the category price_tag; several pairs of FOLDER and FOUND may
be given. The boxes of tags found in text go around their text, so a tag counts as found when the middle of a box lies on it, whichever
found it. AP50 and the last columns, by an overlap of at least a half, are for the head alone.
"""

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ..detector.metrics import Found, measure
from ..detector.run import Run, detect, open_model

_SIZE_PX = 800
_PRODUCT_FROM = 0.544
"""The threshold of product-detector's int8 variant."""
_INSIDE_FROM = 0.6
"""As for text: what lies so far inside a product is printed on it."""


@dataclass(frozen=True)
class Picture:
    """Boxes float32 (n, 4), left, top, right, bottom in px: labelled tags, those too small to ask for, those found in text; those
    of the head, best first, with their scores."""

    labelled: np.ndarray
    ignored: np.ndarray
    text: np.ndarray
    head: np.ndarray
    scores: np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("pairs", type=Path, nargs="+", metavar="FOLDER FOUND")
    parser.add_argument("--threshold", type=float, required=True, help="of the head: fitted on rendered scenes by detector.evaluate")
    parser.add_argument("--products", type=Path, help="product-detector.int8.onnx: boxes of the head that lie on products are left out")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    run = open_model(options.model, options.threads)
    products = open_model(options.products, options.threads) if options.products else None
    for folder, found in zip(options.pairs[::2], options.pairs[1::2], strict=True):
        _compare(run, products, folder, json.loads(found.read_text()), options.threshold)


def _compare(run: Run, products: Run | None, folder: Path, found: list[dict], threshold: float) -> None:
    labels = json.loads((folder / "annotations.coco.json").read_text())
    text = {entry["file"]: entry for entry in found}
    pictures, times_ms = [], []
    for image in labels["images"]:
        pixels = cv2.imread(str(folder / "images" / image["file_name"]), cv2.IMREAD_COLOR)[..., ::-1]
        started = time.perf_counter()
        boxes, scores, scale = detect(run, np.ascontiguousarray(pixels), _SIZE_PX)
        times_ms.append((time.perf_counter() - started) * 1000)
        if products is not None:
            on_none = ~_is_on_product(products, pixels, boxes)
            boxes, scores = boxes[on_none], scores[on_none]
        labelled, ignored = _labelled(labels, image["id"])
        pictures.append(Picture(labelled, ignored, _corners(text[image["file_name"]]["tags"]), boxes / scale, scores))
    total = sum(len(picture.labelled) for picture in pictures)
    text_ms = np.median([entry["textMs"] for entry in found])
    head_ms = np.median(times_ms)
    print(f"{folder.name}: {len(pictures)} pictures, {total} tags; median {text_ms:.0f} ms for text, {head_ms:.0f} ms for the head")
    for name in ("text", "head", "both"):
        _print_row(name, pictures, total, threshold)
    figures = measure([Found(p.head, p.scores, p.labelled) for p in pictures], threshold)
    print(f"  head, by overlap: AP50 {figures['ap50']}, precision {figures['precision']}, recall {figures['recall']}")


def _is_on_product(run: Run, pixels: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    products, scores, _ = detect(run, np.ascontiguousarray(pixels), _SIZE_PX)
    products = products[scores >= _PRODUCT_FROM]
    low = np.maximum(boxes[:, None, :2], products[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], products[None, :, 2:])
    area = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return ((high - low).clip(0).prod(2) >= _INSIDE_FROM * area[:, None]).any(1)


def _print_row(name: str, pictures: list[Picture], total: int, threshold: float) -> None:
    found = right = boxes = 0
    for picture in pictures:
        chosen = _chosen(picture, name, threshold)
        on_tag = _holds(picture.labelled, chosen)
        counted = on_tag.any(0) | ~_holds(picture.ignored, chosen).any(0)
        found += int(on_tag.any(1).sum())
        right += int(on_tag.any(0).sum())
        boxes += int(counted.sum())
    recall, precision = found / max(total, 1), right / max(boxes, 1)
    f1 = 2 * recall * precision / max(recall + precision, 1e-9)
    print(f"  {name:5} found {found} ({recall:.1%}); right {right} of {boxes} ({precision:.1%}); F1 {f1:.3f}")


def _chosen(picture: Picture, name: str, threshold: float) -> np.ndarray:
    """With both, what text finds inside a box of the head is that tag."""
    head = picture.head[picture.scores >= threshold]
    if name == "head":
        return head
    if name == "text":
        return picture.text
    return np.concatenate([head, picture.text[~_holds(head, picture.text).any(0)]])


def _holds(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Whether each of `boxes` holds the middle of each of `others`: (n, m)."""
    middle = (others[:, :2] + others[:, 2:]) / 2
    return ((middle[None] >= boxes[:, None, :2]) & (middle[None] <= boxes[:, None, 2:])).all(2)


def _labelled(labels: dict, image: int) -> tuple[np.ndarray, np.ndarray]:
    category = next(each["id"] for each in labels["categories"] if each["name"] == "price_tag")
    rows = [each for each in labels["annotations"] if each["image_id"] == image and each["category_id"] == category]
    kept, ignored = ([each["bbox"] for each in rows if bool(each.get("iscrowd")) is crowd] for crowd in (False, True))
    return _from_sides(kept), _from_sides(ignored)


def _corners(tags: list[dict]) -> np.ndarray:
    return _from_sides([tag["box"] for tag in tags])


def _from_sides(boxes: list[list[float]]) -> np.ndarray:
    """Left, top, width, height to left, top, right, bottom."""
    rows = np.array(boxes, np.float32).reshape(-1, 4)
    return np.concatenate([rows[:, :2], rows[:, :2] + rows[:, 2:]], 1)


if __name__ == "__main__":
    main()
