"""Values of a year, formed from daily records in one way for the store's index and for all tables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

WHOLE = "whole run"
Floats = NDArray[np.float64]


def labels(year_of_day: NDArray[np.integer]) -> list[str]:
    """The calendar years of a run in order, then the whole run."""
    return [*(str(year) for year in np.unique(year_of_day)), WHOLE]


def annual(
    daily: Mapping[str, Floats], year_of_day: NDArray[np.integer], known: Mapping[str, Mapping[str, str]]
) -> dict[str, Floats]:
    """Every indicator by year and over the whole period: arrays (..., day) become arrays (..., period).

    A flow is the sum of its days, a stock their mean, a ratio the sum of its numerator over the sum of its
    denominator (NaN over zero). Over the whole period a flow that counts persons once a year is replaced by the one
    that counts them once (`whole_period`). `known` says what each indicator is, as the store does.
    """
    sums = {name: over_periods(values, year_of_day) for name, values in daily.items()}
    days = over_periods(np.ones(len(year_of_day)), year_of_day)
    found = {}
    for name, about in known.items():
        if about["kind"] == "ratio":
            found[name] = sum_over_sum(sums[about["numerator"]], sums[about["denominator"]], per_of(about))
        elif about["kind"] == "stock":
            found[name] = sums[name] / days
        else:
            found[name] = sums[name].copy()
            if about["whole_period"]:
                found[name][..., -1] = sums[about["whole_period"]][..., -1]
    return found


def per_of(about: Mapping[str, str]) -> int:
    """For how many of its denominator a ratio is; 1 in stores of version 0.1, which do not say it."""
    return int(about.get("per", 1))


def sum_over_sum(above: Floats, below: Floats, per: int) -> Floats:
    """A ratio of two sums, for so many of the one below; NaN over zero."""
    return np.divide(per * above, below, out=np.full(below.shape, np.nan), where=below > 0)


def over_periods(values: Floats, year_of_day: NDArray[np.integer]) -> Floats:
    """Sums over the days of each year, then over all days."""
    years = np.unique(year_of_day)
    parts = [values[..., year_of_day == year].sum(axis=-1) for year in years]
    return np.stack([*parts, values.sum(axis=-1)], axis=-1)
