"""All families: those trained on, with how often each is drawn, and those held out."""

from . import aisle, aisle_cases, alike, bare, caged, cases, cooler, drinks, mixed, near, oblique, peg_wall, soft, stacks
from .scene import Render

TRAINED: dict[str, float] = {
    "mixed": 12, "alike": 7, "stacks": 9, "soft": 9, "cases": 14, "drinks": 8, "cooler": 4, "oblique": 13, "bare": 4, "near": 10,
    "aisle": 10, "caged": 8,
}  # fmt: skip
HELD_OUT = ("aisle_cases", "peg_wall")

FAMILIES: dict[str, Render] = {
    module.__name__.rsplit(".", 1)[1]: module.render
    for module in (mixed, alike, stacks, soft, cases, drinks, cooler, oblique, bare, near, aisle, caged, aisle_cases, peg_wall)
}
