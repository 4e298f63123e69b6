"""How `corridor allocate` finds packages: all in one batch, or those that an optimiser tries, generation by
generation; each package is a stored world, so that none is run twice and a stopped search continues."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from corridor.experiments.analyses.allocation import packages
from corridor.experiments.analyses.allocation.analysis import OBJECTIVES, objectives_of
from corridor.experiments.analyses.allocation.budget import Budget
from corridor.experiments.analyses.allocation.packages import Package
from corridor.experiments.config.experiment import Experiment
from corridor.model.engine.errors import InputError
from corridor.results.store.optional import need

Run = Callable[[Experiment], pd.DataFrame]  # runs what the folder lacks; yearly values of the whole run


METHODS = ("auto", "enumerate", "nsga2")


@dataclass(frozen=True)
class Plan:
    """The budget, how packages are found (`enumerate` or `nsga2`), and about how many may be run."""

    budget: Budget
    method: str
    evaluations: int
    seed: int

    def words(self, run: int) -> str:
        """How many packages were run, of how many, and how they were found."""
        measures, levels = len(self.budget.measures), len(self.budget.intensities)
        every = packages.number_of(measures, levels)
        enumerated = self.method == "enumerate"
        how = "all that are possible within the budget" if enumerated else f"found by NSGA-II, seed {self.seed}"
        return f"{run} packages run ({how}) of {every:,} that {measures} measures at {levels} intensity(s) make."


def plan_of(budget: Budget, method: str, evaluations: int, seed: int) -> Plan:
    """A plan; `auto` is `enumerate` where all packages together may be run.

    Raises InputError where there are too many packages to enumerate, or where pymoo is not installed.
    """
    every = packages.number_of(len(budget.measures), len(budget.intensities))
    few = every <= packages.MOST_LISTED and len(budget.within()) <= evaluations
    if method == "enumerate" and not few:
        raise InputError(
            [
                f"command line --method: {every:,} packages are more than --evaluations {evaluations} within "
                "the budget; allowed: nsga2, or more evaluations"
            ]
        )
    found = ("enumerate" if few else "nsga2") if method == "auto" else method
    if found == "nsga2":
        need("pymoo")
    return Plan(budget, found, evaluations, seed)


@dataclass(frozen=True)
class Choice:
    """Packages to run, and those within the budget that are left out because they move levers out of their range."""

    packages: tuple[Package, ...]
    left_out: tuple[Package, ...]


def packages_of(plan: Plan, run: Run) -> Choice:
    """The packages of a plan: all within the budget, or those that a search tries."""
    return enumerated(plan.budget) if plan.method == "enumerate" else searched(plan, run)


def enumerated(budget: Budget) -> Choice:
    """All packages within the budget."""
    within = budget.within()
    return Choice(
        tuple(package for package in within if not budget.problem(package)),
        tuple(package for package in within if budget.problem(package)),
    )


def searched(plan: Plan, run: Run) -> Choice:
    """The packages that NSGA-II tries; those of a generation are run together."""
    budget = plan.budget
    asked: list[Package] = []
    left_out: dict[Package, None] = {}

    def may_run(package: Package) -> bool:
        """Whether a package is within the budget and possible; those that are only within it are noted."""
        if budget.affordable(package) and budget.problem(package):
            left_out[package] = None
        return budget.affordable(package) and not budget.problem(package)

    def objectives(new: Sequence[Package]) -> list[Sequence[float]]:
        """Run packages, beside those run before, which are in the store."""
        asked.extend(new)
        whole = run(budget.experiment_of(asked))
        return objectives_of(budget, whole, new)

    search = packages.Search(objectives, may_run, {})
    measures, levels = len(budget.measures), len(budget.intensities)
    found = packages.optimised(measures, levels, len(OBJECTIVES) + 1, search, plan.evaluations, plan.seed)
    return Choice(tuple(found), tuple(left_out))
