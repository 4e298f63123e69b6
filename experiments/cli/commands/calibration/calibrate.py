"""`corridor calibrate`: a posterior from stored runs and observed series up to a month."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridor.experiments.cli.errors import report_errors
from corridor.experiments.cli.options import (
    ConfigFile,
    Parameters,
    RunOptions,
    SampleSeed,
    command,
    each_of,
)
from corridor.experiments.cli.progress import print_files, run_with_progress

if TYPE_CHECKING:
    from corridor.experiments.execution.analysis import RunResult

app = typer.Typer()
FEW = 64  # with fewer draws the tails of a posterior are not known
Observed = Annotated[
    list[str] | None,
    typer.Option(
        "--observed",
        metavar="TARGET=FILE",
        help="Your own CSV (month,value or year,value) in place of a target; repeatable.",
    ),
]


@command(app)
def calibrate(
    options: RunOptions,
    config: ConfigFile,
    until: Annotated[str, typer.Option(metavar="YYYY-MM", help="The cut: nothing observed after it is used.")],
    points: Annotated[int, typer.Option(metavar="N", help="Runs of the table; a power of two.")] = 1024,
    particles: Annotated[
        int, typer.Option(min=4, metavar="N", help="Runs that are kept, and runs of each round.")
    ] = 256,
    rounds: Annotated[int, typer.Option(min=0, help="Rounds of moves after the table.")] = 4,
    parameter: Parameters = None,
    others: Annotated[
        str,
        typer.Option(metavar="HOW", help="Parameters that are not fitted: default, or integrated over their range."),
    ] = "default",
    observed: Observed = None,
    world: Annotated[str, typer.Option(metavar="NAME", help="The world that is fitted.")] = "as_it_happened",
    recovery_tests: Annotated[
        int, typer.Option(min=0, help="Recovery tests: runs of the table that stand in for the observed data.")
    ] = 60,
    sample_seed: SampleSeed = 1,
) -> None:
    """Fit parameters to what was observed up to a cut; runs that are in the folder are not run again."""
    with report_errors(), temporary_inputs(options) as inputs:
        from corridor.experiments.interface import calibrating

        call = partial(
            calibrating.calibrate,
            config,
            until,
            points=points,
            particles=particles,
            rounds=rounds,
            parameters=each_of(parameter),
            others=others,
            observed=observed or (),
            world=world,
            recovery_tests=recovery_tests,
            sample_seed=sample_seed,
            note=print,
            inputs=inputs,
        )
        then = f"then {rounds} rounds of {particles} runs each, from where the table comes nearest"
        run_with_progress(options, call, print_fit, then)


@contextlib.contextmanager
def temporary_inputs(options: RunOptions) -> Iterator[Path | None]:
    """For a dry run a temporary folder for data files; else None, for the folder of the results."""
    if not options.dry_run:
        yield None
        return
    from corridor.experiments.execution.folders.scratch import temporary_folder

    with temporary_folder() as folder:
        yield folder


def print_fit(result: RunResult) -> None:
    """Print what was learned of each parameter, the observed values out of reach, and where the files are."""
    from corridor.calibration.fit.posterior import load

    manifest = load(result.folder).manifest
    points, particles = manifest["table"]["points"], manifest["method"]["particles"]
    print(
        f"Fitted to {manifest['until']}: {points + particles * len(manifest['rounds'])} runs, {manifest['draws']} "
        "different ones of which are the posterior."
    )
    for number, each in enumerate(manifest["rounds"], start=1):
        print(f"  round {number}: distance at most {each['tolerance']:.1f}, {each['moved']:.0%} of the moves accepted")
    distances = manifest["distances"]
    print(
        f"Distances of the posterior's runs: {distances['nearest']:.1f} to {distances['farthest']:.1f}; of all runs "
        f"{distances['median_of_the_table']:.1f} (median); expected of a correct model, from errors of the records: "
        f"{distances['floor'][0]:.1f}"
    )
    if manifest["draws"] < FEW:
        print(f"Fewer than {FEW} different runs: give more --particles, or fewer --rounds")
    print("Shortest interval that holds 90 % of the draws (highest density), and their mean:")
    print(f"{'parameter':26}{'from':>10}{'mean':>10}{'to':>10}   learned (0 nothing, 1 all)")
    for row in result.tables["diagnostics"].to_dict("records"):
        print(
            f"{row['parameter']:26}{row['hdi90_low']:10.4g}{row['mean']:10.4g}{row['hdi90_high']:10.4g}"
            f"{row['contraction']:10.2f}"
        )
    if manifest["out_of_reach"]:
        print(
            f"{len(manifest['out_of_reach'])} observed values lie beyond every run of the table; posterior.json "
            "lists them"
        )
    print_files(result)
