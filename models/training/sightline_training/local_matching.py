"""Matching and verification of local features: the reference for src/recognition/local-features.

The same arithmetic in the same order: float32 cosines of integer descriptors, everything else in float64. On
test/fixtures/local-features both give the same inliers and scores within 1e-4.
"""

from dataclasses import dataclass

import numpy as np

RATIO = 0.9
MAX_MATCHES = 150
COMMON_SIDE = 448.0
TOLERANCE = 8.0
FIRST_TOLERANCE = 1.5 * TOLERANCE
TOLERANCE_BY_DISTANCE = 0.15
HYPOTHESES = 5
LEAST_MATCHES = 4
LEAST_FOR_AFFINE = 6
LEAST_SCALE, MOST_SCALE = 0.2, 5.0
SCALE_AGREEMENT = 2.0
LEAST_SQUEEZE = 0.35
CHROMA_SIGMA = 0.06
CHROMA_FLOOR = 0.15


@dataclass
class LocalFeatures:
    """Keypoints of one picture, strongest first, empty slots left out."""

    width: float
    """Sides of the picture inside the model's frame, in frame pixels."""
    height: float
    keypoints: np.ndarray
    """[n, 4] float32: x, y, sigma in frame pixels, angle in radians."""
    descriptors: np.ndarray
    """[n, 128] uint8: min(127, round(254 d)) of the L2-normalised descriptor d."""
    colors: np.ndarray
    """[n, 12] uint8: 4 reds, 4 greens, 4 blues."""


def quantise(width, height, keypoints, score, descriptors, colors, limit=None) -> LocalFeatures:
    """Features of one picture from the outputs of the ONNX graph, without the batch axis."""
    count = int((score > 0).sum()) if limit is None else min(limit, int((score > 0).sum()))
    return LocalFeatures(
        float(width),
        float(height),
        keypoints[:count].astype(np.float32),
        np.minimum(127, np.floor(254.0 * descriptors[:count].astype(np.float64) + 0.5)).astype(np.uint8),
        np.clip(np.floor(255.0 * colors[:count].astype(np.float64) + 0.5), 0, 255).astype(np.uint8),
    )


def cosines(query: np.ndarray, item: np.ndarray) -> np.ndarray:
    """[n, 128] and [m, 128] uint8 to [n, m] float32. The products are integers below 2^24, exact in float32."""
    a, b = query.astype(np.float32), item.astype(np.float32)
    one = np.float32(1)
    factor_a = one / np.sqrt(np.maximum(one, (a * a).sum(1, dtype=np.float32)))
    factor_b = one / np.sqrt(np.maximum(one, (b * b).sum(1, dtype=np.float32)))
    return (a @ b.T * factor_a[:, None]) * factor_b[None, :]


def match(query: LocalFeatures, item: LocalFeatures) -> np.ndarray:
    """[k, 2] indexes of keypoints that are each other's nearest and pass the ratio test; nearest first."""
    n, m = len(query.keypoints), len(item.keypoints)
    if n == 0 or m == 0:
        return np.zeros((0, 2), int)
    similar = cosines(query.descriptors, item.descriptors)
    rows = np.arange(n)
    nearest = similar.argmax(1)
    best = similar[rows, nearest]
    mutual = similar.argmax(0)[nearest] == rows
    similar[rows, nearest] = 0
    second = similar.max(1)
    distance = 2 - 2 * best.astype(np.float64)
    passed = (best > 0) & mutual & (distance < RATIO * RATIO * (2 - 2 * second.astype(np.float64)))
    order = np.lexsort((rows[passed], distance[passed]))[:MAX_MATCHES]
    return np.stack([rows[passed], nearest[passed]], 1)[order]


def color_agreement(query: LocalFeatures, item: LocalFeatures, matches: np.ndarray) -> np.ndarray:
    """0..1 for each match, from the chromaticity at four points around both keypoints."""

    def chroma(colors):
        rgb = colors.astype(np.float64).reshape(-1, 3, 4) / 255
        return rgb[:, :2] / (rgb.sum(1, keepdims=True) + CHROMA_FLOOR)

    difference = chroma(query.colors[matches[:, 0]]) - chroma(item.colors[matches[:, 1]])
    return np.exp(-(difference**2).mean((1, 2)) / (2 * CHROMA_SIGMA**2))


