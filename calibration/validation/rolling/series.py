"""A daily series as it is known at an origin.

An *origin* is the first month that is forecast: nothing of it or of later months is known. Horizon 1 is the origin
itself, horizon 12 the month eleven months later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
YEAR = 12  # months
HORIZONS = range(1, YEAR + 1)
TARGETS = {"arrivals_people": "people", "arrivals_boats": "boats"}  # target -> column of the daily record
# Added before a logarithm is taken, so that months without a crossing have one: about what one boat carries.
OFFSETS = {"arrivals_people": 50.0, "arrivals_boats": 1.0}


def months_on(month: str, number: int) -> str:
    """The month so many months after (or before) another; months are text such as 2022-01."""
    return str(np.datetime64(month, "M") + number)


def months_between(first: str, last: str) -> list[str]:
    """All months from the first to the last, both included."""
    return [str(month) for month in np.arange(np.datetime64(first, "M"), np.datetime64(last, "M") + 1)]


@dataclass(frozen=True)
class DailySeries:
    """Arrivals of every day of whole months; `offset` is what is added before a logarithm is taken."""

    values: pd.Series
    offset: float

    @cached_property
    def months(self) -> list[str]:
        """The months of the series, in order."""
        return months_between(f"{self.values.index[0]:%Y-%m}", f"{self.values.index[-1]:%Y-%m}")

    @cached_property
    def month_numbers(self) -> NDArray[np.int64]:
        """The number of each day's month, from 0."""
        return numbers_of(pd.DatetimeIndex(self.values.index), self.months[0])

    @cached_property
    def monthly(self) -> Floats:
        """Sums by month."""
        return np.asarray(np.bincount(self.month_numbers, self.values.to_numpy(float)), dtype=np.float64)

    @cached_property
    def crossing_days(self) -> Floats:
        """Days with an arrival, by month."""
        return np.asarray(np.bincount(self.month_numbers, (self.values > 0.0).to_numpy(float)), dtype=np.float64)

    @cached_property
    def days(self) -> Floats:
        """Days of each month."""
        return np.bincount(self.month_numbers).astype(float)

    @property
    def origin(self) -> str:
        """The first month that is not known."""
        return months_on(self.months[-1], 1)

    def before(self, origin: str) -> DailySeries:
        """What is known at an origin: the days before its month."""
        return DailySeries(self.values[: pd.Timestamp(origin) - pd.Timedelta(days=1)], self.offset)


def numbers_of(days: pd.DatetimeIndex, first: str) -> NDArray[np.int64]:
    """The number of the month of each day, counted from 0 at the month `first`."""
    return (days.to_numpy().astype("datetime64[M]") - np.datetime64(first, "M")).astype(np.int64)


def series_of(record: pd.DataFrame) -> dict[str, DailySeries]:
    """The series of each target that a daily record (people, and boats where there are, by date) has.

    Days of a month that the record does not cover whole are left out, at its begin and at its end. A record without a
    whole month gives none.
    """
    days = pd.DatetimeIndex(record.index)
    whole = pd.Series(1, index=days).groupby(days.to_period("M")).transform("size") == days.days_in_month
    kept = record[whole.to_numpy()]
    return {
        target: DailySeries(kept[column].astype(float), OFFSETS[target])
        for target, column in TARGETS.items()
        if column in kept and len(kept)
    }


def observed_months(series: Mapping[str, DailySeries]) -> dict[str, pd.Series]:
    """Target -> its observed sums, by month."""
    return {target: pd.Series(each.monthly, index=each.months) for target, each in series.items()}
