"""Packs drawn once and used in many scenes: drawing one takes 10 ms, painting it 0.1 ms."""

from collections.abc import Callable
from functools import cached_property

import numpy as np

from .dice import Dice
from .forms import Body, Form
from .packs import PackDesign, design, draw_face, draw_side, draw_top, sister
from .shelf.sprite import Sprite

DRAWN_HEIGHT_PX = 190
_LINE_SISTERS = 3


class StockedPack:
    """A design with its drawings, made when first needed."""

    def __init__(self, pack: PackDesign):
        self.pack = pack
        self._turned: dict[int, Sprite] = {}
        self._strips: dict[tuple[int, int, int], Sprite] = {}

    @property
    def form(self) -> Form:
        return self.pack.form

    def face(self, turn_degrees: int) -> Sprite:
        """The front, or a round pack turned about its axis."""
        turn = turn_degrees if self.form.body is Body.ROUND else 0
        if turn not in self._turned:
            height = min(DRAWN_HEIGHT_PX, int(320 * self.pack.height_cm / self.pack.width_cm))
            self._turned[turn] = Sprite(
                *draw_face(self.pack, int(height * self.pack.width_cm / self.pack.height_cm), height, turn)
            )
        return self._turned[turn]

    def strip(self, turn_degrees: int, at: int, count: int) -> Sprite:
        """One of `count` upright strips of the front, from the left; they are equally wide in the drawing."""
        key = (turn_degrees, at, count)
        if key not in self._strips:
            whole = self.face(turn_degrees).levels[0][1:-1, 1:-1]
            width = whole.shape[1]
            piece = whole[:, width * at // count : max(width * (at + 1) // count, width * at // count + 2)]
            self._strips[key] = Sprite(np.ascontiguousarray(piece[..., :3]), np.ascontiguousarray(piece[..., 3]))
        return self._strips[key]

    @cached_property
    def side(self) -> Sprite:
        height = 140
        return Sprite(draw_side(self.pack, max(10, int(height * self.pack.depth_cm / self.pack.height_cm)), height))

    @cached_property
    def top(self) -> Sprite:
        return Sprite(draw_top(self.pack, 100, max(10, int(100 * self.pack.depth_cm / self.pack.width_cm))))


class Stock:
    """Lines of sister products. `first_seed` keeps stocks apart: what is held out shares no design with what is trained on."""

    def __init__(self, first_seed: int, lines: int):
        self._next_seed = first_seed
        self.lines: list[list[StockedPack]] = []
        for _ in range(lines):
            self.lines.append(self._new_line())

    def choose_line(self, dice: Dice, fits: Callable[[Form], bool]) -> list[StockedPack]:
        """A line whose form `fits`. A stock without any is too small: an error."""
        fitting = [line for line in self.lines if fits(line[0].form)]
        if not fitting:
            raise ValueError(f"None of the {len(self.lines)} lines in stock has a form that fits. Use more lines.")
        return dice.pick(fitting)

    def _new_line(self) -> list[StockedPack]:
        dice = Dice(self._next_seed)
        first = design(self._next_seed)
        self._next_seed += 1
        sisters = [sister(first, i) for i in range(dice.whole(0, _LINE_SISTERS))]
        return [StockedPack(pack) for pack in [first, *sisters]]
