"""The climate of the Strait by calendar month: mean wind of a night, and temperature of the water."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corridor.model.engine.errors import InputError
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.reader import Column, given_twice, read_sheet

Floats = NDArray[np.float64]
DAYS_A_MONTH = 365.25 / 12.0


class SeaClimate:
    """Mean wind (m/s) and water temperature (degrees Celsius) by calendar month, each of shape (12,).

    The table may be a user's own. Raises InputError with all that is wrong with it.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.mean_wind, self.celsius = read_sea_climate(path)
        self._water: dict[tuple[int, int], float] = {}

    def wind(self, today: date) -> float:
        """Mean wind of the nights of the month."""
        return float(self.mean_wind[today.month - 1])

    def water(self, today: date) -> float:
        """Temperature of the water on a day: straight lines between the middles of the months."""
        at = today.month, today.day
        if at not in self._water:
            position = today.month - 1 + (today.day - 15) / DAYS_A_MONTH
            self._water[at] = float(np.interp(position, np.arange(12), self.celsius, period=12))
        return self._water[at]


def read_sea_climate(path: str | Path | None) -> tuple[Floats, Floats]:
    """Mean wind and water temperature of the twelve months, from the shipped CSV or a user's own.

    Raises InputError with all problems: unreadable rows, months given twice or missing.
    """
    path, text = Path(path or DATA / "sea_climate.csv"), Column("text", required=False)
    sheet = read_sheet(
        path,
        {
            "month": Column("integer", low=1, high=12),
            "mean_wind": Column("number", low=0.1, high=40),
            "celsius": Column("number", low=-2, high=35),
            "grade": text,
            "source": text,
        },
    )
    rows, problems = sheet.columns, [*sheet.problems, *given_twice(sheet, "month", ("month",))]
    if not problems:
        missing = [str(month) for month in range(1, 13) if month not in rows["month"]]
        problems += [f"{path.name}, month: {', '.join(missing)} are missing; every month has a row"] if missing else []
    if problems:
        raise InputError(problems)
    order = np.argsort(rows["month"])
    wind, celsius = (np.array(rows[name], dtype=np.float64)[order] for name in ("mean_wind", "celsius"))
    return wind, celsius
