"""Reading a CSV file with declared columns: every wrong cell is reported, with its row number in a spreadsheet."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from corridor.model.engine.errors import InputError
from corridor.model.inputs.characters import acts
from corridor.model.inputs.files import refusal

Kind = Literal["text", "number", "integer", "date", "month"]
MOST_REPORTED = 50  # wrong cells reported for one file; the number of the others follows


@dataclass(frozen=True)
class Column:
    """What a column may hold. `required` says whether it must be there and filled; an optional empty cell is ''.

    Cells of a required column that `may_be_empty` are '' where they are.
    """

    kind: Kind = "text"
    low: float = -math.inf
    high: float = math.inf
    allowed: tuple[str, ...] = ()
    required: bool = True
    may_be_empty: bool = False

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
    them, one for each value, `left_out` the rows that have too many or too few cells, and all `problems`."""

    name: str
    columns: dict[str, list[Any]]
    rows: list[int] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
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
    """As `read_table`, but problems are returned beside what could be read, so that more can be checked."""
    try:
        return parse_sheet(path.name, read_text(path), columns)
    except InputError as error:
        return Sheet(path.name, {name: [] for name in columns}, problems=list(error.problems))


def parse_sheet(file: str, text: str, columns: Mapping[str, Column]) -> Sheet:
    """The sheet of the text of a file with this name. Raises InputError if it holds no table at all."""
    sheet = Sheet(file, {name: [] for name in columns})
    header, rows = read_cells(file, text)
    sheet.problems.extend(header_problems(file, header, columns))
    if sheet.problems:
        return sheet
    if not rows:
        sheet.problems.append(f"{file}: has no rows; at least one is expected")
    complete = [row for _, row in rows if len(row) == len(header)]
    wrong: list[tuple[int, int, str]] = []  # number of the row, place among the columns, what is wrong
    for number, row in rows:
        if len(row) == len(header):
            sheet.rows.append(number)
        else:
            sheet.left_out.append(number)
            wrong.append((number, 0, f"{file}, row {number}: {len(row)} cells; {len(header)} are expected"))
    cells = dict(zip(header, zip(*complete, strict=True), strict=True)) if complete else {}
    for place, (name, column) in enumerate(columns.items()):
        wrong += [
            (number, place, f"{file}, row {number}, {name}: {problem}")
            for number, problem in take_column(sheet, name, column, cells.get(name, ("",) * len(complete)))
        ]
    problems = [text for _, _, text in sorted(wrong)]
    sheet.problems.extend(at_most_reported(problems, f"{file}: {{}} more wrong cells"))
    return sheet


def given_twice(sheet: Sheet, what: str, columns: Sequence[str], by: str = "-") -> list[str]:
    """Rows that name the same thing as a row above: their cells in `columns`, joined, are its name."""
    names = list(zip(*(sheet.columns[name] for name in columns), strict=True))
    if len(set(names)) == len(names):
        return []
    problems, seen = [], set()
    for number, cells in zip(sheet.rows, names, strict=True):
        if cells in seen and not any(cell in ("", None) for cell in cells):
            name = by.join(map(str, cells))
            problems.append(f"{sheet.name}, row {number}: the {what} {name!r} appears more than once; once each")
        seen.add(cells)
    return at_most_reported(problems, f"{sheet.name}: {{}} more rows that appear more than once")


def at_most_reported(problems: list[str], more: str) -> list[str]:
    """The first problems of one file; if there are very many, the others are only counted, in the words of `more`."""
    rest = len(problems) - MOST_REPORTED
    return [*problems[:MOST_REPORTED], more.format(rest)] if rest > 0 else problems


def take_column(sheet: Sheet, name: str, column: Column, cells: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Add the values of one column to a sheet; rows and what is wrong with their cells. Equal texts are read once."""
    read = {text: read_cell(text, column) for text in dict.fromkeys(cells)}
    sheet.columns[name].extend(read[text][0] for text in cells)
    if any(problem for _, problem in read.values()):
        yield from ((row, read[text][1]) for row, text in zip(sheet.rows, cells, strict=True) if read[text][1])


def read_text(path: Path) -> str:
    """The text of a file. Raises InputError when it cannot be read or is not UTF-8."""
    try:
        if why := refusal(path):
            raise InputError([f"{path}: {why}"])
        raw = path.read_bytes()
        return raw.decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError([f"{path}: no such file"]) from None
    except IsADirectoryError:
        raise InputError([f"{path}: is a directory; a CSV file is expected"]) from None
    except OSError as error:
        raise InputError([f"{path}: cannot be read ({error.strerror})"]) from None
    except UnicodeDecodeError as error:
        where = f"byte 0x{raw[error.start]:02x} in line {raw.count(10, 0, error.start) + 1}"
        raise InputError([f"{path.name}: is not UTF-8 text ({where}); save it as CSV in UTF-8"]) from None


def read_cells(file: str, text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header and numbered rows of the text of a CSV file; blank lines are skipped."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = list(reader)
    except csv.Error as error:
        raise InputError([f"{file}, line {reader.line_num}: is not a CSV file ({error})"]) from None
    stripped = [(number, [cell.strip() for cell in row]) for number, row in enumerate(lines, start=1)]
    rows = [(number, row) for number, row in stripped if any(row)]
    if not rows:
        raise InputError([f"{file}: is empty; a header and rows are expected"])
    return rows[0][1], rows[1:]


def header_problems(file: str, header: list[str], columns: Mapping[str, Column]) -> list[str]:
    """Missing, unknown and repeated columns, in words."""
    for sign, words in ((";", "';'"), ("\t", "tabs")):
        if len(header) == 1 and sign in header[0]:
            advice = "save it as CSV with commas, and decimals with points"
            return [f"{file}, row 1: cells are separated by {words}; {advice}"]
    if not set(header) & set(columns):
        return [f"{file}, row 1: has no known column; expected, spelled exactly so: {', '.join(columns)}"]
    missing = [name for name, column in columns.items() if column.required and name not in header]
    problems = [f"{file}, row 1: column {name!r} is missing; expected: {', '.join(columns)}" for name in missing]
    for name in dict.fromkeys(header):
        if name == "":
            problems.append(f"{file}, row 1: a column has no name; delete it or name it")
        elif name not in columns:
            problems.append(f"{file}, row 1: column {name!r} is not known; allowed: {', '.join(columns)}")
        elif header.count(name) > 1:
            problems.append(f"{file}, row 1: column {name!r} appears more than once")
    return problems


def read_cell(text: str, column: Column) -> tuple[Any, str]:
    """The value of a cell, and what is wrong with it ('' if nothing is)."""
    if text == "":
        must = column.required and not column.may_be_empty
        return text, (f"is empty; {column.words()} is expected" if must else "")
    value = CONVERT[column.kind](text)
    if value is None or not column.low <= in_range(value, column) <= column.high:
        comma = ", with a decimal point" if column.kind == "number" and re.fullmatch(r"-?\d+,\d+", text) else ""
        return None, f"{text!r} is not allowed; {column.words()}{comma}"
    if acts(text) or (column.allowed and text not in column.allowed):
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
    return value if math.isfinite(value) and "_" not in text and text.isascii() else None


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
