"""Weights on disk: half floats where they only wait, so that a checkpoint is 7 MB."""

from pathlib import Path

import torch

from .network import Detector


def save_weights(model: Detector, path: Path) -> None:
    """Written beside and renamed, so that a killed run leaves the last whole one."""
    state = {name: value.half() if value.is_floating_point() else value for name, value in model.state_dict().items()}
    beside = path.with_suffix(".part")
    torch.save(state, beside)
    beside.replace(path)


def load_weights(path: Path) -> Detector:
    model = Detector()
    state = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict({name: value.float() if value.is_floating_point() else value for name, value in state.items()})
    return model
