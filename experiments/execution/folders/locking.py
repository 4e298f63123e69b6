"""One run at a time in a directory: a lock of the system that ends with its process, also by kill -9."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from corridor.experiments.execution.errors import RunError

LOCK = ".lock"
HOLDER = ".lock-holder"  # beside the lock, because on Windows a locked file cannot be read
NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


@contextlib.contextmanager
def locked(directory: Path, note: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock of a directory. Raises RunError, with who holds it, when another run works there.

    Where the file system knows no locks this is reported by `note`, and the run goes on: files are written whole, so
    two runs would only do the same work twice.
    """
    lock, holder = FileLock(directory / LOCK, timeout=0, fallback_to_soft=False), directory / HOLDER
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(lock)
        except Timeout:
            raise RunError(
                f"--out {directory}: another run works there ({holder_of(holder)}); wait for it or give another folder",
                2,
            ) from None
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
            note(f"{directory}: this file system knows no locks; make sure that only one run works there at a time")
        holder.write_text(f"process {os.getpid()} on {socket.gethostname()}\n", encoding="utf-8")
        stack.callback(holder.unlink, missing_ok=True)
        yield


def holder_of(holder: Path) -> str:
    """Who holds a lock, as far as is known."""
    try:
        return holder.read_text(encoding="utf-8").strip() or "another process"
    except FileNotFoundError:
        return "another process"
