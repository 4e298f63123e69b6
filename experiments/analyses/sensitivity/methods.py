"""Methods of sensitivity analysis: seven that sample the unit cube, by SALib's samples, and one around draws.

SALib computes the indices of five of them; those of Morris and Sobol are made here (`chance`), as SALib knows no seeds.

Samples of Morris and Sobol and plain ones grow: a larger one begins with the
smaller ones, so that stored cases serve again and convergence can be seen in one sample. RBD-FAST, delta, PAWN and
HDMR work on any sample and share one of independent points, so that going from one of them to another runs nothing. (A
Latin hypercube would not grow; the regular gaps of a Sobol sequence mislead RBD-FAST: of ten factors half of its
intervals missed the known index.)
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.experiments.analyses.sensitivity import chance
from corridor.experiments.analyses.sensitivity.resampling import intervals, mixed_rows, total_indices
from corridor.experiments.config.designs.design import MOST_POINTS
from corridor.results.tables.intervals import CONFIDENCE, of_mean

Floats = NDArray[np.float64]
Row = tuple[str, str, float, float, float, float]  # parameter, index, value, ends of its interval, noise floor or NaN
Rows = list[Row]
RESAMPLES = {"fast": 100, "rbd_fast": 100, "delta": 20, "pawn": 30, "hdmr": 20}
Z = 1.6448536269514722  # of a normal 90 % interval
SPLINES = 4  # intervals of HDMR's splines; SALib's 2 miss a third of a first-order index of Ishigami's function
BETWEEN = "*"  # "a*b": what a and b do together


@dataclass(frozen=True)
class Study:
    """A sample of one method: the factors that it varies, its size and its seed.

    With `groups`, one name for each factor, the factors of a group move together and the indices are those of groups.
    `draws` is how many draws of a posterior there are, for the method that varies around them.
    """

    method: str
    factors: tuple[str, ...]
    samples: int
    seed: int = 1
    second_order: bool = True
    groups: tuple[str, ...] = ()
    draws: int = 0

    @property
    def labels(self) -> list[str]:
        """What indices are estimated for: the factors, or their groups in order of their first factor."""
        return list(dict.fromkeys(self.groups or self.factors))

    @property
    def points(self) -> int:
        """How many points the sample has."""
        return self.samples * METHODS[self.method].block(self)

    def problem(self) -> dict[str, Any]:
        """The problem as SALib wants it, new for every call, as SALib changes it; names that it takes for its own
        (`..._raw`) do not occur."""
        names = [f"x{k}" for k in range(len(self.factors))]
        problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
        return problem | ({"groups": list(self.groups)} if self.groups else {})

    def unit(self) -> Floats:
        """The points in the unit cube, or the numbers of draws, shape (point, factor)."""
        return np.asarray(METHODS[self.method].sample(self), dtype=np.float64)


@dataclass(frozen=True)
class Method:
    """How a method samples and analyses.

    `block` is how many points one of `samples` needs; `least` and `most_factors` are its limits; `leading` is the index
    by which factors are ranked; `grows` says whether a larger sample begins with the smaller ones, `doubles` whether
    its size has to be a power of two; `of_draws` that it varies around draws of a posterior; `paired` that each of
    `samples` has seeds of its own. `analyse` takes the study, its points and the values, shape (point, seed);
    `changes`, of the same, gives the changes (label, unit, seed) from whose squares the leading index is made.
    """

    samples: int
    least: int
    leading: str
    sample: Callable[[Study], Any]
    analyse: Callable[[Study, Floats, Floats], Rows]
    block: Callable[[Study], int] = lambda _: 1
    grows: bool = True
    doubles: bool = False
    grouped: bool = False
    most_factors: int = 10_000
    of_draws: bool = False
    paired: bool = False
    changes: Callable[[Study, Floats, Floats], Floats] | None = None

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
        if self.of_draws and study.samples > study.draws:
            yield f"--samples: {study.samples} is more than there are draws; allowed: at most {study.draws}"
        if study.points > MOST_POINTS:
            fewer = "choose fewer parameters (perhaps by --screen morris) or a smaller --samples"
            yield f"{study.points:,} points are too many; allowed: {MOST_POINTS:,}; {fewer}"


def named(labels: list[str], found: Any, *keys: str) -> Rows:
    """Rows of these indices of a result of SALib, one value for each label."""
    nothing = np.full(len(labels), np.nan)
    return [
        (label, key, float(value), float(value - half), float(value + half), np.nan)
        for key in keys
        for label, value, half in zip(labels, found[key], found.get(f"{key}_conf", nothing), strict=False)
    ]


def rows_of(labels: list[str], key: str, found: tuple[Floats, Floats, Floats], floor: Floats | None = None) -> Rows:
    """Rows of an index from its values and the ends of their intervals, one for each label."""
    floors = np.full(len(labels), np.nan) if floor is None else floor
    ends = zip(labels, *found, floors, strict=True)
    return [(label, key, float(value), float(low), float(high), float(most)) for label, value, low, high, most in ends]


def sample_morris(study: Study) -> Any:
    """`samples` trajectories, each of which moves every factor (or group) once."""
    from SALib.sample import morris

    return morris.sample(study.problem(), study.samples, seed=study.seed)


def changes_of_morris(study: Study, unit: Floats, values: Floats) -> Floats:
    """Elementary effects, shape (label, trajectory, seed)."""
    return chance.elementary_effects(unit, values, len(study.labels))


def analyse_morris(study: Study, unit: Floats, values: Floats) -> Rows:
    """Elementary effects: their mean size mu_star, mean mu and spread sigma, without chance where there are several
    seeds, with intervals over trajectories. Groups, whose factors move up and down, have no mu and no sigma."""
    effects, labels = changes_of_morris(study, unit, values), study.labels
    mu, sigma = of_mean(effects.mean(axis=2)), chance.spread(effects)
    if study.groups:
        unknown = np.full(len(labels), np.nan)
        mu = sigma = (unknown, unknown, unknown)
    size = of_mean(chance.absolute(effects))
    return [
        *rows_of(labels, "mu_star", size, chance.floor_of_effects(effects)),
        *rows_of(labels, "mu", mu),
        *rows_of(labels, "sigma", sigma),
    ]


def sample_sobol(study: Study) -> Any:
    """Saltelli's extension of a Sobol sequence: a block of points for each base point."""
    from SALib.sample import sobol

    return sobol.sample(study.problem(), study.samples, calc_second_order=study.second_order, seed=study.seed)


