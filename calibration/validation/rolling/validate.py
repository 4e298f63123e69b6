"""`corridor validate --rolling` and `corridor score`: forecasts from many origins, scored beside simple ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from corridor.calibration.evidence.observed import read_daily
from corridor.calibration.validation.rolling import comparison, hub, meanings
from corridor.calibration.validation.rolling.baselines import LEAST_RECORD, MEDIAN, baseline_forecasts
from corridor.calibration.validation.rolling.forecasts import Forecaster, ForecastKey, Forecasts, model_forecasts
from corridor.calibration.validation.rolling.rules import RULES, Rule
from corridor.calibration.validation.rolling.scores import UNITS, unit_scores
from corridor.calibration.validation.rolling.series import (
    YEAR,
    DailySeries,
    months_between,
    months_on,
    observed_months,
    series_of,
)
from corridor.calibration.validation.rolling.stacking import STACKED, stacked_forecasts
from corridor.experiments.execution.analysis import AnalysisResult, Draw, Table
from corridor.model.engine.errors import InputError
from corridor.results.observed import daily

OWN = "corridor"
ALONE = "No fitted history is given: the simple forecasts alone are scored"


def rolling_validation(
    forecaster: Forecaster | None,
    first: str,
    last: str | None,
    record: pd.DataFrame,
    rules: Mapping[str, Rule] = RULES,
    jobs: int = 1,
    informed: Mapping[str, Forecaster] = MappingProxyType({}),
) -> AnalysisResult:
    """Scores of a model's forecasts, of the simple ones and of a stack of both, from each month `first` to `last`.

    `informed` are forecasters that are given something of the months to come, by the name of the method; they are
    scored beside the others, and are no part of the stack. `last` is by default the last origin whose twelve months
    were observed. Without a model the simple forecasts are scored alone. Raises InputError for origins that are too
    early for the record or after it.
    """
    series = series_of(record)
    origins = origins_of(first, last, series)
    own = {} if forecaster is None else model_forecasts(OWN, forecaster, origins)
    notes = (ALONE,) if forecaster is None else ()
    every = with_baselines(own, series, dict.fromkeys(series, origins), rules, jobs)
    for method, each in informed.items():
        every |= model_forecasts(method, each, origins)
    return result_of(every, series, rules, notes)


def origins_of(first: str, last: str | None, series: Mapping[str, DailySeries]) -> list[str]:
    """All months from the first to the last origin, checked against the record before anything is computed."""
    known = next(iter(series.values()), None)
    origins = [] if known is None else months_between(first, last or months_on(known.months[-1], 1 - YEAR))
    if not origins:
        raise InputError([f"origins {first} to {last or 'the last'}: none; allowed: a first month before the last one"])
    check_origins(series, dict.fromkeys(series, origins))
    return origins


def score_records(
    paths: Sequence[Path], record: Path | None = None, rules: Mapping[str, Rule] = RULES, jobs: int = 1
) -> AnalysisResult:
    """Scores of stored forecast records (`hub`) on the months that are over, with simple forecasts from the same
    origins beside them.

    The simple forecasts know the record of today up to the origin. Raises InputError for files that are not valid, and
    where nothing can be scored.
    """
    series = series_of(daily() if record is None else read_daily(record))
    stored = hub.read_records_of(paths, [*RULES, MEDIAN, STACKED])
    missing = sorted({key.target for key in stored} - set(series))
    forecasts = {key: draws for key, draws in stored.items() if key.target in series}
    origins = {target: sorted({key.origin for key in forecasts if key.target == target}) for target in series}
    observed = {
        target: [origin for origin in each if origin in series[target].months] for target, each in origins.items()
    }
    scored = {key: draws for key, draws in forecasts.items() if key.origin in observed[key.target]}
    if not scored:
        last = next((each.months[-1] for each in series.values()), "no whole month")
        raise InputError([f"{', '.join(p.name for p in paths)}: no month is observed (record to {last})"])
    notes = [f"Not in the record, and not scored: {', '.join(missing)}"] * bool(missing)
    if later := sorted({key.origin for key in forecasts} - {key.origin for key in scored}):
        notes.append(f"Nothing is observed yet of forecasts from {', '.join(later)}")
    return result_of(with_baselines(scored, series, observed, rules, jobs), series, rules, tuple(notes))


def with_baselines(
    own: Forecasts,
    series: Mapping[str, DailySeries],
    origins: Mapping[str, Sequence[str]],
    rules: Mapping[str, Rule],
    jobs: int,
) -> Forecasts:
    """Own forecasts first, then their stack with the median of the simple ones, that median, and each simple one."""
    check_origins(series, origins)
    observed = observed_months(series)
    every: Forecasts = dict(own)
    for target, each in series.items():
        if not origins[target]:
            continue
        simple = {
            ForecastKey(target, method, origin): draws
            for method, forecasts in baseline_forecasts(each, origins[target], rules, jobs).items()
            for origin, draws in forecasts.items()
        }
        models = list(dict.fromkeys(key.method for key in own if key.target == target))
        stacked = stacked_forecasts({**own, **simple}, observed[target], [*models, MEDIAN], target) if models else {}
        median = {key: draws for key, draws in simple.items() if key.method == MEDIAN}
        every |= {**stacked, **median, **simple}
    return every


def check_origins(series: Mapping[str, DailySeries], origins: Mapping[str, Sequence[str]]) -> None:
    """Raises InputError for origins that have too few observed months before them, or lie after the record."""
    problems = []
    for target, each in series.items():
        first, last = months_on(each.months[0], LEAST_RECORD), each.months[-1]
        if wrong := [origin for origin in origins[target] if not first <= origin <= last]:
            problems.append(f"{target}: origins {', '.join(wrong)}; allowed with this record: {first} to {last}")
    if problems:
        raise InputError(problems)


def result_of(
    forecasts: Forecasts, series: Mapping[str, DailySeries], rules: Mapping[str, Rule], notes: tuple[str, ...]
) -> AnalysisResult:
    """All tables and figures of these forecasts."""
    units = unit_scores(forecasts, observed_months(series))
    parts: dict[str, list[pd.DataFrame]] = {"rolling_scores": [], "rolling_years": [], "rolling_differences": []}
    for _, rows in units.groupby("target", sort=False):
        reference = comparison.best_of(rows, list(rules))
        parts["rolling_scores"].append(comparison.horizon_scores(rows, reference))
        parts["rolling_years"].append(comparison.year_scores(rows, reference))
        parts["rolling_differences"].append(comparison.differences(rows, reference))
    frames = {name: pd.concat(tables, ignore_index=True) for name, tables in parts.items()}
    frames["rolling_units"] = units[UNITS]
    tables = {
        name: Table(frame, meanings.TABLES[name], meanings.SHAPES[name], meanings.COLUMNS)
        for name, frame in frames.items()
    }
    return AnalysisResult(tables, figures_of(frames), notes=notes)


def figures_of(frames: Mapping[str, pd.DataFrame]) -> dict[str, Draw]:
    """Relative WIS by method and horizon, and the PIT histograms of each target."""
    from corridor.results.plots.fit import rolling as plots

    units = frames["rolling_units"]
    return {
        "relative_wis": partial(plots.draw_relative_wis, frames["rolling_scores"]),
        **{f"pit_{target}": partial(plots.draw_pit, rows) for target, rows in units.groupby("target", sort=False)},
    }
