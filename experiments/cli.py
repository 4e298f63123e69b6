"""The command line: `corridor run`, `check`, `list`, `schema` and `bench`; those of a batch are in `batch_cli`.

Exit codes: 0 done; 1 a case failed; 2 a mistake in a file or on the command line, told line by line on stderr;
130 stopped by Ctrl-C. The heavy imports stand inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import contextlib
import csv
import json
import math
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from experiments import batch_cli
from experiments.endings import STOPPED, answering, end

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config import Experiment
    from experiments.execution import Outcome
    from experiments.runner import Finished, Outlook, Watch

TERMINATED = 143

app = typer.Typer(
    name="corridor",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Simulate migration along the Mediterranean-to-Channel routes and compare what policies would have changed. "
    "Agents are synthetic: results describe scenarios, not persons.",
)
app.add_typer(batch_cli.app)


class Listing(StrEnum):
    """What `corridor list` can show."""

    LEVERS = "levers"
    PARAMETERS = "parameters"
    INDICATORS = "indicators"
    PLACES = "places"
    POLICIES = "policies"


ConfigFile = Annotated[Path, typer.Argument(metavar="CONFIG", help="The experiment file (YAML).")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Set a key of the file, as in parameters.p_retry=0.8; repeatable."),
]
SeedCount = Annotated[str | None, typer.Option("--seeds", metavar="N", help="How many seeds, instead of the file's.")]
Scale = Annotated[str | None, typer.Option("--scale", metavar="X", help="People per agent, instead of the file's.")]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """The entry point `corridor`."""
    try:
        app(args=arguments, prog_name="corridor")
    except KeyboardInterrupt:
        end("stopped by Ctrl-C", STOPPED)
    sys.exit(0)


@app.callback(invoke_without_command=True)
def corridor(
    show_version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Options of the whole program."""
    if show_version:
        print(f"corridor {version('corridor-sim')}")
        raise typer.Exit


@app.command()
def run(
    config: ConfigFile,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the results; results/runs/NAME by default.", show_default=False)
    ] = None,
    seeds: SeedCount = None,
    scale: Scale = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes at a time; as many as cores by default.")] = None,
    dask: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Run on the Dask cluster at this address; 'local' starts one here."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell how many cases would run, how long.")] = False,
    settings: Settings = None,
) -> None:
    """Run an experiment and write its tables and figures; cases that are in the folder are not run again."""
    with answering():
        experiment = _load(config, seeds, scale, settings)
        _run(experiment, out or Path("results") / "runs" / config.stem, jobs or _cores(), dask, dry_run)


@app.command()
def check(config: ConfigFile, seeds: SeedCount = None, scale: Scale = None, settings: Settings = None) -> None:
    """Check an experiment file, its policies and its data files without running it."""
    with answering():
        experiment = _load(config, seeds, scale, settings)
        file = experiment.file
        print(f"{config}: right")
        print(f"  {file.title}")
        print(f"  {file.start} to {file.end}, {file.scale:g} people per agent, {len(experiment.seeds)} seeds")
        for name, world in file.worlds.items():
            mark = " (baseline)" if name == file.baseline else ""
            print(f"  world {name}{mark}: {world.title}; policies: {', '.join(world.policies) or 'none'}")
        if file.parameters:
            print(f"  parameters: {', '.join(f'{name}={value:g}' for name, value in file.parameters.items())}")
        agents, cases = experiment.expected_agents, len(experiment.cases())
        print(f"  at most about {agents:,} agents a seed and world, {cases} cases to run")


@app.command("list")
def list_(
    what: Annotated[Listing, typer.Argument(help="What to list.")],
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV with every column.")] = False,
) -> None:
    """List what an experiment file can name: levers, parameters, indicators, places or policies."""
    with answering():
        from experiments import listing

        header, rows = listing.rows(what.value)
        if as_csv:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)
        else:
            Console(highlight=False).print(listing.table(what.value, header, rows))
            print(f"More columns, sources among them: corridor list {what.value} --csv")


@app.command()
def schema() -> None:
    """Print the JSON Schema of the experiment file."""
    with answering():
        from experiments.listing import json_schema

        print(json.dumps(json_schema(), indent=2))


@app.command()
def bench(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    scale: Annotated[float, typer.Option(min=0.1, max=1000, help="People per agent of the first run.")] = 1.0,
    years: Annotated[int, typer.Option(min=1, max=8, help="Years from 2018 on.")] = 8,
    batch: Annotated[bool, typer.Option("--batch", help="Measure batches instead: cores, store, memory.")] = False,
) -> None:
    """Measure the speed: one 1:1 replicate stage by stage, and eight replicates together against one alone."""
    with answering():
        from experiments import batch_bench
        from experiments import bench as benchmark

        measured = batch_bench.measure() if batch else benchmark.measure(scale, years)
        if as_json:
            print(json.dumps(measured))
        else:
            (batch_bench if batch else benchmark).show(measured, Console(highlight=False))


