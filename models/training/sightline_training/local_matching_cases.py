"""Records cases for the test that TypeScript and Python agree: test/fixtures/local-features.

    python -m sightline_training.local_matching_cases ../local-features/1 ../../examples ../../test/fixtures/local-features

Features of catalogue pictures and of products cut out of the shelves of examples/ are written in the stored form of
src/recognition/local-features/encoding.ts; both sides read these bytes, so that they start from equal numbers.
"""

import argparse
import json
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

from .local_matching import LocalFeatures, quantise, verify

MAGIC = b"LFS1"
SIDE = 320
ITEM_KEYPOINTS, CROP_KEYPOINTS = 168, 250

ITEMS = ["wimborel-mint-tea", "wimborel-rosehip-tea", "dunnaby-plum-jam", "pondello-lemon-soda"]
CROPS = [
    ("mint-tea", "wimborel-mint-tea", "plain"),
    ("mint-tea-turned", "wimborel-mint-tea", "turned"),
    ("rosehip-tea-blurred", "wimborel-rosehip-tea", "blurred"),
    ("plum-jam", "dunnaby-plum-jam", "plain"),
    ("lemon-soda", "pondello-lemon-soda", "plain"),
    ("grey", None, "plain"),
]
LIMITS = [0, 1, 2, 3, 4, 6, 12]
"""Keypoints left of a crop, for the cases with hardly any."""


def encode(features: LocalFeatures) -> bytes:
    keypoints = features.keypoints.astype(np.float64)
    quantised = np.stack(
        [
            np.clip(np.floor(keypoints[:, 0] * 64 + 0.5), 0, 65535),
            np.clip(np.floor(keypoints[:, 1] * 64 + 0.5), 0, 65535),
            np.clip(np.floor(keypoints[:, 2] * 512 + 0.5), 0, 65535),
            np.floor(keypoints[:, 3] / (2 * np.pi) * 65536 + 0.5) % 65536,
        ],
        1,
    ).astype("<u2")
    head = MAGIC + struct.pack("<HHHH", len(keypoints), round(features.width), round(features.height), 0)
    body = quantised.tobytes() + features.descriptors.tobytes() + features.colors.tobytes()
    return head + struct.pack("<I", zlib.crc32(body, zlib.crc32(head))) + body


def decode(data: bytes) -> LocalFeatures:
    count, width, height, _, checksum = struct.unpack_from("<HHHHI", data, 4)
    if data[:4] != MAGIC or len(data) != 16 + count * 148 or zlib.crc32(data[16:], zlib.crc32(data[:12])) != checksum:
        raise ValueError("These bytes are no local features, or damaged.")
    quantised = np.frombuffer(data, "<u2", count * 4, 16).reshape(-1, 4).astype(np.float64)
    return LocalFeatures(
        width,
        height,
        (quantised / [64, 64, 512, 65536] * [1, 1, 1, 2 * np.pi]).astype(np.float32),
        np.frombuffer(data, np.uint8, count * 128, 16 + count * 8).reshape(-1, 128),
        np.frombuffer(data, np.uint8, count * 12, 16 + count * 136).reshape(-1, 12),
    )


def first(features: LocalFeatures, count: int) -> LocalFeatures:
    return LocalFeatures(
        features.width,
        features.height,
        features.keypoints[:count],
        features.descriptors[:count],
        features.colors[:count],
    )


def describe(models: Path, limit: int, picture: np.ndarray) -> LocalFeatures:
    """Features of a picture, uint8 BGR [height, width, 3], whose long side fills the frame."""
    session = onnxruntime.InferenceSession(str(models / f"local-features.{SIDE}.onnx"), providers=["CPUExecutionProvider"])
    scale = SIDE / max(picture.shape[:2])
    width, height = (max(1, round(length * scale)) for length in picture.shape[1::-1])
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    frame = cv2.copyMakeBorder(small, 0, SIDE - height, 0, SIDE - width, cv2.BORDER_REPLICATE)
    tensor = np.ascontiguousarray(frame[:, :, ::-1].transpose(2, 0, 1)[None], np.float32) / 255
    outputs = session.run(None, {"image": tensor, "valid": np.array([[width, height]], np.float32)})
    return quantise(width, height, *(output[0] for output in outputs), limit=limit)


def cut(examples: Path, product: str | None, change: str) -> np.ndarray:
    """The first facing of a product on the example shelves, a little larger than its box."""
    if product is None:
        return np.full((192, 192, 3), 128, np.uint8)
    for shelf in json.loads((examples / "truth.json").read_text())["shelves"]:
        for facing in shelf["facings"]:
            if facing["product"] != product:
                continue
            box, picture = facing["box"], cv2.imread(str(examples / shelf["file"]))
            left, top = max(0, round(box["x"] - 4)), max(0, round(box["y"] - 4))
            crop = picture[top : round(box["y"] + box["height"] + 4), left : round(box["x"] + box["width"] + 4)]
            if change == "turned":
                height, width = crop.shape[:2]
                turn = cv2.getRotationMatrix2D((width / 2, height / 2), 20, 0.8)
                return cv2.warpAffine(crop, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
            return cv2.GaussianBlur(crop, (0, 0), 1.2) if change == "blurred" else crop
    raise ValueError(f"{product} is on no shelf.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("models", type=Path)
    parser.add_argument("examples", type=Path)
    parser.add_argument("output", type=Path)
    given = parser.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)

    products = {p["slug"]: p["file"] for p in json.loads((given.examples / "catalog.json").read_text())["products"]}

    def record(name: str, features: LocalFeatures) -> LocalFeatures:
        data = encode(features)
        (given.output / f"{name}.bin").write_bytes(data)
        return decode(data)

    items, crops = {}, {}
    for slug in ITEMS:
        thumbnail = cv2.imread(str(given.examples / products[slug]))
        items[slug] = record(slug, describe(given.models, ITEM_KEYPOINTS, thumbnail))
    for name, slug, change in CROPS:
        picture = cut(given.examples, slug, change)
        crops[f"crop-{name}"] = record(f"crop-{name}", describe(given.models, CROP_KEYPOINTS, picture))

    pairs = [(crop, len(crops[crop].keypoints), slug) for crop in crops for slug in items]
    pairs += [("crop-mint-tea", limit, "wimborel-mint-tea") for limit in LIMITS]
    cases = []
    for crop, limit, slug in pairs:
        score, inliers = verify(first(crops[crop], limit), items[slug])
        cases.append({"query": crop, "keypoints": limit, "item": slug, "score": round(score, 7), "inliers": inliers})
    lines = ",\n  ".join(json.dumps(case) for case in cases)
    (given.output / "cases.json").write_text(f"[\n  {lines}\n]\n")


if __name__ == "__main__":
    main()
