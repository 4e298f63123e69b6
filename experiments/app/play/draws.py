"""The effect from many draws: blocks of draws in processes that keep their pasts, each a process of its own."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from multiprocessing.connection import wait
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.experiments.app.address import FIRST, PlaySettings
from corridor.experiments.app.play.ground import Ground, GroundSpec, ground_of
from corridor.model import INDICATORS, MigrationModel
from corridor.model.simulation import step_to
from corridor.results.store.yearly import annual

Floats = NDArray[np.float64]
Values = dict[str, Floats]  # indicator -> values of shape (world, draw): the reference, then the changed world
Block = tuple[int, ...]
BLOCK = 8  # draws side by side: after as many a process can turn to what another visitor asks
KNOWN = {name: {key: str(value) for key, value in asdict(each).items()} for name, each in INDICATORS.items()}
_PASTS: dict[tuple[GroundSpec, Block], MigrationModel] = {}


def past_of(spec: GroundSpec, block: Block) -> MigrationModel:
    """The draws of a block on the first day on which worlds may differ; kept by the process that made it."""
    key = (spec, block)
    if key not in _PASTS:
        model = ground_of(spec).model(block)
        step_to(model, FIRST.fromordinal(FIRST.toordinal() - 1))
        _PASTS[key] = model
    return _PASTS[key]


def make_past(spec: GroundSpec, block: Block) -> None:
    """Make the past of a block, if this process has not."""
    past_of(spec, block)


def values_of_block(spec: GroundSpec, block: Block, settings: PlaySettings) -> Values:
    """Every indicator over the whole period, in both worlds, for each draw of a block."""
    past = past_of(spec, block)
    worlds = []
    for policy in ground_of(spec).policies_of(block, settings):
        branch = past.branch(policy)
        step_to(branch, settings.end)
        days = (settings.end - FIRST).days + 1
        daily = {name: values[:, :days] for name, values in branch.records.daily.items()}
        worlds.append(annual(daily, np.zeros(days, dtype=np.int64), KNOWN))
    return {name: np.stack([world[name][:, -1] for world in worlds]) for name in KNOWN}


def begin_process() -> None:
    """Leave Ctrl-C to the server, and end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_server, daemon=True, name="corridor-end").start()


def end_with_server() -> None:
    """Wait for the end of the process that began this one, then end at once."""
    server = multiprocessing.parent_process()
    if server is not None:
        wait([server.sentinel])
        os._exit(1)


class Request:
    """What one visitor waits for: `take` is called with each block and its values, `fail` when one cannot be made."""

    def __init__(self, take: Callable[[Block, Values], None], fail: Callable[[str], None]) -> None:
        self.take, self.fail = take, fail
        self.waiting: list[Future[Values]] = []
        self.cancelled = False

    def cancel(self) -> None:
        """Forget what is not begun; nothing is handed over any more."""
        self.cancelled = True
        for future in self.waiting:
            future.cancel()

    def done(self, block: Block, future: Future[Values]) -> None:
        """Hand over a block."""
        if self.cancelled or future.cancelled():
            return
        try:
            self.take(block, future.result())
        except CancelledError:
            return
        except Exception as error:  # a process that was lost, or a rule that failed: the visitor must know
            self.fail(f"{type(error).__name__}: {error}")


class DrawPool:
    """Processes that make draws; block k is always made by the same one, which keeps its past."""

    def __init__(self, ground: Ground, processes: int) -> None:
        self.ground, draws = ground, ground.draws
        self.blocks = [draws[k : k + BLOCK] for k in range(0, len(draws), BLOCK)]
        self.processes = max(1, min(processes, len(self.blocks)))
        self.executors: list[ProcessPoolExecutor] = []
        self.warming: list[Future[None]] = []
        self.lock = threading.Lock()

    def _executor(self, number: int) -> ProcessPoolExecutor:
        """The process of a block, begun when it is first needed."""
        while len(self.executors) < self.processes:
            context = multiprocessing.get_context("spawn")
            self.executors.append(ProcessPoolExecutor(1, mp_context=context, initializer=begin_process))
        return self.executors[number % self.processes]

    def warm(self) -> None:
        """Begin to make all pasts, so that they are there when an effect is asked for."""
        with self.lock:
            if not self.warming:
                spec = self.ground.spec
                self.warming = [self._executor(k).submit(make_past, spec, block) for k, block in enumerate(self.blocks)]

    def effect(self, settings: PlaySettings, request: Request) -> Request:
        """Make both worlds of every draw, and hand them to a request block by block."""
        with self.lock:
            for future in self.warming:
                future.cancel()  # pasts that are still to be made are made with the worlds
            spec = self.ground.spec
            for k, block in enumerate(self.blocks):
                values = self._executor(k).submit(values_of_block, spec, block, settings.alike)
                request.waiting.append(values)
                values.add_done_callback(partial(request.done, block))
        return request

    def rest(self) -> None:
        """Nobody waits for pasts any more: those that are not begun are made another time."""
        with self.lock:
            for future in self.warming:
                future.cancel()
            if any(future.cancelled() for future in self.warming):
                self.warming = []

    def close(self) -> None:
        """End the processes at once."""
        with self.lock:
            running: list[Any] = [p for each in self.executors for p in (each._processes or {}).values()]
            for executor in self.executors:
                executor.shutdown(wait=False, cancel_futures=True)
            for process in running:
                with contextlib.suppress(OSError, AttributeError):
                    process.kill()
            self.executors, self.warming = [], []
