"""Yearly values of each world, their intervals, and paired differences between worlds."""

from __future__ import annotations

import calendar
import json
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from scipy import stats

from corridor.results.store.yearly import WHOLE, annual, labels

CONFIDENCE = 0.90
CELL = ["world", "indicator", "period"]
SUMMARY_COLUMNS = ["world", "indicator", "period", "unit", "mean", "low", "high", "observed"]
EFFECT_COLUMNS = ["world", "baseline", "indicator", "period", "unit", "mean", "low", "high", "seeds", "interval"]
CHANCE, DOUBT = "chance only", "chance and uncertainty of parameters"
INTERVALS = {  # the column `interval` in words
    "mean": f"of the mean: {CHANCE}",
    "draw": f"for one further draw of the posterior: {DOUBT}",
}


def indicators_of(dataset: xr.Dataset) -> dict[str, dict[str, str]]:
    """What each indicator is, as the store says: name, unit, kind, meaning, numerator, denominator, whole_period."""
    known: dict[str, dict[str, str]] = json.loads(dataset.attrs["indicators"])
    return known


def from_posterior(dataset: xr.Dataset) -> bool:
    """Whether every seed has parameters of its own, drawn from a posterior."""
    return bool(dataset.attrs.get("from_posterior", 0))


def holds(dataset: xr.Dataset) -> str:
    """What intervals over seeds include, in words."""
    return DOUBT if from_posterior(dataset) else CHANCE


def yearly(dataset: xr.Dataset) -> pd.DataFrame:
    """Every indicator of each world, seed and year, and of the whole period ("whole run"), one row a value.

    `corridor.results.store.yearly` says how a value is formed. Columns world, point (where there is a design), seed,
    indicator, year, value; in order of year, then indicator.
    """
    known, years = indicators_of(dataset), dataset.time.dt.year.values
    daily = {name: dataset[name].values for name, about in known.items() if about["kind"] != "ratio"}
    dims = [str(name) for name in dataset[next(iter(daily))].dims if name != "time"]
    keys = pd.MultiIndex.from_product([dataset[name].values for name in dims], names=dims).to_frame(index=False)
    figures, periods = annual(daily, years, known), labels(years)
    frames = [
        keys.assign(indicator=name, period=label, value=figures[name][..., k].reshape(-1))
        for k, label in enumerate(periods)
        for name in known
    ]
    return pd.concat(frames, ignore_index=True)


def complete_years(dataset: xr.Dataset) -> set[str]:
    """Calendar years that lie wholly inside the run; only these are set beside observed years."""
    years, days = np.unique(pd.DatetimeIndex(dataset.time.values).year, return_counts=True)
    return {str(y) for y, n in zip(years.tolist(), days.tolist(), strict=True) if n == 365 + calendar.isleap(y)}


def summary(dataset: xr.Dataset, observed: pd.DataFrame | None, values: pd.DataFrame | None = None) -> pd.DataFrame:
    """Mean and 90 % prediction interval of every indicator, beside the observed value (columns of summary.csv).

    The interval is for one further seed: mean -/+ t(n - 1) s sqrt(1 + 1/n), not below zero, as every indicator is a
    count, a stock or a ratio of counts, nor above one for a share. It is empty with one seed, because one run says
    nothing about chance. It holds the uncertainty of parameters, too, where they are draws of a posterior. With a
    design every point has rows of its own, named by the column `point`. `values` may give the result of
    `yearly(dataset)` where they are known already.
    """
    values = yearly(dataset) if values is None else values
    cell = with_point(CELL, values)
    rows = spread(values.groupby(cell, sort=False).value)
    rows["low"] = np.maximum(0.0, rows["mean"] - rows.half * np.sqrt(rows.seeds + 1.0))
    rows["high"] = rows["mean"] + rows.half * np.sqrt(rows.seeds + 1.0)
    rows["unit"] = rows.indicator.map({name: about["unit"] for name, about in indicators_of(dataset).items()})
    rows["high"] = rows.high.where(rows.unit != "share", np.minimum(rows.high, 1.0))
    rows["observed"] = np.nan
    if observed is not None:
        figures = observed.assign(period=observed.year.astype(str)).set_index(["indicator", "period"]).value
        kept = rows.period.isin(complete_years(dataset))
        keys = pd.MultiIndex.from_frame(rows.loc[kept, ["indicator", "period"]])
        rows.loc[kept, "observed"] = figures.reindex(keys).to_numpy()
        rows = with_observed_totals(rows, indicators_of(dataset), complete_years(dataset))
    return rows[with_point(SUMMARY_COLUMNS, values)]


