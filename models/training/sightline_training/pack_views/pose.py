"""A pack in space and where its faces fall in a picture. Lengths in heights of the pack, x right, y down, z away from the camera."""

from dataclasses import dataclass

import cv2
import numpy as np

from ..render.dice import Dice
from ..render.forms import Body
from ..render.packs import PackDesign, draw_face, draw_side, draw_top

SHARPNESS = 1.15
"""Faces are drawn a little larger than they appear, so that the warp does not blur them."""


@dataclass(frozen=True)
class Pose:
    """Angles in degrees: yaw turns the pack about its upright axis, pitch looks down on it, roll tilts the camera."""

    yaw: float
    pitch: float
    roll: float
    """Camera to pack, in heights of the pack."""
    distance: float
    """Turn of a round pack's label."""
    label_turn: float = 0.0


@dataclass(frozen=True)
class Placed:
    """Corners [4, 2] in pixels of the faces seen, the front last; each is top left, top right, bottom right, bottom left of its face."""

    side: np.ndarray | None
    top: np.ndarray | None
    front: np.ndarray

    @property
    def box(self) -> tuple[float, float, float, float]:
        corners = np.concatenate([face for face in (self.side, self.top, self.front) if face is not None])
        (left, top), (right, bottom) = corners.min(0), corners.max(0)
        return float(left), float(top), float(right), float(bottom)


def photograph_pose(pack: PackDesign, dice: Dice) -> Pose:
    """As held by hand or seen on a shelf: mostly upright, up to 40 degrees aside, sometimes tilted far."""
    tilted = dice.chance(0.25)
    return Pose(
        yaw=dice.between(-40, 40) if pack.is_box else dice.between(-20, 20),
        pitch=dice.between(-8, 30),
        roll=dice.between(-45, 45) if tilted else dice.random.gauss(0, 7),
        distance=dice.between(1.8, 6),
        label_turn=dice.random.gauss(0, 18),
    )


def thumbnail_pose(pack: PackDesign, dice: Dice) -> Pose:
    """As catalogues show packs: from the front, boxes often a little from aside."""
    if dice.chance(0.5) or not pack.is_box:
        return Pose(0, 0, 0, 8)
    return Pose(dice.between(-30, 30), dice.between(0, 8), 0, dice.between(4, 9))


def place(pack: PackDesign, pose: Pose) -> Placed:
    """In pixels for a pack one pixel high; scale and move the corners with `fit`."""
    w, d = pack.width_cm / pack.height_cm / 2, pack.depth_cm / pack.height_cm
    front = np.array([[-w, -0.5, 0], [w, -0.5, 0], [w, 0.5, 0], [-w, 0.5, 0]])
    back = front + [0, 0, d]
    turn = _rotation(pose)

    def seen(face: np.ndarray) -> np.ndarray | None:
        at = (face - [0, 0, d / 2]) @ turn.T
        z = at[:, 2:] + pose.distance
        flat = at[:, :2] / z * pose.distance
        first, second = flat[1] - flat[0], flat[3] - flat[0]
        return flat if first[0] * second[1] - first[1] * second[0] > 1e-4 else None

    shown = seen(front)
    if shown is None:
        raise ValueError(f"A pack turned by {pose} does not show its front.")
    if not pack.is_box:
        return Placed(None, None, shown)
    right = seen(np.stack([front[1], back[1], back[2], front[2]]))
    left = seen(np.stack([back[0], front[0], front[3], back[3]]))
    top = seen(np.stack([back[0], back[1], front[1], front[0]]))
    return Placed(right if right is not None else left, top, shown)


def fit(placed: Placed, scale: float, shift: tuple[float, float]) -> Placed:
    def move(face: np.ndarray | None) -> np.ndarray | None:
        return None if face is None else face * scale + shift

    return Placed(move(placed.side), move(placed.top), move(placed.front))


def paint(canvas: np.ndarray, pack: PackDesign, pose: Pose, placed: Placed, dice: Dice) -> None:
    """Draws the pack over `canvas`, float32 RGB [height, width, 3]. Faces are lit differently."""
    if placed.side is not None:
        face = draw_side(pack, *_size(placed.side))
        _warp(canvas, face * dice.between(0.5, 1.0), None, placed.side)
    if placed.top is not None:
        face = draw_top(pack, *_size(placed.top))
        _warp(canvas, face * dice.between(0.7, 1.2), None, placed.top)
    turn = pose.label_turn if pack.form.body is Body.ROUND else 0.0
    face, alpha = draw_face(pack, *_size(placed.front), turn)
    _warp(canvas, face.astype(np.float32), alpha, placed.front)


def _rotation(pose: Pose) -> np.ndarray:
    yaw, pitch, roll = np.radians([pose.yaw, pose.pitch, pose.roll])
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return about_z @ about_x @ about_y


def _size(corners: np.ndarray) -> tuple[int, int]:
    """Width and height to draw a face at."""
    edges = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    width, height = max(edges[0], edges[2]), max(edges[1], edges[3])
    return max(8, int(width * SHARPNESS)), max(8, int(height * SHARPNESS))


def _warp(canvas: np.ndarray, face: np.ndarray, alpha: np.ndarray | None, corners: np.ndarray) -> None:
    height, width = face.shape[:2]
    source = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    through = cv2.getPerspectiveTransform(source, np.float32(corners))
    if alpha is None:
        alpha = np.full((height, width), 255, np.uint8)
    size = (canvas.shape[1], canvas.shape[0])
    # Colours are warped with repeated edges and the coverage on its own: black from outside would darken the outline.
    color = cv2.warpPerspective(np.float32(face), through, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.warpPerspective(alpha.astype(np.float32) / 255, through, size, flags=cv2.INTER_LINEAR)[..., None]
    canvas *= 1 - cover
    canvas += color * cover
