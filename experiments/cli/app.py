"""The command line: `corridor run`, `check`, `list`, `schema` and `bench`; those of a batch are in `batch_cli`,
those that set measures and levers side by side in `lever_cli`, sensitivity in `sensitivity_cli`, robust choice in
`robust_cli`.

Exit codes: 0 done; 1 a case failed; 2 a mistake in a file or on the command line, told line by line on stderr;
130 stopped by Ctrl-C. The heavy imports stand inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from corridor.experiments.cli import batches, compare, explore, sensitivity
from corridor.experiments.cli.errors import STOPPED, answering, end
from corridor.experiments.cli.running import (
    ConfigFile,
    Dask,
    DryRun,
    Jobs,
    Scale,
    SeedCount,
    Settings,
    carry_out,
    read_experiment,
)

if TYPE_CHECKING:
    import pandas as pd

    from corridor.experiments.config.experiment import Experiment
    from corridor.experiments.execution.run import Finished

app = typer.Typer(
    name="corridor",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Simulate migration along the Mediterranean-to-Channel routes and compare what policies would have changed. "
    "Agents are synthetic: results describe scenarios, not persons.",
)
app.add_typer(batches.app)
app.add_typer(compare.app)
app.add_typer(sensitivity.app)
app.add_typer(explore.app)


class Listing(StrEnum):
    """What `corridor list` can show."""

    LEVERS = "levers"
    PARAMETERS = "parameters"
    INDICATORS = "indicators"
    PLACES = "places"
    POLICIES = "policies"


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
    jobs: Jobs = None,
    dask: Dask = None,
    dry_run: DryRun = False,
    settings: Settings = None,
) -> None:
    """Run an experiment and write its tables and figures; cases that are in the folder are not run again."""
    with answering():
        experiment = read_experiment(config, seeds, scale, settings)
        finished = carry_out(experiment, out or Path("results") / "runs" / config.stem, jobs, dask, dry_run)
        if finished:
            _tell(experiment, finished)


@app.command()
def check(config: ConfigFile, seeds: SeedCount = None, scale: Scale = None, settings: Settings = None) -> None:
    """Check an experiment file, its policies and its data files without running it."""
    with answering():
        from corridor.model import PARAMETERS

        experiment = read_experiment(config, seeds, scale, settings)
        file = experiment.file
        print(f"{config}: right")
        print(f"  {file.title}")
        print(f"  {file.start} to {file.end}, {file.scale:g} people per agent, {len(experiment.seeds)} seeds")
        for name, world in file.worlds.items():
            mark = " (baseline)" if name == file.baseline else ""
            print(f"  world {name}{mark}: {world.title}; policies: {', '.join(world.policies) or 'none'}")
        if own := [name for name, p in experiment.parameter_table.items() if p != PARAMETERS[name]]:
            print(f"  parameter_table: {file.parameter_table} changes {', '.join(own)}")
        if isinstance(file.parameters, str):
            print(f"  parameters: a draw of {file.parameters} for each seed")
        elif file.parameters:
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
        from corridor.experiments.cli import listing

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
        from corridor.experiments.cli.listing import json_schema

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
        from corridor.experiments.benchmarks import batch as batch_bench
        from corridor.experiments.benchmarks import single as benchmark

        measured = batch_bench.measure() if batch else benchmark.measure(scale, years)
        if as_json:
            print(json.dumps(measured))
        else:
            (batch_bench if batch else benchmark).show(measured, Console(highlight=False))


def _tell(experiment: Experiment, finished: Finished) -> None:
    """Print the table and where everything is."""
    from corridor.experiments.cli.reports import summary as report

    if experiment.designed:
        print(f"{len(experiment.points)} points. Everything is in {finished.directory}:")
        print("  summary.csv and effects.csv by point, design.csv, manifest.json, cases/, index/")
        print(f"  corridor export {finished.directory} --csv writes every replicate with its point")
        return
    summary, effects = (_chosen(frame, experiment.file.indicators) for frame in (finished.summary, finished.effects))
    report.print_table(summary, effects, experiment.drawn, Console(highlight=False))
    print(f"\n{len(experiment.seeds)} seeds, {finished.seconds:.0f} s. Everything is in {finished.directory}:")
    print("  summary.csv, effects.csv, manifest.json, cases/, index/")
    for path in finished.figures:
        print(f"  {path.relative_to(finished.directory)}")


def _chosen(frame: pd.DataFrame, indicators: tuple[str, ...]) -> pd.DataFrame:
    """The rows of the chosen indicators; deaths stand in every table."""
    if not indicators:
        return frame
    return frame[frame["indicator"].isin(indicators) | frame["indicator"].str.startswith("deaths_")]
