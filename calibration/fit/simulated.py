"""Simulated values of a batch beside observed ones: months and years, on the scales of their targets, and errors of
records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.calibration.evidence.observed import MONTHS_A_YEAR
from corridor.calibration.evidence.targets import BY_GROUP, TARGETS, Error, Target
from corridor.calibration.fit import ensemble
from corridor.model import INDICATORS
from corridor.results.store.yearly import sum_over_sum

Floats = NDArray[np.float64]
TINY = float(np.finfo(float).tiny)


@dataclass(frozen=True)
class Simulated:
    """The values of a batch that the fit uses: monthly values, shape (draw, month), and arrivals by year and group."""

    months: tuple[str, ...]
    monthly: Mapping[str, Floats]
    groups: tuple[str, ...]
    by_group: Floats

    @property
    def draws(self) -> int:
        """The number of draws."""
        return len(self.by_group)

    def yearly(self, indicator: str) -> Floats:
        """Values by year, shape (draw, year): flows summed, stocks averaged, ratios a sum over a sum."""
        about = INDICATORS[indicator]
        if about.kind == "ratio":
            return sum_over_sum(self.yearly(about.numerator), self.yearly(about.denominator), about.per)
        parts = self.monthly[indicator].reshape(self.draws, -1, MONTHS_A_YEAR)
        return np.asarray(parts.mean(axis=2) if about.kind == "stock" else parts.sum(axis=2))

    def series(self, target: Target) -> tuple[list[str], Floats]:
        """The periods of a target and its simulated values, shape (draw, period)."""
        if target.frequency == "monthly":
            return list(self.months), self.monthly[target.indicator]
        years = list(dict.fromkeys(month[:4] for month in self.months))
        if not target.group:
            return years, self.yearly(target.indicator)
        people, total = self.by_group[:, :, self.groups.index(target.group)], self.by_group.sum(axis=2)
        return years, np.divide(people, total, out=np.full(people.shape, np.nan), where=total > 0)


def needed() -> list[str]:
    """The flows and stocks of which every target can be made."""
    names: list[str] = []
    for target in TARGETS.values():
        if target.indicator != BY_GROUP:
            about = INDICATORS[target.indicator]
            names += [about.numerator, about.denominator] if about.kind == "ratio" else [target.indicator]
    return list(dict.fromkeys(names))


def simulated(directory: Path, world: str) -> Simulated:
    """The values that the fit uses of a stored batch of whole years; raises StoreError when it cannot be read."""
    dataset = ensemble.opened(directory)
    months, values = ensemble.monthly_arrays(dataset, world, needed())
    labels = tuple(str(each) for each in dataset["group"].to_numpy())
    return Simulated(tuple(months), values, labels, ensemble.by_draw(dataset, world, BY_GROUP))


def simulated_part(known: Mapping[str, pd.Series], runs: Simulated) -> dict[str, pd.Series]:
    """The observed values of months and years that were simulated; targets without any are left out."""
    return within(known, runs.months)


def within(known: Mapping[str, pd.Series], months: Sequence[str]) -> dict[str, pd.Series]:
    """The values of these months and of their years; targets without any are left out."""
    periods = {*months, *(month[:4] for month in months)}
    parts = {name: series[series.index.isin(periods)] for name, series in known.items()}
    return {name: series for name, series in parts.items() if len(series)}


def least_of(error: Error, seen: Floats) -> float:
    """The smallest value used in logs: a tenth of the smallest positive one that was observed.

    Without an offset a simulated zero has no logarithm; one near minus infinity would weigh more than all
    other values together. A tenth is many errors away, but does not change the order of runs that come near. With an
    offset no value is as small.
    """
    positive = seen[seen > 0.0]
    return TINY if error.offset > 0.0 or not len(positive) else 0.1 * float(positive.min())


def scaled(error: Error, values: Floats, least: float = TINY) -> Floats:
    """Values on the target's scale; in logs none is below `least`."""
    if error.scale == "log":
        return np.log(np.maximum(values + error.offset, least))
    share = np.clip((values + error.offset) / (1.0 + 2.0 * error.offset), 1e-4, 1.0 - 1e-4)
    return np.asarray(np.log(share / (1.0 - share)))


def drawn_errors(target: Target, periods: list[str], draws: int, random: np.random.Generator) -> Floats:
    """Errors of records on the target's scale, shape (draw, period)."""
    error = target.error
    _, year = np.unique([period[:4] for period in periods], return_inverse=True)
    total = error.value * random.standard_normal((draws, len(periods)))
    total += error.year * random.standard_normal((draws, year.max() + 1))[:, year]
    total += error.series * random.standard_normal((draws, 1))
    return np.asarray(total / np.sqrt(target.weight or 1.0))  # a target that no fit uses is scored with its error
