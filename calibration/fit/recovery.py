"""Recovery tests: rows of the table take the place of the observed data, and the other rows have to find them.

The values of such a row get the errors of their records, the nearest rows of the table are its posterior, and the rank
of the true value among them is uniform over tests if the method is correct (simulation-based calibration; Talts et al.
2018, arXiv:1804.06788); a 90 % interval then holds the true value nine times in ten. It costs no further runs, but it
looks at the table alone: the rounds that follow would have to be run anew for each test. That they keep the coverage is
shown on a simple simulator (`make verification`). With a tolerance above zero intervals are rather too wide: ranks of a
parameter that is well identified gather in the middle, and not at the ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from corridor.calibration.fit.distance import Statistics

Floats = NDArray[np.float64]
BINS = 10  # of rank histograms
ONE_IN = 16  # rows of the table are the posterior of a recovery test
COLUMNS = ["parameter", "recovery_tests", "cover50", "cover90", "width90", "rank_p"]
ALL = "all"


@dataclass(frozen=True)
class Recovery:
    """What recovery tests found: `ranks` (test, parameter) of the true value among the draws, from 0 to 1, and the
    width of the 90 % interval as a share of the prior."""

    names: tuple[str, ...]
    ranks: Floats
    widths: Floats

    def coverage(self, share: float) -> Floats:
        """Share of the tests in which the central interval of a probability holds the true value, by parameter."""
        return np.asarray((np.abs(self.ranks - 0.5) <= share / 2.0).mean(axis=0))

    def table(self) -> pd.DataFrame:
        """Coverage of both intervals, mean width, and the p-value of uniform ranks, by parameter and in all."""
        tests = len(self.ranks)
        even = [rank_p(self.ranks[:, k]) for k in range(len(self.names))]
        rows = list(
            zip(
                self.names,
                [tests] * len(even),
                self.coverage(0.5),
                self.coverage(0.9),
                self.widths.mean(axis=0),
                even,
                strict=True,
            )
        )
        every = (
            ALL,
            tests,
            self.coverage(0.5).mean(),
            self.coverage(0.9).mean(),
            self.widths.mean(),
            min(1.0, min(even) * len(even)),
        )
        return pd.DataFrame([*rows, every], columns=COLUMNS)


def rank_p(ranks: Floats) -> float:
    """P-value of a chi-square test of uniform ranks; for all parameters the least is corrected by their number."""
    counts, _ = np.histogram(ranks, BINS, (0.0, 1.0))
    return float(stats.chisquare(counts).pvalue)


def recovered(names: Sequence[str], scores: Floats, statistics: Statistics, tests: int, seed: int) -> Recovery:
    """Take rows of a table of normal scores, shape (row, parameter), as true; look for each in its nearest sixteenth.

    Raises ValueError when the table is too small for the tests.
    """
    size = len(scores) // ONE_IN
    if tests > len(scores) // 2 or size < 2:
        raise ValueError(
            f"{tests} recovery tests are too many for {len(scores)} points; allowed: at most half of them, and "
            f"{2 * ONE_IN} points or more"
        )
    random = np.random.default_rng([seed, tests])
    ranks, widths = [], []
    for row in random.permutation(len(scores))[:tests]:
        errors = statistics.deviation * random.standard_normal(len(statistics.deviation))
        distances = statistics.distances(statistics.table[row] + errors)
        distances[row] = np.inf
        found = scores[np.argsort(distances, kind="stable")[:size]]
        ranks.append(rank_of(scores[row], found, random))
        widths.append(width_of(found))
    return Recovery(tuple(names), np.array(ranks), np.array(widths))


def rank_of(truth: Floats, found: Floats, random: np.random.Generator) -> Floats:
    """Rank of the truth among draws, by parameter, from 0 to 1; drawn within the rank, so that it is uniform for any
    number of draws."""
    below = (found < truth).sum(axis=0)
    return np.asarray((below + random.random(len(below))) / (len(found) + 1.0))


def width_of(found: Floats) -> Floats:
    """Width of the central 90 % interval as a share of the prior, by parameter."""
    low, high = stats.norm.cdf(np.quantile(found, [0.05, 0.95], axis=0))
    return np.asarray(high - low)
