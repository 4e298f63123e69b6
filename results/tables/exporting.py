"""The tables of a run as files for other programs: CSV, Markdown, LaTeX and Excel."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

import pandas as pd

from corridor.results.store.case_file import StoreError
from corridor.results.store.optional import installed
from corridor.results.store.result_files import read_table
from corridor.results.store.whole_files import write_text, write_whole
from corridor.results.tables.latex.booktabs import booktabs
from corridor.results.tables.latex.captions import IN_SMALL_TYPE
from corridor.results.tables.latex.of_run import laid_out, manifest_of
from corridor.results.tables.latex.tabular import Caption
from corridor.results.tables.layout import Layout
from corridor.results.tables.selection import named_rows
from corridor.results.tables.writing import FORMULA, write_csv

FORMATS = ("csv", "markdown", "latex", "excel")
WORKBOOK = "tables.xlsx"
LONGEST_SHEET = 31  # characters of the name of a sheet
Named = Mapping[str, Sequence[str]]  # column -> names of which rows are asked for
FIXED = (1980, 1, 1, 0, 0, 0)  # so that equal tables give equal bytes


def excel_is_installed() -> bool:
    """Whether the package that writes workbooks is there."""
    return installed("openpyxl")


def write_tables(
    directory: str | Path,
    formats: Sequence[str] = FORMATS,
    *,
    tables: Sequence[str] = (),
    worlds: Sequence[str] = (),
    indicators: Sequence[str] = (),
    period: str | None = None,
    out: str | Path | None = None,
) -> list[Path]:
    """Write tables of a run, all by default, into `out` or the folder `tables` of the run; the paths.

    CSV and Excel (one workbook with a sheet for each table) have every row, or those of the named worlds, indicators
    and period; a table without such a column stays whole, and one without such rows is left out. Markdown and LaTeX are
    to be read: like `latex_table` they have the main indicators and the whole run, unless others are named. Raises
    StoreError where the run has no such table, or none of its tables such a row.
    """
    folder, target = Path(directory), Path(out) if out is not None else Path(directory) / "tables"
    named = {"world": worlds, "indicator": indicators, "period": [period] if period else []}
    manifest = manifest_of(folder)
    frames = {name: read_table(folder, f"{name}.csv", manifest) for name in known_tables(folder, tables)}
    if unknown := unknown_names(frames.values(), named):
        raise StoreError("\n".join(f"{folder}, {each}" for each in unknown))
    wanted = {name: present(frame, named) for name, frame in frames.items()}
    frames = {name: named_rows(frame, wanted[name]) for name, frame in frames.items() if answers(wanted[name], named)}
    shown = {name: shown_rows(folder, name, wanted[name]) for name, frame in frames.items() if not frame.empty}
    target.mkdir(parents=True, exist_ok=True)
    paths = []
    for form in formats:
        if form == "excel":
            paths.append(target / WORKBOOK)
            write_whole(paths[-1], partial(Path.write_bytes, data=workbook(frames)))
        for name in frames if form == "csv" else ():
            paths.append(target / f"{name}.csv")
            write_csv(frames[name], paths[-1])
        for name, (layout, caption) in shown.items() if form in ("markdown", "latex") else ():
            paths.append(target / (f"{name}.md" if form == "markdown" else f"{name}.tex"))
            write_text(paths[-1], (markdown if form == "markdown" else booktabs)(layout, caption))
    return paths


def known_tables(folder: Path, tables: Sequence[str]) -> list[str]:
    """Names of tables of a run, all by default. Raises StoreError with all that it does not have."""
    known = [Path(name).stem for name in manifest_of(folder)["tables"]]
    names = [name.removesuffix(".csv") for name in tables]
    if unknown := [name for name in names if name not in known]:
        allowed = ", ".join(known)
        raise StoreError(
            "\n".join(f"{folder}, --table {name}: is none of its tables; allowed: {allowed}" for name in unknown)
        )
    return names or known


def unknown_names(frames: Collection[pd.DataFrame], named: Named) -> list[str]:
    """A line for each name that no table has in its column."""
    problems = []
    for column, names in named.items():
        known = list(dict.fromkeys(value for frame in frames if column in frame for value in frame[column].astype(str)))
        allowed = ", ".join(known) or "none"
        unknown = [name for name in names if name not in known]
        problems += [f"--{column} {name}: in none of these tables; allowed: {allowed}" for name in unknown]
    return problems


def present(frame: pd.DataFrame, named: Named) -> Named:
    """Of the columns that a table has, the names that are in it."""
    return {
        column: [name for name in names if name in set(frame[column].astype(str))]
        for column, names in named.items()
        if column in frame
    }


def answers(present: Named, named: Named) -> bool:
    """Whether a table has rows of all that is named, as far as it has the columns."""
    return all(names or not named[column] for column, names in present.items())


def shown_rows(folder: Path, table: str, present: Named) -> tuple[Layout, Caption]:
    """The cells of a table that are shown, and its caption."""
    period = next(iter(present.get("period", ())), None)
    return laid_out(folder, table, present.get("world", ()), present.get("indicator", ()), period)


def markdown(layout: Layout, caption: Caption) -> str:
    """A laid-out table in Markdown, each mean with its interval behind it."""
    sides = ["---" if name in layout.texts else "---:" for name in layout.columns]
    rows = [[layout.of_rows, *layout.columns.values()], ["---", *sides]]
    for label, title in layout.rows.items():
        texts = [layout.cells[name].get(label, ("", "")) for name in layout.columns]
        rows.append([title, *(f"{mean} ({reach})" if reach else mean for mean, reach in texts)])
    lines = [f"| {' | '.join(in_cell(text) for text in row)} |" for row in rows]
    sentences = [each.replace(IN_SMALL_TYPE, "In brackets") for each in (caption.title, *caption.sentences)]
    head = " ".join(f"{each.strip().rstrip('.')}." for each in sentences if each)
    return "\n".join([in_cell(head), "", *lines]) + "\n"


def in_cell(text: str) -> str:
    """Text with the characters that mean something to Markdown or HTML made harmless."""
    flat = re.sub(r"\s+", " ", text).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_\[\]|#])", r"\\\1", flat)


def workbook(frames: Mapping[str, pd.DataFrame]) -> bytes:
    """Tables as sheets of an Excel workbook. No text is a formula, and equal tables give equal bytes."""
    buffer = io.BytesIO()
    with pd.ExcelWriter(buffer, engine="openpyxl") as writer:
        for name, sheet in zip(frames, sheet_names(list(frames)), strict=True):
            frames[name].to_excel(writer, sheet_name=sheet, index=False)
        for sheet in writer.book.worksheets:
            sheet.freeze_panes = "A2"
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                if isinstance(cell.value, str) and cell.value.startswith(FORMULA):
                    cell.data_type, cell.quotePrefix = "s", True
    return without_dates(buffer.getvalue())


def sheet_names(names: Sequence[str]) -> list[str]:
    """Names of sheets: short, without the characters that Excel refuses, each once."""
    found: list[str] = []
    for name in names:
        short = re.sub(r"[\[\]:*?/\\]", "_", name)[:LONGEST_SHEET] or "table"
        number = 2
        while short.lower() in (each.lower() for each in found):
            short = f"{short[: LONGEST_SHEET - 3]}_{number}"
            number += 1
        found.append(short)
    return found


def without_dates(book: bytes) -> bytes:
    """A workbook without the time at which it was written."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"1980-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name, FIXED), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()
