"""The table of patterns: every check, judged against the draws of a prediction."""

from __future__ import annotations

import numpy as np
import pandas as pd

from corridor.calibration.evidence.observed import ObservedData, ObservedValue
from corridor.calibration.predict.prediction import PredictionData
from corridor.calibration.validation.patterns import boats_and_stops, borders_and_deaths, coast, nationalities, season
from corridor.calibration.validation.patterns.check import PatternCheck
from corridor.calibration.validation.scores import interval

LEVEL = 0.90
COLUMNS = [
    "pattern",
    "observed",
    "simulated",
    "low",
    "high",
    "passes",
    "held_out",
    "quantity",
    "observed_low",
    "observed_high",
    "change",
    "last",
    "input",
    "reason",
]
TOPICS = (boats_and_stops, nationalities, season, coast, borders_and_deaths)


def pattern_checks(records: ObservedData) -> list[PatternCheck]:
    """Every check of every pattern, in order."""
    return [check for topic in TOPICS for check in topic.checks(records)]


def pattern_table(records: ObservedData, prediction: PredictionData, cut: str) -> pd.DataFrame:
    """Rows of patterns.csv, from a prediction by a fit to a cut (YYYY-MM)."""
    return pd.DataFrame([judge(check, prediction, cut) for check in pattern_checks(records)], columns=COLUMNS)


def judge(check: PatternCheck, prediction: PredictionData, cut: str) -> dict[str, object]:
    """The row of one check; `passes` is empty where it cannot be."""
    seen = check.seen or ObservedValue.of(np.nan)
    found: dict[str, object] = {
        "pattern": check.pattern,
        "quantity": check.name,
        "held_out": check.held_out(cut),
        "observed": seen.value,
        "observed_low": seen.low,
        "observed_high": seen.high,
        "reason": check.reason,
        "change": check.change,
        "last": check.last,
        "input": check.input(cut),
    }
    if check.read is None:
        return found
    try:
        values = check.read(prediction)
    except KeyError:
        return {**found, "reason": "the run does not cover it"}
    values = values[~np.isnan(values)]
    if not len(values):
        return {**found, "reason": "no draw has a value"}
    low, high = interval(values, LEVEL)
    passes = bool(low <= seen.high and seen.low <= high)
    return {**found, "simulated": float(np.median(values)), "low": float(low), "high": float(high), "passes": passes}
