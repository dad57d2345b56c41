"""Trains the last blocks and the projection to tell packs apart, sisters above all.

    python -m sightline_training.embedder.train --data DIR --out weights.pt [--minutes 9]

Contrastive (InfoNCE): each photograph among the thumbnails of the batch, and each thumbnail among its photographs. A batch is made of
whole families, so that every product meets its sisters. A memory of thumbnails of earlier steps as further wrong answers was tried:
all embeddings fled from it in one direction (mean cosine 0.86 after 100 steps). The last shard is kept out and says how far it is.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .activations import load_activations
from .model import Top, load_backbone
from .pictures import FAMILIES_PER_SHARD, THUMBNAILS, VIEWS

TEMPERATURE = 0.06
FAMILIES_IN_BATCH = 16
RATE = 5e-5
PROJECTION_RATE = 2e-4
WARM_UP_STEPS = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=9, help="of processor time")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    activations = load_activations(arguments.data)
    top = train(activations, arguments.minutes * 60, np.random.default_rng(arguments.seed))
    torch.save(top.state_dict(), arguments.out)


def train(activations: np.ndarray, seconds: float, random: np.random.Generator) -> Top:
    learned, held_out = activations[:-FAMILIES_PER_SHARD], activations[-FAMILIES_PER_SHARD:]
    top = Top(load_backbone()).eval()
    pooled = pool_all(top, learned.reshape(-1, *learned.shape[3:]))
    top.start_projection(pooled.reshape(-1, VIEWS, pooled.shape[1]))
    print(f"start: held-out top-1 {held_out_top1(top, held_out):.3f}", flush=True)
    groups = [
        {"params": [p for name, p in top.named_parameters() if "projection" not in name], "rate": RATE},
        {"params": top.projection.parameters(), "rate": PROJECTION_RATE},
    ]
    optimiser = torch.optim.AdamW(groups, lr=RATE, weight_decay=1e-3)
    started, step, losses = time.process_time(), 0, []
    while (passed := (time.process_time() - started) / seconds) < 1:
        for group in optimiser.param_groups:
            group["lr"] = group["rate"] * min(1, step / WARM_UP_STEPS) * (0.5 + 0.5 * np.cos(np.pi * passed))
        loss = take_step(top, optimiser, learned, random)
        losses.append(loss)
        step += 1
        if step % 40 == 0:
            seen = held_out_top1(top, held_out)
            print(f"step {step}, {passed:.0%}: loss {np.mean(losses[-40:]):.3f}, held-out top-1 {seen:.3f}", flush=True)
    return top


def take_step(top: Top, optimiser: torch.optim.Optimizer, learned: np.ndarray, random: np.random.Generator) -> float:
    families = random.choice(len(learned), FAMILIES_IN_BATCH, replace=False)
    views = [random.integers(THUMBNAILS), random.integers(THUMBNAILS, VIEWS)]
    chosen = learned[families][:, :, views]
    embedded = top(torch.from_numpy(chosen.reshape(-1, *chosen.shape[3:]).astype(np.float32)))
    items, photographs = embedded[0::2], embedded[1::2]
    similar = photographs @ items.T / TEMPERATURE
    own = torch.arange(len(items))
    loss = F.cross_entropy(similar, own) + F.cross_entropy(similar.T, own)
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(top.parameters(), 2.0)
    optimiser.step()
    return loss.item()


@torch.no_grad()
def pool_all(top: Top, activations: np.ndarray) -> Tensor:
    return torch.cat([top.pool(batch) for batch in batches(activations)])


@torch.no_grad()
def embed_all(top: Top, activations: np.ndarray) -> Tensor:
    return torch.cat([top(batch) for batch in batches(activations)])


def batches(activations: np.ndarray, size: int = 32) -> list[Tensor]:
    return [torch.from_numpy(activations[at : at + size].astype(np.float32)) for at in range(0, len(activations), size)]


def held_out_top1(top: Top, held_out: np.ndarray) -> float:
    """Photographs of products that were not trained on, each among one thumbnail a product."""
    flat = held_out.reshape(-1, *held_out.shape[2:])
    items = embed_all(top, flat[:, 0])
    right = [
        (embed_all(top, flat[:, view]) @ items.T).argmax(1) == torch.arange(len(flat)) for view in range(THUMBNAILS, VIEWS)
    ]
    return float(torch.cat(right).float().mean())


if __name__ == "__main__":
    main()
