"""The share of points at which worlds keep thresholds, with its interval; values are cubes (world, point, seed)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from corridor.experiments.analyses.exploration.objectives import Floats, Threshold, unit_of
from corridor.results.tables.intervals import CONFIDENCE, reach


def failures(threshold: Threshold, values: Floats, base: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """At which points a world breaks a threshold, on means over seeds, and at which points this is known; shape
    (point,)."""
    excess = threshold.excess(values, base).mean(axis=1)
    return np.asarray(excess > 0.0), ~np.isnan(excess)


def satisficing(
    thresholds: Sequence[Threshold], cubes: Mapping[str, Floats], worlds: Sequence[str], baseline: str
) -> pd.DataFrame:
    """The share of points at which each world but the baseline keeps each threshold (Starr 1963, Lempert 2003).

    Columns world, threshold, unit, share with its 90 % interval low to high (Wilson's over points, and wider by what
    seeds that are the same at all points may change), `surely` and `surely_not`: shares of points at which the 90 %
    interval over seeds lies on one side of the bound (NaN with one seed), points, seeds.
    """
    base = list(worlds).index(baseline)
    rows = []
    for number, world in enumerate(worlds):
        for each in thresholds if number != base else ():
            values = cubes[each.indicator]
            excess = each.excess(values[number], values[base])
            rows.append({"world": world, "threshold": str(each), "unit": unit_of(each.indicator), **share_kept(excess)})
    return pd.DataFrame(rows)


def share_kept(excess: Floats) -> dict[str, float]:
    """From the excess over a bound, an array (point, seed), in which share of the points the bound is kept.

    Points where it is not known are left out.
    """
    excess = excess[~np.isnan(excess).any(axis=1)]
    points, seeds = excess.shape
    if not points:
        return dict.fromkeys(("share", "low", "high", "surely", "surely_not"), np.nan) | {"points": 0, "seeds": seeds}
    mean, half = excess.mean(axis=1), half_interval(excess)
    kept = int((mean <= 0.0).sum())
    within = stats.binomtest(kept, points).proportion_ci(CONFIDENCE, "wilson")
    sure, sure_not = (np.nan, np.nan) if seeds < 2 else ((mean + half <= 0.0).mean(), (mean - half > 0.0).mean())
    share, by_seeds = kept / points, half_by_seeds(excess)
    return {
        "share": share,
        "low": max(0.0, share - float(np.hypot(share - within.low, by_seeds))),
        "high": min(1.0, share + float(np.hypot(within.high - share, by_seeds))),
        "surely": sure,
        "surely_not": sure_not,
        "points": points,
        "seeds": seeds,
    }


def half_by_seeds(excess: Floats) -> float:
    """Half of the 90 % interval of the share of points at which a bound is kept that is due to the seeds, which are the
    same at all points: from shares without one seed each (jackknife). 0 with one seed, of which nothing is known."""
    seeds = excess.shape[1]
    if seeds < 2:
        return 0.0
    total = excess.sum(axis=1, keepdims=True)
    shares = (total - excess <= 0.0).mean(axis=0)
    error = np.sqrt((seeds - 1) / seeds * ((shares - shares.mean()) ** 2).sum())
    return float(reach(seeds - 1) * error)


def half_interval(values: Floats) -> Floats:
    """Half of the 90 % t-interval of the mean over the last axis; NaN where that has one value."""
    n = values.shape[-1]
    if n < 2:
        return np.full(values.shape[:-1], np.nan)
    return np.asarray(reach(n - 1) / np.sqrt(n) * values.std(axis=-1, ddof=1))
