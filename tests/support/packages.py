"""Packages fetched with pip, as far as a package index can be reached."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


class Unreachable(Exception):
    """A package cannot be fetched; the message says why."""


def download(requirement: str, folder: Path, *options: str) -> Path:
    """The file of one package alone, put into a folder. Raises Unreachable."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--retries", "1", "--timeout", "30"]
    command += [*options, "--dest", str(folder), requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise Unreachable(errors[-1] if errors else done.stderr.strip())
    (file,) = folder.iterdir()
    return file
