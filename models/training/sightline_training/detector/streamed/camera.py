"""Makes rendered views look like photographs of a phone, in batches on the GPU: light, lens, sensor, its software, JPEG.

python -m sightline_training.detector.streamed.camera SCENES OUT.png     # a sheet of views, to look at
"""

import argparse
import random
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .blur import draw_point_spread, soften, spread_light
from .chance import between, happens
from .jpeg import compress
from .light import light

_GROUP = 16
"""So many views share a camera: the same blur, the same steps; light and strengths are of each view alone."""
_PLAIN = 0.3
"""Of the groups: light and contrast alone. The renderer has a camera of its own."""
_GAMMA = 2.2
_RESOLUTIONS = {1.0: 55, 0.5: 4, 0.625: 8, 0.75: 10, 1.25: 10, 1.5: 13}
"""Of what the camera sees, in views: below 1 it is scaled up for the detector, above 1 down."""


def photograph(images: Tensor, dice: random.Random) -> Tensor:
    """Views (b, 3, s, s), 0..1, to the same."""
    return torch.cat([_photograph_group(group, dice) for group in images.split(_GROUP)])


def _photograph_group(images: Tensor, dice: random.Random) -> Tensor:
    if dice.random() < _PLAIN:
        return _tone(images, dice)
    side = images.shape[2]
    share = dice.choices(list(_RESOLUTIONS), list(_RESOLUTIONS.values()))[0]
    images = _resize(images, round(side * share / 16) * 16, dice)
    linear = light(images.clamp(0, 1) ** _GAMMA, dice)
    if dice.random() < 0.65:
        linear = spread_light(linear, draw_point_spread(dice))
    linear = _expose(linear)
    if dice.random() < 0.6:
        linear = _add_noise(linear, dice)
    seen = linear.clamp(0, 1) ** (1 / _GAMMA)
    for step, chance in ((_denoise, 0.35), (_sharpen, 0.45), (_tone, 0.7), (_compress, 0.5), (_compress, 0.2)):
        if dice.random() < chance:
            seen = step(seen, dice)
    return _resize(seen.clamp(0, 1), side, dice).clamp(0, 1)


def _resize(images: Tensor, side: int, dice: random.Random) -> Tensor:
    """Well or badly: without smoothing before, small things become jagged."""
    if images.shape[2] == side:
        return images
    mode = dice.choice(("bilinear", "bicubic"))
    return F.interpolate(images, (side, side), mode=mode, antialias=dice.random() < 0.7, align_corners=False)


def _expose(linear: Tensor) -> Tensor:
    """Too bright or too dark, its white not quite white, its corners darker."""
    linear = linear * torch.exp(between(linear, -0.6, 0.55)) * (1 + between(linear, -0.16, 0.16, 3) * happens(linear, 0.6))
    along = torch.linspace(-1, 1, linear.shape[2], device=linear.device)
    return linear * (1 - between(linear, 0, 0.22) * (along[:, None] ** 2 + along[None] ** 2))


def _add_noise(linear: Tensor, dice: random.Random) -> Tensor:
    """Of light and of the sensor; coarse where the camera has put neighbouring pixels together."""
    coarse = dice.choice((1, 1, 2))
    height, width = (side // coarse for side in linear.shape[2:])
    noise = torch.randn((len(linear), 3, height, width), device=linear.device)
    if coarse > 1:
        noise = F.interpolate(noise, linear.shape[2:], mode="bilinear", align_corners=False) * 1.5
    grey = noise.mean(1, keepdim=True) * 1.7
    noise = noise + (grey - noise) * between(linear, 0, 1)
    deviation = (linear.clamp(min=0) * between(linear, 0, 0.05) ** 2 + between(linear, 0, 0.003) ** 2).sqrt()
    return linear + noise * deviation


def _denoise(seen: Tensor, dice: random.Random) -> Tensor:
    """What differs little from its surroundings is smoothed away: noise, and fine print with it."""
    smooth = soften(seen, dice.uniform(0.8, 2.0))
    detail, least = seen - smooth, between(seen, 0.0, 0.06)
    return smooth + detail.sign() * F.relu(detail.abs() - least)


def _sharpen(seen: Tensor, dice: random.Random) -> Tensor:
    return seen + (seen - soften(seen, dice.uniform(0.6, 2.2))) * between(seen, 0.2, 1.6)


def _tone(seen: Tensor, dice: random.Random) -> Tensor:
    """Contrast and colour as the software likes them: shadows lifted and lights held back, or crushed and blown."""
    if dice.random() < 0.35:
        around = F.interpolate(F.avg_pool2d(seen.mean(1, keepdim=True), 16), seen.shape[2:], mode="bilinear", align_corners=False)
        seen = seen + (0.5 - around) * between(seen, 0, 0.5)
    seen = seen.clamp(0, 1) ** torch.exp(between(seen, -0.45, 0.45))
    low, high = between(seen, -0.12, 0.14) * happens(seen, 0.6), 1 + between(seen, -0.2, 0.15) * happens(seen, 0.6)
    seen = (seen - low) / (high - low)
    smooth = seen.clamp(0, 1)
    smooth = smooth * smooth * (3 - 2 * smooth)
    seen = seen + (smooth - seen) * between(seen, -0.5, 0.7)
    grey = seen.mean(1, keepdim=True)
    colour = between(seen, 0.4, 1.5) * (1 - happens(seen, 0.04))
    return (grey + (seen - grey) * colour).clamp(0, 1)


def _compress(seen: Tensor, dice: random.Random) -> Tensor:
    return compress(seen.clamp(0, 1), between(seen, 25, 95))


def main() -> None:
    from ..scenes import list_scenes

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenes", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    dice = random.Random(options.seed)
    torch.manual_seed(options.seed)
    pictures = [scene.read()[:512, :512] for scene in dice.sample(list_scenes(options.scenes), 3 * _GROUP)]
    views = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 255
    _write_sheet(photograph(views, dice), options.out)


def _write_sheet(views: Tensor, out: Path) -> None:
    import cv2

    rows = [torch.cat(list(row), 2) for row in views.split(8)]
    sheet = (torch.cat(rows, 1).permute(1, 2, 0) * 255).round().byte().numpy()
    cv2.imwrite(str(out), cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR))


if __name__ == "__main__":
    main()
