"""What a history infers besides parameters: conditions of the time, as shocks in logs with a memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from corridor.experiments.config.cases import Condition
from corridor.model.inputs.conditions import LARGEST

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MONTHS_A_YEAR = 12
DIGITS = 6  # of multipliers in files


@dataclass(frozen=True)
class Shocks:
    """A condition that changes every `months` months: the standard deviation of its logarithm, the correlation of one
    period with the next, and how many months after its period begins observed values may still speak of it."""

    name: str
    months: int
    deviation: float
    memory: float
    seen_months: int


# Judgement, declared beforehand: demand may move by a third in a quarter, and hardly anything moves at once. Windows
# are what the record of crossing days leaves open; the weather of a month does not know that of the month before.
DECLARED = (
    Shocks("demand_uk", 3, 0.35, 0.7, 9),
    Shocks("stop_odds", 12, 0.3, 0.5, 13),
    Shocks("boat_supply", 12, 0.25, 0.5, 13),
    Shocks("usable_window", 1, 0.25, 0.0, 2),
)


def wider(factor: float) -> tuple[Shocks, ...]:
    """The declared conditions with another spread; none for a factor of 0."""
    return tuple(replace(each, deviation=each.deviation * factor) for each in DECLARED) if factor > 0.0 else ()


@dataclass(frozen=True)
class ConditionPrior:
    """The periods of all conditions from the first month of a history to its last, one variable each.

    `name`, `first` (number of the month, 0 is January of `year`), and `seen_until` of each variable.
    """

    year: int
    names: tuple[str, ...]
    first: Ints
    seen_until: Ints
    shocks: tuple[Shocks, ...]

    @classmethod
    def of(cls, year: int, months: int, shocks: Sequence[Shocks] = DECLARED) -> ConditionPrior:
        """The periods that begin within so many months from January of a year."""
        rows = [(each, first) for each in shocks for first in range(0, months, each.months)]
        names = tuple(each.name for each, _ in rows)
        first = np.array([begin for _, begin in rows], dtype=np.int64)
        seen = np.array([begin + each.seen_months for each, begin in rows], dtype=np.int64)
        return cls(year, names, first, seen, tuple(shocks))

    def sample(self, members: int, random: np.random.Generator) -> Floats:
        """Logarithms of all conditions, shape (member, variable): autoregressive of first order, and stationary."""
        none = np.empty((members, 0))
        return np.hstack([none, *(path(each, none, self.names.count(each.name), random) for each in self.shocks)])

    def continued(self, logarithms: Floats, longer: ConditionPrior, entropy: Sequence[int]) -> Floats:
        """The conditions of members and how they go on in a prior of more months, given their last values.

        Each condition has random numbers of its own, so that how it goes on is the same however far it is asked for.
        """
        parts = [np.empty((len(logarithms), 0))]
        for number, each in enumerate(self.shocks):
            own = logarithms[:, [name == each.name for name in self.names]]
            random = np.random.default_rng([*entropy, number])
            parts.append(path(each, own, longer.names.count(each.name), random))
        return np.hstack(parts)

    def dates(self) -> list[date]:
        """The day from which each variable holds."""
        return [date(self.year + k // MONTHS_A_YEAR, k % MONTHS_A_YEAR + 1, 1) for k in self.first.tolist()]

    def rows(self, logarithms: Floats) -> tuple[Condition, ...]:
        """The multipliers of one member by date and name, within what files may hold."""
        multipliers = np.round(np.clip(np.exp(logarithms), 1.0 / LARGEST, LARGEST), DIGITS).tolist()
        return tuple(sorted(zip(self.dates(), self.names, multipliers, strict=True)))

    def sees(self, months: Ints) -> NDArray[np.bool_]:
        """Which variables may be updated from values known at the given months, shape (variable, value)."""
        return (months >= self.first[:, None]) & (months < self.seen_until[:, None])


def path(shocks: Shocks, known: Floats, number: int, random: np.random.Generator) -> Floats:
    """So many periods of a condition, shape (member, period): the known ones and how they go on by chance."""
    noise = shocks.deviation * random.standard_normal((number - known.shape[1], len(known)))
    for fresh in noise[:, :, None]:
        moved = np.sqrt(1.0 - shocks.memory**2) * fresh + shocks.memory * known[:, -1:] if known.size else fresh
        known = np.hstack([known, moved])
    return known
