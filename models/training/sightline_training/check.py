"""A minute's check that the renderer and the detector hold together; needs no data.

    python -m sightline_training.check

Renders one scene of each family twice and compares, looks at boxes and packs, and runs one training step. Ends with a sentence
for the first thing that is wrong.
"""

import random

import cv2
import numpy as np
import torch

from .detector.loss import detection_loss
from .detector.network import STRIDES, Detector
from .detector.streamed import cells
from .detector.streamed.camera import photograph
from .detector.streamed.jpeg import compress
from .detector.streamed.pool import PRODUCT, TINY
from .detector.targets import assign, excuse
from .render.dice import Dice
from .render.families.registry import FAMILIES, HELD_OUT, TAGS_HELD_OUT, TAGS_TRAINED, TRAINED
from .render.families.scene import Scene
from .render.packs import design, draw_face, sister
from .render.stock import Stock

_SIZE_PX = 320
_SEED = 3
_WITHOUT_PRODUCTS = "bare"


def main() -> None:
    _check_packs()
    for family in FAMILIES:
        _check_family(family)
    _check_split()
    _check_training_step()
    _check_batches()
    _check_camera()
    print("All well.")


def _check_packs() -> None:
    pack = design(_SEED)
    rgb, alpha = draw_face(pack, 90, 120)
    again, _ = draw_face(design(_SEED), 90, 120)
    _demand(np.array_equal(rgb, again), "a seed gives two different packs")
    _demand(rgb.shape == (120, 90, 3) and alpha.shape == (120, 90), "a face has not the size asked for")
    other, _ = draw_face(sister(pack, 1), 90, 120)
    _demand(not np.array_equal(rgb, other), "a sister looks the same")
    _demand(sister(pack, 1).label.brand == pack.label.brand, "a sister has another brand")


def _check_family(family: str) -> None:
    scene, again = _render(family), _render(family)
    _demand(
        np.array_equal(scene.image, again.image) and np.array_equal(scene.boxes, again.boxes),
        f"{family}: a seed gives two scenes",
    )
    _demand(scene.image.shape == (_SIZE_PX, _SIZE_PX, 3) and scene.image.std() > 5, f"{family}: no picture")
    _demand(len(scene.boxes) > 3 or family == _WITHOUT_PRODUCTS, f"{family}: {len(scene.boxes)} boxes")
    low, high = scene.boxes[:, :2], scene.boxes[:, 2:]
    _demand(
        bool((low >= 0).all() and (high <= _SIZE_PX).all() and (high - low >= 5).all()),
        f"{family}: a box outside the frame, or empty",
    )
    print(f"{family}: {len(scene.boxes)} boxes")


def _render(family: str) -> Scene:
    """From a stock of its own: packs are drawn when first needed, which must not change the picture."""
    return FAMILIES[family](Dice(_SEED), Stock(_SEED, 60), _SIZE_PX)


def _check_split() -> None:
    _demand(not set(HELD_OUT) & set(TRAINED), "a held-out family is trained on")
    _demand(not set(TAGS_HELD_OUT) & set(TAGS_TRAINED), "a family held out for price tags is trained on")
    _demand({*HELD_OUT, *TRAINED, *TAGS_HELD_OUT, *TAGS_TRAINED} == set(FAMILIES), "a family is neither trained on nor held out")


def _check_training_step() -> None:
    side = 96
    model = Detector().train()
    maps = model(torch.rand(2, 3, side, side) * 2 - 1)
    shapes = [tuple(level.shape) for level in maps]
    _demand(shapes == [(2, 5, side // s, side // s) for s in STRIDES], f"the network's maps are {shapes}")
    held, boxes = assign(torch.tensor([[8.0, 8.0, 60.0, 80.0], [70.0, 10.0, 90.0, 40.0]]), side)
    _demand(int(held.sum()) >= 2, "a box is nobody's")
    excused = excuse(torch.tensor([[2.0, 88.0, 5.0, 95.0]]), side)
    _demand(int(excused.sum()) == 6 and not (held & excused).any(), f"a tiny box excuses {int(excused.sum())} cells")
    score, box = detection_loss(maps, torch.stack([held, held]), torch.stack([excused, excused]), torch.stack([boxes, boxes]))
    (score + box).backward()
    _demand(
        all(bool(p.grad.isfinite().all()) for p in model.parameters() if p.requires_grad and p.grad is not None),
        "a gradient is not finite",
    )


def _check_batches() -> None:
    """A batch on a GPU has to ask the same of each cell as one picture does."""
    side, dice = 160, np.random.default_rng(_SEED)
    low, sides = dice.uniform(0, side - 4, (4, 60, 2)), dice.uniform(3, 90, (4, 60, 2))
    boxes = torch.from_numpy(np.concatenate([low, (low + sides).clip(max=side)], 2).astype(np.float32))
    kinds = torch.from_numpy(dice.integers(0, 3, (4, 60)).astype(np.int8))
    held, truth = cells.assign(boxes, kinds, side)
    excused = cells.excuse(boxes, kinds, side)
    for i in range(4):
        alone, its_truth = assign(boxes[i][kinds[i] == PRODUCT], side)
        same = torch.equal(held[i], alone) and torch.equal(truth[i][alone], its_truth[alone])
        _demand(same, "a batch assigns other cells than a picture")
        _demand(torch.equal(excused[i], excuse(boxes[i][kinds[i] == TINY], side)), "a batch excuses other cells than a picture")


def _check_camera() -> None:
    views = torch.from_numpy(_render("mixed").image).permute(2, 0, 1)[None].float() / 255
    quality = torch.full((1, 1, 1, 1), 60.0)
    pixels = (views[0].permute(1, 2, 0) * 255).byte().numpy()
    theirs = cv2.imdecode(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 60])[1], cv2.IMREAD_COLOR)
    ours = compress(views[:, [2, 1, 0]], quality)[:, [2, 1, 0]][0].permute(1, 2, 0).numpy() * 255
    _demand(float(np.abs(ours - theirs).mean()) < 1, "JPEG loses something else than OpenCV's")
    torch.manual_seed(_SEED)
    seen = photograph(views.expand(40, -1, -1, -1), random.Random(_SEED))
    _demand(
        seen.shape == (40, *views.shape[1:]) and bool(((seen >= 0) & (seen <= 1)).all()), "the camera's pictures are no pictures"
    )
    _demand(float((seen - views).abs().mean()) > 0.03, "the camera changes nothing")


def _demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise SystemExit(f"Wrong: {otherwise}.")


if __name__ == "__main__":
    main()
