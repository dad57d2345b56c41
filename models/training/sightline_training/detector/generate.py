"""Renders scenes to disk. Stopped and started again, it goes on where it was.

python -m sightline_training.detector.generate train DIR --chunks 160        # 8,000 scenes of the trained families
python -m sightline_training.detector.generate measure DIR                   # 150 of each held-out family, 30 of each other
"""

import argparse
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2

from ..render.families.registry import HELD_OUT, TRAINED
from .scenes import write_chunk

_MEASURE_SEED = 900_000
"""Far from the chunks trained on, whose seeds count up from 1: no product of these is in those."""
_HELD_OUT_CHUNKS = 3
_TRAINED_SCENES = 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("split", choices=["train", "measure"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--chunks", type=int, default=160, help="chunks of 50 scenes for training (default 160)")
    parser.add_argument("--first", type=int, default=1, help="seed of the first chunk (default 1)")
    parser.add_argument("--processes", type=int, default=2, help="processes, one core each (default 2)")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    jobs = _training_jobs(options) if options.split == "train" else _measuring_jobs(options.folder)
    with get_context("fork").Pool(options.processes) as pool:
        for done, made in enumerate(pool.imap_unordered(_run, jobs), 1):
            print(f"{done}/{len(jobs)} chunks{'' if made else ' (was there)'}", flush=True)


def _training_jobs(options: argparse.Namespace) -> list[partial[bool]]:
    return [partial(write_chunk, options.folder, options.first + i, TRAINED) for i in range(options.chunks)]


def _measuring_jobs(folder: Path) -> list[partial[bool]]:
    """A folder for each family."""
    jobs = []
    for number, family in enumerate([*HELD_OUT, *TRAINED]):
        seed = _MEASURE_SEED + 10 * number
        if family in HELD_OUT:
            jobs += [partial(write_chunk, folder / family, seed + chunk, {family: 1.0}) for chunk in range(_HELD_OUT_CHUNKS)]
        else:
            jobs.append(partial(write_chunk, folder / family, seed, {family: 1.0}, _TRAINED_SCENES))
    return jobs


def _run(job: partial[bool]) -> bool:
    return job()


if __name__ == "__main__":
    main()
