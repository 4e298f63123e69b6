"""Clustering of crossings on few days and weeks, measured in the same way for records and draws.

The observed statistics by year are in results/observed/clustering.csv; they are made from the Home Office's daily
record (`results.observed.daily`) with `statistics`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.calibration.validation.scores import gini

Floats = NDArray[np.float64]
DAYS_A_WEEK = 7


def share_with_crossing(arrivals: Floats) -> Floats:
    """Share of days (or weeks) with arrivals."""
    return np.asarray((arrivals > 0.0).mean(axis=-1))


def largest(arrivals: Floats) -> Floats:
    """People who arrived on the day (or in the week) with most arrivals."""
    return np.asarray(arrivals.max(axis=-1))


def longest_gap(arrivals: Floats) -> Floats:
    """The longest run of days without an arrival inside the year."""
    run, longest = np.zeros(arrivals.shape[:-1]), np.zeros(arrivals.shape[:-1])
    for day in np.moveaxis(arrivals, -1, 0):
        run = np.where(day > 0.0, 0.0, run + 1.0)
        longest = np.maximum(longest, run)
    return longest


def weekly(arrivals: Floats) -> Floats:
    """Sums of seven days counted from the first; days of an incomplete week are left out."""
    weeks = arrivals.shape[-1] // DAYS_A_WEEK
    kept = arrivals[..., : weeks * DAYS_A_WEEK]
    return np.asarray(kept.reshape(*arrivals.shape[:-1], weeks, DAYS_A_WEEK).sum(axis=-1))


STATISTICS: dict[str, tuple[str, Callable[[Floats], Floats]]] = {
    "crossing_days_share": ("share", share_with_crossing),
    "gini_daily_arrivals": ("Gini coefficient", gini),
    "largest_day": ("people", largest),
    "longest_gap": ("days", longest_gap),
    "crossing_weeks_share": ("share", lambda arrivals: share_with_crossing(weekly(arrivals))),
    "gini_weekly_arrivals": ("Gini coefficient", lambda arrivals: gini(weekly(arrivals))),
    "largest_week": ("people", lambda arrivals: largest(weekly(arrivals))),
}


def statistics(arrivals: Floats, days: pd.DatetimeIndex, year: int) -> dict[str, Floats]:
    """Every statistic of one year's daily arrivals; (..., day) gives (...)."""
    chosen = np.asarray(arrivals, dtype=np.float64)[..., days.year == year]
    return {name: np.asarray(how(chosen)) for name, (_, how) in STATISTICS.items()}
