"""Packages of measures, their costs, and the front of those that no other package beats.

A package says for each measure whether it is left out (0) or at which of a few intensities it is in force (1, 2, ...).
Measures are those of policy files, whole: sectors, beaches, hours or nights play no part here.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.model.levers import LEVERS
from corridor.model.policy import Change, Measure, Policy, change_problems
from corridor.results.tables.fronts import nondominated

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
    """Packages that NSGA-II (Deb et al. 2002, doi:10.1109/4235.996017; pymoo) evaluates, at least `most` if possible.

    It begins with no measure and each alone, evaluates a generation at a time, and goes on to the end of the generation
    in which it has evaluated `most` different packages, or until many generations have brought no new one. The same
    seed gives the same search.
    """
    algorithm = nsga2(measures, intensities, objectives, seed)
    idle = 0
    while len(search.found) < most and idle < PATIENCE:
        before = len(search.found)
        if not next_generation(algorithm, search):
            break
        idle = 0 if len(search.found) > before else idle + 1
    return search.found


def nsga2(measures: int, intensities: int, objectives: int, seed: int) -> Any:
    """NSGA-II of pymoo over packages: children have each measure of one parent or the other, and about one of their
    measures anew."""
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.mutation import Mutation
    from pymoo.core.problem import Problem
    from pymoo.operators.crossover.ux import UniformCrossover

    class OneAnew(Mutation):
        def _do(self, problem: Any, X: Any, random_state: Any = None, **_: Any) -> Any:  # noqa: ARG002, N803
            anew = random_state.random(X.shape) < 1.0 / measures
            return np.where(anew, np.floor(random_state.random(X.shape) * (intensities + 1)), X)

    size = max(POPULATION, 2 * (1 + measures))
    first = beginning(measures, intensities, size, seed)
    algorithm = NSGA2(size, sampling=first, crossover=UniformCrossover(), mutation=OneAnew(prob=1))
    problem = Problem(n_var=measures, n_obj=objectives, n_ieq_constr=1, xl=0, xu=intensities)
    algorithm.setup(problem, termination=("n_gen", sys.maxsize), seed=seed)
    return algorithm


def beginning(measures: int, intensities: int, size: int, seed: int) -> Floats:
    """The first generation: no measure, each measure alone, then random packages."""
    first = np.array(first_packages(measures, intensities), dtype=float)
    more = np.random.default_rng(seed).integers(0, intensities + 1, (size - len(first), measures))
    return np.vstack([first, more])


def next_generation(algorithm: Any, search: Search) -> bool:
    """Evaluate the packages that the optimiser asks for, together, and hand it what they are worth; False where it
    knows of no further ones."""
    from pymoo.core.evaluator import Evaluator
    from pymoo.problems.static import StaticProblem

    asked = algorithm.ask()
    if asked is None:
        return False
    packages = [tuple(int(k) for k in row) for row in asked.get("X")]
    search.look_at(packages)
    values, sizes = zip(*(judged(package, search) for package in packages), strict=True)
    Evaluator().eval(StaticProblem(algorithm.problem, F=np.array(values), G=np.array(sizes)), asked)
    algorithm.tell(infills=asked)
    return True


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
