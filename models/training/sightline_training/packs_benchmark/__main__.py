"""Measures an embedder and local features on packs known from one picture each.

    python -m sightline_training.packs_benchmark --data DIR [--embedder x.onnx] [--local-features y.onnx]
        [--quality native|128|128-degraded|96-degraded] [--splits 3]

DIR is a checkout of the GroceryStoreDataset. Prints JSON: top-1 and top-5 of the embedder alone, of local features alone, fused, and
fused among the 20 packs that look most alike; how many are named by the accept rule and how many of those rightly; how many are named
whose own product is not in the catalogue; everything also for disjoint groups of products, each compared with the whole catalogue, and
as mean and standard deviation over these.
"""

import argparse
import json
import tempfile
from pathlib import Path

import cv2
import numpy as np

from .compare import Setup, compare
from .dataset import read_packs, sample, split_packs
from .features import digest
from .measures import spread, summarise
from .pictures import QUALITIES

MODELS = Path(__file__).resolve().parents[3]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--embedder", type=Path, default=MODELS / "product-embedder/2/product-embedder.int8.onnx")
    parser.add_argument("--local-features", type=Path, default=MODELS / "local-features/2/local-features.320.onnx")
    parser.add_argument("--quality", choices=QUALITIES, default="native", help="of the photographs")
    parser.add_argument("--views", default="0,128", help="long sides in px of the thumbnails compared, 0 as they are; default 0,128")
    parser.add_argument("--stored", type=int, default=168, help="keypoints kept of each view of a thumbnail; default 168")
    parser.add_argument("--cosine-weight", type=float, default=1.0, help="of the cosine beside ln(1 + score); default 1, as in pipelines")
    parser.add_argument("--splits", type=int, default=3, help="disjoint groups of products; default 3")
    parser.add_argument("--photographs", type=int, help="a fixed random subset of this size; default all 964")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "sightline-packs-benchmark")
    print(json.dumps(measure(parser.parse_args()), indent=2))


def measure(arguments: argparse.Namespace) -> dict:
    cv2.setNumThreads(1)
    packs, photographs = read_packs(arguments.data)
    setup = Setup(
        packs=packs,
        photographs=sample(photographs, arguments.photographs),
        quality=arguments.quality,
        embedder=arguments.embedder,
        local_features=arguments.local_features,
        views=tuple(int(length) for length in arguments.views.split(",")),
        stored=arguments.stored,
        cache=arguments.cache,
    )
    scores = compare(setup)
    groups = split_packs(len(packs), arguments.splits)
    each = [summarise(scores.only(np.isin(scores.right, group)), arguments.cosine_weight) for group in groups]
    return {
        "quality": setup.quality,
        "embedder": digest(setup.embedder),
        "localFeatures": digest(setup.local_features),
        "views": list(setup.views),
        "stored": setup.stored,
        "cosineWeight": arguments.cosine_weight,
        "all": rounded(summarise(scores, arguments.cosine_weight)),
        "groups": [rounded(one) for one in each],
        "splits": rounded(spread(each)),
    }


def rounded(value: dict | float) -> dict | float:
    return {key: rounded(inner) for key, inner in value.items()} if isinstance(value, dict) else round(value, 4)


if __name__ == "__main__":
    main()
