"""What `corridor allocate` runs and writes: packages of measures as stored worlds, their objectives, and the front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from corridor.experiments.analyses import allocation, robust, variations
from corridor.experiments.analyses.allocation import Package
from corridor.experiments.analyses.allocation_costs import Costing, costing
from corridor.experiments.analyses.comparison import Tables, stored
from corridor.experiments.analyses.robust_sampling import at_points
from corridor.experiments.analyses.variations import Side
from corridor.experiments.config.designs import NO_DESIGN
from corridor.experiments.config.experiment import Experiment
from corridor.model.engine.errors import InputError
from corridor.model.policy import Measure
from corridor.results.store.yearly import WHOLE

OBJECTIVES = ("attempts_people", robust.DEATHS, robust.ARRIVALS)  # differences from the baseline; and the cost
NAMED = "package_"
FRONT_DRAWS = 400
MOST_INTENSITIES = 9


@dataclass(frozen=True)
class Purse:
    """What can be bought: measures with known or assumed costs, each at a few intensities, within a budget (EUR)."""

    experiment: Experiment
    measures: tuple[Measure, ...]
    intensities: tuple[float, ...]
    costs: Costing
    budget: float

    @property
    def nothing(self) -> Package:
        """The package without any measure, which is the baseline."""
        return (0,) * len(self.measures)

    def affordable(self, package: Package) -> bool:
        """Whether the expected cost of a package is within the budget."""
        mean, _ = self.cost(package)
        return mean <= self.budget / 1e6 * (1.0 + 1e-12)

    def cost(self, package: Package) -> tuple[float, np.ndarray]:
        """Expected cost and possible costs in million EUR."""
        return self.costs.of(allocation.weights_of(package, self.intensities))

    def within(self) -> list[Package]:
        """All packages within the budget, that without any measure first."""
        every = allocation.every_package(len(self.measures), len(self.intensities))
        return [package for package in every if self.affordable(package)]

    def words(self, package: Package) -> str:
        """A package in words."""
        return allocation.words_of(package, self.costs.names, self.intensities)

    def worlds(self, packages: Sequence[Package]) -> Experiment:
        """The experiment with a world for each package, the baseline first; it keeps its points."""
        base, plain = variations.baseline_of(self.experiment), at_points(self.experiment, None, NO_DESIGN)
        sides = {
            world_of(each): Side(self.words(each), allocation.policy_of(each, self.measures, self.intensities, base))
            for each in dict.fromkeys([self.nothing, *packages])
        }
        several = variations.with_worlds(plain, sides, world_of(self.nothing))
        return at_points(several, self.experiment.file.design, self.experiment.points)


def world_of(package: Package) -> str:
    """The name of a package's world: a digit a measure, 0 where it is left out, else the number of its intensity."""
    return NAMED + "".join(map(str, package))


def purse_of(experiment: Experiment, intensities: Sequence[float], split: str, budget: float) -> Purse:
    """What the measures of a file's worlds, and its further ones, offer for a budget in EUR.

    Raises InputError where intensities are of no use, no cost is known, or the budget buys nothing.
    """
    all_measures = variations.measures_of(experiment, [*experiment.policies.values(), experiment.further])
    costs = costing([measure.name for measure in all_measures], experiment.policy_files, split)
    measures = tuple(measure for measure in all_measures if measure.name in costs.names)
    if not measures:
        raise InputError(
            [
                f"{experiment.path}: none of its {len(all_measures)} measures has a cost, nor is in a "
                "package with one; give cost_eur_million in their policy files"
            ]
        )
    levels = tuple(sorted(set(intensities)))
    problems = list(level_problems(levels)) or list(allocation.intensity_problems(measures, levels))
    if problems:
        raise InputError(f"command line --intensity: {text}" for text in problems)
    name, least = cheapest(costs, levels)
    if not least <= budget / 1e6:
        raise InputError(
            [
                f"command line --budget: EUR {budget:,.0f} buys no measure; the cheapest, {name}, is taken "
                f"to cost EUR {1e6 * least:,.0f}"
            ]
        )
    return Purse(experiment, measures, levels, costs, budget)


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


def cheapest(costs: Costing, levels: Sequence[float]) -> tuple[str, float]:
    """The measure that costs least at the lowest intensity, and what it costs in million EUR."""
    k = int(costs.mean.argmin())
    return costs.names[k], float(costs.mean[k]) * levels[0]


def figures_of(experiment: Experiment, out: Path, staging: Path) -> Tables:
    """Writes nothing; the yearly figures of the whole run, for the next step of the search."""
    _, values = stored(out)
    return values[values.year == WHOLE], pd.DataFrame(), []


def objectives_of(purse: Purse, whole: pd.DataFrame, packages: Sequence[Package]) -> list[Sequence[float]]:
    """Of each package the mean paired differences from the baseline and the expected cost; less is better in all."""
    means = {name: found.mean(axis=(1, 2)) for name, found in differences(purse, whole, packages).items()}
    return [(*(means[name][k] for name in OBJECTIVES), purse.cost(each)[0]) for k, each in enumerate(packages)]


