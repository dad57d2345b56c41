"""The keypoint graph local-features@1: no trained parameter, everything follows from SIFT (Lowe 2004) and RootSIFT (Arandjelovic 2012).

    python -m sightline_training.local_features ../local-features/1

writes local-features.320.onnx and prints its checksum for the manifest; --sides writes others. Sizes are files of their own, since
the number of keypoints and the pyramid's sizes are constants of the graph (TopK, Slice).

Input: `image` float32 [n, 3, S, S], RGB 0..1, the picture top left with its long side S, the rest filled by repeating its last row
and column; `valid` float32 [n, 2], width and height of the picture in pixels.
Output: `kpts` float32 [n, K, 4], x, y, sigma in pixels, angle in radians with y down; `score` float32 [n, K], |DoG|, falling, 0 is an
empty slot (K is as many as the richest picture has, at most the size's); `desc` float32 [n, K, 128], L2-normalised; `color` float32 [n, K, 12], RGB 0..1 as r4 g4 b4 at four points around.
"""

import argparse
import hashlib
import math
import warnings
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

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
PATCH = 20
"""Samples a side of a descriptor's patch, 0.75 sigma apart: four bins of 3 sigma and half a bin around."""
SAMPLE_STEP = 0.75
ORIENTATION_BINS = 36


