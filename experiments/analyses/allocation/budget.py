"""A budget, and the measures that it may buy at a few intensities."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from corridor.experiments.analyses import worlds
from corridor.experiments.analyses.allocation import packages
from corridor.experiments.analyses.allocation.costs import Costing, costing
from corridor.experiments.analyses.allocation.packages import Package
from corridor.experiments.analyses.worlds import WorldSpec
from corridor.experiments.config.cases import NO_DESIGN
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.policies.effective import combined_problems
from corridor.model.engine.errors import InputError
from corridor.model.policy import Measure

NAMED = "package_"
MOST_INTENSITIES = 9


@dataclass(frozen=True)
class Budget:
    """Measures with known or assumed costs, each at a few intensities, within a budget (EUR)."""

    experiment: Experiment
    measures: tuple[Measure, ...]
    intensities: tuple[float, ...]
    costs: Costing
    amount: float
    _problems: dict[Package, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def nothing(self) -> Package:
        """The package without any measure, which is the baseline."""
        return (0,) * len(self.measures)

    def affordable(self, package: Package) -> bool:
        """Whether the expected cost of a package is within the budget."""
        mean, _ = self.cost(package)
        return mean <= self.amount / 1e6 * (1.0 + 1e-12)

    def cost(self, package: Package) -> tuple[float, np.ndarray]:
        """Expected cost and possible costs in million EUR."""
        return self.costs.of(packages.weights_of(package, self.intensities))

    def within(self) -> list[Package]:
        """All packages within the budget, the one without any measure first."""
        every = packages.every_package(len(self.measures), len(self.intensities))
        return [package for package in every if self.affordable(package)]

    @cached_property
    def _may_clash(self) -> frozenset[int]:
        """Numbers of the measures that share a lever with another, the baseline or a design, or that cannot have one of
        the intensities."""
        base = worlds.baseline_of(self.experiment)
        moved = [lever for each in (*base.measures, *self.measures) for lever in each.levers]
        moved += {lever for point in self.experiment.points for lever in point.levers}
        return frozenset(
            number
            for number, measure in enumerate(self.measures)
            if any(moved.count(lever) > 1 for lever in measure.levers)
            or any(packages.intensity_problems([measure], self.intensities))
        )

    def problem(self, package: Package) -> str:
        """Which levers the measures of a package move out of their range, alone or together, in words; else nothing.

        Packages that differ only in measures that cannot clash are examined once.
        """
        part = tuple(level if number in self._may_clash else 0 for number, level in enumerate(package))
        if part not in self._problems:
            self._problems[part] = "; ".join(self._problems_of(part))
        return self._problems[part]

    def _problems_of(self, package: Package) -> Iterator[str]:
        file, base = self.experiment.file, worlds.baseline_of(self.experiment)
        try:
            policy = packages.policy_of(package, self.measures, self.intensities, base)
        except InputError as error:
            yield from error.problems
        else:
            yield from combined_problems([policy], self.experiment.points, file.start, file.end)

    def words(self, package: Package) -> str:
        """A package in words."""
        return packages.words_of(package, self.costs.names, self.intensities)

    def experiment_of(self, bought: Sequence[Package]) -> Experiment:
        """The experiment with a world for each package, the baseline first; it keeps its points."""
        base, plain = worlds.baseline_of(self.experiment), worlds.at_points(self.experiment, None, NO_DESIGN)
        files = worlds.files_of(self.experiment, self.experiment.file.baseline)
        sides = {
            world_of(each): WorldSpec(
                self.words(each), packages.policy_of(each, self.measures, self.intensities, base), files
            )
            for each in dict.fromkeys([self.nothing, *bought])
        }
        several = worlds.with_worlds(plain, sides, world_of(self.nothing))
        points = self.experiment.points if self.experiment.designed else NO_DESIGN  # not at draws of a posterior
        return worlds.at_points(several, self.experiment.file.design, points)


def world_of(package: Package) -> str:
    """The name of a package's world: a digit for each measure, 0 where it is left out, else the number of its
    intensity."""
    return NAMED + "".join(map(str, package))


def budget_of(experiment: Experiment, intensities: Sequence[float], split: str, amount: float) -> Budget:
    """The budget (EUR) with the measures of a file's worlds and its further measures.

    Raises InputError where the amount or intensities are not allowed, no cost is known, or the budget buys nothing.
    """
    if not amount < np.inf:
        raise InputError([f"command line --budget: {amount:g} is not allowed; allowed: a number of EUR"])
    all_measures = worlds.all_measures(experiment)
    costs = costing([measure.name for measure in all_measures], experiment.policy_files, split)
    measures = tuple(measure for measure in all_measures if measure.name in costs.names)
    if not measures:
        raise InputError(
            [
                f"{experiment.source}: none of its {len(all_measures)} measures has a cost, nor is in a "
                "package with one; give cost_eur_million in their policy files"
            ]
        )
    levels = tuple(sorted(set(intensities)))
    problems = list(level_problems(levels)) or list(impossible_levels(measures, levels))
    if problems:
        raise InputError(f"command line --intensity: {text}" for text in problems)
    name, least = cheapest(costs, levels)
    if not least <= amount / 1e6:
        raise InputError(
            [
                f"command line --budget: EUR {amount:,.0f} buys no measure; the cheapest, {name}, has an "
                f"expected cost of EUR {1e6 * least:,.0f}"
            ]
        )
    return Budget(experiment, measures, levels, costs, amount)


def level_problems(levels: Sequence[float]) -> list[str]:
    """Intensities that are not above 0, or too many of them."""
    found = [
        f"{each:g} is not allowed; above 0, where 1 is the measure as its file has it"
        for each in levels
        if not 0.0 < each < np.inf
    ]
    if len(levels) > MOST_INTENSITIES:
        found.append(f"{len(levels)} are too many; allowed: at most {MOST_INTENSITIES}")
    return found


def impossible_levels(measures: Sequence[Measure], levels: Sequence[float]) -> Iterator[str]:
    """Why intensities are not allowed that no measure can have, as all would be out of their bounds."""
    for level in levels:
        problems = [list(packages.intensity_problems([measure], [level])) for measure in measures]
        if all(problems):
            yield from itertools.chain.from_iterable(problems)


def cheapest(costs: Costing, levels: Sequence[float]) -> tuple[str, float]:
    """The measure that costs least at the lowest intensity, and what it costs in million EUR."""
    k = int(costs.mean.argmin())
    return costs.names[k], float(costs.mean[k]) * levels[0]
