"""Nine simple forecasts of a month's arrivals, each from the days before the origin alone.

Each rule takes a `DailySeries` and gives a point forecast of the twelve months after it, shape (month,). The numbers
of years of the usual shape and of the usual crossing days are those with which the rules were first tried.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from corridor.calibration.validation import baselines
from corridor.calibration.validation.rolling.hurdle import hurdle_negative_binomial
from corridor.calibration.validation.rolling.series import YEAR, DailySeries, Floats

SHAPE_YEARS, CROSSING_YEARS = 3, 4
Rule = Callable[[DailySeries], Floats]


def by_year(monthly: Floats, years: int) -> Floats:
    """The latest months as years of twelve, shape (year, month); fewer years where the series is shorter."""
    known = min(years, len(monthly) // YEAR)
    return monthly[len(monthly) - known * YEAR :].reshape(known, YEAR)


def shape(series: DailySeries) -> Floats:
    """The share of each month ahead in a year: that of the last three years together."""
    sums = by_year(series.monthly, SHAPE_YEARS).sum(axis=0)
    return np.asarray(sums / sums.sum()) if sums.sum() > 0.0 else np.full(YEAR, 1.0 / YEAR)


def last_year(series: DailySeries) -> float:
    """The sum of the last twelve months."""
    return float(series.monthly[-YEAR:].sum())


def seasonal_naive(series: DailySeries) -> Floats:
    """The last twelve months again."""
    return baselines.same_month_last_year(series.monthly, YEAR)


def last_year_mean(series: DailySeries) -> Floats:
    """The mean of the last twelve months in every month."""
    return baselines.mean_of_last_year(series.monthly, YEAR)


def shape_last_year(series: DailySeries) -> Floats:
    """The shape of three years times the sum of the last twelve months."""
    return shape(series) * last_year(series)


def shape_two_years(series: DailySeries) -> Floats:
    """The shape of three years times the mean level of the last two."""
    return shape(series) * by_year(series.monthly, 2).sum(axis=1).mean()


def half_shape(series: DailySeries) -> Floats:
    """Half flat and half the shape of three years, times the sum of the last twelve months."""
    return (0.5 * shape(series) + 0.5 / YEAR) * last_year(series)


def per_crossing_day(series: DailySeries) -> Floats:
    """Arrivals per crossing day of the last twelve months, times the usual crossing days of the month."""
    usual = by_year(series.crossing_days, CROSSING_YEARS).mean(axis=0)
    days = series.crossing_days[-YEAR:].sum()
    return np.asarray(last_year(series) / days * usual) if days > 0.0 else np.zeros(YEAR)


def exponential_smoothing(series: DailySeries) -> Floats:
    """A smoothed level and an additive season of the logarithm of monthly arrivals plus the offset, without a trend.

    Source: Hyndman, Koehler, Ord & Snyder (2008), Forecasting with Exponential Smoothing.
    """
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    fit = ExponentialSmoothing(np.log(series.monthly + series.offset), seasonal="add", seasonal_periods=YEAR).fit()
    return np.maximum(0.0, np.exp(np.asarray(fit.forecast(YEAR))) - series.offset)


def sarima(series: DailySeries) -> Floats:
    """SARIMA (1,0,1)(0,1,1)12 of monthly arrivals, the order that `baselines` declares."""
    return baselines.sarima(series.monthly, YEAR, seed=1).point


RULES: dict[str, Rule] = {
    "seasonal_naive": seasonal_naive,
    "last_year_mean": last_year_mean,
    "exponential_smoothing": exponential_smoothing,
    "sarima": sarima,
    "shape_last_year": shape_last_year,
    "shape_two_years": shape_two_years,
    "half_shape": half_shape,
    "per_crossing_day": per_crossing_day,
    "hurdle_negative_binomial": hurdle_negative_binomial,
}
