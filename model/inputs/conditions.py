"""Conditions of the time: multipliers by date of what the model is otherwise given, such as a war, a visa rule or a
supply ban. They act on inputs only, as levers do; none is in force unless a file declares it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from corridor.model.engine.errors import InputError
from corridor.model.inputs.reader import Column, given_twice, parse_sheet, read_text

Floats = NDArray[np.float64]
NAMES = {
    "demand_uk": "odds that somebody who enters is bound for the United Kingdom",
    "stop_odds": "odds that a launch is stopped on the beach",
    "boat_supply": "boats that the supply line can carry",
    "usable_window": "share of a night in which boats can leave, at most the whole night",
}
ENTRIES = "entries_"  # and the name of an entry point: people who enter there
LARGEST = 20.0  # more must be a typing error
NEUTRAL = 1.0


class Conditions:
    """Multipliers that hold from their date until the next date of the same name; before the first they are 1."""

    def __init__(self, rows: Sequence[tuple[date, str, float]] = ()) -> None:
        self.rows = tuple(sorted((day, name, float(value)) for day, name, value in rows))
        self._steps: dict[str, tuple[list[date], list[float]]] = {}
        for day, name, value in self.rows:
            days, values = self._steps.setdefault(name, ([], []))
            days.append(day)
            values.append(value)

    def on(self, today: date) -> dict[str, float]:
        """Multipliers of a day that are not 1, by name in the order of the alphabet."""
        found = {}
        for name in sorted(self._steps):
            days, values = self._steps[name]
            value = values[k - 1] if (k := bisect_right(days, today)) else NEUTRAL
            if value != NEUTRAL:
                found[name] = value
        return found

    def times(self, other: Conditions) -> Conditions:
        """Both together: their multipliers are multiplied on every day."""
        if not self.rows or not other.rows:
            return self if self.rows else other
        both = []
        for name in sorted({*self._steps, *other._steps}):
            days = sorted({day for each in (self, other) for day in each._steps.get(name, ([],))[0]})
            both += [(day, name, self.on(day).get(name, NEUTRAL) * other.on(day).get(name, NEUTRAL)) for day in days]
        return Conditions(both)


NO_CONDITIONS = Conditions()


def read_conditions(path: str | Path) -> Mapping[int | None, Conditions]:
    """Conditions of a CSV with `date,name,value`, and `draw` where they differ by draw; None is the key without one.

    Raises InputError with all problems: unreadable rows, unknown names, values given twice, rows with and without draw.
    """
    path = Path(path)
    return conditions_in(path.name, read_text(path))


@lru_cache(maxsize=8)  # those of a posterior are thousands of rows, and are read at every start
def conditions_in(file: str, text: str) -> Mapping[int | None, Conditions]:
    """The conditions in the text of a file with this name; as `read_conditions`."""
    sheet = parse_sheet(
        file,
        text,
        {
            "date": Column("date"),
            "name": Column("text"),
            "value": Column("number", low=0.0, high=LARGEST),
            "draw": Column("integer", low=0, required=False),
        },
    )
    rows = sheet.columns
    draws = rows.get("draw") or [""] * len(rows["date"])
    problems = [*sheet.problems]
    problems += [
        f"{file}, row {row}, name: {name!r} is not a condition; allowed: {', '.join(NAMES)}, {ENTRIES}PLACE"
        for row, name in zip(sheet.rows, rows["name"], strict=True)
        if name not in NAMES and not str(name).startswith(ENTRIES)
    ]
    if not problems:
        keys = ("date", "name", "draw") if "" not in draws else ("date", "name")
        problems += given_twice(sheet, "condition", keys)
        if "" in draws and any(draw != "" for draw in draws):
            problems.append(f"{file}, draw: some rows have one and some have none; allowed: all or none")
    if problems:
        raise InputError(problems)
    by_draw: dict[int | None, list[tuple[date, str, float]]] = {}
    for day, name, value, draw in zip(rows["date"], rows["name"], rows["value"], draws, strict=True):
        by_draw.setdefault(None if draw == "" else int(draw), []).append((day, name, float(value)))
    return MappingProxyType({draw: Conditions(each) for draw, each in by_draw.items()})


def together(each: Sequence[Mapping[str, float]]) -> dict[str, float | Floats]:
    """Multipliers of all replicates by name: one number where they agree, else one value a replicate."""
    found: dict[str, float | Floats] = {}
    for name in sorted({name for own in each for name in own}):
        values = np.array([own.get(name, NEUTRAL) for own in each])
        found[name] = float(values[0]) if (values == values[0]).all() else values
    return found


def times_odds(chance: Floats, factor: float | Floats) -> Floats:
    """A probability whose odds are multiplied; exactly itself for a factor of 1.

    What is certain has no finite odds: it stays certain under any factor but 0, which makes it impossible.
    """
    certain = chance >= 1.0
    doubtful = np.where(certain, 0.0, chance)
    result: Floats = np.where(certain, np.sign(factor), doubtful * factor / (1.0 + doubtful * (factor - 1.0)))
    return result
