"""What a matrix of scores is worth. Rows are photographs, columns the packs of the catalogue, larger is likelier."""

from dataclasses import dataclass

import numpy as np

ACCEPT_SCORE = 8.0
ACCEPT_RATIO = 1.3
"""A name is accepted from this score of local features on, if the runner-up has at most 1 / 1.3 of it."""


SHORTLIST = 20


@dataclass(frozen=True)
class Scores:
    """Of each photograph with each pack; `right` is the pack shown, `brands` one number a pack."""

    cosine: np.ndarray
    local: np.ndarray
    right: np.ndarray
    brands: np.ndarray

    def only(self, photographs: np.ndarray) -> "Scores":
        return Scores(self.cosine[photographs], self.local[photographs], self.right[photographs], self.brands)

    def fused(self, cosine_weight: float) -> np.ndarray:
        return np.log1p(self.local) + cosine_weight * self.cosine

    def shortlisted(self, cosine_weight: float, length: int = SHORTLIST) -> np.ndarray:
        """As the engine does it: only the packs that look most alike are compared in detail, others are out."""
        nearest = np.argsort(-self.cosine, axis=1, kind="stable")[:, :length]
        matrix = np.full(self.cosine.shape, -np.inf)
        np.put_along_axis(matrix, nearest, np.take_along_axis(self.fused(cosine_weight), nearest, 1), 1)
        return matrix


def top(matrix: np.ndarray, right: np.ndarray, count: int) -> float:
    """Share of photographs whose pack is among the `count` likeliest; of equal ones the first counts as likelier."""
    order = np.argsort(-matrix, axis=1, kind="stable")[:, :count]
    return float((order == right[:, None]).any(1).mean())


def accepted(local: np.ndarray) -> np.ndarray:
    """Which photographs get a name by the accept rule."""
    ordered = np.sort(local, axis=1)
    return (ordered[:, -1] >= ACCEPT_SCORE) & (ordered[:, -1] >= ACCEPT_RATIO * ordered[:, -2])


def accept_rule(scores: Scores, missing: str = "none") -> dict[str, float]:
    """Coverage and share of right ones by the accept rule. `missing` leaves out of the catalogue, for each photograph, nothing, its
    own pack (`item`: its sisters stay; only packs that have sisters count) or all of its brand (`brand`)."""
    local = scores.local.copy()
    same_brand = scores.brands[None] == scores.brands[scores.right][:, None]
    rows = np.arange(len(local))
    if missing == "item":
        local[rows, scores.right] = 0
        local = local[same_brand.sum(1) > 1]
        return {"photographs": len(local), "accepted": float(accepted(local).mean())}
    if missing == "brand":
        local[same_brand] = 0
        return {"photographs": len(local), "accepted": float(accepted(local).mean())}
    taken = accepted(local)
    named_right = local.argmax(1) == scores.right
    return {"coverage": float(taken.mean()), "right": float(named_right[taken].mean()) if taken.any() else 1.0}


def coverage_at(scores: Scores, cosine_weight: float, goal: float = 0.99) -> float:
    """The largest share of photographs, surest first by the fused lead over the runner-up, of which `goal` are right.

    A best case: the threshold is chosen on the photographs it is measured on.
    """
    fused = scores.fused(cosine_weight)
    ordered = np.sort(fused, axis=1)
    order = np.argsort(-(ordered[:, -1] - ordered[:, -2]), kind="stable")
    right = (fused.argmax(1) == scores.right)[order]
    good = np.flatnonzero(np.cumsum(right) / np.arange(1, len(right) + 1) >= goal)
    return float((good[-1] + 1) / len(right)) if len(good) else 0.0


def summarise(scores: Scores, cosine_weight: float) -> dict:
    named = {
        "embedder": scores.cosine,
        "local": scores.local,
        "fused": scores.fused(cosine_weight),
        "shortlisted": scores.shortlisted(cosine_weight),
    }
    return {
        "photographs": len(scores.right),
        **{name: {"top1": top(matrix, scores.right, 1), "top5": top(matrix, scores.right, 5)} for name, matrix in named.items()},
        "accepted": accept_rule(scores),
        "acceptedUnknownSisters": accept_rule(scores, "item")["accepted"],
        "acceptedUnknownBrand": accept_rule(scores, "brand")["accepted"],
        "coverageAt99": coverage_at(scores, cosine_weight),
    }


def spread(values: list[dict]) -> dict:
    """Mean and standard deviation, leaf by leaf, of summaries of the same shape."""
    first = values[0]
    return {
        key: spread([value[key] for value in values])
        if isinstance(first[key], dict)
        else {"mean": float(np.mean([value[key] for value in values])), "sd": float(np.std([value[key] for value in values]))}
        for key in first
    }
