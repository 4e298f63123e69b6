"""The sea that is given: a user's own file of nights, and the record of days on which somebody crossed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from corridor.model.engine.errors import InputError
from corridor.model.inputs.reader import Column, given_twice, parse_sheet, read_sheet, read_text

Floats = NDArray[np.float64]
NEAR = 30  # days before and after, whose busiest day shows how many boats a whole night can carry


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


@dataclass(frozen=True)
class RecordedDay:
    """A recorded night: boats that crossed, whether anybody did, and the boats of the busiest night within a month
    before and after."""

    boats: float
    crossed: bool
    busiest: float

    @property
    def least(self) -> float:
        """The least window in which as many boats may leave, if the busiest night could be used as a whole.

        Boats are a Poisson number; the least mean that they fit is two standard deviations lower.
        """
        return max(0.0, (self.boats - 2.0 * math.sqrt(self.boats)) / max(self.busiest, 1.0))


def read_record(path: str | Path, until: date | None = None) -> Mapping[date, RecordedDay]:
    """The record of a CSV with `date,people,boats`, one row for every day, those without a crossing among them.

    Days after `until` are left out, and no earlier day knows of them. Raises InputError with all problems: unreadable
    rows, days given twice.
    """
    path = Path(path)
    return record_of(path.name, read_text(path), until)


@lru_cache(maxsize=8)  # every run of a batch reads the same thousands of days
def record_of(file: str, text: str, until: date | None) -> Mapping[date, RecordedDay]:
    """The record in the text of a file with this name; as `read_record`."""
    number = Column("number", low=0)
    sheet = parse_sheet(file, text, {"date": Column("date"), "people": number, "boats": number})
    problems, rows = [*sheet.problems, *given_twice(sheet, "day", ("date",))], sheet.columns
    if problems:
        raise InputError(problems)
    days = sorted(zip(rows["date"], rows["boats"], rows["people"], strict=True))
    days = [row for row in days if until is None or row[0] <= until]
    ordinal, boats = np.array([row[0].toordinal() for row in days]), np.array([float(row[1]) for row in days])
    first = np.searchsorted(ordinal, ordinal - NEAR)
    last = np.searchsorted(ordinal, ordinal + NEAR, side="right")
    found = {
        day: RecordedDay(float(number), people > 0, float(boats[a:b].max()))
        for (day, number, people), a, b in zip(days, first, last, strict=True)
    }
    return MappingProxyType(found)
