"""Figures of validation and forecast: fan charts with the cut, rank histograms and scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from scipy import stats

from corridor.results.plots.missing import shows
from corridor.results.plots.sheet import Sheet
from corridor.results.plots.style import COLOURS, HATCHES, OBSERVED_COLOUR, count_axis, date_axis, each_once
from corridor.results.plots.words import monthly_quantity, quantity
from corridor.results.tables.intervals import CONFIDENCE

OWN_COLOUR, BAND_COLOUR = COLOURS[0], "#8a8a8a"
METHODS = (
    "corridor",
    "corridor_alone",
    "seasonal_naive",
    "last_year_mean",
    "exponential_smoothing",
    "sarima",
)
METHOD_WORDS = {"corridor": "Corridor", "corridor_alone": "Corridor alone", "sarima": "SARIMA"}
MONTHS_BEFORE = 24  # shown before the cut
BINS = 10
RANK_LABELS = ("share of draws below", "months")
FAN_NOTE = (
    "Line: median; bands: 50 and 90 % of the draws (parameters, weather, chance, and the errors of the record "
    "that the fit assumes). Black: observed. Dotted: the last month that the fit saw."
)


def days_of(months: Sequence[str]) -> np.ndarray:
    """The middle of each month as a matplotlib day."""
    return np.array([float(date2num(np.datetime64(f"{month}-15"))) for month in months])


FAN = ("q50", "q05", "q25", "q75", "q95")


@shows(*FAN, of=lambda fans, _, indicator: fans[fans.indicator == indicator])
def draw_fans(fans: pd.DataFrame, observed: pd.Series, indicator: str, sheet: Sheet) -> Figure:
    """One panel an origin: the fan of an indicator against the observed months, with the cut marked.

    `fans` has the columns origin, month, indicator, q05, q25, q50, q75, q95; `observed` is indexed by month.
    """
    rows = fans[fans.indicator == indicator]
    origins = list(dict.fromkeys(rows.origin))
    panels = sheet.panels(len(origins), most=1, height=1.7)
    for axes, origin in zip(panels, origins, strict=True):
        fan = rows[rows.origin == origin]
        shown = fan.tail(MONTHS_BEFORE + int((fan.month > origin).sum()))
        draw_fan(axes, shown, observed, origin, sheet)
        sheet.panel_title(axes, f"Fitted to the record until {origin}")
    sheet.title(f"Predicted and observed: {lower(monthly_quantity(indicator))}")
    sheet.legend(each_once(panels[0]))
    sheet.note(FAN_NOTE)
    return sheet.figure


def lower(text: str) -> str:
    """A text that begins with a small letter."""
    return text[:1].lower() + text[1:]


def draw_fan(axes: Axes, fan: pd.DataFrame, observed: pd.Series, cut: str, sheet: Sheet) -> None:
    """Bands and median of a fan, observed months, and a dotted line at the end of the last fitted month."""
    at = days_of(fan.month.tolist())
    for low, high, alpha, label in (("q05", "q95", 0.18, "90 % of the draws"), ("q25", "q75", 0.32, "50 %")):
        axes.fill_between(at, fan[low], fan[high], color=OWN_COLOUR, alpha=alpha, linewidth=0, label=label)
    axes.plot(at, fan.q50, color=OWN_COLOUR, linewidth=1.2, label="median")
    seen = observed.reindex(fan.month).to_numpy(float)
    axes.plot(at, seen, color=OBSERVED_COLOUR, linewidth=0.8, marker="o", markersize=2.0, label="observed")
    end = np.datetime64(cut, "M") + 1
    axes.axvline(float(date2num(end.astype("datetime64[D]"))), color="#777777", linewidth=0.9, linestyle=":")
    axes.set_ylim(bottom=0)
    axes.xaxis_date()
    date_axis(axes, sheet.wide)
    count_axis(axes)


@shows("rank")
def draw_ranks_of_months(ranks: pd.DataFrame, sheet: Sheet) -> Figure:
    """Rank histograms (probability integral transform) by origin and target; uniform when an ensemble is calibrated."""
    origins, targets = (list(dict.fromkeys(ranks[column])) for column in ("origin", "target"))
    shown = [(origin, target) for origin in origins for target in targets]
    shown = [pair for pair in shown if ((ranks.origin == pair[0]) & (ranks.target == pair[1])).any()]
    most = max(1, min(len(targets), 4))
    panels = sheet.panels(len(shown), most=most, few=2, height=1.25, sharex=True)
    for axes, (origin, target) in zip(panels, shown, strict=True):
        values = ranks[(ranks.origin == origin) & (ranks.target == target)]["rank"].to_numpy(float)
        draw_histogram(axes, values)
        sheet.panel_title(axes, f"{quantity(target)}, fitted to {origin}", 0.9 * sheet.inches / most, fontsize=6.5)
    sheet.label_outer(panels, *RANK_LABELS)
    sheet.title("Where the observed months lie among the draws")
    sheet.note(
        "Number of months by the share of draws below the observed value. Line: all bins equal, as where the "
        "predictions are calibrated; peaks at the ends: too narrow."
    )
    return sheet.figure


def draw_histogram(axes: Axes, values: np.ndarray) -> None:
    """One histogram of ranks with the line at which all bins are equal."""
    axes.hist(values, bins=BINS, range=(0.0, 1.0), color=OWN_COLOUR, alpha=0.6)
    axes.axhline(len(values) / BINS, color="#444444", linewidth=0.8)
    count_axis(axes, ticks=4)
    axes.set_xticks([0.0, 0.5, 1.0], ["0", "0.5", "1"])


@shows("wape", "cover90", of=lambda table: table[table.target == "arrivals_people"])
def draw_scores(table: pd.DataFrame, sheet: Sheet) -> Figure:
    """WAPE of monthly arrivals by method and origin, and the coverage of the 90 % interval."""
    rows = table[table.target == "arrivals_people"]
    origins = list(dict.fromkeys(rows.origin))
    panels = sheet.panels(2, most=2, few=1, height=2.0, sharey=True)
    for number, origin in enumerate(origins):
        part = rows[rows.origin == origin].set_index("method").reindex(METHODS)
        at = np.arange(len(METHODS)) + (number - (len(origins) - 1) / 2) * 0.3
        look: dict[str, Any] = {"color": COLOURS[number % 6], "hatch": HATCHES[number % 4], "edgecolor": "white"}
        for axes, column in zip(panels, ("wape", "cover90"), strict=True):
            axes.barh(at, part[column], height=0.28, label=f"fitted to {origin}", **look)
        low, high = share_of_calibrated(int(part["values"].max()))
        panels[1].barh(at, np.full(len(at), high - low), left=low, height=0.28, color=BAND_COLOUR, alpha=0.5)
    titles = ("Mean error over mean of the record (WAPE)", "Share of months within the 90 % interval")
    for axes, title in zip(panels, titles, strict=True):
        sheet.panel_title(axes, title, 0.42 * sheet.inches if sheet.wide else None)
        axes.set_yticks(range(len(METHODS)), [method_words(name) for name in METHODS])
        axes.set_ylim(len(METHODS) - 0.4, -0.6)
    sheet.title("How well monthly arrivals were predicted")
    sheet.legend(each_once(panels[0]))
    sheet.note(
        "Months after the last fitted one. Corridor alone: without the errors of the record that the fit assumes. "
        "Grey: the shares that a calibrated interval has in nine of ten cases, if months were independent."
    )
    return sheet.figure


def share_of_calibrated(months: int) -> tuple[float, float]:
    """The central 90 % interval of the share of so many independent months that lie in a calibrated 90 % interval."""
    low, high = stats.binom.interval(CONFIDENCE, months, CONFIDENCE)
    return float(low) / months, float(high) / months


def method_words(name: str) -> str:
    """A method of prediction in words."""
    return METHOD_WORDS.get(name, name[:1].upper() + name[1:].replace("_", " "))


@shows(*FAN)
def draw_forecast(forecast: pd.DataFrame, observed: pd.Series, last: str, sheet: Sheet) -> Figure:
    """The fan of a forecast after the last observed months; `forecast` as forecast.csv, of one indicator."""
    (axes,) = sheet.panels(1, height=2.3)
    indicator = str(forecast.indicator.iloc[0])
    draw_fan(axes, forecast, observed, last, sheet)
    before = observed[:last].tail(MONTHS_BEFORE)
    look: dict[str, Any] = {"color": OBSERVED_COLOUR, "linewidth": 0.8, "marker": "o", "markersize": 2.0}
    axes.plot(days_of(before.index.tolist()), before.to_numpy(float), **look)
    sheet.title(f"Forecast from {last}: {lower(monthly_quantity(indicator))}")
    sheet.legend(each_once(axes))
    sheet.note(FAN_NOTE)
    return sheet.figure
