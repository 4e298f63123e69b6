"""Predictive distributions of the simple forecasts, from the errors that each made before.

A distribution is an ensemble of `DRAWS` values for each month ahead, shape (draw, month): its quantiles at evenly
spaced levels, so that the same series gives the same bits and no chance is involved. Months are each by themselves:
a row of draws is no possible year.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Mapping, Sequence

import numpy as np

from corridor.calibration.validation.rolling.rules import RULES, Rule
from corridor.calibration.validation.rolling.series import (
    HORIZONS,
    YEAR,
    DailySeries,
    Floats,
    months_between,
    months_on,
)

LEAST_MONTHS = 2 * YEAR + 1  # known months from which a rule is used
LEAST_RECORD = LEAST_MONTHS + YEAR  # and those from which it has an earlier error at every horizon
LATEST_ERRORS = 24  # at each horizon
LEVELS = np.linspace(0.0, 1.0, 201)  # holds every level of the hubs' quantiles
MEDIAN = "median_of_baselines"
Points = dict[str, Floats]  # origin -> point forecast, shape (month,)


def points_of(rule: Rule, series: DailySeries, origins: Sequence[str]) -> Points:
    """A rule's point forecasts from each origin; those from which a library cannot fit its model are left out."""
    from threadpoolctl import threadpool_limits

    points = {}
    with threadpool_limits(1), warnings.catch_warnings(action="ignore"):  # of starting values and convergence
        for origin in origins:
            with contextlib.suppress(np.linalg.LinAlgError):
                points[origin] = np.maximum(0.0, rule(series.before(origin)))
    return {origin: point for origin, point in points.items() if np.isfinite(point).all()}


def earlier_errors(points: Points, series: DailySeries, horizon: int) -> Floats:
    """Logarithms of observed over forecast (both plus the offset) at a horizon: the latest of those months that are
    known, `LATEST_ERRORS` at most."""
    number = {month: k for k, month in enumerate(series.months)}
    pairs = [(number[origin] + horizon - 1, point[horizon - 1]) for origin, point in points.items() if origin in number]
    seen = np.array([(series.monthly[at], point) for at, point in pairs if at < len(series.monthly)]).reshape(-1, 2)
    observed, forecast = seen[-LATEST_ERRORS:].T
    return np.asarray(np.log((observed + series.offset) / (forecast + series.offset)))


def distribution(points: Points, series: DailySeries, origin: str) -> Floats:
    """The forecast from an origin, shape (draw, month): the point forecast times the errors that the rule made before
    it at each horizon, less their median. NaN at a horizon without an error.

    Less their median, as the rules were all too low while the trade grew: of the ways that were tried (all errors or
    the latest; as they are, with both signs, or centred) this one gives the simple forecasts their best scores and
    nearly the coverage that they state, and so makes them hardest to beat.
    """
    known, point = series.before(origin), points[origin]
    draws = np.full((len(LEVELS), YEAR), np.nan)
    for horizon in HORIZONS:
        errors = earlier_errors(points, known, horizon)
        if len(errors):
            spread = np.exp(np.quantile(errors - np.median(errors), LEVELS))
            draws[:, horizon - 1] = (point[horizon - 1] + series.offset) * spread - series.offset
    return np.maximum(0.0, draws)


def median_of(draws: Sequence[Floats]) -> Floats:
    """The combination of distributions whose every quantile is the median of theirs."""
    return np.asarray(np.median(np.stack(draws), axis=0))


def baseline_forecasts(
    series: DailySeries, origins: Sequence[str], rules: Mapping[str, Rule] = RULES, jobs: int = 1
) -> dict[str, dict[str, Floats]]:
    """Method -> origin -> draws, of all rules and of the median of them; origins that a rule cannot forecast are
    left out of it.

    Raises ValueError where an origin has fewer than `LEAST_RECORD` months before it.
    """
    from joblib import Parallel, delayed

    number = {month: k for k, month in enumerate([*series.months, series.origin])}
    if early := [origin for origin in origins if number.get(origin, -1) < LEAST_RECORD]:
        raise ValueError(f"origins {', '.join(early)}: at least {LEAST_RECORD} observed months before each are needed")
    earliest = months_on(min(origins), 1 - YEAR - LATEST_ERRORS)  # of the errors that are used
    every = months_between(max(series.months[LEAST_MONTHS], earliest), max(origins))
    found = Parallel(n_jobs=jobs)(delayed(points_of)(rule, series, every) for rule in rules.values())
    made = {
        name: {origin: distribution(points, series, origin) for origin in origins if origin in points}
        for name, points in zip(rules, found, strict=True)
    }
    made = {name: {k: draws for k, draws in each.items() if np.isfinite(draws).all()} for name, each in made.items()}
    median = {origin: median_of([each[origin] for each in made.values() if origin in each]) for origin in origins}
    return made | {MEDIAN: median}
