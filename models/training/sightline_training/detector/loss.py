"""What training minimises: GIoU of boxes, and a score whose target is the IoU of the predicted box, so that sorting by score
sorts by how well a box fits (after varifocal loss, Zhang et al. 2021)."""

import torch
import torch.nn.functional as F
from torch import Tensor

from .network import decode


def detection_loss(maps: list[Tensor], held: Tensor, excused: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
    """Maps of the network, cells that hold a product (b, n), cells that may say so (b, n), boxes of the former (b, n, 4): score
    loss and box loss."""
    boxes, logits = decode(maps)
    overlap, generalised = _overlaps(boxes[held], truth[held])
    target = torch.zeros_like(logits)
    target[held] = overlap.detach().clamp(0.05, 1)
    score = torch.sigmoid(logits)
    # Easy background is most of the picture: its weight falls with the square of its score.
    weight = torch.where(held, 1.0, torch.where(excused, 0.0, 0.75 * score.detach() ** 2))
    score_loss = (F.binary_cross_entropy_with_logits(logits, target, reduction="none") * weight).sum() / held.sum().clamp(min=1)
    box_loss = (1 - generalised).mean() if len(generalised) else logits.sum() * 0
    return score_loss, box_loss


def _overlaps(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """IoU and GIoU (Rezatofighi et al. 2019) of pairs (n, 4)."""
    common = (torch.min(a[:, 2:], b[:, 2:]) - torch.max(a[:, :2], b[:, :2])).clamp(min=0).prod(1)
    union = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - common
    around = (torch.max(a[:, 2:], b[:, 2:]) - torch.min(a[:, :2], b[:, :2])).prod(1).clamp(min=1e-6)
    overlap = common / union.clamp(min=1e-6)
    return overlap, overlap - (around - union) / around
