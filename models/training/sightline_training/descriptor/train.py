"""Trains the descriptor on pairs of patches that show the same detail.

    python -m sightline_training.descriptor.train --data DIR --out weights.pt [--minutes 8]

Hardest in the batch (HardNet, Mishchuk et al. 2017): a pair must be closer than either half is to the nearest other patch of the
batch. Batches hold many details of few packs, since that is what the ratio test meets. The last shard is kept out.
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .model import Descriptor

PACKS_IN_BATCH = 24
DETAILS_OF_A_PACK = 32
MARGIN = 0.6
"""Descriptors are never negative, so distances go from 0 to 1.41."""
RATE = 2e-3
APART_PX = 8.0
"""Details of one pack that lie closer in the item's frame are no wrong answers for each other."""
HELD_OUT_SHARDS = 1


@dataclass(frozen=True)
class Pairs:
    """`item` and `crop` float16 [m, 22, 22], `place` [m, 2], `pack` [m], rows of one pack together."""

    item: np.ndarray
    crop: np.ndarray
    place: np.ndarray
    pack: np.ndarray

    def rows_of_packs(self) -> list[np.ndarray]:
        _, first = np.unique(self.pack, return_index=True)
        return [rows for rows in np.split(np.arange(len(self.pack)), np.sort(first)[1:]) if len(rows) >= 8]


def load_pairs(files: list[Path]) -> Pairs:
    shards = [np.load(file) for file in files]
    return Pairs(*(np.concatenate([shard[name] for shard in shards]) for name in ("item", "crop", "place", "pack")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=8, help="of processor time")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    files = sorted(arguments.data.glob("patches-*.npz"))
    learned, held_out = load_pairs(files[:-HELD_OUT_SHARDS]), load_pairs(files[-HELD_OUT_SHARDS:])
    print(f"{len(learned.pack)} pairs of {len(np.unique(learned.pack))} packs, {len(held_out.pack)} kept out", flush=True)
    descriptor = train(learned, held_out, arguments.minutes * 60, np.random.default_rng(arguments.seed))
    torch.save(descriptor.state_dict(), arguments.out)


def train(learned: Pairs, held_out: Pairs, seconds: float, random: np.random.Generator) -> Descriptor:
    descriptor = Descriptor()
    optimiser = torch.optim.Adam(descriptor.parameters(), lr=RATE)
    packs = learned.rows_of_packs()
    started, step, losses = time.process_time(), 0, []
    while (passed := (time.process_time() - started) / seconds) < 1:
        for group in optimiser.param_groups:
            group["lr"] = RATE * (0.02 + 0.98 * (0.5 + 0.5 * np.cos(np.pi * passed)))
        rows = draw_batch(packs, random)
        item, crop = (vary(patches, random) for patches in (learned.item[rows], learned.crop[rows]))
        loss = hardest(descriptor(item), descriptor(crop), close_ones(learned, rows))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
        step += 1
        if step % 100 == 0:
            print(
                f"step {step}, {passed:.0%}: loss {np.mean(losses[-100:]):.4f}, kept out {rank1(descriptor, held_out):.4f}",
                flush=True,
            )
    return descriptor


def draw_batch(packs: list[np.ndarray], random: np.random.Generator) -> np.ndarray:
    chosen = random.choice(len(packs), PACKS_IN_BATCH, replace=False)
    details = [random.choice(packs[i], min(DETAILS_OF_A_PACK, len(packs[i])), replace=False) for i in chosen]
    return np.concatenate(details)


def vary(patches: np.ndarray, random: np.random.Generator) -> Tensor:
    """A little noise; brightness and contrast cancel in the descriptor."""
    noise = random.normal(0, 1, patches.shape) * random.uniform(0, 0.008, (len(patches), 1, 1))
    return torch.from_numpy((patches + noise).astype(np.float32))


def close_ones(pairs: Pairs, rows: np.ndarray) -> Tensor:
    """bool [n, n]: pairs of one pack too close to each other, each pair itself among them."""
    place, pack = pairs.place[rows], pairs.pack[rows]
    apart = np.linalg.norm(place[:, None] - place[None], axis=2)
    return torch.from_numpy((apart < APART_PX) & (pack[:, None] == pack[None]))


def hardest(item: Tensor, crop: Tensor, close: Tensor) -> Tensor:
    distance = (2 - 2 * item @ crop.T).clamp(min=1e-6).sqrt()
    others = distance.masked_fill(close, 10.0)
    nearest = torch.minimum(others.min(1)[0], others.min(0)[0])
    return (MARGIN + distance.diagonal() - nearest).clamp(min=0).mean()


@torch.no_grad()
def rank1(descriptor: Descriptor, pairs: Pairs) -> float:
    """Share of crops' details whose own detail, or one at its place, is the nearest among those of the item."""
    right = []
    for rows in pairs.rows_of_packs():
        item, crop = (descriptor(torch.from_numpy(patches[rows].astype(np.float32))) for patches in (pairs.item, pairs.crop))
        nearest = (crop @ item.T).argmax(1)
        right.append(close_ones(pairs, rows)[nearest, torch.arange(len(rows))])
    return float(torch.cat(right).float().mean())


if __name__ == "__main__":
    main()
