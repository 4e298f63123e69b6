"""How far a batch is: workers report simulated days by the sizes of files, and a thread adds them up."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

POLL_SECONDS = 0.3


@contextlib.contextmanager
def ticking(file: Path | None, replicates: int, parent: int | None) -> Iterator[Callable[[int], None]]:
    """A function that reports simulated days, and ends this process when the one that waits for it is gone.

    The file grows by one byte a simulated day of a replicate; without a file nothing is reported.
    """
    with contextlib.ExitStack() as stack:
        report = stack.enter_context(file.open("wb", buffering=0)) if file else None

        def tick(days: int) -> None:
            if parent is not None and not runs(parent):
                os._exit(1)
            if report:
                report.write(b"." * (days * replicates))

        yield tick


def runs(process: int) -> bool:
    """Whether a process runs; one that has ended and waits for its own parent to take notice does not."""
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Progress:
    """Reports the share of a batch that is done, in days of a replicate that are simulated, while a block lasts.

    Processes here report their days by the size of a file in `folder`, one for each bundle under way; without a folder,
    as on a cluster, only whole cases count.
    """

    def __init__(self, share_done: Callable[[float], None], folder: Path | None) -> None:
        self._share_done = share_done
        self._total, self._whole = 1.0, 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.folder = folder

    def __enter__(self) -> Progress:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def expect(self, days: float) -> None:
        """How many days of a replicate are to be simulated beyond those of cases that are done."""
        self._total = max(1.0, self._whole + days)

    def done(self, case_file: Path, days: float) -> None:
        """Count a case as whole, with the days of a replicate that were simulated for it."""
        self._whole += days
        if self.folder:
            (self.folder / case_file.name).unlink(missing_ok=True)

    def _look(self) -> None:
        while not self._ended.wait(POLL_SECONDS):
            files = list(self.folder.iterdir()) if self.folder and self.folder.is_dir() else []
            under_way = sum(map(size, files))
            self._share_done(min(1.0, (self._whole + under_way) / self._total))


def size(path: Path) -> int:
    """Bytes of a file, 0 when it is gone."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
