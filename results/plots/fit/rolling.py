"""Figures of rolling forecasts: relative WIS by method and horizon, and histograms of the PIT."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corridor.results.plots.missing import shows
from corridor.results.plots.style import add_note, add_title, number_cells
from corridor.results.plots.validation import TITLES, draw_histogram

COLUMNS_OF_PIT = 4
MOST = float(np.log(2.0))  # the colours end at half and at twice the WIS of the reference
WIS_NOTE = (
    "Below 1 (blue): better than the single simple forecast that is best over all horizons of the target. "
    "Relative WIS as forecast hubs form it."
)


@shows("relative_wis")
def draw_relative_wis(scores: pd.DataFrame) -> Figure:
    """A heat map for each target, with methods down and horizons across; columns of rolling_scores.csv."""
    targets, methods = list(dict.fromkeys(scores.target)), list(dict.fromkeys(scores.method))
    horizons = list(dict.fromkeys(scores.horizon.astype(str)))
    size = (1.8 + 2.9 * len(targets), 1.1 + 0.27 * len(methods))
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(1, len(targets), squeeze=False, sharey=True)[0]
    for axes, target in zip(panels, targets, strict=True):
        rows = scores[scores.target == target].assign(horizon=lambda table: table.horizon.astype(str))
        table = rows.pivot(index="method", columns="horizon", values="relative_wis").reindex(methods)[horizons]
        draw_ratios(axes, table)
        axes.set_title(TITLES.get(target, target), loc="left", fontsize=8)
    add_title(figure, "Relative WIS by horizon (months ahead)")
    add_note(figure, WIS_NOTE)
    return figure


def draw_ratios(axes: Axes, ratios: pd.DataFrame) -> None:
    """A heat map of ratios with their values; blue below 1 and red above it."""
    values = ratios.to_numpy(float)
    with np.errstate(divide="ignore"):
        axes.imshow(np.log(values), cmap="RdBu_r", vmin=-MOST, vmax=MOST, aspect="auto")
    number_cells(axes, values, values < 1.0, np.inf, "{:.2f}".format, (7.0, 7.0))
    axes.set_xticks(range(len(ratios.columns)), ratios.columns)
    axes.set_yticks(range(len(ratios)), ratios.index, fontsize=7)
    axes.grid(visible=False)


@shows("pit")
def draw_pit(units: pd.DataFrame) -> Figure:
    """A histogram of the probability integral transform for each method of one target; columns of rolling_units.csv."""
    methods = list(dict.fromkeys(units.method))
    columns = min(COLUMNS_OF_PIT, len(methods))
    rows = -(-len(methods) // columns)
    figure = Figure(figsize=(1.8 * columns + 0.4, 1.6 * rows + 0.7), layout="constrained")
    panels = np.ravel(figure.subplots(rows, columns, squeeze=False, sharex=True))
    for axes in panels[len(methods) :]:
        axes.set_visible(False)
    for axes, method in zip(panels, methods, strict=False):
        draw_histogram(axes, units[units.method == method].pit.to_numpy(float), method)
    target = str(units.target.iloc[0])
    add_title(figure, f"{TITLES.get(target, target)}: PIT over all horizons")
    add_note(figure, "Share of draws below the observed month. Line: uniform; peaks at the ends: too narrow.")
    return figure