class LocalFeatures(nn.Module):
    """Keypoints of pictures of `side` pixels, `keypoints` of them each."""

    def __init__(self, side: int, keypoints: int):
        super().__init__()
        self.side, self.keypoints = side, keypoints
        self.octave_sides = [side >> octave for octave in range(MOST_OCTAVES) if side >> octave >= 16]
        self.sigmas = [BASE_SIGMA * 2 ** (i / SCALES_PER_OCTAVE) for i in range(SCALES_PER_OCTAVE + 3)]
        # Where the three blurred levels of each octave begin in the flat array that patches are sampled from.
        self.starts = np.cumsum([0] + [SCALES_PER_OCTAVE * z * z for z in self.octave_sides]).tolist()
        self._register_blurs()
        self._register_descriptor()
        self._register_orientation()
        color_at = torch.tensor([[-3.0, 3.0, -3.0, 3.0], [-3.0, -3.0, 3.0, 3.0]])
        self.register_buffer("color_u", color_at[0].clone())
        self.register_buffer("color_v", color_at[1].clone())

    def forward(self, image: Tensor, valid: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        levels, found = self._find(image, valid)
        # Most pictures have fewer keypoints than fit, and empty slots would cost as much as filled ones.
        filled = (found[0] > 0).sum(1).max().clamp(min=1)
        score, order = found[0].topk(torch.minimum(filled, torch.tensor(self.keypoints)), dim=1)
        x, y, sigma, scale, start, width = [each.gather(1, order)[:, :, None] for each in found[1:]]
        # Position in the flat array of all pictures of the batch. A running sum of ones numbers them: a range would fix the batch size.
        number = (torch.ones_like(score[:, :1]).cumsum(0) - 1).long()[:, :, None]
        start = start.long() + number * self.starts[-1]
        angle = self._orient(levels, start, width, x, y, sigma)
        descriptors = self._describe(levels, start, width, x, y, sigma, angle)
        keypoints = torch.cat([x * scale, y * scale, sigma * scale, angle], -1)
        return keypoints, score, descriptors, self._colors(image, keypoints, number)

    def _register_blurs(self) -> None:
        first = math.sqrt(BASE_SIGMA**2 - CAMERA_SIGMA**2)
        self.first_radius = math.ceil(3 * first)
        self.register_buffer("first_blur", gaussian(first, self.first_radius).float())
        self.radius = math.ceil(3 * math.sqrt(self.sigmas[5] ** 2 - BASE_SIGMA**2))
        further = [math.sqrt(max(sigma**2 - BASE_SIGMA**2, 0)) for sigma in self.sigmas]
        # Eight channels for six levels: ONNX Runtime's depthwise convolution is faster in blocks of eight.
        kernels = [gaussian(sigma, self.radius) for sigma in [*further, 0, 0]]
        self.register_buffer("blurs", torch.stack(kernels).float()[:, None, :])

    def _register_descriptor(self) -> None:
        at = (np.arange(PATCH) - (PATCH - 1) / 2) * SAMPLE_STEP / 3.0
        share = np.maximum(0, 1 - np.abs(at[:, None] - np.array([-1.5, -0.5, 0.5, 1.5])))
        weight = np.exp(-(at[:, None] ** 2 + at[None] ** 2) / (2 * 2.0**2))
        pool = np.einsum("yi,xj,yx->yxij", share, share, weight).reshape(PATCH * PATCH, 16)
        self.register_buffer("pool", torch.tensor(pool, dtype=torch.float32))
        turns = torch.arange(8) * math.pi / 4
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
        self.register_buffer(f"{name}_u", u.reshape(-1).contiguous())
        self.register_buffer(f"{name}_v", v.reshape(-1).contiguous())

    def _find(self, image: Tensor, valid: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The blurred levels of all octaves, flat, and the candidates of all octaves.

        A candidate is its strength and, in its octave's pixels, x, y, sigma, then the octave's scale, where its level begins, and its width.
        """
        grey = image[:, 0:1] * 0.299 + image[:, 1:2] * 0.587 + image[:, 2:3] * 0.114
        octave = blur_once(grey, self.first_blur, self.first_radius)
        levels, candidates = [], []
        for number in range(len(self.octave_sides)):
            blurred = self._blur(octave)
            levels.append(blurred[:, 1:4].flatten(1))
            candidates.append(self._extrema(blurred, number, valid))
            octave = blurred[:, 3:4, ::2, ::2]
        return torch.cat(levels, 1).reshape(-1), [torch.cat(each, 1) for each in zip(*candidates)]

    def _blur(self, octave: Tensor) -> Tensor:
        r = self.radius
        padded = F.pad(octave, (r, r, r, r), mode="replicate")
        down = F.conv2d(padded, self.blurs.view(8, 1, -1, 1))
        return F.conv2d(down, self.blurs.view(8, 1, 1, -1), groups=8)[:, :6]

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
        start = (level * (side * side) + self.starts[octave]).float()
        return [kept, x, y, sigma, torch.full_like(x, scale), start, torch.full_like(x, float(side))]

    def _orient(self, levels: Tensor, start: Tensor, width: Tensor, x: Tensor, y: Tensor, sigma: Tensor) -> Tensor:
        """[n, K, 1]: the strongest direction of the gradient around a keypoint, refined by a parabola."""
        samples = sample(levels, start, width, x + sigma * self.turn_u, y + sigma * self.turn_v)
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
        return ((best.float() + offset) * (2 * math.pi / ORIENTATION_BINS)).reshape(*x.shape)

    def _describe(
        self, levels: Tensor, start: Tensor, width: Tensor, x: Tensor, y: Tensor, sigma: Tensor, angle: Tensor
    ) -> Tensor:
        """[n, K, 128]: directions of the gradient in 4 x 4 cells around a keypoint, turned by its angle."""
        patches = self._cut_patches(levels, start, width, x, y, sigma, angle)
        gx, gy = (each[:, None, :] for each in gradients(patches))
        strength = (gx * gx + gy * gy + 1e-12).sqrt()
        # cos^8 of the angle to each of eight directions in place of two linear shares: as good, and no scatter.
        share = (gx / strength * self.directions[:, 0:1] + gy / strength * self.directions[:, 1:2]).clamp(min=0)
        for _ in range(3):
            share = share * share
        raw = ((share * strength) @ self.pool).reshape(x.shape[0], x.shape[1], 128)
        unit = (raw / (raw.pow(2).sum(-1, keepdim=True) + 1e-12).sqrt()).clamp(max=0.2)
        return (unit / (unit.sum(-1, keepdim=True) + 1e-9) + 1e-12).sqrt()

    def _cut_patches(
        self, levels: Tensor, start: Tensor, width: Tensor, x: Tensor, y: Tensor, sigma: Tensor, angle: Tensor
    ) -> Tensor:
        """[n K, PATCH + 2, PATCH + 2]: grey values around each keypoint, turned by its angle, SAMPLE_STEP sigma apart."""
        cos, sin = angle.cos(), angle.sin()
        u = x + sigma * (cos * self.patch_u - sin * self.patch_v)
        v = y + sigma * (sin * self.patch_u + cos * self.patch_v)
        return sample(levels, start, width, u, v).reshape(-1, PATCH + 2, PATCH + 2)

    def _colors(self, image: Tensor, keypoints: Tensor, number: Tensor) -> Tensor:
        x, y, sigma, angle = keypoints.split(1, -1)
        cos, sin = angle.cos(), angle.sin()
        side = self.side // 4
        small = F.avg_pool2d(image, 4).reshape(-1)
        u = (x + sigma * (cos * self.color_u - sin * self.color_v) + 0.5) / 4 - 0.5
        v = (y + sigma * (sin * self.color_u + cos * self.color_v) + 0.5) / 4 - 0.5
        width = torch.full_like(x, float(side))
        planes = [number * (3 * side * side) + plane * side * side for plane in range(3)]
        return torch.cat([sample(small, plane, width, u, v) for plane in planes], -1)


def gaussian(sigma: float, radius: int) -> Tensor:
    """[2 radius + 1], sums to 1; sigma 0 leaves a picture as it is."""
    at = np.arange(-radius, radius + 1)
    kernel = np.exp(-at * at / (2 * sigma * sigma)) if sigma > 1e-3 else (at == 0) * 1.0
    return torch.tensor(kernel / kernel.sum())


def blur_once(image: Tensor, kernel: Tensor, radius: int) -> Tensor:
    padded = F.pad(image, (radius,) * 4, mode="replicate")
    return F.conv2d(F.conv2d(padded, kernel.view(1, 1, -1, 1)), kernel.view(1, 1, 1, -1))


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


def sample(flat: Tensor, start: Tensor, width: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Bilinear samples [n, K, m] of square pictures that lie in one flat array, each from `start` on, `width` a side; edges repeat."""
    x = torch.minimum(x.clamp(min=0), width - 1.001)
    y = torch.minimum(y.clamp(min=0), width - 1.001)
    x0, y0 = x.floor(), y.floor()
    fx, fy = x - x0, y - y0
    row = width.long()
    at = start + y0.long() * row + x0.long()
    top = flat[at] + (flat[at + 1] - flat[at]) * fx
    bottom = flat[at + row] + (flat[at + row + 1] - flat[at + row]) * fx
    return top * (1 - fy) + bottom * fy


def export_graph(graph: LocalFeatures, file: Path) -> None:
    """Opset 17, any batch size; batches are no faster than single pictures, though."""
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
