"""Commands that make of a stored result what is sent or pasted: `report` and `tables`.

Exit codes: 0 done; 2 a mistake on the command line, or a folder that holds no result.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from corridor.experiments.cli.commands.batches import Directory
from corridor.experiments.cli.commands.stored import Worlds
from corridor.experiments.cli.errors import MISTAKE, report_store_errors
from corridor.experiments.cli.options import Indicators, each_of

app = typer.Typer()


class Language(StrEnum):
    """Languages of a report."""

    EN = "en"
    FR = "fr"


class ReportFormat(StrEnum):
    """What a report is written as."""

    HTML = "html"
    PDF = "pdf"


class TableFormat(StrEnum):
    """What tables are written as."""

    CSV = "csv"
    MARKDOWN = "markdown"
    LATEX = "latex"
    EXCEL = "excel"


@app.command()
def report(
    directory: Directory,
    language: Annotated[Language, typer.Option(help="Language of the texts.")] = Language.EN,
    formats: Annotated[
        list[ReportFormat] | None,
        typer.Option("--format", help="Only this; repeatable; both by default.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where to write; DIR by default.", show_default=False)
    ] = None,
) -> None:
    """Write a report of a result to send: report.html, one page that needs no internet, and report.pdf."""
    with report_store_errors(MISTAKE):
        from corridor.experiments.execution import reporting

        chosen = [each.value for each in formats] if formats else reporting.report_formats()
        for path in reporting.report(directory, language=language.value, formats=chosen, out=out):
            print(path)
        if not formats and ReportFormat.PDF.value not in chosen:
            print(f"report.pdf is left out: {reporting.NO_PDF}", file=sys.stderr)


@app.command()
def tables(
    directory: Directory,
    formats: Annotated[
        list[TableFormat] | None,
        typer.Option("--format", help="Only this; repeatable; all by default.", show_default=False),
    ] = None,
    table: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A table of the run; repeatable; all by default.", show_default=False),
    ] = None,
    world: Worlds = None,
    indicator: Indicators = None,
    period: Annotated[str | None, typer.Option(metavar="P", help="A year, or 'whole run'.", show_default=False)] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where to write; DIR/tables by default.", show_default=False)
    ] = None,
) -> None:
    """Write the tables of a run for other programs: CSV, Markdown, LaTeX (booktabs and siunitx) and Excel."""
    with report_store_errors(MISTAKE):
        from corridor.experiments.execution import reporting

        chosen = [each.value for each in formats] if formats else reporting.table_formats()
        for path in reporting.tables(
            directory,
            formats=chosen,
            tables=each_of(table),
            worlds=each_of(world),
            indicators=each_of(indicator),
            period=period,
            out=out,
        ):
            print(path)
        if not formats and TableFormat.EXCEL.value not in chosen:
            print(f"tables.xlsx is left out: {reporting.NO_EXCEL}", file=sys.stderr)
