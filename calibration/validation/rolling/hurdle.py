"""A negative binomial with a hurdle for the arrivals of a day: whether anybody comes, and how many.

After Wood (2025), International Migration Review, doi:10.1177/01979183251394003, who forecasts daily people with a
zero-inflated negative binomial, its zeros from the sea and its counts from season and earlier flows. Here every day
ahead is forecast, up to a year, so that only the climate of the sea is known: the zeros follow the usual share of
crossing days of the calendar month, the counts two harmonics of the year, and both the level of the last twelve months.
A day without arrivals says that nobody crossed, so that a hurdle (Mullahy 1986, J. Econometrics 33, 341-365)
stands for the zero inflation; its two parts are fitted on their own.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from corridor.calibration.validation.rolling.series import YEAR, DailySeries, Floats, numbers_of

HARMONICS = (1, 2)
CLIMATE_YEARS = 4
LEAST_CHANCE = 0.02  # of a crossing day in a month; so that its logit is finite
MOST_STEPS = 300  # of the optimiser


def hurdle_negative_binomial(series: DailySeries) -> Floats:
    """Expected arrivals of each month ahead: chance of a crossing day times arrivals on one, summed over its days."""
    from statsmodels.discrete.discrete_model import Logit
    from statsmodels.discrete.truncated_model import TruncatedLFNegativeBinomialP

    chance = climate(series)
    days = pd.DatetimeIndex(series.values.index)[series.month_numbers >= YEAR]
    ahead = pd.date_range(series.origin, periods=YEAR, freq="MS")
    ahead = pd.date_range(ahead[0], ahead[-1] + pd.offsets.MonthEnd())
    count = series.values[days].to_numpy(float)
    came = count > 0.0
    levels, level = levels_of(series), levels_of(series)[-1]
    fitted = levels[numbers_of(days, series.months[0])]
    zeros = Logit(came, sea_terms(days, fitted, chance)).fit(disp=0)
    counts = TruncatedLFNegativeBinomialP(count[came], season_terms(days[came], fitted[came])).fit(
        disp=0, maxiter=MOST_STEPS
    )
    held = np.full(len(ahead), level)  # the level of the last year goes on
    expected = zeros.predict(sea_terms(ahead, held, chance)) * counts.predict(season_terms(ahead, held))
    return np.asarray(np.bincount(numbers_of(ahead, series.origin), expected), dtype=np.float64)


def climate(series: DailySeries) -> Floats:
    """The usual share of crossing days of each calendar month (January first), of up to four years."""
    known = slice(-CLIMATE_YEARS * YEAR, None)
    calendar = np.array([int(month[5:]) - 1 for month in series.months[known]])
    crossed, days = (
        np.bincount(calendar, values[known], minlength=YEAR) for values in (series.crossing_days, series.days)
    )
    return np.clip(crossed / days, LEAST_CHANCE, 1.0 - LEAST_CHANCE)


def levels_of(series: DailySeries) -> Floats:
    """Logarithm of the mean arrivals of a day over the twelve months before each month, the origin last; NaN in the
    first year."""
    sums = np.convolve(series.monthly, np.ones(YEAR), mode="valid")
    days = np.convolve(series.days, np.ones(YEAR), mode="valid")
    return np.concatenate([np.full(YEAR, np.nan), np.log((sums + series.offset) / days)])


def sea_terms(days: pd.DatetimeIndex, level: Floats, chance: Floats) -> Floats:
    """Terms of the chance of a crossing day, shape (day, term)."""
    usual = chance[days.month.to_numpy() - 1]
    return np.column_stack([np.ones(len(days)), np.log(usual / (1.0 - usual)), level])


def season_terms(days: pd.DatetimeIndex, level: Floats) -> Floats:
    """Terms of the arrivals of a crossing day, shape (day, term)."""
    angle = 2.0 * np.pi * days.dayofyear.to_numpy() / 365.25
    waves = [wave(number * angle) for number in HARMONICS for wave in (np.sin, np.cos)]
    return np.column_stack([np.ones(len(days)), *waves, level])
