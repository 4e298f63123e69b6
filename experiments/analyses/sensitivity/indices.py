"""Sensitivity indices of a number, their intervals, convergence and ranking, and the part of chance in them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pandas as pd

from corridor.experiments.analyses.sensitivity.chance import chance_in_squares
from corridor.experiments.analyses.sensitivity.methods import METHODS, Floats, Study

INDEX_COLUMNS = ["parameter", "index", "value", "low", "high", "floor"]
FLOOR = ("floor", "samples_needed")
SHOWN = 0.1  # of the largest index: the noise floor that `samples_needed` is for


def indices(study: Study, values: Floats) -> pd.DataFrame:
    """The indices of one number at every point of a study, with 90 % intervals and noise floor (columns INDEX_COLUMNS).

    `values` has shape (point, seed), or (point,) for one seed. Intervals of Morris hold sample and chance, over
    trajectories; those of Sobol likewise over blocks, but what a seed does at all points alike is not in them. Of other
    methods they are SALib's bootstrap over points of the means over seeds, for PAWN, which has none there, the same
    from here; for FAST SALib itself calls them indicative only. Raises ValueError where the values allow no indices
    (`objection`), because SALib would answer with zeros.
    """
    table = np.asarray(values, dtype=np.float64).reshape(len(values), -1)
    if why := objection(table.mean(axis=1)):
        raise ValueError(why)
    with steady(study.seed):
        rows = METHODS[study.method].analyse(study, study.unit(), table)
    return pd.DataFrame(rows, columns=INDEX_COLUMNS)


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
    means = values.reshape(len(values), -1).mean(axis=1)
    frames = [(each, indices(each, values[: each.points])) for each in studies if not objection(means[: each.points])]
    return pd.concat([frame.assign(samples=each.samples, points=each.points) for each, frame in frames])


def noise(study: Study, values: Floats) -> dict[str, float]:
    """How much of the values, of shape (point, seed), and of the indices made from them, is chance.

    `parameters`, `seeds_alike` and `seeds_apart` are variance components (`components`), `share_of_seeds` the share of
    the last two in the variance of a single run. `share_in_index` is the share of chance in what the leading index is
    made from: for Morris and Sobol in the squared changes, before it is taken out; for other methods in the means over
    seeds. `seeds_needed` make that a tenth. `floor` is the noise floor of the middle parameter, and `samples_needed`
    bring it down to a tenth of the largest index. What is not known is NaN: all that with one seed.
    """
    method, seeds = METHODS[study.method], values.shape[1]
    block = study.points // study.samples if method.paired else len(values)
    between, alike, apart = components(values, block)
    found = {"parameters": between, "seeds_alike": alike, "seeds_apart": apart}
    found["share_of_seeds"] = share(alike + apart, between)
    if method.changes is None:
        needed = max(2.0, np.ceil(9.0 * apart / between)) if between > 0.0 else np.inf
        own = (share(apart / seeds, between), np.nan if seeds == 1 else needed)
        return found | dict(zip(("share_in_index", "seeds_needed"), own, strict=True)) | dict.fromkeys(FLOOR, np.nan)
    own = chance_in_squares(method.changes(study, study.unit(), values))
    found |= dict(zip(("share_in_index", "seeds_needed"), own, strict=True))
    rows = indices(study, values).query("index == @method.leading") if not objection(values.mean(axis=1)) else None
    if rows is None or seeds == 1:
        return found | dict.fromkeys(FLOOR, np.nan)
    floors, largest = rows.floor.dropna(), float(rows.value.max())  # none is known where nothing ever happened
    floor = float(floors.median()) if len(floors) else np.nan
    wanted = np.ceil(study.samples * (floor / (SHOWN * largest)) ** 2) if largest > 0.0 else np.inf
    wanted = max(wanted, method.least)
    if method.doubles and np.isfinite(wanted):
        wanted = 2.0 ** np.ceil(np.log2(wanted))
    return found | dict(zip(FLOOR, (floor, wanted), strict=True))


def components(values: Floats, block: int) -> tuple[float, float, float]:
    """Variance components of values of shape (point, seed): between points, which is due to parameters; of seeds that
    move all points of a block alike; and of what is left.

    Analysis of variance with one value a cell in each block of so many points that have the same seeds. Components are
    not below zero; with one seed those of seeds are NaN.
    """
    cells = values.reshape(-1, block, values.shape[1])
    blocks, _, seeds = cells.shape
    means = float(values.mean(axis=1).var(ddof=1))
    if seeds < 2:
        return means, np.nan, np.nan
    of_seed = cells.mean(axis=1, keepdims=True)
    rest = cells - cells.mean(axis=2, keepdims=True) - of_seed + cells.mean(axis=(1, 2), keepdims=True)
    apart = float((rest**2).sum() / (blocks * (block - 1) * (seeds - 1)))
    alike = max(0.0, float(of_seed.var(axis=2, ddof=1).mean()) - apart / block)
    between = max(0.0, means - (apart + alike * (blocks > 1)) / seeds)
    return between, alike, apart


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

    `found` has the columns indicator, parameter, index, value, low and high; columns parameter, share with its 90 %
    interval share_low to share_high, kept. A parameter that is not kept `may_matter` where that interval reaches the
    share of the last that is.
    """
    rows = found[found["index"] == METHODS["morris"].leading]
    largest = rows.groupby("indicator").value.transform("max")
    shares = rows[["parameter"]].assign(
        share=rows.value / largest, share_low=rows.low / largest, share_high=rows.high / largest
    )
    most = shares.groupby("parameter", sort=False).share.idxmax()
    table = shares.loc[most].sort_values("share", ascending=False, kind="stable").reset_index(drop=True)
    kept = np.arange(len(table)) < keep
    last = table.share[kept].min()
    return table.assign(kept=kept, may_matter=~kept & (table.share_high.to_numpy() >= last))
