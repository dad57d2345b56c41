"""The training pictures on disk: shards of families of sister products, each seen in the same number of views."""

from pathlib import Path

import numpy as np

SIDE = 224
SISTERS = 4
THUMBNAILS = 2
PHOTOGRAPHS = 4
VIEWS = THUMBNAILS + PHOTOGRAPHS
FAMILIES_PER_SHARD = 25


def shard_file(folder: Path, number: int) -> Path:
    return folder / f"views-{number:04d}.npy"


def open_shards(folder: Path) -> list[np.ndarray]:
    """Memory-mapped uint8 [families, SISTERS, VIEWS, SIDE, SIDE, 3], RGB; the first THUMBNAILS views are catalogue pictures."""
    files = sorted(folder.glob("views-*.npy"))
    if not files:
        raise FileNotFoundError(f"{folder} has no views: run sightline_training.embedder.generate first.")
    return [np.load(file, mmap_mode="r") for file in files]
