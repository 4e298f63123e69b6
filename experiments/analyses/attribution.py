"""`corridor attribute`: the share of each measure in a package's effect (Shapley values)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, partial

import pandas as pd

from corridor.experiments.analyses import overview, shapley, worlds
from corridor.experiments.analyses.levers import idle_note
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.policies.effective import idle_measures
from corridor.experiments.execution.analysis import AnalysisResult, StoredCases, Table
from corridor.model import INDICATORS
from corridor.model.engine.errors import InputError
from corridor.model.policy import Change, Measure
from corridor.results.tables import shapes
from corridor.results.tables.imposed import that_set_entries
from corridor.results.tables.shape import Number, Shape

SHARES = "Shapley share of each measure in the effect of the package over the whole run"
SHARES_COLUMNS = {
    "share": "what the measure adds, averaged over the orders in which measures may join, in the unit of the row",
    "standard_error": "standard error of the share: sampled orders, and what differs between seeds (or draws, with "
    "their seeds), in the unit of the row",
    "order_error": "its part from the sampled orders, which more orders make smaller",
    "low": "lower end of the 90 % interval of the mean share (Student's t): which orders and which seeds (or draws) "
    "were sampled; it shrinks with them, and is not that of one further draw",
    "high": "upper end of that interval",
    "package_effect": "effect of all measures together, in the unit of the row; the shares sum to it",
    "permutations": "number of orders",
}
SHARES_SHAPE = Shape(
    ("indicator", "measure", "world", "baseline", "period"),
    (
        Number("share", "low", "high", "90 % interval of the mean share (Student's t)", signed=True),
        Number("package_effect", signed=True),
    ),
    ("note",),
    ("standard_error", "order_error", "permutations"),
)
DEATHS = "deaths_channel"  # whose shares stand beside those of every other indicator
FIRST_ORDERS = 8  # with fewer pairs the error is too uncertain to stop by
MORE_ORDERS = 4
ERROR = 0.05  # of the effect of the package
OF_ORDERS = 0.1  # of the variance of a share; below it more orders hardly help
COALITIONS = "the value of every world of measures by seed, over the whole run, from which the shares follow"


@dataclass(frozen=True)
class Attribution:
    """The effect of a world's package of measures, shared over its measures.

    `permutations` orders are sampled with the seed `sample`, each with its reverse; all orders if there are no more
    than that. More orders begin with the fewer.
    """

    experiment: Experiment
    world: str
    indicators: tuple[str, ...] = ("arrivals_people",)
    permutations: int = 16
    sample: int = 1

    @cached_property
    def measures(self) -> list[Measure]:
        """The measures of the package. Raises InputError where there are fewer than two."""
        found = worlds.measures_of(self.experiment, self.experiment.policies[self.world].measures)
        if len(found) < 2:
            raise InputError(
                [
                    f"{self.experiment.source}, worlds.{self.world}: has {len(found)} measures that the baseline has "
                    "not; at least 2 are needed to share an effect"
                ]
            )
        return found

    @cached_property
    def orders(self) -> list[shapley.Order]:
        """The sampled orders. Raises InputError where the sample is too small."""
        try:
            return shapley.orders(len(self.measures), self.permutations, self.sample)
        except ValueError as error:
            raise InputError([f"command line --permutations: {error}"]) from None

    @property
    def complete(self) -> bool:
        """Whether the orders are all that there are."""
        return len(self.orders) == math.factorial(len(self.measures))

    @cached_property
    def alike(self) -> list[list[int]]:
        """Groups of measures, by their numbers, that move the same levers by the same changes."""
        groups: dict[tuple[Change, ...], list[int]] = {}
        for number, measure in enumerate(self.measures):
            groups.setdefault(measure.changes, []).append(number)
        return [numbers for numbers in groups.values() if len(numbers) > 1]

    def precise(self, cases: StoredCases, error: float) -> bool:
        """Whether more orders are not needed: the standard error of every share is at most `error` of the effect of the
        package or, where it is above, less than a tenth of its variance is due to the orders, so that more seeds help.
        """
        shares = pd.concat([self.shares(cases, name) for name in self.indicators])
        small = shares.standard_error <= error * shares.package_effect.abs()
        return bool((small | (shares.order_error**2 < OF_ORDERS * shares.standard_error**2)).all())

    def plan(self) -> Experiment:
        """One world for each coalition that the orders go through."""
        return worlds.coalitions(self.experiment, self.measures, shapley.coalitions_of(self.orders))

    def results(self, cases: StoredCases) -> AnalysisResult:
        """`attribution`, `coalitions`, `summary` and a waterfall for each indicator."""
        from corridor.results.plots.effects.waterfall import draw_waterfall
        from corridor.results.tables import summary

        whole = cases.whole_run
        shown = tuple(dict.fromkeys((*self.indicators, DEATHS)))
        shares = pd.concat([self.shares(cases, name) for name in shown], ignore_index=True)
        idle = idle_measures(cases.experiment.policies[worlds.ALL], cases.experiment.inputs[worlds.ALL])
        shares["note"] = [idle_note([name]) if name in idle else "" for name in shares.measure]
        titles = {measure.name: measure.title for measure in self.measures}
        return AnalysisResult(
            {
                "attribution": Table(shares, SHARES, SHARES_SHAPE, SHARES_COLUMNS),
                "coalitions": Table(whole[whole.indicator.isin(shown)], COALITIONS, shapes.VALUES),
                "summary": overview.summary_table(summary.summary(cases.dataset, None, cases.values), cases),
                **overview.context_tables(cases),
            },
            {
                f"waterfall_{name}": partial(
                    draw_waterfall,
                    shares[shares.indicator == name],
                    titles,
                    name,
                    mean_without_measures(whole, name),
                    shares[shares.indicator == DEATHS],
                    that_set_entries({measure.name: measure.levers for measure in self.measures}),
                )
                for name in self.indicators
            },
            notes=self.notes(),
        )

    def notes(self) -> tuple[str, ...]:
        """That the package is examined with the data files of the baseline, where its world has others."""
        experiment, baseline = self.experiment, self.experiment.file.baseline
        data = [(experiment.files_of(name), experiment.conditions_of(name).rows) for name in (self.world, baseline)]
        if data[0] == data[1]:
            return ()
        return (
            f"{self.world} and {baseline} have different data files; measures are attributed with those of {baseline}, "
            f"so that the effect of the package is not the whole difference between the two worlds",
        )

    def shares(self, cases: StoredCases, indicator: str) -> pd.DataFrame:
        """Rows of the table `attribution` for an indicator, from the values of the whole run; seeds of a draw count
        once."""
        rows = cases.whole_run[cases.whole_run.indicator == indicator]
        draws = cases.contents.plan.draw_of_seed
        rows = rows.assign(unit=[draws.get(seed, seed) for seed in rows.seed.tolist()])
        means = rows.groupby(["world", "unit"]).value.agg(lambda each: each.mean(skipna=False))  # pairs stay whole
        table = means.unstack("unit")
        size = len(self.measures)

        def value(members: shapley.Coalition) -> shapley.Floats:
            return table.loc[worlds.coalition_name(members, size)].to_numpy(float)

        found = shapley.shapley(value, self.orders, self.alike)
        return pd.DataFrame(
            {
                "world": self.world,
                "baseline": self.experiment.file.baseline,
                "indicator": indicator,
                "unit": INDICATORS[indicator].unit,
                "measure": [measure.name for measure in self.measures],
                "share": found.shares,
                "standard_error": found.errors,
                "order_error": found.order_errors,
                "low": found.shares - found.half,
                "high": found.shares + found.half,
                "package_effect": found.effect,
                "permutations": len(self.orders),
                "seeds": table.shape[1],
            }
        )


def mean_without_measures(whole: pd.DataFrame, indicator: str) -> float:
    """The mean of an indicator where no measure is in force."""
    return float(whole[(whole.indicator == indicator) & (whole.world == worlds.NONE)].value.mean())
