"""Scores of forecasts: each month by itself, then means over origins by horizon and by year.

A *unit* is one month ahead of one forecast; the table of units has a row for each. All but the CRPS is read off the
quantiles that forecast hubs ask for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
import scoringrules

from corridor.calibration.validation.rolling.forecasts import ForecastKey, Forecasts
from corridor.calibration.validation.rolling.series import Floats, months_on

# The levels of the COVID-19 Forecast Hub: Cramer et al. (2022), Scientific Data 9, 462
HUB_LEVELS = np.array([0.01, 0.025, *(np.arange(1, 20) * 0.05).round(2), 0.975, 0.99])
HALF = len(HUB_LEVELS) // 2  # the median's place
COVERAGES = (50, 80, 90)  # per cent
POOLED = "all"
REPORTED = (1, 3, 6, 12)  # horizons
KEYS = ["target", "method"]
UNITS = [
    *KEYS,
    "origin",
    "horizon",
    "month",
    "observed",
    "median",
    "crps",
    "wis",
    *(f"in{c}" for c in COVERAGES),
    "pit",
]
SCORES = ["origins", "wape", "crps", "wis", *(f"cover{c}" for c in COVERAGES)]


def quantiles_of(draws: Floats) -> Floats:
    """The hubs' quantiles of draws, shape (quantile, month)."""
    return np.quantile(draws, HUB_LEVELS, axis=0)


def weighted_interval_score(quantiles: Floats, observed: Floats) -> Floats:
    """The WIS of the hubs' quantiles, shape (quantile, month), for each month, in the unit of the series.

    It is twice the mean quantile score of all quantiles: Bracher, Ray, Gneiting & Reich (2021), PLoS Comput. Biol. 17,
    e1008618. So formed, as `weighted_interval_score` of scoringrules 0.10 adds the median itself (numpy backend)
    where its distance from the observed value belongs.
    """
    return np.asarray(scoringrules.crps_quantile(observed, quantiles.T, HUB_LEVELS, backend="numpy"))


def crps(draws: Floats, observed: Floats) -> Floats:
    """The fair CRPS (Ferro 2014) for each month, in the unit of the series."""
    return np.asarray(scoringrules.crps_ensemble(observed, draws, m_axis=0, estimator="fair", backend="numpy"))


def pit(draws: Floats, observed: Floats) -> Floats:
    """The share of draws below each observed value, ties halved: uniform where the forecast is calibrated."""
    return np.asarray((draws < observed).mean(axis=0) + 0.5 * (draws == observed).mean(axis=0))


def held(quantiles: Floats, observed: Floats, percent: int) -> Floats:
    """Whether the central interval of so many per cent holds each observed value: one or zero."""
    low = int(np.flatnonzero(np.isclose(HUB_LEVELS, 0.5 - percent / 200.0))[0])
    return ((quantiles[low] <= observed) & (observed <= quantiles[-1 - low])).astype(float)


def unit_scores(forecasts: Forecasts, observed: Mapping[str, pd.Series]) -> pd.DataFrame:
    """The table of units (`UNITS`) of all forecast months that were observed; `observed` maps targets to months."""
    parts = [units_of(key, draws, observed[key.target]) for key, draws in forecasts.items() if key.target in observed]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=UNITS)


def units_of(key: ForecastKey, draws: Floats, observed: pd.Series) -> pd.DataFrame:
    """The units of one forecast."""
    months = [months_on(key.origin, k) for k in range(draws.shape[1])]
    seen = observed.reindex(months).to_numpy(float)
    at = np.flatnonzero(np.isfinite(seen) & np.isfinite(draws).all(axis=0))
    draws, seen = draws[:, at], seen[at]
    quantiles = quantiles_of(draws)
    columns = {
        **key._asdict(),
        "horizon": at + 1,
        "month": [months[k] for k in at],
        "observed": seen,
        "median": quantiles[HALF],
        "crps": crps(draws, seen),
        "wis": weighted_interval_score(quantiles, seen),
        **{f"in{c}": held(quantiles, seen, c) for c in COVERAGES},
        "pit": pit(draws, seen),
    }
    return pd.DataFrame(columns)[UNITS]


def mean_scores(units: pd.DataFrame) -> dict[str, float]:
    """The scores (`SCORES`) of the units of one method, means over all of them."""
    total = units.observed.abs().sum()
    errors = (units["median"] - units.observed).abs().sum()
    return {
        "origins": units.origin.nunique(),
        "wape": errors / total if total > 0.0 else np.nan,
        "crps": units.crps.mean(),
        "wis": units.wis.mean(),
        **{f"cover{c}": units[f"in{c}"].mean() for c in COVERAGES},
    }


def by_horizon(units: pd.DataFrame) -> Iterable[tuple[str, pd.DataFrame]]:
    """The units of each horizon that is reported and of all horizons together, by its name in tables."""
    for horizon in REPORTED:
        yield str(horizon), units[units.horizon == horizon]
    yield POOLED, units


def by_year(units: pd.DataFrame) -> Iterable[tuple[str, pd.DataFrame]]:
    """The units of each year of the month that was forecast."""
    yield from units.groupby(units.month.str[:4])
