"""Commands for the cases that `corridor run` left: `status`, `digest` and `reproduce`.

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
        if found["done"] < found["replicates"] or found["tables"].startswith(run_folder.DAMAGED):
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
