"""Files that are read as a whole: ordinary ones of a size that fits into memory."""

from __future__ import annotations

import os
import stat
from pathlib import Path

LIMIT = "CORRIDOR_LARGEST_FILE"  # environment variable
LARGEST = 500_000_000  # bytes of a file, unless the variable says otherwise


def refusal(path: Path) -> str:
    """Why a file is not read: a device or a pipe, which may never end, or a file that is too large; '' for others.

    Raises OSError where it cannot be looked at, and ValueError for a name that no file has.
    """
    about = path.stat()
    if stat.S_ISDIR(about.st_mode):
        return ""  # opening it says so
    if not stat.S_ISREG(about.st_mode):
        return "is a device or a pipe; allowed: an ordinary file"
    if about.st_size > largest():
        return f"has {about.st_size:,} bytes; allowed: {largest():,}, or what the environment variable {LIMIT} says"
    return ""


def is_taken(path: Path) -> bool:
    """Whether anything has this name, be it a broken link, a folder or a device: a file that need not be there is then
    read, and what it is instead is refused."""
    return os.path.lexists(path)


def largest() -> int:
    """The largest size of a file in bytes."""
    given = os.environ.get(LIMIT, "")
    return int(given) if given.isdecimal() and given.isascii() else LARGEST
