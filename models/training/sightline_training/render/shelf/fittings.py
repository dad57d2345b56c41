"""What shelves are made of, painted in a fixture's own coordinates: walls, boards, rails, tags, trays, hooks. No products."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from ..arrange.hanging import Hook
from ..arrange.trays import Tray
from ..art.fonts import FONTS, print_text
from ..art.palette import grey, hsv
from ..dice import Dice
from ..tags.rail import TAG_VISIBLE_FROM, RailTags, paint_rail_tags
from .camera import Camera
from .canvas import Canvas
from .sprite import Sprite


@dataclass
class Finishings:
    """Colours and habits of one shop's shelving."""

    wall: np.ndarray
    board: np.ndarray
    rail_cm: float
    board_cm: float
    tag_color: np.ndarray
    tag_width_cm: float
    """Mean free length between tags, cm; infinite: a shop without tags."""
    tag_every_cm: float
    """Darkness below boards, 0..1."""
    shadow: float
    perforated: bool
    tag_drawings: list[Sprite] = field(default_factory=list)
    """Tags of many designs instead of those of `tag_drawings`; None: the latter."""
    rail_tags: RailTags | None = None


def choose_finishings(dice: Dice) -> Finishings:
    wall = grey(dice, 10, 70) if dice.chance(0.4) else grey(dice, 90, 235)
    if dice.chance(0.15):
        wall = hsv(dice.random.random(), dice.between(0.2, 0.7), dice.between(0.2, 0.7))
    board = grey(dice, 150, 245) if dice.chance(0.6) else grey(dice, 20, 150)
    if dice.chance(0.15):
        board = hsv(dice.random.random(), dice.between(0.2, 0.9), dice.between(0.3, 0.9))
    style = Finishings(
        wall=wall,
        board=board,
        rail_cm=dice.between(2.5, 6),
        board_cm=dice.between(1, 3),
        tag_color=dice.pick(
            [
                np.array([250.0, 250, 245]),
                np.array([250.0, 220, 40]),
                np.array([225.0, 50, 45]),
                np.array([255.0, 255, 255]),
                np.array([120.0, 190, 90]),
            ]
        ),
        tag_width_cm=dice.between(4, 9),
        tag_every_cm=dice.pick([np.inf, 3, 8, 20]),
        shadow=dice.between(0.05, 0.55),
        perforated=dice.chance(0.3),
    )
    style.tag_drawings = [_draw_tag(dice, style.tag_color) for _ in range(5)]
    return style


def _draw_tag(dice: Dice, color: np.ndarray) -> Sprite:
    image = np.empty((48, 80, 3), np.uint8)
    image[:] = color if dice.chance(0.85) else [250, 215, 40]
    dark = np.array([15.0, 15, 15]) if dice.chance(0.8) else np.array([190.0, 20, 20])
    print_text(image, f"{dice.whole(0, 19)}.{dice.whole(10, 99)}", FONTS[dice.pick([0, 3, 4, 9])], (30, 6, 46, 34), dark)
    print_text(image, dice.pick(["kg", "st", "2 x", "100 g"]), FONTS[2], (4, 5, 22, 9), dark)
    for y in (20, 26, 32):
        cv2.line(image, (4, y), (dice.whole(14, 28), y), (90, 90, 90), 2)
    for x in range(4, 28, 2):
        cv2.line(image, (x, 38), (x, 44), (30, 30, 30), dice.whole(0, 1) + 1)
    return Sprite(image)


_SHADOW = Sprite(np.zeros((32, 4, 3), np.uint8), np.repeat(np.linspace(170, 0, 32)[:, None], 4, 1).astype(np.uint8))


def rectangle(left: float, right: float, bottom: float, top: float, z: float) -> np.ndarray:
    """An upright rectangle facing the viewer, (4, 3) cm in the order sprites are painted in."""
    return np.array([[left, top, z], [right, top, z], [right, bottom, z], [left, bottom, z]])


def paint_wall(
    canvas: Canvas, camera: Camera, style: Finishings, left: float, right: float, bottom: float, top: float, z: float
) -> None:
    canvas.fill(camera.project_polygon(rectangle(left, right, bottom, top, z)), style.wall)
    if style.perforated:
        _paint_holes(canvas, camera, style, left, right, bottom, top, z)


