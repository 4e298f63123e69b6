"""Figures of validation and forecast: fan charts with the cut, rank histograms and scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from corridor.results.plots.missing import shows
from corridor.results.plots.style import COLOURS, OBSERVED_COLOUR, add_note

OWN_COLOUR, BAND_COLOUR = COLOURS[0], "#8a8a8a"
TITLES = {
    "arrivals_people": "People who arrive in Kent by small boat, a month",
    "arrivals_boats": "Boats that arrive in Kent, a month",
    "people_per_boat": "People per boat that arrives, by month",
    "prevented_people": "Prevented person-attempts, a month",
}
METHODS = (
    "corridor",
    "corridor_alone",
    "seasonal_naive",
    "last_year_mean",
    "exponential_smoothing",
    "sarima",
)
MONTHS_BEFORE = 24  # shown before the cut
BINS = 10
FAN_NOTE = (
    "Line: median; bands: 50 and 90 % of the draws (parameters, weather, chance, and the errors of the record "
    "that the fit assumes).\nBlack: observed. Dotted: the last month that the fit saw."
)


def days_of(months: Sequence[str]) -> np.ndarray:
    """The middle of each month as a matplotlib day."""
    return np.array([float(date2num(np.datetime64(f"{month}-15"))) for month in months])


FAN = ("q50", "q05", "q25", "q75", "q95")


@shows(*FAN, of=lambda fans, _, indicator: fans[fans.indicator == indicator])
def draw_fans(fans: pd.DataFrame, observed: pd.Series, indicator: str) -> Figure:
    """One panel an origin: the fan of an indicator against the observed months, with the cut marked.

    `fans` has the columns origin, month, indicator, q05, q25, q50, q75, q95; `observed` is indexed by month.
    """
    rows = fans[fans.indicator == indicator]
    origins = list(dict.fromkeys(rows.origin))
    figure = Figure(figsize=(7.2, 2.6 * len(origins) + 0.6), layout="constrained")
    for axes, origin in zip(np.ravel(figure.subplots(len(origins), 1)), origins, strict=True):
        fan = rows[rows.origin == origin]
        shown = fan.tail(MONTHS_BEFORE + int((fan.month > origin).sum()))
        draw_fan(axes, shown, observed, origin)
        axes.set_title(f"{TITLES[indicator]}: fitted to {origin}", loc="left", fontsize=9, fontweight="bold")
    add_note(figure, FAN_NOTE)
    return figure


def draw_fan(axes: Axes, fan: pd.DataFrame, observed: pd.Series, cut: str) -> None:
    """Bands and median of a fan, observed months, and a dotted line at the end of the last fitted month."""
    at = days_of(fan.month.tolist())
    for low, high, alpha in (("q05", "q95", 0.18), ("q25", "q75", 0.32)):
        axes.fill_between(at, fan[low], fan[high], color=OWN_COLOUR, alpha=alpha, linewidth=0)
    axes.plot(at, fan.q50, color=OWN_COLOUR, linewidth=1.2, label="simulated")
    seen = observed.reindex(fan.month).to_numpy(float)
    axes.plot(at, seen, color=OBSERVED_COLOUR, linewidth=1.0, marker="o", markersize=2.2, label="observed")
    end = np.datetime64(cut, "M") + 1
    axes.axvline(float(date2num(end.astype("datetime64[D]"))), color="#777777", linewidth=0.9, linestyle=":")
    axes.set_ylim(bottom=0)
    axes.xaxis_date()
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.legend(loc="upper left", frameon=False, fontsize=7.5)


@shows("rank")
def draw_ranks_of_months(ranks: pd.DataFrame) -> Figure:
    """Rank histograms (probability integral transform) by origin and target; uniform when an ensemble is calibrated."""
    origins, targets = (list(dict.fromkeys(ranks[column])) for column in ("origin", "target"))
    rows, columns = max(1, len(origins)), max(1, len(targets))
    figure = Figure(figsize=(1.9 * columns + 0.6, 1.9 * rows + 0.5), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True)
    for i, origin in enumerate(origins):
        for k, target in enumerate(targets):
            values = ranks[(ranks.origin == origin) & (ranks.target == target)]["rank"].to_numpy(float)
            panels[i, k].set_visible(len(values) > 0)
            draw_histogram(panels[i, k], values, f"{target}\nfitted to {origin}")
    add_note(
        figure,
        "Share of draws below the observed month. Line: uniform; peaks at the ends: too narrow.",
    )
    return figure


def draw_histogram(axes: Axes, values: np.ndarray, title: str) -> None:
    """One histogram of ranks with the line at which all bins are equal."""
    axes.hist(values, bins=BINS, range=(0.0, 1.0), color=OWN_COLOUR, alpha=0.6)
    axes.axhline(len(values) / BINS, color="#444444", linewidth=0.8)
    axes.set_title(title, loc="left", fontsize=6.5)
    axes.tick_params(labelsize=6.5)


@shows("wape", "cover90", of=lambda table: table[table.target == "arrivals_people"])
def draw_scores(table: pd.DataFrame) -> Figure:
    """WAPE of monthly arrivals by method and origin, and the coverage of the 90 % interval."""
    rows = table[table.target == "arrivals_people"]
    origins = list(dict.fromkeys(rows.origin))
    figure = Figure(figsize=(7.2, 2.8), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for number, origin in enumerate(origins):
        part = rows[rows.origin == origin].set_index("method").reindex(METHODS)
        at = np.arange(len(METHODS)) + (number - (len(origins) - 1) / 2) * 0.3
        for axes, column in zip(panels, ("wape", "cover90"), strict=True):
            axes.barh(at, part[column], height=0.28, color=COLOURS[number], label=f"fitted to {origin}")
    for axes, title in zip(panels, ("WAPE of monthly arrivals", "Coverage of the 90 % interval"), strict=True):
        axes.set_title(title, loc="left", fontsize=8.5)
        axes.set_yticks(range(len(METHODS)), METHODS, fontsize=7)
        axes.set_ylim(len(METHODS) - 0.4, -0.6)
    panels[1].axvspan(0.80, 0.97, color=BAND_COLOUR, alpha=0.2, linewidth=0)
    panels[0].legend(frameon=False, fontsize=7)
    return figure


@shows(*FAN)
def draw_forecast(forecast: pd.DataFrame, observed: pd.Series, last: str) -> Figure:
    """The fan of a forecast after the last observed months; `forecast` as forecast.csv, of one indicator."""
    figure = Figure(figsize=(7.2, 3.2), layout="constrained")
    axes = figure.subplots()
    indicator = str(forecast.indicator.iloc[0])
    draw_fan(axes, forecast, observed, last)
    before = observed[:last].tail(MONTHS_BEFORE)
    axes.plot(
        days_of(before.index.tolist()),
        before.to_numpy(float),
        color=OBSERVED_COLOUR,
        linewidth=1.0,
        marker="o",
        markersize=2.2,
    )
    axes.set_title(TITLES.get(indicator, indicator), loc="left", fontsize=9, fontweight="bold")
    add_note(figure, FAN_NOTE)
    return figure
