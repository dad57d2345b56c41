"""The tags and cards on the rail of one board."""

from dataclasses import dataclass

import numpy as np

from ..dice import Dice
from ..shelf.camera import Camera
from ..shelf.canvas import Canvas
from ..shelf.sprite import Sprite
from .designs import Design, draw_card, draw_tag

TAG_VISIBLE_FROM = 0.5
_GLEAM_ALPHA = np.concatenate([np.zeros(12), np.hanning(24), np.zeros(12)]) * 110
_GLEAM = Sprite(np.full((16, 48, 3), 255, np.uint8), np.tile(_GLEAM_ALPHA, (16, 1)).astype(np.uint8))
"""Light on a clear holder."""


@dataclass(frozen=True)
class RailCard:
    sprite: Sprite
    height_cm: float
    is_tag: bool


@dataclass(frozen=True)
class RailTags:
    """What one shop puts on its rails. `gap_cm` is the mean free length between two; 0: they touch."""

    cards: list[RailCard]
    gap_cm: float
    """How far its cards are turned, degrees."""
    untidy: float
    gleam_share: float


def choose_rail_tags(dice: Dice, designs: list[Design]) -> RailTags:
    """One to three designs, several tags of each, and some cards."""
    chosen = [dice.pick(designs) for _ in range(dice.whole(1, 3))]
    cards = []
    for design in chosen:
        aspect, height_cm = dice.between(*design.aspect), dice.between(*design.height_cm)
        cards += [RailCard(Sprite(draw_tag(dice, design, aspect)), height_cm, is_tag=True) for _ in range(dice.whole(3, 6))]
    for _ in range(dice.whole(0, max(1, len(cards) // 3))):
        aspect = float(np.exp(dice.between(np.log(0.7), np.log(5))))
        cards.append(RailCard(Sprite(draw_card(dice, aspect)), dice.between(2.2, 9), is_tag=False))
    return RailTags(cards, dice.pick([0.0, 0.5, 4.0, 10.0, 25.0]), dice.between(0, 3), dice.pick([0.0, 0.0, 0.4]))


def paint_rail_tags(
    canvas: Canvas, camera: Camera, dice: Dice, tags: RailTags, span: tuple[float, float], rail: tuple[float, float]
) -> None:
    """`span` is left and right, `rail` bottom and top, cm. What is higher than the rail hangs from its top or stands on its bottom."""
    (left, right), (bottom, top) = span, rail
    x = left + dice.between(0, 12)
    while x < right:
        card = dice.pick(tags.cards)
        height = card.height_cm * dice.between(0.95, 1.05)
        width = height * card.sprite.aspect
        spare = abs(top - bottom - height) / 2
        middle = np.array([x + width / 2, (bottom + top) / 2 + dice.between(-spare, spare), dice.between(0.4, 1.2)])
        _paint_card(canvas, camera, dice, card, middle, np.array([width, height]), tags)
        x += width + (dice.random.expovariate(1 / tags.gap_cm) if tags.gap_cm else dice.between(0, 0.3))


def _paint_card(
    canvas: Canvas, camera: Camera, dice: Dice, card: RailCard, middle: np.ndarray, size: np.ndarray, tags: RailTags
) -> None:
    turn = np.radians(dice.random.gauss(0, tags.untidy))
    across, up = np.array([np.cos(turn), np.sin(turn), 0.0]), np.array([-np.sin(turn), np.cos(turn), 0.0])
    half = size / 2
    corners = camera.project_polygon(
        np.array([middle + sx * half[0] * across + sy * half[1] * up for sx, sy in ((-1, 1), (1, 1), (1, -1), (-1, -1))])
    )
    if len(corners) != 4:
        return
    owner = canvas.new_owner(TAG_VISIBLE_FROM, is_tag=True) if card.is_tag else 0
    canvas.paint(card.sprite, corners, dice.between(0.9, 1.06), owner)
    if dice.chance(tags.gleam_share):
        canvas.paint(_GLEAM, corners, owner=None)
