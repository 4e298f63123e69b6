"""`corridor import`: a file as its publisher made it, as tidy CSV that the other commands take.

Exit codes: 0 done; 2 a file that cannot be read, or a mistake on the command line.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridor.experiments.cli.errors import report_errors

if TYPE_CHECKING:
    from corridor.experiments.interface.importing import ImportResult

app = typer.Typer()
USES = {  # what a file that is made can be given to
    "daily": "corridor update {path}; corridor score FORECAST --record {path}",
    "arrivals_people": "corridor history CONFIG --observed arrivals_people={path}",
    "arrivals_boats": "corridor history CONFIG --observed arrivals_boats={path}",
    "prevented_by_month": "corridor history CONFIG --observed prevented_by_month={path}",
    "deaths_channel": "corridor validate --observed deaths_channel={path}",
    "arrivals_albania": "corridor validate --observed arrivals_albania={path}",
}


class Sources(StrEnum):
    """Whose files can be imported."""

    HOME_OFFICE = "home-office"
    QUARTERLY = "home-office-quarterly"
    FRONTEX = "frontex"
    MISSING_MIGRANTS = "iom-missing-migrants"
    UNHCR = "unhcr"
    EUROSTAT = "eurostat"


@app.command("import")
def import_(
    source: Annotated[Sources, typer.Argument(metavar="SOURCE", help=f"Whose file: {', '.join(Sources)}.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file as it was published.")],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the files; below results/runs/imports/ by default.", show_default=False),
    ] = None,
    vintage: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="YYYY-MM-DD",
            help="The day of the file, where it does not say it.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Read a file as its publisher made it, and write it as tidy CSV that other commands take."""
    with report_errors():
        from corridor.experiments.interface.importing import import_file

        print_import(import_file(source, file, out=out, vintage=vintage.date() if vintage else None))


def print_import(result: ImportResult) -> None:
    """What was read, what differs from ours, where it is, and which command takes it."""
    print(f"{', '.join(result.layouts)}; edition of {result.vintage}")
    for frame in result.records.values():
        for series, rows in frame.groupby("series", sort=False):
            known = rows[rows.status == "counted"]
            others = rows.status[rows.status != "counted"].value_counts()
            gaps = "".join(f"; {count:,} {status}" for status, count in others.items())
            span = f"{rows.period.min()} to {rows.period.max()}"
            total = f"{known.value.sum():,.0f} {rows.unit.iloc[0]}"
            print(f"  {series}, {span}: {len(known):,} counted, {total} in all{gaps}")
    if result.revised:
        print(f"{result.revised:,} values differ from an earlier edition in this folder: see the files of revisions")
    for warning in result.warnings:
        print(f"warning: {warning}")
    print(f"Written to {result.folder}: {', '.join(path.name for path in result.files)}")
    for name in result.ready:
        if name in USES:
            print(f"  {USES[name].format(path=result.folder / f'{name}.csv')}")
