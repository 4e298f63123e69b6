"""How `corridor allocate` goes about it: all packages in one batch, or those that an optimiser meets, generation by
generation; each package is a stored world, so that none is ever run twice and a search that was stopped goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from corridor.experiments.analyses import allocation
from corridor.experiments.analyses.allocation import Package
from corridor.experiments.analyses.allocation_runs import OBJECTIVES, Purse, figures_of, objectives_of
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.execution.run import Finished, Tables
from corridor.model.engine.errors import InputError

Run = Callable[[Experiment, Tables], Finished]  # runs what the folder of the command lacks, and writes tables


@dataclass(frozen=True)
class Plan:
    """What is bought from, how packages are found (`enumerate` or `nsga2`), and about how many may be run."""

    purse: Purse
    method: str
    evaluations: int
    seed: int

    def words(self, run: int) -> str:
        """How many packages were run, of how many, and how they were found."""
        measures, levels = len(self.purse.measures), len(self.purse.intensities)
        every = allocation.number_of(measures, levels)
        how = "all within the budget" if self.method == "enumerate" else f"found by NSGA-II, seed {self.seed}"
        return f"{run} packages run ({how}) of {every:,} that {measures} measures at {levels} intensity(s) make."


def plan_of(purse: Purse, method: str, evaluations: int, seed: int) -> Plan:
    """A plan; `auto` is `enumerate` where all packages together may be run.

    Raises InputError where there are too many packages to enumerate, or where Platypus is not installed.
    """
    every = allocation.number_of(len(purse.measures), len(purse.intensities))
    few = every <= allocation.MOST_LISTED and len(purse.within()) <= evaluations
    if method == "enumerate" and not few:
        raise InputError(
            [
                f"command line --method: {every:,} packages are more than --evaluations {evaluations} within "
                "the budget; allowed: nsga2, or more evaluations"
            ]
        )
    found = ("enumerate" if few else "nsga2") if method == "auto" else method
    if found == "nsga2" and find_spec("platypus") is None:
        raise InputError(["platypus-opt is not installed; pip install 'corridor-sim[robust]'"])
    return Plan(purse, found, evaluations, seed)


def packages_of(plan: Plan, run: Run, dry_run: bool) -> list[Package]:
    """The packages of a plan: all within the budget, those that a search meets, or for a dry run its first ones."""
    purse = plan.purse
    if plan.method == "enumerate":
        return purse.within()
    return plan_first(purse) if dry_run else searched(plan, run)


def plan_first(purse: Purse) -> list[Package]:
    """The packages with which a search begins, as far as they are within the budget."""
    first = allocation.first_packages(len(purse.measures), len(purse.intensities))
    return [each for each in first if purse.affordable(each)]


def searched(plan: Plan, run: Run) -> list[Package]:
    """The packages that NSGA-II meets; those of a generation are run together."""
    purse = plan.purse
    asked: list[Package] = []

    def objectives(new: Sequence[Package]) -> list[Sequence[float]]:
        """Run packages beside all that were run before, which are in the store."""
        asked.extend(new)
        finished = run(purse.worlds(asked), figures_of)
        return objectives_of(purse, finished.summary, new)

    search = allocation.Search(objectives, purse.affordable, {})
    measures, levels = len(purse.measures), len(purse.intensities)
    found = allocation.optimised(measures, levels, len(OBJECTIVES) + 1, search, plan.evaluations, plan.seed)
    return list(found)
