"""All families: those trained on, with how often each is drawn, and those held out."""

from . import (
    aisle, aisle_cases, alike, bare, caged, cases, cooler, drinks, mixed, near, oblique, peg_wall, rails, rails_other, soft, stacks,
)  # fmt: skip
from .scene import Render

TRAINED: dict[str, float] = {
    "mixed": 12, "alike": 7, "stacks": 9, "soft": 9, "cases": 14, "drinks": 8, "cooler": 4, "oblique": 13, "bare": 4, "near": 10,
    "aisle": 10, "caged": 8,
}  # fmt: skip
HELD_OUT = ("aisle_cases", "peg_wall")

TAGS_TRAINED: dict[str, float] = {
    "rails": 64, "mixed": 4, "cases": 4, "soft": 3, "drinks": 4, "cooler": 3, "oblique": 4, "bare": 6, "near": 4, "caged": 4,
}  # fmt: skip
"""What price tags are trained on. Products are not trained on `rails`."""
TAGS_HELD_OUT = ("rails_other",)

FAMILIES: dict[str, Render] = {
    module.__name__.rsplit(".", 1)[1]: module.render
    for module in (
        mixed, alike, stacks, soft, cases, drinks, cooler, oblique, bare, near, aisle, caged, aisle_cases, peg_wall, rails, rails_other,
    )
}  # fmt: skip
