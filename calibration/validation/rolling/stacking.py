"""A stacked forecast: a linear pool of methods with weights from months that are known at the origin.

It is of a model and of the median of the simple forecasts. A weight for each simple forecast was tried and is worse
than none: from 2022 on such pools of the nine had a relative WIS of 1.03 to 1.12, their median 0.99.

The weights (at least zero, their sum one) have the lowest mean CRPS of the pool over all earlier forecasts of months
before the origin. The CRPS of a pool is quadratic in its weights: sum w_i E|X_i - y| - 1/2 sum w_i w_j E|X_i - X_j|.
Sources: Gneiting & Raftery (2007), J. Am. Stat. Assoc. 102, 359-378 (that form of the CRPS); Hall & Mitchell (2007),
Int. J. Forecasting 23, 1-13 (weights by the score of the pool).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from corridor.calibration.validation.rolling.baselines import LEVELS
from corridor.calibration.validation.rolling.forecasts import ForecastKey, Forecasts
from corridor.calibration.validation.rolling.series import YEAR, Floats, months_on

STACKED = "stacked"
COARSE = LEVELS[::5]  # levels at which distances are measured
LEAST_UNITS = 36  # forecast months that are known; with fewer all weights are equal


def stacked_forecasts(forecasts: Forecasts, observed: pd.Series, methods: Sequence[str], target: str) -> Forecasts:
    """The stacked forecast of a target from each origin that all methods forecast; `observed` by month.

    A month that is observed counts at origins after it alone.
    """
    each = {
        method: {key.origin: draws for key, draws in forecasts.items() if key[:2] == (target, method)}
        for method in methods
    }
    origins = sorted(set.intersection(*(set(draws) for draws in each.values())))
    if not origins:
        return {}
    grids = {origin: np.stack([np.quantile(each[m][origin], LEVELS, axis=0) for m in methods]) for origin in origins}
    months, errors, distances = distances_of(grids, observed)
    stacked: Forecasts = {}
    for origin in origins:
        known = months < origin
        weights = pool_weights(errors[known], distances[known]) if known.sum() >= LEAST_UNITS else None
        stacked[ForecastKey(target, STACKED, origin)] = pooled(grids[origin], weights)
    return stacked


def distances_of(grids: dict[str, Floats], observed: pd.Series) -> tuple[np.ndarray, Floats, Floats]:
    """Of every month that was observed and that all methods forecast: the month, the mean distance of each method's
    quantiles from the observed value, shape (unit, method), and that of each two methods, (unit, method, method)."""
    months, errors, distances = [], [], []
    for origin, grid in grids.items():
        coarse = np.quantile(grid, COARSE, axis=1)  # (level, method, month)
        for k in range(YEAR):
            seen = observed.get(month := months_on(origin, k), np.nan)
            values = coarse[:, :, k].T
            if np.isfinite(seen) and np.isfinite(values).all():
                months.append(month)
                errors.append(np.abs(values - seen).mean(axis=1))
                distances.append(np.abs(values[:, None, :, None] - values[None, :, None, :]).mean(axis=(2, 3)))
    number = len(next(iter(grids.values())))
    shape = (len(months), number)
    return np.array(months, dtype=str), np.reshape(errors, shape), np.reshape(distances, (*shape, number))


def pool_weights(errors: Floats, distances: Floats) -> Floats:
    """The weights with the lowest mean CRPS of the pool; arrays as `distances_of` gives them."""
    from scipy.optimize import minimize

    scale = errors.mean()
    error, distance = errors.mean(axis=0) / scale, distances.mean(axis=0) / scale
    number = len(error)
    found = minimize(
        lambda w: w @ error - 0.5 * w @ distance @ w,
        np.full(number, 1.0 / number),
        jac=lambda w: error - distance @ w,
        bounds=[(0.0, 1.0)] * number,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1.0, "jac": np.ones_like},
        method="SLSQP",
    )
    weights = np.maximum(0.0, found.x)
    return np.asarray(weights / weights.sum())


def pooled(grid: Floats, weights: Floats | None) -> Floats:
    """Quantiles of the mixture of distributions that are given by theirs, shape (method, level, month); with equal
    weights where none are given."""
    number, levels, _ = grid.shape
    each = np.full(number, 1.0 / number) if weights is None else weights
    flat = grid.reshape(number * levels, -1)
    return np.quantile(flat, LEVELS, axis=0, weights=np.repeat(each / levels, levels), method="inverted_cdf")
