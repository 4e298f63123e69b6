"""`corridor dose`: the effect of one lever, or of two, at several values."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

import numpy as np
import pandas as pd

from corridor.experiments.analyses import factors, overview, use, worlds
from corridor.experiments.analyses.levers import with_notes
from corridor.experiments.config.documents.messages import allowed
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.execution.analysis import AnalysisResult, Draw, StoredCases, Table
from corridor.model.engine.errors import InputError
from corridor.model.levers import LEVERS
from corridor.results.store.yearly import WHOLE
from corridor.results.tables import shapes
from corridor.results.tables.doubt import ENDS, SHARES
from corridor.results.tables.shape import Number, Shape

INTERACTION = {
    "interaction": "with two levers: the effect less the sum of the effects of each at its value alone, by seed; zero "
    "where one of them is at its baseline",
    "interaction_low": "lower end of the 90 % interval of the interaction, of the kind that `interval` says",
    "interaction_high": "upper end of that interval",
}
DOSES = "paired differences over the whole run from the world in which the levers are at their baseline"


@dataclass(frozen=True)
class DoseResponse:
    """One or two levers, held at each of their values (every combination) from `start` on, on top of a world.

    The baseline of each lever is added to its values. `indicator` is what a heat map of two levers shows.
    """

    experiment: Experiment
    world: str
    levers: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    start: date
    indicator: str = "arrivals_people"

    @cached_property
    def points(self) -> list[tuple[float, ...]]:
        """Every combination of values, the one at which all levers are at their baseline first.

        Raises InputError with every lever that is not known, and every value that one cannot have.
        """
        where = "; see `corridor list levers`"
        problems = [
            f"command line --{option}: {name!r} is not a lever{allowed(LEVERS, name, where)}"
            for name, option in zip(self.levers, ("lever", "lever2"), strict=False)
            if name not in LEVERS
        ]
        problems += [
            f"command line --{option}: {value:g} is out of range for {name}; allowed: {LEVERS[name].bounds}"
            for name, option, values in zip(self.levers, ("values", "values2"), self.values, strict=False)
            for value in values
            if name in LEVERS and not LEVERS[name].allows(value)
        ]
        if problems:
            raise InputError(problems)
        return grid_of(tuple(LEVERS[name].baseline for name in self.levers), self.values)

    def plan(self) -> Experiment:
        """One world for each point."""
        return worlds.doses(self.experiment, self.world, self.levers, self.points, self.start)

    def results(self, cases: StoredCases) -> AnalysisResult:
        """`dose`, `summary`, and a curve or a heat map."""
        from corridor.results.tables import summary

        effects = self.doses(summary.effects(cases.dataset, cases.baseline, cases.values))
        effects = with_notes(effects, cases.experiment)
        dose = effects.merge(self.uses(cases), on=list(self.levers))
        dose = dose.sort_values(list(self.levers), kind="stable", ignore_index=True)
        columns = {name: factors.meaning_of(f"lever_{name}") for name in self.levers}
        if len(self.levers) == 2:
            dose, columns = dose.merge(self.interactions(cases), on=["world", "indicator"]), columns | INTERACTION
        for name in self.levers:
            columns |= use.meanings(name) if name in use.USED else {}
        return AnalysisResult(
            {
                "dose": Table(dose, DOSES, self.shape(), columns),
                "summary": overview.summary_table(summary.summary(cases.dataset, None, cases.values), cases),
                **overview.context_tables(cases),
            },
            {"dose": self.figure(dose)},
        )

    def shape(self) -> Shape:
        """The shape of the table `dose`: the values of levers are its labels; with two levers each row is of one
        indicator, whose effect stands beside the interaction."""
        used = [f"{name}_{what}" for name in self.levers for what in ("use", "capacity")]
        facts = (*(f"{name}_binding" for name in self.levers), "note")
        hidden = ("world", *shapes.EFFECTS.hidden, *used)
        about = ("baseline", "period")
        if len(self.levers) == 1:
            return Shape((*self.levers, *about), (shapes.EFFECT,), facts, hidden, across="indicator")
        interaction = Number("interaction", "interaction_low", "interaction_high", signed=True)
        return Shape((*self.levers, "indicator", *about), (shapes.EFFECT, interaction), facts, hidden)

    def doses(self, effects: pd.DataFrame) -> pd.DataFrame:
        """Effects of the whole run with the values of the levers in front; at the baseline all differences are 0."""
        whole = effects[effects.period == WHOLE]
        nothing = dict.fromkeys(("mean", "low", "high", "mean_low", "mean_high"), 0.0)
        zero = whole[whole.world == whole.world.iloc[0]].assign(**nothing)
        zero["world"] = zero.baseline
        zero[list(ENDS)] = zero[list(ENDS)].where(zero[list(ENDS)].isna(), 0.0)  # not known without seeds of draws
        zero[list(SHARES)] = np.nan
        rows = pd.concat([zero, whole], ignore_index=True)
        number = rows.world.str.removeprefix(worlds.DOSE).astype(int).to_numpy()
        at = np.array(self.points)[number]
        return pd.concat([pd.DataFrame(at, columns=list(self.levers)), rows.drop(columns="period")], axis=1)

    def interactions(self, cases: StoredCases) -> pd.DataFrame:
        """By world and indicator what two levers do to each other's effects, paired by seed, with its interval."""
        from corridor.results.tables import summary

        table = cases.whole_run.pivot(index=["indicator", "seed"], columns="world", values="value")
        effects = table.sub(table[cases.baseline], axis=0)
        names = {point: f"{worlds.DOSE}{number:03d}" for number, point in enumerate(self.points)}
        first, second = self.points[0]
        draws = cases.contents.plan.draw_of_seed
        of, frames = "draw" if summary.from_posterior(cases.dataset) else "mean", []
        for (one, other), world in names.items():
            alone = effects[names[one, second]] + effects[names[first, other]]
            beyond = (effects[world] - alone) * (one != first and other != second)
            rows = summary.paired_rows(beyond, ["indicator"], of, pd.Series(draws) if draws else None)
            frames.append(rows.assign(world=world))
        found = pd.concat(frames, ignore_index=True)
        found = found.rename(columns={"mean": "interaction", "low": "interaction_low", "high": "interaction_high"})
        return found[["world", "indicator", *INTERACTION]]

    def uses(self, cases: StoredCases) -> pd.DataFrame:
        """The values of the levers at each point and, where it is recorded, the use of each lever there."""
        frames = [pd.DataFrame(self.points, columns=list(self.levers))]
        experiment, geography = cases.experiment, cases.experiment.geography_of(cases.baseline)
        for position, lever in enumerate(self.levers):
            uses = use.uses_of(lever, cases.dataset, experiment.policies, geography, self.start)
            if uses:
                by_point = dict(zip(self.points, uses.values(), strict=True))
                frames.append(use.use_columns(lever, position, self.points, by_point))
        return pd.concat(frames, axis=1)

    def figure(self, dose: pd.DataFrame) -> Draw:
        """A curve for one lever, heat maps for two."""
        from corridor.results.plots.effects import dose as plots

        if len(self.levers) == 1:
            return partial(plots.draw_dose, dose, self.levers[0])
        return partial(plots.draw_interaction, dose, (self.levers[0], self.levers[1]), self.indicator)


def grid_of(neutral: tuple[float, ...], values: Sequence[Sequence[float]]) -> list[tuple[float, ...]]:
    """Every combination of values, the neutral point first; its coordinates are added to the values."""
    axes = [sorted({base, *given}) for base, given in zip(neutral, values, strict=True)]
    return [neutral, *(point for point in itertools.product(*axes) if point != neutral)]
