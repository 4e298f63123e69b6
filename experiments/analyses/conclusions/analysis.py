"""`corridor conclusions`: at which share of sampled points, and of draws of the posterior, declared statements hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from corridor.experiments.analyses import overview, worlds
from corridor.experiments.analyses.conclusions.statements import (
    OTHER_MEASURES,
    POSTERIOR,
    RANGES,
    VARIANTS,
    Bools,
    Condition,
    Floats,
    Statement,
    StatementsFile,
    inequality_in,
)
from corridor.experiments.analyses.exploration.objectives import SUMS, unit_of
from corridor.experiments.analyses.exploration.sampling import Sampling, at_explored_points
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.experiment_file import MOST_SEEDS
from corridor.experiments.config.loading import MOST_AGENTS
from corridor.experiments.execution.analysis import AnalysisResult, StoredCases, Table
from corridor.model.engine.errors import InputError
from corridor.results import observed
from corridor.results.store import run_folder
from corridor.results.store.run_folder import Plan
from corridor.results.store.yearly import WHOLE
from corridor.results.tables.intervals import CONFIDENCE
from corridor.results.tables.shape import Number, Shape
from corridor.results.tables.summary import complete_years

INDEPENDENT = ("latin_hypercube", "sobol", "posterior")  # designs whose points are independent, or spread more evenly
DRAWS = (POSTERIOR, VARIANTS)  # samples that are draws of a posterior
SEEDS = 2  # at each point, where the seeds of the file are those of draws
EVERY = "all"  # the sub-sample of all points, or of all draws
SHARES = "share of sampled points, and of draws of the posterior, at which declared statements hold"
SHARES_COLUMNS = {
    "baseline": "the world that is subtracted; other_measures: each other measure alone; empty for a value",
    "statement": "name of the statement",
    "words": "the statement in words",
    "comparison": "when it holds; a share (%) is of the value of the world that is subtracted",
    "sample": "ranges: points sampled over the ranges of parameters; posterior: draws of the posterior; variants: "
    "draws in a structural variant",
    "variant": "name of the structural variant; empty for the model as it ships",
    "condition": "all, or the condition that the points of the sub-sample meet",
    "holds": "number of points or draws at which the statement holds",
    "points": "number of points or draws at which it is known whether it holds",
    "in_words": "the count in words",
    "share": "holds over points",
    "low": "lower end of the 90 % Wilson interval of the share, over independent points or draws, each with seeds of "
    "its own; empty for points that are not independent, such as those of a grid",
    "high": "upper end of that interval",
    "seeds": "number of seeds at each point or draw, over whose mean the statement is examined",
}
SHARES_SHAPE = Shape(
    ("words", "sample", "variant", "condition"),
    (
        Number("share", "low", "high", "90 % Wilson interval", "share"),
        Number("holds", unit=""),
        Number("points", unit="", title="of points or draws"),
    ),
    hidden=("world", "baseline", "indicator", "period", "statement", "comparison", "in_words"),
)


@dataclass(frozen=True)
class Conclusions:
    """Statements at the points of a sampling (or of the file's design), or at the draws of the posterior.

    `variant` is the name of the structural variant that the experiment is; `drawn` are the rows of the other samples,
    where those were run before.
    """

    experiment: Experiment
    statements: StatementsFile
    sample: str
    sampling: Sampling | None = None
    drawn: Sequence[pd.DataFrame] = ()
    variant: str = ""

    def plan(self) -> Experiment:
        """The worlds that the statements and conditions need, at the points or draws."""
        if self.sample in DRAWS:
            several = worlds.each_alone(self.experiment)
        else:
            several = worlds.with_own_seeds(at_explored_points(self.experiment, self.sampling, measures=True))
        return with_worlds_only(several, self.needed(several))

    def needed(self, experiment: Experiment) -> set[str]:
        """The baseline, and the worlds of the statements and conditions of the sample."""
        names = {experiment.file.baseline}
        for statement in self.statements.in_sample(self.sample).values():
            names |= {statement.world, *compared_worlds(statement, experiment)}
        return names | {condition.world for condition in self.conditions.values()}

    @property
    def conditions(self) -> Mapping[str, Condition]:
        """The conditions of sub-samples; draws of the posterior have none."""
        return self.statements.conditions if self.sample == RANGES else {}

    def results(self, cases: StoredCases) -> AnalysisResult:
        """`conclusions`, `design`, and the statements as they were read."""
        values = values_by_unit(numbered_units(self.yearly_values(cases), cases.contents.plan, cases.experiment))
        inside = self.sub_samples(cases, values)
        table = pd.DataFrame(self.rows(cases.experiment, values, inside))
        return AnalysisResult(
            {
                "conclusions": Table(
                    pd.concat([table, *self.drawn], ignore_index=True), SHARES, SHARES_SHAPE, SHARES_COLUMNS
                ),
                **overview.design_table(cases),
            },
            texts={"statements.json": self.statements.model_dump_json(indent=1) + "\n"},
            notes=tuple(self.notes(inside)),
        )

    def yearly_values(self, cases: StoredCases) -> pd.DataFrame:
        """Yearly values of the indicators that are named."""
        statements = self.statements.statements.values()
        named = [*(each.indicator for each in statements), *(each.indicator for each in self.conditions.values())]
        parts = dict.fromkeys(part for name in named for part in parts_of(name))
        return run_folder.yearly_values(cases.contents, {name: cases.indicators[name] for name in parts})

    def sub_samples(self, cases: StoredCases, values: Values) -> dict[str, Bools]:
        """Name of each sub-sample -> which points are in it; all of them first."""
        some = next(iter(values.values()))
        years = sorted(complete_years(cases.dataset))
        found = {name: met(condition, values, years) for name, condition in self.conditions.items()}
        return {EVERY: np.ones(len(some), dtype=bool), **found}

    def rows(self, experiment: Experiment, values: Values, inside: Mapping[str, Bools]) -> Iterator[dict[str, object]]:
        """A row for each statement and sub-sample."""
        drawn = self.sample in DRAWS
        seeds = experiment.file.seeds_per_draw if drawn else len(experiment.seeds)
        design = experiment.file.design
        independent = drawn or design is None or design.kind in INDEPENDENT
        unit = "draws" if drawn else "points"
        for name, statement in self.statements.in_sample(self.sample).items():
            holds, known = outcome(statement, values, compared_worlds(statement, experiment))
            for condition, points in inside.items():
                yield {
                    "world": statement.world,
                    "baseline": statement.compared_with
                    or (experiment.file.baseline if statement.of_difference else ""),
                    "indicator": statement.indicator,
                    "unit": unit_of(statement.indicator),
                    "period": WHOLE,
                    "statement": name,
                    "words": statement.words,
                    "comparison": statement.holds,
                    "sample": self.sample,
                    "variant": self.variant,
                    "condition": condition,
                    **share_of(holds[points], known[points], unit, independent),
                    "seeds": seeds,
                }

    def notes(self, inside: Mapping[str, Bools]) -> Iterator[str]:
        """How many points each sub-sample has, and what the intervals assume."""
        for name, condition in self.conditions.items():
            yield f"{name}: {condition.words} ({inside[name].sum()} of {len(inside[name])} points)"
        for name, variant in self.statements.variants.items():
            yield f"{name}: {variant.words}"
        if self.sample == RANGES:
            yield "Shares of points say how far a statement depends on assumptions; they are not probabilities."
        if self.sample == RANGES and self.sampling is None:
            yield f"The points are those of the file's design; shares have intervals for {', '.join(INDEPENDENT)} only."


Values = dict[tuple[str, str, str], Floats]  # (world, indicator, period) -> a value for each point or draw


def numbered_units(values: pd.DataFrame, plan: Plan, experiment: Experiment) -> pd.DataFrame:
    """Yearly values of stored cases with the number of the independent unit that they are of: a point, which stands in
    the plan once for each seed, or a draw, which may have several seeds."""
    if "point" in values:
        return values.assign(unit=(values.point - 1) // len(experiment.seeds))
    return values.assign(unit=[plan.draw_of_seed.get(seed, seed) for seed in values.seed.tolist()])


def values_by_unit(values: pd.DataFrame) -> Values:
    """Values of units as arrays over units in order: means over their seeds, NaN where one is missing."""
    units = values.unit.nunique()
    return {
        (str(world), str(indicator), str(period)): rows.value.to_numpy(np.float64).reshape(units, -1).mean(axis=1)
        for (world, indicator, period), rows in values.sort_values("unit", kind="stable").groupby(
            ["world", "indicator", "period"], observed=True
        )
    }


def parts_of(indicator: str) -> tuple[str, ...]:
    """The indicators of the model of which this one is the sum; itself for most."""
    return SUMS.get(indicator, (indicator,))


def value_of(values: Values, world: str, indicator: str, period: str = WHOLE) -> Floats:
    """An indicator, or a sum of indicators, at every point or draw."""
    return np.sum([values[world, part, period] for part in parts_of(indicator)], axis=0)


def compared_worlds(statement: Statement, experiment: Experiment) -> list[str]:
    """The worlds with which a statement compares its own; it has to hold for each of them."""
    if statement.compared_with == OTHER_MEASURES:
        alone = [name for name in experiment.file.worlds if name.startswith(worlds.ALONE)]
        return [name for name in alone if name != statement.world]
    return [statement.compared_with or experiment.file.baseline]


def outcome(statement: Statement, values: Values, others: Sequence[str]) -> tuple[Bools, Bools]:
    """At which points or draws a statement holds, and at which that is known."""
    inequality, own = inequality_in(statement.holds), value_of(values, statement.world, statement.indicator)
    found = [inequality.outcome(own, value_of(values, other, statement.indicator)) for other in others]
    holds, known = (np.all(each, axis=0) for each in zip(*found, strict=True))
    return holds, known


def met(condition: Condition, values: Values, years: Sequence[str]) -> Bools:
    """Which points meet a condition; none where a value of it is missing, or no year can be compared."""
    if condition.holds is not None:
        own = value_of(values, condition.world, condition.indicator)
        return inequality_in(condition.holds).outcome(own, own)[0]
    seen = observed.read("annual").assign(period=lambda table: table.year.astype(str))
    known = seen[(seen.indicator == condition.indicator) & seen.period.isin(years)].set_index("period")["value"]
    own = np.array([value_of(values, condition.world, condition.indicator, year) for year in known.index])
    if not len(known):
        return np.zeros(len(next(iter(values.values()))), dtype=bool)
    factor, record = condition.factor_of_observed, known.to_numpy(float)[:, None]
    return np.asarray(((own >= record / factor) & (own <= record * factor)).all(axis=0))


def share_of(holds: Bools, known: Bools, unit: str = "points", independent: bool = True) -> dict[str, object]:
    """At how many of the units where it is known a statement holds: holds, points, in words, share and Wilson's
    interval, which has no ends where units are not independent."""
    count, points = int((holds & known).sum()), int(known.sum())
    words = f"{'in' if unit == 'draws' else 'at'} {count} of {points} {unit}"
    found = {"holds": count, "points": points, "in_words": words, "share": np.nan, "low": np.nan, "high": np.nan}
    if not points:
        return found
    found["share"] = count / points
    if independent:
        within = stats.binomtest(count, points).proportion_ci(CONFIDENCE, "wilson")
        found["low"], found["high"] = within.low, within.high
    return found


def with_worlds_only(experiment: Experiment, names: set[str]) -> Experiment:
    """The experiment with some of its worlds."""
    kept = {name: world for name, world in experiment.file.worlds.items() if name in names}
    return replace(
        experiment,
        file=experiment.file.model_copy(update={"worlds": kept}),
        policies={name: experiment.policies[name] for name in kept},
    )


def at_each_point(experiment: Experiment, seeds: int | None, scale: float | None) -> Experiment:
    """The experiment with so many seeds and people per agent at each sampled point.

    Where nothing is given they are the file's, but 2 seeds where those of the file are of draws of a posterior. Raises
    InputError for values that are not allowed.
    """
    least, most = 0.1, 1000.0  # as in an experiment file
    problems = []
    if seeds is not None and not 1 <= seeds <= MOST_SEEDS:
        problems.append(f"command line --point-seeds: {seeds} is out of range; allowed: 1 to {MOST_SEEDS}")
    if scale is not None and not least <= scale <= most:
        problems.append(f"command line --point-scale: {scale:g} is out of range; allowed: {least:g} to {most:g}")
    if problems:
        raise InputError(problems)
    new_scale = scale or experiment.file.scale
    agents = int(experiment.expected_agents * experiment.file.scale / new_scale)
    if agents > MOST_AGENTS:
        raise InputError([f"command line --point-scale: gives about {agents:,} agents; allowed: {MOST_AGENTS:,}"])
    new_seeds = seeds or (SEEDS if experiment.from_posterior else experiment.file.seeds)
    file = experiment.file.model_copy(update={"seeds": new_seeds, "scale": new_scale})
    return replace(experiment, file=file, expected_agents=agents)