def changes_of_sobol(study: Study, _: Floats, values: Floats) -> Floats:
    """Changes when one label takes other values, shape (label, block, seed)."""
    blocks = chance.SobolBlocks(values, len(study.labels), study.second_order)
    return blocks.ab - blocks.a


def analyse_sobol(study: Study, _: Floats, values: Floats) -> Rows:
    """First-order S1 and total ST shares of variance and, if asked for, S2 of each pair, without chance where there are
    several seeds, with intervals over blocks."""
    labels, seed = study.labels, study.seed
    blocks = chance.SobolBlocks(values, len(labels), study.second_order)
    first = blocks.first
    rows = rows_of(labels, "S1", blocks.share(first, seed))
    rows += rows_of(labels, "ST", blocks.share(blocks.total, seed), blocks.floor())
    if not study.second_order:
        return rows
    pairs = [(j, k) for j in range(len(labels)) for k in range(j + 1, len(labels))]
    both = np.stack([blocks.pair(j, k) - first[j] - first[k] for j, k in pairs])
    return rows + rows_of([labels[j] + BETWEEN + labels[k] for j, k in pairs], "S2", blocks.share(both, seed))


def sample_fast(study: Study) -> Any:
    """Curves through the cube, one for each factor, on which every factor has a frequency of its own."""
    from SALib.sample import fast_sampler

    return fast_sampler.sample(study.problem(), study.samples, seed=study.seed)


def analyse_fast(study: Study, _: Floats, values: Floats) -> Rows:
    """S1 and ST from the share of variance at the frequencies of each factor."""
    from SALib.analyze import fast

    found = fast.analyze(study.problem(), values.mean(axis=1), conf_level=CONFIDENCE, num_resamples=RESAMPLES["fast"])
    return named(study.labels, found, "S1", "ST")


def sample_at_random(study: Study) -> Floats:
    """Independent uniform points."""
    return np.random.default_rng(study.seed).random((study.samples, len(study.factors)))


