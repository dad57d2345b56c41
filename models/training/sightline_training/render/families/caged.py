"""Goods in wire: roll containers and wire shelves, full and empty. Rods cross the packs, and where there is no pack, there is nothing to
find but rods."""

import cv2
import numpy as np

from ..arrange.filling import empty, runs, sparse
from ..arrange.runs import RunStyle
from ..art.palette import grey
from ..dice import Dice
from ..shelf.camera import Camera
from ..shelf.canvas import Canvas
from ..shelf.gondola import Gondola, paint_gondola
from ..shelf.surroundings import paint_shop
from ..stock import Stock
from .build import build_gondola
from .scene import Scene, View, finish, take_view

_ROD_CM = 0.5


def render(dice: Dice, stock: Stock, size_px: int) -> Scene:
    style = RunStyle(facings=dice.between(2, 7), stack=0.2, untidy=dice.between(0, 0.8), touching=0.8)
    gondola = build_gondola(dice, {runs(style): 50, sparse(style): 20, empty: 30}, clearance=(24, 60), width=(120, 300))
    gondola.style.rail_cm = dice.between(0.4, 1.2)
    gondola.style.tag_every_cm = np.inf
    gondola.style.wall = grey(dice, 10, 110)
    view = View(across=(60, 260), yaw=(-40, 40), pitch=(-5, 45))
    camera = take_view(dice, view, size_px, gondola.top)
    canvas = Canvas(size_px)
    paint_shop(canvas, camera, dice)
    paint_gondola(canvas, camera, dice, stock, gondola)
    _paint_cage(canvas, camera, dice, gondola)
    return finish(canvas, dice)


def _paint_cage(canvas: Canvas, camera: Camera, dice: Dice, gondola: Gondola) -> None:
    """Fronts a part of the way up, floors of rods, and sides between the bays."""
    half, depth = gondola.width / 2, gondola.depth
    metal, pitch, cross = grey(dice, 90, 230), dice.between(2, 7), dice.between(8, 30)
    for board in gondola.boards:
        if dice.chance(0.6):
            height = board.clearance * dice.between(0.1, 0.9)
            _paint_grid(canvas, camera, metal, _front(half, board.y, height, dice.between(0.5, 3)), pitch, cross)
        if dice.chance(0.5):
            _paint_grid(canvas, camera, metal, _floor(half, board.y + dice.between(0, 0.3) * board.clearance, depth), pitch, cross)
    for x in np.arange(-half, half + 1, dice.between(45, 110)):
        if dice.chance(0.6):
            _paint_grid(canvas, camera, metal, _side(x, gondola.top, depth, dice.between(0, 30)), dice.between(4, 15), pitch)


def _front(half: float, y: float, height: float, z: float) -> np.ndarray:
    """A corner and the two sides from it: (3, 3) cm."""
    return np.array([[-half, y, z], [2 * half, 0, 0], [0, height, 0]])


def _floor(half: float, y: float, depth: float) -> np.ndarray:
    return np.array([[-half, y, 0.5], [2 * half, 0, 0], [0, 0, -depth]])


def _side(x: float, top: float, depth: float, out: float) -> np.ndarray:
    return np.array([[x, 0, out], [0, 0, -depth - out], [0, top, 0]])


def _paint_grid(
    canvas: Canvas, camera: Camera, metal: np.ndarray, plane: np.ndarray, along_cm: float, across_cm: float
) -> None:
    """Rods every `along_cm` of the first side and every `across_cm` of the second, each with its own shine."""
    corner, first, second = plane
    for side, other, pitch in ((first, second, along_cm), (second, first, across_cm)):
        count = max(1, int(np.linalg.norm(side) / pitch))
        for share in np.linspace(0, 1, count + 1):
            _paint_rod(canvas, camera, corner + share * side, corner + share * side + other, metal)


def _paint_rod(canvas: Canvas, camera: Camera, start: np.ndarray, end: np.ndarray, metal: np.ndarray) -> None:
    seen, depth = camera.project(np.stack([start, end]))
    if depth.min() < 20:
        return
    a, b = ((int(x), int(y)) for x, y in seen.clip(-9999, 9999))
    thick = max(1, round(_ROD_CM * camera.focal_px / float(depth.mean())))
    cv2.line(canvas.image, a, b, tuple(float(v) for v in metal * 0.6), thick, cv2.LINE_AA)
    if thick > 1:
        cv2.line(canvas.image, a, b, tuple(float(v) for v in (metal * 1.2).clip(0, 255)), max(1, thick // 3), cv2.LINE_AA)
    cv2.line(canvas.owner, a, b, 0, thick)
