"""What training changes: the weights, their mean, the optimizer."""

import copy
from dataclasses import dataclass
from pathlib import Path

import torch

from .checkpoint import load_weights
from .network import Detector

MOST_GRADIENT = 8.0
_BACKBONE_RATE = 0.25
"""The backbone knows pictures already and learns slower than the rest."""
_EMA = 0.998


@dataclass
class State:
    model: Detector
    """Exponential mean of the weights: steadier than the last step's, by about a point of AP."""
    mean: Detector
    optimizer: torch.optim.Optimizer
    step: int = 0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        pairs = list(zip(self.mean.state_dict().values(), self.model.state_dict().values(), strict=True))
        self._means, self._values = zip(*(pair for pair in pairs if pair[0].dtype.is_floating_point), strict=True)

    @torch.no_grad()
    def follow(self) -> None:
        """Moves the mean towards the weights. Counts of batches, which nothing uses, stay as they are."""
        keep = min(_EMA, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(self._means, self._values, 1 - keep)


def open_state(start: Path | None, device: str) -> State:
    """From those weights, or from ImageNet's backbone."""
    model = load_weights(start) if start else Detector()
    model = model.to(device, memory_format=torch.channels_last).train()
    backbone = [p for p in model.blocks.parameters() if p.requires_grad]
    known = {id(p) for p in backbone}
    rest = [p for p in model.parameters() if p.requires_grad and id(p) not in known]
    groups = [{"params": backbone, "share": _BACKBONE_RATE}, {"params": rest, "share": 1.0}]
    optimizer = torch.optim.AdamW(groups, weight_decay=2e-3, fused=True)
    return State(model, copy.deepcopy(model).eval(), optimizer)
