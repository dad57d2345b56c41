"""What a family returns, and how most of them are photographed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..dice import Dice
from ..finish import photograph
from ..shelf.boxes import visible_boxes
from ..shelf.camera import Camera, look_at
from ..shelf.canvas import Canvas
from ..shelf.gondola import Gondola, paint_gondola
from ..shelf.surroundings import paint_shop, paint_sign, paint_trolley
from ..stock import Stock


@dataclass(frozen=True)
class Scene:
    """`image` RGB uint8 (s, s, 3); `boxes` and `tiny` float32 (n, 4), left, top, right, bottom in px: products to find, and
    products too small for that; `tags` and `tiny_tags` the same of price tags."""

    image: np.ndarray
    boxes: np.ndarray
    tiny: np.ndarray
    tags: np.ndarray
    tiny_tags: np.ndarray


Render = Callable[[Dice, Stock, int], Scene]


@dataclass(frozen=True)
class View:
    """From where a shelf is photographed. Ranges are (least, most); angles in degrees, `across` in cm of the shelf's plane."""

    across: tuple[float, float] = (100, 520)
    yaw: tuple[float, float] = (-18, 18)
    pitch: tuple[float, float] = (-14, 22)
    """Height of what is looked at, cm."""
    height: tuple[float, float] = (30, 190)
    roll: float = 2.0
    """Half the breadth of the stretch of shelf that the middle of the picture may lie on."""
    aside: float = 60


def take_view(dice: Dice, view: View, size_px: int, top: float) -> Camera:
    """Most people fill their picture with shelf: what is looked at keeps away from the foot and from `top` (cm) by a quarter to
    a half of the picture's height, where the shelf is that high."""
    across = float(np.exp(dice.between(*np.log(view.across))))
    angle = dice.between(42, 70)
    distance = across / 2 / np.tan(np.radians(angle) / 2)
    edge = min(top / 2, dice.between(0.25, 0.5) * across)
    height = float(np.clip(dice.between(*view.height), edge, top - edge))
    yaw, pitch = np.radians(dice.between(*view.yaw)), np.radians(dice.between(*view.pitch))
    target = np.array([dice.between(-view.aside, view.aside), height, 0.0])
    toward = np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])
    eye = target + distance * toward
    eye[1] = np.clip(eye[1], 25, 300)
    return look_at(eye, target, dice.random.gauss(0, view.roll), angle, size_px)


def shoot(dice: Dice, stock: Stock, camera: Camera, gondolas: list[Gondola], clutter: float = 0.25) -> Scene:
    """Paints the shop, the shelving from far to near, a sign or trolley now and then, and takes the photograph."""
    canvas = Canvas(camera.size_px)
    paint_shop(canvas, camera, dice)
    for gondola in sorted(gondolas, key=lambda g: -float(np.linalg.norm(g.origin - camera.eye))):
        paint_gondola(canvas, camera, dice, stock, gondola)
    if dice.chance(clutter):
        for _ in range(dice.whole(1, 2)):
            top = gondolas[0].top if gondolas else 200
            paint_sign(
                canvas, camera, dice, np.array([dice.between(-150, 150), top + dice.between(5, 40), 2.0]), dice.between(12, 45)
            )
    if dice.chance(0.3 * clutter):
        paint_trolley(canvas, camera, dice, np.array([dice.between(-120, 120), 0, dice.between(30, 80)]))
    return finish(canvas, dice)


def finish(canvas: Canvas, dice: Dice) -> Scene:
    packs, tags = visible_boxes(canvas)
    return Scene(photograph(canvas.image, dice), packs.boxes, packs.tiny, tags.boxes, tags.tiny)
