"""Numbers of refugees by day from the reports of a scenario (source_data)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from corridor.experiments.flee.tables import marks, number_of, read_rows
from corridor.model.engine.errors import InputError
from corridor.model.engine.kernels import Floats, Ints
from corridor.model.inputs.files import is_taken
from corridor.model.inputs.reader import to_date


@dataclass(frozen=True)
class Reports:
    """Reported people of one place: days since the start of the scenario, in order, and their values."""

    days: Ints
    people: Floats

    def by_day(self, days: int) -> Floats:
        """People on each day: between two reports on the line through them, in whole people; constant outside."""
        return np.floor(np.interp(np.arange(days), self.days, self.people) + 1e-9)

    def before(self, days: int) -> Floats:
        """The last value that was reported before each day; NaN where there was none."""
        at = np.searchsorted(self.days, np.arange(days), side="left") - 1
        return np.where(at >= 0, self.people[np.maximum(at, 0)], np.nan)

    def corrected(self, day: int) -> Reports:
        """Reports before a day scaled so that the last of them equals the first from that day on.

        Registrations of level 1 count people who do not stay; when those who stay are registered again (level 2) the
        number falls. Earlier numbers are too high by that ratio (Suleimenova et al. 2017, Methods).
        """
        at = int(np.searchsorted(self.days, day))
        if at == 0 or at == len(self.days) or self.people[at - 1] == 0.0:
            return self
        people = self.people.copy()
        people[:at] *= people[at] / people[at - 1]
        return Reports(self.days, people)


def read_reports(path: Path, start: date) -> tuple[Reports, list[str]]:
    """The reports in a file of dates and people, and warnings. Raises InputError with every wrong row."""
    table = read_rows(path)
    found, problems = {}, []
    for number, row in table.rows:
        day = to_date(row[0].strip().strip('"'))
        people = number_of(row[1]) if len(row) > 1 else None
        if day is None:
            problems.append(f"{table.place(number, 'date')}: {row[0]!r}; allowed: a date such as 2022-11-14")
        elif people is None:
            value = row[1] if len(row) > 1 else ""
            problems.append(f"{table.place(number, 'people')}: {value!r}; allowed: a number from 0")
        else:
            found[(day - start).days] = people
    if not found and not problems:
        problems.append(f"{table.file}: has no rows; at least one is expected")
    if problems:
        raise InputError(problems)
    days = sorted(found)
    return Reports(np.array(days, dtype=np.int64), np.array([found[day] for day in days])), []


def read_layout(folder: Path) -> tuple[dict[str, Path], list[str]]:
    """Place -> its file, `total` among them, as data_layout.csv says; and what Flee would not read."""
    table = read_rows(folder / "data_layout.csv", titled=())
    return {row[0].strip(): folder / row[1].strip() for _, row in table.rows if len(row) > 1}, marks(table)


def corrections(path: Path, start: date, known: dict[str, Reports]) -> tuple[dict[str, Reports], list[str]]:
    """The reports with the registration corrections of a file, and warnings of places that have none."""
    corrected, warnings = dict(known), list[str]()
    if not is_taken(path):
        return corrected, warnings
    table = read_rows(path)
    problems = []
    for number, row in table.rows:
        name, day = row[0].strip(), to_date(row[1].strip()) if len(row) > 1 else None
        kind = row[2].strip() if len(row) > 2 else "normalize"
        if day is None or kind != "normalize":
            problems.append(f"{table.file}, row {number}: {','.join(row)!r}; allowed: PLACE,DATE,normalize")
        elif name not in corrected:
            warnings.append(f"{table.file}, row {number}: {name!r} has no reports; nothing is corrected")
        else:
            corrected[name] = corrected[name].corrected((day - start).days)
    if problems:
        raise InputError(problems)
    return corrected, warnings
