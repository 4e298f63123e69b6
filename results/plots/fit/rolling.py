"""Figures of rolling forecasts: relative WIS by method and horizon, and histograms of the PIT."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corridor.results.plots.fit.validation import draw_histogram, lower, method_words
from corridor.results.plots.missing import shows
from corridor.results.plots.sheet import Sheet
from corridor.results.plots.style import number_cells
from corridor.results.plots.words import monthly_quantity

COLUMNS_OF_PIT = 4
MOST = float(np.log(2.0))  # the colours end at half and at twice the WIS of the reference
WIS_NOTE = (
    "Below 1 (blue): better than the single simple forecast that is best over all horizons of the target. "
    "Relative WIS as forecast hubs form it."
)
GIVEN_NOTE = (
    " Given the sea or the entries of the months to come, nobody could have made the forecast: it shows what not "
    "knowing them costs."
)


@shows("relative_wis")
def draw_relative_wis(scores: pd.DataFrame, sheet: Sheet) -> Figure:
    """A heat map for each target, with methods down and horizons across; columns of rolling_scores.csv."""
    targets, methods = list(dict.fromkeys(scores.target)), list(dict.fromkeys(scores.method))
    horizons = list(dict.fromkeys(scores.horizon.astype(str)))
    height = 0.5 + 0.2 * len(methods)
    panels = sheet.panels(len(targets), most=2, few=1, height=height, sharey=sheet.wide)
    for axes, target in zip(panels, targets, strict=True):
        rows = scores[scores.target == target].assign(horizon=lambda table: table.horizon.astype(str))
        table = rows.pivot(index="method", columns="horizon", values="relative_wis").reindex(methods)[horizons]
        draw_ratios(axes, table)
        sheet.panel_title(axes, monthly_quantity(target), (0.42 if sheet.wide else 0.6) * sheet.inches)
        axes.set_xlabel("months ahead")
    sheet.title("How good forecasts are at each horizon: weighted interval score (WIS), relative")
    sheet.note(WIS_NOTE + GIVEN_NOTE * any("_given_" in method for method in methods))
    return sheet.figure


def draw_ratios(axes: Axes, ratios: pd.DataFrame) -> None:
    """A heat map of ratios with their values; blue below 1 and red above it."""
    values = ratios.to_numpy(float)
    with np.errstate(divide="ignore"):
        colours = np.log(values) / MOST
    axes.imshow(colours, cmap="RdBu_r", vmin=-1.0, vmax=1.0, aspect="auto")
    number_cells(axes, values, values < 1.0, colours, "{:.2f}".format, (5.5, 5.5))
    axes.set_xticks(range(len(ratios.columns)), ratios.columns)
    axes.set_yticks(range(len(ratios)), [method_words(str(name)) for name in ratios.index])
    axes.grid(visible=False)


@shows("pit")
def draw_pit(units: pd.DataFrame, sheet: Sheet) -> Figure:
    """A histogram of the probability integral transform for each method of one target; columns of rolling_units.csv."""
    methods = list(dict.fromkeys(units.method))
    panels = sheet.panels(len(methods), most=COLUMNS_OF_PIT, few=2, height=1.15, sharex=True)
    for axes, method in zip(panels, methods, strict=True):
        draw_histogram(axes, units[units.method == method].pit.to_numpy(float))
        sheet.panel_title(axes, method_words(method), 0.9 * sheet.inches / (4 if sheet.wide else 2))
    sheet.title(f"Where the observed months lie among the draws: {lower(monthly_quantity(str(units.target.iloc[0])))}")
    sheet.note(
        "Number of months by the share of draws below the observed value (probability integral transform), all "
        "horizons. Line: uniform; peaks at the ends: too narrow."
    )
    return sheet.figure
