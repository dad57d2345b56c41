"""The keypoint graph local-features@2: no trained parameter, everything follows from SIFT (Lowe 2004) and RootSIFT (Arandjelovic 2012).

    python -m sightline_training.local_features ../local-features/2

writes local-features.320.onnx and prints its checksum for the manifest; --sides writes others. Sizes are files of their own, since
the number of keypoints and the pyramid's sizes are constants of the graph (TopK, Slice).

Input: `image` float32 [1, 3, S, S], RGB 0..1, the picture top left with its long side S, the rest filled by repeating its last row
and column; `valid` float32 [1, 2], width and height of the picture in pixels.
Output: `kpts` float32 [1, K, 4], x, y, sigma in pixels, angle in radians with y down; `score` float32 [1, K], |DoG|, falling, 0 is an
empty slot (K is as many as the richest picture has, at most the size's); `desc` float32 [1, K, 128], L2-normalised; `color` float32 [1, K, 12], RGB 0..1 as r4 g4 b4 at four points around.
"""

import argparse
import hashlib
import math
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .fold import fold

SIZES = {128: 300, 192: 300, 320: 450, 448: 600}
"""Side of the input in pixels to keypoints at most. What is found decides the time: 448 px take 10 ms for 100, 30 ms for 600."""

SCALES_PER_OCTAVE = 3
BASE_SIGMA = 1.6
CAMERA_SIGMA = 0.5
"""The blur that a picture is assumed to have."""
MOST_OCTAVES = 5
LEAST_DOG = 0.004
EDGE_RATIO = 10.0
BORDER = 5
PATCH = 16
"""Samples a side of a descriptor's patch, 0.9375 sigma apart: four bins of 3 sigma and half a bin around."""
SAMPLE_STEP = 0.9375
MARGIN = 40
"""Around each level, its edges repeated: as far as a turned patch can reach, so that no point must be kept inside its level."""
ORIENTATION_BINS = 36


class Places(NamedTuple):
    """Where keypoints are in a picture that is sampled, in its pixels; each [n, K, 1]."""

    x: Tensor
    y: Tensor
    sigma: Tensor


