"""`corridor history`: a past that is conditioned on the record."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from corridor.experiments.cli.commands.calibration.calibrate import Observed, temporary_inputs
from corridor.experiments.cli.errors import report_errors
from corridor.experiments.cli.options import ConfigFile, Parameters, RunOptions, SampleSeed, command, each_of
from corridor.experiments.cli.progress import print_files, run_with_progress

if TYPE_CHECKING:
    from corridor.experiments.execution.analysis import RunResult

app = typer.Typer()
SHOWN = ("arrivals_people", "arrivals_boats", "deaths_channel", "camp_stock")


@command(app)
def history(
    options: RunOptions,
    config: ConfigFile,
    until: Annotated[str, typer.Option(metavar="YYYY-MM", help="The cut: nothing observed after it is used.")],
    members: Annotated[int, typer.Option(min=24, metavar="N", help="Members of the ensemble.")] = 96,
    steps: Annotated[int, typer.Option(min=1, max=16, metavar="N", help="Steps in which they are moved.")] = 4,
    parameter: Parameters = None,
    observed: Observed = None,
    world: Annotated[str, typer.Option(metavar="NAME", help="The world whose past it is.")] = "as_it_happened",
    sample_seed: SampleSeed = 1,
) -> None:
    """Condition the past on the record, with parameters and conditions of the time; stored runs are not run again."""
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
            sample=sample_seed,
            inputs=inputs,
            note=print,
        )
        run_with_progress(options, call, print_history, f"then {steps} more rounds of as many runs")


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
