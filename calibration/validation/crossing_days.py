"""Days with and without a crossing, and how many people come on them, measured in the same way for records and draws.

All functions take people who arrived by day, shape (..., day), and give one value or several for each series, NaN where
there is nothing to count. A *crossing day* is a day on which at least one person arrived, and a day is *shut* if it
is not one. Days are those of whole calendar years in order.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
GAPS = {"0": (0, 0), "1": (1, 1), "2": (2, 2), "3-4": (3, 4), "5-7": (5, 7), "8+": (8, np.inf)}  # days, ends included
SEASONS = {"Dec-Feb": (12, 1, 2), "Mar-May": (3, 4, 5), "Jun-Aug": (6, 7, 8), "Sep-Nov": (9, 10, 11)}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BUSIEST = 5


def shut_before(people: Floats) -> Floats:
    """Shut days between each day and the crossing day before it; infinite before the first one."""
    day = np.arange(people.shape[-1], dtype=np.float64)
    latest = np.maximum.accumulate(np.where(people > 0.0, day, -np.inf), axis=-1)
    before = np.concatenate([np.full_like(latest[..., :1], -np.inf), latest[..., :-1]], axis=-1)
    return np.asarray(day - before - 1.0)


def per_mean_day(people: Floats, days: pd.DatetimeIndex) -> Floats:
    """People of each day over the mean of all days of its year."""
    result = np.full(people.shape, np.nan)
    for year in np.unique(days.year):
        of_year = np.asarray(days.year == year)
        mean = people[..., of_year].mean(axis=-1, keepdims=True)
        result[..., of_year] = over(people[..., of_year], mean)
    return result


def by_gap(people: Floats, days: pd.DatetimeIndex) -> dict[str, Floats]:
    """People per crossing day over the mean day of the year, by shut days before it (`GAPS`).

    The mean of all crossing days of a class, whatever their years. Before the first crossing day the sea counts as
    shut for long, so that a record that begins earlier says the same.
    """
    shut, relative = shut_before(people), per_mean_day(people, days)
    came = people > 0.0
    return {name: mean_over(relative, came & (low <= shut) & (shut <= high)) for name, (low, high) in GAPS.items()}


def by_season(people: Floats, days: pd.DatetimeIndex) -> dict[str, Floats]:
    """People per crossing day over the mean day of the year, by season (`SEASONS`)."""
    relative = per_mean_day(people, days)
    return {name: mean_over(relative, (people > 0.0) & days.month.isin(months)) for name, months in SEASONS.items()}


def share_of_days(people: Floats, days: pd.DatetimeIndex) -> dict[str, Floats]:
    """Share of days that are crossing days, by calendar month (`MONTHS`)."""
    return {name: (people[..., days.month == k] > 0.0).mean(axis=-1) for k, name in enumerate(MONTHS, start=1)}


def shut_spells(people: Floats) -> dict[str, Floats]:
    """Share of the spells of shut days that last so long (`GAPS` but zero); of spells between two crossing days."""
    shut = shut_before(people)
    ended = (people > 0.0) & (shut > 0.0) & np.isfinite(shut)
    each = {name: (ended & (low <= shut) & (shut <= high)).sum(axis=-1) for name, (low, high) in GAPS.items() if low}
    return {name: over(number.astype(float), ended.sum(axis=-1).astype(float)) for name, number in each.items()}


def busiest_days(people: Floats, days: pd.DatetimeIndex) -> Floats:
    """Share of a month's people on its five busiest days; the mean over months in which anybody came."""
    months = days.strftime("%Y-%m")
    shares = []
    for month in months.unique():
        ordered = np.sort(people[..., months == month], axis=-1)
        shares.append(over(ordered[..., -BUSIEST:].sum(axis=-1), ordered.sum(axis=-1)))
    each = np.stack(shares, axis=-1)
    return mean_over(each, ~np.isnan(each))


def mean_over(values: Floats, chosen: NDArray[np.bool_]) -> Floats:
    """The mean of the chosen values of each series; NaN where none is chosen."""
    return over(np.where(chosen, values, 0.0).sum(axis=-1), chosen.sum(axis=-1).astype(float))


def over(above: Floats, below: Floats) -> Floats:
    """One value over another, NaN over zero."""
    above, below = np.broadcast_arrays(above, below)  # the mean of a year is one value for all of its days
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0.0)
