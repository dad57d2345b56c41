"""Trains the last blocks and the projection to tell packs apart, sisters above all.

    python -m sightline_training.embedder.train --data DIR --out weights.pt [--minutes 15]

Contrastive: each photograph among the thumbnails of the batch and of a memory of all other products (InfoNCE), and each thumbnail
among the photographs. A batch is made of whole families, so that every product meets its sisters. The last shard is kept out
and says how far it is.
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
from .pictures import FAMILIES_PER_SHARD, PHOTOGRAPHS, SISTERS, THUMBNAILS

TEMPERATURE = 0.06
FAMILIES_IN_BATCH = 8
PHOTOGRAPHS_IN_BATCH = 2
RATE = 3e-4
PROJECTION_RATE = 6e-4
WARM_UP_STEPS = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=15, help="of processor time")
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
    flat = learned.reshape(-1, *learned.shape[3:])
    top.start_projection(pool_all(top, flat[random.permutation(len(flat))[:3000]]))
    print(f"start: held-out top-1 {held_out_top1(top, held_out):.3f}", flush=True)
    memory = embed_all(top, learned[:, :, 0].reshape(-1, *learned.shape[3:]))
    groups = [
        {"params": [p for name, p in top.named_parameters() if "projection" not in name], "rate": RATE},
        {"params": top.projection.parameters(), "rate": PROJECTION_RATE},
    ]
    optimiser = torch.optim.AdamW(groups, lr=RATE, weight_decay=1e-3)
    started, step, losses = time.process_time(), 0, []
    while (passed := (time.process_time() - started) / seconds) < 1:
        for group in optimiser.param_groups:
            group["lr"] = group["rate"] * min(1, step / WARM_UP_STEPS) * (0.5 + 0.5 * np.cos(np.pi * passed))
        loss = take_step(top, optimiser, learned, memory, random)
        losses.append(loss)
        step += 1
        if step % 50 == 0:
            seen = held_out_top1(top, held_out)
            print(f"step {step}, {passed:.0%}: loss {np.mean(losses[-50:]):.3f}, held-out top-1 {seen:.3f}", flush=True)
    return top


def take_step(
    top: Top, optimiser: torch.optim.Optimizer, learned: np.ndarray, memory: Tensor, random: np.random.Generator
) -> float:
    families = random.choice(len(learned), FAMILIES_IN_BATCH, replace=False)
    products = FAMILIES_IN_BATCH * SISTERS
    thumbnail = random.integers(THUMBNAILS)
    photographs = THUMBNAILS + random.choice(PHOTOGRAPHS, PHOTOGRAPHS_IN_BATCH, replace=False)
    chosen = learned[families][:, :, [thumbnail, *photographs]]
    embedded = top(torch.from_numpy(chosen.reshape(-1, *chosen.shape[3:]).astype(np.float32)))
    embedded = embedded.view(products, 1 + PHOTOGRAPHS_IN_BATCH, -1)
    items, queries = embedded[:, 0], embedded[:, 1:].reshape(products * PHOTOGRAPHS_IN_BATCH, -1)
    rows = torch.from_numpy((families[:, None] * SISTERS + np.arange(SISTERS)).reshape(-1))
    others = torch.ones(len(memory), dtype=torch.bool)
    others[rows] = False
    loss = contrast(items, queries, memory[others])
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(top.parameters(), 2.0)
    optimiser.step()
    memory[rows] = items.detach()
    return loss.item()


def contrast(items: Tensor, queries: Tensor, others: Tensor) -> Tensor:
    """Queries are in the order of the items, PHOTOGRAPHS_IN_BATCH each; `others` are wrong answers for all of them."""
    target = torch.arange(len(items)).repeat_interleave(PHOTOGRAPHS_IN_BATCH)
    to_items = queries @ torch.cat([items, others]).T / TEMPERATURE
    to_queries = items @ queries.T / TEMPERATURE
    own = target[None] == torch.arange(len(items))[:, None]
    backward = torch.logsumexp(to_queries, 1) - torch.logsumexp(to_queries.masked_fill(~own, -1e9), 1)
    return F.cross_entropy(to_items, target) + 0.5 * backward.mean()


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
        (embed_all(top, flat[:, view]) @ items.T).argmax(1) == torch.arange(len(flat)) for view in (THUMBNAILS, THUMBNAILS + 1)
    ]
    return float(torch.cat(right).float().mean())


if __name__ == "__main__":
    main()
