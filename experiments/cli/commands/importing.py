"""`corridor import`: a file as its publisher made it, as tidy CSV that the other commands take; a scenario of Flee.

Exit codes: 0 done; 2 a file that cannot be read, or a mistake on the command line.
"""

from __future__ import annotations

import math
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridor.experiments.cli.errors import MISTAKE, end, report_errors
from corridor.experiments.cli.options import day

if TYPE_CHECKING:
    from corridor.experiments.interface.importing import FleeResult, ImportResult

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
    FLEE = "flee"


@app.command("import")
def import_(
    source: Annotated[Sources, typer.Argument(metavar="SOURCE", help=f"Whose file: {', '.join(Sources)}.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file as it was published; of Flee a folder.")],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the files; below results/runs/imports/ by default.", show_default=False),
    ] = None,
    vintage: Annotated[
        date | None,
        typer.Option(
            parser=day,
            metavar="YYYY-MM-DD",
            help="The day of the file, where it does not say it.",
            show_default=False,
        ),
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Of Flee: simulate the first days only.", show_default=False)
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Of Flee: the seed; 1 by default.", show_default=False)
    ] = None,
    hasten: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="Of Flee: people per agent; the scenario's by default.", show_default=False
        ),
    ] = None,
) -> None:
    """Read a file as its publisher made it and write tidy CSV that other commands take; or simulate and score a
    scenario of Flee."""
    of_flee = {"days": days, "seed": seed, "hasten": hasten}
    given = [f"--{name}" for name, value in of_flee.items() if value is not None]
    if source is not Sources.FLEE and given:
        end(f"command line: {', '.join(given)} not used with {source}; allowed: --out, --vintage", MISTAKE)
    if source is Sources.FLEE and vintage is not None:
        end("command line: --vintage not used with flee; allowed: --out, --days, --seed, --hasten", MISTAKE)
    with report_errors():
        from corridor.experiments.interface.importing import import_file, import_flee

        if source is Sources.FLEE:
            print_flee(import_flee(file, out=out, days=days, seed=1 if seed is None else seed, hasten=hasten))
        else:
            print_import(import_file(source, file, out=out, vintage=vintage))


def print_flee(result: FleeResult) -> None:
    """How far the simulation is from the reports, beside simple forecasts, and where the files are."""
    print(f"{result.days} days, {result.agents:,} agents, {result.seconds:.1f} s of a processor")
    print("Averaged relative difference to the reports:  all days  after day 30  of shares alone")
    for name, *values in result.scores.itertuples(index=False, name=None):
        shown = ["-" if math.isnan(value) else f"{value:.3f}" for value in values]
        print(f"  {name:<43}{shown[0]:>9}{shown[1]:>14}{shown[2]:>17}")
    print("Shares of day 30 know the later sum over the camps; last observed is what was reported before each day.")
    for warning in result.warnings:
        print(f"warning: {warning}")
    print(f"Written to {result.folder}: {', '.join(path.name for path in result.files)}")


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
