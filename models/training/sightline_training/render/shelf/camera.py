"""A pinhole camera. World and fixtures: x to the right along the shelf, y up, z out of the shelf towards the viewer."""

from dataclasses import dataclass

import numpy as np

NEAR_CM = 5.0


@dataclass(frozen=True)
class Camera:
    eye: np.ndarray
    """Rows: right, down and forward of the camera in world coordinates, (3, 3)."""
    axes: np.ndarray
    focal_px: float
    size_px: int

    def project(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(..., 3) cm to (..., 2) px and the distance along the view (...,) cm; what is nearer than
        NEAR_CM has no meaningful place."""
        seen = (points - self.eye) @ self.axes.T
        depth = seen[..., 2]
        return seen[..., :2] * (self.focal_px / np.maximum(depth, NEAR_CM))[..., None] + self.size_px / 2, depth

    def project_polygon(self, points: np.ndarray) -> np.ndarray:
        """The part of a flat polygon (n, 3) that lies in front of the camera, as (m, 2) px; m may be 0."""
        seen = (points - self.eye) @ self.axes.T
        kept: list[np.ndarray] = []
        for here, after in zip(seen, np.roll(seen, -1, 0), strict=True):
            if here[2] >= NEAR_CM:
                kept.append(here)
            if (here[2] >= NEAR_CM) != (after[2] >= NEAR_CM):
                kept.append(here + (after - here) * ((NEAR_CM - here[2]) / (after[2] - here[2])))
        if len(kept) < 3:
            return np.zeros((0, 2))
        flat = np.array(kept)
        return flat[:, :2] * (self.focal_px / flat[:, 2:]) + self.size_px / 2

    def in_frame(self, origin: np.ndarray, yaw_degrees: float) -> "Camera":
        """The same camera, told in the coordinates of a fixture that stands at `origin`, turned about the vertical."""
        turn = rotation(yaw_degrees, 0, 0)
        return Camera(turn.T @ (self.eye - origin), self.axes @ turn, self.focal_px, self.size_px)


def look_at(eye: np.ndarray, target: np.ndarray, roll_degrees: float, view_degrees: float, size_px: int) -> Camera:
    """`view_degrees` is the angle of view across the square picture."""
    forward = (target - eye) / np.linalg.norm(target - eye)
    right = np.cross(forward, [0.0, 1.0, 0.0])
    right /= np.linalg.norm(right)
    down = np.cross(forward, right)
    c, s = np.cos(np.radians(roll_degrees)), np.sin(np.radians(roll_degrees))
    axes = np.stack([c * right + s * down, c * down - s * right, forward])
    return Camera(eye, axes, size_px / 2 / np.tan(np.radians(view_degrees) / 2), size_px)


def rotation(yaw_degrees: float, pitch_degrees: float, roll_degrees: float) -> np.ndarray:
    """Turn about the vertical, then lean back, then tilt sideways: (3, 3), applied to column vectors."""
    (cy, cp, cr), (sy, sp, sr) = (f(np.radians([yaw_degrees, pitch_degrees, roll_degrees])) for f in (np.cos, np.sin))
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return about_y @ about_x @ about_z
