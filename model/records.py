"""What a run leaves behind: daily flows and stocks, and yearly flows split over labels."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass
class Breakdown:
    """A yearly flow split over labels (legs, sectors or groups): values of shape (replicate, year, label)."""

    unit: str
    meaning: str
    dimension: str
    labels: tuple[str, ...]
    values: Floats


@dataclass
class Records:
    """What a run leaves behind.

    `daily` maps every flow and stock to an array (replicate, day), in whole people (an agent times the scale);
    `yearly` maps names to breakdowns. Ratios are not stored: they are formed from sums (see `INDICATORS`).
    """

    start: date
    end: date
    seeds: tuple[int, ...]
    scale: float
    daily: dict[str, Floats] = field(default_factory=dict)
    yearly: dict[str, Breakdown] = field(default_factory=dict)

    def part(self, replicates: slice) -> Records:
        """The records of some of the replicates."""
        return Records(
            self.start,
            self.end,
            self.seeds[replicates],
            self.scale,
            {name: values[replicates] for name, values in self.daily.items()},
            {name: replace(part, values=part.values[replicates]) for name, part in self.yearly.items()},
        )

    @property
    def dates(self) -> list[date]:
        """The days of the run, first to last."""
        return [self.start + timedelta(days=k) for k in range((self.end - self.start).days + 1)]

    @property
    def years(self) -> list[int]:
        """The calendar years that the run touches."""
        return list(range(self.start.year, self.end.year + 1))
