"""The page of `corridor app` in a process of its own, with a short past and coarse agents."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PAST, DRAWS, SCALE = date(2022, 8, 1), 8, 50.0


@dataclass(frozen=True)
class Served:
    """A page that answers: its address, and the process that serves it."""

    address: str
    process: subprocess.Popen[str]


@contextlib.contextmanager
def serving(folder: Path, visitors: int = 4) -> Iterator[Served]:
    """Serve a folder of results as long as the block lasts."""
    command = [sys.executable, "-m", "tests.support.app_server", str(folder), str(visitors)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    try:
        assert process.stdout is not None
        yield Served(process.stdout.readline().strip(), process)
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()


def main(folder: str, visitors: str) -> None:
    """Serve until the process is ended; print the address first."""
    from corridor.experiments.app.options import AppOptions
    from corridor.experiments.app.play.ground import GroundSpec
    from corridor.experiments.app.server import AppServer

    options = AppOptions(
        Path(folder), port=0, visitors=int(visitors), draws=DRAWS, scale=SCALE, jobs=1, cull_seconds=2.0
    )
    AppServer(options, GroundSpec(DRAWS, SCALE, PAST)).serve(lambda found: print(found.address, flush=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
