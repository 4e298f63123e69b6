"""`corridor validate --history`: what a conditioned past has to show, and whether it does.

The members of a posterior run again as in the fit, with their parameters, conditions and seeds, and with measures at
the values of their files, and are held against the record. They agree because they are conditioned: that is their
purpose. A criterion that is not met says what the model cannot show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from corridor.calibration.evidence import targets
from corridor.calibration.evidence.entries import LAST_MONTH
from corridor.calibration.evidence.observed import read_records
from corridor.calibration.fit import history_tables as tables
from corridor.calibration.fit.simulated import Simulated, simulated, simulated_part
from corridor.calibration.validation.stored import patterns_of
from corridor.experiments.analyses.overview import design_table
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.execution.analysis import AnalysisResult, StoredCases, Table
from corridor.results.tables.shape import MIXED, Number, Shape

MOST_WAPE = 0.20
YEARS, RATIO = [str(year) for year in range(2019, 2026)], (0.85, 1.15)
LEAST_DEATHS, FACTOR = 10, 2.0
STOCK_YEARS, STOCK = [str(year) for year in range(2021, 2026)], (1_000.0, 2_000.0)
SEASON_YEARS, SEASON = [str(year) for year in range(2021, 2026)], 0.05
LEAST_PATTERNS, OF_PATTERNS = 55, 21  # of the values of the first so many patterns
CRITERIA = "what a conditioned past has to show; the median of the members is held against the record"
CRITERIA_COLUMNS = {
    "criterion": "what is asked, in words",
    "period": "year or span",
    "observed": "the observed value, where there is one",
    "value": "median of the members (where it is expected, their mean), or its ratio to the record",
    "least": "least value that is allowed",
    "most": "largest value that is allowed; empty for none",
    "met": "whether the value is allowed",
}
CRITERIA_SHAPE = Shape(
    ("criterion", "period"),
    tuple(Number(name, unit=MIXED) for name in ("observed", "value", "least", "most")),
    ("met",),
)


@dataclass(frozen=True)
class Past:
    """The members of a posterior, run again in one world, as an analysis."""

    experiment: Experiment

    def plan(self) -> Experiment:
        """The experiment, which has one world, without the strengths that its draws have for an effect: the fit has the
        values of the policy files."""
        points = tuple(replace(point, strengths={}) for point in self.experiment.points)
        return replace(self.experiment, points=points)

    def results(self, cases: StoredCases) -> AnalysisResult:
        """Those of the stored members, and the table of points."""
        found = past_of(cases.folder, self.experiment.file.baseline)
        return replace(found, tables={**found.tables, **design_table(cases)})


def past_of(directory: Path, world: str) -> AnalysisResult:
    """`history_criteria`, `history_scores`, `patterns` and figures of a stored batch of members."""
    from corridor.results.plots.fit import history as plots

    runs = simulated(directory, world)
    scores = tables.score_table(simulated_part(targets.observed_at(LAST_MONTH, {}), runs), runs)
    held = patterns_of(directory, None, [world])
    criteria = criteria_of(scores, runs, held.tables["patterns"].frame)
    found = {
        "history_criteria": Table(criteria, CRITERIA, CRITERIA_SHAPE, CRITERIA_COLUMNS),
        "history_scores": Table(scores, tables.SCORES, tables.SCORE_SHAPE, tables.SCORE_COLUMNS),
    }
    figures = {
        "history_months": partial(plots.draw_months, scores, runs.months[-1]),
        "history_years": partial(plots.draw_years, scores),
    }
    return AnalysisResult({**found, **held.tables}, {**figures, **held.figures}, notes=held.notes)


def criteria_of(scores: pd.DataFrame, runs: Simulated, patterns: pd.DataFrame) -> pd.DataFrame:
    """A row for each criterion and period (CRITERIA_COLUMNS) that the runs cover."""
    rows = [
        *months(scores),
        *years(scores),
        *deaths(scores, runs),
        *stock(runs),
        *season(scores, runs),
        *passed(patterns),
    ]
    table = pd.DataFrame(rows, columns=list(CRITERIA_COLUMNS)[:-1])
    above = table["most"].isna() | (table["value"] <= table["most"])
    return table.assign(met=(table["value"] >= table["least"]) & above)


Rows = Iterator[tuple[str, Any, Any, Any, float, float]]  # as CRITERIA_COLUMNS, without `met`


def months(scores: pd.DataFrame) -> Rows:
    """The weighted absolute percentage error of the median of months."""
    for row in scores[scores.quantity.str.match(r"wape_months_\d+_\d+$")].itertuples():
        yield "WAPE of monthly people", row.period, np.nan, row.ratio, 0.0, MOST_WAPE


def years(scores: pd.DataFrame) -> Rows:
    """Yearly people and boats over the record."""
    for name, words in (("arrivals_people", "people"), ("arrivals_boats", "boats")):
        for row in scores[(scores.quantity == name) & scores.period.isin(YEARS)].itertuples():
            yield f"{words} of the year over the record", row.period, row.observed, row.ratio, *RATIO


def deaths(scores: pd.DataFrame, runs: Simulated) -> Rows:
    """Deaths in the Channel over the record, in years with so many that chance does not decide.

    The record is of drownings, and a median of members is a whole number of agents. The model has people who are
    crushed or burnt in boats, too, as other counts have; so the mean of the members is also held against the nearest
    count.
    """
    rows = scores[(scores.quantity == "deaths_channel") & (scores.observed >= LEAST_DEATHS)]
    annual = rows[rows.period.str.len() == 4]
    for row in annual.itertuples():
        yield "deaths in the Channel over the record", row.period, row.observed, row.ratio, 1.0 / FACTOR, FACTOR
    counts, known = read_records(), list(dict.fromkeys(month[:4] for month in runs.months))
    expected = dict(zip(known, runs.yearly("deaths_channel").mean(axis=0).tolist(), strict=True))
    for year in annual.period:
        count = counts.of_year("deaths_channel", int(year))
        nearest = min(max(expected[year], count.low), count.high)
        words = "expected deaths in the Channel over the nearest count"
        yield words, year, nearest, expected[year] / nearest, 1.0 / FACTOR, FACTOR


def stock(runs: Simulated) -> Rows:
    """People in the camps of the coast, mean of the year."""
    known = list(dict.fromkeys(month[:4] for month in runs.months))
    values = np.median(runs.yearly("camp_stock"), axis=0)
    for year, value in zip(known, values.tolist(), strict=True):
        if year in STOCK_YEARS:
            yield "people in camps, mean of the year", year, np.nan, value, *STOCK


def season(scores: pd.DataFrame, runs: Simulated) -> Rows:
    """Share of the year's people who arrive from July to December, less that of the record."""
    people = runs.monthly["arrivals_people"]
    record = (
        scores[(scores.quantity == "arrivals_people") & (scores.period.str.len() == 7)].set_index("period").observed
    )
    for year in SEASON_YEARS:
        here = [k for k, month in enumerate(runs.months) if month.startswith(year)]
        seen = record[record.index.str.startswith(year)]
        if len(here) == len(seen) == 12:
            share = float(np.median(people[:, here[6:]].sum(axis=1) / people[:, here].sum(axis=1)))
            observed = float(seen[seen.index >= f"{year}-07"].sum() / seen.sum())
            words = "share of people in July to December, less the record"
            yield words, year, observed, share - observed, -SEASON, SEASON


def passed(patterns: pd.DataFrame) -> Rows:
    """How many values of the first patterns pass."""
    number = patterns.pattern.str.removeprefix("V").astype(int)
    known = patterns[(number <= OF_PATTERNS) & patterns.passes.notna()]
    span = f"{len(known)} values"
    yield (
        f"values of V1 to V{OF_PATTERNS} that pass",
        span,
        np.nan,
        float(known.passes.astype(bool).sum()),
        LEAST_PATTERNS,
        np.nan,
    )
