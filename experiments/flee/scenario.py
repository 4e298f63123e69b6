"""A scenario of Flee as places, legs, closures, conflicts, entries and targets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from corridor.experiments.flee import counts
from corridor.experiments.flee.counts import Reports
from corridor.experiments.flee.geography import CAMPS, Closure, Legs, Places, read_closures, read_legs, read_places
from corridor.experiments.flee.settings import Settings, read_settings
from corridor.experiments.flee.tables import number_of, read_rows
from corridor.model.engine.errors import InputError
from corridor.model.engine.kernels import Floats
from corridor.model.inputs.reader import at_most_reported, to_date

INPUTS = ("input_csv", "input_files")
TOTAL = "total"
T = TypeVar("T")


@dataclass(frozen=True)
class Scenario:
    """What a folder holds. `conflict` is the intensity by day and place (0: none); `total` has the reports of all
    refugees, `targets` those of camps."""

    name: str
    start: date
    days: int
    places: Places
    legs: Legs
    closures: tuple[Closure, ...]
    conflict: Floats
    total: Reports
    targets: dict[str, Reports]
    settings: Settings
    warnings: tuple[str, ...]


class Reading:
    """What is wrong with the files of a scenario, and warnings, collected while they are read."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.warnings: list[str] = []

    def take(self, read: Callable[..., tuple[T, list[str]]], *arguments: Any) -> T | None:
        """What a function reads; None where it raises InputError, whose problems are kept."""
        try:
            found, warnings = read(*arguments)
        except InputError as error:
            self.problems.extend(error.problems)
            return None
        self.warnings.extend(warnings)
        return found


def read_scenario(folder: Path, days: int | None = None) -> Scenario:
    """A scenario, or its first `days`. Raises InputError with all that is wrong, and its warnings below it."""
    inputs = next((folder / name for name in INPUTS if (folder / name).is_dir()), None)
    if inputs is None:
        raise InputError([f"{folder}: has no folder {' or '.join(INPUTS)}; a scenario of Flee has one"])
    reading = Reading()
    settings = reading.take(read_settings, folder)
    period = reading.take(read_period, inputs / "sim_period.csv", days)
    places = reading.take(read_places, inputs / "locations.csv")
    legs = reading.take(read_legs, inputs / "routes.csv", places) if places else None
    closures = reading.take(read_closures, inputs / "closures.csv", places) if places else None
    conflict = reading.take(read_conflict, inputs / "conflicts.csv", places, period[1]) if places and period else None
    reports = reading.take(read_source, folder, inputs, period[0]) if period else None
    targets = reading.take(targets_of, reports, places, folder.name) if reports and places else None
    if reading.problems:
        raise InputError([*reading.problems, *(f"warning: {line}" for line in reading.warnings)])
    assert settings and period and places and legs and closures is not None and conflict is not None
    assert reports and targets  # everything that is missing is a problem
    return Scenario(
        folder.resolve().name,
        *period,
        places,
        legs,
        closures,
        conflict,
        reports[TOTAL],
        targets,
        settings,
        tuple(reading.warnings),
    )


def read_period(path: Path, days: int | None) -> tuple[tuple[date, int], list[str]]:
    """First day and number of days; at most `days`. Raises InputError where one is missing."""
    table = read_rows(path)
    cells = {row[0].strip().casefold(): row[1].strip() for _, row in table.rows if len(row) > 1}
    start, length = to_date(cells.get("startdate", "")), number_of(cells.get("length", ""), 1.0)
    problems = []
    if start is None:
        problems.append(f"{table.file}, StartDate: {cells.get('startdate', '')!r}; allowed: a date such as 2022-11-14")
    if length is None:
        problems.append(f"{table.file}, Length: {cells.get('length', '')!r}; allowed: days from 1")
    if start is None or length is None:
        raise InputError(problems)
    return (start, min(int(length), days or int(length))), []


def read_conflict(path: Path, places: Places, days: int) -> tuple[Floats, list[str]]:
    """Intensity of conflict by day and place (0: none).

    A place of type conflict_zone with conflict_date 0 is one from the first day until the file first names and then
    no longer names it. Raises InputError where the file ends before the scenario does.
    """
    table = read_rows(path)
    names = table.header[1:]
    while names and not names[-1]:  # a comma at the end of the header names no place
        names.pop()
    numbers = {name.strip(): number for name, number in places.numbers.items()}
    given = np.zeros((len(table.rows), len(places.names)))
    columns = [numbers.get(name, -1) for name in names]
    problems: list[str] = []
    unknown: set[str] = set()
    for day, (number, row) in enumerate(table.rows):
        if len(row) != len(names) + 1 or number_of(row[0]) != day:
            said = f"{len(row)} cells from day {row[0]!r}; expected: {len(names) + 1} from {day}"
            problems.append(f"{table.file}, row {number}: {said}")
            continue
        values = numbers_in(row[1:])
        wrong = [k for k, value in enumerate(values) if not value >= 0.0]
        problems += [f"{table.place(number, names[k])}: {row[k + 1]!r}; allowed: a number from 0" for k in wrong]
        given[day, [at for at in columns if at >= 0]] = [v for v, at in zip(values, columns, strict=True) if at >= 0]
        unknown |= {name for name, v, at in zip(names, values, columns, strict=True) if at < 0 and v > 0.0}
    if len(table.rows) < days:
        last = len(table.rows)
        problems.append(
            f"{table.file}: has {last} days, sim_period.csv {days}; Flee stops there; allowed: --days {last}"
        )
    if problems:
        raise InputError(at_most_reported(problems, f"{table.file}: {{}} more wrong cells"))
    begun = np.maximum.accumulate(given > 0.0, axis=0)
    conflict = np.where(~begun & (places.since == 0.0), 1.0, given)[:days]
    return conflict, [
        f"{table.file}: {name!r} is no place of locations.csv; its conflicts are left out" for name in sorted(unknown)
    ]


def numbers_in(cells: list[str]) -> list[float]:
    """The numbers in cells; NaN where there is none."""
    try:
        return [float(cell) for cell in cells]
    except ValueError:
        return [np.nan if (value := number_of(cell)) is None else value for cell in cells]


def read_source(folder: Path, inputs: Path, start: date) -> tuple[dict[str, Reports], list[str]]:
    """The reports of all refugees (`total`) and of camps, corrected. Raises InputError with all that is wrong."""
    files, warnings = counts.read_layout(folder / "source_data")
    reading = Reading()
    found = {name: reading.take(counts.read_reports, path, start) for name, path in files.items()}
    known = {name: reports for name, reports in found.items() if reports}
    if TOTAL not in files:
        reading.problems.append(f"source_data/data_layout.csv: has no row {TOTAL!r}; expected: {TOTAL},FILE")
    if reading.problems:
        raise InputError(reading.problems)
    corrected, said = counts.corrections(inputs / "registration_corrections.csv", start, known)
    return corrected, [*warnings, *said]


def targets_of(reports: dict[str, Reports], places: Places, name: str) -> tuple[dict[str, Reports], list[str]]:
    """The reports of camps; those of other places are no targets. Raises InputError where there is none."""
    camps = {each for each, kind in zip(places.names, places.kind, strict=True) if kind in CAMPS}
    targets = {each: found for each, found in reports.items() if each in camps}
    if not targets:
        raise InputError([f"{name}/source_data: has no reports of a camp; at least one is expected"])
    others = [each for each in reports if each not in camps and each != TOTAL]
    return targets, [f"source_data: {each!r} is no camp of locations.csv, and no target" for each in others]
