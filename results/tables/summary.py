"""Yearly values of each world, their intervals, and paired differences between worlds."""

from __future__ import annotations

import calendar
import json
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corridor.results.store.run_folder import DRAW
from corridor.results.store.yearly import WHOLE, annual, labels, per_of
from corridor.results.tables import doubt, intervals

CELL = ["world", "indicator", "period"]
SUMMARY_COLUMNS = ["world", "indicator", "period", "unit", "mean", "low", "high", "seeds", "observed"]
PAIRED_COLUMNS = ("world", "baseline", "indicator", "period", "unit", "mean", "low", "high", "seeds", "interval")
EFFECT_COLUMNS = [*PAIRED_COLUMNS, "mean_low", "mean_high", *doubt.COLUMNS]
FEW_DRAWS = "draw_normal"
CHANCE, DOUBT = "chance only", "chance, and uncertainty of parameters and strengths"
INTERVALS = {  # the column `interval` in words
    "mean": f"of the mean: {CHANCE}",
    "draw": f"for one further draw of the posterior: {DOUBT}",
    FEW_DRAWS: f"for one further draw of the posterior, taken as normal, being fewer than {intervals.FEWEST}: {DOUBT}",
}


def interval_of_values(from_posterior: bool) -> str:
    """What the prediction intervals of summary.csv are for and hold, in words."""
    return INTERVALS["draw"] if from_posterior else f"for one further seed: {CHANCE}"


def indicators_of(dataset: xr.Dataset) -> dict[str, dict[str, str]]:
    """What each indicator is, as the store says: name, unit, kind, meaning, numerator, denominator, per,
    whole_period."""
    known: dict[str, dict[str, str]] = json.loads(dataset.attrs["indicators"])
    return known


def draws_of(dataset: xr.Dataset) -> pd.Series | None:
    """The draw of each seed, where draws of a posterior have several seeds, which are not independent; else None."""
    return pd.Series(dataset[DRAW].to_numpy(), dataset.seed.to_numpy()) if DRAW in dataset.coords else None


def number_of_draws(dataset: xr.Dataset) -> int | None:
    """The number of draws, where draws of a posterior have several seeds; else None."""
    return len(np.unique(dataset[DRAW])) if DRAW in dataset.coords else None


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
    return by_period(dataset, dataset.time.dt.year.values)


