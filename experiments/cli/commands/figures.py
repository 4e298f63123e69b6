"""Commands that plot a stored result for papers: `figure` and `figures`.

Exit codes: 0 done; 2 a mistake on the command line, or a folder that does not hold what a figure needs.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from corridor.experiments.cli.commands.batches import Directory
from corridor.experiments.cli.errors import MISTAKE, report_store_errors
from corridor.experiments.cli.options import each_of

app = typer.Typer()


class Width(StrEnum):
    """Columns of journals."""

    SINGLE = "single"
    DOUBLE = "double"


class Format(StrEnum):
    """What a figure is written as."""

    PNG = "png"
    PDF = "pdf"
    SVG = "svg"


Widths = Annotated[Width, typer.Option(help="A single column of a journal (89 mm), or two (183 mm).")]
Formats = Annotated[
    list[Format] | None,
    typer.Option("--format", help="Only this (PNG has 300 dpi); repeatable; all by default.", show_default=False),
]
Out = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Where to write; DIR/figures by default.", show_default=False)
]


@app.command()
def figure(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A figure, as in `corridor list figures`.")],
    directory: Directory,
    width: Widths = Width.DOUBLE,
    formats: Formats = None,
    indicator: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of which indicator, where a figure shows one.")
    ] = None,
    world: Annotated[str | None, typer.Option(metavar="NAME", help="Of which world, where a figure shows one.")] = None,
    out: Out = None,
) -> None:
    """Plot a figure of a stored result for a paper: PNG, PDF and SVG; `year` is an animated map."""
    with report_store_errors(MISTAKE):
        from corridor.experiments.execution import plotting

        chosen = [each.value for each in formats or ()]
        options = {"indicator": one_of_each(indicator), "world": one_of_each(world)}
        for path in plotting.figure(name, directory, width=width.value, formats=chosen, out=out, **options):
            print(path)


def one_of_each(text: str | None) -> str | None:
    """The text without spaces around it; None for none."""
    return next(iter(each_of([text]))) if text is not None else None


@app.command()
def figures(directory: Directory, width: Widths = Width.DOUBLE, formats: Formats = None, out: Out = None) -> None:
    """Plot every figure that a stored result allows, as PNG, PDF and SVG."""
    with report_store_errors(MISTAKE):
        from corridor.experiments.execution import plotting

        chosen = [each.value for each in formats or ()]
        for path in plotting.figures(directory, width=width.value, formats=chosen, out=out):
            print(path)