def _paint_holes(
    canvas: Canvas, camera: Camera, style: Finishings, left: float, right: float, bottom: float, top: float, z: float
) -> None:
    """A pegboard: only where holes are big enough to be seen."""
    xs, ys = np.arange(left, right, 2.5), np.arange(bottom, top, 2.5)
    if len(xs) * len(ys) > 30_000:
        xs, ys = xs[:: int(len(xs) * len(ys) / 30_000) + 1], ys
    seen, depth = camera.project(np.stack(np.meshgrid(xs, ys), -1).reshape(-1, 2) @ np.array([[1, 0, 0], [0, 1, 0]]) + [0, 0, z])
    places = seen[(depth > 20) & (seen > 1).all(1) & (seen < canvas.size_px - 2).all(1)].astype(int)
    size = max(1, int(0.6 * camera.focal_px / max(20.0, float(np.median(depth)))))
    for dx in range(size):
        for dy in range(size):
            x, y = (places + [dx - size // 2, dy - size // 2]).clip(0, canvas.size_px - 1).T
            canvas.image[y, x] = (style.wall * 0.4).astype(np.uint8)


def paint_board(canvas: Canvas, camera: Camera, style: Finishings, left: float, right: float, y: float, depth: float) -> None:
    """The board's upper or lower side, whichever is seen, and the dark below it."""
    from_above = camera.eye[1] > y
    height = y if from_above else y - style.board_cm
    plane = np.array([[left, height, -depth], [right, height, -depth], [right, height, 0], [left, height, 0]])
    canvas.fill(camera.project_polygon(plane), style.board * (0.75 if from_above else 0.35))


def paint_shadow(
    canvas: Canvas, camera: Camera, style: Finishings, left: float, right: float, y: float, clearance: float, z: float
) -> None:
    """Under a board, down to half the clearance, on a plane at `z`."""
    if style.shadow > 0.05:
        corners = camera.project_polygon(rectangle(left, right, y - clearance * style.shadow, y, z))
        if len(corners) == 4:
            canvas.paint(_SHADOW, corners, owner=None)


def paint_rail(canvas: Canvas, camera: Camera, dice: Dice, style: Finishings, left: float, right: float, y: float) -> None:
    """The board's front edge with its price tags; `y` is the board's top."""
    top, bottom = y + dice.between(-0.3, 0.4), y - style.rail_cm
    canvas.fill(camera.project_polygon(rectangle(left, right, bottom, top, 0.2)), style.board)
    canvas.fill(camera.project_polygon(rectangle(left, right, bottom, bottom + 0.3, 0.25)), style.board * 0.5)
    canvas.fill(camera.project_polygon(rectangle(left, right, top - 0.3, top, 0.25)), style.board * 1.15)
    if style.rail_tags is not None:
        paint_rail_tags(canvas, camera, dice, style.rail_tags, (left, right), (bottom, top))
    if not np.isfinite(style.tag_every_cm):
        return
    x = left + dice.between(0, 10)
    while x < right:
        width = dice.near(style.tag_width_cm, 0.15)
        height = min(style.rail_cm * dice.between(0.75, 1.0), width) if dice.chance(0.9) else width * dice.between(0.6, 1.4)
        corners = camera.project_polygon(
            rectangle(x, x + width, bottom - max(0, height - style.rail_cm), top - 0.1 - max(0, style.rail_cm - height), 0.5)
        )
        if len(corners) == 4:
            _paint_tag(canvas, dice, style, corners)
        x += width + dice.random.expovariate(1 / style.tag_every_cm)


def _paint_tag(canvas: Canvas, dice: Dice, style: Finishings, corners: np.ndarray) -> None:
    canvas.paint(dice.pick(style.tag_drawings), corners, owner=canvas.new_owner(TAG_VISIBLE_FROM, is_tag=True))


def paint_tray(canvas: Canvas, camera: Camera, tray: Tray) -> None:
    """Front lip with its notch; the case's name on it now and then."""
    left, right, y, top, z = tray.left, tray.left + tray.width, tray.y, tray.y + tray.height, tray.z
    low, third = top - tray.notch * tray.height, tray.width / 4
    for x0, x1, height in ((left, left + third, top), (left + third, right - third, low), (right - third, right, top)):
        canvas.fill(camera.project_polygon(rectangle(x0, x1, y, height, z)), tray.color)
    canvas.fill(camera.project_polygon(rectangle(left, right, y, y + 0.25, z + 0.05)), tray.color * 0.6)
    if tray.printed and tray.notch < 0.6:
        corners = camera.project_polygon(
            rectangle(left + third, right - third, y + 0.1 * tray.height, low - 0.1 * tray.height, z + 0.05)
        )
        if len(corners) == 4:
            canvas.paint(_case_print(tray), corners)


def paint_tray_sides(canvas: Canvas, camera: Camera, tray: Tray) -> None:
    for x in (tray.left, tray.left + tray.width):
        plane = np.array(
            [[x, tray.y + tray.height, 0], [x, tray.y + tray.height * 1.6, -tray.depth], [x, tray.y, -tray.depth], [x, tray.y, 0]]
        )
        canvas.fill(camera.project_polygon(plane), tray.color * 0.6)


def _case_print(tray: Tray) -> Sprite:
    image = np.empty((24, 120, 3), np.uint8)
    image[:] = np.clip(tray.color, 0, 255)
    print_text(
        image,
        tray.item.pack.label.brand,
        FONTS[4],
        (4, 2, 112, 20),
        tray.color * 0.4 if tray.color.mean() > 90 else np.array([240.0] * 3),
    )
    return Sprite(image)


def paint_hook(canvas: Canvas, camera: Camera, dice: Dice, style: Finishings, hook: Hook, depth: float) -> None:
    """A wire from the wall, with a tag before its tip."""
    bar = np.array(
        [
            [hook.x - 0.2, hook.y + 0.3, -depth],
            [hook.x + 0.2, hook.y + 0.3, -depth],
            [hook.x + 0.2, hook.y, 0],
            [hook.x - 0.2, hook.y, 0],
        ]
    )
    seen, distance = camera.project(bar)
    if distance.min() < 20:
        return
    color = tuple(float(v) for v in grey(dice, 120, 230))
    tail, tip = seen[:2].mean(0), seen[2:].mean(0)
    thick = max(1, int(0.4 * camera.focal_px / distance.min()))
    cv2.line(
        canvas.image,
        tuple(int(v) for v in tail.clip(-9999, 9999)),
        tuple(int(v) for v in tip.clip(-9999, 9999)),
        color,
        thick,
        cv2.LINE_AA,
    )
    if hook.tag_cm:
        width = hook.tag_cm * 1.5
        corners = camera.project_polygon(
            rectangle(hook.x - width / 2, hook.x + width / 2, hook.y - hook.tag_cm * 0.3, hook.y + hook.tag_cm * 0.7, 0.5)
        )
        if len(corners) == 4:
            _paint_tag(canvas, dice, style, corners)