def _cores() -> int:
    import joblib

    return int(joblib.cpu_count())


def _load(config: Path, seeds: str | None, scale: str | None, settings: list[str] | None) -> Experiment:
    """The checked experiment with what the command line changes; raises InputError with all problems."""
    from experiments.config import Setting, load

    pairs = [text.partition("=") for text in settings or ()]
    changes = [Setting("--set", key, value if sign else None) for key, sign, value in pairs]
    given = {"seeds": seeds, "scale": scale}
    changes += [Setting(f"--{key}", key, value) for key, value in given.items() if value is not None]
    return load(config, changes)


def _run(experiment: Experiment, out: Path, jobs: int, dask: str | None, dry_run: bool) -> None:
    from experiments import runner
    from experiments.execution import Execution, RunError

    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    planned = runner.plan_of(experiment)
    outlook = runner.outlook(experiment, planned, out, jobs)
    where = f"the cluster at {dask}" if dask else f"{min(jobs, len(planned))} processes"
    line = f"{experiment.file.title}: {len(planned)} cases over {where}; {_expected(experiment, outlook)}"
    if dry_run:
        print(line)
        return
    errors.print(line, markup=False)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # so that a run that is ended tidies up, too
    try:
        with _progress(errors, len(outlook.to_do)) as watch:
            finished = runner.run(experiment, planned, out, Execution(jobs, dask), watch)
    except RunError as error:
        end(str(error), error.code)
    except KeyboardInterrupt:
        end("stopped by Ctrl-C; cases that are done are kept, and the same command goes on from there", STOPPED)
    _tell(experiment, finished)


def _expected(experiment: Experiment, outlook: Outlook) -> str:
    """What there is to do and about how long it takes, in words."""
    points = f", {len(experiment.points)} points" if experiment.points[0].number else ""
    size = f"{len(experiment.file.worlds)} worlds{points}, {len(experiment.seeds)} seeds"
    stored = f"; {outlook.stored} replicates are in the store" if outlook.stored else ""
    if not outlook.to_do:
        return f"{size}; all are in the store"
    return f"{size}{stored}; {len(outlook.to_do)} to run, {_duration(outlook.seconds)}"


def _duration(seconds: float) -> str:
    """A rough length of time, in words."""
    if math.isnan(seconds):
        return "nobody knows how long, as the first case fails"
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"


@contextlib.contextmanager
def _progress(console: Console, cases: int) -> Iterator[Watch]:
    """A bar with percent, rate, time left and failures on a terminal; else a line for every case that ends."""
    from experiments.runner import Watch

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=None), TaskProgressColumn(),
               TextColumn("{task.fields[told]}"), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("running", total=1.0, told="")
        began, ended, failed = time.monotonic(), 0, 0

        def case_done(outcome: Outcome) -> None:
            nonlocal ended, failed
            ended, failed = ended + 1, failed + (outcome.failure is not None)
            rate = 60.0 * ended / max(time.monotonic() - began, 1e-9)
            progress.update(task, told=f"{ended}/{cases}, {rate:.3g}/min, {failed} failed")
            if outcome.failure:
                console.print(f"{ended} of {cases} cases ended: {outcome.case.name} failed: {outcome.failure.error}",
                              markup=False)
            elif not console.is_terminal:
                console.print(f"{ended} of {cases} cases done: {outcome.case.name}, {outcome.seconds:.0f} s",
                              markup=False)

        yield Watch(
            share_done=lambda share: progress.update(task, completed=share),
            case_done=case_done,
            note=lambda text: console.print(text, markup=False),
        )
        progress.update(task, completed=1.0)


def _tell(experiment: Experiment, finished: Finished) -> None:
    """Print the table and where everything is."""
    from results import report

    if experiment.points[0].number:
        print(f"{len(experiment.points)} points. Everything is in {finished.directory}:")
        print("  summary.csv and effects.csv by point, design.csv, manifest.json, cases/, index/")
        print(f"  corridor export {finished.directory} --csv writes every replicate with its point")
        return
    summary, effects = (_chosen(frame, experiment.file.indicators) for frame in (finished.summary, finished.effects))
    report.print_table(summary, effects, Console(highlight=False))
    print(f"\n{len(experiment.seeds)} seeds, {finished.seconds:.0f} s. Everything is in {finished.directory}:")
    print("  summary.csv, effects.csv, manifest.json, cases/, index/")
    for path in finished.figures:
        print(f"  {path.relative_to(finished.directory)}")


def _chosen(frame: pd.DataFrame, indicators: tuple[str, ...]) -> pd.DataFrame:
    """The rows of the chosen indicators; deaths stand in every table."""
    if not indicators:
        return frame
    return frame[frame["indicator"].isin(indicators) | frame["indicator"].str.startswith("deaths_")]
