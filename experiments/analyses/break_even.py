"""`corridor dose --parameter`: the effect of a world at several values of a parameter or of a measure's strength, and
the break-even value at which the effect changes its sign."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.experiments.analyses import overview, worlds
from corridor.experiments.analyses.factors import meaning_of, unit_of
from corridor.experiments.config.cases import Point
from corridor.experiments.config.documents.messages import allowed
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.policies.strengths import STRENGTH
from corridor.experiments.execution.analysis import AnalysisResult, StoredCases, Table
from corridor.model import INDICATORS
from corridor.model.engine.errors import InputError
from corridor.model.parameters import Parameter
from corridor.results.tables import shapes
from corridor.results.tables.intervals import clear_of_zero
from corridor.results.tables.shape import Number, Shape

Floats = NDArray[np.float64]
RESAMPLES, SEED = 400, 1  # of seeds or draws, for the interval of a break-even value
RESPONSE = "paired differences over the whole run of a world from the baseline, at each value of the parameter"
BREAK_EVEN = (
    "the value of the parameter at which the mean effect changes its sign, by straight lines between the values that "
    "were run; empty where it does not"
)
COLUMNS = {
    "break_even": "the least value at which the mean effect is zero, in the unit of the parameter",
    "break_even_low": "lower end of the 90 % interval over resampled seeds or draws in which the sign changes",
    "break_even_high": "upper end of that interval",
    "share_changing": "share of the resamples in which the sign changes between the values that were run",
    "effect_at_lowest": "mean effect at the lowest value, in the unit of the row",
    "effect_at_highest": "mean effect at the highest value, in the unit of the row",
}


@dataclass(frozen=True)
class BreakEven:
    """The effect of a world, against the baseline of the file, at each of several values of one parameter."""

    experiment: Experiment
    world: str
    parameter: str
    values: tuple[float, ...]
    indicator: str = "arrivals_people"

    def plan(self) -> Experiment:
        """The two worlds at each value and, where parameters are drawn, at each draw.

        Raises InputError for a parameter or values that are not allowed.
        """
        if problems := value_problems(self.parameter, self.values, self.experiment):
            raise InputError(f"command line {text}" for text in problems)
        several = worlds.with_worlds(
            self.experiment,
            {n: s for n, s in worlds.own_worlds(self.experiment).items() if n in (self.world, self.baseline)},
            self.baseline,
        )
        draws = several.points if several.from_posterior else (Point(),)
        pairs = list(itertools.product(sorted(set(self.values)), range(len(draws))))
        points = [at_value(draws[k], number, self.parameter, value) for number, (value, k) in enumerate(pairs, start=1)]
        seeds = tuple(several.point_seeds[k] for _, k in pairs) if several.from_posterior else ()
        return replace(worlds.at_points(several, None, points), point_seeds=seeds)

    @property
    def baseline(self) -> str:
        """The world that is subtracted."""
        return self.experiment.file.baseline

    def results(self, cases: StoredCases) -> AnalysisResult:
        """`response`, `break_even`, the design and a figure."""
        from corridor.results.plots.effects.break_even import draw_break_even

        differences, draws = self.differences(cases), cases.contents.plan.draw_of_seed
        response = self.response(differences, pd.Series(draws) if draws else None)
        found = self.break_even(differences, draws)
        columns = {self.parameter: meaning_of(self.parameter, self.experiment.factor_table)}
        about = (self.parameter, cases.titles[self.world], cases.titles[self.baseline])
        return AnalysisResult(
            {
                "response": Table(response, RESPONSE, self.shape(), columns),
                "break_even": Table(found, BREAK_EVEN, self.found_shape(), COLUMNS),
                **overview.design_table(cases),
            },
            {"response": partial(draw_break_even, response, found, about)},
            notes=(self.words(response, found),),
        )

    def shape(self) -> Shape:
        """The shape of the table `response`."""
        return Shape((self.parameter, "world", "baseline", "period"), (shapes.EFFECT,), across="indicator")

    def found_shape(self) -> Shape:
        """The shape of the table `break_even`."""
        unit = unit_of(self.parameter, self.experiment.factor_table)
        ends = "90 % interval over resampled seeds or draws in which the sign changes"
        numbers = (
            Number("break_even", "break_even_low", "break_even_high", ends, unit),
            Number("share_changing", unit=shapes.SHARE),
            Number("effect_at_lowest", signed=True),
            Number("effect_at_highest", signed=True),
        )
        return Shape(("indicator", "parameter", "world", "baseline", "period"), numbers)

    def differences(self, cases: StoredCases) -> pd.Series:
        """World less baseline for each value, indicator and seed (or draw); ratios are left out."""
        whole = cases.whole_run
        whole = whole[[INDICATORS[name].kind != "ratio" for name in whole.indicator]]
        at = {point.number: point.factors[self.parameter] for point in cases.experiment.points}
        whole = whole.assign(**{self.parameter: whole.point.map(at)})
        table = whole.pivot(index=[self.parameter, "indicator", "seed"], columns="world", values="value")
        found: pd.Series = table[self.world] - table[self.baseline]
        return found

    def response(self, differences: pd.Series, draws: pd.Series | None) -> pd.DataFrame:
        """The mean effect and its interval at each value; `draws`: the draw of each seed where draws have several."""
        from corridor.results.tables.summary import paired_rows

        of = "draw" if self.experiment.from_posterior else "mean"
        rows = paired_rows(differences, [self.parameter, "indicator"], of, draws).drop(columns="half", errors="ignore")
        rows = rows.assign(
            world=self.world, baseline=self.baseline, unit=rows.indicator.map(lambda n: INDICATORS[n].unit)
        )
        columns = [self.parameter, "world", "baseline", "indicator", "unit", "mean", "low", "high", "seeds", "interval"]
        return rows.astype({"seeds": int})[columns]

    def break_even(self, differences: pd.Series, draws: Mapping[int, int]) -> pd.DataFrame:
        """A row for each indicator: where its mean effect changes its sign; seeds of one of `draws` count once."""
        rows = []
        for indicator, part in differences.groupby(level="indicator", sort=False):
            table = part.unstack("seed").sort_index()
            table = table.T.groupby(lambda seed: draws.get(seed, seed)).mean().T
            found = crossings(np.asarray(sorted(set(self.values))), table.to_numpy(float))
            rows.append({"indicator": indicator, "unit": INDICATORS[str(indicator)].unit, **found})
        frame = pd.DataFrame(rows).assign(world=self.world, baseline=self.baseline, parameter=self.parameter)
        return frame[["parameter", "world", "baseline", "indicator", "unit", *COLUMNS]]

    def words(self, response: pd.DataFrame, found: pd.DataFrame) -> str:
        """Whether any effect on the indicator that was asked for is clear of zero, and where the mean effect changes
        its sign, in a sentence."""
        row, rows = found.set_index("indicator").loc[self.indicator], response[response.indicator == self.indicator]
        span = f"at values of {self.parameter} from {min(self.values):g} to {max(self.values):g}"
        subject = f"{self.indicator}: the mean effect of {self.world}"
        doubt = "" if clear_of_zero(rows.low, rows.high, rows.seeds).any() else f"; no effect {span} is clear of zero"
        if np.isfinite(row.break_even):
            return (
                f"{subject} changes its sign at {self.parameter} {row.break_even:.3g} (90 % interval "
                f"{row.break_even_low:.3g} to {row.break_even_high:.3g}; in {row.share_changing:.0%} of resamples "
                f"{span}){doubt}"
            )
        if doubt:
            return f"{self.indicator}: no effect of {self.world} {span} is clear of zero, so that its sign is not known"
        return f"{subject} keeps its sign {span}"


def value_problems(name: str, values: Sequence[float], experiment: Experiment) -> list[str]:
    """What is wrong with a parameter or strength and its values, in words."""
    table: Mapping[str, Parameter] = experiment.factor_table
    if name not in table:
        return [f"--parameter: {name!r} is not a known parameter{allowed(table, name)}"]
    if name in experiment.file.values:
        return [f"--parameter: {name!r} has a value in the file; give it in one place"]
    known, problems = table[name], []
    for value in values:
        if not known.low <= value <= known.high:
            text = f"{value:g} is out of range; allowed: {known.low:g} to {known.high:g} ({known.unit})"
            problems.append(f"--values: {text}")
    return problems if len(set(values)) > 1 else [*problems, "--values: two or more different values are needed"]


def at_value(draw: Point, number: int, name: str, value: float) -> Point:
    """A draw (or nothing) with one parameter or strength at a value."""
    if name.startswith(STRENGTH):
        strengths = {**draw.strengths, name.removeprefix(STRENGTH): value}
        return replace(draw, number=number, strengths=strengths)
    return replace(draw, number=number, parameters={**draw.parameters, name: value})


def crossings(values: Floats, effects: Floats) -> dict[str, float]:
    """Where the mean effect, shape (value, seed or draw), changes its sign; with its interval over resampled ones."""
    generator, number = np.random.default_rng(SEED), effects.shape[1]
    again = [
        crossing(values, effects[:, generator.integers(number, size=number)].mean(axis=1)) for _ in range(RESAMPLES)
    ]
    known = np.array([each for each in again if np.isfinite(each)])
    low, high = np.quantile(known, (0.05, 0.95)) if len(known) else (np.nan, np.nan)
    mean = effects.mean(axis=1)
    return {
        "break_even": crossing(values, mean),
        "break_even_low": float(low),
        "break_even_high": float(high),
        "share_changing": len(known) / RESAMPLES,
        "effect_at_lowest": float(mean[0]),
        "effect_at_highest": float(mean[-1]),
    }


def crossing(values: Floats, effects: Floats) -> float:
    """The least value at which straight lines between points change their sign; NaN where they do not."""
    for k in range(len(values) - 1):
        before, after = effects[k], effects[k + 1]
        if before * after < 0.0 or (after == 0.0 and before != 0.0 and (effects[k + 1 :] * before < 0.0).any()):
            return float(values[k] + (values[k + 1] - values[k]) * before / (before - after))
    return float("nan")
