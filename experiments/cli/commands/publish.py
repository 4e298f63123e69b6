"""`corridor publish`: everything under results/published/, made again by one command."""

from __future__ import annotations

import contextlib
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from corridor.experiments.cli.errors import FAILED, end, report_errors, report_store_errors
from corridor.experiments.cli.options import RunOptions, command
from corridor.experiments.cli.progress import TERMINATED, callbacks_of, duration

app = typer.Typer()
DEFAULT_TARGET = Path("results", "published")


@command(app, only=("out", "jobs", "dask", "dry_run", "quiet"))
def publish(
    options: RunOptions,
    to: Annotated[
        Path | None,
        typer.Option(help="Folder of the published files; results/published by default.", show_default=False),
    ] = None,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick", help="Only prove that the recipe makes every file: coarse, a few weeks, in temporary folders."
        ),
    ] = False,
) -> None:
    """Make all published results again, after an estimate of how long it takes; stored cases are not run again.

    It ends with exit code 1 where results/published/ has a file that no step makes, or lacks one, or where a table has
    other columns.
    """
    with report_errors(), report_store_errors(), folders(options.out, to, quick) as (runs, target):
        began = time.perf_counter()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # so that what is ended tidies up, too
        where: dict[str, Any] = {"jobs": options.jobs, "dask": options.dask}
        new = not runs.exists()
        if not options.quiet:
            print_estimates(runs, quick, where)
        if options.dry_run:
            if new:  # a step that has inputs of its own has written them to say how long it takes
                shutil.rmtree(runs, ignore_errors=True)
            return
        from corridor.experiments.published.publish import publish as publish_all

        with callbacks_of(options) as callbacks:
            names = publish_all(runs, target, quick, begun=callbacks.note, callbacks=callbacks, **where)
        if not options.quiet:
            temporary = " (temporary)" if quick and not to else ""
            print(f"{time.perf_counter() - began:.0f} s. Published in {target}{temporary}:")
            print("\n".join(f"  {name}" for name in sorted(names)))
        report_outdated(target)


@contextlib.contextmanager
def folders(out: Path | None, to: Path | None, quick: bool) -> Iterator[tuple[Path, Path]]:
    """Where the runs and the published files go; for the quick variant folders that are gone afterwards."""
    from corridor.experiments.execution.folders.scratch import temporary_folder
    from corridor.experiments.published.publish import RUNS

    with temporary_folder() as temporary:
        usual = (temporary / "runs", temporary / "published") if quick else (RUNS, DEFAULT_TARGET)
        yield out or usual[0], to or usual[1]


def print_estimates(runs: Path, quick: bool, where: dict[str, Any]) -> None:
    """Print about how long each step takes, and all of them."""
    from corridor.experiments.published.publish import estimates

    print("Still to run:")
    total = 0.0
    for name, seconds in estimates(runs, quick, **where):
        total += seconds
        print(f"  {name:<14} {duration(seconds) if seconds else 'nothing; all is in the store'}", flush=True)
    print(f"  {'in all':<14} {duration(total) if total else 'nothing'}")


def report_outdated(made: Path) -> None:
    """End with exit code 1 where results/published, if it is here, is not what was made."""
    from corridor.experiments.published.publish import outdated

    if DEFAULT_TARGET.is_dir() and (found := outdated(DEFAULT_TARGET, made)):
        end("\n".join([f"{DEFAULT_TARGET} is not what this version makes:", *found]), FAILED)
