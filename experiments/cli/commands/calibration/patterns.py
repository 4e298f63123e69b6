"""`corridor patterns`: a stored run against the record.

Exit codes: 0 done; 1 a figure could not be plotted; 2 a mistake on the command line, or a run that is not complete.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridor.experiments.cli.commands.batches import Directory
from corridor.experiments.cli.commands.calibration.validate import passing
from corridor.experiments.cli.errors import FAILED, MISTAKE, end, report_store_errors
from corridor.experiments.cli.options import each_of
from corridor.experiments.cli.progress import print_files

if TYPE_CHECKING:
    from corridor.experiments.execution.analysis import StoredResult

app = typer.Typer()
SHORT_TABLES = ("V22", "V23", "V28")  # printed, as they say most of the trade


@app.command()
def patterns(
    directory: Directory,
    record: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="A CSV date,people[,boats] of your own, instead of the observed values that ship; none for no record.",
            show_default=False,
        ),
    ] = None,
    world: Annotated[
        list[str] | None,
        typer.Option("--world", metavar="NAME", help="A world; repeatable; the first of the run by default."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the results; that of the run by default.", show_default=False)
    ] = None,
) -> None:
    """Hold a stored run against the record: every validation pattern with its observed value and 90 % interval."""
    with report_store_errors(MISTAKE):
        from corridor.experiments.interface import calibrating

        print_patterns(calibrating.patterns(directory, record=record, worlds=each_of(world), out=out))


def known(value: float) -> str:
    """A value with two decimals; a dash where it is not known."""
    return "-" if math.isnan(value) else f"{value:.2f}"


def print_patterns(result: StoredResult) -> None:
    """People per crossing day and the months beside the record, how many values pass, and what was left out."""
    table = result.tables["patterns"]
    for world, rows in table.groupby("world", sort=False):
        print(f"{world}: observed; median (90 % interval)")
        for row in rows[rows.pattern.isin(SHORT_TABLES)].to_dict("records"):
            seen, median, low, high = (known(row[name]) for name in ("observed", "median", "low", "high"))
            print(f"  {row['quantity']:<56} {row['period']}  {seen:>5}; {median} ({low} to {high})")
        print(f"  {passing(rows)}")
    print_files(result)
    if result.failed_figures:
        end(f"{len(result.failed_figures)} figures could not be plotted; the tables are complete", FAILED)
