"""All families: those trained on, with how often each is drawn, and those held out."""

from . import aisle_cases, alike, bare, cases, cooler, drinks, mixed, near, oblique, peg_wall, soft, stacks
from .scene import Render

TRAINED: dict[str, float] = {
    "mixed": 15, "alike": 8, "stacks": 10, "soft": 10, "cases": 9, "drinks": 9, "cooler": 4, "oblique": 14, "bare": 4, "near": 17,
}  # fmt: skip
HELD_OUT = ("aisle_cases", "peg_wall")

FAMILIES: dict[str, Render] = {
    module.__name__.rsplit(".", 1)[1]: module.render
    for module in (mixed, alike, stacks, soft, cases, drinks, cooler, oblique, bare, near, aisle_cases, peg_wall)
}
