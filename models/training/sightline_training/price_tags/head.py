"""The head for price tags: the maps of product-detector's own heads, from its features, with few channels. 0.1 million parameters."""

from pathlib import Path

import torch
from torch import Tensor, nn

from .features import CHANNELS

_CHANNELS = 48
_INPUTS = (("edges", "fine", "pyramid8"), ("middle", "pyramid16"), ("pyramid32",))


class TagHead(nn.Module):
    """Features, in the order of FEATURES, to three maps (b, 5, s/stride, s/stride), strides 4, 16 and 32, as those of `Detector`."""

    def __init__(self) -> None:
        super().__init__()
        widths = [sum(CHANNELS[name] for name in names) for names in _INPUTS]
        self.levels = nn.ModuleList(_Level(width, split) for width, split in zip(widths, (2, 1, 1), strict=True))

    def forward(self, *features: Tensor) -> list[Tensor]:
        named = dict(zip(CHANNELS, features, strict=True))
        joined = [torch.cat([named[name] for name in names], 1) for names in _INPUTS]
        return [level(x) for level, x in zip(self.levels, joined, strict=True)]


class _Level(nn.Module):
    def __init__(self, width: int, split: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.BatchNorm2d(width, affine=False, momentum=0.03),
            nn.Conv2d(width, _CHANNELS, 1, bias=False),
            nn.BatchNorm2d(_CHANNELS, momentum=0.03),
            nn.ReLU(True),
            nn.Conv2d(_CHANNELS, _CHANNELS, 3, padding=1, bias=False),
            nn.BatchNorm2d(_CHANNELS, momentum=0.03),
            nn.ReLU(True),
        )
        self.out = nn.Conv2d(_CHANNELS, 5 * split**2, 1)
        self.split = split
        # Starts as "nothing here, a box of about e strides", as the heads for products.
        nn.init.zeros_(self.out.weight)
        nn.init.constant_(self.out.bias, 1.0)
        nn.init.normal_(self.out.weight[4 * split**2 :], std=0.01)
        nn.init.constant_(self.out.bias[4 * split**2 :], -3.0)

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.pixel_shuffle(self.out(self.layers(x)), self.split)


def save_head(head: TagHead, path: Path) -> None:
    beside = path.with_suffix(".part")
    torch.save(head.state_dict(), beside)
    beside.replace(path)


def load_head(path: Path) -> TagHead:
    head = TagHead()
    head.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return head