def fit_similarity(a, b, w):
    """Least squares of b ~ M a + t for a turn, one scale and a shift: [2, 3], or None when all points are one."""
    mean_a, mean_b = (a * w[:, None]).sum(0) / w.sum(), (b * w[:, None]).sum(0) / w.sum()
    da, db = a - mean_a, b - mean_b
    spread = (w * (da * da).sum(1)).sum()
    if not spread > 1e-9:
        return None
    p = (w * (da * db).sum(1)).sum() / spread
    q = (w * (da[:, 0] * db[:, 1] - da[:, 1] * db[:, 0])).sum() / spread
    linear = np.array([[p, -q], [q, p]])
    return np.c_[linear, mean_b - linear @ mean_a]


def fit_affine(a, b, w):
    """Likewise for any linear map that neither mirrors nor squeezes as no view does."""
    mean_a, mean_b = (a * w[:, None]).sum(0) / w.sum(), (b * w[:, None]).sum(0) / w.sum()
    da, db = a - mean_a, b - mean_b
    second = (da * w[:, None]).T @ da
    spread = second[0, 0] * second[1, 1] - second[0, 1] ** 2
    if not spread >= 1e-6 * np.trace(second) ** 2 or spread == 0:
        return None
    inverse = np.array([[second[1, 1], -second[0, 1]], [-second[1, 0], second[0, 0]]]) / spread
    linear = ((db * w[:, None]).T @ da) @ inverse
    determinant = linear[0, 0] * linear[1, 1] - linear[0, 1] * linear[1, 0]
    squares = (linear**2).sum()
    root = np.sqrt(max(0.0, squares**2 - 4 * determinant**2))
    if determinant <= 0 or squares - root < LEAST_SQUEEZE**2 * (squares + root):
        return None
    return np.c_[linear, mean_b - linear @ mean_a]


def refine(a, b, w, inliers):
    """Similarity twice, then affine twice, each fitted to the inliers of the one before."""
    for step in range(4):
        affine = step >= 2
        if inliers.sum() < (LEAST_FOR_AFFINE if affine else 2):
            return inliers
        fitted = (fit_affine if affine else fit_similarity)(a[inliers], b[inliers], w[inliers])
        if fitted is None:
            return inliers
        error = a @ fitted[:, :2].T + fitted[:, 2] - b
        found = (error**2).sum(1) < (FIRST_TOLERANCE if step == 0 else TOLERANCE) ** 2
        if affine and found.sum() < inliers.sum():
            return inliers
        inliers = found
    return inliers


def verify(query: LocalFeatures, item: LocalFeatures) -> tuple[float, int]:
    """Score (inliers weighted by agreement of their colours) and number of inliers."""
    matches = match(query, item)
    if len(matches) < LEAST_MATCHES:
        return 0.0, 0
    weight = color_agreement(query, item, matches)
    ka, kb = query.keypoints[matches[:, 0]].astype(np.float64), item.keypoints[matches[:, 1]].astype(np.float64)
    scale_a, scale_b = COMMON_SIDE / max(query.width, query.height), COMMON_SIDE / max(item.width, item.height)
    a, b = ka[:, :2] * scale_a, kb[:, :2] * scale_b
    scale, turn = (kb[:, 2] * scale_b) / (ka[:, 2] * scale_a), kb[:, 3] - ka[:, 3]

    # agree[h, i]: pair i fits the similarity that pair h alone fixes.
    cos, sin = (scale * np.cos(turn))[:, None], (scale * np.sin(turn))[:, None]
    dx, dy = a[None, :, 0] - a[:, None, 0], a[None, :, 1] - a[:, None, 1]
    error_x = cos * dx - sin * dy - (b[None, :, 0] - b[:, None, 0])
    error_y = sin * dx + cos * dy - (b[None, :, 1] - b[:, None, 1])
    allowed = FIRST_TOLERANCE + TOLERANCE_BY_DISTANCE * scale[:, None] * np.sqrt(dx * dx + dy * dy)
    agree = error_x**2 + error_y**2 < allowed**2
    agree &= (scale < SCALE_AGREEMENT * scale[:, None]) & (SCALE_AGREEMENT * scale > scale[:, None])

    tried = np.flatnonzero((scale > LEAST_SCALE) & (scale < MOST_SCALE))
    # Summed in the order of the pairs, as the TypeScript does: equal hypotheses must stay equal.
    totals = np.array([np.add.accumulate(weight[agree[h]])[-1] for h in tried]) if len(tried) else np.zeros(0)
    best_score, best_inliers = 0.0, 0
    for h in tried[np.argsort(-totals, kind="stable")][:HYPOTHESES]:
        inliers = refine(a, b, weight, agree[h])
        score = float(weight[inliers].sum())
        if score > best_score:
            best_score, best_inliers = score, int(inliers.sum())
    return best_score, best_inliers
