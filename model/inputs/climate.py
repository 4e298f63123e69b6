"""The climate of the Strait: chances of red, amber and green days by month, scaled to the red days of each year."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corridor.model.engine.errors import InputError
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.reader import Column, given_twice, read_sheet
from corridor.model.inputs.sea import RED

Floats = NDArray[np.float64]
SUM_SLACK = 0.001  # of rounded chances


class SeaClimate:
    """Chances of each colour by month, scaled to the red days of each Home Office year (May to April).

    Both tables may be a user's own. Raises InputError with all that is wrong with them.
    """

    def __init__(self, months_path: str | Path | None = None, years_path: str | Path | None = None) -> None:
        self.by_month = read_sea_climate(months_path)
        periods = read_sea_years(years_path)
        self.years = [(first, last, red / self._mean_red_days(first, last)) for first, last, red in periods]

    def shares(self, today: date) -> Floats:
        """Chances of red, amber and green on a day; amber and green share what red leaves, as in the month's mean."""
        red, amber, green = self.by_month[today.month - 1]
        red = min(0.95, red * self._year_factor(today))
        rest = (1.0 - red) / (amber + green)
        return np.array([red, amber * rest, green * rest])

    def _year_factor(self, today: date) -> float:
        return next((factor for first, last, factor in self.years if first <= today <= last), 1.0)

    def _mean_red_days(self, first: date, last: date) -> float:
        days = [first + timedelta(days=k) for k in range((last - first).days + 1)]
        return float(sum(self.by_month[day.month - 1][RED] for day in days))


def read_sea_climate(path: str | Path | None) -> Floats:
    """Chances of red, amber and green by calendar month, shape (12, 3), from the shipped CSV or a user's own.

    Raises InputError with all problems: unreadable rows, months given twice or missing, chances that do not sum to 1.
    """
    path, share = Path(path or DATA / "sea_climate.csv"), Column("number", low=0, high=1)
    text = Column("text", required=False)
    sheet = read_sheet(
        path,
        {
            "month": Column("integer", low=1, high=12),
            "p_red": share,
            "p_amber": share,
            "p_green": share,
            "grade": text,
            "source": text,
        },
    )
    rows, problems = sheet.columns, [*sheet.problems, *given_twice(sheet, "month", ("month",))]
    if not problems:
        missing = [str(month) for month in range(1, 13) if month not in rows["month"]]
        problems += [f"{path.name}, month: {', '.join(missing)} are missing; every month has a row"] if missing else []
        sums = [sum(chances) for chances in zip(rows["p_red"], rows["p_amber"], rows["p_green"], strict=True)]
        problems += [
            f"{path.name}, row {row}: the three chances sum to {total:.4g}; allowed: 1"
            for row, total in zip(sheet.rows, sums, strict=True)
            if abs(total - 1.0) > SUM_SLACK
        ]
    if problems:
        raise InputError(problems)
    table = np.array([rows["p_red"], rows["p_amber"], rows["p_green"]], dtype=np.float64).T
    by_month: Floats = table[np.argsort(rows["month"])]
    return by_month


def read_sea_years(path: str | Path | None) -> list[tuple[date, date, float]]:
    """Periods with their red days, from the shipped CSV or a user's own; days outside of them are as in the mean year.

    Raises InputError with all problems: unreadable rows, periods that end before they begin or overlap.
    """
    path, text = Path(path or DATA / "sea_years.csv"), Column("text", required=False)
    sheet = read_sheet(
        path,
        {
            "from": Column("date"),
            "to": Column("date"),
            "red_days": Column("number", low=0, high=366),
            "grade": text,
            "source": text,
        },
    )
    problems, rows = list(sheet.problems), sheet.columns
    if not problems:
        before = date.min
        for row, first, last in zip(sheet.rows, rows["from"], rows["to"], strict=True):
            if not before < first <= last:
                problems.append(
                    f"{path.name}, row {row}: {first} to {last} is not allowed; periods follow one another "
                    "in order, and each ends on or after the day it begins"
                )
            before = last
    if problems:
        raise InputError(problems)
    return list(zip(rows["from"], rows["to"], rows["red_days"], strict=True))
