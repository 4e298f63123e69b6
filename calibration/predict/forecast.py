"""`corridor forecast`: runs the posterior past the last observed month, and writes its months with intervals.

Entries after the last month of their file repeat the twelve months before, for each entry point and group, unless the
user's own CSV says otherwise. Policies and the history of policing and lorries are held at their last value. Nights
are those of the record up to the last observed month, and drawn from the climate after it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd

from corridor.calibration.evidence.derivations.cut import last_day
from corridor.calibration.evidence.observed import MONTHLY, ObservedData
from corridor.calibration.predict.prediction import (
    MONTHS_COLUMNS,
    PredictionData,
    as_recorded,
    filled,
    spread_of,
    target_of,
)
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.settings import Setting
from corridor.experiments.execution.analysis import AnalysisResult, Draw, Table
from corridor.experiments.execution.folders.publishing import Published, publish
from corridor.model.engine.errors import InputError
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.entries import read_entries
from corridor.results.tables import shapes

FORECAST = "months past the last observed one; quantiles hold the errors of the record"
ENTRIES = "entries_to_come.csv"  # not entries.csv, which the data files of an earlier cut are written to
KNOWN = DATA / "entries.csv"
ALONE = ("attempts_people", "deaths_channel")  # given as simulated, as no monthly record is declared for them
LONGEST_YEARS = 10
KEYS = ["month", "place", "group"]


@dataclass(frozen=True)
class Span:
    """The months of a forecast: the last that was observed, and the last of the forecast."""

    observed: str
    last: str

    @property
    def end(self) -> date:
        """The last day that is simulated: months are forecast whole."""
        return last_day(self.last)


def span_of(records: ObservedData, to: date) -> Span:
    """The months from the last observed arrivals to a day. Raises InputError when there is none between."""
    last = str(records.by_month("arrivals_people").index[-1])
    span = Span(last, f"{to:%Y-%m}")
    latest = f"{int(last[:4]) + LONGEST_YEARS}{last[4:]}"
    if not last < span.last <= latest:
        raise InputError(
            [f"command line --to {to}: allowed: a day after {last}, the last observed month, and not after {latest}"]
        )
    return span


def months_after(first: str, last: str) -> list[str]:
    """The months after one month, to another."""
    start, end = (12 * int(month[:4]) + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(start + 1, end + 1)]


def extended(known: pd.DataFrame, last: str, own: pd.DataFrame | None = None) -> pd.DataFrame:
    """Entries to a month: known ones, the user's own in the months that they name, then the last year repeated.

    Both have the columns month, place, group, people. A month that is repeated is the one twelve months before it, so
    that a user's own months are repeated, too.
    """
    if own is not None:
        known = pd.concat([known[~known.month.isin(set(own.month))], own], ignore_index=True)
    parts = {str(month): rows for month, rows in known[[*KEYS, "people"]].groupby("month")}
    for month in months_after(min(parts), last):
        if month not in parts:
            before = f"{int(month[:4]) - 1}{month[4:]}"
            parts[month] = parts[before].assign(month=month)
    return pd.concat(parts.values(), ignore_index=True).sort_values(KEYS, ignore_index=True)


def entries_to(experiment: Experiment, last: str, own: Path | None) -> pd.DataFrame:
    """The entries of an experiment, extended to a month; raises InputError for a user's CSV that cannot be used."""
    known = pd.read_csv(experiment.files_of(experiment.file.baseline).get("entries", KNOWN), dtype={"month": str})
    if own is None:
        return extended(known, last)
    read_entries(own, experiment.geography_of(experiment.file.baseline))  # refuses what the model could not read
    return extended(known, last, pd.read_csv(own, dtype={"month": str}, skipinitialspace=True))


def settings_for(experiment: Experiment, span: Span, entries: Path) -> list[Setting]:
    """The settings of a forecast, in place of those of the experiment file and of the one world that is run."""
    ((world, about),) = experiment.file.worlds.items()
    key = "entries" if about.entries is None else f"worlds.{world}.entries"
    return [
        Setting("--to", "end", span.end.isoformat()),
        Setting("--entries", key, json.dumps(str(entries.resolve()))),
    ]


def table_of(data: PredictionData, span: Span) -> pd.DataFrame:
    """Rows of forecast.csv, months after the last observed one.

    The mean is that of the draws before the errors of the record are added: these are normal in logs, and would raise
    it above what is expected to arrive. Quantiles hold them.
    """
    tables = []
    for name in (*MONTHLY, *ALONE):
        values = filled(data.by_month(name))
        recorded = values if name in ALONE else as_recorded(values, target_of(name), data.months)
        tables.append(spread_of(recorded, data.months, name).assign(mean=values.mean(axis=0)))
    rows = pd.concat(tables, ignore_index=True)
    return rows[(rows.month > span.observed) & (rows.month <= span.last)].reset_index(drop=True)


def write_forecast(
    prediction: Path,
    records: ObservedData,
    span: Span,
    assumed: Mapping[str, str],
    out: Path,
    figures: Collection[str] | None = None,
) -> tuple[AnalysisResult, Published]:
    """Write the table `forecast`, forecast.json (what was assumed) and the fan charts (or those named)."""
    from corridor.results.store.run_folder import digest, inspect_run

    data = PredictionData(prediction)
    months = table_of(data, span)
    about = {
        "observed_to": span.observed,
        "forecast_to": span.last,
        **assumed,
        "history": "officers on the coast and access to lorries are held at their last value",
        "policies": "in force as they stand at the end of their files",
        "sea": f"nights of the record up to {span.observed}, then drawn from the climate of the month",
        "mean": "of the draws before the errors of the record are added, which would raise it; quantiles hold them",
        "digest": digest(inspect_run(prediction, verify_hashes=False)),
    }
    results = AnalysisResult(
        {"forecast": Table(months, FORECAST, shapes.MONTHS, MONTHS_COLUMNS)},
        fan_charts(months, records, span),
        {"forecast.json": json.dumps(about, indent=1) + "\n"},
    )
    return results, publish(results.with_figures(figures), out, {"prediction": prediction.name})


def fan_charts(months: pd.DataFrame, records: ObservedData, span: Span) -> dict[str, Draw]:
    """A fan chart for each indicator with observed months."""
    from corridor.results.plots.fit.validation import draw_forecast

    return {
        f"forecast_{name}": partial(
            draw_forecast, months[months.indicator == name], records.by_month(name), span.observed
        )
        for name in MONTHLY
    }
