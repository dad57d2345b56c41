"""Renders the embedder's training pictures. Stops and goes on by whole shards; a shard depends on its number alone.

python -m sightline_training.embedder.generate --out DIR [--families 1000]
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

from ..pack_views.surroundings import Surroundings
from ..pack_views.views import photograph, thumbnail
from ..render.dice import Dice
from ..render.packs import design, sister
from .pictures import FAMILIES_PER_SHARD, SIDE, SISTERS, THUMBNAILS, VIEWS, shard_file

FIRST_SEED = 1_000_000


def render_shard(number: int, surroundings: Surroundings) -> np.ndarray:
    views = np.empty((FAMILIES_PER_SHARD, SISTERS, VIEWS, SIDE, SIDE, 3), np.uint8)
    for row in range(FAMILIES_PER_SHARD):
        seed = FIRST_SEED + number * FAMILIES_PER_SHARD + row
        dice = Dice(seed)
        first = design(seed)
        family = [first, *(sister(first, other) for other in range(1, SISTERS))]
        for column, pack in enumerate(family):
            for view in range(VIEWS):
                seen = thumbnail(pack, dice) if view < THUMBNAILS else photograph(pack, surroundings, dice)
                views[row, column, view] = cv2.resize(seen.picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return views


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--families", type=int, default=1000)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    surroundings = Surroundings(seed=FIRST_SEED)
    for number in range(arguments.families // FAMILIES_PER_SHARD):
        file = shard_file(arguments.out, number)
        if file.exists():
            continue
        partial = file.with_suffix(".part.npy")
        np.save(partial, render_shard(number, surroundings))
        partial.rename(file)
        print(file, flush=True)


if __name__ == "__main__":
    main()
