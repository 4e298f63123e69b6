"""Who enters where and when: people a month at each entry point and of each group, observed or a user's own."""

from __future__ import annotations

import calendar
import zlib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corridor.model.engine.errors import InputError
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.geography import Geography
from corridor.model.inputs.groups import GROUPS
from corridor.model.inputs.reader import Column, given_twice, parse_sheet, read_text

Floats = NDArray[np.float64]
MOST_PEOPLE = 1e6  # of one group at one entry point in a month; more must be a typing error


@dataclass(frozen=True)
class Entries:
    """Monthly people by cell, a cell being an entry point and a group: `people` of shape (month, cell). Read-only."""

    months: tuple[str, ...]
    place: NDArray[np.int64]
    group: NDArray[np.int64]
    entry_point_hash: NDArray[np.uint64]
    cell_hash: NDArray[np.uint64]
    people: Floats

    def __post_init__(self) -> None:
        for values in (self.place, self.group, self.entry_point_hash, self.cell_hash, self.people):
            values.setflags(write=False)

    def daily_mean(self, today: date) -> Floats:
        """People entering each cell on a day of the month."""
        days = calendar.monthrange(today.year, today.month)[1]
        mean: Floats = self.people[self.months.index(f"{today:%Y-%m}")] / days
        return mean

    def by_place(self, today: date, places: int) -> Floats:
        """People entering at each place on a day of the month, shape (places)."""
        people: Floats = np.bincount(self.place, self.daily_mean(today), minlength=places).astype(np.float64)
        return people

    def expected(self, start: date, end: date, scale: float) -> int:
        """Rows to allocate for one replicate: all entries of the months that the run touches, and a tenth more."""
        inside = [k for k, month in enumerate(self.months) if f"{start:%Y-%m}" <= month <= f"{end:%Y-%m}"]
        return int(1.1 * self.people[inside].sum() / scale) + 2000

    def missing(self, start: date, end: date) -> list[str]:
        """Months of a run for which these entries say nothing."""
        numbers = range(start.year * 12 + start.month - 1, end.year * 12 + end.month)
        wanted = (f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers)
        return [month for month in wanted if month not in self.months]

    def before_landing(self, geography: Geography) -> Floats:
        """People who set out for every one who lands, by cell: entries are counted on landing, agents start before.

        With chance s to be turned back and try again, and d to die in a try, one who sets out lands with chance
        (1 - d)(1 - s) / (1 - (1 - d) s): the sum of a geometric series.
        """
        die, back = geography.entry_point_risks
        lands = (1.0 - die) * (1.0 - back) / (1.0 - (1.0 - die) * back)
        factor: Floats = 1.0 / lands[self.place]
        return factor


def read_entries(path: str | Path | None, geography: Geography) -> Entries:
    """The shipped entries, or a user's CSV `month,place,group,people`. Raises InputError with all problems."""
    path = Path(path or DATA / "entries.csv")
    entry_points = tuple(geography.places[row] for row in geography.entry_point_rows())
    return parse_entries(path.name, read_text(path), geography.places, entry_points)


@lru_cache(maxsize=4)
def parse_entries(file: str, text: str, places: tuple[str, ...], entry_points: tuple[str, ...]) -> Entries:
    """Entries from the text of a file, for a map with these places and entry points; InputError as above.

    To parse a text takes longer than a month of a small run, so a process does it once; runs share the entries.
    """
    sheet = parse_sheet(
        file,
        text,
        {
            "month": Column("month"),
            "place": Column("text", allowed=entry_points),
            "group": Column("text", allowed=GROUPS),
            "people": Column("number", 0.0, MOST_PEOPLE),
        },
    )
    problems = [*sheet.problems, *given_twice(sheet, "entry", ("month", "place", "group"), by=", ")]
    if problems:
        raise InputError(problems)
    rows = sheet.columns
    months = tuple(sorted(set(rows["month"])))
    cells = sorted(set(zip(rows["place"], rows["group"], strict=True)))
    keys = list(zip(rows["month"], rows["place"], rows["group"], strict=True))
    people = np.zeros((len(months), len(cells)))
    month_at, cell_at = {x: k for k, x in enumerate(months)}, {x: k for k, x in enumerate(cells)}
    for (month, place, group), number in zip(keys, rows["people"], strict=True):
        people[month_at[month], cell_at[place, group]] = number
    return Entries(
        months,
        np.array([places.index(place) for place, _ in cells]),
        np.array([GROUPS.index(group) for _, group in cells]),
        name_hash([place for place, _ in cells]),
        name_hash([f"{place}|{group}" for place, group in cells]),
        people,
    )


def name_hash(names: list[str]) -> NDArray[np.uint64]:
    """A number for each name that does not depend on the order of a file (CRC-32)."""
    return np.array([zlib.crc32(name.encode()) for name in names], dtype=np.uint64)
