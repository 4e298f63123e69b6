"""Methods against each other: relative WIS as forecast hubs form it, and intervals of differences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.calibration.validation.rolling.scores import KEYS, POOLED, SCORES, by_horizon, by_year, mean_scores
from corridor.calibration.validation.rolling.series import YEAR, Floats

RESAMPLES, SEED = 2000, 1
LEAST_BLOCK = 3  # origins
ENDS = (0.05, 0.95)
HORIZON_SCORES = [*KEYS, "horizon", *SCORES[:4], "relative_wis", *SCORES[4:]]
YEAR_SCORES = [*KEYS, "year", *HORIZON_SCORES[3:]]
COMPARED = ["difference", "low", "high", "ratio", "ratio_low", "ratio_high"]
DIFFERENCES = [*KEYS, "reference", "horizon", "origins", *COMPARED]
Grouping = Callable[[pd.DataFrame], Iterable[tuple[str, pd.DataFrame]]]


def wis_table(units: pd.DataFrame) -> pd.DataFrame:
    """The WIS of each unit of a target (rows: origin and horizon) by method, NaN where a method has none."""
    return units.pivot(index=["origin", "horizon"], columns="method", values="wis")


def relative_wis(wis: pd.DataFrame, reference: str | None = None) -> pd.Series:
    """Relative WIS by method, from a table of units by method; 1 for the reference, below 1 is better.

    For each pair of methods the ratio of their mean WIS over the units that both have; for each method the geometric
    mean of its ratios to all methods, itself among them; then, with a reference, over that of the reference. Where all
    methods have all units, this is the ratio of the two means.
    Source: Cramer et al. (2022), PNAS 119, e2113561119.
    """
    values = wis.to_numpy(float)
    known = np.isfinite(values).astype(float)
    sums = np.nan_to_num(values).T @ known  # of a row's method over the units that it shares with a column's
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.log(sums / sums.T)
    means = np.exp(pd.DataFrame(ratios, wis.columns, wis.columns).mean(axis=1))
    return means if reference is None else means / means[reference]


def best_of(units: pd.DataFrame, candidates: Sequence[str]) -> str:
    """The candidate with the lowest relative WIS over all horizons of a target's units."""
    wis = wis_table(units)
    return str(relative_wis(wis[[name for name in candidates if name in wis]]).idxmin())


def score_table(units: pd.DataFrame, reference: str, groups: Grouping, name: str) -> pd.DataFrame:
    """Scores of each method of a target by horizon or year; methods in their order in the units."""
    rows = []
    for group, part in groups(units):
        if part.empty:
            continue
        relative = relative_wis(wis_table(part), reference) if reference in set(part.method) else None
        for method, own in part.groupby("method", sort=False):
            of_reference = np.nan if relative is None else relative[str(method)]
            keys = {"target": own.target.iloc[0], "method": method, name: group}
            rows.append({**keys, **mean_scores(own), "relative_wis": of_reference})
    return pd.DataFrame(rows)


def horizon_scores(units: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Rows of rolling_scores.csv for a target."""
    return score_table(units, reference, by_horizon, "horizon")[HORIZON_SCORES]


def year_scores(units: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Rows of rolling_years.csv for a target."""
    return score_table(units, reference, by_year, "year")[YEAR_SCORES]


def differences(units: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Mean WIS of each method of a target less that of the reference, and their ratio, over the origins that both
    have, with 90 % intervals of a paired moving-block bootstrap; rows of rolling_differences.csv."""
    rows = []
    for horizon, part in by_horizon(units):
        wis = wis_table(part)
        for method in (name for name in units.method.unique() if name != reference):
            if not {method, reference} <= set(wis):
                continue
            pairs = wis[[method, reference]].dropna().groupby("origin").mean()
            length = YEAR if horizon == POOLED else max(LEAST_BLOCK, int(horizon))
            own, against = pairs.to_numpy(float).T
            found = compared(own, against, length) if len(pairs) else {}
            rows.append(
                {
                    "target": units.target.iloc[0],
                    "method": method,
                    "reference": reference,
                    "horizon": horizon,
                    "origins": len(pairs),
                    **found,
                }
            )
    return pd.DataFrame(rows, columns=DIFFERENCES)


def compared(scores: Floats, of_reference: Floats, length: int) -> dict[str, float]:
    """Difference and ratio of the mean scores of two methods on the same origins in order, with their intervals."""
    at = moving_blocks(len(scores), length)
    sampled, against = scores[at].mean(axis=1), of_reference[at].mean(axis=1)
    low, high = np.quantile(sampled - against, ENDS)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio_low, ratio_high = np.quantile(sampled / against, ENDS)
        ratio = scores.mean() / of_reference.mean()
    difference = scores.mean() - of_reference.mean()
    return dict(zip(COMPARED, (difference, low, high, ratio, ratio_low, ratio_high), strict=True))


def moving_blocks(number: int, length: int) -> NDArray[np.int64]:
    """Resampled places of a series, shape (resample, place), in blocks of neighbours, as forecasts that share
    months have errors that depend on each other.

    Source: Künsch (1989), Ann. Statist. 17, 1217-1241.
    """
    length = min(length, number)
    blocks = -(-number // length)
    starts = np.random.default_rng(SEED).integers(0, number - length + 1, (RESAMPLES, blocks))
    places = starts[:, :, None] + np.arange(length)
    return np.asarray(places.reshape(RESAMPLES, -1)[:, :number])
