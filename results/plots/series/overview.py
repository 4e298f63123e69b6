"""Figures of a run: arrivals and preventions by month, the effect of policies by year, and the map (see map.py).

Figures are made without a global drawing state and without dates, so that equal results give equal files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from corridor.results.plots.map import draw_map
from corridor.results.plots.style import (
    EFFECTS,
    LEAST_SPAN,
    LINES,
    OBSERVED_COLOUR,
    add_legend,
    add_note,
    add_title,
    band,
    colour_of,
    error_lengths,
    title_of,
)
from corridor.results.tables.summary import INTERVALS, WHOLE, holds

STATEMENT = date(2022, 11, 14)


def figures_of(
    dataset: xr.Dataset, summary: pd.DataFrame, effects: pd.DataFrame, observed: pd.DataFrame, geography: Any
) -> dict[str, Callable[[], Figure]]:
    """The figures of a run by name: the months, the effect where there is a second world, and the map.

    `observed` has the columns indicator, month, value.
    """
    effect = {} if effects.empty else {"effect": partial(draw_effect, dataset, effects)}
    return {
        "monthly": partial(draw_monthly, dataset, summary, observed),
        **effect,
        "map": partial(draw_map, dataset, geography),
    }


def monthly_sums(dataset: xr.Dataset, name: str) -> xr.DataArray:
    """Sums by calendar month, dimensions world, seed and month (its first day); months cut by the run are left out."""
    sums = dataset[name].resample(time="MS").sum()
    days = xr.ones_like(dataset.time, dtype=int).resample(time="MS").sum()
    return sums.isel(time=np.flatnonzero((days == sums.time.dt.days_in_month).values))


def draw_monthly(dataset: xr.Dataset, summary: pd.DataFrame, observed: pd.DataFrame) -> Figure:
    """Monthly arrivals and preventions of every world against observed, with the day of the statement marked."""
    figure = Figure(figsize=(7.2, 5.6), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True)
    for axes, name, title in (
        (upper, "arrivals_people", "People who arrive in Kent by small boat, a month"),
        (lower, "prevented_people", "Prevented person-attempts, a month"),
    ):
        draw_worlds(axes, dataset, name)
        draw_observed(axes, dataset, summary, observed, name)
        axes.set_title(title, loc="left", fontsize=9, fontweight="bold")
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter("{x:,.0f}")
        mark_statement(axes, dataset)
    add_legend(upper)
    add_legend(lower)
    add_note(
        figure,
        f"Lines: mean of {dataset.sizes['seed']} seeds; bands: 90 % prediction interval for one further seed ("
        f"{holds(dataset)}).\nObserved: Home Office; prevented by month since May 2024, before as a twelfth of the "
        "year (contested counts of events).",
    )
    return figure


def draw_worlds(axes: Axes, dataset: xr.Dataset, name: str) -> None:
    """A line and a band for each world."""
    sums = monthly_sums(dataset, name)
    for number, world in enumerate(dataset.world.values):
        mean, low, high = band(sums.sel(world=world).values)
        colour = colour_of(dataset, str(world))
        axes.fill_between(sums.time.values, low, high, color=colour, alpha=0.18, linewidth=0)
        axes.plot(
            sums.time.values,
            mean,
            color=colour,
            linewidth=1.2,
            linestyle=LINES[number % len(LINES)],
            label=title_of(dataset, str(world)),
        )


def draw_observed(axes: Axes, dataset: xr.Dataset, summary: pd.DataFrame, observed: pd.DataFrame, name: str) -> None:
    """Observed months as a black line; years observed only in total as thin steps of a twelfth."""
    first, last = pd.Timestamp(dataset.time.values[0]), pd.Timestamp(dataset.time.values[-1])
    known = observed[observed.indicator == name]
    months = pd.to_datetime(known.month)
    inside = (months >= first.replace(day=1)) & (months <= last)
    axes.plot(
        months[inside],
        known.value[inside],
        color=OBSERVED_COLOUR,
        linewidth=1.0,
        marker="o",
        markersize=1.8,
        label="observed",
    )
    yearly = summary[(summary.indicator == name) & summary["observed"].notna() & (summary.period != WHOLE)]
    for year, value in dict(zip(yearly.period, yearly["observed"], strict=True)).items():
        if not months.dt.year.eq(int(year)).any():
            span = np.array([f"{year}-01-01", f"{year}-12-31"], dtype="datetime64[D]")
            axes.plot(
                span,
                [value / 12, value / 12],
                color=OBSERVED_COLOUR,
                linewidth=1.0,
                linestyle=(0, (1, 1)),
                label="observed, a twelfth of the year",
            )


def mark_statement(axes: Axes, dataset: xr.Dataset) -> None:
    """A dotted line on the day of the joint statement, where the run covers it."""
    days = pd.DatetimeIndex(dataset.time.values)
    if days[0] <= pd.Timestamp(STATEMENT) <= days[-1]:
        day = float(date2num(STATEMENT))
        axes.axvline(day, color="#777777", linewidth=0.9, linestyle=":")
        axes.annotate(
            "joint statement\n14 Nov 2022",
            (day, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(3, -2),
            textcoords="offset points",
            fontsize=6.5,
            color="#555555",
            va="top",
        )


def draw_effect(dataset: xr.Dataset, effects: pd.DataFrame) -> Figure:
    """Paired yearly differences from the baseline, one panel an indicator, deaths beside arrivals."""
    rows = effects[(effects.period != WHOLE) & effects.indicator.isin([name for name, _ in EFFECTS])]
    moved = sorted(set(rows[rows["mean"] != 0.0].period)) or sorted(set(rows.period))
    figure = Figure(figsize=(7.2, 4.6), layout="constrained")
    panels = figure.subplots(2, 3).ravel(order="F")
    order = (0, 4, 1, 5, 2, 3)  # top row arrivals, attempts, unique people; below deaths, deaths, prevented
    for axes, number in zip(panels, order, strict=True):
        draw_difference(axes, dataset, rows, EFFECTS[number], moved)
    if rows.world.nunique() > 1:
        panels[0].legend(frameon=False, fontsize=7)
    baseline = title_of(dataset, str(effects.baseline.iloc[0]))
    worlds = ", ".join(title_of(dataset, str(world)) for world in dict.fromkeys(effects.world))
    add_title(figure, f"{worlds}, less: {baseline}")
    seeds = dataset.sizes["seed"]
    interval = INTERVALS[effects.interval.iloc[0]]
    basis = (
        f"on the same {seeds} seeds and its 90 % interval\n({interval})" if seeds > 1 else "of one seed, no interval"
    )
    add_note(
        figure,
        f"Mean paired difference by year {basis}. Attempts and prevented count events; people, once a year.",
    )
    return figure


def draw_difference(
    axes: Axes, dataset: xr.Dataset, rows: pd.DataFrame, shown: tuple[str, str], years: Sequence[str]
) -> None:
    """Points with intervals of one indicator, worlds side by side, around a zero line."""
    name, title = shown
    worlds = list(dict.fromkeys(rows.world))
    for number, world in enumerate(worlds):
        part = rows[(rows.indicator == name) & (rows.world == world) & rows.period.isin(years)]
        at = np.arange(len(part)) + (number - (len(worlds) - 1) / 2) * 0.18
        axes.errorbar(
            at,
            part["mean"],
            yerr=error_lengths(part),
            fmt="o",
            markersize=3.5,
            capsize=2,
            linewidth=1.1,
            color=colour_of(dataset, str(world)),
            label=title_of(dataset, str(world)),
        )
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, -LEAST_SPAN), max(high, LEAST_SPAN))
    axes.axhline(0.0, color="#444444", linewidth=0.8)
    axes.set_xticks(np.arange(len(years)), years)
    axes.set_xlim(-0.6, len(years) - 0.4)
    axes.set_title(title, loc="left", fontsize=8)
    axes.yaxis.set_major_formatter("{x:,.0f}")
