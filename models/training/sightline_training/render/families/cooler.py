"""A cooler behind glass doors: frames, handles, reflections, mist; cold even light inside."""

import numpy as np

from ..arrange.filling import runs
from ..arrange.runs import RunStyle
from ..art.palette import grey
from ..art.pictures import texture
from ..dice import Dice
from ..forms import Body
from ..shelf.camera import Camera
from ..shelf.canvas import Canvas
from ..shelf.fittings import rectangle
from ..shelf.gondola import Gondola, paint_gondola
from ..shelf.sprite import Sprite
from ..shelf.surroundings import paint_shop
from ..stock import Stock
from .build import build_gondola
from .scene import Scene, View, finish, take_view

_GLASS_CM = 6.0


def render(dice: Dice, stock: Stock, size_px: int) -> Scene:
    style = RunStyle(
        facings=dice.between(2, 6), stack=0.4, missing=dice.between(0, 0.12), fits=lambda form: form.body is not Body.FLAT
    )
    gondola = build_gondola(dice, {runs(style): 1.0}, clearance=(18, 36))
    gondola.style.rail_cm = dice.between(1, 3)
    camera = take_view(dice, View(across=(90, 360), yaw=(-22, 22)), size_px, gondola.top)
    canvas = Canvas(size_px)
    paint_shop(canvas, camera, dice)
    paint_gondola(canvas, camera, dice, stock, gondola)
    _paint_reflections(canvas, camera, dice, gondola)
    _paint_doors(canvas, camera, dice, gondola)
    return finish(canvas, dice)


def _paint_doors(canvas: Canvas, camera: Camera, dice: Dice, gondola: Gondola) -> None:
    color, pitch, bar = grey(dice, 15, 235), dice.between(60, 85), dice.between(3, 7)
    start = -gondola.width / 2 + dice.between(0, pitch)
    for x in np.arange(start, gondola.width / 2, pitch):
        canvas.fill(camera.project_polygon(rectangle(x - bar / 2, x + bar / 2, 0, gondola.top + 8, _GLASS_CM)), color)
        handle = rectangle(x + bar, x + bar + 2, 80, 130, _GLASS_CM + 4)
        canvas.fill(camera.project_polygon(handle), grey(dice, 150, 230))
    for low, high in ((0, 10), (gondola.top, gondola.top + 25)):
        canvas.fill(camera.project_polygon(rectangle(-gondola.width / 2, gondola.width / 2, low, high, _GLASS_CM)), color)


def _paint_reflections(canvas: Canvas, camera: Camera, dice: Dice, gondola: Gondola) -> None:
    """Lamps as bright bars, the aisle behind the camera as pale clouds, mist as a veil."""
    half = gondola.width / 2
    pane = camera.project_polygon(rectangle(-half, half, 0, gondola.top, _GLASS_CM))
    if len(pane) == 4 and dice.chance(0.7):
        rgb, _ = texture(dice, 96, 64)
        alpha = np.full((64, 96), int(255 * dice.between(0.04, 0.22)), np.uint8)
        canvas.paint(Sprite(rgb, alpha), pane, dice.between(0.8, 1.4), owner=None)
    soft = np.sin(np.linspace(0, np.pi, 24)) ** 2
    for _ in range(dice.whole(0, 5)):
        x, wide, lean = dice.between(-150, 150), dice.between(3, 18), dice.between(-30, 30)
        low, high = dice.between(0, 80), dice.between(110, 220)
        bar = camera.project_polygon(
            np.array(
                [[x + lean, high, _GLASS_CM], [x + lean + wide, high, _GLASS_CM], [x + wide, low, _GLASS_CM], [x, low, _GLASS_CM]]
            )
        )
        if len(bar) == 4:
            alpha = np.repeat((soft * 255 * dice.between(0.1, 0.5))[None], 12, 0).astype(np.uint8)
            canvas.paint(Sprite(np.full((12, 24, 3), 250, np.uint8), alpha), bar, owner=None)
