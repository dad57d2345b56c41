"""Trains the head for price tags on the features of an exported product-detector, which stays as it is.

    python -m sightline_training.price_tags.train DETECTOR.onnx SCENES OUT.pt

SCENES is a folder made by `generate train`. What the detector sees of each scene is computed once, with changed light and sharpness, and
kept in SCENES/features (5 MB a scene): the rest takes minutes of processor time where a run of `detector.train` takes hours.
"""

import argparse
import copy
import math
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from ..detector.crops import change_light
from ..detector.loss import detection_loss
from ..detector.run import letterbox
from ..detector.scenes import SceneFile, list_scenes
from ..detector.targets import assign, excuse
from ..render.dice import Dice
from .features import CHANNELS, FEATURES, open_features
from .generate import TRAINING_PX
from .head import TagHead, save_head

_STRIDES = {"edges": 8, "fine": 8, "pyramid8": 8, "middle": 16, "pyramid16": 16, "pyramid32": 32}
_BATCH = 4
_BOX_WEIGHT = 1.5
_EMA = 0.995
_WARM_UP_STEPS = 40


@dataclass
class Batch:
    features: list[Tensor]
    held: Tensor
    excused: Tensor
    truth: Tensor


def main() -> None:
    options = _parse()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    cv2.setNumThreads(1)
    torch.manual_seed(options.seed)
    scenes = list_scenes(options.scenes)
    stored = _store_features(options.detector, scenes, options.scenes / "features")
    save_head(_train(scenes, stored, options), options.out)


def _store_features(detector: Path, scenes: list[SceneFile], folder: Path) -> dict[str, np.ndarray]:
    """Halves (scene, channel, row, column) by feature, mapped from disk."""
    folder.mkdir(exist_ok=True)
    done = folder / f"done-{len(scenes)}"
    shapes = {name: (len(scenes), CHANNELS[name], *[TRAINING_PX // _STRIDES[name]] * 2) for name in FEATURES}
    mode = "r" if done.exists() else "w+"
    stored = {name: np.memmap(folder / f"{name}.f16", np.float16, mode, shape=shape) for name, shape in shapes.items()}
    if done.exists():
        return stored
    run = open_features(detector, threads=1)
    for i, scene in enumerate(scenes):
        tensor, _ = letterbox(change_light(scene.read(), Dice(i)), TRAINING_PX)
        for name, values in zip(FEATURES, run(tensor), strict=True):
            stored[name][i] = values[0]
        if i % 100 == 99:
            print(f"features of {i + 1} of {len(scenes)} scenes", flush=True)
    done.touch()
    return stored


def _train(scenes: list[SceneFile], stored: dict[str, np.ndarray], options: argparse.Namespace) -> TagHead:
    head = TagHead().train()
    mean = copy.deepcopy(head).eval()
    optimizer = torch.optim.AdamW(head.parameters(), weight_decay=2e-3)
    order = torch.randperm(len(scenes)).tolist()
    sums, started, steps = torch.zeros(2), time.process_time(), options.steps
    for step in range(steps):
        if len(order) < _BATCH:
            order = torch.randperm(len(scenes)).tolist()
        batch = _read_batch(scenes, stored, [order.pop() for _ in range(_BATCH)])
        for group in optimizer.param_groups:
            group["lr"] = options.rate * min(1, (step + 1) / _WARM_UP_STEPS) * (0.51 + 0.49 * math.cos(math.pi * step / steps))
        score, box = detection_loss(head(*batch.features), batch.held, batch.excused, batch.truth)
        (score + _BOX_WEIGHT * box).backward()
        nn.utils.clip_grad_norm_(head.parameters(), 8.0)
        optimizer.step()
        optimizer.zero_grad()
        _follow(mean, head, min(_EMA, (1 + step) / (10 + step)))
        sums += torch.stack([score.detach(), box.detach()])
        if step % 50 == 49:
            print(f"step {step + 1} score {sums[0] / 50:.3f} box {sums[1] / 50:.3f} {time.process_time() - started:.0f} s", flush=True)
            sums.zero_()
            save_head(mean, options.out)
    return mean


def _read_batch(scenes: list[SceneFile], stored: dict[str, np.ndarray], chosen: list[int]) -> Batch:
    features = [torch.from_numpy(np.stack([stored[name][i] for i in chosen]).astype(np.float32)) for name in FEATURES]
    held, truth = zip(*(assign(torch.from_numpy(scenes[i].boxes), TRAINING_PX) for i in chosen), strict=True)
    excused = [excuse(torch.from_numpy(scenes[i].tiny), TRAINING_PX) for i in chosen]
    return Batch(features, torch.stack(held), torch.stack(excused), torch.stack(truth))


@torch.no_grad()
def _follow(mean: TagHead, head: TagHead, keep: float) -> None:
    for kept, value in zip(mean.state_dict().values(), head.state_dict().values(), strict=True):
        if kept.dtype.is_floating_point:
            kept.lerp_(value, 1 - keep)
        else:
            kept.copy_(value)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("detector", type=Path)
    parser.add_argument("scenes", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=1500, help=f"of {_BATCH} scenes (default 1500)")
    parser.add_argument("--rate", type=float, default=2e-3, help="highest learning rate (default 2e-3)")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
