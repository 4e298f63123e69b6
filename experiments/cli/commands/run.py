"""`corridor run` and `corridor check`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from corridor.experiments.cli.errors import report_errors
from corridor.experiments.cli.options import ConfigFile, RunOptions, command
from corridor.experiments.cli.progress import counted, print_files, run_with_progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from corridor.experiments.config.experiment import Experiment
    from corridor.experiments.execution.analysis import RunResult

app = typer.Typer()


@command(app)
def run(
    options: RunOptions,
    config: ConfigFile,
    verbose: Annotated[bool, typer.Option("--verbose", help="Print every year of every world.")] = False,
) -> None:
    """Run an experiment and write its tables and figures; cases that are in the folder are not run again."""
    with report_errors():
        from corridor.experiments.interface import analyses

        run_with_progress(options, partial(analyses.run, config), partial(print_run, verbose))


def print_run(verbose: bool, result: RunResult) -> None:
    """Print the answer, or with `verbose` all years, and where the files are; for a design only the latter."""
    from corridor.experiments.cli.reports import summary

    experiment = result.experiment
    if experiment.designed:
        print(f"{len(experiment.points)} points; corridor export {result.folder} --csv writes every replicate")
    else:
        chosen = experiment.file.indicators
        means, effects = (chosen_rows(result.tables[name], chosen) for name in ("summary", "effects"))
        console = Console(highlight=False)
        if verbose:
            summary.print_worlds(means, experiment.from_posterior, console)
            summary.print_effects(effects, console)
        else:
            summary.print_answer(means, effects, experiment.from_posterior, console)
        summary.print_doubt(effects, console)
        summary.print_notes(effects, console)
        if not verbose:
            print("Every year of every world: the same command with --verbose, or summary.csv and effects.csv")
    print_data_files(result)
    print_files(result)


def print_data_files(result: RunResult) -> None:
    """Print which data files each world used, where worlds have files of their own."""
    from corridor.experiments.analyses.overview import SHIPPED

    if not result.experiment.world_files:
        return
    print("Data files, where they are not the shipped ones:")
    for world, rows in result.tables["data_files"].groupby("world", sort=False):
        used = ", ".join(f"{row.key} {row.file}" for row in rows.itertuples() if row.file != SHIPPED)
        print(f"  {world}: {used or 'all are the shipped ones'}")


def chosen_rows(frame: pd.DataFrame, indicators: tuple[str, ...]) -> pd.DataFrame:
    """The rows of the chosen indicators; deaths are in every table."""
    if not indicators:
        return frame
    return frame[frame["indicator"].isin(indicators) | frame["indicator"].str.startswith("deaths_")]


@command(app, only=("seeds", "scale", "settings"))
def check(options: RunOptions, config: ConfigFile) -> None:
    """Check an experiment file, its policies and its data files without running it."""
    with report_errors():
        from corridor.experiments.interface.source import read
        from corridor.model import PARAMETERS

        experiment = read(config, options.seeds, options.scale, options.settings or ()).definition
        file = experiment.file
        print(f"{config}: valid")
        print(f"  {file.title}")
        seeds = counted(len(experiment.seeds), "seed")
        print(f"  {file.start} to {file.end}, {file.scale:g} people per agent, {seeds}")
        for name, world in file.worlds.items():
            mark = " (baseline)" if name == file.baseline else ""
            files = "".join(f"; {key}: {path}" for key, path in experiment.named_files(name).items())
            print(f"  world {name}{mark}: {world.title}; policies: {', '.join(world.policies) or 'none'}{files}")
        for line in (*sea_lines(experiment), *policy_lines(experiment)):
            print(f"  {line}")
        if own := [name for name, p in experiment.parameter_table.items() if p != PARAMETERS[name]]:
            print(f"  parameter_table: {file.parameter_table} changes {', '.join(own)}")
        if isinstance(file.parameters, str):
            print(f"  parameters: a draw of {file.parameters} for each seed")
        elif file.parameters:
            print(f"  parameters: {', '.join(f'{name}={value:g}' for name, value in file.parameters.items())}")
        cases = experiment.cases()
        replicates = sum(len(case.seeds) for case in cases)
        print(f"  at most about {experiment.expected_agents:,} agents a seed and world")
        print(f"  {counted(replicates, 'replicate')} in {counted(len(cases), 'case')} to run")
        for text in experiment.notes:
            print(f"  note: {text}")


def sea_lines(experiment: Experiment) -> Iterator[str]:
    """Where the nights of the run come from, for all worlds that are alike in this."""
    from corridor.experiments.config.data.sea import sea_words

    worlds: dict[str, list[str]] = {}
    for world in experiment.file.worlds:
        worlds.setdefault(sea_words(experiment.nights_of(world), experiment.sea_record_of(world)), []).append(world)
    for words, names in worlds.items():
        yield f"sea: {words}" if len(worlds) == 1 else f"sea of {', '.join(names)}: {words}"


def policy_lines(experiment: Experiment) -> Iterator[str]:
    """The user's own policy files, each with its name, what it says and what it costs; and how many shipped ones."""
    from corridor.experiments.config.policies.policy_files import SHIPPED

    files = experiment.policy_files
    own = {name: file for name, file in files.items() if not file["file"].startswith(SHIPPED)}
    for name, file in own.items():
        cost = "cost not known" if file["cost_eur_million"] is None else f"EUR {file['cost_eur_million']:g} million"
        yield f"policy {name}: {file['file']}, {cost}, sha256 {file['sha256'][:12]}"
    if shipped := len(files) - len(own):
        yield f"{counted(shipped, 'shipped policy', 'shipped policies')} (corridor list policies)"
