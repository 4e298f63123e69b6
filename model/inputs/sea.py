"""The sea that is given: a user's own file of nights, and the record of boats by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from corridor.model.engine.errors import InputError
from corridor.model.inputs.reader import Column, given_twice, parse_sheet, read_sheet, read_text

Floats = NDArray[np.float64]


def read_sea(path: str | Path) -> dict[date, tuple[float, float, float]]:
    """A user's own sea: CSV with `date` and `window` (0 to 1), or `wind` (m/s) and, if known, `wave` (height in m).

    Returns window, wind and wave of each day of the file, not a number where empty. Raises InputError with all
    problems: unreadable rows, days given twice, days with neither window nor wind.
    """
    path = Path(path)
    sheet = read_sheet(
        path,
        {
            "date": Column("date"),
            "window": Column("number", low=0, high=1, required=False),
            "wind": Column("number", low=0, high=60, required=False),
            "wave": Column("number", low=0, high=20, required=False),
        },
    )
    problems, rows = [*sheet.problems, *given_twice(sheet, "day", ("date",))], sheet.columns
    empty = [""] * len(rows["date"])
    columns = [rows.get(name) or empty for name in ("window", "wind", "wave")]
    if not problems:
        problems = [
            f"{path.name}, row {row}: {day} has neither window nor wind; one of them is needed"
            for row, day, window, wind in zip(sheet.rows, rows["date"], *columns[:2], strict=True)
            if window == wind == ""
        ]
    if problems:
        raise InputError(problems)
    values = (tuple(np.nan if x == "" else float(x) for x in cells) for cells in zip(*columns, strict=True))
    return dict(zip(rows["date"], values, strict=True))


def read_record(path: str | Path, until: date | None = None) -> Mapping[date, float]:
    """Boats by day, from a CSV with `date,people,boats`, one row for every day, those without a crossing among them.

    At least one boat on a day on which people crossed, and none where nobody did. Days after `until` are left out, and
    no earlier day knows of them. Raises InputError with all problems: unreadable rows, days given twice.
    """
    path = Path(path)
    return record_of(path.name, read_text(path), until)


@lru_cache(maxsize=8)  # every run of a batch reads the same thousands of days
def record_of(file: str, text: str, until: date | None) -> Mapping[date, float]:
    """The record in the text of a file with this name; as `read_record`."""
    number = Column("number", low=0)
    sheet = parse_sheet(file, text, {"date": Column("date"), "people": number, "boats": number})
    problems, rows = [*sheet.problems, *given_twice(sheet, "day", ("date",))], sheet.columns
    if problems:
        raise InputError(problems)
    days = sorted(zip(rows["date"], rows["boats"], rows["people"], strict=True))
    found = {
        day: max(1.0, float(boats)) if people > 0 else 0.0
        for day, boats, people in days
        if until is None or day <= until
    }
    return MappingProxyType(found)