def by_period(dataset: xr.Dataset, period_of_day: np.ndarray[Any, Any]) -> pd.DataFrame:
    """Every indicator of each world and seed in each period, and in all of them together, as `yearly` forms them.

    `period_of_day` gives for each day of the run the number of the period that it belongs to, shape (day,).
    """
    known = indicators_of(dataset)
    daily = {name: dataset[name].values for name, about in known.items() if about["kind"] != "ratio"}
    dims = [str(name) for name in dataset[next(iter(daily))].dims if name != "time"]
    keys = pd.MultiIndex.from_product([dataset[name].values for name in dims], names=dims).to_frame(index=False)
    values, periods = annual(daily, period_of_day, known), labels(period_of_day)
    frames = [
        keys.assign(indicator=name, period=label, value=values[name][..., k].reshape(-1))
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

    The interval is for one further seed (`intervals.further_draw`): from 19 seeds on quantiles of these, as counts are
    skewed; of fewer mean -/+ t(n - 1) s sqrt(1 + 1/n), not below zero, as every indicator is a count, a stock or a
    ratio of counts, nor above one for a share. Where draws have several seeds, n is the number of draws. It is empty
    with one seed, because one run says nothing about chance. It holds the uncertainty of parameters, too, where they
    are draws of a posterior. With a design every point has rows of its own, named by the column `point`. `values` may
    give the result of `yearly(dataset)` where they are known already.
    """
    values = yearly(dataset) if values is None else values
    cell, known = with_point(CELL, values), indicators_of(dataset)
    rows = spread(values.groupby(cell, sort=False).value)
    rows = with_ratios_of_sums(rows, ratios_of_sums(values, known, cell))
    many = rows.half.notna()
    draws = number_of_draws(dataset) or values.seed.nunique()
    half = intervals.half_width(draws, rows["std"].where(many))
    rows["low"], rows["high"] = np.maximum(0.0, rows["mean"] - half), rows["mean"] + half
    if draws >= intervals.FEWEST:
        found = values.groupby(cell, sort=False).value.agg(intervals.further_draw, draws=number_of_draws(dataset))
        rows.loc[many, ["low", "high"]] = np.array(found.tolist())[many.to_numpy()]
    rows["unit"] = rows.indicator.map({name: about["unit"] for name, about in known.items()})
    rows["high"] = rows.high.where(rows.unit != "share", np.minimum(rows.high, 1.0))
    rows["observed"] = np.nan if observed is None else observed_beside(rows, observed, dataset)
    return rows[with_point(SUMMARY_COLUMNS, values)]


def observed_beside(rows: pd.DataFrame, observed: pd.DataFrame, dataset: xr.Dataset) -> pd.Series:
    """The observed value of the same days beside each row, NaN where there is none.

    Years that the run cuts have none. The whole run has the sum of its years for flows that were observed in all of
    them, if it cuts no year; people who tried have no such sum, as one person may try in several years.
    """
    years, run = complete_years(dataset), set(labels(dataset.time.dt.year.values)) - {WHOLE}
    record = observed.assign(period=observed.year.astype(str)).set_index(["indicator", "period"]).value
    beside = record.reindex(pd.MultiIndex.from_frame(rows[["indicator", "period"]])).set_axis(rows.index)
    beside = beside.where(rows.period.isin(years))
    if years == run:
        flows = [name for name, each in indicators_of(dataset).items() if each["kind"] == "flow"]
        summable = [name for name in flows if not indicators_of(dataset)[name]["whole_period"]]
        sums = record.unstack().reindex(index=summable, columns=sorted(years)).sum(axis=1, skipna=False)
        whole = rows.period == WHOLE
        beside[whole] = rows.indicator[whole].map(sums)
    return beside


def with_point(columns: list[str], frame: pd.DataFrame) -> list[str]:
    """The columns, and `point` behind the world where the frame has one."""
    return [columns[0], "point", *columns[1:]] if "point" in frame else columns


def spread(groups: Any) -> pd.DataFrame:
    """Of each group of values its mean, how many there are, and half of the 90 % t-interval of that mean.

    The half is NaN where there are fewer than two values. Where some seed has no value, mean and half are NaN: a mean
    over those that happen to have one would be biased.
    """
    rows = groups.agg(["mean", "count", "std", "size"]).reset_index().rename(columns={"count": "seeds"})
    rows["half"] = intervals.reach(rows.seeds - 1) * rows["std"] / np.sqrt(rows.seeds)
    rows.loc[rows.seeds < rows["size"], ["mean", "half"]] = np.nan
    return rows


def ratios_of_sums(values: pd.DataFrame, known: dict[str, dict[str, str]], cell: list[str]) -> pd.Series:
    """Of each ratio whose parts are in the table the sum of its numerator over all seeds, over that of its
    denominator; indexed by `cell`."""
    sums = values.groupby(cell, sort=False).value.sum().unstack("indicator")
    ratios = {
        name: per_of(about) * sums[about["numerator"]] / sums[about["denominator"]].replace(0.0, np.nan)
        for name, about in known.items()
        if about["kind"] == "ratio" and {about["numerator"], about["denominator"]} <= set(sums)
    }
    frames = [ratio.rename("value").reset_index().assign(indicator=name) for name, ratio in ratios.items()]
    empty = pd.DataFrame(columns=[*cell, "value"])
    return (pd.concat(frames, ignore_index=True) if frames else empty).set_index(cell).value


def with_ratios_of_sums(rows: pd.DataFrame, ratios: pd.Series) -> pd.DataFrame:
    """Rows with the ratio of sums as the mean where some seed has no value, as zero over zero has none."""
    found = ratios.reindex(pd.MultiIndex.from_frame(rows[ratios.index.names])).set_axis(rows.index)
    return rows.assign(mean=rows["mean"].where(rows.seeds == rows["size"], found))


def effects(dataset: xr.Dataset, baseline: str, values: pd.DataFrame | None = None) -> pd.DataFrame:
    """Paired differences of every world from the baseline on the same seeds (columns of effects.csv).

    The interval is the 90 % t-interval of the mean difference (`interval` is "mean"). Where every seed has parameters
    of its own, drawn from a posterior, that would shrink with the number of draws while the uncertainty stays; then it
    is for one further draw ("draw", `intervals.further_draw`), and `mean_low` to `mean_high` is that of the mean over
    draws. It is empty with one seed. With a design the differences are
    formed at every point, named by the column `point`.
    """
    values = yearly(dataset) if values is None else values
    cell = with_point(CELL, values)[1:]
    table = values.pivot_table(
        index=[*cell, "seed"], columns="world", values="value", sort=False, dropna=False, observed=True
    )
    known = indicators_of(dataset)
    units = {name: about["unit"] for name, about in known.items()}
    worlds = [str(name) for name in dataset.world.values]
    ratios = ratios_of_sums(values, known, with_point(CELL, values)).unstack("world").reindex(columns=worlds)
    of, frames = "draw" if from_posterior(dataset) else "mean", []
    draws = draws_of(dataset)
    for world in [name for name in worlds if name != baseline]:
        differences = table[world] - table[baseline]
        rows = with_ratios_of_sums(paired_rows(differences, cell, of, draws), ratios[world] - ratios[baseline])
        rows = doubt.with_parts(rows, differences, cell, dataset)
        rows["low"], rows["high"] = rows.future_low.fillna(rows.low), rows.future_high.fillna(rows.high)
        frames.append(rows.assign(world=world, baseline=baseline, unit=rows.indicator.map(units)))
    columns = with_point(EFFECT_COLUMNS, values)
    if not frames:
        return pd.DataFrame(columns=columns)
    return pd.concat(frames, ignore_index=True).astype({"seeds": int})[columns]


def paired_rows(differences: pd.Series, cell: list[str], of: str, draws: pd.Series | None) -> pd.DataFrame:
    """Mean, `low`, `high`, `interval`, `mean_low`, `mean_high` and number of seeds of paired differences, which are
    indexed by `cell` and seed.

    The interval low to high is that of `effects`: of the mean ("mean"), or for one further draw ("draw", and
    "draw_normal" where draws are so few that they are taken to be normal). That of the mean is over seeds or draws;
    `draws` has the draw of each seed where draws have several (`draws_of`).
    """
    groups = differences.groupby(level=cell, sort=False)
    rows = spread(groups)
    each = differences if draws is None else mean_by_draw(differences, cell, draws)
    of_units = spread(each.groupby(level=cell, sort=False))
    rows["mean_low"], rows["mean_high"] = rows["mean"] - of_units.half, rows["mean"] + of_units.half
    rows["low"], rows["high"], rows["interval"] = rows.mean_low, rows.mean_high, of
    if of == "draw":
        number = None if draws is None else draws.nunique()
        rows["low"], rows["high"] = np.array(groups.agg(intervals.further_draw, draws=number).tolist()).T
        rows["interval"] = np.where((number or rows.seeds) < intervals.FEWEST, FEW_DRAWS, of)
    return rows


def mean_by_draw(differences: pd.Series, cell: list[str], draws: pd.Series) -> pd.Series:
    """Differences with the mean over the seeds of each draw in place of these, NaN where one is missing."""
    draw = pd.Index(differences.index.get_level_values("seed").map(draws.to_dict()), name="seed")
    levels = [differences.index.get_level_values(name) for name in cell]
    found: pd.Series = differences.groupby([*levels, draw], sort=False).agg(lambda each: each.mean(skipna=False))
    return found


def cell(frame: pd.DataFrame, **where: Any) -> pd.Series | None:
    """The one row of a table with these keys, or None."""
    chosen = frame
    for column, value in where.items():
        chosen = chosen[chosen[column] == value]
    return None if chosen.empty else chosen.iloc[0]
