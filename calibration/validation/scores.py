"""Scores of a prediction: its errors, and whether its spread is calibrated. Pure functions of arrays.

A prediction is an ensemble of draws, shape (draw, time), compared with observed values, shape (time,). Months that were
not observed (NaN) are to be left out before.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def wape(point: ArrayLike, observed: ArrayLike) -> float:
    """Weighted absolute percentage error: sum of absolute errors over the sum of what was observed.

    NaN when all observed values are zero. Source: Kolassa & Schütz (2007), Foresight 6, 40-43 (as MAD/mean ratio).
    """
    seen = np.asarray(observed, dtype=np.float64)
    total = float(np.abs(seen).sum())
    return float(np.abs(np.asarray(point) - seen).sum() / total) if total > 0.0 else float("nan")


def crps(draws: ArrayLike, observed: ArrayLike) -> float:
    """Continuous ranked probability score, the mean over time, in the unit of the series; smaller is better.

    The fair estimator, mean |x - y| - sum over pairs |x_i - x_j| / (2 m (m - 1)), does not reward or punish the number
    of draws m; of one draw it is the absolute error. Source: Ferro (2014), Q. J. R. Meteorol. Soc. 140, 1917-1923.
    """
    x, y = np.sort(np.asarray(draws, dtype=np.float64), axis=0), np.asarray(observed, dtype=np.float64)
    m = len(x)
    distance = np.abs(x - y).mean(axis=0)
    if m < 2:
        return float(distance.mean())
    rank = 2.0 * np.arange(1, m + 1) - m - 1.0
    apart = 2.0 * (rank[:, None] * x).sum(axis=0)  # the sum of |x_i - x_j| over all ordered pairs
    return float((distance - apart / (2.0 * m * (m - 1.0))).mean())


def interval(draws: ArrayLike, level: float) -> tuple[Floats, Floats]:
    """Ends of the central interval that holds a share `level` of the draws, each of shape (time,)."""
    low, high = np.quantile(np.asarray(draws, dtype=np.float64), [0.5 - level / 2.0, 0.5 + level / 2.0], axis=0)
    return low, high


def coverage(draws: ArrayLike, observed: ArrayLike, level: float) -> float:
    """Share of observed values in the central interval (ends included); near `level` if the ensemble is calibrated.

    Source: Gneiting, Balabdaoui & Raftery (2007), J. R. Stat. Soc. B 69, 243-268.
    """
    low, high = interval(draws, level)
    seen = np.asarray(observed, dtype=np.float64)
    return float(((low <= seen) & (seen <= high)).mean())


def ranks(draws: ArrayLike, observed: ArrayLike) -> Floats:
    """Rank of each observed value among the draws, 0 to 1 (the probability integral transform), ties halved.

    Uniform when the ensemble is calibrated; near 0 and 1 when it is too narrow.
    Source: Gneiting, Balabdaoui & Raftery (2007).
    """
    x, y = np.asarray(draws, dtype=np.float64), np.asarray(observed, dtype=np.float64)
    below: Floats = ((x < y).sum(axis=0) + 0.5 * (x == y).sum(axis=0)) / len(x)
    return below


def ard(simulated: ArrayLike, observed: ArrayLike) -> float:
    """Averaged relative difference, as Flee reports it: at each time the absolute differences over all places, added
    up and divided by all people observed; then the mean over time.

    Both of shape (time, place); a series without places has one. Times without observed people are left out, NaN
    when there is no other. Source: Suleimenova, Bell & Groen (2017), Scientific Reports 7, 13377.
    """
    sim, seen = (np.asarray(x, dtype=np.float64) for x in (simulated, observed))
    sim, seen = (x[:, None] if x.ndim == 1 else x for x in (sim, seen))
    people = seen.sum(axis=1)
    known = people > 0.0
    if not known.any():
        return float("nan")
    return float((np.abs(sim - seen).sum(axis=1)[known] / people[known]).mean())


def gini(values: ArrayLike) -> Floats:
    """Gini coefficient over the last axis: 0 when all days are alike, near 1 when all falls on one; NaN when all values
    are zero.

    Source: Gini (1912), in the form of the mean difference over sorted values, Damgaard & Weiner (2000), Ecology 81.
    """
    x = np.sort(np.asarray(values, dtype=np.float64), axis=-1)
    n = x.shape[-1]
    total = x.sum(axis=-1)
    above = np.maximum(0.0, ((2.0 * np.arange(1, n + 1) - n - 1.0) * x).sum(axis=-1))  # equal days may round below it
    result: Floats = np.divide(above, n * total, out=np.full(np.shape(total), np.nan), where=total > 0.0)
    return result
