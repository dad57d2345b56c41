"""Figures of a detector on pictures with known boxes."""

from dataclasses import dataclass

import numpy as np

from .boxes import overlap

WIDTH_EDGES_PX = (0, 12, 20, 30, 45, 1e9)


@dataclass(frozen=True)
class Found:
    """One picture: boxes best first (n, 4), scores (n,), truth (m, 4); all in px of the detector's input."""

    boxes: np.ndarray
    scores: np.ndarray
    truth: np.ndarray


def match(found: Found, least_overlap: float = 0.5) -> np.ndarray:
    """For each box, best first, the index of the truth it takes, or -1: (n,). Each truth is taken once."""
    taken = np.full(len(found.boxes), -1)
    if len(found.truth) == 0:
        return taken
    shares = overlap(found.boxes, found.truth)
    free = np.ones(len(found.truth), bool)
    for i in range(len(found.boxes)):
        best = int(np.where(free, shares[i], -1).argmax())
        if free[best] and shares[i, best] >= least_overlap:
            taken[i], free[best] = best, False
    return taken


def measure(pictures: list[Found], threshold: float | None = None) -> dict[str, float]:
    """AP50 (101 points); precision, recall and F1 at `threshold`, or where F1 is best; mean of |found - true| / true a picture.
    Pictures without products count through their false boxes only: `falseBoxes` a picture."""
    matches = [match(picture) for picture in pictures]
    scores = np.concatenate([picture.scores for picture in pictures])
    right = np.concatenate(matches) >= 0
    total = sum(len(picture.truth) for picture in pictures)
    order = np.argsort(-scores, kind="stable")
    scores, right = scores[order], right[order]
    hits = np.cumsum(right)
    recall, precision = hits / max(total, 1), hits / np.arange(1, len(hits) + 1)
    if threshold is None:
        f1 = 2 * precision * recall / (precision + recall + 1e-9)
        threshold = float(scores[f1.argmax()])
    counts = [(int((picture.scores >= threshold).sum()), len(picture.truth)) for picture in pictures]
    false = [int((taken[picture.scores >= threshold] < 0).sum()) for picture, taken in zip(pictures, matches, strict=True)]
    last = int((scores >= threshold).sum()) - 1
    p, r = (float(precision[last]), float(recall[last])) if last >= 0 else (0.0, 0.0)
    errors = [abs(n - m) / m for n, m in counts if m]
    figures = {
        "pictures": len(pictures),
        "products": total,
        "ap50": _average_precision(precision, recall) if total else float("nan"),
        "threshold": threshold,
        "precision": p,
        "recall": r,
        "f1": 2 * p * r / (p + r + 1e-9),
        "countError": float(np.mean(errors)) if errors else float("nan"),
        "falseBoxes": float(np.mean(false)),
    }
    return {name: round(value, 4) for name, value in figures.items()} | {
        "recallByWidth": _recall_by_width(pictures, matches, threshold)
    }


def _average_precision(precision: np.ndarray, recall: np.ndarray) -> float:
    if len(recall) == 0:
        return 0.0
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    at = np.searchsorted(recall, np.linspace(0, 1, 101))
    return float(np.where(at < len(recall), envelope[np.minimum(at, len(recall) - 1)], 0).mean())


def _recall_by_width(pictures: list[Found], matches: list[np.ndarray], threshold: float) -> dict[str, float | None]:
    """Recall of true boxes by their width in input px; None where there is none."""
    widths = np.concatenate([picture.truth[:, 2] - picture.truth[:, 0] for picture in pictures])
    hit = []
    for picture, taken in zip(pictures, matches, strict=True):
        seen = np.zeros(len(picture.truth), bool)
        seen[taken[(picture.scores >= threshold) & (taken >= 0)]] = True
        hit.append(seen)
    hits = np.concatenate(hit)
    shares = {}
    for low, high in zip(WIDTH_EDGES_PX[:-1], WIDTH_EDGES_PX[1:], strict=True):
        chosen = (widths >= low) & (widths < high)
        name = f"{low}-{high}" if high < 1e9 else f"{low}+"
        shares[name] = round(float(hits[chosen].mean()), 3) if chosen.any() else None
    return shares