def with_point(columns: list[str], frame: pd.DataFrame) -> list[str]:
    """The columns, and `point` behind the world where the frame has one."""
    return [columns[0], "point", *columns[1:]] if "point" in frame else columns


def spread(groups: Any) -> pd.DataFrame:
    """Of each group of values its mean, how many there are, and half of the 90 % t-interval of that mean.

    The half is NaN where there are fewer than two values.
    """
    rows = groups.agg(["mean", "count", "std"]).reset_index().rename(columns={"count": "seeds"})
    quantile = stats.t.ppf(0.5 + CONFIDENCE / 2.0, rows.seeds.where(rows.seeds > 1) - 1)
    rows["half"] = quantile * rows["std"] / np.sqrt(rows.seeds)
    return rows


def with_observed_totals(rows: pd.DataFrame, known: dict[str, dict[str, str]], years: set[str]) -> pd.DataFrame:
    """Observed sums over the whole period, for flows observed in every year; people tried once have no such sum."""
    summable = [name for name, about in known.items() if about["kind"] == "flow" and not about["whole_period"]]
    once = rows[rows.period.isin(years)].drop_duplicates(["indicator", "period"])
    sums = once.groupby("indicator")["observed"].agg(lambda x: x.sum(skipna=False))
    whole = rows.period.eq(WHOLE) & rows.indicator.isin(summable)
    rows.loc[whole, "observed"] = rows.loc[whole, "indicator"].map(sums)
    return rows


def effects(dataset: xr.Dataset, baseline: str, values: pd.DataFrame | None = None) -> pd.DataFrame:
    """Paired differences of every world from the baseline on the same seeds (columns of effects.csv).

    The interval is the 90 % t-interval of the mean difference (`interval` is "mean"). Where every seed has parameters
    of its own, drawn from a posterior, that would shrink with the number of draws while the uncertainty stays; then it
    is for one further draw ("draw", `further_draw`). It is empty with one seed. With a design the differences are
    formed at every point, named by the column `point`.
    """
    values = yearly(dataset) if values is None else values
    cell = with_point(CELL, values)[1:]
    table = values.pivot_table(
        index=[*cell, "seed"], columns="world", values="value", sort=False, dropna=False, observed=True
    )
    units = {name: about["unit"] for name, about in indicators_of(dataset).items()}
    of, frames = "draw" if from_posterior(dataset) else "mean", []
    for world in [str(name) for name in dataset.world.values if name != baseline]:
        groups = (table[world] - table[baseline]).groupby(level=cell, sort=False)
        rows = spread(groups)
        rows["low"], rows["high"] = rows["mean"] - rows.half, rows["mean"] + rows.half
        if of == "draw":
            rows["low"], rows["high"] = np.array(groups.agg(further_draw).tolist()).T
        frames.append(rows.assign(world=world, baseline=baseline, unit=rows.indicator.map(units), interval=of))
    columns = with_point(EFFECT_COLUMNS, values)
    if not frames:
        return pd.DataFrame(columns=columns)
    return pd.concat(frames, ignore_index=True).astype({"seeds": int})[columns]


def further_draw(values: pd.Series) -> tuple[float, float]:
    """The 90 % prediction interval for one further draw; NaN for fewer than two.

    From 19 draws on it lies between two of them, whatever their distribution: the k-th from each end hold a further one
    with chance 1 - 2 k / (n + 1). Fewer are taken to be normal: mean -/+ t(n - 1) s sqrt(1 + 1/n).
    """
    known = np.sort(values.dropna().to_numpy(float))
    n = len(known)
    rank = int((1.0 - CONFIDENCE) / 2.0 * (n + 1) + 1e-9)
    if rank >= 1:
        return float(known[rank - 1]), float(known[-rank])
    if n < 2:
        return np.nan, np.nan
    half = stats.t.ppf(0.5 + CONFIDENCE / 2.0, n - 1) * known.std(ddof=1) * np.sqrt(1.0 + 1.0 / n)
    return float(known.mean() - half), float(known.mean() + half)


def cell(frame: pd.DataFrame, **where: Any) -> pd.Series | None:
    """The one row of a table with these keys, or None."""
    chosen = frame
    for column, value in where.items():
        chosen = chosen[chosen[column] == value]
    return None if chosen.empty else chosen.iloc[0]