def differences(purse: Purse, whole: pd.DataFrame, packages: Sequence[Package]) -> dict[str, np.ndarray]:
    """For each objective the differences from the baseline on the same points and seeds (package, point, seed)."""
    worlds = [world_of(each) for each in (purse.nothing, *packages)]
    found = {}
    for name in OBJECTIVES:
        figures = robust.cube(whole, name, worlds)
        found[name] = figures[1:] - figures[:1]
    return found


@dataclass(frozen=True)
class Allocating:
    """Writes what `corridor allocate` leaves: every package that was run, the front, costs and figures."""

    purse: Purse
    packages: tuple[Package, ...]

    def __call__(self, experiment: Experiment, out: Path, staging: Path) -> Tables:
        """Write into `staging` from the cases in `out`; all packages, the front, and the figures' paths."""
        from corridor.results.plots import exploration as figures
        from corridor.results.plots.style import styled
        from corridor.results.tables import summary

        _, values = stored(out)
        table = self.table(values[values.year == WHOLE])
        front = table[table.on_front].sort_values(robust.COST, kind="stable")
        for name, frame in {"packages": table, "front": front, "costs": self.measure_costs()}.items():
            summary.write_csv(frame, staging / f"{name}.csv")
        (staging / "figures").mkdir()
        budget = self.purse.budget / 1e6
        drawn = styled(
            {
                "front": lambda: figures.draw_front(table, list(OBJECTIVES), budget),
                "parallel": lambda: figures.draw_parallel(table, [*OBJECTIVES, robust.COST]),
            },
            staging / "figures",
        )
        return table, front, drawn

    def table(self, whole: pd.DataFrame) -> pd.DataFrame:
        """Rows of packages.csv: what is in a package, its cost and differences with intervals, is it on the front.

        `clear` tells whether any of its intervals lies wholly below the baseline.
        """
        found = differences(self.purse, whole, self.packages)
        costs = np.array([self.purse.cost(each)[1] for each in self.packages])
        mean_costs = np.array([self.purse.cost(each)[0] for each in self.packages])
        weights = np.array([allocation.weights_of(each, self.purse.intensities) for each in self.packages])
        low, high = np.percentile(costs, robust.TAILS, axis=1)
        table = pd.DataFrame(
            {
                "package": list(map(world_of, self.packages)),
                "measures": list(map(self.purse.words, self.packages)),
                **dict(zip(self.purse.costs.names, weights.T, strict=True)),
                robust.COST: mean_costs,
                f"{robust.COST}_low": low,
                f"{robust.COST}_high": high,
                "share_within_budget": (costs <= self.purse.budget / 1e6 * (1.0 + 1e-12)).mean(axis=1),
            }
        )
        for name, figures in found.items():
            table[name] = figures.mean(axis=(1, 2))
            table[f"{name}_low"], table[f"{name}_high"] = ends_of(figures)
        table["clear"] = (table[[f"{name}_high" for name in OBJECTIVES]] < 0.0).any(axis=1)
        table["on_front"] = allocation.nondominated(table[[*OBJECTIVES, robust.COST]].to_numpy())
        table["front_share"] = front_share(found, costs)
        first = next(iter(found.values()))
        return table.assign(points=first.shape[1], seeds=first.shape[2])

    def measure_costs(self) -> pd.DataFrame:
        """What each measure was taken to cost at full intensity; not known for those that are left out."""
        costs = self.purse.costs
        low, high = np.percentile(costs.draws, robust.TAILS, axis=0)
        assumption = [
            "share of a published sum, split assumed (grade C)" if name in costs.assumed else "as published"
            for name in costs.names
        ]
        known = pd.DataFrame(
            {
                "measure": costs.names,
                "unit": "EUR million",
                "mean": costs.mean,
                "low": low,
                "high": high,
                "assumption": assumption,
            }
        )
        lost = pd.DataFrame({"measure": costs.unknown, "unit": "EUR million", "assumption": "no cost known; left out"})
        return known if lost.empty else pd.concat([known, lost], ignore_index=True)


def ends_of(figures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The 90 % interval of the mean of each package, figures (package, point, seed): at one point a t-interval over
    seeds, NaN with one; at several from points and seeds drawn anew."""
    if figures.shape[1] == 1:
        mean, half = figures[:, 0].mean(axis=1), robust.half_interval(figures[:, 0])
        return mean - half, mean + half
    drawn = np.array([means.mean(axis=1) for means in robust.resampled(figures)])
    low, high = np.percentile(drawn, robust.TAILS, axis=0)
    return low, high


def front_share(found: dict[str, np.ndarray], costs: np.ndarray) -> np.ndarray:
    """In which share of draws each package is on the front: points, seeds and the split of costs each drawn anew.

    With few seeds it is a rough guide: so few can be drawn in few ways.
    """
    each = [np.array([m.mean(axis=1) for m in robust.resampled(figures, FRONT_DRAWS)]) for figures in found.values()]
    possible = costs[:, :FRONT_DRAWS].T
    return allocation.front_shares(np.stack([*each, possible], axis=2))
