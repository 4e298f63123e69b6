"""Reading a CSV file with declared columns: every wrong cell is told, with the row as a spreadsheet numbers it."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from model.problems import InputError

Kind = Literal["text", "number", "integer", "date", "month"]
MOST_TOLD = 50  # wrong cells told of one file; the number of the others is told at the end


@dataclass(frozen=True)
class Column:
    """What a column may hold. `required` says whether it must be there and filled; an optional empty cell is ''."""

    kind: Kind = "text"
    low: float = -math.inf
    high: float = math.inf
    allowed: tuple[str, ...] = ()
    required: bool = True

    def words(self) -> str:
        """What is allowed, in words."""
        if self.allowed:
            shown = ", ".join(self.allowed[:20])
            return f"one of {shown}" + (" ..." if len(self.allowed) > 20 else "")
        if self.kind in ("number", "integer"):
            noun = "a whole number" if self.kind == "integer" else "a number"
            return noun + self._range()
        return {"text": "some text", "date": "a date such as 2022-11-14", "month": "a month such as 2022-11"}[self.kind]

    def _range(self) -> str:
        if math.isinf(self.high):
            return "" if math.isinf(self.low) else f" from {self.low:g}"
        return f" from {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Sheet:
    """A CSV file as far as it can be read: `columns` (None where a cell is wrong), `rows` as a spreadsheet numbers
    them, one for each value, and all `problems`."""

    name: str
    columns: dict[str, list[Any]]
    rows: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_table(path: Path, columns: Mapping[str, Column]) -> dict[str, list[Any]]:
    """The columns of a CSV file (UTF-8, with a header), as lists of text, numbers or dates.

    Raises InputError with all problems: a file that cannot be read, missing or unknown columns, wrong cells, no rows.
    """
    sheet = read_sheet(path, columns)
    if sheet.problems:
        raise InputError(sheet.problems)
    return sheet.columns


def read_sheet(path: Path, columns: Mapping[str, Column]) -> Sheet:
    """As `read_table`, but what is wrong is kept beside what could be read, for those who look further."""
    sheet = Sheet(path.name, {name: [] for name in columns})
    try:
        header, rows = read_cells(path)
    except InputError as error:
        sheet.problems.extend(error.problems)
        return sheet
    sheet.problems.extend(header_problems(path, header, columns))
    if sheet.problems:
        return sheet
    if not rows:
        sheet.problems.append(f"{path.name}: has no rows; at least one is wanted")
    for number, row in rows:
        if len(row) == len(header):
            take_row(sheet, number, dict(zip(header, row, strict=True)), columns)
        else:
            sheet.problems.append(f"{path.name}, row {number}: {len(row)} cells; {len(header)} are wanted")
    more = len(sheet.problems) - MOST_TOLD
    if more > 0:
        sheet.problems[MOST_TOLD:] = [f"{path.name}: {more} more wrong cells"]
    return sheet


def take_row(sheet: Sheet, number: int, cells: Mapping[str, str], columns: Mapping[str, Column]) -> None:
    """Add the values of one row to a sheet, and what is wrong with them."""
    sheet.rows.append(number)
    for name, column in columns.items():
        value, problem = read_cell(cells.get(name, ""), column)
        sheet.columns[name].append(value)
        if problem:
            sheet.problems.append(f"{sheet.name}, row {number}, {name}: {problem}")


def read_cells(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header and numbered rows of a CSV file; blank lines are skipped."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError([f"{path}: no such file"]) from None
    except IsADirectoryError:
        raise InputError([f"{path}: is a directory; a CSV file is wanted"]) from None
    except OSError as error:
        raise InputError([f"{path}: cannot be read ({error.strerror})"]) from None
    except UnicodeDecodeError:
        raise InputError([f"{path}: is not UTF-8 text; save it as CSV in UTF-8"]) from None
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise InputError([f"{path.name}: is not a CSV file ({error})"]) from None
    stripped = [(number, [cell.strip() for cell in row]) for number, row in enumerate(lines, start=1)]
    rows = [(number, row) for number, row in stripped if any(row)]
    if not rows:
        raise InputError([f"{path.name}: is empty; a header and rows are wanted"])
    return rows[0][1], rows[1:]


def header_problems(path: Path, header: list[str], columns: Mapping[str, Column]) -> list[str]:
    """Missing, unknown and repeated columns, in words."""
    if len(header) == 1 and ";" in header[0]:
        return [f"{path.name}, row 1: cells are separated by ';'; save it as CSV with commas"]
    missing = [name for name, column in columns.items() if column.required and name not in header]
    problems = [f"{path.name}, row 1: column {name!r} is missing; wanted: {', '.join(columns)}" for name in missing]
    for name in dict.fromkeys(header):
        if name not in columns:
            problems.append(f"{path.name}, row 1: column {name!r} is not known; allowed: {', '.join(columns)}")
        elif header.count(name) > 1:
            problems.append(f"{path.name}, row 1: column {name!r} stands more than once")
    return problems


def read_cell(text: str, column: Column) -> tuple[Any, str]:
    """The value of a cell, and what is wrong with it ('' if nothing is)."""
    if text == "":
        return text, (f"is empty; {column.words()} is wanted" if column.required else "")
    value = CONVERT[column.kind](text)
    if value is None or not column.low <= in_range(value, column) <= column.high:
        return None, f"{text!r} is not allowed; {column.words()}"
    if column.allowed and text not in column.allowed:
        return None, f"{text!r} is not allowed; {column.words()}"
    return value, ""


def in_range(value: Any, column: Column) -> float:
    """The number whose range is checked; text and dates have none."""
    return value if column.kind in ("number", "integer") else max(column.low, 0.0)


def to_number(text: str) -> float | None:
    """A finite number, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None


def to_integer(text: str) -> int | None:
    """A whole number of at most 18 digits, which an int64 holds, or None."""
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,18}", text) else None


def to_date(text: str) -> date | None:
    """A date written as year-month-day, or None."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def to_month(text: str) -> str | None:
    """A month written as year-month, or None."""
    return text if re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text) else None


def to_text(text: str) -> str | None:
    """Text as it stands."""
    return text


CONVERT: dict[Kind, Callable[[str], Any]] = {
    "text": to_text,
    "number": to_number,
    "integer": to_integer,
    "date": to_date,
    "month": to_month,
}
