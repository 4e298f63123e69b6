"""`corridor run`: every world of the file beside observed values, and what the policies changed."""

from __future__ import annotations

from dataclasses import dataclass

from corridor.experiments.analyses.factors import factor_columns
from corridor.experiments.analyses.levers import lever_table, with_notes
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.execution.analysis import AnalysisResult, StoredCases, Table
from corridor.results import observed

SUMMARY = "mean and 90 % prediction interval of every indicator, world and year, beside observed values"
EFFECTS = "paired differences of every world from the baseline on the same seeds"
DESIGN = "what each point of the design sets"


@dataclass(frozen=True)
class Overview:
    """The worlds of a file as they are, at its points and seeds."""

    experiment: Experiment

    def plan(self) -> Experiment:
        """The experiment itself."""
        return self.experiment

    def results(self, cases: StoredCases) -> AnalysisResult:
        """`summary`, `effects`, `design` where parameters differ, and the figures where there is no design."""
        from corridor.results.plots.overview import figures_of
        from corridor.results.tables import summary as tables

        summary = tables.summary(cases.dataset, observed.read("annual"), cases.values)
        effects = tables.effects(cases.dataset, cases.baseline, cases.values)
        found = {
            "summary": Table(summary, SUMMARY),
            "effects": Table(with_notes(effects, self.experiment), EFFECTS),
            "levers": lever_table(self.experiment),
            **design_table(cases),
        }
        if cases.contents.plan.designed:
            return AnalysisResult(found)
        monthly, geography = observed.read("monthly"), self.experiment.geography
        return AnalysisResult(found, figures_of(cases.dataset, summary, effects, monthly, geography))


def design_table(cases: StoredCases) -> dict[str, Table]:
    """The table `design`, where the experiment has points."""
    plan = cases.contents.plan
    if not plan.points:
        return {}
    return {"design": Table(plan.design(), DESIGN, factor_columns(cases.experiment))}


@dataclass(frozen=True)
class PointsOnly:
    """Runs that are read elsewhere, such as those of a fit: beside the cases only the table of points is written."""

    experiment: Experiment

    def plan(self) -> Experiment:
        """The experiment itself."""
        return self.experiment

    def results(self, cases: StoredCases) -> AnalysisResult:
        """`design`."""
        return AnalysisResult(design_table(cases))
