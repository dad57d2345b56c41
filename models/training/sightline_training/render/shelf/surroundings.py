"""The shop around the shelves: floor, ceiling, lamps, signs, trolleys. Nothing here is a product."""

import cv2
import numpy as np

from ..art.fonts import FONTS, print_text
from ..art.palette import grey, hsv, ink_on, pack_color
from ..art.pictures import draw_picture
from ..art.words import make_amount, make_phrase
from ..dice import Dice
from ..packs import design, draw_face
from .camera import Camera
from .canvas import Canvas
from .fittings import rectangle
from .sprite import Sprite

_FAR = 2500.0


def paint_shop(canvas: Canvas, camera: Camera, dice: Dice, ceiling_cm: float = 320.0) -> None:
    """Wall in the distance, ceiling with lamps, floor with tiles."""
    canvas.image[:] = grey(dice, 40, 220).astype(np.uint8)
    ceiling = grey(dice, 30, 250)
    plane = np.array([[-_FAR, ceiling_cm, -_FAR], [_FAR, ceiling_cm, -_FAR], [_FAR, ceiling_cm, _FAR], [-_FAR, ceiling_cm, _FAR]])
    canvas.fill(camera.project_polygon(plane), ceiling)
    floor = (
        grey(dice, 70, 225) if dice.chance(0.7) else hsv(dice.between(0.05, 0.12), dice.between(0.1, 0.5), dice.between(0.3, 0.8))
    )
    canvas.fill(camera.project_polygon(plane * [1, 0, 1]), floor)
    _paint_tiles(canvas, camera, dice, floor)
    _paint_lamps(canvas, camera, dice, ceiling_cm)


def _paint_tiles(canvas: Canvas, camera: Camera, dice: Dice, floor: np.ndarray) -> None:
    pitch = dice.pick([30.0, 45.0, 60.0, 120.0])
    if dice.chance(0.35):
        return
    for i in range(-25, 26):
        at = i * pitch
        for line in (
            [[at, 0, -800], [at + 0.8, 0, -800], [at + 0.8, 0, 800], [at, 0, 800]],
            [[-800, 0, at], [800, 0, at], [800, 0, at + 0.8], [-800, 0, at + 0.8]],
        ):
            canvas.fill(camera.project_polygon(np.array(line, float)), floor * 0.82)


def _paint_lamps(canvas: Canvas, camera: Camera, dice: Dice, ceiling_cm: float) -> None:
    rows, along = dice.whole(0, 5), dice.chance(0.5)
    for row in range(rows):
        for piece in range(8):
            x, z = (row - rows / 2) * 180 + 40, (piece - 5) * 200
            x, z = (x, z) if along else (z, x)
            wide, long = (12, 140) if along else (140, 12)
            corners = np.array(
                [
                    [x, ceiling_cm - 2, z],
                    [x + wide, ceiling_cm - 2, z],
                    [x + wide, ceiling_cm - 2, z + long],
                    [x, ceiling_cm - 2, z + long],
                ],
                float,
            )
            canvas.fill(camera.project_polygon(corners), np.array([255.0, 255, 248]))


def draw_sign(dice: Dice) -> Sprite:
    """A board with words, a price, a picture, or a pack printed large, as posters have."""
    height, width = 120, dice.whole(90, 320)
    image = np.empty((height, width, 3), np.uint8)
    color = pack_color(dice)
    image[:] = color
    if dice.chance(0.3):
        rgb, _ = draw_picture(dice, width, height)
        image[:] = rgb
    elif dice.chance(0.2):
        rgb, alpha = draw_face(design(dice.seed()), 70, 100)
        image[10:110, 10:80] = np.where(alpha[..., None] > 127, rgb, image[10:110, 10:80])
    for row in range(dice.whole(1, 3)):
        text = make_phrase(dice, dice.whole(1, 3)) if dice.chance(0.7) else make_amount(dice)
        print_text(
            image,
            text,
            dice.pick(FONTS),
            (0.08 * width, (0.1 + 0.3 * row) * height, 0.84 * width, 0.26 * height),
            ink_on(color, dice),
        )
    return Sprite(image)


def paint_sign(canvas: Canvas, camera: Camera, dice: Dice, middle: np.ndarray, height_cm: float) -> None:
    """An upright sign whose middle is at `middle`, facing the viewer."""
    sprite = draw_sign(dice)
    width = height_cm * sprite.aspect
    x, y, z = middle
    corners = camera.project_polygon(rectangle(x - width / 2, x + width / 2, y - height_cm / 2, y + height_cm / 2, z))
    if len(corners) == 4:
        canvas.paint(sprite, corners, dice.between(0.7, 1.1))


def paint_trolley(canvas: Canvas, camera: Camera, dice: Dice, foot: np.ndarray) -> None:
    """A wire basket on wheels before the shelf."""
    color, size = grey(dice, 110, 220), dice.between(0.8, 1.2)
    x, _, z = foot
    handle = hsv(dice.random.random(), 0.8, 0.8)
    front = rectangle(x - 28 * size, x + 28 * size, 45 * size, 95 * size, z)
    wires = []
    for share in np.linspace(0, 1, 12):
        wires.append((front[0] + share * (front[1] - front[0]), front[3] + share * (front[2] - front[3])))
    for share in np.linspace(0, 1, 7):
        wires.append((front[0] + share * (front[3] - front[0]), front[1] + share * (front[2] - front[1])))
    for side in (-1, 1):
        wires.append((np.array([x + side * 26 * size, 45 * size, z]), np.array([x + side * 24 * size, 8 * size, z])))
    for a, b in wires:
        _paint_rod(canvas, camera, a, b, 0.6, color)
    _paint_rod(canvas, camera, front[0] + [0, 4, 0], front[1] + [0, 4, 0], 3.0, handle)


def _paint_rod(canvas: Canvas, camera: Camera, start: np.ndarray, end: np.ndarray, thick_cm: float, color: np.ndarray) -> None:
    seen, depth = camera.project(np.stack([start, end]))
    if depth.min() < 20:
        return
    points = [tuple(int(v) for v in p.clip(-9999, 9999)) for p in seen]
    thick = max(1, int(thick_cm * camera.focal_px / depth.min()))
    cv2.line(canvas.image, *points, tuple(float(v) for v in color), thick, cv2.LINE_AA)
    cv2.line(canvas.owner, *points, 0, thick)
