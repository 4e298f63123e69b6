"""What the record of boats says of the sea of its nights, each of them given all others.

Under the climate the rank of the wind is a Markov chain (`weather_persistence`), and the boats of a night depend on the
window of that night alone, so that this is a hidden Markov model: two passes along the record give the distribution of
each night's window (Rabiner 1989, Proceedings of the IEEE 77, forward and backward). The trade is slow: within two
months it hardly changes (ODD, *Sea*), so that many boats mean a large window. Of few, the nights around tell whether it
was the wind: a calm night between two that nobody used is rare.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from math import lgamma
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corridor.model.engine.replicate_parameters import ParameterSets
from corridor.model.inputs.climate import SeaClimate
from corridor.model.inputs.sea import read_record
from corridor.model.inputs.windows import chance_usable, share_of_smaller_parts, wind_of_rank, window_by_wind

Floats = NDArray[np.float64]
CELLS = 64  # of the rank of the wind, all of the same chance
RANKS = (np.arange(CELLS) + 0.5) / CELLS
EDGES = np.linspace(0.0, 1.0, 65) ** 2  # of the classes of windows, the small ones narrower
WINDOWS = 0.5 * (EDGES[1:] + EDGES[:-1])  # that stand for the classes
NEAR = 30  # days before and after, within which the trade hardly changes
LEAST_CHANCE = 1e-300  # in place of none, by which nothing can be divided
FEWEST_BOATS = 0.05  # in a whole usable night, where hardly any crossed for two months
FEWEST_NIGHTS = 0.05  # that the climate gives for two months, by which boats are divided
OF_WIND = (
    *("wind_shape", "wind_half_usable", "wind_half_window", "wind_scale", "window_spread"),
    "weather_persistence",
)


class RecordedSea:
    """The windows of the nights of a record, for replicates whose parameters may differ.

    `date in sea` says whether a night is recorded; without a file none is.
    """

    def __init__(
        self, path: str | Path | None, until: date | None, climate: SeaClimate, p: ParameterSets, replicates: int
    ) -> None:
        self._record = read_record(path, until) if path else {}
        of = p.at(np.arange(replicates))
        values = np.column_stack([np.broadcast_to(getattr(of, name), replicates) for name in OF_WIND])
        sets, of_replicate = np.unique(values, axis=0, return_inverse=True)
        self._set = of_replicate.reshape(-1)  # numpy 2.0.0 gives a column
        self._nights = nights_of(tuple(self._record.items()), tuple(climate.mean_wind), tuple(map(tuple, sets)))

    def __contains__(self, day: date) -> bool:
        return day in self._record

    @property
    def log_likelihood(self) -> Floats:
        """Logarithm of how likely the climate makes the record, one value a replicate."""
        likelihood: Floats = self._nights.log_likelihood[self._set]
        return likelihood

    def chance(self, day: date) -> Floats:
        """Chance that the night was usable, one value a replicate."""
        chance: Floats = self._nights.chance[self._nights.row(day)][self._set]
        return chance

    def window(self, day: date, rank: Floats) -> Floats:
        """Window of the night if it was usable: the given rank among those that it may have had, by replicate."""
        smaller = self._nights.smaller[self._nights.row(day)][self._set]
        rows = np.arange(len(rank))
        edge = np.clip((smaller <= rank[:, None]).sum(axis=1), 1, len(WINDOWS))
        low, high = smaller[rows, edge - 1].astype(np.float64), smaller[rows, edge].astype(np.float64)
        part = np.clip((rank - low) / np.maximum(high - low, 1e-12), 0.0, 1.0)
        found: Floats = EDGES[edge - 1] + part * (EDGES[edge] - EDGES[edge - 1])
        return found


class Nights:
    """The inferred nights of a record for sets of parameters of the wind.

    `chance` that each was usable, shape (night, set); `smaller`, the share of its possible windows below each of EDGES,
    shape (night, set, edge); `log_likelihood` of the record, shape (set,).
    """

    def __init__(self, record: Mapping[date, float], mean_wind: tuple[float, ...], sets: ParameterSets, n: int) -> None:
        self.first = min(record, default=date.min)
        days = (max(record) - self.first).days + 1 if record else 0
        self._lay_out_climate(mean_wind, sets, n)
        self.boats = self._boats_a_window(record, days)
        self._before = np.empty((days, n, CELLS), dtype=np.float32)
        self.log_likelihood = np.zeros(n)
        self._pass_forward(record)
        self.chance = np.ones((days, n))
        self.smaller = np.zeros((days, n, len(EDGES)), dtype=np.float32)
        self._pass_backward(record)
        del self._before

    def row(self, day: date) -> int:
        """The row of a night."""
        return (day - self.first).days

    def _lay_out_climate(self, mean_wind: tuple[float, ...], sets: ParameterSets, n: int) -> None:
        """By month, set and cell of the wind: the chance that a night is usable, and the share of its windows in each
        class."""
        shape, row = (len(mean_wind), n, CELLS), np.arange(n)
        p = sets.at(row[:, None])
        winds = [wind_of_rank(RANKS[::-1], mean, p) for mean in mean_wind]
        self.usable = np.reshape([np.broadcast_to(chance_usable(wind, p), shape[1:]) for wind in winds], shape)
        most = np.reshape([np.broadcast_to(window_by_wind(wind, p), shape[1:]) for wind in winds], shape)
        most = np.minimum(most, 1.0)
        smaller = share_of_smaller_parts(EDGES / most[..., None], sets.at(row[:, None, None]))
        self.classes = np.diff(smaller, axis=-1)
        self.persistence = np.broadcast_to(p.weather_persistence, (n, 1))

    def _boats_a_window(self, record: Mapping[date, float], days: int) -> Floats:
        """Boats that a whole usable night brings, shape (night, set): those of two months over the windows that the
        climate gives for them."""
        dates = [self.first + timedelta(days=k) for k in range(days)]
        known = np.array([day in record for day in dates])
        boats = np.array([record.get(day, 0.0) for day in dates])
        windows = (self.usable * total(self.classes * WINDOWS)).mean(axis=-1)[[day.month - 1 for day in dates]]
        expected = within_two_months(windows * known[:, None])
        found: Floats = within_two_months(boats[:, None]) / np.maximum(expected, FEWEST_NIGHTS)
        return np.maximum(found, FEWEST_BOATS)

    def _pass_forward(self, record: Mapping[date, float]) -> None:
        """Chance of each cell of the wind given the nights before it, and how likely they make what is recorded."""
        chance = np.full(self.usable.shape[1:], 1.0 / CELLS)
        for row in range(len(self._before)):
            self._before[row] = chance = self._go_on(chance)
            likelihood, _, of_best = self._likelihood(record, row)
            weight = chance * likelihood
            self.log_likelihood += np.log(np.maximum(total(weight), LEAST_CHANCE)) + of_best
            chance = shares(weight)

    def _pass_backward(self, record: Mapping[date, float]) -> None:
        """What the night itself and those after it say as well, and with that its chance and its windows."""
        after = np.ones(self.usable.shape[1:])
        for row in reversed(range(len(self._before))):
            likelihood, used, _ = self._likelihood(record, row)
            given = shares(self._before[row] * likelihood * after)
            windows = total(np.swapaxes((given / likelihood)[..., None] * used, -1, -2))
            self.chance[row] = total(windows)
            self.smaller[row, :, 1:] = np.cumsum(shares(windows), axis=-1)
            after = self._go_on(shares(likelihood * after)) * CELLS

    def _go_on(self, chance: Floats) -> Floats:
        """Chances of a night later: the wind keeps its rank, or is any of the climate (the same backwards in time)."""
        kept = self.persistence
        later: Floats = kept * chance + (1.0 - kept) / CELLS
        return later

    def _likelihood(self, record: Mapping[date, float], row: int) -> tuple[Floats, Floats, Floats]:
        """Chance of what is recorded of a night in each cell of the wind, shape (set, cell), and the part of it in
        which the night was usable with a window of each class, shape (set, cell, class).

        Boats are a Poisson number whose mean is what a whole usable night brings at the time, times the window. Chances
        of a number of boats are over that in the class that makes it the likeliest, as they may be too small for a
        number; the logarithm of that, shape (set,), is the third result.
        """
        day = self.first + timedelta(days=row)
        usable, classes = self.usable[day.month - 1], self.classes[day.month - 1]
        boats, of_best = record.get(day), np.zeros(len(usable))
        if boats is None:
            return np.ones_like(usable), usable[..., None] * classes, of_best
        mean = self.boats[row][:, None] * WINDOWS
        log_chance = boats * np.log(mean) - mean - lgamma(boats + 1.0)
        if boats:
            of_best = log_chance.max(axis=-1)
        used = usable[..., None] * classes * np.exp(log_chance - of_best[:, None])[:, None]
        unused = 0.0 if boats else 1.0 - usable
        return np.maximum(unused + total(used), LEAST_CHANCE), used, of_best


def total(values: Floats) -> Floats:
    """Sums along the last axis, one value after the other, so that they do not depend on how many sets there are."""
    summed: Floats = np.cumsum(values, axis=-1)[..., -1]
    return summed


def shares(weight: Floats) -> Floats:
    """Weights over their sum along the last axis."""
    share: Floats = weight / np.maximum(total(weight), LEAST_CHANCE)[..., None]
    return share


def within_two_months(values: Floats) -> Floats:
    """Sums of values (night, ...) over the nights that are at most NEAR before or after each."""
    sums = np.concatenate([np.zeros_like(values[:1]), np.cumsum(values, axis=0)])
    nights = np.arange(len(values))
    first, last = np.maximum(nights - NEAR, 0), np.minimum(nights + NEAR + 1, len(values))
    around: Floats = sums[last] - sums[first]
    return around


@lru_cache(maxsize=2)  # runs of a batch share their record and their climate
def nights_of(
    record: tuple[tuple[date, float], ...], mean_wind: tuple[float, ...], sets: tuple[tuple[float, ...], ...]
) -> Nights:
    """The nights of a record under the mean winds of the months, for sets of the parameters in OF_WIND."""
    values = ParameterSets([dict(zip(OF_WIND, each, strict=True)) for each in sets])
    return Nights(dict(record), mean_wind, values, len(sets))
