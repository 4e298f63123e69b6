"""Yearly figures of each world, their intervals, and paired differences between worlds."""

from __future__ import annotations

import calendar
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from scipy import stats

from results.store import write_whole

WHOLE = "all"
CONFIDENCE = 0.90
CELL = ["world", "indicator", "year"]
SUMMARY_COLUMNS = ["world", "indicator", "year", "unit", "mean", "low", "high", "observed"]
EFFECT_COLUMNS = ["world", "baseline", "indicator", "year", "unit", "mean", "low", "high", "seeds"]


def indicators_of(dataset: xr.Dataset) -> dict[str, dict[str, str]]:
    """What each indicator is, as the store says: name, unit, kind, meaning, numerator, denominator, whole_period."""
    known: dict[str, dict[str, str]] = json.loads(dataset.attrs["indicators"])
    return known


def yearly(dataset: xr.Dataset) -> pd.DataFrame:
    """Every indicator of each world, seed and year, and of the whole period (year "all"), one row a value.

    A flow is the sum of its days, a stock their mean, a ratio the sum of its numerator over the sum of its
    denominator (NaN over zero). Over the whole period a flow that counts persons once a year is replaced by the one
    that counts them once (`whole_period`).
    """
    parts = [period(dataset, str(year), dataset.time.dt.year == year) for year in np.unique(dataset.time.dt.year)]
    return pd.concat([*parts, period(dataset, WHOLE, dataset.time.dt.year > 0)], ignore_index=True)


def period(dataset: xr.Dataset, label: str, days: xr.DataArray) -> pd.DataFrame:
    """Every indicator over the chosen days, one row for each world and seed."""
    inside = dataset.isel(time=np.flatnonzero(days.values))
    values = {name: over_days(inside, about, label) for name, about in indicators_of(dataset).items()}
    frames = [
        value.to_dataframe("value").reset_index()[["world", "seed", "value"]].assign(indicator=name, year=label)
        for name, value in values.items()
    ]
    return pd.concat(frames, ignore_index=True)[["world", "seed", "indicator", "year", "value"]]


def over_days(inside: xr.Dataset, about: dict[str, str], label: str) -> xr.DataArray:
    """One indicator over the days of a dataset, by world and seed."""
    if about["kind"] == "stock":
        return inside[about["name"]].mean("time")
    if about["kind"] == "ratio":
        below = inside[about["denominator"]].sum("time")
        return inside[about["numerator"]].sum("time") / below.where(below > 0)
    name = about["whole_period"] if label == WHOLE and about["whole_period"] else about["name"]
    return inside[name].sum("time")


def complete_years(dataset: xr.Dataset) -> set[str]:
    """Calendar years that lie wholly inside the run; only these are set beside observed years."""
    years, days = np.unique(pd.DatetimeIndex(dataset.time.values).year, return_counts=True)
    return {str(y) for y, n in zip(years.tolist(), days.tolist(), strict=True) if n == 365 + calendar.isleap(y)}


def summary(dataset: xr.Dataset, observed: pd.DataFrame | None) -> pd.DataFrame:
    """Mean and 90 % prediction interval of every indicator, beside the observed figure (columns of summary.csv).

    The interval is for one further seed: mean -/+ t(n - 1) s sqrt(1 + 1/n), not below zero, as every indicator is a
    count, a stock or a ratio of counts. It is empty with one seed, because one run says nothing about chance. It
    holds the chance in the model, not the doubt about its parameters.
    """
    rows = yearly(dataset).groupby(CELL, sort=False).value.agg(spread).apply(pd.Series).reset_index()
    rows["unit"] = rows.indicator.map({name: about["unit"] for name, about in indicators_of(dataset).items()})
    rows["observed"] = np.nan
    if observed is not None:
        figures = observed.assign(year=observed.year.astype(str)).set_index(["indicator", "year"]).value
        kept = rows.year.isin(complete_years(dataset))
        keys = pd.MultiIndex.from_frame(rows.loc[kept, ["indicator", "year"]])
        rows.loc[kept, "observed"] = figures.reindex(keys).to_numpy()
        rows = with_observed_totals(rows, indicators_of(dataset), complete_years(dataset))
    return rows[SUMMARY_COLUMNS]


def with_observed_totals(rows: pd.DataFrame, known: dict[str, dict[str, str]], years: set[str]) -> pd.DataFrame:
    """Observed sums over the whole period, for flows observed in every year; people tried once have no such sum."""
    summable = [name for name, about in known.items() if about["kind"] == "flow" and not about["whole_period"]]
    sums = rows[rows.year.isin(years)].groupby(["world", "indicator"])["observed"].agg(lambda x: x.sum(skipna=False))
    whole = rows.year.eq(WHOLE) & rows.indicator.isin(summable)
    keys = pd.MultiIndex.from_frame(rows.loc[whole, ["world", "indicator"]])
    rows.loc[whole, "observed"] = sums.reindex(keys).to_numpy()
    return rows


def spread(values: pd.Series) -> dict[str, float]:
    """Mean and prediction interval of one cell over its seeds."""
    known = values.dropna()
    n = len(known)
    mean = float(known.mean()) if n else float("nan")
    if n < 2:
        return {"mean": mean, "low": float("nan"), "high": float("nan")}
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2.0, n - 1) * known.std(ddof=1) * np.sqrt(1.0 + 1.0 / n))
    return {"mean": mean, "low": max(0.0, mean - half), "high": mean + half}


def effects(dataset: xr.Dataset, baseline: str) -> pd.DataFrame:
    """Paired differences of every world from the baseline on the same seeds (columns of effects.csv).

    The interval is the 90 % t-interval of the mean difference; it is empty with one seed.
    """
    values = yearly(dataset).pivot_table(
        index=["indicator", "year", "seed"], columns="world", values="value", sort=False, dropna=False
    )
    units = {name: about["unit"] for name, about in indicators_of(dataset).items()}
    frames = []
    for world in [str(name) for name in dataset.world.values if name != baseline]:
        gap = (values[world] - values[baseline]).groupby(level=["indicator", "year"], sort=False)
        rows = gap.agg(mean_interval).apply(pd.Series).reset_index()
        frames.append(rows.assign(world=world, baseline=baseline, unit=rows.indicator.map(units)))
    if not frames:
        return pd.DataFrame(columns=EFFECT_COLUMNS)
    together = pd.concat(frames, ignore_index=True)
    return together.astype({"seeds": int})[EFFECT_COLUMNS]


def mean_interval(values: pd.Series) -> dict[str, float]:
    """Mean and its t-interval over paired seeds."""
    known = values.dropna()
    n = len(known)
    mean = float(known.mean()) if n else float("nan")
    if n < 2:
        return {"mean": mean, "low": float("nan"), "high": float("nan"), "seeds": n}
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2.0, n - 1) * known.std(ddof=1) / np.sqrt(n))
    return {"mean": mean, "low": mean - half, "high": mean + half, "seeds": n}


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table whole, numbers with ten significant digits, so that equal runs give equal bytes."""
    text = frame.to_csv(index=False, float_format="%.10g", lineterminator="\n")
    write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))


def cell(frame: pd.DataFrame, **where: Any) -> pd.Series | None:
    """The one row of a table with these keys, or None."""
    chosen = frame
    for column, value in where.items():
        chosen = chosen[chosen[column] == value]
    return None if chosen.empty else chosen.iloc[0]
