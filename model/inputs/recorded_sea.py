"""What the record of crossings says of the sea of its nights, each of them given all others.

Under the climate the rank of the wind is a Markov chain (`weather_persistence`), and what is recorded of a night
depends on the wind of that night alone, so that this is a hidden Markov model: two passes along the record give the
distribution of the wind of each night (Rabiner 1989, Proceedings of the IEEE 77, forward and backward). A calm night
between two that nobody used is rare; so a crossing there had a smaller window than one among nights that were all used.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corridor.model.engine.replicate_parameters import ParameterSets
from corridor.model.inputs.climate import SeaClimate
from corridor.model.inputs.sea import NEAR, RecordedDay, read_record
from corridor.model.inputs.windows import chance_usable, wind_of_rank, window_by_wind

Floats = NDArray[np.float64]
CELLS = 64  # of the rank of the wind, all of the same chance
RANKS = (np.arange(CELLS) + 0.5) / CELLS
LEAST_CHANCE = 1e-300  # in place of none, by which nothing can be divided
FEWEST_BOATS = 0.05  # in a whole usable night, where hardly any crossed for two months
OF_WIND = ("wind_shape", "wind_half_usable", "wind_half_window", "wind_scale", "weather_persistence")


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

    def chance(self, day: date) -> Floats:
        """Chance that the night was usable, one value a replicate."""
        chance: Floats = self._nights.chance[self._nights.row(day)][self._set]
        return chance

    def window(self, day: date, rank: Floats) -> Floats:
        """Window of the night if it was usable: the given rank among those that it may have had, by replicate."""
        below = self._nights.below[self._nights.row(day)][self._set]
        windows = self._nights.windows[day.month - 1][self._set]
        rows = np.arange(len(rank))
        node = np.clip((below < rank[:, None]).sum(axis=1), 1, CELLS - 1)
        low, high = below[rows, node - 1].astype(np.float64), below[rows, node].astype(np.float64)
        part = np.clip((rank - low) / np.maximum(high - low, 1e-12), 0.0, 1.0)
        smaller, larger = windows[rows, node - 1], windows[rows, node]
        found: Floats = np.maximum(self._record[day].least, smaller + part * (larger - smaller))
        return found


class Nights:
    """The inferred nights of a record for sets of parameters of the wind.

    `chance` that each was usable, shape (night, set); `below`, the share of its possible windows that are smaller than
    those of the cells, shape (night, set, CELLS); `windows` of the cells, increasing, shape (month, set, CELLS).
    """

    def __init__(self, record: Mapping[date, RecordedDay], mean_wind: tuple[float, ...], sets: ParameterSets, n: int):
        self.first = min(record, default=date.min)
        days = (max(record) - self.first).days + 1 if record else 0
        p = sets.at(np.arange(n)[:, None])
        winds = [wind_of_rank(RANKS[::-1], mean, p) for mean in mean_wind]
        shape = (len(mean_wind), n, CELLS)
        self.usable = np.reshape([np.broadcast_to(chance_usable(wind, p), shape[1:]) for wind in winds], shape)
        self.windows = np.reshape([np.broadcast_to(window_by_wind(wind, p), shape[1:]) for wind in winds], shape)
        self.persistence = np.broadcast_to(p.weather_persistence, (n, 1))
        self.boats = self._boats_a_window(record, days)
        self.chance = np.ones((days, n))
        self.below = np.empty((days, n, CELLS), dtype=np.float32)
        self._pass_forward(record)
        self._pass_backward(record)

    def row(self, day: date) -> int:
        """The row of a night."""
        return (day - self.first).days

    def _boats_a_window(self, record: Mapping[date, RecordedDay], days: int) -> Floats:
        """Boats that a whole usable night brings, shape (night, set): those of two months over the windows that the
        climate gives for them."""
        dates = [self.first + timedelta(days=k) for k in range(days)]
        known = np.array([day in record for day in dates])
        boats = np.array([record[day].boats if day in record else 0.0 for day in dates])
        climate = (self.usable * self.windows).mean(axis=-1)[[day.month - 1 for day in dates]]
        windows = within_two_months(climate * known[:, None])
        found: Floats = within_two_months(boats[:, None]) / np.maximum(windows, FEWEST_BOATS)
        return np.maximum(found, FEWEST_BOATS)

    def _pass_forward(self, record: Mapping[date, RecordedDay]) -> None:
        """Chance of each cell given the nights up to its own, kept in `below`."""
        chance = np.full(self.windows.shape[1:], 1.0 / CELLS)
        for row in range(len(self.chance)):
            chance = shares(self._go_on(chance) * self._likelihood(record, row)[0])
            self.below[row] = chance

    def _pass_backward(self, record: Mapping[date, RecordedDay]) -> None:
        """What the nights after each say of it, and with that its chance and its windows."""
        after = np.ones(self.windows.shape[1:])
        for row in reversed(range(len(self.chance))):
            likelihood, used = self._likelihood(record, row)
            given = shares(self.below[row] * after)
            usable = given * used / likelihood
            self.chance[row] = np.cumsum(usable, axis=-1)[:, -1]
            weight = shares(usable)
            self.below[row] = np.cumsum(weight, axis=-1) - 0.5 * weight
            after = self._go_on(shares(likelihood * after)) * CELLS

    def _go_on(self, chance: Floats) -> Floats:
        """Chances of a night later: the wind keeps its rank, or is any of the climate (the same backwards in time)."""
        kept = self.persistence
        later: Floats = kept * chance + (1.0 - kept) / CELLS
        return later

    def _likelihood(self, record: Mapping[date, RecordedDay], row: int) -> tuple[Floats, Floats]:
        """Chance of what is recorded of a night in each cell, and the part of it in which the night was usable.

        Boats are a Poisson number whose mean is what a whole usable night brings at the time, times the window. Of
        their number only the least window is used that it needs, since the trade, too, decides how many leave.
        """
        day = self.first + timedelta(days=row)
        usable, windows = self.usable[day.month - 1], self.windows[day.month - 1]
        if (seen := record.get(day)) is None:
            return np.ones_like(usable), usable
        nobody = usable * np.exp(-self.boats[row][:, None] * windows)
        if seen.crossed:
            some = np.where(windows >= np.minimum(seen.least, windows[:, -1:]), usable - nobody, 0.0)
            return np.maximum(some, LEAST_CHANCE), some
        return 1.0 - usable + nobody, nobody


def shares(weight: Floats) -> Floats:
    """Weights of cells over their sum."""
    share: Floats = weight / np.maximum(np.cumsum(weight, axis=-1)[:, -1:], LEAST_CHANCE)
    return share


def within_two_months(values: Floats) -> Floats:
    """Sums of values (night, ...) over the nights that are at most NEAR before or after each."""
    sums = np.concatenate([np.zeros_like(values[:1]), np.cumsum(values, axis=0)])
    nights = np.arange(len(values))
    first, last = np.maximum(nights - NEAR, 0), np.minimum(nights + NEAR + 1, len(values))
    total: Floats = sums[last] - sums[first]
    return total


@lru_cache(maxsize=2)  # runs of a batch share their record and their climate
def nights_of(
    record: tuple[tuple[date, RecordedDay], ...], mean_wind: tuple[float, ...], sets: tuple[tuple[float, ...], ...]
) -> Nights:
    """The nights of a record under the mean winds of the months, for sets of the parameters in OF_WIND."""
    values = ParameterSets([dict(zip(OF_WIND, each, strict=True)) for each in sets])
    return Nights(dict(record), mean_wind, values, len(sets))
