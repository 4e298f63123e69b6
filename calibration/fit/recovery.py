"""Calibrating the calibration: rows of the table play the observed data, and the others have to find them.

A plant's figures get the errors of their records, the nearest rows of the table are its posterior, and the rank of the
true value among them is even over plants if the method is right (simulation-based calibration; Talts et al. 2018,
arXiv:1804.06788); a 90 % interval then holds it nine times in ten. It costs no further runs, but it looks at the table
alone: the rounds that follow would have to be run anew for each plant. That they keep the coverage is shown on a toy
(`make verification`). With a tolerance that is not nought intervals are rather too wide: ranks of a parameter that is
well learnt clump in the middle, and not at the ends.
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
ONE_IN = 16  # rows of the table are the posterior of a plant
COLUMNS = ["parameter", "plants", "cover50", "cover90", "width90", "uniform_p"]
ALL = "all"


@dataclass(frozen=True)
class Recovery:
    """What was found of plants: `ranks` (plant, parameter) of the truth among the draws, from 0 to 1, and the width of
    the 90 % interval as a share of the prior."""

    names: tuple[str, ...]
    ranks: Floats
    widths: Floats

    def coverage(self, share: float) -> Floats:
        """Share of the plants in the central interval of a probability, by parameter."""
        return np.asarray((np.abs(self.ranks - 0.5) <= share / 2.0).mean(axis=0))

    def table(self) -> pd.DataFrame:
        """Coverage of the 50 and 90 % intervals, mean width, and the p-value of even ranks, by parameter and in all."""
        plants = len(self.ranks)
        even = [uniform_p(self.ranks[:, k]) for k in range(len(self.names))]
        rows = list(
            zip(
                self.names,
                [plants] * len(even),
                self.coverage(0.5),
                self.coverage(0.9),
                self.widths.mean(axis=0),
                even,
                strict=True,
            )
        )
        every = (
            ALL,
            plants,
            self.coverage(0.5).mean(),
            self.coverage(0.9).mean(),
            self.widths.mean(),
            min(1.0, min(even) * len(even)),
        )
        return pd.DataFrame([*rows, every], columns=COLUMNS)


def uniform_p(ranks: Floats) -> float:
    """P-value of a chi-square test that ranks are even; for all parameters the least is corrected by their number."""
    counts, _ = np.histogram(ranks, BINS, (0.0, 1.0))
    return float(stats.chisquare(counts).pvalue)


def recovered(names: Sequence[str], scores: Floats, statistics: Statistics, plants: int, seed: int) -> Recovery:
    """Plant rows of a table of normal scores, shape (row, parameter), and look for each among the nearest sixteenth.

    Raises ValueError when the table is too small for the plants.
    """
    size = len(scores) // ONE_IN
    if plants > len(scores) // 2 or size < 2:
        raise ValueError(
            f"{plants} plants are too many for {len(scores)} points; allowed: at most half of them, and "
            f"{2 * ONE_IN} points or more"
        )
    random = np.random.default_rng([seed, plants])
    ranks, widths = [], []
    for plant in random.permutation(len(scores))[:plants]:
        errors = statistics.deviation * random.standard_normal(len(statistics.deviation))
        distances = statistics.distances(statistics.table[plant] + errors)
        distances[plant] = np.inf
        found = scores[np.argsort(distances, kind="stable")[:size]]
        ranks.append(rank_of(scores[plant], found, random))
        widths.append(width_of(found))
    return Recovery(tuple(names), np.array(ranks), np.array(widths))


def rank_of(truth: Floats, found: Floats, random: np.random.Generator) -> Floats:
    """Rank of the truth among draws, by parameter, from 0 to 1; drawn within the rank, so that it is even for any
    number of draws."""
    below = (found < truth).sum(axis=0)
    return np.asarray((below + random.random(len(below))) / (len(found) + 1.0))


def width_of(found: Floats) -> Floats:
    """Width of the central 90 % interval as a share of the prior, by parameter."""
    low, high = stats.norm.cdf(np.quantile(found, [0.05, 0.95], axis=0))
    return np.asarray(high - low)
