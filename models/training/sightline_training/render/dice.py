"""All chance of the renderer in one place, so that a seed gives the same picture again."""

import random
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Dice:
    """`random` for single numbers, because numpy needs ten times as long for one; `arrays` for arrays."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self._seed = seed
        self._arrays: np.random.Generator | None = None

    @property
    def arrays(self) -> np.random.Generator:
        if self._arrays is None:
            self._arrays = np.random.default_rng(self._seed)
        return self._arrays

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.random.random()

    def whole(self, low: int, high: int) -> int:
        """Both ends included."""
        return self.random.randint(low, high)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self.random.random() * len(options))]

    def pick_weighted(self, weights: dict[T, float]) -> T:
        return self.random.choices(list(weights), list(weights.values()))[0]

    def near(self, value: float, share: float) -> float:
        """`value`, up to `share` of it more or less."""
        return value * self.between(1 - share, 1 + share)

    def seed(self) -> int:
        """A seed for something that must not depend on what is drawn before or after it."""
        return self.random.getrandbits(48)
