"""Calibrating the calibration: rows of the table play the observed data, and the others have to find them.

For every plant the whole fit is made anew from a table without it. If the method is right, the rank of the true value
among the draws is even over plants (simulation-based calibration; Talts et al. 2018, arXiv:1804.06788), and a 90 %
interval holds it nine times in ten. It costs no further runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from calibration.fit import Method, posteriors

Floats = NDArray[np.float64]
TOGETHER = 10  # plants that are left out of a table at the same time
BINS = 10  # of rank histograms
COLUMNS = ["parameter", "plants", "cover50", "cover90", "width90", "uniform_p"]
ALL = "all"


@dataclass(frozen=True)
class Recovery:
    """What was found of plants: `ranks` (plant, parameter), the share of draws below the truth, and the width of the
    90 % interval as a share of the prior."""

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
        rows = list(zip(self.names, [plants] * len(even), self.coverage(0.5), self.coverage(0.9),
                        self.widths.mean(axis=0), even, strict=True))
        every = (ALL, plants, self.coverage(0.5).mean(), self.coverage(0.9).mean(), self.widths.mean(),
                 min(1.0, min(even) * len(even)))
        return pd.DataFrame([*rows, every], columns=COLUMNS)


def uniform_p(ranks: Floats) -> float:
    """P-value of a chi-square test that ranks are even; for all parameters the least is corrected by their number."""
    counts, _ = np.histogram(ranks, BINS, (0.0, 1.0))
    return float(stats.chisquare(counts).pvalue)


def recovered(names: Sequence[str], scores: Floats, table: Floats, method: Method, plants: int) -> Recovery:
    """Plant rows of a table of normal scores (row, parameter) and statistics (row, statistic), and fit each of them.

    Raises ValueError when the table is too small for the plants or the fit.
    """
    if plants > len(scores) // 2:
        raise ValueError(f"{plants} plants are too many for {len(scores)} points; allowed: at most half of them")
    order = np.random.default_rng([method.seed, plants]).permutation(len(scores))[:plants]
    ranks, widths = [], []
    for start in range(0, plants, TOGETHER):
        planted = order[start : start + TOGETHER]
        rest = np.setdiff1d(np.arange(len(scores)), planted)
        for plant, found in zip(planted, posteriors(scores[rest], table[rest], table[planted], method), strict=True):
            ranks.append((found.scores < scores[plant]).mean(axis=0))
            low, high = stats.norm.cdf(np.quantile(found.scores, [0.05, 0.95], axis=0))
            widths.append(high - low)
    return Recovery(tuple(names), np.array(ranks), np.array(widths))
