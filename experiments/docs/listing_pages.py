"""Pages of what an experiment file can name, and of the commands, from the declarations that the program uses."""

from __future__ import annotations

from collections.abc import Iterator

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

from corridor.experiments.cli import app
from corridor.experiments.cli.listing import LISTINGS
from corridor.experiments.docs.markdown import cell, code, table

Pick = tuple[str, tuple[str, ...]]  # heading of a column, and the declared columns that it holds, one below the other
LISTED: dict[str, tuple[str, str, tuple[Pick, ...]]] = {
    "levers": (
        "Levers",
        "What a policy can move. A lever acts on an input of the day; several policies multiply or add (*combine*).",
        (
            ("lever", ("name", "meaning")),
            ("allowed", ("low", "high", "unit")),
            ("without a policy", ("natural_baseline", "natural_unit")),
            ("combine", ("combine",)),
            ("grade and source", ("grade", "source")),
        ),
    ),
    "indicators": (
        "Indicators",
        "What a run counts. A *flow* is summed over a year, a *stock* is averaged, a *ratio* is a sum over a sum. "
        "Attempts are events; they are never added to people.",
        (
            ("indicator", ("name", "meaning")),
            ("kind", ("kind",)),
            ("unit", ("unit",)),
            ("sum over sum", ("numerator", "denominator")),
        ),
    ),
    "policies": (
        "Policies that ship",
        "Each is a file in `experiments/configs/policies/`, and is named in an experiment without its ending.",
        (
            ("policy", ("name", "title")),
            ("levers, or what it includes", ("levers", "includes")),
            ("grade", ("grade",)),
            ("reference and note", ("reference", "note")),
        ),
    ),
    "experiments": (
        "Experiments that ship",
        "Run by name: `corridor run quick`.",
        (
            ("experiment", ("name", "title")),
            ("days", ("start", "end")),
            ("people per agent", ("scale",)),
            ("seeds", ("seeds",)),
            ("worlds", ("worlds",)),
        ),
    ),
}
NAMES = ("name", "levers", "includes", "numerator", "denominator", "worlds")


def listing_page(what: str) -> str:
    """The page of one listing of `corridor list`."""
    title, introduction, picks = LISTED[what]
    header, rows = LISTINGS[what]()
    found = [dict(zip(header, row, strict=True)) for row in rows]
    body = [[joined(row, columns) for _, columns in picks] for row in found]
    command = f"`corridor list {what} --csv` prints every column."
    return f"# {title}\n\n{introduction} {command}\n\n{table([name for name, _ in picks], body)}"


def joined(row: dict[str, str], columns: tuple[str, ...]) -> str:
    """The columns of a row in one cell, those that are empty left out; names are code."""
    shown = [(name, row[name]) for name in columns if row[name]]
    if columns[:2] == ("low", "high"):
        return f"{row['low']} to {row['high']}<br>{cell(row['unit'])}"
    separator = " to " if columns == ("start", "end") else "<br>"
    return separator.join(" ".join(map(code, text.split())) if name in NAMES else cell(text) for name, text in shown)


def command_page() -> str:
    """Every command with its help and its options, as `corridor COMMAND --help` has them."""
    program = typer.main.get_command(app.app)
    assert isinstance(program, TyperGroup)
    parts = ["# Commands\n\n`corridor COMMAND --help` prints the same.\n"]
    for name, command in sorted(program.commands.items()):
        assert isinstance(command, TyperCommand)
        parts += [f"\n## corridor {name}\n\n", *help_of(name, command)]
    return "".join(parts)


def help_of(name: str, command: TyperCommand) -> Iterator[str]:
    """Usage, help and options of a command."""
    context = typer.Context(command, info_name=f"corridor {name}")
    yield f"```text\ncorridor {name} {' '.join(command.collect_usage_pieces(context))}\n```\n\n"
    for paragraph in (command.help or "").split("\n\n"):
        yield f"{cell(paragraph)}\n\n"
    records = [record for each in command.params if (record := each.get_help_record(context))]
    if records:
        yield table(("option", "what"), [(code(cell_of(option)), cell(text)) for option, text in records])


def cell_of(option: str) -> str:
    """An option as code in a cell of a table."""
    return option.replace("|", "\\|")
