"""One run at a time in a directory: a lock of the system that ends with its process, also by kill -9."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

from corridor.experiments.execution.parallel import RunError

LOCK = ".lock"
NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


@contextlib.contextmanager
def locked(directory: Path, note: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock of a directory. Raises RunError, with who holds it, when another run works there.

    Where the file system knows no locks this is told by `note`, and the run goes on: files are written whole, so two
    runs would only do the same work twice.
    """
    with open(directory / LOCK, "a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "another process"
            raise RunError(
                f"--out {directory}: another run works there ({holder}); wait for it or give another folder", 2
            ) from None
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
            note(f"{directory}: this file system knows no locks; see to it that one run works there at a time")
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
        file.flush()
        yield
