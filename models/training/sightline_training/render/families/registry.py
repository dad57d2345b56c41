"""All families: those trained on, with how often each is drawn, and those held out."""

from . import aisle_cases, alike, bare, cases, cooler, drinks, mixed, oblique, peg_wall, soft, stacks
from .scene import Render

TRAINED: dict[str, float] = {
    "mixed": 18, "alike": 10, "stacks": 12, "soft": 12, "cases": 11, "drinks": 10, "cooler": 5, "oblique": 17, "bare": 5,
}  # fmt: skip
HELD_OUT = ("aisle_cases", "peg_wall")

FAMILIES: dict[str, Render] = {
    module.__name__.rsplit(".", 1)[1]: module.render
    for module in (mixed, alike, stacks, soft, cases, drinks, cooler, oblique, bare, aisle_cases, peg_wall)
}
