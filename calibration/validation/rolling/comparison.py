"""Methods against each other: relative WIS as forecast hubs form it, and intervals of differences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from corridor.calibration.validation.rolling.scores import KEYS, POOLED, SCORES, by_horizon, by_year, mean_scores
from corridor.calibration.validation.rolling.series import YEAR, Floats

LEAST_BLOCK = 3  # origins
LEVEL = 0.90
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
    have, with 90 % intervals from the means of blocks of origins; rows of rolling_differences.csv."""
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
    """Difference and ratio of the mean scores of two methods on the same origins in order, with 90 % intervals.

    Forecasts that share months have errors that depend on each other, so that not origins but blocks of neighbours are
    taken to be independent: t intervals from the means of blocks (Schmeiser 1982, Oper. Res. 30, 556-568), of the ratio
    in logs. A bootstrap of blocks holds far too little where there are few: with three blocks of twelve origins a
    nominal 90 % interval held half of the truths, these hold 84 % (`test_scores.py`). NaN of fewer than two blocks.
    """
    difference = scores.mean() - of_reference.mean()
    half = half_width(scores - of_reference, length)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = scores.mean() / of_reference.mean()
        half_of_log = half_width(scores / scores.mean() - of_reference / of_reference.mean(), length)
        ratio_low, ratio_high = ratio * np.exp([-half_of_log, half_of_log])
    found = (difference, difference - half, difference + half, ratio, ratio_low, ratio_high)
    return dict(zip(COMPARED, found, strict=True))


def half_width(values: Floats, length: int) -> float:
    """Half the width of the 90 % interval of a mean, from the means of as many blocks of at least `length` as fit."""
    blocks = len(values) // length
    if blocks < 2:
        return np.nan
    means = [block.mean() for block in np.array_split(values, blocks)]
    return float(stats.t.ppf(0.5 + LEVEL / 2.0, blocks - 1) * np.std(means, ddof=1) / np.sqrt(blocks))
