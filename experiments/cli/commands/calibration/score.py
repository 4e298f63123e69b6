"""`corridor update` and `corridor score`: forecasts that are kept, and scored when the months are over; and the rolling
part of `corridor validate`.

Exit codes: 0 done; 1 a figure could not be plotted; 2 a mistake in a file or on the command line.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corridor.experiments.cli.errors import FAILED, MISTAKE, end, report_errors
from corridor.experiments.cli.options import RunOptions, command
from corridor.experiments.cli.progress import callbacks_of, print_files

if TYPE_CHECKING:
    import pandas as pd

    from corridor.experiments.execution.analysis import StoredResult

app = typer.Typer()
USED = ("out", "jobs", "quiet")  # of the common options


@command(app, USED)
def score(
    options: RunOptions,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Forecasts in the forecast hubs' format, as 2026-01-corridor.csv."),
    ],
    record: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A CSV date,people[,boats] of your own, instead of the daily record that ships.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Score stored forecasts on the months that are over, beside simple forecasts from the same origins."""
    with report_errors():
        from corridor.experiments.interface import rolling

        print_scores(rolling.score(files, record=record, out=options.out, jobs=options.jobs), options)


@command(app, USED)
def update(
    options: RunOptions,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="The Home Office's spreadsheet (ODS, XLSX), or a CSV date,people,boats."),
    ],
    posterior: Annotated[
        Path | None,
        typer.Option(help="Folder of another history; the shipped one by default.", show_default=False),
    ] = None,
    draws: Annotated[
        int | None, typer.Option(min=24, metavar="N", help="Members that run; all by default.", show_default=False)
    ] = None,
) -> None:
    """Condition the shipped history on newly published months, and forecast the year after them."""
    with report_errors():
        from corridor.experiments.interface import rolling

        def begun(text: str) -> None:
            if not options.quiet:
                print(text, file=sys.stderr)

        result = rolling.update(file, posterior=posterior, draws=draws, out=options.out, jobs=options.jobs, note=begun)
    if not options.quiet:
        for name, rows in result.tables["forecast"].groupby("indicator", sort=False):
            print(f"{name}: median (90 %)")
            for row in rows.itertuples():
                print(f"  {row.month}  {row.q50:8,.0f} ({row.q05:,.0f} to {row.q95:,.0f})")
        print_files(result)


@dataclass(frozen=True)
class Histories:
    """Whose histories forecast in a rolling validation: an experiment, its world, how many members, and what they are
    given of the months to come; None is the default, and without an experiment there are none."""

    config: str | None
    world: str | None
    members: int | None
    given: list[str] | None = None

    def options(self) -> dict[str, Any]:
        """Those that are given, by name."""
        return {name: value for name, value in vars(self).items() if name != "config" and value is not None}


def validate_rolling(options: RunOptions, histories: Histories, given: list[str]) -> None:
    """`corridor validate --rolling`; `given` are options of `validate` that mean nothing here."""
    unused = {"seeds": "--seeds", "dry_run": "--dry-run"}
    if histories.config is None:
        unused |= {"scale": "--scale", "dask": "--dask", "settings": "--set"}
        given = [*given, *(f"--{name}" for name in histories.options())]
    if wrong := [*given, *(option for name, option in unused.items() if getattr(options, name))]:
        allowed = "--out, --jobs, --quiet" + ("; more with a CONFIG" if histories.config is None else "")
        end(f"command line --rolling: {', '.join(wrong)} not used with it; allowed: {allowed}", MISTAKE)
    with report_errors(), callbacks_of(options) as callbacks:
        from corridor.experiments.interface import rolling

        if histories.config is None:
            result = rolling.validate_rolling(out=options.out, jobs=options.jobs)
        else:
            common = {**options.for_interface(), "callbacks": callbacks, **histories.options()}
            result = rolling.validate_history(histories.config, **common)
    print_scores(result, options)


def print_scores(result: StoredResult, options: RunOptions) -> None:
    """Relative WIS by horizon, error and coverage of each method and target; then notes and files."""
    if not options.quiet:
        scores = result.tables["rolling_scores"]
        for target, rows in scores.groupby("target", sort=False):
            print(f"{target}, {rows.origins.max()} origins: relative WIS by months ahead; over all months")
            print_target(rows)
        print_files(result)
    if result.failed_figures:
        end(f"{len(result.failed_figures)} figures could not be plotted; the tables are complete", FAILED)


def print_target(scores: pd.DataFrame) -> None:
    """A line for each method of one target."""
    horizons = scores.horizon.unique()
    relative = scores.pivot(index="method", columns="horizon", values="relative_wis")
    print(f"  {'':<26}" + "".join(f"{horizon:>6}" for horizon in horizons) + "    WAPE  90 % holds")
    for row in scores[scores.horizon == horizons[-1]].to_dict("records"):
        ratios = "".join(f"{relative.loc[row['method'], horizon]:>6.2f}" for horizon in horizons)
        print(f"  {row['method']:<26}{ratios}   {row['wape']:>5.2f}  {row['cover90']:>9.2f}")
