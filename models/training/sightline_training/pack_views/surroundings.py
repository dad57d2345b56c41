"""What is behind and in front of a pack: shelves of other packs, plain blurs, hands. Float32 RGB."""

import cv2
import numpy as np

from ..render.art.palette import pack_color
from ..render.dice import Dice
from ..render.packs import PackDesign, design, draw_face, sister

SHELF_SIDE = 448


class Surroundings:
    """A pool of shelves, drawn once: drawing one for each view would cost more than the view."""

    def __init__(self, seed: int, shelves: int = 80):
        dice = Dice(seed)
        self._shelves = [_draw_shelf(dice) for _ in range(shelves)]

    def behind(self, side: int, dice: Dice) -> np.ndarray:
        """A square of `side` px: a part of a shelf, more or less out of focus, or a plain wall or floor."""
        if dice.chance(0.2):
            return _plain(side, dice)
        shelf = dice.pick(self._shelves)
        part = int(dice.between(0.3, 1.0) * SHELF_SIDE)
        x, y = dice.whole(0, SHELF_SIDE - part), dice.whole(0, SHELF_SIDE - part)
        picture = cv2.resize(shelf[y : y + part, x : x + part], (side, side), interpolation=cv2.INTER_AREA)
        if dice.chance(0.6):
            picture = cv2.GaussianBlur(picture, (0, 0), dice.between(0.5, 4))
        return picture.astype(np.float32) * dice.between(0.5, 1.1)


def cover_by_hand(canvas: np.ndarray, center: tuple[float, float], size: float, dice: Dice) -> None:
    """Fingers around one side of a pack of `size` px."""
    red = dice.between(90, 240)
    skin = np.array([red, red * dice.between(0.66, 0.82), red * dice.between(0.5, 0.72)])
    toward = dice.between(0, 2 * np.pi)
    along, across = np.array([np.cos(toward), np.sin(toward)]), np.array([-np.sin(toward), np.cos(toward)])
    for finger in range(dice.whole(1, 4)):
        at = np.array(center) + along * size * dice.between(0.42, 0.6) + across * (finger - 1.5) * size * 0.13
        axes = (int(size * dice.between(0.2, 0.34)), max(2, int(size * dice.between(0.05, 0.075))))
        angle = float(np.degrees(toward)) + dice.between(-15, 15)
        color = tuple(float(c) for c in skin * dice.between(0.8, 1.0))
        cv2.ellipse(canvas, (int(at[0]), int(at[1])), axes, angle, 0, 360, color, -1, cv2.LINE_AA)


def _draw_shelf(dice: Dice) -> np.ndarray:
    shelf = np.empty((SHELF_SIDE, SHELF_SIDE, 3), np.uint8)
    shelf[:] = pack_color(dice) * dice.between(0.2, 0.9)
    rows = dice.whole(1, 4)
    for row in range(rows):
        bottom = (row + 1) * SHELF_SIDE // rows
        _fill_board(shelf, bottom - 6, SHELF_SIDE // rows - 12, dice)
        shelf[bottom - 8 : bottom] = dice.whole(60, 235)
    return shelf


def _fill_board(shelf: np.ndarray, floor: int, room: int, dice: Dice) -> None:
    """Runs of facings, often followed by a sister product."""
    x, pack = dice.whole(-30, 10), design(dice.seed())
    while x < SHELF_SIDE:
        height = int(room * dice.between(0.6, 1.0))
        width = max(10, min(room, int(height * pack.width_cm / pack.height_cm)))
        face, alpha = draw_face(pack, width, height)
        for _ in range(dice.whole(1, 4)):
            _paste(shelf, face, alpha, x, floor - height)
            x += width + dice.whole(0, 5)
        pack = sister(pack, dice.seed()) if dice.chance(0.5) else design(dice.seed())


def _paste(shelf: np.ndarray, face: np.ndarray, alpha: np.ndarray, x: int, y: int) -> None:
    left, right = max(0, x), min(shelf.shape[1], x + face.shape[1])
    if right <= left:
        return
    part, cover = face[:, left - x : right - x], alpha[:, left - x : right - x, None] / 255
    below = shelf[y : y + face.shape[0], left:right]
    below[:] = (below * (1 - cover) + part * cover).astype(np.uint8)


def _plain(side: int, dice: Dice) -> np.ndarray:
    coarse = np.float32(pack_color(dice)) + dice.arrays.normal(0, dice.between(2, 40), (4, 4, 3))
    return cv2.resize(coarse.astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC).clip(0, 255)


def neighbour_of(pack: PackDesign, dice: Dice) -> PackDesign:
    """What stands beside a pack: the same, a sister or another product."""
    drawn = dice.random.random()
    return pack if drawn < 0.4 else sister(pack, dice.seed()) if drawn < 0.7 else design(dice.seed())
