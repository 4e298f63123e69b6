"""The table of patterns: every check, judged against the draws of a prediction or of any run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from corridor.calibration.evidence.observed import ObservedData, ObservedValue
from corridor.calibration.predict.prediction import PredictionData
from corridor.calibration.validation.patterns import (
    boats_and_stops,
    borders_and_deaths,
    coast,
    crossing_days,
    nationalities,
    season,
)
from corridor.calibration.validation.patterns.check import NOTHING, PatternCheck
from corridor.calibration.validation.patterns.readings import observed_in
from corridor.calibration.validation.patterns.record import record_of
from corridor.results.tables.intervals import further_draw
from corridor.results.tables.summary import number_of_draws

COLUMNS = [
    "pattern",
    "quantity",
    "period",
    "observed",
    "low",
    "median",
    "high",
    "passes",
    "held_out",
    "observed_low",
    "observed_high",
    "change",
    "input",
    "reason",
]
TOPICS = (boats_and_stops, nationalities, season, coast, borders_and_deaths)
NOT_COVERED = "the run does not cover it"
ONE_DRAW = "one draw has no interval"
NOT_IN_RECORD = "the record does not have it"


def pattern_checks(records: ObservedData, prediction: PredictionData | None = None) -> list[PatternCheck]:
    """Every check of every pattern, in order, against the observed values that ship; those of daily arrivals over the
    years that a prediction has, too."""
    published = [check for topic in TOPICS for check in topic.checks(records)]
    return [*published, *crossing_days.checks(record_of(records.daily), prediction)]


def checks_of_record(
    records: ObservedData, daily: pd.DataFrame | None, prediction: PredictionData
) -> list[PatternCheck]:
    """Every check against another daily record (None: no record) in place of all observed values that ship.

    What the inputs share with the values that ship says nothing about another record.
    """
    record = None if daily is None else record_of(daily)
    others = [with_record(check, record) for topic in TOPICS for check in topic.checks(records)]
    return [replace(each, given=NOTHING) for each in (*others, *crossing_days.checks(record, prediction))]


def with_record(check: PatternCheck, record: PredictionData | None) -> PatternCheck:
    """A check whose observed value is read off a record."""
    if check.read is None:
        return replace(check, seen=None)
    seen = observed_in(record, check.read)
    return replace(check, seen=seen, reason="" if seen else NOT_IN_RECORD if record else "")


def pattern_table(records: ObservedData, prediction: PredictionData, cut: str) -> pd.DataFrame:
    """Rows of patterns.csv, from a prediction by a fit to a cut (YYYY-MM)."""
    return table_of(pattern_checks(records, prediction), prediction, cut)


def table_of(checks: Sequence[PatternCheck], prediction: PredictionData, cut: str) -> pd.DataFrame:
    """The row of each check."""
    return pd.DataFrame([judge(check, prediction, cut) for check in checks], columns=COLUMNS)


def judge(check: PatternCheck, prediction: PredictionData, cut: str) -> dict[str, object]:
    """The row of one check; `passes` is empty where it cannot be."""
    seen = check.seen or ObservedValue.of(np.nan)
    found: dict[str, object] = {
        "pattern": check.pattern,
        "quantity": check.quantity,
        "period": check.period,
        "held_out": check.held_out(cut),
        "observed": seen.value,
        "observed_low": seen.low,
        "observed_high": seen.high,
        "reason": check.reason,
        "change": check.change,
        "input": check.input(cut),
    }
    if check.read is None:
        return found
    try:
        values = check.read(prediction)
    except KeyError:
        return {**found, "reason": NOT_COVERED}
    known = values[~np.isnan(values)]
    if not len(known):
        return {**found, "reason": "no draw has a value"}
    draws = round(draws_of(prediction) * len(known) / len(values))
    low, high = ends_of(known, min(draws, len(known)))
    found |= {"low": low, "median": float(np.median(known)), "high": high, "passes": None}
    if np.isnan(low):
        return {**found, "reason": ONE_DRAW}
    return {**found, "passes": bool(low <= seen.high and seen.low <= high) if check.seen else None}


def draws_of(prediction: PredictionData) -> int:
    """The number of draws of a run; seeds of one draw count once."""
    return number_of_draws(prediction.dataset) or len(prediction.daily("arrivals_people"))


def ends_of(values: np.ndarray, draws: int) -> tuple[float, float]:
    """The 90 % interval for one further draw; that of what is never negative does not begin below zero."""
    low, high = further_draw(values, draws)
    return (max(low, 0.0) if low < 0.0 <= values.min() else low), high
