"""Simple forecasts that a forecast has to beat: four that know the same months, each with intervals.

Each takes the series to the cut and a horizon in months, and gives a point forecast and an ensemble. The two simplest
draw from the errors that the same rule made at the same lead earlier, less their mean; the others simulate their
own model (statsmodels). Specifications are fixed here, not chosen after looking at later months. No value is below
zero.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
YEAR = 12  # months
LEAST_MONTHS = 2 * YEAR + 1  # months of history; fewer give no season and no error at a lead of a year
DRAWS = 1000
ORDER, SEASONAL_ORDER = (1, 0, 1), (0, 1, 1, YEAR)
RATE = {"error": "add", "trend": None, "seasonal": "add", "seasonal_periods": YEAR}
Rule = Callable[[Floats, int], Floats]


@dataclass(frozen=True)
class PredictedMonths:
    """A point forecast, shape (month,), and an ensemble, shape (draw, month)."""

    point: Floats
    draws: Floats


def not_below_zero(point: Floats, draws: Floats) -> PredictedMonths:
    """A prediction of a count or a ratio of counts."""
    return PredictedMonths(np.maximum(0.0, point), np.maximum(0.0, draws))


def same_month_last_year(series: Floats, horizon: int) -> Floats:
    """The last twelve months, repeated. Source: Hyndman & Athanasopoulos (2021), section 5.2."""
    return np.resize(series[-YEAR:], horizon)


def mean_of_last_year(series: Floats, horizon: int) -> Floats:
    """The mean of the last twelve months in every month."""
    return np.full(horizon, series[-YEAR:].mean())


def seasonal_naive(series: Floats, horizon: int, seed: int) -> PredictedMonths:
    """The season of the last twelve months, with errors that it made before."""
    return with_earlier_errors(same_month_last_year, series, horizon, seed)


def last_year_mean(series: Floats, horizon: int, seed: int) -> PredictedMonths:
    """The mean of the last twelve months, with errors that it made before."""
    return with_earlier_errors(mean_of_last_year, series, horizon, seed)


def with_earlier_errors(rule: Rule, series: Floats, horizon: int, seed: int) -> PredictedMonths:
    """The rule's forecast, and draws that add an error which the rule made at the same lead from an earlier origin.

    The errors are taken less their mean: while a series grew the rule was too low, and draws that kept that would be
    far from the rule's own forecast.
    """
    rng = np.random.default_rng(seed)
    point = rule(series, horizon)
    draws = np.empty((DRAWS, horizon))
    for k in range(horizon):
        errors = errors_at(rule, series, min(k, len(series) - YEAR - 1))
        draws[:, k] = point[k] + rng.choice(errors - errors.mean(), DRAWS)
    return not_below_zero(point, draws)


def errors_at(rule: Rule, series: Floats, lead: int) -> Floats:
    """Observed less forecast, `lead` months after the first, from every origin with a year before it."""
    origins = range(YEAR, len(series) - lead)
    return np.array([series[k + lead] - rule(series[:k], lead + 1)[lead] for k in origins])


def exponential_smoothing(series: Floats, horizon: int, seed: int) -> PredictedMonths:
    """ETS(A,N,A): a smoothed level and an additive season, no trend; its own simulated paths.

    Source: Hyndman, Koehler, Ord & Snyder (2008), Forecasting with Exponential Smoothing.
    """
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    with unsteady():
        fit = ETSModel(series, **RATE).fit(disp=0)
        point = np.asarray(fit.forecast(horizon))
        paths = fit.simulate(horizon, anchor="end", repetitions=DRAWS, rng=np.random.default_rng(seed))
    return not_below_zero(point, np.asarray(paths).T)


def sarima(series: Floats, horizon: int, seed: int) -> PredictedMonths:
    """SARIMA (1,0,1)(0,1,1)12 by maximum likelihood; draws from the normal distribution of each month's forecast.

    Source: Box, Jenkins & Reinsel (2008), Time Series Analysis.
    """
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    with unsteady():
        forecast = SARIMAX(series, order=ORDER, seasonal_order=SEASONAL_ORDER).fit(disp=0).get_forecast(horizon)
    point, error = np.asarray(forecast.predicted_mean), np.asarray(forecast.se_mean)
    noise = np.random.default_rng(seed).standard_normal((DRAWS, horizon))
    return not_below_zero(point, point + error * noise)


def unsteady() -> warnings.catch_warnings:
    """Without warnings about starting values and convergence: the library's result is used as it is."""
    return warnings.catch_warnings(action="ignore", category=UserWarning)


BENCHMARKS: dict[str, Callable[[Floats, int, int], PredictedMonths]] = {
    "seasonal_naive": seasonal_naive,
    "last_year_mean": last_year_mean,
    "exponential_smoothing": exponential_smoothing,
    "sarima": sarima,
}


def benchmark(name: str, series: Floats, horizon: int, seed: int = 1) -> PredictedMonths:
    """A benchmark's prediction of the months after a series; the same seed gives the same draws.

    Raises ValueError when the series is too short or has gaps.
    """
    known = np.asarray(series, dtype=np.float64)
    if len(known) < LEAST_MONTHS or np.isnan(known).any():
        raise ValueError(f"{name} needs at least {LEAST_MONTHS} months without a gap; got {len(known)}")
    return BENCHMARKS[name](known, horizon, seed)
