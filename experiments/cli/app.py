"""The command line `corridor`: most of its commands are in `commands/`.

Slow imports are inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from corridor.experiments.cli.commands import app as page
from corridor.experiments.cli.commands import (
    batches,
    bench,
    compare,
    conclusions,
    corridors,
    doctor,
    explore,
    figures,
    importing,
    publish,
    report,
    run,
    sensitivity,
    stored,
)
from corridor.experiments.cli.commands.calibration import history, patterns, score, validate
from corridor.experiments.cli.errors import STOPPED, end, report_errors
from corridor.experiments.cli.options import Command
from corridor.experiments.config.documents.changed_names import current_options

app = typer.Typer(
    name="corridor",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Simulate migration along the Mediterranean-to-Channel routes and compare what policies would have changed. "
    "Agents are synthetic: results describe scenarios, not persons.",
)
for commands in (
    run,
    compare,
    sensitivity,
    explore,
    conclusions,
    batches,
    stored,
    report,
    figures,
    importing,
    history,
    validate,
    score,
    patterns,
    publish,
    bench,
    doctor,
    corridors,
    page,
):
    for registered in commands.app.registered_commands:
        registered.cls = Command
    app.add_typer(commands.app)


class Listing(StrEnum):
    """What `corridor list` can show."""

    LEVERS = "levers"
    PARAMETERS = "parameters"
    INDICATORS = "indicators"
    PLACES = "places"
    POLICIES = "policies"
    EXPERIMENTS = "experiments"
    FIGURES = "figures"


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """The entry point `corridor`."""
    given, warnings = current_options(sys.argv[1:] if arguments is None else arguments)
    for text in warnings:
        print(f"warning: {text}", file=sys.stderr)
    try:
        app(args=given, prog_name="corridor")
    except KeyboardInterrupt:
        end("stopped by Ctrl-C", STOPPED)
    sys.exit(0)


@app.callback(invoke_without_command=True)
def corridor(
    show_version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Options of the whole program."""
    if show_version:
        print(f"corridor {version('corridor-sim')}")
        raise typer.Exit


@app.command("list")
def list_(
    what: Annotated[Listing, typer.Argument(help="What to list.")],
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV with every column.")] = False,
) -> None:
    """List what an experiment file can name (levers, parameters, indicators, places, policies), the experiments that
    ship, or the figures of `corridor figure`."""
    with report_errors():
        from corridor.experiments.cli import listing

        header, rows = listing.rows(what.value)
        if as_csv:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)
        else:
            Console(highlight=False).print(listing.table(what.value, header, rows))
            print(f"More columns, sources among them: corridor list {what.value} --csv")


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder, which is made if it is not there.")],
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="NAME", help="A corridor that ships, with all its data files: atlantic."),
    ] = None,
) -> None:
    """Begin an experiment of your own: copy an experiment file, one policy and a README into a folder; with another
    corridor also its map, entries and other data."""
    with report_errors():
        from corridor.experiments.config.starter import copy_starter

        for path in copy_starter(directory, source):
            print(path)
        print(
            f"Next: cd {directory}; corridor check experiment.yaml; corridor run experiment.yaml (see README.md there)"
        )


@app.command()
def schema() -> None:
    """Print the JSON Schema of the experiment file."""
    with report_errors():
        from corridor.experiments.cli.listing import json_schema

        print(json.dumps(json_schema(), indent=2))
