"""Sensitivity indices of a number, their intervals, convergence and ranking, and the part of chance in the number."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pandas as pd

from corridor.experiments.analyses.sensitivity.methods import METHODS, Floats, Study
from corridor.experiments.analyses.sensitivity.resampling import intervals

INDEX_COLUMNS = ["parameter", "index", "value", "low", "high"]
SHARES = ("share_of_seeds", "share_in_means")


def indices(study: Study, values: Floats) -> pd.DataFrame:
    """The indices of one number at every point of a study, with 90 % intervals (columns INDEX_COLUMNS).

    `values` has shape (point,). Intervals are SALib's bootstrap, for PAWN, which has none there, the same from here;
    for FAST SALib itself calls them indicative only. Raises ValueError where the values allow no indices
    (`objection`), because SALib would answer with zeros.
    """
    if why := objection(values):
        raise ValueError(why)
    with steady(study.seed):
        rows = METHODS[study.method].analyse(study, study.unit(), np.asarray(values, dtype=np.float64))
    frame = pd.DataFrame(rows, columns=["parameter", "index", "value", "half"])
    frame["low"], frame["high"] = frame.value - frame.half, frame.value + frame.half
    if METHODS[study.method].of_draws:
        frame["low"], frame["high"] = intervals(np.asarray(values, dtype=np.float64), study.samples, study.seed)
    return frame[INDEX_COLUMNS]


def objection(values: Floats) -> str:
    """Why values allow no indices: not known at some points, or the same at all; empty when nothing is wrong."""
    unknown = int((~np.isfinite(values)).sum())
    if unknown:
        return f"is not known at {unknown} of {len(values)} points"
    if np.ptp(values) <= 1e-12 * np.abs(values).max(initial=0.0):
        return f"is {values[0]:g} at all {len(values)} points"
    return ""


def converging(study: Study, values: Floats) -> pd.DataFrame:
    """The indices from the first quarter and half of the sample, and from all of it, named by the column `samples`.

    Only all of it where a smaller sample is no part of the larger (FAST), or would be too small.
    """
    method = METHODS[study.method]
    sizes = [study.samples // 4, study.samples // 2] if method.grows else []
    studies = [replace(study, samples=n) for n in [*(n for n in sizes if n >= method.least), study.samples]]
    frames = [(each, indices(each, values[: each.points])) for each in studies if not objection(values[: each.points])]
    return pd.concat([frame.assign(samples=each.samples, points=each.points) for each, frame in frames])


def noise(values: Floats) -> dict[str, float]:
    """Variance components of values of shape (point, seed): parameters, seeds alike at all points, and the rest.

    Analysis of variance with one value a cell. On the same seeds at every point `seeds_alike` moves all points by the
    same and no index; `seeds_apart` is what is left, and only its mean over seeds is in the indices.
    `share_of_seeds` is the share of both in the variance of a single run (within points, in one-way analysis),
    `share_in_means` that of `seeds_apart` in the variance of the means from which indices are made. Components are
    not below zero; with one seed those of seeds are NaN.
    """
    points, seeds = values.shape
    means = values.mean(axis=1)
    if seeds < 2:
        known = float(means.var(ddof=1))
        return {"parameters": known} | dict.fromkeys(["seeds_alike", "seeds_apart", *SHARES], np.nan)
    rest = values - means[:, None] - values.mean(axis=0) + values.mean()
    apart = float((rest**2).sum() / ((points - 1) * (seeds - 1)))
    alike = max(0.0, float(values.mean(axis=0).var(ddof=1)) - apart / points)
    between = max(0.0, float(means.var(ddof=1)) - apart / seeds)
    shares = [share(alike + apart, between), share(apart / seeds, between)]
    return {"parameters": between, "seeds_alike": alike, "seeds_apart": apart, **dict(zip(SHARES, shares, strict=True))}


def share(part: float, rest: float) -> float:
    """A part over the whole; NaN of nothing."""
    return part / (part + rest) if part + rest > 0.0 else np.nan


@contextmanager
def steady(seed: int) -> Iterator[None]:
    """The state in which SALib's analyses are repeatable, quiet and fast, put back afterwards.

    Some draw from numpy's global state and change how warnings are shown; all do small products, at which several
    threads are sixty times slower than one.
    """
    from threadpoolctl import threadpool_limits

    state, form = np.random.get_state(), warnings.formatwarning
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.filterwarnings("ignore", "FAST confidence intervals", UserWarning)
        warnings.filterwarnings("ignore", "This method will be retired", DeprecationWarning)
        np.random.seed(seed)
        try:
            yield
        finally:
            np.random.set_state(state)
            warnings.formatwarning = form


def ranked(found: pd.DataFrame, method: str) -> pd.DataFrame:
    """The rows of the index that a method ranks by, the largest first."""
    return found[found["index"] == METHODS[method].leading].sort_values("value", ascending=False, kind="stable")


def survivors(found: pd.DataFrame, keep: int) -> pd.DataFrame:
    """What screening keeps: parameters by their largest share, over indicators, of the largest mu_star.

    `found` has the columns indicator, parameter, index and value; columns parameter, share, kept.
    """
    rows = found[found["index"] == METHODS["morris"].leading]
    largest = rows.groupby("indicator").value.transform("max")
    shares = (rows.value / largest).groupby(rows.parameter, sort=False).max()
    table = shares.sort_values(ascending=False, kind="stable").rename("share").reset_index()
    return table.assign(kept=np.arange(len(table)) < keep)
