"""Files that appear under their names only when they are whole, and the hash by which damage is found."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

HALF = ".*.*-????????"  # files that are being written


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file beside `path`, flush it to disk and rename it; on failure nothing is left.

    The folder is flushed, too, where the system can, so that the name is still there after a loss of power.
    """
    part = path.parent / f".{path.name}-{secrets.token_hex(4)}"
    try:
        write(part)
        flush(part)
        part.replace(path)
        flush_folder(path.parent)
    except OSError as error:
        if error.errno:
            error.filename = str(path)  # the name that the user knows
        raise
    finally:
        with contextlib.suppress(OSError):  # gone already, or never made because nothing can be written here
            part.unlink()


def remove_halves(folder: Path) -> None:
    """Remove the files in a folder and below that killed processes were writing."""
    for half in folder.rglob(HALF):
        half.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Have the system write a file to disk."""
    with path.open("r+b") as file:
        os.fsync(file)


def flush_folder(folder: Path) -> None:
    """Have the system write the names in a folder to disk; Windows and some file systems cannot."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EBADF, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole."""
    write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))


def sha256(path: Path) -> str:
    """SHA-256 of a file, as `sha256sum` prints it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
