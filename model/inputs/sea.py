"""The colours of the sea, and a user's own file with the colour of each day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from corridor.model.engine.errors import InputError
from corridor.model.inputs.reader import Column, given_twice, read_sheet

COLOURS = ("red", "amber", "green")
RED, AMBER, GREEN = range(3)


def read_sea(path: str | Path, start: date, end: date) -> dict[date, int]:
    """A user's own sea: CSV with `date,state` (red, amber or green) for every day of the run.

    Raises InputError with all problems: unreadable rows, unknown states, days given twice or missing.
    """
    path = Path(path)
    sheet = read_sheet(path, {"date": Column("date"), "state": Column("text", allowed=COLOURS)})
    days = sheet.columns["date"]
    wanted = [start + timedelta(days=k) for k in range((end - start).days + 1)]
    missing = sorted(set(wanted) - set(days))
    problems = [*sheet.problems, *given_twice(sheet, "day", ("date",))]
    if missing and not sheet.problems:
        problems.append(f"{path.name}, date: {len(missing)} days of the run are missing, the first {missing[0]}")
    if problems:
        raise InputError(problems)
    return {day: COLOURS.index(state) for day, state in zip(days, sheet.columns["state"], strict=True)}
