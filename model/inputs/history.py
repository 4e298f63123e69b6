"""The outside world by date: officers on the coast and access to lorries, as read or derived in history.csv."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from pathlib import Path

from corridor.model.engine.errors import InputError
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.reader import Column, given_twice, read_sheet

INPUTS = ("officers_coast", "lorry_access")


class History:
    """Dated values that hold until the next date; before the first date the first value holds.

    The table may be a user's own. Raises InputError with all problems: unreadable rows, dates given twice, inputs that
    are unknown or missing.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        path, text = Path(path or DATA / "history.csv"), Column("text", required=False)
        sheet = read_sheet(
            path,
            {
                "date": Column("date"),
                "input": Column("text", allowed=INPUTS),
                "value": Column("number", low=0),
                "unit": text,
                "grade": text,
                "source": text,
                "note": text,
            },
        )
        rows, problems = sheet.columns, [*sheet.problems, *given_twice(sheet, "value", ("input", "date"))]
        if not problems:
            problems = [
                f"{path.name}, input: {name} is missing; allowed: a row or more of each of {', '.join(INPUTS)}"
                for name in INPUTS
                if name not in rows["input"]
            ]
        if problems:
            raise InputError(problems)
        self._steps: dict[str, tuple[list[date], list[float]]] = {}
        for day, name, value in sorted(zip(rows["date"], rows["input"], rows["value"], strict=True)):
            days, values = self._steps.setdefault(name, ([], []))
            days.append(day)
            values.append(value)

    @property
    def days(self) -> list[date]:
        """The days from which some value holds, in order."""
        return sorted({day for days, _ in self._steps.values() for day in days})

    def value(self, name: str, today: date) -> float:
        """The value of an input on a day; KeyError if history has no such input."""
        days, values = self._steps[name]
        return values[max(0, bisect_right(days, today) - 1)]

    def values_on(self, today: date) -> tuple[float, ...]:
        """All values of a day, in a fixed order."""
        return tuple(self.value(name, today) for name in sorted(self._steps))
