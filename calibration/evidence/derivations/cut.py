"""What derivations start from: observed values that are known at a cut, and declared defaults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from corridor.calibration.evidence.entries import LAST_MONTH, observed
from corridor.model.parameters import PARAMETERS, Parameter

FIRST_YEAR, GROWN = 2018, 2022  # a trade that has grown up


class LaterValue(LookupError):
    """A derivation needs a value that is not known at the cut."""


class ByYear(dict[int, float]):
    """Values by year; a year that is not there was not known at the cut."""

    def __missing__(self, year: int) -> float:
        raise LaterValue(year)


@dataclass(frozen=True)
class Cut:
    """What is known at a cut (YYYY-MM), 2025-12 by default: observed values of whole years."""

    until: str = LAST_MONTH

    @property
    def years(self) -> range:
        """The years that are over at the cut."""
        return range(FIRST_YEAR, last_year(self.until) + 1)

    @property
    def year(self) -> int:
        """The year of a grown trade: 2022, or the last year before the cut."""
        return min(GROWN, self.years[-1])

    def annual(self, indicator: str) -> ByYear:
        """An observed series by year, up to the cut."""
        table = observed("annual")
        rows = table[(table.indicator == indicator) & (table.year <= self.years[-1])]
        return ByYear(zip(rows.year.tolist(), rows.value.tolist(), strict=True))


def last_year(until: str) -> int:
    """The last year that is over at a cut."""
    return int(until[:4]) - (until[5:] < "12")


def default(name: str) -> float:
    """A declared default."""
    return PARAMETERS[name].default


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
