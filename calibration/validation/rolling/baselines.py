"""Predictive distributions of the simple forecasts, from the errors that each made before.

A distribution is an ensemble of `DRAWS` values for each month ahead, shape (draw, month): its quantiles at evenly
spaced levels, so that the same series gives the same bits and no chance is involved. Months are each by themselves:
a row of draws is no possible year.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import numpy as np

from corridor.calibration.validation.rolling.rules import RULES, Rule
from corridor.calibration.validation.rolling.series import HORIZONS, YEAR, DailySeries, Floats, months_between

LEAST_MONTHS = 2 * YEAR + 1  # known months from which a rule is used
LEAST_RECORD = LEAST_MONTHS + YEAR  # and those from which it has an earlier error at every horizon
LEVELS = np.linspace(0.0, 1.0, 201)  # holds every level of the hubs' quantiles
MEDIAN = "median_of_baselines"
Points = dict[str, Floats]  # origin -> point forecast, shape (month,)


def points_of(rule: Rule, series: DailySeries, origins: Sequence[str]) -> Points:
    """A rule's point forecasts from each origin."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1), warnings.catch_warnings(action="ignore"):  # the libraries' results are used as they are
        return {origin: np.maximum(0.0, rule(series.before(origin))) for origin in origins}


def earlier_errors(points: Points, series: DailySeries, horizon: int) -> Floats:
    """Logarithms of observed over forecast (both plus the offset) at a horizon, of all months that are known."""
    number = {month: k for k, month in enumerate(series.months)}
    pairs = [(number[origin] + horizon - 1, point[horizon - 1]) for origin, point in points.items() if origin in number]
    seen = [(series.monthly[at], point) for at, point in pairs if at < len(series.monthly)]
    observed, forecast = np.array(seen).T
    return np.asarray(np.log((observed + series.offset) / (forecast + series.offset)))


def distribution(points: Points, series: DailySeries, origin: str) -> Floats:
    """The forecast from an origin, shape (draw, month), with the errors that the rule made before it at each horizon.

    Errors count with both signs, as in the forecast hubs' baseline (Cramer et al. 2022, PNAS 119, e2113561119), so
    that the median is the point forecast.
    """
    known, point = series.before(origin), points[origin]
    columns = []
    for horizon in HORIZONS:
        errors = earlier_errors(points, known, horizon)
        spread = np.quantile(np.concatenate([errors, -errors]), LEVELS)
        columns.append((point[horizon - 1] + series.offset) * np.exp(spread) - series.offset)
    return np.maximum(0.0, np.column_stack(columns))


def median_of(draws: Sequence[Floats]) -> Floats:
    """The combination of distributions whose every quantile is the median of theirs."""
    return np.asarray(np.median(np.stack(draws), axis=0))


def baseline_forecasts(
    series: DailySeries, origins: Sequence[str], rules: Mapping[str, Rule] = RULES, jobs: int = 1
) -> dict[str, dict[str, Floats]]:
    """Method -> origin -> draws, of all rules and of the median of them.

    Raises ValueError where an origin has fewer than `LEAST_RECORD` months before it.
    """
    from joblib import Parallel, delayed

    number = {month: k for k, month in enumerate([*series.months, series.origin])}
    if early := [origin for origin in origins if number.get(origin, -1) < LEAST_RECORD]:
        raise ValueError(f"origins {', '.join(early)}: at least {LEAST_RECORD} observed months before each are needed")
    every = months_between(series.months[LEAST_MONTHS], max(origins))
    found = Parallel(n_jobs=jobs)(delayed(points_of)(rule, series, every) for rule in rules.values())
    made = {
        name: {origin: distribution(points, series, origin) for origin in origins}
        for name, points in zip(rules, found, strict=True)
    }
    return made | {MEDIAN: {origin: median_of([each[origin] for each in made.values()]) for origin in origins}}
