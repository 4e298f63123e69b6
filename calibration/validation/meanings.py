"""Meanings of the tables of a validation, and of their columns."""

from __future__ import annotations

from corridor.results.tables.shape import MIXED, Number, Shape
from corridor.results.tables.shapes import MONTHS, SHARE

TABLES = {
    "scores": "errors and coverage of each method after each origin, beside simple forecasts that know the same months",
    "acceptance": "whether error and coverage of the forecast of monthly arrivals are within declared bounds",
    "clustering": "how arrivals cluster in days and weeks, observed and simulated",
    "ranks": "rank of each observed month among the draws of its prediction, from 0 to 1",
    "fans": "indicators by month over the draws of each origin; quantiles hold the errors of the record",
    "patterns": "the validation patterns: observed values beside medians and 90 % intervals of the draws",
}
COLUMNS = {
    "target": "the observed series",
    "origin": "the last month that the fit saw",
    "horizon_months": "months from the origin to the last month that is scored",
    "method": "the simulator (corridor: with errors of the record; corridor_alone: without) or a simple forecast",
    "wape": "sum of absolute errors of the point forecast over the sum of the observed values",
    "crps": "mean continuous ranked probability score, in the unit of the series",
    "cover50": "share of observed values in the 50 % interval",
    "cover90": "share of observed values in the 90 % interval",
    "ard": "averaged relative difference, as Flee reports it",
    "values": "number of values that were scored",
    "criterion": "the criterion",
    "statistic": "which statistic of daily or weekly arrivals of the year",
    "least": "smallest value that is accepted",
    "most": "largest value that is accepted",
    "met": "whether the value is accepted",
    "simulated": "median over draws",
    "rank": "rank of the observed value among the draws, from 0 to 1",
    "month": "calendar month",
    "year": "calendar year",
    "mean": "mean over draws, in the unit of the indicator",
    "q05": "5 % quantile",
    "q25": "25 % quantile",
    "q50": "median",
    "q75": "75 % quantile",
    "q95": "95 % quantile",
    "pattern": "number of the pattern: V1 to V21 as in the evidence review, V22 to V28 of daily arrivals",
    "passes": "whether the observed value or range overlaps the 90 % interval of the draws; empty where unknown",
    "held_out": "whether a month after the cut is needed, which the fit has not seen",
    "quantity": "which value of the pattern; people_per_crossing_day: people on days on which anybody came, over the "
    "mean day of the year, by shut days since the last such day (gap) or by season",
    "observed_low": "lowest published value",
    "observed_high": "highest published value",
    "change": "whether the value is a change between two periods",
    "last": "last month that the value needs",
    "input": "which input of the simulator depends on the value",
    "reason": "why the value cannot be judged",
}


def pattern_shape(draws: int = 0) -> Shape:
    """The shape of the table of patterns of so many draws (0: not known)."""
    published = "least and largest published values"
    return Shape(
        ("pattern", "quantity", "period", "world"),
        (
            Number("observed", "observed_low", "observed_high", published, MIXED, span=True),
            Number("median", "low", "high", "90 % interval for one further draw", MIXED, runs=draws),
        ),
        ("passes", "reason"),
        ("held_out", "change", "input"),
    )


SHAPES = {
    "scores": Shape(
        ("target", "origin", "method"),
        (
            Number("wape", unit=""),
            Number("crps", unit=MIXED),
            Number("cover50", unit=SHARE),
            Number("cover90", unit=SHARE),
            Number("ard", unit=""),
            Number("values", unit=""),
        ),
        hidden=("horizon_months",),
    ),
    "acceptance": Shape(
        ("criterion", "origin", "method"), tuple(Number(name, unit="") for name in ("value", "least", "most")), ("met",)
    ),
    "clustering": Shape(
        ("statistic", "period", "origin"),
        (Number("observed"), Number("simulated", "low", "high", "90 % interval for one further draw")),
    ),
    "ranks": Shape(("target", "month", "origin"), (Number("rank", unit=""),)),
    "fans": MONTHS,
    "patterns": pattern_shape(),
}
PATTERN_COLUMNS = {
    **COLUMNS,
    "period": "the year or month that the value is of, or the first and the last of several",
    "observed": "observed value; empty where there is none",
    "low": "lower end of the 90 % interval for one further draw (a draw is one seed at one point)",
    "median": "median over draws",
    "high": "its upper end",
}
