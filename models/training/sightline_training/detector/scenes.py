"""Rendered scenes on disk: one JPEG a scene, and the boxes of a chunk of scenes in one file, written last."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ..render.dice import Dice
from ..render.families.registry import FAMILIES
from ..render.families.scene import Scene
from ..render.stock import Stock

SIZE_PX = 640
CHUNK_SCENES = 50
_LINES = 110
_QUALITY = 93
_CHUNK_SEEDS = 1_000_000
_TINY = ":tiny"


@dataclass(frozen=True)
class SceneFile:
    path: Path
    """float32 (n, 4), px: what is to be found, products or price tags."""
    boxes: np.ndarray
    """Those too small for that: training neither asks for them nor calls them background."""
    tiny: np.ndarray

    def read(self) -> np.ndarray:
        """RGB uint8 (h, w, 3)."""
        image = cv2.imread(str(self.path), cv2.IMREAD_COLOR)
        if image is None:
            raise FileNotFoundError(f"{self.path} cannot be read. Generate the scenes again.")
        return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


Choose = Callable[[Scene], tuple[np.ndarray, np.ndarray]]
"""The boxes of a scene to store: those to find, and those too small for that."""


def products_of(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    return scene.boxes, scene.tiny


def tags_of(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    return scene.tags, scene.tiny_tags


def write_chunk(
    folder: Path,
    seed: int,
    families: dict[str, float],
    count: int = CHUNK_SCENES,
    size_px: int = SIZE_PX,
    choose: Choose = products_of,
) -> bool:
    """Renders one chunk; False when it is there already."""
    done = folder / f"{seed}.npz"
    if done.exists():
        return False
    folder.mkdir(parents=True, exist_ok=True)
    boxes = {}
    for i, (family, scene) in enumerate(render_chunk(seed, families, count, (size_px,))):
        name = f"{seed}-{i:03d}-{family}"
        cv2.imwrite(str(folder / f"{name}.jpg"), scene.image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        boxes[name], boxes[name + _TINY] = choose(scene)
    beside = folder / f"{seed}.part.npz"
    np.savez(beside, **boxes)
    beside.replace(done)
    return True


def render_chunk(seed: int, families: dict[str, float], count: int, sizes_px: Sequence[int]) -> Iterator[tuple[str, Scene]]:
    """Families and scenes, each of one of the sizes. No two chunks share a product, so that splits by seed are disjoint."""
    dice, stock = Dice(seed), Stock(seed * _CHUNK_SEEDS, _LINES)
    for _ in range(count):
        family = dice.pick_weighted(families)
        size_px = sizes_px[0] if len(sizes_px) == 1 else dice.pick(sizes_px)
        yield family, FAMILIES[family](Dice(dice.seed()), stock, size_px)


def list_scenes(folder: Path) -> list[SceneFile]:
    """All whole chunks, in order of seed."""
    return [scene for chunk in sorted(folder.glob("*.npz")) if ".part" not in chunk.name for scene in _read_chunk(chunk)]


def _read_chunk(chunk: Path) -> Iterator[SceneFile]:
    with np.load(chunk) as boxes:
        for name in boxes.files:
            if not name.endswith(_TINY):
                yield SceneFile(chunk.parent / f"{name}.jpg", boxes[name], boxes[name + _TINY])
