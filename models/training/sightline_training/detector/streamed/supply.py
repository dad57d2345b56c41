"""Processes that render scenes without pause, into memory that the trainer reads."""

import os
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Semaphore

import cv2
import numpy as np
import torch

from ...render.families.registry import TRAINED
from ...render.families.scene import Scene
from ..scenes import CHUNK_SCENES, render_chunk

_SIZES_PX = (640, 768, 960)
"""Rendered larger and scaled down, a scene is as sharp as a photograph of 12 megapixels. 960 px take a fifth longer than 640 px."""
_SLOTS = 8
_NICENESS = 10
"""The trainer gives the GPU its work: it must never wait for a processor."""


class Supply:
    """Has to be made before anything is put onto the GPU: its processes are forked."""

    def __init__(self, processes: int, first_seed: int, side_px: int):
        context = get_context("fork")
        self._pixels = torch.zeros((processes, _SLOTS, side_px, side_px, 3), dtype=torch.uint8).share_memory_()
        self._ready = context.SimpleQueue()
        self._free = [context.Semaphore(_SLOTS) for _ in range(processes)]
        self._processes = [
            context.Process(
                target=_render,
                args=(
                    number,
                    self._pixels[number],
                    self._ready,
                    self._free[number],
                    range(first_seed + number, 2**31, processes),
                ),
                daemon=True,
            )
            for number in range(processes)
        ]
        for process in self._processes:
            process.start()

    def take(self, most: int, add: Callable[[torch.Tensor, np.ndarray, np.ndarray], None]) -> None:
        """Gives up to `most` scenes that are ready to `add`: image, boxes, boxes too small to find. Waits for none."""
        for _ in range(most):
            if self._ready.empty():
                break
            number, slot, boxes, tiny = self._ready.get()
            add(self._pixels[number, slot], boxes, tiny)
            self._free[number].release()

    def is_alive(self) -> bool:
        return any(process.is_alive() for process in self._processes)

    def stop(self) -> None:
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.join()


def _render(number: int, slots: torch.Tensor, ready: SimpleQueue, free: Semaphore, seeds: range) -> None:
    os.nice(_NICENESS)
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    slot = 0
    for seed in seeds:
        for _, scene in render_chunk(seed, TRAINED, CHUNK_SCENES, _SIZES_PX):
            free.acquire()
            boxes, tiny = _fit(scene, slots[slot].numpy())
            ready.put((number, slot, boxes, tiny))
            slot = (slot + 1) % _SLOTS


def _fit(scene: Scene, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    scale = target.shape[0] / scene.image.shape[0]
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    target[:] = scene.image if scale == 1 else cv2.resize(scene.image, target.shape[:2], interpolation=way)
    return scene.boxes * np.float32(scale), scene.tiny * np.float32(scale)
