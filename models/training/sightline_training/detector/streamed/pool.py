"""Pictures with their boxes on the GPU: photographs, which stay, and rendered scenes, of which new ones replace the oldest.

Of a judged photograph nothing but its boxes is known. Of a background it is known that it has none.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

MOST_BOXES = 640
PRODUCT, TINY, WRONG = 1, 2, 3
"""What a box is: to be found; too small to be found, and no background either; what a person called no product."""


@dataclass(frozen=True)
class Picture:
    """RGB uint8 (s, s, 3), boxes (n, 4) in its px, and what each is (n,)."""

    image: Tensor
    boxes: np.ndarray
    kinds: np.ndarray


class Pool:
    def __init__(self, backgrounds: list[Picture], judged: list[list[Picture]], capacity: int, side_px: int, device: str):
        """`capacity`: scenes it holds. Each group of judged photographs is drawn as often as the others."""
        groups = [backgrounds, *judged]
        self._ends = np.cumsum([0, *map(len, groups)])
        self._photographs = int(self._ends[-1])
        self._capacity = capacity
        count = self._photographs + capacity
        self.images = torch.zeros((count, side_px, side_px, 3), dtype=torch.uint8, device=device)
        self.boxes = torch.zeros((count, MOST_BOXES, 4), device=device)
        self.kinds = torch.zeros((count, MOST_BOXES), dtype=torch.int8, device=device)
        self.scenes = 0
        """How many came, those that were replaced included."""
        # A copy waits for what the GPU has to do before it in the same stream, and the processor waits for the copy.
        self._uploads = torch.cuda.Stream() if self.images.is_cuda else None
        for place, photograph in enumerate(photograph for group in groups for photograph in group):
            self._put(place, photograph)

    def add(self, image: Tensor, boxes: np.ndarray, tiny: np.ndarray) -> None:
        """A scene."""
        kinds = np.repeat(np.int8([PRODUCT, TINY]), [len(boxes), len(tiny)])
        place = self._photographs + self.scenes % self._capacity
        self._put(place, Picture(image, np.concatenate([boxes, tiny]), kinds))
        self.scenes += 1

    def catch_up(self) -> None:
        """Has to follow `add` before the next `draw`."""
        if self._uploads:
            torch.cuda.current_stream().wait_stream(self._uploads)

    def draw(self, scenes: int, backgrounds: int, judged: int, dice: np.random.Generator) -> Tensor:
        """Places of pictures, in this order. New scenes are drawn twice as often as the average one, the oldest ones hardly ever:
        otherwise those that came first, when there were few, would be seen most."""
        there = min(self.scenes, self._capacity)
        age = np.minimum(there * (1 - np.sqrt(dice.random(scenes))), there - 1).astype(int)
        newest = self.scenes - 1
        groups = 1 + np.arange(judged) % max(len(self._ends) - 2, 1)
        parts = [
            self._photographs + (newest - age) % self._capacity,
            dice.integers(0, self._ends[1], backgrounds) if backgrounds else [],
            dice.integers(self._ends[groups], self._ends[groups + 1]) if judged else [],
        ]
        return torch.from_numpy(np.concatenate(parts).astype(np.int64)).to(self.images.device, non_blocking=True)

    def _put(self, place: int, picture: Picture) -> None:
        """Boxes beyond MOST_BOXES are left out. The densest of a thousand scenes has 560."""
        count = min(len(picture.boxes), MOST_BOXES)
        boxes, kinds = torch.zeros((MOST_BOXES, 4)), torch.zeros(MOST_BOXES, dtype=torch.int8)
        boxes[:count], kinds[:count] = torch.from_numpy(picture.boxes[:count]), torch.from_numpy(picture.kinds[:count])
        with torch.cuda.stream(self._uploads):
            self.images[place].copy_(picture.image)
            self.boxes[place].copy_(boxes)
            self.kinds[place].copy_(kinds)
