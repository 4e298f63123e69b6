"""Packages of measures, their costs, and the front of those that no other package beats.

A package says for each measure whether it is left out (0) or at which of a few intensities it is in force (1, 2, ...).
Measures are those of policy files, whole: sectors, beaches, hours or nights play no part here.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.model.levers import LEVERS
from corridor.model.policy import Change, Measure, Policy, change_problems

Package = tuple[int, ...]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Evaluate = Callable[[list[Package]], list[Sequence[float]]]
POPULATION = 24
PATIENCE = 50  # generations without a new package after which a search ends
MOST_LISTED = 100_000  # most packages of which the costs are computed one by one
WORST = 1e30  # objective given to the optimiser for a package that may not be run


def at_intensity(measure: Measure, intensity: float) -> Measure:
    """The measure with every lever moved `intensity` times as far from its baseline; 1 is the measure as in its
    file."""
    if intensity == 1.0:
        return measure
    return replace(measure, changes=tuple(stretched(change, intensity) for change in measure.changes))


def stretched(change: Change, intensity: float) -> Change:
    """A dated change that moves `intensity` times as far from the lever's baseline."""
    base, doubt = LEVERS[change.lever].baseline, change.doubt

    def farther(value: float) -> float:
        return round(base + intensity * (value - base), 10)

    (to,) = change.values
    if doubt is not None:
        doubt = replace(doubt, low=farther(doubt.low), high=farther(doubt.high))
    return replace(change, to=farther(to), doubt=doubt)


def intensity_problems(measures: Sequence[Measure], intensities: Sequence[float]) -> Iterator[str]:
    """Intensities at which a measure's levers would be out of their bounds, in words."""
    for intensity, measure in itertools.product(intensities, measures):
        for change in at_intensity(measure, intensity).changes:
            yield from (f"intensity {intensity:g}: {text}" for text in change_problems(measure.name, change))


def policy_of(package: Package, measures: Sequence[Measure], intensities: Sequence[float], base: Policy) -> Policy:
    """What is in force in a package, on top of the baseline."""
    chosen = [at_intensity(m, intensities[k - 1]) for m, k in zip(measures, package, strict=True) if k]
    return Policy((*base.measures, *chosen))


def words_of(package: Package, names: Sequence[str], intensities: Sequence[float]) -> str:
    """A package in words: `patrols + goods x 0.5`."""
    chosen = [(name, intensities[k - 1]) for name, k in zip(names, package, strict=True) if k]
    return " + ".join(name if x == 1.0 else f"{name} x {x:g}" for name, x in chosen) or "no measure"


def weights_of(package: Package, intensities: Sequence[float]) -> Floats:
    """The intensity of each measure of a package, 0 where it is left out."""
    return np.array([0.0, *intensities])[list(package)]


def every_package(measures: int, intensities: int) -> Iterator[Package]:
    """All packages, the one without any measure first."""
    return itertools.product(range(intensities + 1), repeat=measures)


def number_of(measures: int, intensities: int) -> int:
    """How many packages there are."""
    return (intensities + 1) ** measures


def nondominated(values: Floats) -> Flags:
    """The non-dominated rows of (package, objective): no other row is as small in all objectives and smaller in one.

    Rows that are equal are all kept.
    """
    no_worse = (values[:, None, :] <= values[None, :, :]).all(axis=2)
    better = (values[:, None, :] < values[None, :, :]).any(axis=2)
    return np.asarray(~(no_worse & better).any(axis=0))


def front_shares(values: Floats) -> Floats:
    """For values (draw, package, objective) the share of draws in which each package is on the front."""
    return np.asarray(np.mean([nondominated(each) for each in values], axis=0))


@dataclass
class Search:
    """Packages that were evaluated, in order, with their objectives."""

    evaluate: Evaluate
    may_run: Callable[[Package], bool]
    found: dict[Package, Sequence[float]]

    def look_at(self, packages: Sequence[Package]) -> None:
        """Evaluate together those that may be run and are not yet known."""
        new = [each for each in dict.fromkeys(packages) if each not in self.found and self.may_run(each)]
        if new:
            self.found |= dict(zip(new, self.evaluate(new), strict=True))


def optimised(
    measures: int, intensities: int, objectives: int, search: Search, most: int, seed: int
) -> dict[Package, Sequence[float]]:
    """Packages that NSGA-II (Deb et al. 2002, doi:10.1109/4235.996017; Platypus) evaluates, at least `most` if
    possible.

    It begins with no measure and each alone, evaluates a generation at a time, and goes on to the end of the generation
    in which it has evaluated `most` different packages, or until many generations have brought no new one. The same
    seed gives the same search; the state of `random`, which Platypus draws from, is put back afterwards.
    """
    import platypus

    problem = platypus.Problem(measures, objectives, 1, function=lambda package: judged(tuple(package), search))
    problem.types[:] = platypus.Integer(0, intensities)
    problem.constraints[:] = "<=0"
    state = random.getstate()
    try:
        random.seed(seed)
        algorithm = platypus.NSGAII(
            problem,
            max(POPULATION, 2 * (1 + measures)),
            beginning(problem, measures, intensities),
            evaluator=generation_evaluator(search),
        )
        idle = 0
        while len(search.found) < most and idle < PATIENCE:
            before = len(search.found)
            algorithm.step()
            idle = 0 if len(search.found) > before else idle + 1
    finally:
        random.setstate(state)
    return search.found


def judged(package: Package, search: Search) -> tuple[list[float], list[float]]:
    """Objectives of a package, and 0; or, where it may not be run, the worst, and its size, so that the search goes on
    from smaller ones."""
    if package in search.found:
        return list(search.found[package]), [0.0]
    objectives = len(next(iter(search.found.values())))
    return [WORST] * objectives, [float(sum(package))]


def first_packages(measures: int, intensities: int) -> list[Package]:
    """No measure, then each alone at its highest intensity."""
    alone = [tuple(intensities if k == j else 0 for j in range(measures)) for k in range(measures)]
    return [(0,) * measures, *alone]


def beginning(problem: Any, measures: int, intensities: int) -> Any:
    """A generator of the first generation: no measure, each measure alone, then random packages."""
    import platypus

    first = []
    for package in first_packages(measures, intensities):
        solution = platypus.Solution(problem)
        solution.variables[:] = [problem.types[k].encode(value) for k, value in enumerate(package)]
        first.append(solution)
    return platypus.InjectedPopulation(first)


def generation_evaluator(search: Search) -> Any:
    """An evaluator of Platypus that evaluates a whole generation together."""
    import platypus

    class Together(platypus.Evaluator):
        def evaluate_all(self, jobs: Any, **_: Any) -> Any:
            asked = [job.solution for job in jobs]
            search.look_at(
                [
                    tuple(kind.decode(value) for kind, value in zip(each.problem.types, each.variables, strict=True))
                    for each in asked
                ]
            )
            return [platypus.evaluator.run_job(job) for job in jobs]

    return Together()
