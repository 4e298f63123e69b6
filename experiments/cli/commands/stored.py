"""Commands that make tables of a stored run: `export`, `effects` and `latex`.

Exit codes: 0 done; 2 a mistake on the command line, or a run that is not complete.
"""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from corridor.experiments.cli.commands.batches import Directory
from corridor.experiments.cli.errors import MISTAKE, end, report_store_errors
from corridor.experiments.cli.options import Indicators, day, each_of

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer()
Worlds = Annotated[
    list[str] | None, typer.Option("--world", metavar="NAME", help="A world; repeatable; all by default.")
]
DAY: dict[str, Any] = {"parser": day, "metavar": "YYYY-MM-DD"}


class Periods(StrEnum):
    """By what an exported table goes."""

    YEAR = "year"
    MONTH = "month"
    RUN = "run"


class Flows(StrEnum):
    """As what flows along the legs are exported."""

    GEOJSON = "geojson"
    CSV = "csv"
    GEOPARQUET = "geoparquet"


ENDINGS = {"csv": ".csv", "parquet": ".parquet", "netcdf": ".nc", "geojson": ".geojson", "geoparquet": ".parquet"}
FILES = {Periods.YEAR: "annual", Periods.MONTH: "monthly", Periods.RUN: "totals"}


@app.command()
def export(
    directory: Directory,
    csv: Annotated[bool, typer.Option("--csv", help="Write CSV.")] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="Write Parquet.")] = False,
    netcdf: Annotated[
        bool, typer.Option("--netcdf", help="Write all daily records as NetCDF after the CF conventions.")
    ] = False,
    flows: Annotated[
        Flows | None,
        typer.Option(help="Write people along each leg of the map, for QGIS, R or kepler.gl.", show_default=False),
    ] = None,
    by: Annotated[Periods, typer.Option(help="A row for each year, month or whole run.")] = Periods.YEAR,
    world: Worlds = None,
    indicator: Indicators = None,
    out: Annotated[
        Path | None, typer.Option(help="The file to write; annual, monthly or totals in DIR by default.")
    ] = None,
) -> None:
    """Write the values of every replicate as one tidy table: a row for each world, point, seed, period and
    indicator; or the daily records, or the flows along the legs."""
    with report_store_errors(MISTAKE):
        if [csv, parquet, netcdf, flows is not None].count(True) != 1:
            end("export: give one of --csv, --parquet, --netcdf and --flows", MISTAKE)
        from corridor.results.store.destinations import check_file

        if out:
            check_ending(out, flows.value if flows else "csv" if csv else "parquet" if parquet else "netcdf")
            check_file(out)
        if netcdf or flows:
            if world or indicator or by is not Periods.YEAR:
                end("export: --world, --indicator and --by are for --csv and --parquet alone", MISTAKE)
            export_all(directory, flows, out)
            return
        from corridor import results
        from corridor.results.store.optional import need
        from corridor.results.store.whole_files import write_whole
        from corridor.results.tables.writing import write_csv

        if parquet:
            need("pyarrow")
        table = results.monthly(directory) if by is Periods.MONTH else results.to_frame(directory, by is Periods.RUN)
        frame = chosen(table, each_of(world), each_of(indicator))
        path = out or directory / f"{FILES[by]}.{'csv' if csv else 'parquet'}"
        if csv:
            write_csv(frame, path)
        else:
            write_whole(path, lambda part: frame.to_parquet(part, index=False))
        print(f"{path}: {len(frame):,} rows")


def check_ending(out: Path, kind: str) -> None:
    """End the command where a file would have the ending of another format than is written."""
    expected, given = ENDINGS[kind], out.suffix.lower()
    if given != expected and given in ENDINGS.values():
        end(f"export --out {out}: {kind} is written; allowed: a name that ends on {expected}", MISTAKE)


def export_all(directory: Path, flows: Flows | None, out: Path | None) -> None:
    """Write the flows of a run or, without a format of them, its daily records as NetCDF."""
    if flows is None:
        from corridor.results.tables.netcdf import write_netcdf

        path = out or directory / "records.nc"
        sizes = ", ".join(f"{name} {size}" for name, size in write_netcdf(directory, path).items())
        print(f"{path}: {sizes}")
        return
    from corridor.results.tables import flows as tables

    path = out or directory / tables.FLOW_FILES[flows.value]
    frame = tables.flows(directory)
    tables.write_flows(frame, path, flows.value)
    print(f"{path}: {len(frame):,} rows")


@app.command()
def effects(
    directory: Directory,
    first: Annotated[date, typer.Option("--from", help="The first day that counts.", **DAY)],
    last: Annotated[date, typer.Option("--to", help="The last day that counts.", **DAY)],
    world: Worlds = None,
    indicator: Indicators = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV with every indicator.")] = False,
) -> None:
    """Print what the worlds of a run differ by from its baseline over some of its days."""
    with report_store_errors(MISTAKE):
        from corridor.results import effects_between
        from corridor.results.tables.writing import csv_text

        table = effects_between(directory, first, last)
        frame = chosen(table, each_of(world), each_of(indicator))
        if as_csv:
            sys.stdout.write(csv_text(frame))
        else:
            from corridor.experiments.cli.reports.summary import print_effects, print_notes

            console = Console(highlight=False)
            print_effects(frame, console)
            if "note" in frame:
                print_notes(frame, console)


@app.command()
def latex(
    directory: Directory,
    table: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="A table of the run, as in summary; the main one by default.", show_default=False
        ),
    ] = None,
    world: Worlds = None,
    indicator: Indicators = None,
    period: Annotated[
        str | None, typer.Option(metavar="P", help="A year; the whole run by default.", show_default=False)
    ] = None,
    booktabs: Annotated[bool, typer.Option("--booktabs", help="Use the packages booktabs and siunitx.")] = False,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="The file to write; printed by default.")] = None,
) -> None:
    """Print a table of a run in LaTeX: it fits A4, means have their intervals, the caption says what they are."""
    with report_store_errors(MISTAKE):
        from corridor.results import latex_table
        from corridor.results.store.destinations import check_file
        from corridor.results.store.whole_files import write_text

        if out:
            check_file(out)
        worlds, names = each_of(world), each_of(indicator)
        text = latex_table(directory, table, worlds=worlds, indicators=names, period=period, booktabs=booktabs)
        if out:
            write_text(out, text)
            print(f"{out}: written; \\input it in a document")
        else:
            sys.stdout.write(text)


def chosen(frame: pd.DataFrame, worlds: tuple[str, ...], indicators: tuple[str, ...]) -> pd.DataFrame:
    """The rows of these worlds and indicators (none named: all); ends the command where a table has no such."""
    from corridor.results.tables.selection import Unknown, named_rows

    try:
        return named_rows(frame, {"world": worlds, "indicator": indicators})
    except Unknown as error:
        end(str(error), MISTAKE)
