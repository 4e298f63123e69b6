"""Commands that are killed at one of their changes of files, as `kill -9`, the system or a power cut may do it.

Changes are counted by Python's audit events: a file that is opened for writing, renamed or removed, a folder that is
made or removed. A process is killed just before its n-th change, so that every state of the folder that anybody can
ever find is reached, whatever else the machine does.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from unittest.mock import patch

from corridor.experiments.execution.cases import provenance
from corridor.experiments.published import publish as published
from corridor.experiments.published.recipe import STEPS
from tests.support.instant import instantly
from tests.support.processes import SERVER, exit_code, perform

CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
PUBLISHED = ("comparison", "ranking")  # steps of the recipe
COUNT = "changes.txt"  # beside the folder: how many changes a process made that came to its end
IMPORTED = (
    "corridor.calibration.fit.history_files",
    "corridor.calibration.validation.rolling.update",
    "corridor.experiments.analyses.overview",
    "corridor.experiments.interface.analyses",
    "corridor.results.plots.files",
    "matplotlib.backends.backend_pdf",
    "pyarrow.parquet",
    "scipy.stats.qmc",
    __name__,
)
provenance.code_sha256()  # once, in the process from which all others are forked
SERVER.set_forkserver_preload(list(IMPORTED))


def crashed(words: Sequence[object], folder: Path, number: int) -> bool:
    """Give a command in a folder, kill it at its n-th change; False where it came to its end before.

    Raises AssertionError where it ends in another way. Simulations take no time (`instant`).
    """
    code = exit_code(begun_to_crash(words, folder, number))
    assert code in (0, -signal.SIGKILL), code
    return code != 0


def changes_of(words: Sequence[object], folder: Path) -> int:
    """Give a command in a folder, and count its changes."""
    assert not crashed(words, folder, 0)
    return int(count_file(folder).read_text(encoding="utf-8"))


def count_file(folder: Path) -> Path:
    """Where a process that came to its end writes its number of changes."""
    return folder.parent / f"{folder.name}-{COUNT}"


def begun_to_crash(words: Sequence[object], folder: Path, number: int) -> ForkServerProcess:
    """A process that gives a command and is killed at its n-th change."""
    arguments = ([str(each) for each in words], folder, dict(os.environ), number)
    process = SERVER.Process(target=perform_to_crash, args=arguments)
    process.start()
    return process


def perform_to_crash(words: Sequence[str], folder: Path, environment: Mapping[str, str], number: int) -> None:
    """Be a process that gives a command without simulating, and is killed at its n-th change."""
    done = [0]

    def before_change(event: str, arguments: tuple[object, ...]) -> None:
        if changes(event, arguments, folder):
            done[0] += 1
            if done[0] == number:
                os.kill(os.getpid(), signal.SIGKILL)

    few = partial(published.publish, steps=[step for step in STEPS if step.name in PUBLISHED])
    sys.addaudithook(before_change)
    try:
        with instantly(), patch.object(published, "publish", few):
            perform(words, folder, environment)
    finally:
        made = done[0]
        count_file(folder).write_text(str(made), encoding="utf-8")


def changes(event: str, arguments: tuple[object, ...], folder: Path) -> bool:
    """Whether something happens that changes what is in a folder."""
    if event in CHANGES:
        return True
    if event != "open":
        return False
    path, _, flags = arguments
    return isinstance(flags, int) and bool(flags & WRITES) and within(path, folder)


def within(path: object, folder: Path) -> bool:
    """Whether a path is that of a file in a folder."""
    return isinstance(path, str | os.PathLike) and folder in (Path.cwd() / path).parents
