"""Meanings of the tables of rolling forecasts, and of their columns."""

from __future__ import annotations

from corridor.results.tables.shape import MIXED, Number, Shape
from corridor.results.tables.shapes import SHARE

TABLES = {
    "rolling_scores": "scores of forecasts from every month by method and horizon",
    "rolling_years": "the same over all horizons, by year of the month that was forecast",
    "rolling_differences": "each method against the best single simple forecast, with 90 % t intervals of "
    "paired differences, from the means of blocks of origins",
    "rolling_units": "each month of each forecast with its scores",
}
COVERED = tuple(Number(f"cover{share}", unit=SHARE) for share in (50, 80, 90))
SCORED = (
    Number("origins", unit=""),
    Number("wape", unit=""),
    Number("crps", unit=MIXED),
    Number("wis", unit=MIXED),
    Number("relative_wis", unit=""),
    *COVERED,
)
OF_BLOCKS = "90 % t interval from the means of blocks of origins"
SHAPES = {
    "rolling_scores": Shape(("target", "method", "horizon"), SCORED),
    "rolling_years": Shape(("target", "method", "year"), SCORED),
    "rolling_differences": Shape(
        ("target", "method", "reference", "horizon"),
        (
            Number("origins", unit=""),
            Number("difference", "low", "high", OF_BLOCKS, MIXED, signed=True, title="difference of WIS"),
            Number("ratio", "ratio_low", "ratio_high", OF_BLOCKS, ""),
        ),
    ),
    "rolling_units": Shape(
        ("target", "method", "origin", "horizon", "month"),
        (
            *(Number(name, unit=MIXED) for name in ("observed", "median", "crps", "wis")),
            *(Number(name, unit="") for name in ("in50", "in80", "in90", "pit")),
        ),
    ),
}
COLUMNS = {
    "target": "the observed series, by month",
    "method": "a simple forecast, their median by quantiles (median_of_baselines), a pool of that median and the "
    "model, weighted by earlier months (stacked), or the method of a model or a record; corridor_given_sea is "
    "the model with the record of the nights to come given (their boats, from which the usable part of each is "
    "inferred), corridor_given_entries with the entries to come",
    "origin": "the first month that is forecast; nothing of it or of later months is known",
    "origins": "number of origins that were scored",
    "horizon": "months ahead: 1 is the origin, 12 the month eleven months later; all: every horizon together",
    "month": "the month that was forecast",
    "year": "calendar year of the month that was forecast",
    "observed": "observed value of the month, in the unit of the series",
    "median": "median of the forecast, in the unit of the series",
    "wape": "sum of absolute errors of the median over the sum of the observed values",
    "crps": "continuous ranked probability score, in the unit of the series; a mean where several months are scored",
    "wis": "weighted interval score of the forecast hubs' 23 quantiles, in the unit of the series; a mean as crps",
    "relative_wis": "relative WIS as forecast hubs form it: geometric mean of pairwise ratios over common months, over "
    "that of the single simple forecast that is best over all horizons of the target; below 1 is better",
    "cover50": "share of observed values in the 50 % interval",
    "cover80": "share of observed values in the 80 % interval",
    "cover90": "share of observed values in the 90 % interval",
    "in50": "1 where the 50 % interval holds the observed value, else 0",
    "in80": "1 where the 80 % interval holds the observed value, else 0",
    "in90": "1 where the 90 % interval holds the observed value, else 0",
    "pit": "probability integral transform: share of draws below the observed value, ties halved",
    "reference": "the single simple forecast with the lowest relative WIS over all horizons of the target",
    "difference": "mean WIS of the method less that of the reference over common origins; below 0 is better",
    "low": "lower end of the 90 % interval of the difference",
    "high": "upper end of the 90 % interval of the difference",
    "ratio": "mean WIS of the method over that of the reference over common origins",
    "ratio_low": "lower end of the 90 % interval of the ratio",
    "ratio_high": "upper end of the 90 % interval of the ratio",
}
