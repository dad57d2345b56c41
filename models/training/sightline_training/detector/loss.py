"""What training minimises: GIoU of boxes, and a score whose target is the IoU of the predicted box, so that sorting by score
sorts by how well a box fits (after varifocal loss, Zhang et al. 2021)."""

import torch
import torch.nn.functional as F
from torch import Tensor

from .network import decode

BOX_WEIGHT = 1.5
"""Of the box loss, beside the score loss."""
_SAME_FROM = 0.45
"""From this overlap on, a cell's box is the wrong one that a person judged."""


def detection_loss(
    maps: list[Tensor], held: Tensor, excused: Tensor, truth: Tensor, wrong: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Maps of the network, cells that hold a product (b, n), cells that may say so (b, n), boxes of the former (b, n, 4): score
    loss and box loss. `wrong` (j, k, 4) are boxes in the last j pictures that show no product, zeros where there are fewer: cells
    that draw them may not say so. Masks instead of lists of cells: a GPU need not wait to know how many there are."""
    boxes, logits = decode(maps)
    if wrong is not None:
        excused = excused.clone()
        excused[-len(wrong) :] &= ~_draws(boxes.detach()[-len(wrong) :], wrong)
    overlap, generalised = _overlaps(boxes, truth)
    count = held.sum().clamp(min=1)
    target = torch.where(held, overlap.detach().clamp(0.05, 1), 0.0)
    score = torch.sigmoid(logits)
    # Easy background is most of the picture: its weight falls with the square of its score.
    weight = torch.where(held, 1.0, torch.where(excused, 0.0, 0.75 * score.detach() ** 2))
    score_loss = (F.binary_cross_entropy_with_logits(logits, target, reduction="none") * weight).sum() / count
    box_loss = torch.where(held, 1 - generalised, 0.0).sum() / count
    return score_loss, box_loss


def _draws(boxes: Tensor, wrong: Tensor) -> Tensor:
    """Whether each of the boxes (j, n, 4) is one of the wrong ones (j, k, 4)."""
    return torch.stack([_overlaps(boxes, each[:, None])[0] >= _SAME_FROM for each in wrong.unbind(1)]).any(0)


def _overlaps(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """IoU and GIoU (Rezatofighi et al. 2019) of pairs (..., 4)."""
    common = _area((torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0))
    union = _area(a[..., 2:] - a[..., :2]) + _area(b[..., 2:] - b[..., :2]) - common
    around = _area(torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])).clamp(min=1e-6)
    overlap = common / union.clamp(min=1e-6)
    return overlap, overlap - (around - union) / around


def _area(sides: Tensor) -> Tensor:
    """`prod` would do the same, but its gradient took a third of a step on a GPU."""
    return sides[..., 0] * sides[..., 1]
