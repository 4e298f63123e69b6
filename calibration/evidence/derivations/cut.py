"""What derivations start from: observed values that are known at a cut, and declared defaults."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from corridor.calibration.evidence.entries import LAST_MONTH, last_whole_year, observed
from corridor.model.parameters import PARAMETERS, Parameter

FIRST_YEAR, GROWN = 2018, 2022  # a trade that has grown up
READ_IN = {  # parameter -> the month that its default was read from; before it, the middle of the range is known
    "albania_deterrence": "2023-12",
    "albania_flow_floor": "2023-12",
    "albania_halving_days": "2023-01",
    "p_sea_fail": "2025-12",
    "panic_death_per_10k": "2025-12",
    "taxi_share_start": "2025-12",
    "share_night": "2024-06",
    "night_hours": "2024-06",
    "fare_start": "2025-12",
    "fare_max": "2025-12",
    "boat_cost": "2024-11",
    "route_length_risk": "2024-12",
    "taxi_stop_factor": "2023-12",
    "albania_to_lorry": "2023-08",
    "fare_min": "2025-12",
    "wave_half": "2023-12",
    "set_out_rate": "2025-12",
    "set_out_per_degree": "2025-12",
    "cold_weight": "2025-12",
    "stuck_hazard": "2025-12",
    "staff_adjust_days": "2025-12",
}


class LaterValue(LookupError):
    """A derivation needs a value that is not known at the cut."""


class ByYear(dict[int, float]):
    """Values by year; a year after all of them was not known at the cut. Raises KeyError for a year between them."""

    def __missing__(self, year: int) -> float:
        if any(year < known for known in self):
            raise KeyError(year)
        raise LaterValue(year)


@dataclass(frozen=True)
class Cut:
    """What is known at a cut (YYYY-MM), 2025-12 by default: observed values of whole years."""

    until: str = LAST_MONTH

    @property
    def years(self) -> range:
        """The years that are over at the cut."""
        return range(FIRST_YEAR, last_whole_year(self.until) + 1)

    @property
    def year(self) -> int:
        """The year of a grown trade: 2022, or the last year before the cut."""
        return min(GROWN, self.years[-1])

    def of_grown(self, value: float) -> float:
        """A value that was read in the year of a grown trade. Raises LaterValue where that year is not over."""
        if GROWN not in self.years:
            raise LaterValue(GROWN)
        return value

    def annual(self, indicator: str) -> ByYear:
        """An observed series by year, up to the cut."""
        table = observed("annual")
        rows = table[(table.indicator == indicator) & (table.year <= self.years[-1])]
        return ByYear(zip(rows.year.tolist(), rows.value.tolist(), strict=True))


def last_day(month: str) -> date:
    """The last day of a month YYYY-MM."""
    year, number = map(int, month.split("-"))
    return date(year, number, calendar.monthrange(year, number)[1])


def default(name: str) -> float:
    """A declared default."""
    return PARAMETERS[name].default


def default_at(name: str, cut: Cut) -> float:
    """A declared default as it is known at a cut: the middle of its range where it was read from later values."""
    return middle(PARAMETERS[name]) if READ_IN.get(name, "") > cut.until else default(name)


def middle(parameter: Parameter) -> float:
    """The middle of a declared range, in logs where it is spread evenly in logs."""
    low, high = parameter.low, parameter.high
    return float(np.sqrt(low * high)) if parameter.distribution == "log-uniform" else 0.5 * (low + high)


def known(derivation: Callable[[Cut], float], cut: Cut) -> float:
    """The derivation of the default of its name, or the middle of its declared range where that needs a value after
    the cut."""
    try:
        return derivation(cut)
    except LaterValue:
        return middle(PARAMETERS[derivation.__name__])
