"""Text in fonts with free licences, from Debian packages (README, "Fonts"). The list is fixed: the same seed must not draw
another picture on a machine with more fonts."""

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

_ROOT = Path("/usr/share/fonts")
_TRUETYPE = [
    "dejavu/DejaVuSans-Bold",
    "dejavu/DejaVuSerif-Bold",
    "dejavu/DejaVuSans",
    "lato/Lato-Black",
    "lato/Lato-Bold",
    "lato/Lato-Light",
    "quicksand/Quicksand-Bold",
    "comfortaa/Comfortaa-Bold",
    "leckerli-one/LeckerliOne-Regular",
]
_OPENTYPE = [
    "bebas-neue/BebasNeue-Bold",
    "bebas-neue/BebasNeue-Book",
    "lobster/lobster",
    "roboto/slab/RobotoSlab-Bold",
    "roboto/slab/RobotoSlab-Light",
    "cabin/Cabin-Bold",
    "cabin/Cabin-SemiBoldItalic",
]
FONTS = [f"truetype/{name}.ttf" for name in _TRUETYPE] + [f"opentype/{name}.otf" for name in _OPENTYPE]
SMALL_PRINT = FONTS[2]
_DRAWN_AT_PX = 96


@lru_cache(maxsize=64)
def _load(font: str) -> ImageFont.FreeTypeFont:
    path = _ROOT / font
    if not path.exists():
        raise FileNotFoundError(
            f"The font {path} is missing. Install the Debian packages that models/training/README.md names under Fonts."
        )
    return ImageFont.truetype(str(path), _DRAWN_AT_PX)


@lru_cache(maxsize=512)
def text_mask(text: str, font: str) -> np.ndarray:
    """Coverage 0..255 (h, w) uint8, tight around the glyphs, about 96 px high. Drawn once and scaled by whoever prints it."""
    face = _load(font)
    left, top, right, bottom = face.getbbox(text)
    image = Image.new("L", (max(4, right - left + 4), max(4, bottom - top + 4)), 0)
    ImageDraw.Draw(image).text((2 - left, 2 - top), text, fill=255, font=face)
    return np.asarray(image)


def print_text(
    image: np.ndarray, text: str, font: str, box: tuple[float, float, float, float], color: np.ndarray, stretch: float = 1.35
) -> None:
    """Fits the text into `box` (left, top, width, height in px) and centres it there. `stretch` limits their distortion."""
    height, width = image.shape[:2]
    left, top, box_width, box_height = box
    mask = text_mask(text, font)
    aspect = mask.shape[1] / mask.shape[0]
    fitted = box_width / max(box_height, 1e-6)
    text_width = min(box_width, box_height * aspect * stretch) if fitted > aspect else box_width
    text_height = min(box_height, text_width / aspect * stretch)
    x0, y0 = int(left + (box_width - text_width) / 2), int(top + (box_height - text_height) / 2)
    w, h = int(round(text_width)), int(round(text_height))
    if w < 3 or h < 3:
        return
    mask = cv2.resize(mask, (w, h), interpolation=cv2.INTER_AREA if h < _DRAWN_AT_PX else cv2.INTER_CUBIC)
    x1, y1, cx, cy = min(width, x0 + w), min(height, y0 + h), max(0, x0), max(0, y0)
    if x1 <= cx or y1 <= cy:
        return
    weight = mask[cy - y0 : y1 - y0, cx - x0 : x1 - x0, None].astype(np.float32) / 255
    area = image[cy:y1, cx:x1]
    area[:] = area * (1 - weight) + weight * color
