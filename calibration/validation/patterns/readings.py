"""How a value is read off the draws of a prediction: one value for each draw.

A reading raises KeyError when the run has not all days that it needs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from corridor.calibration.evidence.observed import ObservedValue
from corridor.calibration.predict.prediction import PredictionData
from corridor.calibration.validation.crossing_days import over

Floats = NDArray[np.float64]
Reading = Callable[[PredictionData], Floats]


def observed_in(record: PredictionData | None, read: Reading | None) -> ObservedValue | None:
    """The value that a record has, read as off a draw; None where it has none."""
    if record is None or read is None:
        return None
    try:
        (value,) = read(record)
    except KeyError:
        return None
    return None if np.isnan(value) else ObservedValue.of(float(value))


def yearly(name: str, year: int) -> Reading:
    """An indicator of a year."""
    return lambda prediction: prediction.by_year(name)[year]


def monthly_sum(name: str, *months: str) -> Reading:
    """An indicator summed over months, of which the run has every day."""

    def read(prediction: PredictionData) -> Floats:
        positions = {month: prediction.months.index(month) for month in prediction.whole_months}
        return np.asarray(prediction.by_month(name)[:, [positions[month] for month in months]].sum(axis=1))

    return read


def ratio(above: Reading, below: Reading, less: float = 0.0) -> Reading:
    """One value over another, less a constant; NaN over zero."""
    return lambda prediction: over(above(prediction), below(prediction)) - less


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
