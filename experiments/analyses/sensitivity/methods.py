"""Sensitivity indices: samples of the unit cube, and what SALib makes of a number at each of their points.

Seven methods, each with its own sample. Samples of Morris and Sobol and plain ones grow: a larger one begins with the
smaller ones, so that stored cases serve again and convergence can be told from one sample. RBD-FAST, delta, PAWN and
HDMR work on any sample and share one of independent points, so that going from one of them to another runs nothing. (A
Latin hypercube would not grow; the regular gaps of a Sobol sequence mislead RBD-FAST: of ten factors half of its
intervals missed the known index.)
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.experiments.config.designs import MOST_POINTS
from corridor.results.tables.summary import CONFIDENCE

Floats = NDArray[np.float64]
Rows = list[tuple[str, str, float, float]]  # parameter, index, value, half of its interval (NaN where there is none)
INDEX_COLUMNS = ["parameter", "index", "value", "low", "high"]
RESAMPLES = {"morris": 200, "sobol": 200, "fast": 100, "rbd_fast": 100, "delta": 20, "pawn": 30, "hdmr": 20}
SPLINES = 4  # intervals of HDMR's splines; SALib's 2 miss a third of a first-order index of Ishigami's function
BETWEEN = "*"  # "a*b": what a and b do together


@dataclass(frozen=True)
class Study:
    """A sample of one method: the factors that it varies, its size and its seed.

    With `groups`, one name for each factor, the factors of a group move together and the indices are those of groups.
    """

    method: str
    factors: tuple[str, ...]
    samples: int
    seed: int = 1
    second_order: bool = True
    groups: tuple[str, ...] = ()

    @property
    def labels(self) -> list[str]:
        """What indices are told for: the factors, or their groups in order of their first factor."""
        return list(dict.fromkeys(self.groups or self.factors))

    @property
    def points(self) -> int:
        """How many points the sample has."""
        return self.samples * METHODS[self.method].block(self)

    def problem(self) -> dict[str, Any]:
        """The problem as SALib wants it, new for every call, as SALib changes it; names that it takes for its own
        (`..._raw`) do not occur."""
        names = [f"x{k}" for k in range(len(self.factors))]
        told = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
        return told | ({"groups": list(self.groups)} if self.groups else {})

    def unit(self) -> Floats:
        """The points in the unit cube, shape (point, factor)."""
        return np.asarray(METHODS[self.method].sample(self), dtype=np.float64)


@dataclass(frozen=True)
class Method:
    """How a method samples and analyses.

    `block` is how many points one of `samples` needs; `least` and `most_factors` are its limits; `leading` is the index
    by which factors are ranked; `grows` says whether a larger sample begins with the smaller ones, `doubles` whether
    its size has to be a power of two.
    """

    samples: int
    least: int
    leading: str
    sample: Callable[[Study], Any]
    analyse: Callable[[Study, Floats, Floats], Rows]
    block: Callable[[Study], int] = lambda study: 1
    grows: bool = True
    doubles: bool = False
    grouped: bool = False
    most_factors: int = 10_000

    def problems(self, study: Study) -> Iterator[str]:
        """What is wrong with a study, in words."""
        if self.doubles and study.samples & (study.samples - 1):
            below = 1 << (study.samples.bit_length() - 1)
            wanted = f"as {study.method} wants it; allowed: {below} or {2 * below}"
            yield f"--samples: {study.samples} is not a power of two, {wanted}"
        if study.samples < self.least:
            yield f"--samples: {study.samples} is too few for {study.method}; allowed: from {self.least} on"
        if not 2 <= len(study.labels) <= self.most_factors:
            what = "groups" if study.groups else "parameters"
            yield f"{len(study.labels)} {what} are chosen; {study.method} wants 2 to {self.most_factors}"
        if study.groups and not self.grouped:
            yield f"--together: {study.method} has no indices of groups; allowed: morris or sobol"
        if study.points > MOST_POINTS:
            fewer = "choose fewer parameters (perhaps by --screen morris) or a smaller --samples"
            yield f"{study.points:,} points are too many; allowed: {MOST_POINTS:,}; {fewer}"


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
    """The indices from the first quarter and half of the sample, and from all of it, told by the column `samples`.

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


SHARES = ("share_of_seeds", "share_in_means")


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


def named(labels: list[str], found: Any, *keys: str) -> Rows:
    """Rows of these indices of a result of SALib, one value for each label."""
    nothing = np.full(len(labels), np.nan)
    return [
        (label, key, float(value), float(half))
        for key in keys
        for label, value, half in zip(labels, found[key], found.get(f"{key}_conf", nothing), strict=False)
    ]


def sample_morris(study: Study) -> Any:
    from SALib.sample import morris

    return morris.sample(study.problem(), study.samples, seed=study.seed)


