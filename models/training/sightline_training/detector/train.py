"""Trains the detector on rendered scenes, on a CPU, for as long as there is time. `streamed.train` does it on a GPU.

    python -m sightline_training.detector.train SCENES OUT --minutes 60 [--start WEIGHTS]

OUT/state.pt holds everything and is written every few minutes and when the run is told to stop (SIGTERM, Ctrl-C): started again,
a run goes on from it, its learning rate where it was. OUT/weights.pt holds the averaged weights, which are the model. The
learning rate follows a cosine over --minutes of training in all, over as many sittings as it takes.
"""

import argparse
import math
import signal
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from .checkpoint import save_weights
from .crops import Crops, collate
from .loss import BOX_WEIGHT, detection_loss
from .scenes import list_scenes
from .state import MOST_GRADIENT, State, open_state

_WARM_UP_STEPS = 60


def main() -> None:
    options = _parse()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    options.out.mkdir(parents=True, exist_ok=True)
    # Before the loader forks: a signal to the whole group must not end its process, which the last step waits for.
    is_told_to_stop = _watch_for_stop()
    scenes = list_scenes(options.scenes)
    print(f"{len(scenes)} scenes", flush=True)
    state = _open_state(options)
    # Going on must not show the crops of the first sitting again.
    torch.manual_seed(options.seed + state.step)
    loader = torch.utils.data.DataLoader(
        Crops(scenes),
        options.batch,
        num_workers=1,
        collate_fn=collate,
        prefetch_factor=6,
        multiprocessing_context="fork",
    )
    _train(state, iter(loader), options, is_told_to_stop)


def _train(state: State, batches, options: argparse.Namespace, is_told_to_stop: Callable[[], bool]) -> None:
    total_seconds = options.minutes * 60
    sums, saved, began = torch.zeros(2), time.monotonic(), state.seconds
    started = time.monotonic()
    while state.seconds < total_seconds and not is_told_to_stop():
        rate = _learning_rate(options.rate, state.step, state.seconds / total_seconds)
        sums += _step(state, next(batches), rate)
        state.step += 1
        state.seconds = began + time.monotonic() - started
        if state.step % 50 == 0:
            score, box = (sums / 50).tolist()
            sums.zero_()
            speed = state.step * options.batch / state.seconds
            print(
                f"{state.seconds:.0f} s step {state.step} score {score:.3f} box {box:.3f} rate {rate:.1e} {speed:.1f} crops/s",
                flush=True,
            )
        if time.monotonic() - saved > options.save_seconds:
            _save(state, options.out)
            saved = time.monotonic()
    _save(state, options.out)


def _watch_for_stop() -> Callable[[], bool]:
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: told.append(received))
    return lambda: bool(told)


def _step(state: State, batch: list[torch.Tensor], rate: float) -> torch.Tensor:
    """Score and box loss (2,)."""
    images, held, excused, truth = batch
    for group in state.optimizer.param_groups:
        group["lr"] = rate * group["share"]
    pixels = images.float().div_(127.5).sub_(1).contiguous(memory_format=torch.channels_last)
    score, box = detection_loss(state.model(pixels), held, excused, truth)
    (score + BOX_WEIGHT * box).backward()
    nn.utils.clip_grad_norm_(state.model.parameters(), MOST_GRADIENT)
    state.optimizer.step()
    state.optimizer.zero_grad()
    state.follow()
    return torch.stack([score.detach(), box.detach()])


def _learning_rate(rate: float, step: int, done: float) -> float:
    return rate * min(1, (step + 1) / _WARM_UP_STEPS) * (0.51 + 0.49 * math.cos(math.pi * min(done, 1)))


def _open_state(options: argparse.Namespace) -> State:
    state = open_state(options.start, "cpu")
    kept = options.out / "state.pt"
    if kept.exists():
        stored = torch.load(kept, map_location="cpu", weights_only=True)
        state.model.load_state_dict(stored["model"])
        state.mean.load_state_dict(stored["mean"])
        state.optimizer.load_state_dict(stored["optimizer"])
        state.step, state.seconds = stored["step"], stored["seconds"]
        print(f"goes on at step {state.step}, {state.seconds:.0f} s", flush=True)
    return state


def _save(state: State, out: Path) -> None:
    parts = {"model": state.model, "mean": state.mean, "optimizer": state.optimizer}
    stored = {name: part.state_dict() for name, part in parts.items()} | {"step": state.step, "seconds": state.seconds}
    beside = out / "state.part"
    torch.save(stored, beside)
    beside.replace(out / "state.pt")
    save_weights(state.mean, out / "weights.pt")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenes", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=60, help="training in all, over all sittings (default 60)")
    parser.add_argument("--start", type=Path, help="weights to begin with; ImageNet's backbone alone when left out")
    parser.add_argument(
        "--rate", type=float, default=1.5e-3, help="highest learning rate (default 1.5e-3; 6e-4 to go on from a trained model)"
    )
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument(
        "--threads", type=int, default=2, help="processors that nothing else uses: threads wait for each other (default 2)"
    )
    parser.add_argument("--save-seconds", type=float, default=180)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
