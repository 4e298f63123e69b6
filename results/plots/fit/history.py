"""Figures of a history: what was observed beside the members, and the conditions of the time that they took."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from corridor.results.plots.missing import shows
from corridor.results.plots.style import COLOURS, OBSERVED_COLOUR

MONTH, YEAR = len("2021-01"), len("2021")
MONTHLY = {"arrivals_people": "people who arrived", "arrivals_boats": "boats that arrived"}
YEARLY = {
    "arrivals_people": "people who arrived",
    "arrivals_boats": "boats that arrived",
    "prevented_people": "person-attempts prevented",
    "deaths_channel": "deaths, Channel",
    "camp_stock": "people at the coast",
    "arrivals_lorry": "arrivals by lorry",
}
BAND = {"color": COLOURS[0], "alpha": 0.25, "linewidth": 0.0}
TITLES = {
    "demand_uk": "odds of being bound for the United Kingdom",
    "stop_odds": "odds of a stop on the beach",
    "boat_supply": "boats that the supply line carries",
    "usable_window": "usable share of a night",
}


@shows("median", ends=("low", "high"), of=lambda scores, _until: plotted(scores, MONTHLY, MONTH))
def draw_months(scores: pd.DataFrame, until: str) -> Figure:
    """Monthly people and boats: the record (black) and the 90 % interval and median of the members (blue)."""
    figure = Figure(figsize=(7.0, 4.6), layout="constrained")
    for (name, label), axes in zip(MONTHLY.items(), figure.subplots(2, 1, sharex=True), strict=True):
        rows = rows_of(scores, name, MONTH)
        days = pd.to_datetime(rows.period)
        axes.fill_between(days, rows.low.to_numpy(float), rows.high.to_numpy(float), **BAND, label="members, 90 %")
        axes.plot(days, rows["median"], color=COLOURS[0], linewidth=1.2, label="members, median")
        axes.plot(days, rows.observed, color=OBSERVED_COLOUR, linewidth=0.9, label="observed")
        finish(axes, f"{label} a month")
        mark_cut(axes, rows.period, until)
    axes.legend(loc="upper left", fontsize=7, frameon=False)
    return figure


@shows("median", ends=("low", "high"), of=lambda scores: plotted(scores, YEARLY, YEAR))
def draw_years(scores: pd.DataFrame) -> Figure:
    """Yearly values of six series: the record (black) beside the members (blue)."""
    figure = Figure(figsize=(7.0, 4.4), layout="constrained")
    for (name, label), axes in zip(YEARLY.items(), np.ravel(figure.subplots(2, 3)), strict=True):
        rows = rows_of(scores, name, YEAR)
        years = rows.period.astype(int).to_numpy()
        middle = rows["median"].to_numpy(float)
        lengths = [middle - rows.low.to_numpy(float), rows.high.to_numpy(float) - middle]
        axes.errorbar(years, middle, lengths, fmt="o", markersize=3, color=COLOURS[0], label="members, 90 %")
        axes.plot(years, rows.observed, "x", color=OBSERVED_COLOUR, markersize=5, label="observed")
        axes.set_xticks(years, [f"{year % 100:02d}" for year in years])
        finish(axes, label)
    axes.legend(loc="upper right", fontsize=7, frameon=False)
    return figure


@shows("median", ends=("low", "high"))
def draw_conditions(table: pd.DataFrame) -> Figure:
    """The multipliers of each condition over time, with the 90 % interval of their prior (grey)."""
    names = list(dict.fromkeys(table.name))
    figure = Figure(figsize=(7.0, 1.9 * len(names)), layout="constrained")
    for name, axes in zip(names, np.ravel(figure.subplots(len(names), 1, sharex=True)), strict=True):
        rows = until_the_end(table[table.name == name], table.date.max())
        days = pd.to_datetime(rows.date)
        low, high = (rows[key].to_numpy(float) for key in ("prior_low", "prior_high"))
        axes.fill_between(days, low, high, step="post", color="#bbbbbb", alpha=0.4, linewidth=0.0, label="prior, 90 %")
        low, high = (rows[key].to_numpy(float) for key in ("low", "high"))
        axes.fill_between(days, low, high, step="post", **BAND, label="members, 90 %")
        axes.step(days, rows["median"], where="post", color=COLOURS[0], linewidth=1.2, label="members, median")
        axes.axhline(1.0, color=OBSERVED_COLOUR, linewidth=0.6)
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 1.5, 2.0, 3.0, 5.0, 7.0)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter(NullFormatter())
        finish(axes, TITLES.get(name, name))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper right", fontsize=7, frameon=False, ncols=3)
    return figure


def until_the_end(rows: pd.DataFrame, last: str) -> pd.DataFrame:
    """The rows of a condition, and its last one again a quarter after the last date of all, until when it is shown."""
    end = pd.Timestamp(last) + pd.DateOffset(months=3)
    return pd.concat([rows, rows.tail(1).assign(date=f"{end:%Y-%m-%d}")])


def plotted(scores: pd.DataFrame, names: Collection[str], length: int) -> pd.DataFrame:
    """The rows of some series that a figure shows."""
    return scores[scores.quantity.isin(names) & (scores.period.str.len() == length)]


def rows_of(scores: pd.DataFrame, name: str, length: int) -> pd.DataFrame:
    """The rows of a series with periods of one kind, by the length of their names."""
    return scores[(scores.quantity == name) & (scores.period.str.len() == length)].sort_values("period")


def mark_cut(axes: Axes, periods: pd.Series, until: str) -> None:
    """A line at the end of what the history knew, where later values are shown."""
    if len(periods) and periods.iloc[-1] > until:
        last = date2num(pd.Timestamp(until) + pd.offsets.MonthEnd(0))
        axes.axvline(last, color=OBSERVED_COLOUR, linewidth=0.8, linestyle=":")


def finish(axes: Axes, title: str) -> None:
    """Title, and an axis from zero where it is not logarithmic."""
    axes.set_title(title, loc="left", fontsize=8)
    axes.tick_params(labelsize=7)
    if axes.get_yscale() == "linear":
        axes.set_ylim(bottom=0.0)
        axes.yaxis.set_major_formatter("{x:,.0f}")
