"""One piece of shelving, standing anywhere in the shop, with all that is on it."""

from dataclasses import dataclass

import numpy as np

from ..arrange.filling import Filler
from ..arrange.span import Span
from ..dice import Dice
from ..stock import Stock
from .camera import Camera
from .canvas import Canvas
from .fittings import (
    Finishings,
    paint_board,
    paint_hook,
    paint_rail,
    paint_shadow,
    paint_tray,
    paint_tray_sides,
    paint_wall,
    rectangle,
)
from .place import paint_packs


@dataclass
class Board:
    """`y` is its top; `clearance` reaches up to the next board. Hooks have no board below them."""

    y: float
    clearance: float
    fill: Filler
    has_board: bool = True


@dataclass
class Gondola:
    """`origin` is the middle of its foot at the front; positive `yaw` turns its right end towards the viewer's side."""

    origin: np.ndarray
    yaw: float
    width: float
    depth: float
    boards: list[Board]
    style: Finishings
    """Distance between uprights, cm; infinite: none."""
    bay: float
    rows_behind: int = 1

    @property
    def top(self) -> float:
        return max(board.y + board.clearance for board in self.boards)


def stack_boards(
    dice: Dice, heights: tuple[float, float], fillers: dict[Filler, float], top: float, foot: float = 12.0, has_board: bool = True
) -> list[Board]:
    """Boards from the foot up to `top` cm, each with a clearance out of `heights`, each filled in one of the ways, by weight."""
    boards, y = [], foot
    while y < top:
        clearance = dice.between(*heights)
        boards.append(Board(y, clearance, dice.pick_weighted(fillers), has_board))
        y += clearance + 3
    return boards


def paint_gondola(canvas: Canvas, world: Camera, dice: Dice, stock: Stock, gondola: Gondola) -> None:
    camera = world.in_frame(gondola.origin, gondola.yaw)
    if camera.eye[2] < 1:
        return  # seen from behind
    left, right = _seen_part(camera, gondola)
    if right - left < 5:
        return
    style = gondola.style
    paint_wall(canvas, camera, style, left, right, 0, gondola.top, -gondola.depth)
    _paint_ends(canvas, camera, gondola)
    for board in sorted(gondola.boards, key=lambda b: -abs(b.y + b.clearance / 2 - camera.eye[1])):
        _paint_level(canvas, camera, dice, stock, gondola, board, left, right)


def _paint_level(
    canvas: Canvas, camera: Camera, dice: Dice, stock: Stock, gondola: Gondola, board: Board, left: float, right: float
) -> None:
    style = gondola.style
    if board.has_board:
        paint_board(canvas, camera, style, left, right, board.y, gondola.depth)
    ceiling = board.y + board.clearance
    paint_shadow(canvas, camera, style, left, right, ceiling, board.clearance, -gondola.depth + 0.5)
    filling = board.fill(dice, stock, Span(left, right, board.y, board.clearance, gondola.depth, gondola.rows_behind))
    for tray in filling.trays:
        paint_tray_sides(canvas, camera, tray)
    for hook in filling.hooks:
        paint_hook(canvas, camera, dice, style, hook, gondola.depth)
    paint_packs(canvas, camera, filling.packs)
    for tray in filling.trays:
        paint_tray(canvas, camera, tray)
    if board.has_board:
        paint_shadow(canvas, camera, style, left, right, ceiling, board.clearance * 0.4, 0.1)
        paint_rail(canvas, camera, dice, style, left, right, board.y)
    _paint_uprights(canvas, camera, gondola, board, left, right)


def _paint_uprights(canvas: Canvas, camera: Camera, gondola: Gondola, board: Board, left: float, right: float) -> None:
    """Posts before the goods, in shops with deep shadows: these have the heavy shelving."""
    if not np.isfinite(gondola.bay) or gondola.style.shadow <= 0.4:
        return
    for x in np.arange(-gondola.width / 2, gondola.width / 2 + 1, gondola.bay):
        if left - 5 < x < right + 5:
            post = rectangle(x - 1.2, x + 1.2, board.y - gondola.style.rail_cm, board.y + board.clearance, 0.1)
            canvas.fill(camera.project_polygon(post), gondola.style.board * 0.8)


def _paint_ends(canvas: Canvas, camera: Camera, gondola: Gondola) -> None:
    """The panels that close the gondola; only the one turned to the camera is seen, and only from outside."""
    half, top = gondola.width / 2, gondola.top
    for x, outside in ((-half, camera.eye[0] < -half), (half, camera.eye[0] > half)):
        if outside:
            plane = np.array([[x, top, -gondola.depth], [x, top, 0], [x, 0, 0], [x, 0, -gondola.depth]])
            canvas.fill(camera.project_polygon(plane), gondola.style.board * 0.7)


def _seen_part(camera: Camera, gondola: Gondola) -> tuple[float, float]:
    """The stretch of the front whose picture lies in the frame, or a little beyond it: what is outside need not be filled."""
    half = gondola.width / 2
    xs = np.arange(-half, half + 1, 4.0)
    heights = np.linspace(0, gondola.top, 6)
    points = np.array([[x, y, z] for x in xs for y in heights for z in (0.0, -gondola.depth)]).reshape(len(xs), -1, 3)
    seen, depth = camera.project(points)
    margin = 0.06 * camera.size_px
    inside = ((seen > -margin) & (seen < camera.size_px + margin)).all(-1) & (depth > 25)
    used = np.where(inside.any(1))[0]
    if len(used) == 0:
        return 0.0, 0.0
    return max(-half, float(xs[used[0]]) - 4), min(half, float(xs[used[-1]]) + 4)
