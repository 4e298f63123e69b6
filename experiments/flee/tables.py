"""CSV files whose columns are known by position, as Flee's scenarios have them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from corridor.model.engine.errors import InputError
from corridor.model.inputs.reader import read_text, to_number

TITLES = ("name", "name1", "day", "date", "datetime", "closure_type", "total")
MARK = "\ufeff"


@dataclass(frozen=True)
class Rows:
    """A file's name, its header (empty where it has none), and its rows with their numbers in a spreadsheet.

    Cells are as they stand, with spaces around them: to Flee `Ouagadougou ` is another place than `Ouagadougou`.
    """

    file: str
    header: list[str]
    rows: list[tuple[int, list[str]]]
    mark: bool

    def place(self, row: int, column: str) -> str:
        """Where a cell is, in words."""
        return f"{self.file}, row {row}, {column}"


def read_rows(path: Path, titled: Collection[str] = TITLES) -> Rows:
    """The rows of a file without blank ones; a header begins with `#` or with one of the usual titles.

    Raises InputError for a file that is not there or is no CSV.
    """
    file = f"{path.parent.name}/{path.name}"
    text = read_text(path)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=False))
    except csv.Error as error:
        raise InputError([f"{file}: is not a CSV file ({error})"]) from None
    numbered = [(number, row) for number, row in enumerate(lines, start=1) if any(cell.strip() for cell in row)]
    header: list[str] = []
    if numbered and is_header(numbered[0][1], titled):
        first, *others = [cell.strip() for cell in numbered[0][1]]
        header = [first.removeprefix("#"), *others]
        numbered = numbered[1:]
    rows = [(number, row) for number, row in numbered if not row[0].lstrip().startswith("#")]
    return Rows(file, header, rows, path.read_bytes().startswith(MARK.encode()))


def is_header(row: list[str], titled: Collection[str]) -> bool:
    """Whether a first row names its columns; `total,FILE` of a data layout does not."""
    first = row[0].strip()
    return first.startswith("#") or (first.casefold() in titled and not re.search(r"\.csv\s*$", ",".join(row)))


def number_of(text: str, low: float = 0.0) -> float | None:
    """A number from `low`, or None; commas may part thousands."""
    text = text.strip()
    value = to_number(text.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+", text) else text)
    return value if value is not None and value >= low else None


def marks(table: Rows) -> list[str]:
    """A warning where a file begins with a byte order mark."""
    return [f"{table.file}: begins with a byte order mark, at which Flee 3.1 stops; it is left out"] * table.mark
