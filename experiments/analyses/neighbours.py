"""Corridor as one function, vectors in and vectors out, for the tools that need no more than that.

    from SALib import ProblemSpec
    import corridor

    simulator = corridor.simulator(["p_retry", "boat_cost"], start=date(2021, 1, 1), end=date(2021, 12, 31), scale=50)
    analysis = ProblemSpec(simulator.problem).sample_sobol(64).evaluate(simulator).analyze_sobol()

- SALib: `simulator.problem`, and the simulator as the function of a matrix.
- black-it: `simulator.series` as the model, `simulator.bounds` as the bounds of its parameters.
- PEST, DAKOTA and other programs that run a command between two files: five lines of Python that read a vector, call
  the simulator and write what comes out.

Factors are parameters by name and levers as `lever_NAME`, as in a design. Every vector runs on the same seeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corridor.experiments.analyses.ema import OUTCOMES, Simulation, check_names
from corridor.experiments.config.cases import LEVER
from corridor.experiments.config.designs.distributions import quantile
from corridor.experiments.config.documents.messages import shown
from corridor.model import INDICATORS, LEVERS, PARAMETERS, Policy
from corridor.model.engine.errors import InputError
from corridor.results.store.yearly import annual

Floats = NDArray[np.float64]
MONTHS = 12
ABOUT = {name: asdict(each) for name, each in INDICATORS.items()}


@dataclass(frozen=True)
class Simulator:
    """A function of factors: a vector of shape (factor,) gives one of shape (outcome,), a matrix (point, factor) gives
    (point, outcome). It can be sent to other processes."""

    factors: tuple[str, ...]
    simulation: Simulation

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of what comes out: indicators over the whole period, means over the seeds."""
        return self.simulation.outcomes

    @cached_property
    def bounds(self) -> Floats:
        """Lowest and highest value of each factor, shape (factor, 2)."""
        return np.array([range_of(name) for name in self.factors])

    @property
    def problem(self) -> dict[str, Any]:
        """The problem as SALib describes it, with uniform distributions between the bounds."""
        names = list(self.factors)
        return {
            "num_vars": len(names),
            "names": names,
            "bounds": self.bounds.tolist(),
            "outputs": list(self.outcomes),
        }

    def __call__(self, vectors: ArrayLike) -> Floats:
        """Outcomes at one or several vectors. Raises InputError for a wrong number of factors or values out of
        bounds."""
        points = self.checked(vectors)
        rows = [self.simulation(**dict(zip(self.factors, point.tolist(), strict=True))) for point in points]
        values = np.array([[row[name] for name in self.outcomes] for row in rows]).reshape(len(points), -1)
        return values if np.ndim(vectors) == 2 else values[0]

    def from_unit(self, vectors: ArrayLike) -> Floats:
        """Factors from numbers between 0 and 1: quantiles of the declared distribution of a parameter, even steps
        between the bounds of a lever."""
        units = self.shaped(vectors)
        columns = [
            quantile(PARAMETERS[name], units[:, k]) if name in PARAMETERS else low + units[:, k] * (high - low)
            for k, (name, (low, high)) in enumerate(zip(self.factors, self.bounds, strict=True))
        ]
        values = np.column_stack(columns)
        return values if np.ndim(vectors) == 2 else np.asarray(values[0])

    def series(self, theta: ArrayLike, length: int, seed: int) -> Floats:
        """The first months of one run as black-it asks for them: shape (month, outcome).

        Raises InputError where the period has fewer months.
        """
        (point,) = self.checked(np.atleast_2d(np.asarray(theta, dtype=float)))
        records = self.simulation.records(dict(zip(self.factors, point.tolist(), strict=True)), (int(seed),))
        months = np.array([day.year * MONTHS + day.month for day in records.dates])
        if length > (known := len(set(months.tolist()))):
            raise InputError([f"length: {length} months are not in the period, which has {known}"])
        values = annual(records.daily, months, ABOUT)
        return np.column_stack([values[name][0, :length] for name in self.outcomes])

    def checked(self, vectors: ArrayLike) -> Floats:
        """Vectors as a matrix (point, factor); raises InputError for values out of bounds."""
        points = self.shaped(vectors)
        low, high = self.bounds.T
        wrong = np.argwhere(~((points >= low) & (points <= high)))
        if len(wrong):
            raise InputError(
                f"vector {point}, {self.factors[k]}: {shown(points[point, k].item())} is out of its range; "
                f"allowed: {low[k]:g} to {high[k]:g}"
                for point, k in wrong
            )
        return points

    def shaped(self, vectors: ArrayLike) -> Floats:
        """Vectors as a matrix (point, factor); raises InputError for another number of factors."""
        points = np.atleast_2d(np.asarray(vectors, dtype=np.float64))
        if points.ndim != 2 or points.shape[1] != len(self.factors):
            names = ", ".join(self.factors)
            raise InputError([f"vectors: shape {np.shape(vectors)}; allowed: {len(self.factors)} factors ({names})"])
        return points


def simulator(
    factors: Sequence[str],
    *,
    start: date,
    end: date,
    seeds: Sequence[int] = (1,),
    scale: float = 10.0,
    outcomes: Sequence[str] = OUTCOMES,
    policy: Policy | None = None,
    levers_from: date | None = None,
) -> Simulator:
    """Corridor from `start` to `end` as a function of factors: parameters by name, and levers as `lever_NAME`, which
    are held from `levers_from` on (the first day by default) on top of `policy`.

    Scale is in people an agent. Raises InputError for unknown names or no factor.
    """
    levers = [LEVER + name for name in LEVERS]
    check_names(factors, [*PARAMETERS, *levers], "parameter or lever")
    check_names(outcomes, INDICATORS, "indicator")
    if not factors or len(set(factors)) < len(factors):
        raise InputError([f"factors: {list(factors)}; allowed: one or more, each once"])
    run = Simulation(start, end, tuple(seeds), scale, tuple(outcomes), policy or Policy(), levers_from or start)
    return Simulator(tuple(factors), run)


def range_of(factor: str) -> tuple[float, float]:
    """The lowest and highest value of a parameter or lever."""
    declared = PARAMETERS[factor] if factor in PARAMETERS else LEVERS[factor.removeprefix(LEVER)]
    return declared.low, declared.high
