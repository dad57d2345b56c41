"""A pack in place, and how it is painted."""

from dataclasses import dataclass

import numpy as np

from ..forms import Body
from ..stock import StockedPack
from .camera import NEAR_CM, Camera, rotation
from .canvas import Canvas

FRONT_VISIBLE_FROM = 0.35
BEHIND_VISIBLE_FROM = 0.5
"""A pack behind another counts only when about as much of it is seen as of one that stands in front."""
_STRIPS = 7
"""Edges of the strips a round pack is bent into; one more than there are strips."""
_CORNERS = np.array([[-1, 1, 0], [1, 1, 0], [1, 0, 0], [-1, 0, 0], [-1, 1, -1], [1, 1, -1], [1, 0, -1], [-1, 0, -1]], float) * [
    0.5,
    1,
    1,
]
_FACES = {"front": (0, 1, 2, 3), "left": (4, 0, 3, 7), "right": (1, 5, 6, 2), "top": (4, 5, 1, 0)}
_RIM = {"can": 0.93, "tub": 1.0, "jar": 0.9, "bottle": 0.3, "spray": 0.5, "jug": 0.3}


@dataclass(slots=True)
class Placed:
    """`x`, `y`, `z`: middle of the lower front edge, cm. Angles in degrees; `pitch` leans back, 90 lies on its back."""

    item: StockedPack
    x: float
    y: float
    z: float
    scale: float = 1.0
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    light: float = 1.0
    turn: int = 0
    behind: bool = False

    @property
    def width(self) -> float:
        return self.item.pack.width_cm * self.scale

    @property
    def height(self) -> float:
        return self.item.pack.height_cm * self.scale

    @property
    def depth(self) -> float:
        return self.item.pack.depth_cm * self.scale


def paint_packs(canvas: Canvas, camera: Camera, packs: list[Placed]) -> None:
    """Farther layers first, within a layer from the sides to the middle, so that nearer faces hide farther ones."""
    eye = camera.eye
    for pack in sorted(packs, key=lambda p: (round(p.z / 3), -abs(p.x - eye[0]), -abs(p.y - eye[1]))):
        _paint_pack(canvas, camera, pack)


def _paint_pack(canvas: Canvas, camera: Camera, pack: Placed) -> None:
    turn = rotation(pack.yaw, pack.pitch, pack.roll)
    foot = np.array([pack.x, pack.y, pack.z])
    corners = foot + (_CORNERS * [pack.width, pack.height, pack.depth]) @ turn.T
    seen, distance = camera.project(corners)
    if distance.min() < NEAR_CM * 2 or not _in_frame(seen, canvas.size_px):
        return
    owner = canvas.new_owner(BEHIND_VISIBLE_FROM if pack.behind else FRONT_VISIBLE_FROM)
    body = pack.item.form.body
    if body is Body.BOX:
        _paint_box(canvas, pack, seen, owner)
    elif body is Body.ROUND and pack.pitch == 0:
        _paint_round(canvas, camera, pack, owner)
    else:
        _paint_sheet(canvas, camera, pack, corners, turn, owner)


def _in_frame(seen: np.ndarray, size_px: int) -> bool:
    (left, top), (right, bottom) = seen.min(0), seen.max(0)
    return right > 0 and bottom > 0 and left < size_px and top < size_px


def _paint_box(canvas: Canvas, pack: Placed, seen: np.ndarray, owner: int) -> None:
    drawings = {
        "top": (pack.item.top, 1.12),
        "left": (pack.item.side, 0.72),
        "right": (pack.item.side, 0.8),
        "front": (pack.item.face(0), 1.0),
    }
    for face, (sprite, light) in drawings.items():
        corners = seen[list(_FACES[face])]
        if _faces_camera(corners) and not (pack.behind and face in ("left", "right")):
            canvas.paint(sprite, corners, pack.light * light, owner)


def _faces_camera(corners: np.ndarray) -> bool:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    return (x2 - x0) * (y3 - y1) - (x3 - x1) * (y2 - y0) > 1.0


def _paint_sheet(canvas: Canvas, camera: Camera, pack: Placed, corners: np.ndarray, turn: np.ndarray, owner: int) -> None:
    """A soft or flat pack: its back, darker, then its front half way out, which gives it thickness from aside."""
    front = corners[:4]
    inward = turn @ np.array([0, 0, -pack.depth])
    sprite = pack.item.face(0)
    if pack.item.form.body is Body.SOFT and not pack.behind:
        canvas.paint(sprite, camera.project(front + 0.7 * inward)[0], pack.light * 0.55, owner)
        canvas.paint(sprite, camera.project(front + 0.45 * inward)[0], pack.light * 0.72, owner)
    canvas.paint(sprite, camera.project(front + 0.25 * inward)[0], pack.light, owner)


def _paint_round(canvas: Canvas, camera: Camera, pack: Placed, owner: int) -> None:
    """A turned body: flat when seen level, in strips around its axis when seen from above or below, with its lid."""
    radius = pack.width / 2
    axis = np.array([pack.x, pack.y, pack.z - radius])
    toward = camera.eye - axis
    level = np.hypot(toward[0], toward[2])
    aside, out = np.array([toward[2], 0, -toward[0]]) / level, np.array([toward[0], 0, toward[2]]) / level
    up = np.array([0, pack.height, 0])
    sprite = pack.item.face(pack.turn)
    steepness = abs(toward[1] - pack.height / 2) / level
    bulge_px = steepness * radius * camera.focal_px / level
    if bulge_px < 1.5 or pack.behind:
        points = np.array([axis - radius * aside + up, axis + radius * aside + up, axis + radius * aside, axis - radius * aside])
        canvas.paint(sprite, camera.project(points)[0], pack.light, owner)
    else:
        _paint_bent(canvas, camera, pack, axis, aside, out, owner)
    if toward[1] > pack.height:
        _paint_lid(canvas, camera, pack, axis + up, radius * _RIM.get(pack.item.form.name, 0.5), owner)


def _paint_bent(
    canvas: Canvas, camera: Camera, pack: Placed, axis: np.ndarray, aside: np.ndarray, out: np.ndarray, owner: int
) -> None:
    """In strips around the near half, each a flat piece; they overlap a little, or the seams would show."""
    radius, up = pack.width / 2, np.array([0, pack.height, 0])
    bows = []
    for share in np.linspace(-1, 1, _STRIPS):
        base = axis + radius * (share * aside + np.sqrt(1 - share**2) * out)
        bows.append(np.stack([base + up, base]))
    seen, _ = camera.project(np.array(bows))
    for left, right, at in zip(seen[:-1], seen[1:], range(_STRIPS - 1), strict=True):
        grow = (right - left) * 0.02
        quad = np.array([left[0] - grow[0], right[0] + grow[0], right[1] + grow[1], left[1] - grow[1]])
        canvas.paint(pack.item.strip(pack.turn, at, _STRIPS - 1), quad, pack.light, owner)


def _paint_lid(canvas: Canvas, camera: Camera, pack: Placed, middle: np.ndarray, radius: float, owner: int) -> None:
    angles = np.arange(14) / 14 * 2 * np.pi
    rim = middle + radius * np.stack([np.cos(angles), np.zeros(14), np.sin(angles)], 1)
    seen, _ = camera.project(rim)
    if np.ptp(seen[:, 1]) < 1.5:
        return
    color = pack.item.pack.cap_color * pack.light
    canvas.fill(seen, color * 0.75, owner)
    canvas.fill(seen.mean(0) + (seen - seen.mean(0)) * 0.86, color * 1.08, owner)
