"""Commands for the results of `corridor run`: `status`, `digest`, `export` and `reproduce`.

Exit codes: 0 everything is complete, or equal; 1 something is missing, failed, or differs; 2 a mistake on the command
line.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from corridor.experiments.cli.errors import FAILED, MISTAKE, end, report_store_errors

app = typer.Typer()
MOST_SHOWN = 20

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a run.")]


@app.command()
def status(
    directory: Directory,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object that names every replicate.")] = False,
) -> None:
    """Print what of a run is done, missing, failed (and why) or damaged."""
    with report_store_errors(MISTAKE):
        from corridor.results.store import run_folder

        found = run_folder.status(directory)
        print(json.dumps(found)) if as_json else print_status(found)
        if found["done"] < found["replicates"]:
            raise typer.Exit(FAILED)


def print_status(found: dict[str, Any]) -> None:
    """Print how many replicates are done, missing and failed, and the first of them by name."""
    failed = sum(len(each["seeds"]) for each in found["failed"])
    print(f"{found['title']}: {found['replicates']} replicates (a world, a point and a seed each)")
    print(f"  done {found['done']}, missing {len(found['missing'])}, failed {failed}; tables: {found['tables']}")
    for each in found["failed"][:MOST_SHOWN]:
        print(f"  failed {each['case']} at {each['at']}: {each['error']}")
    for each in found["damaged"][:MOST_SHOWN]:
        print(f"  damaged {each['file']}: {each['why']}")
    shown = [f"{row['world']}{point_words(row['point'])} seed {row['seed']}" for row in found["missing"]]
    for text in shown[:MOST_SHOWN]:
        print(f"  missing {text}")
    if max(len(shown), len(found["failed"]), len(found["damaged"])) > MOST_SHOWN:
        print("  ... all of them: corridor status DIR --json")


def point_words(number: int) -> str:
    """The point of a design in words; nothing without a design."""
    return f" point {number}" if number else ""


@app.command()
def digest(directory: Directory) -> None:
    """Print one hash over the results of a run, which is the same for equal results."""
    with report_store_errors(MISTAKE):
        from corridor.results.store import run_folder

        looked = run_folder.inspect_run(directory)
        print(f"{run_folder.digest(looked)}  {len(looked.done)} replicates")
        if len(looked.missing):
            end(f"{len(looked.missing)} of {len(looked.cells)} replicates are missing; see corridor status", FAILED)


@app.command()
def export(
    directory: Directory,
    csv: Annotated[bool, typer.Option("--csv", help="Write CSV.")] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="Write Parquet.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="The file to write; annual.csv or annual.parquet in DIR by default.")
    ] = None,
) -> None:
    """Write the yearly values of every replicate as one tidy table: a row for each world, point, seed, year and
    indicator."""
    with report_store_errors(MISTAKE):
        if csv == parquet:
            end("export: give either --csv or --parquet", MISTAKE)
        from corridor.results import to_frame
        from corridor.results.store.case_file import write_whole
        from corridor.results.tables.writing import write_csv

        frame = to_frame(directory)
        path = out or directory / ("annual.csv" if csv else "annual.parquet")
        if csv:
            write_csv(frame, path)
        else:
            write_whole(path, lambda part: frame.to_parquet(part, index=False))
        print(f"{path}: {len(frame):,} rows")


@app.command()
def reproduce(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A case file, DIR/cases/NAME.nc.")],
) -> None:
    """Run a stored case again from the settings in its file, and compare bit for bit."""
    with report_store_errors(MISTAKE):
        from corridor.experiments.execution import reproduce as again

        found = again.reproduce(file)
        for text in found.changes:
            print(f"note: {text}", file=sys.stderr)
        if found.differences:
            end("\n".join(found.differences) + f"\n{file}: different", FAILED)
        print(f"{file}: the same, bit for bit ({len(found.seeds)} seeds, {found.variables} variables)")
