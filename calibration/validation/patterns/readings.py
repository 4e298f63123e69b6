"""How a value is read off the draws of a prediction: one value for each draw.

A reading raises KeyError when the run has not all days that it needs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from corridor.calibration.predict.prediction import PredictionData

Floats = NDArray[np.float64]
Reading = Callable[[PredictionData], Floats]


def yearly(name: str, year: int) -> Reading:
    """An indicator of a year."""
    return lambda prediction: prediction.by_year(name)[year]


def monthly_sum(name: str, *months: str) -> Reading:
    """An indicator summed over months."""

    def read(prediction: PredictionData) -> Floats:
        positions = {month: k for k, month in enumerate(prediction.months)}
        return np.asarray(prediction.by_month(name)[:, [positions[month] for month in months]].sum(axis=1))

    return read


def ratio(above: Reading, below: Reading, less: float = 0.0) -> Reading:
    """One value over another, less a constant; NaN over zero."""
    return lambda prediction: over(above(prediction), below(prediction)) - less


def over(x: Floats, y: Floats) -> Floats:
    """x / y, NaN where y is zero."""
    return np.divide(x, y, out=np.full(x.shape, np.nan), where=y > 0.0)


def difference(one: Reading, other: Reading) -> Reading:
    """One value less another."""
    return lambda prediction: one(prediction) - other(prediction)


def change(name: str, first: int, second: int) -> Reading:
    """The relative change of an indicator from a year to another."""
    return ratio(yearly(name, second), yearly(name, first), less=1.0)


def days_of(prediction: PredictionData, year: int) -> NDArray[np.bool_]:
    """Which days of a prediction lie in a year."""
    if year not in prediction.whole_years:
        raise KeyError(year)
    return np.asarray(prediction.days.year == year)
