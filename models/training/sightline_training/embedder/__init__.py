"""The embedder: EfficientNet-Lite0 whose last blocks learn from rendered packs which pictures show the same product.

python -m sightline_training.embedder.generate --out DIR
python -m sightline_training.embedder.train --data DIR --out weights.pt
python -m sightline_training.embedder.export --weights weights.pt product-embedder.onnx
python -m sightline_training.embedder.quantise product-embedder.onnx product-embedder.int8.onnx --data DIR
"""
