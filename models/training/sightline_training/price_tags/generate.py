"""Renders scenes with price tags to disk. Stopped and started again, it goes on where it was.

    python -m sightline_training.price_tags.generate train DIR --chunks 12    # 600 scenes of 800 px
    python -m sightline_training.price_tags.generate validate DIR             # 12 of each kind, 800 px: for the threshold
    python -m sightline_training.price_tags.generate measure DIR              # 10 of each kind, 1,600 px: so that text can be read

`measure` writes a folder a family with images/ and annotations.coco.json, as the labelled photographs have them.
"""

import argparse
import json
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2

from ..detector.scenes import list_scenes, tags_of, write_chunk
from ..render.families.registry import TAGS_HELD_OUT, TAGS_TRAINED

TRAINING_PX = 800
"""As the detector sees it."""
_MEASURED_PX = 1600
_LEAST_SIDE_PX = 10
"""What is smaller has less than 5 px in the input of the detector, as the tags that training does not ask for."""
_FIRST_SEEDS = {"train": 700_000, "validate": 800_000, "measure": 850_000}
"""Far from each other and from those of products: no two splits share a product or a tag."""
_VALIDATED = ("rails", "mixed", "bare", *TAGS_HELD_OUT)
_MEASURED = ("rails", *TAGS_HELD_OUT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("split", choices=["train", "validate", "measure"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--chunks", type=int, default=12, help="chunks of 50 scenes for training (default 12)")
    parser.add_argument("--processes", type=int, default=1, help="processes, one core each (default 1)")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    jobs = _jobs(options)
    with get_context("fork").Pool(options.processes) as pool:
        for done, made in enumerate(pool.imap_unordered(_run, jobs), 1):
            print(f"{done}/{len(jobs)} chunks{'' if made else ' (was there)'}", flush=True)
    if options.split == "measure":
        for family in _MEASURED:
            _describe(options.folder / family)


def _jobs(options: argparse.Namespace) -> list[partial[bool]]:
    first, folder = _FIRST_SEEDS[options.split], options.folder
    if options.split == "train":
        size = {"size_px": TRAINING_PX, "choose": tags_of}
        return [partial(write_chunk, folder, first + i, TAGS_TRAINED, **size) for i in range(options.chunks)]
    if options.split == "validate":
        kinds = [(folder / family, family) for family in _VALIDATED]
        size = {"count": 12, "size_px": TRAINING_PX, "choose": tags_of}
    else:
        kinds = [(folder / family / "images", family) for family in _MEASURED]
        size = {"count": 10, "size_px": _MEASURED_PX, "choose": tags_of}
    return [partial(write_chunk, place, first + i, {family: 1.0}, **size) for i, (place, family) in enumerate(kinds)]


def _describe(folder: Path) -> None:
    """annotations.coco.json of the scenes in images/; tags too small to ask for are crowds."""
    images, annotations = [], []
    for scene in list_scenes(folder / "images"):
        images.append({"id": len(images) + 1, "file_name": scene.path.name, "width": _MEASURED_PX, "height": _MEASURED_PX})
        for left, top, right, bottom in [*scene.boxes.tolist(), *scene.tiny.tolist()]:
            box = [round(v, 1) for v in (left, top, right - left, bottom - top)]
            crowd = int(min(box[2:]) < _LEAST_SIDE_PX)
            place = {"id": len(annotations) + 1, "image_id": len(images), "category_id": 1}
            annotations.append({**place, "bbox": box, "iscrowd": crowd})
    labels = {"images": images, "categories": [{"id": 1, "name": "price_tag"}], "annotations": annotations}
    (folder / "annotations.coco.json").write_text(json.dumps(labels))


def _run(job: partial[bool]) -> bool:
    return job()


if __name__ == "__main__":
    main()
