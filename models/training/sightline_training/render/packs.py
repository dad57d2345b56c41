"""Products that do not exist: one seed is one product identity.

    pack = design(7)
    rgb, alpha = draw_face(pack, 180, 240)          # its front
    other = sister(pack, 1)                         # same brand and arrangement, another flavour

Everything here is pure: the same design and size give the same pixels, and a design drawn at another size is the same picture.
Light, perspective and blur are not the pack's: `shelf/` and `finish.py` add them.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from .art.label import LabelDesign, draw_back, draw_front
from .art.palette import grey, hsv, ink_on, make_palette, pack_color
from .art.words import make_amount, make_brand, make_claim, make_phrase
from .dice import Dice
from .forms import FORMS, Body, Form, cap_share, outline
from .surface import shade_face

Drawing = tuple[np.ndarray, np.ndarray]
"""RGB uint8 (h, w, 3) and coverage uint8 (h, w): 0 outside the pack, 255 on it, between on edges and on glass."""


@dataclass(frozen=True)
class PackDesign:
    """One product identity. `width_cm` and `height_cm` are those of the front."""

    seed: int
    form: Form
    width_cm: float
    height_cm: float
    depth_cm: float
    label: LabelDesign
    """Opacity of the body where no label is: 255 for anything but clear glass and plastic."""
    body_opacity: int
    body_color: np.ndarray
    cap_color: np.ndarray
    """Decides outline, cap and folds: shared by sisters, who come in the same pack."""
    shape_seed: int

    @property
    def is_box(self) -> bool:
        return self.form.body is Body.BOX


def design(seed: int, form: str | None = None) -> PackDesign:
    """A random product. `form` is a name in `forms.FORMS`; chance chooses when it is left out."""
    dice = Dice(seed)
    drawn = dice.pick_weighted({f.name: f.weight for f in FORMS.values()})
    shape = FORMS[form or drawn]
    height = _log_between(dice, *shape.height_cm)
    width = height * _log_between(dice, *shape.width_to_height)
    palette = make_palette(dice)
    clear = dice.chance(shape.see_through)
    return PackDesign(
        seed=seed,
        form=shape,
        width_cm=width,
        height_cm=height,
        depth_cm=width * dice.between(*shape.depth_to_width),
        label=LabelDesign(
            palette=palette,
            brand=make_brand(dice),
            product=make_phrase(dice, dice.whole(1, 2)),
            flavour=make_phrase(dice, dice.whole(1, 2)),
            amount=make_amount(dice),
            claim=make_claim(dice),
            layout_seed=dice.seed(),
            flavour_seed=dice.seed(),
        ),
        body_opacity=dice.whole(120, 215) if clear else 255,
        body_color=_drink_color(dice) if clear or shape.name == "bottle" and dice.chance(0.5) else palette.base,
        cap_color=grey(dice, 140, 200) if shape.name == "can" else pack_color(dice),
        shape_seed=dice.seed(),
    )


def sister(pack: PackDesign, seed: int) -> PackDesign:
    """Another flavour: same form, size, brand and arrangement; other words, picture and accent, for some lines another ground."""
    dice = Dice(pack.seed * 1_000_003 + seed + 1)
    palette = replace(pack.label.palette, accent=pack_color(dice))
    by_ground = Dice(pack.label.layout_seed).chance(0.4)
    if by_ground:
        base = pack_color(dice)
        palette = replace(palette, base=base, ink=ink_on(base, dice))
    label = replace(pack.label, palette=palette, flavour=make_phrase(dice, dice.whole(1, 2)), flavour_seed=dice.seed())
    clear = pack.body_opacity < 255
    return replace(
        pack,
        seed=dice.seed(),
        label=label,
        body_color=_drink_color(dice) if clear else palette.base if by_ground else pack.body_color,
    )


def draw_face(pack: PackDesign, width: int, height: int, turn_degrees: float = 0.0) -> Drawing:
    """The pack from the front, tight in its frame. `turn_degrees` turns round packs about their axis; other packs ignore it."""
    width, height = max(8, width), max(8, height)
    dice = Dice(pack.shape_seed)
    half = outline(pack.form, dice, height)
    across = (np.arange(width) + 0.5) / width * 2 - 1
    """-1 at the left edge of the body, 1 at the right one, at each pixel."""
    place = across[None] / half[:, None]
    alpha = np.clip((1 - np.abs(place)) * half[:, None] * width / 2 + 0.5, 0, 1) * 255
    cap = cap_share(pack.form, dice)
    image, labelled = _dress(pack, dice, place, cap, turn_degrees)
    if pack.body_opacity < 255:
        alpha *= np.where(labelled, 1, pack.body_opacity / 255)
    shaded = shade_face(image, place, pack.form, cap, dice)
    if pack.form.can_hang and pack.form.body is Body.FLAT:
        cv2.ellipse(alpha, (width // 2, int(0.05 * height)), (max(1, width // 16), max(1, height // 70)), 0, 0, 360, 0, -1)
    return shaded, alpha.clip(0, 255).astype(np.uint8)


def draw_side(pack: PackDesign, width: int, height: int) -> np.ndarray:
    """The narrow side of a box: RGB uint8 (height, width, 3). What other forms show from aside is their face, seen turned."""
    return draw_back(pack.label, max(4, width), max(4, height))


def draw_top(pack: PackDesign, width: int, height: int) -> np.ndarray:
    """The top of a box: its ground with the brand. RGB uint8 (height, width, 3)."""
    dice = Dice(pack.label.layout_seed + 2)
    image = np.empty((max(4, height), max(4, width), 3), np.uint8)
    image[:] = pack.label.palette.base if dice.chance(0.7) else pack.label.palette.second
    if dice.chance(0.6):
        image[:, int(0.2 * width) : int(0.8 * width)] = pack.label.palette.logo
    return image


def _dress(pack: PackDesign, dice: Dice, place: np.ndarray, cap: float, turn_degrees: float) -> tuple[np.ndarray, np.ndarray]:
    """The unlit surface, float32 (h, w, 3), and where the label is, bool (h, w)."""
    height, width = place.shape
    image = np.empty((height, width, 3), np.float32)
    image[:] = pack.body_color
    top, bottom = _label_rows(pack.form, dice, cap)
    first, last = int(top * height), max(int(top * height) + 4, int(bottom * height))
    rows = min(last, height) - first
    if pack.form.body is Body.ROUND:
        image[first : first + rows] = _wrap(pack, place[first : first + rows], turn_degrees)
    else:
        image[first : first + rows] = draw_front(pack.label, width, rows)
    if cap > 0:
        image[: max(1, int(cap * height))] = pack.cap_color
    labelled = np.zeros((height, width), bool)
    labelled[first : first + rows] = True
    labelled[: int(cap * height)] = True
    return image, labelled


def _wrap(pack: PackDesign, place: np.ndarray, turn_degrees: float) -> np.ndarray:
    """The label around a cylinder as the camera sees it: front on one half, small print on the other."""
    rows, width = place.shape
    around = max(8, int(np.pi / 2 * width))
    strip = np.concatenate([draw_front(pack.label, around, rows), draw_back(pack.label, around, rows)], 1)
    angle = np.arcsin(place.clip(-0.999, 0.999)) + np.radians(turn_degrees)
    column = ((angle / np.pi + 0.5) * around) % (2 * around - 1)
    row = np.repeat(np.arange(rows, dtype=np.float32)[:, None], width, 1)
    return cv2.remap(strip, column.astype(np.float32), row, cv2.INTER_LINEAR)


def _label_rows(form: Form, dice: Dice, cap: float) -> tuple[float, float]:
    """Where the label begins and ends, as shares of the height."""
    top, height = dice.random.random(), dice.random.random()
    if form.name in ("bottle", "jar"):
        start = max(cap + 0.04, 0.3 + 0.15 * top if form.name == "bottle" else cap + 0.05 + 0.12 * top)
        return start, min(0.97, start + 0.22 + 0.4 * height)
    if form.name in ("spray", "jug"):
        return 0.38 + 0.1 * top, 0.85 + 0.12 * height
    return (cap, 1.0) if form.name != "tube" else (0.0, 1.0)


def _drink_color(dice: Dice) -> np.ndarray:
    """Water, oil, cola, juice, wine, green and brown glass."""
    hue, saturation, value = dice.pick(
        [
            (0.55, 0.1, 0.85),
            (0.13, 0.8, 0.8),
            (0.05, 0.7, 0.15),
            (0.08, 0.9, 0.9),
            (0.97, 0.8, 0.35),
            (0.35, 0.6, 0.3),
            (0.07, 0.7, 0.3),
            (0.0, 0.75, 0.6),
            (0.0, 0.0, 0.9),
        ]
    )
    return hsv(hue + dice.between(-0.03, 0.03), saturation, min(1, dice.near(value, 0.25)))


def _log_between(dice: Dice, low: float, high: float) -> float:
    return float(np.exp(dice.between(np.log(low), np.log(high))))
