"""`corridor run`: every world of the file beside observed values, and what the policies changed."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from corridor.experiments.analyses.factors import factor_columns, factor_units
from corridor.experiments.analyses.levers import lever_table, with_notes
from corridor.experiments.config.data.data_files import CONDITIONS, WORLD_KEYS
from corridor.experiments.config.data.sea import SAMPLED
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.execution.analysis import AnalysisResult, StoredCases, Table
from corridor.results import observed
from corridor.results.tables import shapes

SUMMARY = "mean and 90 % prediction interval of indicators, and observed values where there are any for the same days"
EFFECTS = "paired differences of every world from the baseline on the same seeds"
DESIGN = "what each point of the design sets"
DATA_FILES = "which data files each world uses, where not all are the shipped ones"
SHIPPED, NONE = "shipped", "none"
DATA_FILE_COLUMNS = {
    "key": "key of the experiment file by which a data file is named",
    "file": "the file as the experiment file names it; "
    f"{SHIPPED!r} is the one that comes with Corridor, {NONE!r} no file (of conditions none ship)",
}


@dataclass(frozen=True)
class Overview:
    """The worlds of a file as they are, at its points and seeds."""

    experiment: Experiment

    def plan(self) -> Experiment:
        """The experiment itself."""
        return self.experiment

    def results(self, cases: StoredCases) -> AnalysisResult:
        """`summary`, `effects`, `design` where parameters differ, and the figures where there is no design."""
        from corridor.results.plots.series.overview import figures_of
        from corridor.results.tables import summary as tables

        beside = observed.is_of(cases.dataset.sector.values)
        summary = tables.summary(cases.dataset, observed.read("annual") if beside else None, cases.values)
        effects = tables.effects(cases.dataset, cases.baseline, cases.values)
        noted = with_notes(effects, self.experiment)
        both = {"effects": Table(noted, EFFECTS, shapes.EFFECTS), "summary": summary_table(summary, cases)}
        main = "summary" if effects.empty else "effects"  # the first table is the main one
        levers = {"levers": lever_table(self.experiment)}
        found = {main: both.pop(main), **both, **levers, **context_tables(cases)}
        if cases.contents.plan.designed:
            return AnalysisResult(found)
        monthly, geography = observed.read("monthly"), self.experiment.geography_of(next(iter(cases.titles)))
        record = monthly if beside else monthly.iloc[:0]
        return AnalysisResult(found, figures_of(cases.dataset, summary, noted, record, geography))


def summary_table(summary: pd.DataFrame, cases: StoredCases) -> Table:
    """The table `summary`: intervals are for one further seed, or draw."""
    from corridor.results.tables.summary import from_posterior, interval_of_values

    return Table(summary, SUMMARY, shapes.levels(interval_of_values(from_posterior(cases.dataset))))


def design_table(cases: StoredCases) -> dict[str, Table]:
    """The table `design`, where the experiment has points."""
    plan = cases.contents.plan
    if not plan.points:
        return {}
    shape = shapes.design(factor_units(cases.experiment))
    return {"design": Table(plan.design(), DESIGN, shape, factor_columns(cases.experiment))}


def context_tables(cases: StoredCases) -> dict[str, Table]:
    """What differs beside policies: `design`, where there are points, and `data_files`, where not all ship."""
    return {**design_table(cases), **data_files_table(cases.experiment)}


def data_files_table(experiment: Experiment) -> dict[str, Table]:
    """The table `data_files`, where not all data files are the shipped ones: a row for each world and key in use."""
    named = {world: experiment.named_files(world) for world in experiment.file.worlds}
    if not any(file != SAMPLED for files in named.values() for file in files.values()):
        return {}
    keys = [key for key in WORLD_KEYS if any(key in files for files in named.values())]
    rows = [
        (world, key, files.get(key, NONE if key == CONDITIONS else SHIPPED))
        for world, files in named.items()
        for key in keys
    ]
    frame = pd.DataFrame(rows, columns=["world", "key", "file"])
    return {"data_files": Table(frame, DATA_FILES, shapes.DATA_FILES, DATA_FILE_COLUMNS)}


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
