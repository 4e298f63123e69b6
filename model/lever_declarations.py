"""How levers are declared: what policies can set, one function each.

A lever is one function that multiplies or adds to an *input* of the day, never a column that a later stage
writes; so levers commute and no policy is exactly the baseline.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from corridor.model.day_inputs import UNITS, Amount, Inputs
from corridor.model.engine.numbers import is_number
from corridor.model.inputs.geography import Geography

Pull = Callable[[Inputs, Amount, Geography], None]  # the value is one number, or one for each replicate
ROUNDING = 1e-9  # of a product or sum of several measures, by which it may pass a bound


@dataclass(frozen=True)
class Lever:
    """One thing that policy can set: where it starts, how far it may go, what it acts on and where that is from.

    `sets` is the input whose unit it is reported in beside its own; none where its own says all.
    """

    name: str
    baseline: float
    low: float
    high: float
    unit: str
    combine: str
    acts_on: str
    meaning: str
    source: str
    grade: str
    sets: str
    pull: Pull = field(repr=False)

    @property
    def bounds(self) -> str:
        """The values that are allowed, in words."""
        return f"{self.low:g} to {self.high:g} ({self.unit})"

    def allows(self, value: object) -> bool:
        """Whether it may have this value, alone or as what several measures set together."""
        return is_number(value) and self.low - ROUNDING <= value <= self.high + ROUNDING

    def together(self, values: Iterable[float]) -> float:
        """The value to which those of several measures combine; the baseline where there are none."""
        return math.prod(values) if self.combine == "multiply" else math.fsum(values)

    @property
    def natural_unit(self) -> str:
        """The unit of the input that it acts on, or its own."""
        return UNITS.get(self.sets, self.unit)

    def natural(self, value: float, inputs: Inputs) -> float:
        """Its value in natural units, as in officers or days; `inputs` are those of the day with all levers applied."""
        return inputs.in_all(self.sets) if self.sets else value


LEVERS: dict[str, Lever] = {}


def lever(
    low: float,
    high: float,
    unit: str,
    acts_on: str,
    grade: str,
    source: str,
    combine: str = "multiply",
    sets: str = "",
) -> Callable[[Pull], Pull]:
    """Declare a function as a lever; what it multiplies starts at one, what it adds to starts at zero.

    `sets` names the input that it acts on, where that has a unit of its own.
    """

    def declare(pull: Pull) -> Pull:
        baseline = 1.0 if combine == "multiply" else 0.0
        meaning = (pull.__doc__ or "").strip()
        name = pull.__name__
        LEVERS[name] = Lever(name, baseline, low, high, unit, combine, acts_on, meaning, source, grade, sets, pull)
        return pull

    return declare
