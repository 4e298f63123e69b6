"""`corridor compare`: the worlds of a file, or each of their measures alone, too, beside the baseline."""

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
from corridor.results.tables import shapes
from corridor.results.tables.shape import SQUARED, Number, Shape

if TYPE_CHECKING:
    from corridor.results.tables.outcomes import Outlay

PAIRED = "arrivals_people"
EFFECTS = f"{overview.EFFECTS}; launches by sector, days at the coast, people durably deterred and costs among them"
JOINT = "effect of the measures of a world together, sum of their effects alone, and the difference of the two"
COSTS = "the assumed cost of each world beyond the baseline; the interval holds the split of a published sum"
VARIANCE = "variance of the difference from the baseline on different seeds and on the same seeds"
VARIANCE_COLUMNS = {
    "unpaired": "variance of the difference if the two worlds ran on different seeds (square of the unit)",
    "paired": "variance of the difference on the same seeds (square of the unit)",
    "ratio": "unpaired over paired: how many times more seeds an unpaired comparison would need",
}
VARIANCE_SHAPE = Shape(
    ("world", "indicator", "period"),
    (Number("unpaired", unit=SQUARED), Number("paired", unit=SQUARED), Number("ratio", unit="")),
    hidden=("baseline",),
)
JOINT_SHAPE = Shape(
    ("world", "baseline", "indicator", "period"),
    tuple(
        Number(name, f"{name}_low", f"{name}_high", signed=True, title=title)
        for name, title in (("package", "together"), ("singles", "sum of each alone"), ("difference", "difference"))
    ),
    hidden=("measures",),
)


@dataclass(frozen=True)
class Comparison:
    """Worlds of a file and, with `measures`, each measure alone, compared with the baseline on the same seeds.

    With `placebo` there is one more world, whose policy is too small to matter: its effects are chance.
    `split` says how a published cost is split over measures: `dirichlet` or `equal`.
    """

    experiment: Experiment
    measures: bool = False
    split: str = "dirichlet"
    placebo: bool = False

    def plan(self) -> Experiment:
        """The worlds. Raises InputError where there is none beside the baseline."""
        file = self.experiment
        own = worlds.with_worlds(file, worlds.own_worlds(file), file.file.baseline)
        several = worlds.each_alone(file) if self.measures else own
        if len(several.file.worlds) < 2:
            raise InputError([f"{file.source}: has no world beside the baseline; nothing to compare"])
        return worlds.with_placebo(several) if self.placebo else several

    def results(self, cases: StoredCases) -> AnalysisResult:
        """`effects` with costs, `costs`, `variance`, `summary`, `joint` where worlds have several measures that are
        alone in others, a LaTeX table and the figures."""
        from corridor.results.tables import outcomes, summary
        from corridor.results.tables.measures import note_of

        dataset, base = cases.dataset, cases.baseline
        values = outcomes.with_outcomes(dataset, cases.values)
        found = outcomes.measured_effects(dataset, base, values)
        outlays = outlays_of(cases.experiment)
        costs = outcomes.cost_rows(found, values, outlays, self.split, summary.number_of_draws(dataset))
        effects = pd.concat([found, costs], ignore_index=True)
        noted = with_placebo_note(with_notes(effects, cases.experiment))
        variances = outcomes.variances(dataset, base, cases.values, PAIRED)
        return AnalysisResult(
            {
                "effects": Table(noted, EFFECTS, shapes.EFFECTS),
                "summary": overview.summary_table(summary.summary(dataset, None, cases.values), cases),
                **self.joint_table(cases, values),
                "levers": lever_table(cases.experiment),
                "costs": Table(outcomes.cost_table(outlays, self.split), COSTS, shapes.COSTS),
                "variance": Table(variances, VARIANCE, VARIANCE_SHAPE, VARIANCE_COLUMNS),
                **overview.context_tables(cases),
            },
            self.figures(cases, noted),
            {"effects.tex": self.in_latex(effects, cases, note_of(effects, self.split))},
        )

    def in_latex(self, effects: pd.DataFrame, cases: StoredCases, note: str) -> str:
        """The main effects over the whole run as a table in LaTeX."""
        from corridor.results.tables import selection
        from corridor.results.tables.latex.tabular import Caption, latex
        from corridor.results.tables.layout import layout
        from corridor.results.tables.measures import COLUMNS

        file = cases.experiment.file
        rows = selection.chosen_rows(effects, (), tuple(COLUMNS), None)
        about = (f"{file.start} to {file.end}", f"{file.scale:g} people per agent", replicates(cases.experiment), note)
        return latex(layout(rows, shapes.EFFECTS, cases.titles), Caption(file.title, about))

    def joint_table(self, cases: StoredCases, values: pd.DataFrame) -> dict[str, Table]:
        """The table `joint`, where there is a world of several measures each of which is alone in another."""
        from corridor.results.tables import joint

        alone = worlds.singles_of(cases.experiment)
        if not alone:
            return {}
        found = joint.joint_effects(cases.dataset, cases.baseline, values, alone)
        return {"joint": Table(found, JOINT, JOINT_SHAPE, joint.COLUMNS)}

    def figures(self, cases: StoredCases, effects: pd.DataFrame) -> dict[str, Draw]:
        """The forest plot, where launches go on the coast (maps, and a table of all worlds), and what pairing gains."""
        from corridor.results.plots.effects.forest import draw_forest
        from corridor.results.plots.effects.pairing import draw_pairing
        from corridor.results.plots.maps import displacement

        titles, base = cases.titles, cases.baseline
        where = cases.experiment.geography_of(base)
        return {
            "forest": partial(draw_forest, effects, titles),
            "displacement": partial(displacement.draw_displacement, effects, titles, where),
            "displacement_of_all": partial(displacement.draw_displacement_of_all, effects, titles),
            "pairing": partial(draw_pairing, cases.dataset, base, titles, PAIRED),
        }


def with_placebo_note(effects: pd.DataFrame) -> pd.DataFrame:
    """Effects whose note says of the placebo what it is for."""
    own = effects.world == worlds.PLACEBO
    return effects.assign(note=effects.note.mask(own, "hardly a measure: what chance shows"))


def outlays_of(experiment: Experiment) -> dict[str, Outlay]:
    """The cost of each world but the baseline, for `results.tables.outcomes`."""
    from corridor.results.tables.outcomes import Outlay

    return {
        world: Outlay(np.nan if cost.unknown else cost.known, cost.total, cost.measures, cost.of, cost.assumption)
        for world, cost in costs_of(experiment).items()
        if world != experiment.file.baseline
    }


def replicates(experiment: Experiment) -> str:
    """How many seeds, or draws of a posterior with how many seeds each, in words."""
    seeds, each = len(experiment.seeds), experiment.file.seeds_per_draw
    if not experiment.from_posterior:
        return f"{seeds} seeds"
    return f"{seeds // each} draws of the posterior, each with " + (f"{each} seeds" if each > 1 else "its seed")
