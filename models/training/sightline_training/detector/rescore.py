"""Trains the scores of a detector again, and nothing else, on rendered scenes and on photographs with judged boxes.

    python -m sightline_training.detector.rescore WEIGHTS SCENES OUT.pt --judged FILE --photographs DIR

Backbone, pyramid and boxes stay as they are. What the score convolutions see is computed once, and only cells that say something are
kept: those that hold a product, background that has a score, and a few others. The rest is two small layers on 576 numbers, and takes a
minute of processor time where a run of `train` takes hours.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..render.dice import Dice
from .checkpoint import load_weights, save_weights
from .judged import read_judged
from .judged_views import View, view_photograph, view_scene
from .network import STRIDES, Detector
from .scenes import list_scenes

_HARD_FROM = 0.04
"""Background below this score hardly counts in the loss."""
_EASY_SHARE = 0.01
_BATCH = 4096
_LEVELS = range(len(STRIDES))


@dataclass
class Cells:
    """Cells of one level: what the score convolutions see (n, 576), halves; and for each of the `split`² that a cell answers for its
    target, whether it holds a product and whether it is background (n, split²)."""

    seen: Tensor
    target: Tensor
    held: Tensor
    background: Tensor


Known = dict[str, list[Cells]]
"""`scenes` and `photographs`, by level."""


def main() -> None:
    options = _parse()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    cv2.setNumThreads(1)
    model = load_weights(options.start).eval()
    kept = options.out.with_suffix(".cells")
    if kept.exists():
        known: Known = torch.load(kept, weights_only=False)
    else:
        known = _collect(model, options)
        torch.save(known, kept)
    _train(model, known, options)
    save_weights(model, options.out)


@torch.no_grad()
def _collect(model: Detector, options: argparse.Namespace) -> Known:
    dice = Dice(options.seed)
    scenes = list_scenes(options.scenes)
    chosen = scenes[:: max(1, len(scenes) // options.most_scenes)][: options.most_scenes]
    rendered = [_pick_cells(model, view_scene(model, scene, dice)) for scene in chosen]
    print(f"{len(rendered)} scenes", flush=True)
    photographs = [
        _pick_cells(model, view)
        for photograph in read_judged(options.judged, options.photographs)
        for view in view_photograph(model, photograph, dice)
    ]
    print(f"{len(photographs)} views of photographs", flush=True)
    return {"scenes": _join(rendered), "photographs": _join(photographs)}


def _pick_cells(model: Detector, view: View) -> list[Cells]:
    chosen, first = [], 0
    for head, level in zip(model.heads, view.maps, strict=True):
        height, width = level.shape[1:]
        cells = height * width * head.split**2

        def grouped(values: Tensor, part=slice(first, first + cells), shape=(height, width, head.split)) -> Tensor:
            rows = values[part].float().reshape(1, 1, shape[0] * shape[2], shape[1] * shape[2])
            return F.pixel_unshuffle(rows, shape[2])[0].flatten(1).T

        scores, held, background = grouped(view.scores), grouped(view.held), grouped(view.background)
        is_hard = ((scores >= _HARD_FROM) & (background > 0)).any(1)
        is_easy = (background > 0).any(1) & (torch.rand(len(scores)) < _EASY_SHARE)
        picked = torch.where((held > 0).any(1) | is_hard | is_easy)[0]
        seen = F.unfold(level[None], 3, padding=1)[0].T[picked].half()
        chosen.append(Cells(seen, grouped(view.target)[picked], held[picked], background[picked]))
        first += cells
    return chosen


def _join(views: list[list[Cells]]) -> list[Cells]:
    names = ("seen", "target", "held", "background")
    return [Cells(*(torch.cat([getattr(view[level], name) for view in views]) for name in names)) for level in _LEVELS]


def _train(model: Detector, known: Known, options: argparse.Namespace) -> None:
    parts = [part for head in model.heads for part in (head.before_score, head.score)]
    trained = [p for part in parts for p in part.parameters()]
    optimizer = torch.optim.AdamW(trained, lr=options.rate, weight_decay=2e-3)
    mean = [p.detach().clone() for p in trained]
    sums = {name: 0.0 for name in known}
    for step in range(options.steps):
        for group in optimizer.param_groups:
            group["lr"] = options.rate * (0.51 + 0.49 * float(np.cos(np.pi * step / options.steps)))
        for name, levels in known.items():
            loss = sum(_level_loss(model.heads[level], levels[level]) for level in _LEVELS)
            (loss * (options.photograph_weight if name == "photographs" else 1.0)).backward()
            sums[name] += float(loss.detach())
        nn.utils.clip_grad_norm_(trained, 4.0)
        optimizer.step()
        optimizer.zero_grad()
        for kept, value in zip(mean, trained, strict=True):
            kept.lerp_(value.detach(), max(0.02, 1 / (step + 1)))
        if step % 50 == 49:
            print(f"step {step + 1} " + " ".join(f"{name} {value / 50:.3f}" for name, value in sums.items()), flush=True)
            sums = {name: 0.0 for name in known}
    with torch.no_grad():
        for kept, value in zip(mean, trained, strict=True):
            value.copy_(kept)


def _level_loss(head: nn.Module, cells: Cells) -> Tensor:
    """As in `loss`: easy background counts little, by the square of its score."""
    chosen = torch.randint(len(cells.seen), (min(_BATCH, len(cells.seen)),))
    seen, target = cells.seen[chosen].float(), cells.target[chosen]
    held, background = cells.held[chosen], cells.background[chosen]
    conv, norm, _ = head.before_score
    middle = F.relu(norm((seen @ conv.weight.flatten(1).T)[..., None, None]))
    logit = head.score(middle).flatten(1)
    weight = held + background * 0.75 * torch.sigmoid(logit.detach()) ** 2
    each = F.binary_cross_entropy_with_logits(logit, target, reduction="none")
    return (each * weight).sum() / held.sum().clamp(min=1)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("start", type=Path)
    parser.add_argument("scenes", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--judged", type=Path, required=True, help="what a person said of boxes in the photographs")
    parser.add_argument("--photographs", type=Path, required=True, help="a checkout of the GroceryStoreDataset")
    parser.add_argument("--most-scenes", type=int, default=60)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--photograph-weight", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
