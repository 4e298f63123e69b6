"""`corridor history`, the same without conditions of the time (`calibrate`), and its test on simulated truth."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridor.experiments.cli.errors import report_errors
from corridor.experiments.cli.options import ConfigFile, Parameters, RunOptions, SampleSeed, command, each_of
from corridor.experiments.cli.progress import print_files, run_with_progress

if TYPE_CHECKING:
    from corridor.experiments.execution.analysis import RunResult

app = typer.Typer()
SHOWN = ("arrivals_people", "arrivals_boats", "deaths_channel", "camp_stock")
Observed = Annotated[
    list[str] | None,
    typer.Option(
        "--observed",
        metavar="TARGET=FILE",
        help="Your own CSV (month,value or year,value) in place of a target; repeatable.",
    ),
]
Until = Annotated[str, typer.Option(metavar="YYYY-MM", help="The cut: nothing observed after it is used.")]
Members = Annotated[int, typer.Option(min=24, metavar="N", help="Members of the ensemble.")]
Steps = Annotated[int, typer.Option(min=1, max=16, metavar="N", help="Steps in which they are moved.")]
Conditions = Annotated[
    float,
    typer.Option(metavar="FACTOR", help="Spread of the conditions of the time over the declared one; 0: none."),
]
FittedWorld = Annotated[str, typer.Option("--world", metavar="NAME", help="The world whose past it is.")]


def fit_command(name: str, words: str, spread: float) -> Callable[..., None]:
    """A command of the two that fit, which differ in how far the conditions of the time may be from 1."""

    def fit(
        options: RunOptions,
        config: ConfigFile,
        until: Until,
        members: Members = 192,
        steps: Steps = 4,
        parameter: Parameters = None,
        observed: Observed = None,
        world: FittedWorld = "as_it_happened",
        conditions: Conditions = spread,
        sample_seed: SampleSeed = 1,
    ) -> None:
        with report_errors(), temporary_inputs(options) as inputs:
            from corridor.experiments.interface import conditioning

            call = partial(
                conditioning.history,
                config,
                until,
                members=members,
                steps=steps,
                parameters=each_of(parameter),
                observed=observed or (),
                world=world,
                conditions=conditions,
                sample=sample_seed,
                inputs=inputs,
                note=print,
            )
            run_with_progress(options, call, print_history, f"then {steps} more rounds of as many runs")

    fit.__name__, fit.__doc__ = name, words
    return command(app)(fit)


fit_command(
    "history",
    "Condition the past on the record, with parameters and conditions of the time; stored runs are not run again.",
    1.0,
)
fit_command(
    "calibrate",
    "Fit parameters alone to the record: a history without conditions of the time; stored runs are not run again.",
    0.0,
)


@command(app, only=("out", "scale", "jobs", "settings", "quiet"))
def recovery(
    options: RunOptions,
    config: ConfigFile,
    until: Until,
    histories: Annotated[int, typer.Option(min=1, metavar="N", help="Histories on simulated truth.")] = 100,
    other: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A further world, whose effect has to be found, too; repeatable."),
    ] = None,
    members: Members = 192,
    steps: Steps = 4,
    parameter: Parameters = None,
    world: FittedWorld = "as_it_happened",
    sample_seed: SampleSeed = 1,
) -> None:
    """Test the history on simulated truth: known parameters, conditions and effects have to be found again."""
    with report_errors():
        from corridor.experiments.interface import conditioning

        call = partial(
            conditioning.recovery,
            config,
            until,
            histories=histories,
            others=other or (),
            members=members,
            steps=steps,
            parameters=each_of(parameter),
            world=world,
            sample=sample_seed,
        )
        run_with_progress(options, call, print_recovery)


@contextlib.contextmanager
def temporary_inputs(options: RunOptions) -> Iterator[Path | None]:
    """For a dry run a temporary folder for data files; else None, for the folder of the results."""
    if not options.dry_run:
        yield None
        return
    from corridor.experiments.execution.folders.scratch import temporary_folder

    with temporary_folder() as folder:
        yield folder


def print_history(result: RunResult) -> None:
    """Print yearly values beside the record, the error of months, and where the files are."""
    scores = result.tables["history_scores"]
    for name in SHOWN:
        rows = scores[(scores.quantity == name) & (scores.period.str.len() == len("2021"))]
        print(f"{name}: observed, and median (90 %) of the members")
        for row in rows.itertuples():
            print(f"  {row.period}  {row.observed:10,.0f}  {row.median:10,.0f} ({row.low:,.0f} to {row.high:,.0f})")
    for row in scores[scores.quantity.str.startswith("wape_months")].itertuples():
        print(
            f"{row.quantity}: {row.ratio:.2f} of the median, {row.median:.2f} ({row.low:.2f} to {row.high:.2f}) of one"
        )
    print_files(result)


def print_recovery(result: RunResult) -> None:
    """Print coverage and what was learned of each kind of quantity, what is wrong, and where the files are."""
    print(f"{'kind':12}{'truths':>8}{'50 %':>8}{'90 %':>8}{'learned':>9}{'spread':>8}{'p of ranks':>12}")
    rows = result.tables["recovery"]
    for row in rows[rows.quantity == "all"].itertuples():
        print(
            f"{row.kind:12}{row.histories:8,}{row.cover50:8.2f}{row.cover90:8.2f}{row.learned:9.2f}{row.spread:8.2f}"
            f"{row.rank_p:12.2g}"
        )
    print_files(result)
