"""A learned descriptor for the keypoints of ../local_features.py, trained on rendered packs.

python -m sightline_training.descriptor.generate --out DIR
python -m sightline_training.descriptor.train --data DIR --out weights.pt
python -m sightline_training.descriptor.export --weights weights.pt FOLDER
"""
