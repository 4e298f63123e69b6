"""What commands that run an experiment share: their options, reading the file, the progress shown, and how they end."""

from __future__ import annotations

import contextlib
import math
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from corridor.experiments.cli.errors import STOPPED, end

if TYPE_CHECKING:
    from corridor.experiments.config.experiment import Experiment
    from corridor.experiments.execution.parallel import Outcome
    from corridor.experiments.execution.run import Finished, Outlook, Tables, Watch

TERMINATED = 143

ConfigFile = Annotated[Path, typer.Argument(metavar="CONFIG", help="The experiment file (YAML).")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Set a key of the file, as in parameters.p_retry=0.8; repeatable."),
]
SeedCount = Annotated[str | None, typer.Option("--seeds", metavar="N", help="How many seeds, instead of the file's.")]
Scale = Annotated[str | None, typer.Option("--scale", metavar="X", help="People per agent, instead of the file's.")]
Jobs = Annotated[int | None, typer.Option(min=1, help="Processes at a time; as many as cores by default.")]
Dask = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Run on the Dask cluster at this address; 'local' starts one here."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell how many cases would run, how long.")]


def folder_option(name: str) -> typer.models.OptionInfo:
    """The option --out of a command that keeps its results in a folder of its own."""
    return typer.Option(help=f"Folder for the results; results/runs/NAME_{name} by default.", show_default=False)


def folder_of(out: Path | None, config: Path, name: str) -> Path:
    """The folder that is given, or the one of this experiment and command."""
    return out or Path("results") / "runs" / f"{config.stem}_{name}"


def cores() -> int:
    """Processors of this machine."""
    import joblib

    return int(joblib.cpu_count())


def read_experiment(
    config: Path, seeds: str | None, scale: str | None, settings: list[str] | None, draws: bool = True
) -> Experiment:
    """The checked experiment with what the command line changes, and `draws` as in `config.load`; raises InputError
    with all problems."""
    from corridor.experiments.config.experiment import Setting, load

    pairs = [text.partition("=") for text in settings or ()]
    changes = [Setting("--set", key, value if sign else None) for key, sign, value in pairs]
    given = {"seeds": seeds, "scale": scale}
    changes += [Setting(f"--{key}", key, value) for key, value in given.items() if value is not None]
    return load(config, changes, draws)


def carry_out(
    experiment: Experiment, out: Path, jobs: int | None, dask: str | None, dry_run: bool, tables: Tables | None = None
) -> Finished | None:
    """Run what the folder `out` lacks and write its tables (`run.write_tables`, or `tables`); None for a dry run.

    Ends the command when cases fail or the user stops it.
    """
    from corridor.experiments.execution import run
    from corridor.experiments.execution.parallel import Execution, RunError

    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    planned, jobs = run.plan_of(experiment), jobs or cores()
    outlook = run.outlook(experiment, planned, out, jobs)
    where = f"the cluster at {dask}" if dask else f"{min(jobs, len(planned))} processes"
    line = f"{experiment.file.title}: {len(planned)} cases over {where}; {expected(experiment, outlook)}"
    if dry_run:
        print(line)
        return None
    errors.print(line, markup=False)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # so that a run that is ended tidies up, too
    try:
        with progress(errors, len(outlook.to_do)) as watch:
            return run.run(experiment, planned, out, Execution(jobs, dask), watch, tables)
    except RunError as error:
        end(str(error), error.code)
    except KeyboardInterrupt:
        end("stopped by Ctrl-C; cases that are done are kept, and the same command goes on from there", STOPPED)


def expected(experiment: Experiment, outlook: Outlook) -> str:
    """What there is to do and about how long it takes, in words."""
    points = f", {len(experiment.points)} points" if experiment.designed else ""
    size = f"{len(experiment.file.worlds)} worlds{points}, {len(experiment.seeds)} seeds"
    stored = f"; {outlook.stored} replicates are in the store" if outlook.stored else ""
    if not outlook.to_do:
        return f"{size}; all are in the store"
    return f"{size}{stored}; {len(outlook.to_do)} to run, {duration(outlook.seconds)}"


def duration(seconds: float) -> str:
    """A rough length of time, in words."""
    if math.isnan(seconds):
        return "nobody knows how long, as the first case fails"
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"


@contextlib.contextmanager
def progress(console: Console, cases: int) -> Iterator[Watch]:
    """A bar with percent, rate, time left and failures on a terminal; else a line for every case that ends."""
    from corridor.experiments.execution.run import Watch

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        TaskProgressColumn(),
        TextColumn("{task.fields[told]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("running", total=1.0, told="")
        began, ended, failed = time.monotonic(), 0, 0

        def case_done(outcome: Outcome) -> None:
            nonlocal ended, failed
            ended, failed = ended + 1, failed + (outcome.failure is not None)
            rate = 60.0 * ended / max(time.monotonic() - began, 1e-9)
            progress.update(task, told=f"{ended}/{cases}, {rate:.3g}/min, {failed} failed")
            if outcome.failure:
                console.print(
                    f"{ended} of {cases} cases ended: {outcome.case.name} failed: {outcome.failure.error}", markup=False
                )
            elif not console.is_terminal:
                console.print(
                    f"{ended} of {cases} cases done: {outcome.case.name}, {outcome.seconds:.0f} s", markup=False
                )

        yield Watch(
            share_done=lambda share: progress.update(task, completed=share),
            case_done=case_done,
            note=lambda text: console.print(text, markup=False),
        )
        progress.update(task, completed=1.0)


def tell_draws_left_aside(experiment: Experiment) -> None:
    """Print, where the file's parameters are draws of a posterior, that points of the command's own take their
    place."""
    if experiment.drawn:
        print(f"parameters: {experiment.file.parameters} is left aside: what is not varied here stays at its default")


def tell_files(finished: Finished, names: str) -> None:
    """Print how long it took, and where everything is."""
    print(f"\n{finished.seconds:.0f} s. Everything is in {finished.directory}:\n  {names}")
    for path in finished.figures:
        print(f"  {path.relative_to(finished.directory)}")