def analyse_rbd_fast(study: Study, unit: Floats, values: Floats) -> Rows:
    """S1 from the spectrum of the values in the order of each factor."""
    from SALib.analyze import rbd_fast

    found = rbd_fast.analyze(
        study.problem(),
        unit,
        values.mean(axis=1),
        conf_level=CONFIDENCE,
        num_resamples=RESAMPLES["rbd_fast"],
        seed=study.seed,
    )
    return named(study.labels, found, "S1")


def analyse_delta(study: Study, unit: Floats, values: Floats) -> Rows:
    """Delta: how far knowing a factor moves the whole distribution. Raises ValueError when it cannot be estimated."""
    from SALib.analyze import delta

    with warnings.catch_warnings(record=True):  # of two other deltas of SALib, which are not used
        found = delta.analyze(
            study.problem(),
            unit,
            values.mean(axis=1),
            conf_level=CONFIDENCE,
            num_resamples=RESAMPLES["delta"],
            method="delta",
        )  # its first-order index of six classes misses half of Ishigami's second
    if np.isnan(found["delta_raw"]).any():
        raise ValueError(f"has no delta: {' '.join(found['notes'])}")
    return [(row[0], "delta", *row[2:]) for row in named(study.labels, found, "delta_raw")]


def analyse_pawn(study: Study, unit: Floats, values: Floats) -> Rows:
    """Median and variation of the distance between conditional distributions; intervals from a bootstrap of our own."""
    from SALib.analyze import pawn

    means = values.mean(axis=1)

    def once(rows: Any) -> Floats:
        found = pawn.analyze(study.problem(), unit[rows], means[rows])
        return np.array([found["median"], found["CV"]])

    whole, size = once(slice(None)), len(means)
    drawn = np.array([once(np.random.randint(size, size=size)) for _ in range(RESAMPLES["pawn"])])
    halves = Z * drawn.std(axis=0, ddof=1)
    keys = ("median", "CV")
    return named(
        study.labels,
        dict(zip(keys, whole, strict=True)) | {f"{key}_conf": half for key, half in zip(keys, halves, strict=True)},
        *keys,
    )


def analyse_hdmr(study: Study, unit: Floats, values: Floats) -> Rows:
    """Shares of variance of a fit by splines: structural Sa, correlative Sb and S of each term, and ST."""
    from SALib.analyze import hdmr

    found = hdmr.analyze(study.problem(), unit, values.mean(axis=1), m=SPLINES, K=RESAMPLES["hdmr"], alpha=CONFIDENCE)
    known = dict(zip(study.problem()["names"], study.labels, strict=True))
    terms = [BETWEEN.join(known[name] for name in term.split("/")) for term in found["Term"]]
    return named(terms, found, "Sa", "Sb", "S") + named(study.labels, found, "ST")


def sample_resample(study: Study) -> Any:
    """Blocks of a draw and of the same draw with one factor (or group) from another draw."""
    return mixed_rows(study.groups or study.factors, study.samples, study.draws, study.seed)


def analyse_resample(study: Study, _: Floats, values: Floats) -> Rows:
    """The change ST by each factor, over the variance between draws, with intervals over resampled blocks."""
    means = values.mean(axis=1)
    found = total_indices(means.reshape(study.samples, -1))
    return rows_of(study.labels, "ST", (found, *intervals(means, study.samples, study.seed)))


METHODS = {
    "morris": Method(
        20,
        4,
        "mu_star",
        sample_morris,
        analyse_morris,
        lambda s: len(s.labels) + 1,
        grouped=True,
        paired=True,
        changes=changes_of_morris,
    ),
    "sobol": Method(
        256,
        8,
        "ST",
        sample_sobol,
        analyse_sobol,
        lambda s: (1 + s.second_order) * len(s.labels) + 2,
        doubles=True,
        grouped=True,
        changes=changes_of_sobol,
    ),
    "resample": Method(
        64, 4, "ST", sample_resample, analyse_resample, lambda s: len(s.labels) + 1, grouped=True, of_draws=True
    ),
    "fast": Method(257, 65, "ST", sample_fast, analyse_fast, lambda s: len(s.labels), grows=False),
    "rbd_fast": Method(1000, 60, "S1", sample_at_random, analyse_rbd_fast),
    "delta": Method(1000, 150, "delta", sample_at_random, analyse_delta),
    "pawn": Method(1000, 60, "median", sample_at_random, analyse_pawn),
    "hdmr": Method(1000, 300, "ST", sample_at_random, analyse_hdmr, most_factors=30),
}
