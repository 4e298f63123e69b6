"""Reports and tables of stored results as functions."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from corridor.experiments.config.documents.messages import allowed
from corridor.model.engine.errors import InputError
from corridor.results.report.language import LANGUAGES
from corridor.results.report.pdf import pdf_can_be_made
from corridor.results.report.report import FORMATS, write_report
from corridor.results.store.destinations import check_folder
from corridor.results.store.optional import refusal
from corridor.results.tables import exporting

NO_PDF = refusal("typst")
NO_EXCEL = refusal("openpyxl")


def report(
    directory: str | os.PathLike[str],
    *,
    language: str = "en",
    formats: Sequence[str] | None = None,
    out: str | os.PathLike[str] | None = None,
) -> list[Path]:
    """Write report.html and report.pdf of a stored result into its folder, or into `out`; their paths.

    `language` is en or fr; `formats` are html and pdf, by default both where the package for the PDF is installed.
    Raises InputError for what is not allowed, StoreError where the folder holds no result.
    """
    chosen = report_formats() if formats is None else list(formats)
    problems = not_allowed("language", [language], LANGUAGES) + not_allowed("formats", chosen, FORMATS)
    if "pdf" in chosen and not pdf_can_be_made():
        problems.append(NO_PDF)
    if problems:
        raise InputError(problems)
    return write_report(Path(directory), language, chosen, None if out is None else check_folder(Path(out)))


def tables(
    directory: str | os.PathLike[str],
    *,
    formats: Sequence[str] | None = None,
    tables: Sequence[str] = (),
    worlds: Sequence[str] = (),
    indicators: Sequence[str] = (),
    period: str | None = None,
    out: str | os.PathLike[str] | None = None,
) -> list[Path]:
    """Write tables of a run as `csv`, `markdown`, `latex` and `excel` files (see
    `corridor.results.tables.exporting.write_tables`); their paths.

    Raises InputError for a format that is not known or needs a package, StoreError for what the run does not have.
    """
    chosen = table_formats() if formats is None else list(formats)
    problems = not_allowed("formats", chosen, exporting.FORMATS)
    if "excel" in chosen and not exporting.excel_is_installed():
        problems.append(NO_EXCEL)
    if problems:
        raise InputError(problems)
    where = None if out is None else check_folder(Path(out), cases=False)
    rows = {"worlds": worlds, "indicators": indicators}
    return exporting.write_tables(Path(directory), chosen, tables=tables, period=period, out=where, **rows)


def report_formats() -> list[str]:
    """What a report can be written as with the packages that are here."""
    return [name for name in FORMATS if name != "pdf" or pdf_can_be_made()]


def table_formats() -> list[str]:
    """What tables can be written as with the packages that are here."""
    return [name for name in exporting.FORMATS if name != "excel" or exporting.excel_is_installed()]


def not_allowed(option: str, given: Sequence[str], choices: Sequence[str]) -> list[str]:
    """A problem for each choice that is none of those allowed."""
    return [f"{option}: {name!r} is not allowed{allowed(choices, name)}" for name in given if name not in choices]