def analyse_morris(study: Study, unit: Floats, values: Floats) -> Rows:
    from SALib.analyze import morris

    found = morris.analyze(
        study.problem(), unit, values, conf_level=CONFIDENCE, num_resamples=RESAMPLES["morris"], seed=study.seed
    )
    return named(study.labels, found, "mu_star", "mu", "sigma")


def sample_sobol(study: Study) -> Any:
    from SALib.sample import sobol

    return sobol.sample(study.problem(), study.samples, calc_second_order=study.second_order, seed=study.seed)


def analyse_sobol(study: Study, unit: Floats, values: Floats) -> Rows:
    from SALib.analyze import sobol

    found = sobol.analyze(
        study.problem(),
        values,
        calc_second_order=study.second_order,
        conf_level=CONFIDENCE,
        num_resamples=RESAMPLES["sobol"],
        seed=study.seed,
    )
    rows, labels = named(study.labels, found, "S1", "ST"), study.labels
    if not study.second_order:
        return rows
    pairs = [(j, k) for j in range(len(labels)) for k in range(j + 1, len(labels))]
    return rows + [
        (labels[j] + BETWEEN + labels[k], "S2", float(found["S2"][j, k]), float(found["S2_conf"][j, k]))
        for j, k in pairs
    ]


def sample_fast(study: Study) -> Any:
    from SALib.sample import fast_sampler

    return fast_sampler.sample(study.problem(), study.samples, seed=study.seed)


def analyse_fast(study: Study, unit: Floats, values: Floats) -> Rows:
    from SALib.analyze import fast

    found = fast.analyze(study.problem(), values, conf_level=CONFIDENCE, num_resamples=RESAMPLES["fast"])
    return named(study.labels, found, "S1", "ST")


def sample_at_random(study: Study) -> Floats:
    return np.random.default_rng(study.seed).random((study.samples, len(study.factors)))


def analyse_rbd_fast(study: Study, unit: Floats, values: Floats) -> Rows:
    from SALib.analyze import rbd_fast

    found = rbd_fast.analyze(
        study.problem(), unit, values, conf_level=CONFIDENCE, num_resamples=RESAMPLES["rbd_fast"], seed=study.seed
    )
    return named(study.labels, found, "S1")


def analyse_delta(study: Study, unit: Floats, values: Floats) -> Rows:
    from SALib.analyze import delta

    with warnings.catch_warnings(record=True):  # of two other deltas of SALib, which are not told
        found = delta.analyze(
            study.problem(), unit, values, conf_level=CONFIDENCE, num_resamples=RESAMPLES["delta"], method="delta"
        )  # its first-order index of six classes misses half of Ishigami's second
    if np.isnan(found["delta_raw"]).any():
        raise ValueError(f"has no delta: {' '.join(found['notes'])}")
    return [(label, "delta", value, half) for label, _, value, half in named(study.labels, found, "delta_raw")]


def analyse_pawn(study: Study, unit: Floats, values: Floats) -> Rows:
    from SALib.analyze import pawn

    def once(rows: Any) -> Floats:
        found = pawn.analyze(study.problem(), unit[rows], values[rows])
        return np.array([found["median"], found["CV"]])

    whole, size = once(slice(None)), len(values)
    drawn = np.array([once(np.random.randint(size, size=size)) for _ in range(RESAMPLES["pawn"])])
    halves = Z * drawn.std(axis=0, ddof=1)
    keys = ("median", "CV")
    return named(
        study.labels,
        dict(zip(keys, whole, strict=True)) | {f"{key}_conf": half for key, half in zip(keys, halves, strict=True)},
        *keys,
    )


Z = 1.6448536269514722  # of a normal 90 % interval


def analyse_hdmr(study: Study, unit: Floats, values: Floats) -> Rows:
    from SALib.analyze import hdmr

    found = hdmr.analyze(study.problem(), unit, values, m=SPLINES, K=RESAMPLES["hdmr"], alpha=CONFIDENCE)
    known = dict(zip(study.problem()["names"], study.labels, strict=True))
    terms = [BETWEEN.join(known[name] for name in term.split("/")) for term in found["Term"]]
    return named(terms, found, "Sa", "Sb", "S") + named(study.labels, found, "ST")


METHODS = {
    "morris": Method(20, 4, "mu_star", sample_morris, analyse_morris, lambda s: len(s.labels) + 1, grouped=True),
    "sobol": Method(
        256,
        8,
        "ST",
        sample_sobol,
        analyse_sobol,
        lambda s: (1 + s.second_order) * len(s.labels) + 2,
        doubles=True,
        grouped=True,
    ),
    "fast": Method(257, 65, "ST", sample_fast, analyse_fast, lambda s: len(s.labels), grows=False),
    "rbd_fast": Method(1000, 60, "S1", sample_at_random, analyse_rbd_fast),
    "delta": Method(1000, 150, "delta", sample_at_random, analyse_delta),
    "pawn": Method(1000, 60, "median", sample_at_random, analyse_pawn),
    "hdmr": Method(1000, 300, "ST", sample_at_random, analyse_hdmr, most_factors=30),
}
