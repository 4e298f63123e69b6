"""What a history says: how it agrees with the record, which conditions it took, and what was learned of parameters."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.calibration.evidence.targets import TARGETS
from corridor.calibration.fit.conditions import ConditionPrior
from corridor.calibration.fit.runs import Prior
from corridor.calibration.fit.simulated import Simulated
from corridor.results.tables.shape import MIXED, Number, Shape

Floats = NDArray[np.float64]
INTERVAL = (0.05, 0.5, 0.95)
WAPE_FROM, WAPE_TO = "2021-01", "2025-12"
SCORES = "observed values beside the 90 % interval of the members, and the ratio of their median to what was observed"
SCORE_COLUMNS = {
    "quantity": "name of the observed series; wape_months_... is the weighted absolute percentage error of months",
    "period": "month, year or span",
    "observed": "the observed value, in the unit of the series",
    "low": "5 % quantile of the members",
    "median": "median of the members",
    "high": "95 % quantile of the members",
    "ratio": "median over observed; of wape_months_... the error of the median of the members in each month",
}
OF_MEMBERS = "90 % interval of the members"
SCORE_SHAPE = Shape(
    ("quantity", "period"),
    (Number("observed", unit=MIXED), Number("median", "low", "high", OF_MEMBERS, MIXED), Number("ratio", unit=MIXED)),
)
CONDITIONS = "multipliers by date that the members took, with their prior"
CONDITION_COLUMNS = {
    "name": "name of the condition",
    "date": "day from which it holds",
    "low": "5 % quantile of the multiplier over members",
    "median": "median of the multiplier",
    "high": "95 % quantile of the multiplier",
    "prior_low": "5 % quantile of its prior",
    "prior_high": "95 % quantile of its prior",
    "contraction": "1 less the ratio of the variances of posterior and prior (logs): 0 if nothing was learned",
}
PRIOR = ("prior_low", "prior_high")
CONDITION_SHAPE = Shape(
    ("name", "date"),
    (Number("median", "low", "high", OF_MEMBERS, ""), Number("contraction", unit="")),
    hidden=PRIOR,
)
LEARNED_SHAPE = Shape(
    ("parameter",),
    (Number("median", "low", "high", OF_MEMBERS, MIXED), Number("contraction", unit="")),
    hidden=PRIOR,
)
LEARNED = "what was learned of each parameter"
LEARNED_COLUMNS = {
    "parameter": "name of the parameter",
    "low": "5 % quantile of the members, in the unit of the parameter",
    "median": "median of the members",
    "high": "95 % quantile of the members",
    "prior_low": "5 % quantile of the first members",
    "prior_high": "95 % quantile of the first members",
    "contraction": "1 less the ratio of the variances of last and first members (normal scores)",
}


def score_table(known: dict[str, pd.Series], runs: Simulated) -> pd.DataFrame:
    """Every observed value beside the members (SCORE_COLUMNS), yearly sums of monthly series, and the errors of months.

    `known` are all observed values of periods that were simulated, those after the cut among them.
    """
    rows = []
    for name, series in known.items():
        target = TARGETS[name]
        periods, values = runs.series(target)
        for period, seen in series.items():
            rows.append(row_of(name, str(period), float(seen), values[:, periods.index(str(period))]))
        if target.frequency == "monthly" and not name.endswith("by_month"):
            rows += yearly_rows(name, series, periods, values)
            rows += wape_rows(name, series, periods, values)
    return pd.DataFrame(rows, columns=list(SCORE_COLUMNS))


def row_of(name: str, period: str, seen: float, values: Floats) -> dict[str, object]:
    """One observed value and the interval of the members."""
    low, median, high = np.nanquantile(values, INTERVAL)
    ratio = median / seen if seen else np.nan
    return dict(zip(SCORE_COLUMNS, (name, period, seen, low, median, high, ratio), strict=True))


def yearly_rows(name: str, series: pd.Series, periods: list[str], values: Floats) -> list[dict[str, object]]:
    """Sums of whole years of a monthly series."""
    rows = []
    for year, months in series.groupby(series.index.str[:4]):
        if len(months) == 12:
            chosen = values[:, [periods.index(month) for month in months.index]]
            rows.append(row_of(name, str(year), float(months.sum()), chosen.sum(axis=1)))
    return rows


def wape_rows(name: str, series: pd.Series, periods: list[str], values: Floats) -> list[dict[str, object]]:
    """The weighted absolute percentage error of months of 2021 to 2025, of single members and of their median."""
    span = series[(series.index >= WAPE_FROM) & (series.index <= WAPE_TO)]
    if span.empty:
        return []
    chosen, seen = values[:, [periods.index(month) for month in span.index]], span.to_numpy(float)
    each = np.abs(chosen - seen).sum(axis=1) / seen.sum()
    of_median = float(np.abs(np.median(chosen, axis=0) - seen).sum() / seen.sum())
    unit = "" if name == "arrivals_people" else f" of {name}"
    label = f"wape_months_{span.index[0][:4]}_{span.index[-1][:4]}{unit}"
    low, median, high = np.quantile(each, INTERVAL)
    values_of_row = (label, f"{span.index[0]} to {span.index[-1]}", np.nan, low, median, high, of_median)
    return [dict(zip(SCORE_COLUMNS, values_of_row, strict=True))]


def condition_table(prior: ConditionPrior, first: Floats, last: Floats) -> pd.DataFrame:
    """The multipliers of the members by date (CONDITION_COLUMNS), from the logarithms of the first and last members."""
    low, median, high = np.exp(np.quantile(last, INTERVAL, axis=0))
    prior_low, _, prior_high = np.exp(np.quantile(first, INTERVAL, axis=0))
    columns = (prior.names, [day.isoformat() for day in prior.dates()], low, median, high, prior_low, prior_high)
    table = pd.DataFrame(dict(zip(CONDITION_COLUMNS, (*columns, contraction(first, last)), strict=True)))
    return table.sort_values(["name", "date"], kind="stable", ignore_index=True)


def learned_table(prior: Prior, first: pd.DataFrame, last: pd.DataFrame, scores: tuple[Floats, Floats]) -> pd.DataFrame:
    """What was learned of each parameter (LEARNED_COLUMNS), from values and normal scores of first and last members."""
    low, median, high = (last.quantile(q).to_numpy() for q in INTERVAL)
    prior_low, prior_high = (first.quantile(q).to_numpy() for q in (INTERVAL[0], INTERVAL[-1]))
    columns = (prior.names, low, median, high, prior_low, prior_high, contraction(*scores))
    return pd.DataFrame(dict(zip(LEARNED_COLUMNS, columns, strict=True)))


def contraction(first: Floats, last: Floats) -> Floats:
    """One less the ratio of the variances of the last and the first members."""
    return np.asarray(1.0 - last.var(axis=0) / first.var(axis=0))
