"""Gondolas as most families need them."""

import numpy as np

from ..arrange.filling import Filler
from ..dice import Dice
from ..shelf.fittings import Finishings, choose_finishings
from ..shelf.gondola import Gondola, stack_boards


def build_gondola(
    dice: Dice,
    fillers: dict[Filler, float],
    clearance: tuple[float, float] = (15, 37),
    width: tuple[float, float] = (260, 900),
    origin: np.ndarray | None = None,
    yaw: float = 0.0,
    style: Finishings | None = None,
    has_board: bool = True,
) -> Gondola:
    """Boards of one gondola are about equally far apart, as shops build them; each family names the ways they are filled."""
    style = style or choose_finishings(dice)
    middle = dice.between(*clearance)
    spread = dice.between(0.03, 0.35)
    heights = (max(clearance[0] * 0.8, middle * (1 - spread)), middle * (1 + spread))
    top = dice.between(130, 230)
    return Gondola(
        origin=np.zeros(3) if origin is None else origin,
        yaw=yaw,
        width=dice.between(*width),
        depth=dice.between(25, 50),
        boards=stack_boards(dice, heights, fillers, top, foot=dice.between(8, 25), has_board=has_board),
        style=style,
        bay=dice.pick([np.inf, 90.0, 100.0, 125.0]),
        rows_behind=dice.whole(1, 2),
    )
