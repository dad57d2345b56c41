"""Renders pairs of views of packs and keeps the patches of keypoints that both views show. Goes on where it stopped.

    python -m sightline_training.descriptor.generate --out DIR [--packs 400]

The keypoints are those that the graph finds in each view by itself, so that the descriptor learns from the errors of place, size and
angle that it will meet; the known perspective says only which belong together.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch

from ..pack_views.surroundings import Surroundings
from ..pack_views.views import View, photograph, thumbnail
from ..packs_benchmark.pictures import resize_long_side
from ..render.dice import Dice
from ..render.packs import design
from .model import Patches

FIRST_SEED = 5_000_000
PACKS_PER_SHARD = 50
FRAME, KEYPOINTS = 320, 450
PHOTOGRAPHS = 4
FAR_PX, FAR_BLUR = 128, 0.8
"""Catalogue pictures are described twice, from near and as a camera sees them from afar."""
NEAR_PX = 3.0
"""In the crop's frame: keypoints closer than this to where the perspective puts them belong together,"""
SAME_SIZE = 1.5
"""if their sizes agree within this factor"""
SAME_ANGLE = np.cos(np.radians(30))
"""and their angles within 30 degrees."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--packs", type=int, default=400)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    surroundings = Surroundings(seed=FIRST_SEED)
    finder = Patches(FRAME, KEYPOINTS).eval()
    for number in range(arguments.packs // PACKS_PER_SHARD):
        file = arguments.out / f"patches-{number:04d}.npz"
        if file.exists():
            continue
        partial = file.with_suffix(".part.npz")
        np.savez(partial, **render_shard(number, surroundings, finder))
        partial.rename(file)
        print(file, flush=True)


def render_shard(number: int, surroundings: Surroundings, finder: Patches) -> dict[str, np.ndarray]:
    """`item` and `crop` float16 [m, 22, 22], `place` [m, 2] in the item's frame, `pack` [m]."""
    shard = {"item": [], "crop": [], "place": [], "pack": []}
    for seed in range(FIRST_SEED + number * PACKS_PER_SHARD, FIRST_SEED + (number + 1) * PACKS_PER_SHARD):
        dice = Dice(seed)
        pack = design(seed)
        near = thumbnail(pack, dice, side=dice.whole(150, 400))
        items = [find(finder, view) for view in (near, from_afar(near))]
        for _ in range(PHOTOGRAPHS):
            crop = find(finder, photograph(pack, surroundings, dice, side=dice.whole(160, 360)))
            for item in items:
                for name, values in match(item, crop).items():
                    shard[name].append(values)
                shard["pack"].append(np.full(len(shard["item"][-1]), seed))
    return {name: np.concatenate(values) for name, values in shard.items()}


def from_afar(view: View) -> View:
    small = resize_long_side(view.picture, FAR_PX)
    shrunk = small.shape[1] / view.picture.shape[1], small.shape[0] / view.picture.shape[0]
    return View(cv2.GaussianBlur(small, (0, 0), FAR_BLUR), view.front * shrunk)


@dataclass(frozen=True)
class Found:
    """Keypoints [k, 4] and patches [k, 22, 22] in the finder's frame, and the front's corners [4, 2] there."""

    keypoints: np.ndarray
    patches: np.ndarray
    front: np.ndarray


def match(item: Found, crop: Found) -> dict[str, np.ndarray]:
    """Patches of both views and places in the item's frame, row by row the same detail."""
    through = cv2.getPerspectiveTransform(np.float32(item.front), np.float32(crop.front))
    expected = project(item.keypoints, through)
    apart = np.linalg.norm(expected[:, None, :2] - crop.keypoints[None, :, :2], axis=2)
    size = expected[:, None, 2] / crop.keypoints[None, :, 2]
    turned = np.cos(expected[:, None, 3] - crop.keypoints[None, :, 3])
    apart[(size >= SAME_SIZE) | (size <= 1 / SAME_SIZE) | (turned <= SAME_ANGLE)] = np.inf
    apart[~inside(item.keypoints, item.front)] = np.inf
    nearest = apart.argmin(1)
    mutual = apart.argmin(0)[nearest] == np.arange(len(nearest))
    kept = np.flatnonzero(mutual & (apart[np.arange(len(nearest)), nearest] < NEAR_PX))
    return {"item": item.patches[kept], "crop": crop.patches[nearest[kept]], "place": item.keypoints[kept, :2]}


def inside(keypoints: np.ndarray, front: np.ndarray) -> np.ndarray:
    unit = np.float32([[0, 0], [1, 0], [1, 1], [0, 1]])
    places = cv2.perspectiveTransform(np.float32(keypoints[:, None, :2]), cv2.getPerspectiveTransform(np.float32(front), unit))
    return ((places[:, 0] >= 0) & (places[:, 0] <= 1)).all(1)


@torch.no_grad()
def find(finder: Patches, view: View) -> Found:
    picture = resize_long_side(view.picture, finder.side)
    height, width = picture.shape[:2]
    frame = np.pad(picture, ((0, finder.side - height), (0, finder.side - width), (0, 0)), mode="edge")
    image = torch.from_numpy(np.ascontiguousarray(frame.transpose(2, 0, 1)[None], np.float32) / 255)
    keypoints, score, patches, _ = finder(image, torch.tensor([[width, height]], dtype=torch.float32))
    kept = score[0] > 0
    edge = round(patches.shape[2] ** 0.5)
    cut = patches[0][kept].reshape(-1, edge, edge).numpy().astype(np.float16)
    grown = np.array([width / view.picture.shape[1], height / view.picture.shape[0]])
    return Found(keypoints[0][kept].numpy(), cut, view.front * grown)


def project(keypoints: np.ndarray, through: np.ndarray) -> np.ndarray:
    """Where a perspective puts keypoints, with their size and angle as its derivative changes them."""
    x, y, sigma, angle = keypoints.T
    w = through[2, 0] * x + through[2, 1] * y + through[2, 2]
    u = (through[0, 0] * x + through[0, 1] * y + through[0, 2]) / w
    v = (through[1, 0] * x + through[1, 1] * y + through[1, 2]) / w
    ux, uy = (through[0, 0] - u * through[2, 0]) / w, (through[0, 1] - u * through[2, 1]) / w
    vx, vy = (through[1, 0] - v * through[2, 0]) / w, (through[1, 1] - v * through[2, 1]) / w
    grown = np.sqrt(np.abs(ux * vy - uy * vx))
    turned = np.arctan2(vx * np.cos(angle) + vy * np.sin(angle), ux * np.cos(angle) + uy * np.sin(angle))
    return np.stack([u, v, sigma * grown, turned], 1)


if __name__ == "__main__":
    main()
