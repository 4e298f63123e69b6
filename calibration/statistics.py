"""Summary statistics: what a fit compares, of observed and simulated series alike.

A series becomes, on its target's scale (logs, or log odds): each year's figure for annual targets; for monthly ones
the sum of every year (as far as it is known at the cut), of every quarter, and the mean season by calendar month.
Simulated series get the errors of the target's record first, each row with luck of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from calibration import ensemble
from calibration.records import MONTHS_A_YEAR
from calibration.targets import BY_GROUP, TARGETS, Error, Target
from model import INDICATORS

Floats = NDArray[np.float64]
TINY = float(np.finfo(float).tiny)


@dataclass(frozen=True)
class Simulated:
    """What the fit reads of a batch: monthly figures, shape (draw, month), and arrivals by year and group."""

    months: tuple[str, ...]
    monthly: Mapping[str, Floats]
    groups: tuple[str, ...]
    by_group: Floats

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return len(self.by_group)

    def of(self, rows: NDArray[np.bool_]) -> Simulated:
        """Some of the draws."""
        monthly = {name: values[rows] for name, values in self.monthly.items()}
        return Simulated(self.months, monthly, self.groups, self.by_group[rows])

    def yearly(self, indicator: str) -> Floats:
        """Figures by year, shape (draw, year): flows summed, stocks averaged, ratios a sum over a sum."""
        about = INDICATORS[indicator]
        if about.kind == "ratio":
            above, below = self.yearly(about.numerator), self.yearly(about.denominator)
            return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
        parts = self.monthly[indicator].reshape(self.draws, -1, MONTHS_A_YEAR)
        return np.asarray(parts.mean(axis=2) if about.kind == "stock" else parts.sum(axis=2))

    def series(self, target: Target) -> tuple[list[str], Floats]:
        """The periods of a target and its simulated figures, shape (draw, period)."""
        if target.frequency == "monthly":
            return list(self.months), self.monthly[target.indicator]
        years = list(dict.fromkeys(month[:4] for month in self.months))
        if not target.group:
            return years, self.yearly(target.indicator)
        people, total = self.by_group[:, :, self.groups.index(target.group)], self.by_group.sum(axis=2)
        return years, np.divide(people, total, out=np.full(people.shape, np.nan), where=total > 0)


def together(parts: Sequence[Simulated]) -> Simulated:
    """The draws of several batches that ran over the same months, one below the other."""
    first = parts[0]
    monthly = {name: np.vstack([part.monthly[name] for part in parts]) for name in first.monthly}
    return Simulated(first.months, monthly, first.groups, np.concatenate([part.by_group for part in parts]))


def needed() -> list[str]:
    """The flows and stocks of which every target can be made."""
    names: list[str] = []
    for target in TARGETS.values():
        if target.indicator != BY_GROUP:
            about = INDICATORS[target.indicator]
            names += [about.numerator, about.denominator] if about.kind == "ratio" else [target.indicator]
    return list(dict.fromkeys(names))


def simulated(directory: Path, world: str) -> Simulated:
    """What the fit reads of a stored batch of whole years; raises StoreError when it cannot be read."""
    dataset = ensemble.opened(directory)
    months, values = ensemble.monthly_arrays(dataset, world, needed())
    labels = tuple(str(each) for each in dataset["group"].to_numpy())
    return Simulated(tuple(months), values, labels, ensemble.by_draw(dataset, world, BY_GROUP))


@dataclass(frozen=True)
class Statistics:
    """Statistics of the observed series and of every draw: `observed` (statistic), `table` (draw, statistic)."""

    names: tuple[str, ...]
    observed: Floats
    table: Floats


def simulated_part(known: Mapping[str, pd.Series], figures: Simulated) -> dict[str, pd.Series]:
    """The observed figures of months and years that were simulated; targets without any are left out."""
    return within(known, figures.months)


def within(known: Mapping[str, pd.Series], months: Sequence[str]) -> dict[str, pd.Series]:
    """The figures of these months and of their years; targets without any are left out."""
    periods = {*months, *(month[:4] for month in months)}
    parts = {name: series[series.index.isin(periods)] for name, series in known.items()}
    return {name: series for name, series in parts.items() if len(series)}


def statistics_of(known: Mapping[str, pd.Series], figures: Simulated, seed: int) -> Statistics:
    """Statistics of the targets whose observed figures are given, for those and for every draw.

    All periods that are given must have been simulated (`simulated_part`).
    The errors of each target come from `seed` and the target's name alone, so that they do not depend on the others.
    """
    names: list[str] = []
    observed, table = [], []
    for name, series in known.items():
        target = TARGETS[name]
        periods, values = figures.series(target)
        wanted = series.index.tolist()
        values = values[:, [periods.index(period) for period in wanted]]
        errors = drawn_errors(target, wanted, figures.draws, np.random.default_rng([seed, *name.encode()]))
        figures_seen = series.to_numpy(float)[None, :]
        least = least_of(target.error, figures_seen)
        labels, seen = summary(target, wanted, scaled(target.error, figures_seen, least))
        _, made = summary(target, wanted, scaled(target.error, values, least) + errors)
        names += [f"{name} {label}" for label in labels]
        observed.append(seen[0])
        table.append(made)
    return Statistics(tuple(names), np.concatenate(observed), np.hstack(table))


def least_of(error: Error, seen: Floats) -> float:
    """What smaller figures are taken for in logs: a tenth of the smallest positive one that was observed.

    A target without an offset has no logarithm of a simulated nought; one near minus infinity would weigh more than all
    other figures together. A tenth is many errors away, and yet leaves the order of all runs that come near. With an
    offset nothing is as small.
    """
    positive = seen[seen > 0.0]
    return TINY if error.offset > 0.0 or not len(positive) else 0.1 * float(positive.min())


def scaled(error: Error, values: Floats, least: float = TINY) -> Floats:
    """Figures on the target's scale; in logs none is below `least`."""
    if error.scale == "log":
        return np.log(np.maximum(values + error.offset, least))
    share = np.clip((values + error.offset) / (1.0 + 2.0 * error.offset), 1e-4, 1.0 - 1e-4)
    return np.asarray(np.log(share / (1.0 - share)))


