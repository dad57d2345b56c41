"""The packs of a checkout of the GroceryStoreDataset (MIT, Klasson, Zhang and Kjellström 2019)."""

import csv
import random
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Pack:
    """One item of the catalogue, known from one iconic picture."""

    name: str
    thumbnail: Path

    @property
    def brand(self) -> str:
        """Items of one brand are each other's sisters: they share the logo and much of the artwork."""
        return self.name.split("-")[0]


@dataclass(frozen=True)
class Photograph:
    """A pack held by hand in a shop; `pack` is its index in the catalogue."""

    path: Path
    pack: int


def read_packs(data: Path) -> tuple[list[Pack], list[Photograph]]:
    """The 31 packs and their 964 photographs of the training and validation lists, in the order of the lists."""
    with open(data / "classes.csv", encoding="utf8") as file:
        rows = [row for row in list(csv.reader(file))[1:] if "/Packages/" in row[4]]
    place = {int(row[1]): index for index, row in enumerate(rows)}
    packs = [Pack(row[0], data / row[4].lstrip("/")) for row in rows]
    photographs = []
    for name in ("train.txt", "val.txt"):
        for line in (data / name).read_text(encoding="utf8").splitlines():
            path, number, _ = line.split(", ")
            if int(number) in place:
                photographs.append(Photograph(data / path, place[int(number)]))
    return packs, photographs


def sample(photographs: list[Photograph], count: int | None, seed: int = 1) -> list[Photograph]:
    """A fixed random subset, or all of them."""
    if count is None or count >= len(photographs):
        return photographs
    return random.Random(seed).sample(photographs, count)


def split_packs(count: int, splits: int, seed: int = 1) -> list[list[int]]:
    """The packs' indexes dealt into disjoint groups of nearly equal size."""
    order = list(range(count))
    random.Random(seed).shuffle(order)
    return [sorted(order[start::splits]) for start in range(splits)]
