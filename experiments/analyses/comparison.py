"""`corridor compare`: the worlds of a file, and each of their measures alone, beside the baseline."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.experiments.analyses import overview, worlds
from corridor.experiments.analyses.costs import costs_of
from corridor.experiments.analyses.levers import lever_table, with_notes
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.execution.analysis import AnalysisResult, Draw, StoredCases, Table
from corridor.model.engine.errors import InputError

if TYPE_CHECKING:
    from corridor.results.tables.outcomes import Outlay

PAIRED = "arrivals_people"
EFFECTS = f"{overview.EFFECTS}; launches by sector, days at the coast, people durably deterred and costs among them"
COSTS = "the assumed cost of each world beyond the baseline; the interval holds the split of a published sum"
VARIANCE = "variance of the difference from the baseline on different seeds and on the same seeds"
VARIANCE_COLUMNS = {
    "unpaired": "variance of the difference if the two worlds ran on different seeds (square of the unit)",
    "paired": "variance of the difference on the same seeds (square of the unit)",
    "ratio": "unpaired over paired: how many times more seeds an unpaired comparison would need",
}


@dataclass(frozen=True)
class Comparison:
    """Worlds of a file and, with `measures`, each measure alone, compared with the baseline on the same seeds.

    `split` says how a published cost is split over measures: `dirichlet` or `equal`.
    """

    experiment: Experiment
    measures: bool = True
    split: str = "dirichlet"

    def plan(self) -> Experiment:
        """The worlds. Raises InputError where there is none beside the baseline."""
        file = self.experiment
        own = worlds.with_worlds(file, worlds.own_worlds(file), file.file.baseline)
        several = worlds.each_alone(file) if self.measures else own
        if len(several.file.worlds) < 2:
            raise InputError([f"{file.source}: has no world beside the baseline; nothing to compare"])
        return several

    def results(self, cases: StoredCases) -> AnalysisResult:
        """`effects` with costs, `costs`, `variance`, `summary`, a LaTeX table and the figures."""
        from corridor.results.tables import outcomes, summary
        from corridor.results.tables.measures import latex

        dataset, base = cases.dataset, cases.baseline
        values = outcomes.with_outcomes(dataset, cases.values)
        found = outcomes.measured_effects(dataset, base, values)
        outlays = outlays_of(cases.experiment)
        effects = pd.concat([found, outcomes.cost_rows(found, values, outlays, self.split)], ignore_index=True)
        variances = outcomes.variances(dataset, base, cases.values, PAIRED)
        return AnalysisResult(
            {
                "summary": Table(summary.summary(dataset, None, cases.values), overview.SUMMARY),
                "effects": Table(with_notes(effects, cases.experiment), EFFECTS),
                "levers": lever_table(cases.experiment),
                "costs": Table(outcomes.cost_table(outlays, self.split), COSTS),
                "variance": Table(variances, VARIANCE, VARIANCE_COLUMNS),
                **overview.design_table(cases),
            },
            self.figures(cases, effects),
            {"effects.tex": latex(effects, cases.titles, self.split)},
        )

    def figures(self, cases: StoredCases, effects: pd.DataFrame) -> dict[str, Draw]:
        """The forest plot, the map of displacement of the first world, and what pairing gains."""
        from corridor.results.plots import effects as plots

        titles, base = cases.titles, cases.baseline
        first = next(name for name in titles if name != base)
        return {
            "forest": partial(plots.draw_forest, effects, titles),
            "displacement": partial(plots.draw_displacement, effects, first, titles, self.experiment.geography),
            "pairing": partial(plots.draw_pairing, cases.dataset, base, titles, PAIRED),
        }


def outlays_of(experiment: Experiment) -> dict[str, Outlay]:
    """The cost of each world but the baseline, for `results.tables.outcomes`."""
    from corridor.results.tables.outcomes import Outlay

    return {
        world: Outlay(np.nan if cost.unknown else cost.known, cost.total, cost.measures, cost.of, cost.assumption)
        for world, cost in costs_of(experiment).items()
        if world != experiment.file.baseline
    }
