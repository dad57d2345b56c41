"""Trains the detector on a GPU for minutes, on scenes that processes render at the same time.

    python -m sightline_training.detector.streamed.train OUT --minutes 9 --start WEIGHTS --processes 15

OUT/weights.pt holds the averaged weights, which are the model; it is written every 30 seconds. The minutes count from the start
of the program, so that a machine that is lent for ten of them is given back in time. With --device cpu it does the same, slowly:
to try a command before there is a GPU.
"""

import argparse
import math
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..checkpoint import save_weights
from ..loss import BOX_WEIGHT, detection_loss
from ..state import MOST_GRADIENT, State, open_state
from .camera import photograph
from .cells import assign, excuse
from .paste import paste_products
from .photographs import read_backgrounds, read_judged_pictures
from .pool import WRONG, Pool
from .supply import Supply
from .views import VIEW_PX, Views, cut

_SIDE_PX = 768
_WARM_UP_STEPS = 150
_FEWEST_SCENES = 200
"""Training starts when so many have been rendered."""
_MOST_SCENES_A_STEP = 24
_SAVE_SECONDS = 30
_LOG_STEPS = 50
_MOST_WRONG = 24


@dataclass
class Log:
    """Sums on the GPU: reading them makes the processor wait, so that is done once in _LOG_STEPS."""

    losses: Tensor
    skipped: Tensor
    seconds: dict[str, float] = field(default_factory=lambda: {"scenes": 0.0, "views": 0.0, "step": 0.0})


def main() -> None:
    started = time.monotonic()
    options = _parse()
    # Before the first use of the GPU: the processes are forked.
    supply = Supply(options.processes, options.first_seed, _SIDE_PX)
    try:
        _run(supply, options, lambda: time.monotonic() - started)
    finally:
        supply.stop()


def _run(supply: Supply, options: argparse.Namespace, now: Callable[[], float]) -> None:
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    options.out.mkdir(parents=True, exist_ok=True)
    backgrounds = list(read_backgrounds(options.backgrounds, options.photographs, _SIDE_PX)) if options.backgrounds else []
    judged = [list(read_judged_pictures(path, options.photographs, _SIDE_PX)) for path in options.judged]
    pool = Pool(backgrounds, judged, options.capacity, _SIDE_PX, options.device)
    state = open_state(options.start, options.device)
    photographs = len(backgrounds) + sum(map(len, judged))
    print(f"{now():.0f} s {photographs} photographs, {options.processes} processes render", flush=True)
    while pool.scenes < min(_FEWEST_SCENES, options.capacity):
        _take(supply, pool)
        time.sleep(0.01)
    print(f"{now():.0f} s {pool.scenes} scenes: training starts", flush=True)
    _train(state, pool, supply, options, now)
    _save(state, options.out)
    print(f"{now():.0f} s ended at step {state.step}", flush=True)


def _train(state: State, pool: Pool, supply: Supply, options: argparse.Namespace, now: Callable[[], float]) -> None:
    total_seconds = options.minutes * 60
    is_told_to_stop = _watch_for_stop()
    numbers, dice = np.random.default_rng(options.seed), random.Random(options.seed)
    log = Log(torch.zeros(2, device=options.device), torch.zeros((), device=options.device))
    saved = logged = now()
    while now() < total_seconds and not is_told_to_stop():
        at = now()
        _take(supply, pool)
        log.seconds["scenes"] += now() - at
        at = now()
        views = _draw(pool, options, numbers, dice)
        log.seconds["views"] += now() - at
        at = now()
        _step(state, views, _photograph_views(options)[1], _rate(options.rate, state.step, now() / total_seconds), log)
        log.seconds["step"] += now() - at
        state.step += 1
        if state.step % _LOG_STEPS == 0:
            _print(state, pool, log, options.batch * _LOG_STEPS / (now() - logged), now)
            logged = now()
        if now() - saved > _SAVE_SECONDS:
            _save(state, options.out)
            saved = now()


def _take(supply: Supply, pool: Pool) -> None:
    if not supply.is_alive():
        raise SystemExit("The processes that render have ended; what they said is above.")
    supply.take(_MOST_SCENES_A_STEP, pool.add)
    pool.catch_up()


@torch.no_grad()
def _draw(pool: Pool, options: argparse.Namespace, numbers: np.random.Generator, dice: random.Random) -> Views:
    backgrounds, judged = _photograph_views(options)
    scenes = options.batch - backgrounds - judged
    views = cut(pool, pool.draw(scenes, backgrounds, judged, numbers), numbers)
    if backgrounds:
        views = paste_products(views, slice(scenes, scenes + backgrounds), dice)
    return replace(views, images=views.frame(photograph(views.images, dice)))