class LocalFeatures(nn.Module):
    """Keypoints of pictures of `side` pixels, `keypoints` of them each."""

    def __init__(self, side: int, keypoints: int):
        super().__init__()
        self.side, self.keypoints = side, keypoints
        self.octave_sides = [side >> octave for octave in range(MOST_OCTAVES) if side >> octave >= 16]
        self.sigmas = [BASE_SIGMA * 2 ** (i / SCALES_PER_OCTAVE) for i in range(SCALES_PER_OCTAVE + 3)]
        # The row at which the three blurred levels of each octave begin in the one picture that patches are sampled from.
        self.first_rows = np.cumsum([0] + [SCALES_PER_OCTAVE * (z + 2 * MARGIN) for z in self.octave_sides]).tolist()
        self._register_blurs()
        self._register_descriptor()
        self._register_orientation()
        self.register_buffer("color_grid", grid_of(torch.tensor([-3.0, 3.0, -3.0, 3.0]), torch.tensor([-3.0, -3.0, 3.0, 3.0])))

    def forward(self, image: Tensor, valid: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        levels, found = self._find(image, valid)
        # Most pictures have fewer keypoints than fit, and empty slots would cost as much as filled ones.
        filled = (found[0] > 0).sum(1).max().clamp(min=1)
        score, order = found[0].topk(torch.minimum(filled, torch.tensor(self.keypoints)), dim=1)
        x, y, sigma, scale, first_row = [each.gather(1, order)[:, :, None] for each in found[1:]]
        at = Places(x + MARGIN, y + first_row, sigma)
        angle = self._orient(levels, at)
        descriptors = self._describe(levels, at, angle)
        keypoints = torch.cat([x * scale, y * scale, sigma * scale, angle], -1)
        return keypoints, score, descriptors, self._colors(image, keypoints)

    def _register_blurs(self) -> None:
        for name, blur in (("first", CAMERA_SIGMA), ("further", BASE_SIGMA)):
            sigmas = [math.sqrt(max(sigma**2 - blur**2, 0)) for sigma in self.sigmas]
            radius = math.ceil(3 * sigmas[-1])
            # Eight channels for six levels: ONNX Runtime's depthwise convolution is faster in blocks of eight.
            kernels = [gaussian(sigma, radius) for sigma in [*sigmas, 0, 0]]
            self.register_buffer(f"{name}_blurs", torch.stack(kernels).float()[:, None, :])

    def _register_descriptor(self) -> None:
        at = (np.arange(PATCH) - (PATCH - 1) / 2) * SAMPLE_STEP / 3.0
        share = np.maximum(0, 1 - np.abs(at[:, None] - np.array([-1.5, -0.5, 0.5, 1.5])))
        weight = np.exp(-(at[:, None] ** 2 + at[None] ** 2) / (2 * 2.0**2))
        pool = np.einsum("yi,xj,yx->yxij", share, share, weight).reshape(PATCH * PATCH, 16)
        self.register_buffer("pool", torch.tensor(pool, dtype=torch.float32))
        turns = torch.arange(4) * math.pi / 4
        self.register_buffer("directions", torch.stack([turns.cos(), turns.sin()], 1).float())
        self._register_grid("patch", PATCH + 2, SAMPLE_STEP)

    def _register_orientation(self) -> None:
        self._register_grid("turn", 18, 0.55)
        at = (torch.arange(16) - 7.5) * 0.55
        v, u = torch.meshgrid(at, at, indexing="ij")
        self.register_buffer("turn_weight", torch.exp(-(u**2 + v**2) / (2 * 1.5**2)).reshape(-1))
        apart = np.abs(np.arange(ORIENTATION_BINS)[:, None] - np.arange(ORIENTATION_BINS))
        apart = np.minimum(apart, ORIENTATION_BINS - apart)
        smooth = np.select([apart == 0, apart == 1, apart == 2], [6 / 16, 4 / 16, 1 / 16], 0.0)
        self.register_buffer("smooth", torch.tensor(smooth, dtype=torch.float32))

    def _register_grid(self, name: str, count: int, step: float) -> None:
        at = (torch.arange(count) - (count - 1) / 2) * step
        v, u = torch.meshgrid(at, at, indexing="ij")
        self.register_buffer(f"{name}_grid", grid_of(u.reshape(-1), v.reshape(-1)))

    def _find(self, image: Tensor, valid: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The blurred levels of all octaves, one below the other in one picture, and the candidates of all octaves.

        A candidate is its strength and, in its octave's pixels, x, y, sigma, then the octave's scale, and the row where its level begins.
        """
        grey = image[:, 0:1] * 0.299 + image[:, 1:2] * 0.587 + image[:, 2:3] * 0.114
        levels, candidates = [], []
        blurred = blur(grey, self.first_blurs)
        for number, side in enumerate(self.octave_sides):
            if number > 0:
                blurred = blur(blurred[:, 3:4, ::2, ::2], self.further_blurs)
            framed = F.pad(blurred[:, 1:4], (MARGIN, MARGIN + self.side - side, MARGIN, MARGIN), mode="replicate")
            levels.append(framed.reshape(-1, 1, SCALES_PER_OCTAVE * (side + 2 * MARGIN), self.side + 2 * MARGIN))
            candidates.append(self._extrema(blurred, number, valid))
        return torch.cat(levels, 2), [torch.cat(each, 1) for each in zip(*candidates)]

    def _extrema(self, blurred: Tensor, octave: int, valid: Tensor) -> list[Tensor]:
        side, scale = self.octave_sides[octave], 2.0**octave
        dog = blurred[:, 1:] - blurred[:, :-1]
        strength = dog.abs()
        around = F.max_pool2d(strength, 3, 1, 1)
        highest = torch.maximum(torch.maximum(around[:, 0:3], around[:, 1:4]), around[:, 2:5])
        middle = strength[:, 1:4]
        peaks = torch.where((middle >= highest) & (middle > LEAST_DOG), middle, torch.zeros_like(middle))
        peaks = F.pad(peaks[:, :, BORDER:-BORDER, BORDER:-BORDER], (BORDER,) * 4)
        share = 1.25 if octave == 0 else 0.8 / 1.6 ** (octave - 1)
        value, place = peaks.flatten(1).topk(min(int(self.keypoints * share), side * side), dim=1, sorted=False)
        level = place // (side * side)
        rest = place - level * (side * side)
        row = rest // side
        column = rest - row * side
        refined, dx, dy, ds, is_corner = refine(dog.flatten(1), side, place + side * side)
        x, y = column.float() + dx, row.float() + dy
        sigma = BASE_SIGMA * torch.exp((level.float() + 1 + ds) * (math.log(2) / SCALES_PER_OCTAVE))
        is_inside = (x * scale > 1) & (y * scale > 1) & (x * scale < valid[:, 0:1] - 2) & (y * scale < valid[:, 1:2] - 2)
        kept = torch.where((value > 0) & is_corner & is_inside, refined, torch.zeros_like(refined))
        first_row = (level * (side + 2 * MARGIN) + self.first_rows[octave] + MARGIN).float()
        return [kept, x, y, sigma, torch.full_like(x, scale), first_row]

    def _orient(self, levels: Tensor, at: Places) -> Tensor:
        """[n, K, 1]: the strongest direction of the gradient around a keypoint, refined by a parabola."""
        samples = sample(levels, self.turn_grid, at, torch.ones_like(at.x), torch.zeros_like(at.x))
        gx, gy = gradients(samples.reshape(-1, 18, 18))
        strength = (gx * gx + gy * gy + 1e-12).sqrt() * self.turn_weight
        # Without atan2, which ONNX lacks: -pi/2 to 3 pi/2.
        angle = torch.atan(gy / torch.where(gx.abs() < 1e-8, torch.full_like(gx, 1e-8), gx)) + torch.where(gx < 0, math.pi, 0.0)
        bins = angle * (ORIENTATION_BINS / (2 * math.pi)) + ORIENTATION_BINS
        floor = bins.floor()
        low = floor.long()
        for _ in range(2):
            low = torch.where(low >= ORIENTATION_BINS, low - ORIENTATION_BINS, low)
        high = torch.where(low == ORIENTATION_BINS - 1, torch.zeros_like(low), low + 1)
        histogram = strength[:, :ORIENTATION_BINS] * 0
        histogram = histogram.scatter_add(1, low, strength * (1 - (bins - floor)))
        histogram = histogram.scatter_add(1, high, strength * (bins - floor)) @ self.smooth
        best = histogram.argmax(1, keepdim=True)
        last = ORIENTATION_BINS - 1
        left = histogram.gather(1, torch.where(best == 0, torch.full_like(best, last), best - 1))
        right = histogram.gather(1, torch.where(best == last, torch.zeros_like(best), best + 1))
        offset = 0.5 * (left - right) / (left + right - 2 * histogram.gather(1, best) - 1e-12)
        return ((best.float() + offset) * (2 * math.pi / ORIENTATION_BINS)).reshape(*at.x.shape)

    def _describe(self, levels: Tensor, at: Places, angle: Tensor) -> Tensor:
        """[n, K, 128]: directions of the gradient in 4 x 4 cells around a keypoint, turned by its angle."""
        patches = self._cut_patches(levels, at, angle)
        gx, gy = (each[:, None, :] for each in gradients(patches))
        strength = (gx * gx + gy * gy + 1e-12).sqrt()
        # cos^8 of the angle to each of eight directions in place of two linear shares: as good, and no scatter. It is the same for
        # opposite directions but for the sign of the cosine, so four are enough, and what is not along one of them is along its opposite.
        along = gx / strength * self.directions[:, 0:1] + gy / strength * self.directions[:, 1:2]
        share = along * along
        share = share * share
        share = share * share * strength
        ahead = torch.where(along > 0, share, torch.zeros_like(share)) @ self.pool
        raw = torch.cat([ahead, share @ self.pool - ahead], 1).reshape(at.x.shape[0], at.x.shape[1], 128)
        unit = (raw / (raw.pow(2).sum(-1, keepdim=True) + 1e-12).sqrt()).clamp(max=0.2)
        return (unit / (unit.sum(-1, keepdim=True) + 1e-9) + 1e-12).sqrt()

    def _cut_patches(self, levels: Tensor, at: Places, angle: Tensor) -> Tensor:
        """[n K, PATCH + 2, PATCH + 2]: grey values around each keypoint, turned by its angle, SAMPLE_STEP sigma apart."""
        return sample(levels, self.patch_grid, at, angle.cos(), angle.sin()).reshape(-1, PATCH + 2, PATCH + 2)

    def _colors(self, image: Tensor, keypoints: Tensor) -> Tensor:
        x, y, sigma, angle = keypoints.split(1, -1)
        at = Places((x + 0.5) / 4 - 0.5, (y + 0.5) / 4 - 0.5, sigma / 4)
        colors = sample(F.avg_pool2d(image, 4), self.color_grid, at, angle.cos(), angle.sin())
        return colors.permute(0, 2, 1, 3).flatten(2)


def gaussian(sigma: float, radius: int) -> Tensor:
    """[2 radius + 1], sums to 1; sigma 0 leaves a picture as it is."""
    at = np.arange(-radius, radius + 1)
    kernel = np.exp(-at * at / (2 * sigma * sigma)) if sigma > 1e-3 else (at == 0) * 1.0
    return torch.tensor(kernel / kernel.sum())


def blur(picture: Tensor, kernels: Tensor) -> Tensor:
    """[n, 6, height, width]: the six levels of an octave."""
    padded = F.pad(picture, (kernels.shape[2] // 2,) * 4, mode="replicate")
    down = F.conv2d(padded, kernels.view(8, 1, -1, 1))
    return F.conv2d(down, kernels.view(8, 1, 1, -1), groups=8)[:, :6]


def refine(dog: Tensor, side: int, center: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Strength at the refined place, its offsets in x, y and scale (at most 0.6), and whether it is a corner rather than an edge.

    A quadratic fit in x and y, and one in scale: the mixed derivatives with scale are left out.
    """
    level = side * side

    def at(ds: int, dy: int, dx: int) -> Tensor:
        return dog.gather(1, center + (ds * level + dy * side + dx))

    value = at(0, 0, 0)
    right, left, below, above, coarser, finer = at(0, 0, 1), at(0, 0, -1), at(0, 1, 0), at(0, -1, 0), at(1, 0, 0), at(-1, 0, 0)
    gx, gy, gs = (right - left) / 2, (below - above) / 2, (coarser - finer) / 2
    hxx, hyy, hss = right + left - 2 * value, below + above - 2 * value, coarser + finer - 2 * value
    hxy = (at(0, 1, 1) + at(0, -1, -1) - at(0, 1, -1) - at(0, -1, 1)) / 4
    determinant, trace = hxx * hyy - hxy * hxy, hxx + hyy
    divisor = torch.where(determinant.abs() < 1e-12, torch.full_like(determinant, 1e-12), determinant)
    dx = (-(hyy * gx - hxy * gy) / divisor).clamp(-0.6, 0.6)
    dy = (-(hxx * gy - hxy * gx) / divisor).clamp(-0.6, 0.6)
    ds = (-gs / torch.where(hss.abs() < 1e-9, torch.full_like(hss, 1e-9), hss)).clamp(-0.6, 0.6)
    refined = (value + 0.5 * (gx * dx + gy * dy + gs * ds)).abs()
    is_corner = (trace * trace * EDGE_RATIO < determinant * (EDGE_RATIO + 1) ** 2) & (determinant > 0)
    return refined, dx, dy, ds, is_corner


def gradients(patches: Tensor) -> tuple[Tensor, Tensor]:
    """Central differences of [m, h, w], flat: two of [m, (h - 2) (w - 2)]."""
    gx = (patches[:, 1:-1, 2:] - patches[:, 1:-1, :-2]).flatten(1)
    gy = (patches[:, 2:, 1:-1] - patches[:, :-2, 1:-1]).flatten(1)
    return gx, gy


def grid_of(u: Tensor, v: Tensor) -> Tensor:
    """[6, 2 m]: what maps the six numbers of a similarity to x and y of the points (u, v), interleaved."""
    none, one = torch.zeros_like(u), torch.ones_like(u)
    x_of = torch.stack([u, -v, one, none, none, none])
    y_of = torch.stack([none, none, none, v, u, one])
    return torch.stack([x_of, y_of], -1).flatten(1).contiguous()


def sample(picture: Tensor, grid: Tensor, at: Places, cos: Tensor, sin: Tensor) -> Tensor:
    """Bilinear samples [n, channels, K, m] of picture [n, channels, height, width] at a grid's points around each place, turned, and scaled by its
    sigma. The picture's edges repeat.

    GridSample and one product of matrices take a third of the time of four Gathers with the arithmetic of their indices.
    """
    height, width = picture.shape[-2:]
    # GridSample counts from -1, the middle of the first pixel, to 1, the middle of the last one.
    wide, high = 2 / (width - 1), 2 / (height - 1)
    a, b = at.sigma * cos, at.sigma * sin
    points = torch.cat([a * wide, b * wide, at.x * wide - 1, a * high, b * high, at.y * high - 1], -1) @ grid
    points = points.reshape(points.shape[0], points.shape[1], -1, 2)
    return F.grid_sample(picture, points, align_corners=True, padding_mode="border")


def export_graph(graph: LocalFeatures, file: Path) -> None:
    """Opset 17, one picture: batches are no faster."""
    names = ["image", "valid", "kpts", "score", "desc", "color"]
    example = (torch.rand(2, 3, graph.side, graph.side), torch.full((2, 2), float(graph.side)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            graph.eval(),
            example,
            file,
            opset_version=17,
            input_names=names[:2],
            output_names=names[2:],
            dynamic_axes={name: {0: "n"} for name in names},
            dynamo=False,
        )
    fold(file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the ONNX files go")
    parser.add_argument("--sides", type=int, nargs="+", choices=SIZES, default=[320], help="px; default 320")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for side in arguments.sides:
        file = arguments.folder / f"local-features.{side}.onnx"
        export_graph(LocalFeatures(side, SIZES[side]), file)
        print(file.name, hashlib.sha256(file.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
