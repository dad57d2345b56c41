"""AP at an overlap of 0.5 of found boxes against true ones, of all categories as one, by pycocotools.

    pip install pycocotools==2.0.11
    python test/support/score_coco.py document.json     # { "truth": COCO document, "found": list of results }
"""
import contextlib
import io
import json
import sys

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def main(path):
    with open(path) as file:
        document = json.load(file)
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = document["truth"]
        coco.createIndex()
        evaluation = COCOeval(coco, coco.loadRes(document["found"]), "bbox")
        evaluation.params.useCats = 0
        # Shelves hold more than its usual limit of 100 boxes a picture.
        evaluation.params.maxDets = [1, 10, 100000]
        evaluation.evaluate()
        evaluation.accumulate()
    precision = evaluation.eval["precision"][0, :, 0, 0, -1]
    print(json.dumps({"AP50": float(precision.mean())}))


if __name__ == "__main__":
    main(sys.argv[1])
