"""Opens a COCO document with pycocotools and uses everything it offers for detections; any complaint is an error.

    pip install pycocotools==2.0.11
    python test/support/check_coco.py document.json
"""
import contextlib
import io
import json
import sys
import warnings

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def main(path):
    warnings.simplefilter("error")
    # Of pycocotools itself, about the numpy it runs with.
    warnings.simplefilter("ignore", DeprecationWarning)
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(path)
        coco.info()
        annotations = coco.loadAnns(coco.getAnnIds())
        categories = coco.loadCats(coco.getCatIds())
        assert len(annotations) == len(coco.dataset["annotations"]), "two annotations have one id"
        assert len(categories) == len(coco.dataset["categories"]), "two categories have one id"
        assert len(coco.getImgIds()) == len(coco.dataset["images"]), "two images have one id"
        for annotation in annotations:
            coco.loadImgs(annotation["image_id"])
            coco.loadCats(annotation["category_id"])
            assert coco.annToMask(annotation).any(), f"annotation {annotation['id']} covers no pixel"
        precision = evaluate(coco, annotations)
    print(json.dumps({"annotations": len(annotations), "categories": len(categories), "AP50": precision}))


def evaluate(coco, annotations):
    """What was found, judged against itself: 1, when boxes, scores and ids mean what pycocotools thinks."""
    if not annotations:
        return None
    keys = ("image_id", "category_id", "bbox", "score")
    results = coco.loadRes([{key: annotation[key] for key in keys} for annotation in annotations])
    evaluation = COCOeval(coco, results, "bbox")
    evaluation.params.maxDets = [1, 10, 1000]
    evaluation.evaluate()
    evaluation.accumulate()
    precisions = evaluation.eval["precision"][0, :, :, 0, -1]
    return float(precisions[precisions > -1].mean())


if __name__ == "__main__":
    main(sys.argv[1])
