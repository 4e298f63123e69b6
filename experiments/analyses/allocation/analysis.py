"""`corridor allocate`: packages of measures as stored worlds, their objectives, and the front within a budget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from corridor.experiments.analyses import overview
from corridor.experiments.analyses.allocation import packages
from corridor.experiments.analyses.allocation.budget import Budget, world_of
from corridor.experiments.analyses.allocation.packages import Package
from corridor.experiments.analyses.exploration import objectives as robust
from corridor.experiments.analyses.exploration import regret
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.execution.analysis import AnalysisResult, StoredCases, Table
from corridor.results.tables import shapes
from corridor.results.tables.fronts import nondominated
from corridor.results.tables.intervals import of_crossed_mean
from corridor.results.tables.shape import Number, Shape

OBJECTIVES = ("attempts_people", robust.DEATHS, robust.ARRIVALS)  # differences from the baseline; and the cost
FRONT_DRAWS = 400
PACKAGES = "every package of measures that was run, its cost and its mean differences from the baseline"
FRONT = (
    "the packages that were on the front (no other as good in all objectives and cost, and better in one), run again "
    "on fresh seeds, by which they were not picked; the cheapest first"
)
LEFT_OUT = "packages within the budget that were not run, as their measures move levers out of their range"
LEFT_OUT_SHOWN = 3
MEASURE_COSTS = "the assumed cost of each measure at full intensity"
BUDGET = "budget_eur_million"
PACKAGE_COLUMNS = {
    "package": "name of the package's world: a digit for each measure, 0 where it is left out",
    "measures": "the measures of the package, with intensities other than 1",
    robust.COST: "expected cost in million EUR",
    f"{robust.COST}_low": "lower end of the 90 % interval of the cost: how a published sum is split",
    f"{robust.COST}_high": "upper end of the 90 % interval of the cost: how a published sum is split",
    "share_within_budget": "share of possible splits at which the package is within the budget",
    BUDGET: "the budget in million EUR",
    "on_front": "whether the package is on the front on the seeds of the search",
    "front_share": "share of resampled points, seeds and splits in which it is on the front",
}
OF_MEANS = "90 % interval of the mean"
COST_SHOWN = Number(
    robust.COST,
    f"{robust.COST}_low",
    f"{robust.COST}_high",
    shapes.OF_SPLIT,
    "EUR million",
    span=True,
    title="expected cost",
)
LEFT_OUT_SHAPE = Shape(("measures",), (COST_SHOWN,), ("reason",), ("package",))
FRONT_COLUMNS = {
    "clear": "whether the interval of any objective on fresh seeds lies wholly below the baseline; intervals of all "
    "packages and objectives hold at once in 90 % of studies",
    "stays": "whether it is on the front of these packages on fresh seeds, too",
}


def objectives_of(budget: Budget, whole: pd.DataFrame, bought: Sequence[Package]) -> list[Sequence[float]]:
    """Mean paired differences from the baseline and expected cost of each package; less is better in all."""
    means = {name: found.mean(axis=(1, 2)) for name, found in differences(budget, whole, bought).items()}
    return [(*(means[name][k] for name in OBJECTIVES), budget.cost(each)[0]) for k, each in enumerate(bought)]


def differences(budget: Budget, whole: pd.DataFrame, bought: Sequence[Package]) -> dict[str, np.ndarray]:
    """For each objective the differences from the baseline on the same points and seeds (package, point, seed)."""
    names = [world_of(each) for each in (budget.nothing, *bought)]
    found = {}
    for name in OBJECTIVES:
        values = robust.cube(whole, name, names)
        found[name] = values[1:] - values[:1]
    return found


def front_of(budget: Budget, whole: pd.DataFrame, bought: Sequence[Package]) -> tuple[Package, ...]:
    """The packages that no other beats, on means."""
    kept = nondominated(np.array(objectives_of(budget, whole, bought)))
    return tuple(each for each, on_front in zip(bought, kept, strict=True) if on_front)


@dataclass(frozen=True)
class FreshRuns:
    """Packages that were picked, and their values over the whole run on seeds (and points) by which they were not."""

    packages: tuple[Package, ...]
    whole: pd.DataFrame


@dataclass(frozen=True)
class Allocation:
    """The packages within a budget, and the front: those that no other beats."""

    budget: Budget
    packages: tuple[Package, ...]
    how: str = ""
    again: FreshRuns | None = None
    """The packages on the front, run again."""
    left_out: tuple[Package, ...] = ()
    """Packages within the budget that cannot be run; `Budget.problem` says why."""

    def plan(self) -> Experiment:
        """A world for each package."""
        return self.budget.experiment_of(self.packages)

    def results(self, cases: StoredCases) -> AnalysisResult:
        """`packages`, those `front` that no other beats, `costs` and the figures."""
        from corridor.results.plots.choice import packages as plots

        table = self.table(cases.whole_run).assign(**{BUDGET: self.budget.amount / 1e6})
        front = self.front(table)
        columns = self.columns()
        searched = {
            f"{name}_search": f"the same mean on the seeds of the search [{robust.unit_of(name)}]"
            for name in OBJECTIVES
        }
        shown = table.set_index("package")
        shown.update(front.set_index("package")[[name + end for name in OBJECTIVES for end in ("", "_low", "_high")]])
        return AnalysisResult(
            {
                "front": Table(front, FRONT, self.shape(), columns | FRONT_COLUMNS | searched),
                "packages": Table(table, PACKAGES, self.shape(), columns),
                "costs": Table(self.measure_costs(), MEASURE_COSTS, shapes.COSTS),
                **self.left_out_table(),
                **overview.design_table(cases),
            },
            {
                "front": partial(plots.draw_front, shown.reset_index(), list(OBJECTIVES), self.budget.amount / 1e6),
                "parallel": partial(plots.draw_parallel, table, [*OBJECTIVES, robust.COST]),
            },
            notes=self.notes(),
        )

    def notes(self) -> tuple[str, ...]:
        """How the packages were found, and what is assumed about their costs."""
        costs = self.budget.costs
        assumed = (
            f"Costs of {len(costs.assumed)} measures are shares of a published sum, split assumed (grade C); costs "
            "hold 2022/23 while effects run to the end."
        )
        unknown = f"Left out, as no cost is known: {', '.join(costs.unknown)}"
        notes = {self.how: bool(self.how), assumed: bool(costs.assumed), unknown: bool(costs.unknown)}
        return (*(text for text, holds in notes.items() if holds), *self.left_out_notes())

    def left_out_notes(self) -> Iterator[str]:
        """How many packages were left out, with the reasons of the first."""
        if self.left_out:
            reasons = list(dict.fromkeys(map(self.budget.problem, self.left_out)))
            more = f"; and {len(reasons) - LEFT_OUT_SHOWN} more reasons" if len(reasons) > LEFT_OUT_SHOWN else ""
            why, number = "; ".join(reasons[:LEFT_OUT_SHOWN]), len(self.left_out)
            yield f"Left out, as levers would be out of range (left_out.csv): {number} packages: {why}{more}"

    def left_out_table(self) -> dict[str, Table]:
        """The table `left_out`, where packages were."""
        if not self.left_out:
            return {}
        rows = [
            (world_of(each), self.budget.words(each), self.budget.cost(each)[0], self.budget.problem(each))
            for each in self.left_out
        ]
        frame = pd.DataFrame(rows, columns=["package", "measures", robust.COST, "reason"])
        columns = {**PACKAGE_COLUMNS, "reason": "which levers, and what is allowed"}
        return {"left_out": Table(frame, LEFT_OUT, LEFT_OUT_SHAPE, columns)}

    def shape(self) -> Shape:
        """The shape of the tables `packages` and `front`."""
        of_objectives = (
            Number(name, f"{name}_low", f"{name}_high", OF_MEANS, robust.unit_of(name), signed=True)
            for name in OBJECTIVES
        )
        shares = (Number(name, unit=shapes.SHARE) for name in ("share_within_budget", "front_share"))
        searched = (f"{name}_search" for name in OBJECTIVES)
        return Shape(
            ("measures",),
            (*of_objectives, COST_SHOWN, *shares),
            ("on_front", "clear", "stays"),
            ("package", BUDGET, *searched, *self.budget.costs.names),
        )

    def columns(self) -> dict[str, str]:
        """The meaning of the columns of the tables `packages` and `front`."""
        measures = dict.fromkeys(self.budget.costs.names, "intensity of the measure in the package; 0: left out")
        found = dict(PACKAGE_COLUMNS)
        for name in OBJECTIVES:
            unit = robust.unit_of(name)
            found[name] = f"mean paired difference from the baseline over the whole run [{unit}]"
            found[f"{name}_low"] = f"lower end of the 90 % interval of that mean (over seeds and points) [{unit}]"
            found[f"{name}_high"] = f"upper end of the 90 % interval of that mean [{unit}]"
        return found | measures

    def front(self, table: pd.DataFrame) -> pd.DataFrame:
        """Rows of the table `front`: those of `packages` that are on the front, with differences on fresh seeds and
        intervals that hold for all of them at once."""
        assert self.again is not None
        again = self.again.packages
        rows = table.set_index("package").loc[list(map(world_of, again))].reset_index()
        found = differences(self.budget, self.again.whole, again)
        intervals = len(OBJECTIVES) * max(1, sum(map(any, again)))  # the package without measures has no chance
        for name, values in found.items():
            rows[f"{name}_search"] = rows[name]
            rows[name], rows[f"{name}_low"], rows[f"{name}_high"] = of_crossed_mean(values, intervals)
        rows["clear"] = (rows[[f"{name}_high" for name in OBJECTIVES]] < 0.0).any(axis=1)
        rows["stays"] = nondominated(rows[[*OBJECTIVES, robust.COST]].to_numpy(float))
        first = next(iter(found.values()))
        return rows.assign(points=first.shape[1], seeds=first.shape[2]).sort_values(robust.COST, kind="stable")

    def table(self, whole: pd.DataFrame) -> pd.DataFrame:
        """Rows of the table `packages`: what is in a package, its cost and differences with intervals, whether it is on
        the front.
        """
        found = differences(self.budget, whole, self.packages)
        costs = np.array([self.budget.cost(each)[1] for each in self.packages])
        mean_costs = np.array([self.budget.cost(each)[0] for each in self.packages])
        weights = np.array([packages.weights_of(each, self.budget.intensities) for each in self.packages])
        low, high = np.percentile(costs, regret.TAILS, axis=1)
        table = pd.DataFrame(
            {
                "package": list(map(world_of, self.packages)),
                "measures": list(map(self.budget.words, self.packages)),
                **dict(zip(self.budget.costs.names, weights.T, strict=True)),
                robust.COST: mean_costs,
                f"{robust.COST}_low": low,
                f"{robust.COST}_high": high,
                "share_within_budget": (costs <= self.budget.amount / 1e6 * (1.0 + 1e-12)).mean(axis=1),
            }
        )
        for name, values in found.items():
            table[name] = values.mean(axis=(1, 2))
            _, table[f"{name}_low"], table[f"{name}_high"] = of_crossed_mean(values)
        table["on_front"] = nondominated(table[[*OBJECTIVES, robust.COST]].to_numpy())
        table["front_share"] = front_share(found, costs)
        first = next(iter(found.values()))
        return table.assign(points=first.shape[1], seeds=first.shape[2])

    def measure_costs(self) -> pd.DataFrame:
        """The assumed cost of each measure at full intensity; not known for those that are left out."""
        costs = self.budget.costs
        low, high = np.percentile(costs.draws, regret.TAILS, axis=0)
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


def front_share(found: dict[str, np.ndarray], costs: np.ndarray) -> np.ndarray:
    """Share of draws in which each package is on the front; points, seeds and the split of costs are resampled.

    With few seeds it is a rough guide, because few different resamples exist.
    """
    each = [np.array([m.mean(axis=1) for m in regret.resampled(values, FRONT_DRAWS)]) for values in found.values()]
    possible = costs[:, :FRONT_DRAWS].T
    return packages.front_shares(np.stack([*each, possible], axis=2))
