"""Forecasts by target, method and origin, and what a model has to offer to be scored beside the simple ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from corridor.calibration.validation.rolling.series import TARGETS, YEAR, Floats


class ForecastKey(NamedTuple):
    """Which forecast it is: of what, by which method, and the first month that it is of."""

    target: str
    method: str
    origin: str


Forecasts = dict[ForecastKey, Floats]  # draws, shape (draw, month); NaN in months without a forecast


class Forecaster(Protocol):
    """A model that forecasts from any month, such as a fitted history that is run on."""

    def __call__(self, origin: str) -> Mapping[str, Floats]:
        """Target -> draws, shape (draw, 12), of the months from the origin on (`series.TARGETS`; some may be left out).

        Whoever implements it sees to it that nothing observed in the origin's month or later is used.
        """
        ...


def model_forecasts(method: str, forecaster: Forecaster, origins: Sequence[str]) -> Forecasts:
    """A model's forecasts from each origin.

    Raises ValueError for a target that is not known, and for draws that are too few, of another number of months, or
    not finite and at least zero.
    """
    forecasts: Forecasts = {}
    for origin in origins:
        for target, draws in forecaster(origin).items():
            forecasts[ForecastKey(target, method, origin)] = checked(draws, f"{method}, {origin}, {target}", target)
    return forecasts


def checked(draws: Floats, where: str, target: str) -> Floats:
    """The draws, if they are valid."""
    values = np.asarray(draws, dtype=np.float64)
    if target not in TARGETS:
        raise ValueError(f"{where}: not a target; allowed: {', '.join(TARGETS)}")
    if values.ndim != 2 or len(values) < 2 or values.shape[1] != YEAR:
        raise ValueError(f"{where}: draws have the shape {values.shape}; allowed: two draws or more of {YEAR} months")
    if not (np.isfinite(values) & (values >= 0.0)).all():
        raise ValueError(f"{where}: some draws are not finite or below zero")
    return values
