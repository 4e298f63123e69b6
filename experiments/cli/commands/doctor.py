"""`corridor doctor`: whether Corridor can work here, and what to do where it cannot.

Exit codes: 0 nothing stands in the way; 1 something does.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridor.experiments.cli.errors import FAILED, report_errors

if TYPE_CHECKING:
    from corridor.experiments.execution.machine import Check

app = typer.Typer()


@app.command()
def doctor(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder where you work.")] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list with every check.")] = False,
) -> None:
    """Print versions, cores, memory, folders that can be written, browser, accelerator and optional packages, with
    what to do about each."""
    with report_errors():
        from corridor.experiments.execution.machine import PROBLEM, checks

        found = checks(directory.absolute())
        print(json.dumps([asdict(each) for each in found], indent=1) if as_json else lines_of(found))
        if any(each.state == PROBLEM for each in found):
            raise typer.Exit(FAILED)


def lines_of(found: list[Check]) -> str:
    """One line for each check, and one for what to do about it."""
    width = max(len(each.name) for each in found)
    lines = []
    for each in found:
        lines.append(f"{each.state:8} {each.name:{width}}  {each.found}")
        if each.advice:
            lines.append(f"{'':8} {'':{width}}  -> {each.advice}")
    return "\n".join(lines)
