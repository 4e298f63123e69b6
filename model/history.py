"""The outside world by date: officers on the coast and access to lorries, as read or derived in history.csv."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from pathlib import Path

from model.reading import Column, read_table

DATA = Path(__file__).parent / "data"


class History:
    """Dated values that hold until the next date; before the first date the first value holds."""

    def __init__(self, path: Path = DATA / "history.csv") -> None:
        text = Column("text", required=False)
        rows = read_table(
            path,
            {"date": Column("date"), "input": Column("text"), "value": Column("number", low=0), "unit": text,
             "grade": text, "source": text, "note": text},
        )
        self._steps: dict[str, tuple[list[date], list[float]]] = {}
        for day, name, value in sorted(zip(rows["date"], rows["input"], rows["value"], strict=True)):
            days, values = self._steps.setdefault(name, ([], []))
            days.append(day)
            values.append(value)

    def value(self, name: str, today: date) -> float:
        """The value of an input on a day; KeyError if history has no such input."""
        days, values = self._steps[name]
        return values[max(0, bisect_right(days, today) - 1)]

    def values_on(self, today: date) -> tuple[float, ...]:
        """All values of a day, in a fixed order."""
        return tuple(self.value(name, today) for name in sorted(self._steps))
