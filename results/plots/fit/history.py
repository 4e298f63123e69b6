"""Figures of a history: what was observed beside the members, and the conditions of the time that they took."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from corridor.results.plots import words
from corridor.results.plots.fit.validation import days_of
from corridor.results.plots.missing import shows
from corridor.results.plots.sheet import Sheet
from corridor.results.plots.style import COLOURS, OBSERVED_COLOUR, count_axis, date_axis, each_once

MONTH, YEAR = len("2021-01"), len("2021")
MONTHLY = ("arrivals_people", "arrivals_boats")
YEARLY = {
    "arrivals_people": "People who arrived",
    "arrivals_boats": "Boats that arrived",
    "prevented_people": "Person-attempts prevented",
    "deaths_channel": "Deaths, Channel",
    "camp_stock": "People at the coast",
    "arrivals_lorry": "Arrivals by lorry",
}
FEW = ("arrivals_people", "arrivals_boats", "prevented_people", "deaths_channel")  # in a single column
WIDE, NARROW = (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)  # where a multiplier's axis has numbers
SPAN = 5.0  # an axis up to five times its lowest value is narrow
BAND: dict[str, Any] = {"color": COLOURS[0], "alpha": 0.25, "linewidth": 0.0}


@shows("median", ends=("low", "high"), of=lambda scores, _until: plotted(scores, MONTHLY, MONTH))
def draw_months(scores: pd.DataFrame, until: str, sheet: Sheet) -> Figure:
    """Monthly people and boats: the record (black) and the 90 % interval and median of the members (blue)."""
    panels = sheet.panels(len(MONTHLY), most=1, height=1.6, sharex=True)
    cut = False
    for name, axes in zip(MONTHLY, panels, strict=True):
        rows = rows_of(scores, name, MONTH)
        days = days_of(rows.period.tolist())
        axes.fill_between(days, rows.low.to_numpy(float), rows.high.to_numpy(float), **BAND, label="members, 90 %")
        axes.plot(days, rows["median"], color=COLOURS[0], linewidth=1.2, label="members, median")
        look: dict[str, Any] = {"color": OBSERVED_COLOUR, "linewidth": 0.8, "marker": "o", "markersize": 1.5}
        axes.plot(days, rows.observed, label="observed", **look)
        axes.xaxis_date()
        finish(axes, sheet, words.monthly_quantity(name))
        date_axis(axes, sheet.wide)
        cut |= mark_cut(axes, rows.period, until)
    sheet.title(f"The past, conditioned on the record until {until}, beside the record")
    sheet.legend(each_once(panels[0]))
    sheet.note(
        "Median and 90 % interval of the members of the history. That they agree with the record is the purpose of "
        "conditioning, and no test. Observed: Home Office."
        + " Dotted: the last month that they were conditioned on."
        * cut
    )
    return sheet.figure


@shows("median", ends=("low", "high"), of=lambda scores: plotted(scores, YEARLY, YEAR))
def draw_years(scores: pd.DataFrame, sheet: Sheet) -> Figure:
    """Yearly values of six series: the record (black) beside the members (blue)."""
    shown = {name: label for name, label in YEARLY.items() if sheet.wide or name in FEW}
    panels = sheet.panels(len(shown), most=3, few=2, height=1.45)
    for (name, label), axes in zip(shown.items(), panels, strict=True):
        rows = rows_of(scores, name, YEAR)
        years = rows.period.astype(int).to_numpy()
        middle = rows["median"].to_numpy(float)
        lengths = [middle - rows.low.to_numpy(float), rows.high.to_numpy(float) - middle]
        axes.errorbar(years, middle, lengths, fmt="o", markersize=3, color=COLOURS[0], label="members, 90 %")
        axes.plot(years, rows.observed, "x", color=OBSERVED_COLOUR, markersize=5, label="observed")
        axes.set_xticks(years, [f"\N{RIGHT SINGLE QUOTATION MARK}{year % 100:02d}" for year in years])
        finish(axes, sheet, label)
    sheet.title("The conditioned past by year, beside the record")
    sheet.legend(each_once(panels[0]))
    sheet.note(
        "Median and 90 % interval of the members of the history; crosses: observed (Home Office; prevented attempts "
        "and people at the coast as French authorities and associations report them). Deaths are those reported."
    )
    return sheet.figure


@shows("median", ends=("low", "high"))
def draw_conditions(table: pd.DataFrame, sheet: Sheet) -> Figure:
    """The multipliers of each condition over time, with the 90 % interval of their prior (grey)."""
    names = list(dict.fromkeys(table.name))
    panels = sheet.panels(len(names), most=1, height=1.15, sharex=True)
    for name, axes in zip(names, panels, strict=True):
        rows = until_the_end(table[table.name == name], table.date.max())
        days = pd.to_datetime(rows.date)
        low, high = (rows[key].to_numpy(float) for key in ("prior_low", "prior_high"))
        axes.fill_between(days, low, high, step="post", color="#bbbbbb", alpha=0.4, linewidth=0.0, label="prior, 90 %")
        low, high = (rows[key].to_numpy(float) for key in ("low", "high"))
        axes.fill_between(days, low, high, step="post", **BAND, label="members, 90 %")
        axes.step(days, rows["median"], where="post", color=COLOURS[0], linewidth=1.2, label="members, median")
        axes.axhline(1.0, color=OBSERVED_COLOUR, linewidth=0.6)
        axes.set_yscale("log")
        bottom, top = axes.get_ylim()
        axes.yaxis.set_major_locator(LogLocator(subs=WIDE if top > SPAN * bottom else NARROW))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter(NullFormatter())
        finish(axes, sheet, words.condition(name))
        date_axis(axes, sheet.wide)
    sheet.title("Conditions of the time, as inferred from the record")
    sheet.legend(each_once(panels[0]))
    sheet.note(
        "Multipliers of what the model has without them (1, black line), each over the days until the next one: median "
        "and 90 % interval of the members of the history, which is conditioned on the record."
    )
    return sheet.figure


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


def mark_cut(axes: Axes, periods: pd.Series, until: str) -> bool:
    """A line at the end of what the history knew, where later values are shown; whether there are."""
    later = bool(len(periods) and periods.iloc[-1] > until)
    if later:
        last = date2num(pd.Timestamp(until) + pd.offsets.MonthEnd(0))
        axes.axvline(last, color=OBSERVED_COLOUR, linewidth=0.8, linestyle=":")
    return later


def finish(axes: Axes, sheet: Sheet, title: str) -> None:
    """Title, and an axis from zero where it is not logarithmic."""
    sheet.panel_title(axes, title, sheet.inches * 0.9)
    if axes.get_yscale() == "linear":
        axes.set_ylim(bottom=0.0)
        count_axis(axes)
