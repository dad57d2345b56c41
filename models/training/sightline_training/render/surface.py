"""Light and relief that belong to the pack itself: roundness, folds, seams, edges. Float32 in, uint8 out."""

import cv2
import numpy as np

from .dice import Dice
from .forms import Body, Form


def shade_face(image: np.ndarray, place: np.ndarray, form: Form, cap: float, dice: Dice) -> np.ndarray:
    """`place` is -1..1 across the body at each pixel (h, w); `cap` the cap's share of the height. Returns RGB uint8."""
    light = np.ones(place.shape, np.float32)
    gleam = np.zeros(place.shape, np.float32)
    if form.body is Body.ROUND:
        _round(light, gleam, place, dice)
    elif form.body is Body.SOFT:
        _folds(light, gleam, place, dice)
    else:
        _edges(light, dice)
    if form.name == "multipack":
        _lobes(light, dice)
    if form.name == "blister":
        _bubble(light, gleam, dice)
    if cap > 0:
        _rim(light, cap)
    return np.clip(image * light[..., None] + gleam[..., None], 0, 255).astype(np.uint8)


def _round(light: np.ndarray, gleam: np.ndarray, place: np.ndarray, dice: Dice) -> None:
    toward, depth = dice.between(-0.35, 0.35), dice.between(0.3, 0.6)
    light *= (1.08 - depth * np.clip(np.abs(place - toward) / (1 + abs(toward)), 0, 1) ** 2.2).clip(0.25, 1.2)
    down = np.linspace(0, 1, place.shape[0])[:, None]
    for _ in range(dice.whole(0, 2)):
        at, wide, strong = dice.between(-0.7, 0.7), dice.between(0.03, 0.12), dice.between(20, 100)
        start, end = dice.between(0, 0.3), dice.between(0.7, 1)
        gleam += strong * np.exp(-(((place - at) / wide) ** 2)) * ((down > start) & (down < end))


def _folds(light: np.ndarray, gleam: np.ndarray, place: np.ndarray, dice: Dice) -> None:
    """Creases of film: soft bumps, a few sharp ones, pressed seams at the ends."""
    height, width = place.shape
    bumps = dice.arrays.normal(0, dice.between(0.05, 0.16), (7, 5)).astype(np.float32)
    light += cv2.resize(bumps, (width, height), interpolation=cv2.INTER_CUBIC)
    light *= (1.05 - 0.3 * np.abs(place) ** 3).clip(0.4, 1.2)
    creases = np.zeros((height, width), np.float32)
    for _ in range(dice.whole(1, 7)):
        start = (int(dice.random.random() * width), int(dice.random.random() * height))
        end = (int(start[0] + dice.between(-0.35, 0.35) * width), int(start[1] + dice.between(-0.25, 0.25) * height))
        cv2.line(creases, start, end, dice.between(-0.5, 0.7), max(1, width // 40), cv2.LINE_AA)
    light += cv2.GaussianBlur(creases, (0, 0), max(0.6, width / 90))
    if dice.chance(0.5):
        gleam += 90 * cv2.GaussianBlur(np.clip(creases, 0, 1), (0, 0), max(0.6, width / 70))
    seam = max(1, int(dice.between(0.03, 0.07) * height))
    if dice.chance(0.75):
        light[:seam] *= dice.between(0.75, 1.2)
        light[:seam:2] *= 0.9
        light[seam : seam + 1] *= 0.65
    if dice.chance(0.5):
        light[-seam:] *= dice.between(0.7, 1.1)


def _edges(light: np.ndarray, dice: Dice) -> None:
    height, width = light.shape
    light *= 1 + dice.between(-0.1, 0.1) * np.linspace(-1, 1, width, dtype=np.float32)[None]
    light *= 1 + dice.between(-0.1, 0.08) * np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    edge = max(1, width // 70)
    dark = dice.between(0.7, 1.0)
    light[:, :edge] *= dark
    light[:, -edge:] *= dark
    light[:edge] *= dice.between(0.85, 1.15)
    light[-edge:] *= dice.between(0.7, 1.0)


def _lobes(light: np.ndarray, dice: Dice) -> None:
    """Cans or rolls that show through shrink film."""
    lobes = dice.whole(2, 4)
    light *= 0.72 + 0.3 * np.abs(np.sin(np.linspace(0, np.pi * lobes, light.shape[1], dtype=np.float32)))[None]


def _bubble(light: np.ndarray, gleam: np.ndarray, dice: Dice) -> None:
    height, width = light.shape
    top = dice.between(0.3, 0.5)
    box = np.s_[int(top * height) : int(0.92 * height), int(0.14 * width) : int(0.86 * width)]
    light[box] *= dice.between(0.8, 0.95)
    gleam[box][: max(1, height // 60)] += 70
    gleam[box][:, : max(1, width // 50)] += 50


def _rim(light: np.ndarray, cap: float) -> None:
    at = int(cap * light.shape[0])
    light[at : at + max(1, light.shape[0] // 90)] *= 0.6