def _photograph_views(options: argparse.Namespace) -> tuple[int, int]:
    """Backgrounds and judged photographs in each batch."""
    return options.background_views if options.backgrounds else 0, options.judged_views if options.judged else 0


def _step(state: State, views: Views, judged: int, rate: float, log: Log) -> None:
    for group in state.optimizer.param_groups:
        group["lr"] = rate * group["share"]
    held, truth = assign(views.boxes, views.kinds, VIEW_PX)
    excused = excuse(views.boxes, views.kinds, VIEW_PX)
    wrong = None
    if judged:
        excused[-judged:] = True
        wrong = _wrong(views.boxes[-judged:], views.kinds[-judged:])
    pixels = views.images.mul(2).sub_(1).contiguous(memory_format=torch.channels_last)
    # bfloat16 has the range of single floats, so that gradients need no scaling as in float16.
    with torch.autocast(pixels.device.type, torch.bfloat16, enabled=pixels.is_cuda):
        maps = state.model(pixels)
    score, box = detection_loss([level.float() for level in maps], held, excused, truth, wrong)
    (score + BOX_WEIGHT * box).backward()
    size = nn.utils.clip_grad_norm_(state.model.parameters(), MOST_GRADIENT)
    # The optimizer leaves the weights alone when this is not 0: what is no number must not get into them.
    state.optimizer.found_inf = (~torch.isfinite(size)).float()
    state.optimizer.step()
    state.optimizer.zero_grad()
    state.follow()
    log.losses += torch.stack([score.detach(), box.detach()])
    log.skipped += state.optimizer.found_inf


def _wrong(boxes: Tensor, kinds: Tensor) -> Tensor:
    """Boxes that a person called no product (j, k, 4), zeros where there are fewer."""
    first = (kinds == WRONG).int().argsort(dim=1, descending=True)[:, :_MOST_WRONG]
    chosen = boxes.gather(1, first[..., None].expand(-1, -1, 4))
    return torch.where((kinds.gather(1, first) == WRONG)[..., None], chosen, 0.0)


def _rate(rate: float, step: int, done: float) -> float:
    return rate * min(1, (step + 1) / _WARM_UP_STEPS) * (0.505 + 0.495 * math.cos(math.pi * min(done, 1)))


def _print(state: State, pool: Pool, log: Log, speed: float, now: Callable[[], float]) -> None:
    score, box = (log.losses / _LOG_STEPS).tolist()
    waited = " ".join(f"{name} {1000 * seconds / _LOG_STEPS:.0f}" for name, seconds in log.seconds.items())
    print(
        f"{now():.0f} s step {state.step} score {score:.3f} box {box:.3f} {speed:.0f} views/s, {pool.scenes} scenes "
        f"({pool.scenes / now():.0f}/s), {int(log.skipped)} steps skipped; processor, ms a step: {waited}",
        flush=True,
    )
    log.losses.zero_()
    log.seconds = dict.fromkeys(log.seconds, 0.0)


def _save(state: State, out: Path) -> None:
    save_weights(state.mean, out / "weights.pt")


def _watch_for_stop() -> Callable[[], bool]:
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: told.append(received))
    return lambda: bool(told)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=9, help="from the start of the program to its end (default 9)")
    parser.add_argument("--start", type=Path, help="weights to begin with; ImageNet's backbone alone when left out")
    parser.add_argument("--rate", type=float, default=1.5e-3, help="highest learning rate (default 1.5e-3)")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda", help="default cuda, in bfloat16")
    parser.add_argument("--processes", type=int, default=15, help="processes that render, one core each (default 15)")
    parser.add_argument("--threads", type=int, default=1, help="threads of the trainer; matters with --device cpu (default 1)")
    parser.add_argument("--capacity", type=int, default=36_000, help="scenes kept on the GPU, 1.8 MB each (default 36,000)")
    parser.add_argument("--first-seed", type=int, default=10_000, help="of the chunks of scenes (default 10,000)")
    parser.add_argument("--photographs", type=Path, help="a checkout of the GroceryStoreDataset; none: scenes only")
    parser.add_argument("--backgrounds", type=Path, help="a list of its files in which nothing is a package")
    parser.add_argument("--judged", type=Path, nargs="+", default=[], help="lists of what is said of boxes in others")
    parser.add_argument("--background-views", type=int, default=5, help="of each batch, from those (default 5)")
    parser.add_argument("--judged-views", type=int, default=4, help="of each batch, from these (default 4)")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
