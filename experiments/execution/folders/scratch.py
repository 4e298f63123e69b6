"""Folders for files that are needed only while a command runs.

Those of a run are in a hidden folder of its own, so that a run that is killed leaves nothing elsewhere; the next run
there removes them. Commands without a folder use the system's temporary directory and hold a lock in theirs: what a
killed command left has no holder, and the next one removes it.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from corridor.experiments.execution.folders.locking import LOCK

SCRATCH = ".scratch"
PREFIX = "corridor-sim-"
YOUNG_SECONDS = 60.0  # a younger folder may belong to a command that is about to lock it


@contextlib.contextmanager
def scratch_of(folder: Path) -> Iterator[Path]:
    """The scratch folder of a run, empty at first and gone afterwards."""
    clear_scratch(folder)
    scratch = folder / SCRATCH
    scratch.mkdir()
    try:
        yield scratch
    finally:
        clear_scratch(folder)


def clear_scratch(folder: Path) -> None:
    """Remove what a killed run left in its folder."""
    shutil.rmtree(folder / SCRATCH, ignore_errors=True)


@contextlib.contextmanager
def temporary_folder(scratch: Path | None = None) -> Iterator[Path]:
    """A folder that is gone afterwards: within the scratch folder of a run or, without one, the system's."""
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=scratch, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if scratch:
            yield folder
            return
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):  # where there are no locks nothing is removed either
                stack.enter_context(FileLock(folder / LOCK, timeout=0, fallback_to_soft=False))
                remove_abandoned(folder)
            yield folder


def remove_abandoned(own: Path) -> None:
    """Remove the folders beside this one that killed commands of the same user left."""
    owner = own.stat().st_uid
    for folder in own.parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, Timeout):
            about = folder.lstat()
            if about.st_uid == owner and time.time() - about.st_mtime > YOUNG_SECONDS and (folder / LOCK).is_file():
                with FileLock(folder / LOCK, timeout=0, fallback_to_soft=False):
                    pass  # nobody holds it
                shutil.rmtree(folder, ignore_errors=True)