def drawn_errors(target: Target, periods: list[str], draws: int, random: np.random.Generator) -> Floats:
    """Errors of records on the target's scale, shape (draw, period)."""
    error = target.error
    _, year = np.unique([period[:4] for period in periods], return_inverse=True)
    total = error.figure * random.standard_normal((draws, len(periods)))
    total += error.year * random.standard_normal((draws, year.max() + 1))[:, year]
    total += error.series * random.standard_normal((draws, 1))
    return np.asarray(total / np.sqrt(target.weight or 1.0))  # a target that no fit uses is scored with its error


def summary(target: Target, periods: list[str], values: Floats) -> tuple[list[str], Floats]:
    """Labels and statistics of a series that is on the target's scale, shape (draw, statistic)."""
    if target.frequency == "annual":
        return periods, values
    years, quarters = [month[:4] for month in periods], [quarter(month) for month in periods]
    calendar = [f"season {month[5:]}" for month in periods]
    counts = np.exp(values)
    season_labels, season = grouped(calendar, values, np.mean)
    year_labels, by_year = grouped(years, counts, np.sum)
    quarter_labels, by_quarter = grouped(quarters, counts, np.sum)
    season = season - values.mean(axis=1, keepdims=True)
    return year_labels + quarter_labels + season_labels, np.hstack([np.log(by_year), np.log(by_quarter), season])


def quarter(month: str) -> str:
    """The quarter of a month, as in 2022Q3."""
    return f"{month[:4]}Q{(int(month[5:]) + 2) // 3}"


def grouped(labels: list[str], values: Floats, how: Callable[..., Floats]) -> tuple[list[str], Floats]:
    """Columns of `values` taken together by label, in order of label."""
    names = sorted(set(labels))
    chosen = [np.flatnonzero(np.array(labels) == name) for name in names]
    return names, np.stack([how(values[:, at], axis=1) for at in chosen], axis=1)
