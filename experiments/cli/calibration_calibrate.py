"""The command `calibrate`: a posterior from stored runs and observed series up to a cut."""

from __future__ import annotations

import contextlib
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridor.experiments.cli.errors import answering_of_a_store
from corridor.experiments.cli.running import (
    ConfigFile,
    Dask,
    DryRun,
    Jobs,
    Scale,
    Settings,
    carry_out,
    folder_of,
    read_experiment,
)

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer()
FEW = 64  # draws, below which the tails of a posterior are not known
COARSE = "10"  # people per agent of a table where nothing else is said


class Others(StrEnum):
    """What happens to the parameters that are not fitted."""

    DEFAULT = "default"
    INTEGRATED = "integrated"


@app.command()
def calibrate(
    config: ConfigFile,
    until: Annotated[str, typer.Option(metavar="YYYY-MM", help="The cut: nothing observed after it is used.")],
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the results; by default results/runs/NAME_calibrate/until_YYYY_MM, where "
            "`validate --posteriors results/runs/NAME_calibrate` looks.",
            show_default=False,
        ),
    ] = None,
    points: Annotated[int, typer.Option(metavar="N", help="Runs of the table; a power of two.")] = 1024,
    particles: Annotated[int, typer.Option(min=4, metavar="N", help="Runs that are kept, and of each round.")] = 256,
    rounds: Annotated[int, typer.Option(min=0, help="Rounds of moves after the table.")] = 4,
    parameters: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,...",
            help="Parameters to be fitted; by default those with `fitted` yes in `corridor list parameters`.",
        ),
    ] = None,
    others: Annotated[
        Others, typer.Option(help="Other parameters: at their defaults, or integrated over their ranges.")
    ] = Others.DEFAULT,
    observed: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=FILE", help="Your own CSV of a target (month,value or year,value); repeatable."),
    ] = None,
    world: Annotated[str, typer.Option(metavar="NAME", help="The world that is fitted.")] = "as_it_happened",
    plants: Annotated[int, typer.Option(min=0, help="Rows of the table to plant and find again; 0 is none.")] = 60,
    sample: Annotated[int, typer.Option(metavar="SEED", min=0, help="Seed of the sample and of the fit.")] = 1,
    scale: Scale = COARSE,
    jobs: Jobs = None,
    dask: Dask = None,
    dry_run: DryRun = False,
    settings: Settings = None,
) -> None:
    """Fit parameters to what was observed up to a cut; runs that are in the folder are not run again."""
    with answering_of_a_store():
        from corridor.calibration.evidence.targets import own_files
        from corridor.calibration.fit.abc import Method
        from corridor.calibration.fit.calibrate import (
            INPUTS,
            TABLE,
            Calibration,
            check,
            check_fitted,
            fitted,
            left_out,
            write_fit,
        )
        from corridor.calibration.fit.calibrate import write_design as tables
        from corridor.calibration.fit.runs import at_cut, marked_fitted, prior_of
        from corridor.calibration.predict.prediction import folder_of as folder_of_cut

        folder = out or folder_of(None, config, "calibrate") / folder_of_cut(until)
        method = Method(particles=particles, rounds=rounds, seed=sample)
        experiment = read_experiment(config, None, scale, settings, draws=False)
        declared = experiment.parameter_table
        names = parameters.split(",") if parameters else marked_fitted(declared)
        check(experiment, until, points, method, plants)
        prior = prior_of(names, until, others is Others.INTEGRATED, experiment.file.values, declared)
        own = own_files(observed or [])
        check_fitted(own)
        if lost := left_out(experiment, until, own):
            print(f"Left out of the fit, as the run does not cover them: {', '.join(lost)}")
        with tempfile.TemporaryDirectory() if dry_run else contextlib.nullcontext(folder / INPUTS) as inputs:
            cut = at_cut(experiment, until, world, Path(inputs))
            fit = Calibration(cut, prior, until, points, sample, method, own, plants)
            if not carry_out(fit.first, folder / TABLE, jobs, dask, dry_run, tables):
                print(f"then {rounds} rounds of {particles} runs each, from where the table comes nearest")
                return
            found = fitted(fit, folder, lambda runs, where: carry_out(runs, where, jobs, dask, False, tables))
        tell(folder, write_fit(fit, folder, found))


def tell(folder: Path, told: pd.DataFrame) -> None:
    """Print what was learnt of each parameter, what the table does not reach, and where everything is."""
    from corridor.calibration.fit.posterior import load

    manifest = load(folder).manifest
    points, particles = manifest["table"]["points"], manifest["method"]["particles"]
    print(
        f"Fitted to {manifest['until']}: {points + particles * len(manifest['rounds'])} runs, {manifest['draws']} "
        "different ones of which are the posterior."
    )
    for number, each in enumerate(manifest["rounds"], start=1):
        print(f"  round {number}: distance at most {each['tolerance']:.1f}, {each['moved']:.0%} of the moves counted")
    distances = manifest["distances"]
    print(
        f"Distances of the posterior's runs: {distances['nearest']:.1f} to {distances['farthest']:.1f}; of all runs "
        f"{distances['median_of_the_table']:.1f} (median); of a model wrong by no more than the records: "
        f"{distances['floor'][0]:.1f}"
    )
    if manifest["draws"] < FEW:
        print(f"Fewer than {FEW} different runs: give more --particles, or fewer --rounds")
    print("Shortest interval that holds 90 % of the draws (highest density), and their mean:")
    print(f"{'parameter':26}{'from':>10}{'mean':>10}{'to':>10}   learnt (0 nothing, 1 all)")
    for row in told.to_dict("records"):
        print(
            f"{row['parameter']:26}{row['hdi90_low']:10.4g}{row['mean']:10.4g}{row['hdi90_high']:10.4g}"
            f"{row['contraction']:10.2f}"
        )
    if manifest["out_of_reach"]:
        print(
            f"{len(manifest['out_of_reach'])} observed figures lie beyond every run of the table; posterior.json "
            "lists them"
        )
    print(
        f"Everything is in {folder}:\n  posterior.csv, posterior.json, diagnostics.csv, coverage.csv, figures/, "
        "table/, round_1/ and so on"
    )
