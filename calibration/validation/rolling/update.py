"""`corridor update`: the shipped history, conditioned on months that were published after its fit, and forecast on.

The members of the history run once more, with the nights of the new record, and from the last whole month a year ahead;
the new months then move the months to come (`conditioned.moved_months`). The forecast is kept as a dated record in the
forecast hubs' format, which `corridor score` scores when the months are over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd

from corridor.calibration.evidence.derivations.cut import last_day
from corridor.calibration.evidence.publishers.home_office import read_published
from corridor.calibration.fit import posterior
from corridor.calibration.predict import forecast as forecasting
from corridor.calibration.predict.prediction import MONTHS_COLUMNS, Request, experiment_at, spread_of
from corridor.calibration.validation.rolling import hub
from corridor.calibration.validation.rolling.conditioned import moved_months
from corridor.calibration.validation.rolling.forecasts import ForecastKey
from corridor.calibration.validation.rolling.members import Known, months_ahead
from corridor.calibration.validation.rolling.series import TARGETS as FORECAST
from corridor.calibration.validation.rolling.series import YEAR, Floats, months_on
from corridor.experiments.config.settings import Setting
from corridor.experiments.execution.analysis import AnalysisResult, Draw, Table
from corridor.model.engine.errors import InputError
from corridor.results.observed import daily
from corridor.results.tables import shapes
from corridor.results.tables.writing import write_csv

METHOD = "corridor"
UPDATE = "months from the first that is not over, with the errors of the record"
RECORD = "sea_record.csv"
SAMPLE = 1


def record_with(published: pd.DataFrame) -> pd.DataFrame:
    """The shipped daily record up to the first published day, and the published days from there on."""
    known = daily()
    return pd.concat([known[known.index < published.index[0]], published])


def days_of(record: pd.DataFrame) -> pd.DatetimeIndex:
    """The days of a record."""
    return pd.DatetimeIndex(record.index)


def new_months(record: pd.DataFrame, until: str) -> dict[str, pd.Series]:
    """Monthly sums of whole months after a fit, by name; none where the record does not reach beyond it."""
    months = record.groupby(days_of(record).strftime("%Y-%m"))
    whole = months.people.size()[lambda days: [n == last_day(str(month)).day for month, n in days.items()]].index
    sums = {name: months[column].sum()[whole] for name, column in FORECAST.items()}
    return {name: series[series.index > until] for name, series in sums.items() if (series.index > until).any()}


def begun_as_fitted(request: Request, start: str) -> Request:
    """A request whose runs begin on the first day of a fit, with nothing simulated before it."""
    first = [Setting("--set", "start", start), Setting("--set", "past", "none")]
    return replace(request, settings=(*request.settings, *first))


def updated(
    request: Request, file: Path, folder: Path, out: Path, jobs: int, note: Callable[[str], None]
) -> AnalysisResult:
    """The forecast after the months of a file, from the history in `folder`; its record is written into `out`. `note`
    is called when the runs begin.

    Raises InputError for a file that cannot be read or has a gap after the shipped record.
    """
    record = record_with(read_published(file))
    if gap := pd.date_range(record.index[0], record.index[-1]).difference(days_of(record)).tolist():
        text = f"{file.name}: begins after {gap[0]:%Y-%m-%d}, which no record has; allowed: that day or before"
        raise InputError([text])
    fitted = posterior.load(folder).manifest
    until = str(fitted["until"])
    request = begun_as_fitted(request, str(fitted["start"]))
    seen = new_months(record, until)
    cut = max([until, *(str(series.index[-1]) for series in seen.values())])
    origin, last = months_on(cut, 1), months_on(cut, YEAR)
    inputs = (out / "inputs").resolve()  # workers may have begun in another folder
    inputs.mkdir(parents=True, exist_ok=True)
    observed_to = experiment_at(request, folder, inputs)
    write_csv(forecasting.entries_to(observed_to, last, None), inputs / forecasting.ENTRIES)
    write_csv(record.rename_axis("date").reset_index()[["date", "people", "boats"]], inputs / RECORD)
    span = forecasting.Span(cut, last)
    settings = [
        *forecasting.settings_for(observed_to, span, inputs / forecasting.ENTRIES),
        Setting("--set", "sea_record", str(inputs / RECORD)),
    ]
    experiment = experiment_at(request, folder, inputs, settings)
    ((world, _),) = experiment.file.worlds.items()
    known = {origin: Known(inputs / forecasting.ENTRIES, last_day(cut))}
    note("The members of the history run once more, and a year on: this takes some minutes.")
    runs = months_ahead(experiment, world, known, list(FORECAST), jobs)[origin]
    ahead = moved_months(runs, seen, origin, SAMPLE)
    written = hub.write_record({ForecastKey(name, METHOD, origin): draws for name, draws in ahead.items()}, out)
    return replace(result_of(ahead, record, origin), files=(written.name,))


def result_of(ahead: Mapping[str, Floats], record: pd.DataFrame, origin: str) -> AnalysisResult:
    """The table of the months to come, and a fan chart of each series after the observed months."""
    from corridor.results.plots.fit.validation import draw_forecast

    months, cut = [months_on(origin, k) for k in range(YEAR)], months_on(origin, -1)
    table = pd.concat([spread_of(draws, months, name) for name, draws in ahead.items()], ignore_index=True)
    sums = record.groupby(days_of(record).strftime("%Y-%m")).sum()
    figures: dict[str, Draw] = {
        f"forecast_{name}": partial(draw_forecast, table[table.indicator == name], sums[FORECAST[name]][:cut], cut)
        for name in ahead
    }
    return AnalysisResult({"forecast": Table(table, UPDATE, shapes.MONTHS, MONTHS_COLUMNS)}, figures)
