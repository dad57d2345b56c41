"""All families: those trained on, with how often each is drawn, and those held out."""

from . import aisle_cases, alike, bare, cases, cooler, drinks, mixed, oblique, peg_wall, soft, stacks
from .scene import Render

TRAINED: dict[str, float] = {
    "mixed": 26, "alike": 11, "stacks": 11, "soft": 13, "cases": 8, "drinks": 11, "cooler": 5, "oblique": 10, "bare": 5,
}  # fmt: skip
HELD_OUT = ("aisle_cases", "peg_wall")

FAMILIES: dict[str, Render] = {
    module.__name__.rsplit(".", 1)[1]: module.render
    for module in (mixed, alike, stacks, soft, cases, drinks, cooler, oblique, bare, aisle_cases, peg_wall)
}
