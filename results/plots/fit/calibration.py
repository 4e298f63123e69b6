"""Figures of a calibration: priors and posteriors, pairs of parameters, and rank histograms of recovery tests."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter
from numpy.typing import NDArray
from scipy import stats

from corridor.results.plots.missing import shows
from corridor.results.plots.style import COLOURS, OBSERVED_COLOUR

Floats = NDArray[np.float64]
PRIOR, POSTERIOR = "#b5b5b5", COLOURS[0]
BINS, RANK_BINS, MOST_PAIRS = 16, 10, 6


def panels(count: int, columns: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    """A figure with a panel for each of `count` things."""
    columns = min(columns, count)
    rows = -(-count // columns)
    figure = Figure(figsize=(columns * width, rows * height + 0.4), layout="constrained")
    grid = np.asarray(figure.subplots(rows, columns, squeeze=False)).ravel()
    for axes in grid[count:]:
        axes.set_visible(False)
    return figure, list(grid[:count])


def spread_in_logs(prior: pd.Series) -> bool:
    """Whether the middle of a prior lies in the middle of a logarithmic axis, rather than of a linear one."""
    low, middle, high = prior.quantile([0.05, 0.5, 0.95])
    return bool(prior.min() > 0.0 and abs(np.sqrt(low * high) - middle) < abs(0.5 * (low + high) - middle))


@shows(of=lambda prior, posterior: pd.concat([prior, posterior]))
def draw_marginals(prior: pd.DataFrame, posterior: pd.DataFrame) -> Figure:
    """Share of the prior (grey) and of the posterior (blue) in bins of every fitted parameter; columns are parameters,
    rows draws. Bins are even on the axis, in logs where the prior is."""
    figure, grid = panels(len(prior.columns), 4, 1.9, 1.35)
    for name, axes in zip(prior.columns, grid, strict=True):
        low, high = prior[name].min(), prior[name].max()
        logs = spread_in_logs(prior[name])
        edges = (np.geomspace(low, high, BINS) if logs else np.linspace(low, high, BINS)).tolist()
        for draws, look in (
            (prior[name], {"color": PRIOR, "alpha": 0.8, "label": "prior"}),
            (posterior[name], {"histtype": "step", "color": POSTERIOR, "label": "posterior"}),
        ):
            axes.hist(draws, edges, weights=np.full(len(draws), 1.0 / len(draws)), **look)
        if logs:
            axes.set_xscale("log")
            axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 3.0)))
            axes.xaxis.set_major_formatter("{x:g}")
            axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_title(name, loc="left", fontsize=7)
        axes.set_yticks([])
        axes.tick_params(labelsize=6)
    grid[0].legend(fontsize=6, frameon=False)
    return figure


@shows(of=lambda posterior, names: posterior[list(names)[:MOST_PAIRS]])
def draw_pairs(posterior: pd.DataFrame, names: Sequence[str]) -> Figure:
    """Scatter of the draws for each pair of a few parameters, with their rank correlation."""
    shown = list(names)[:MOST_PAIRS]
    figure = Figure(figsize=(1.5 * len(shown), 1.5 * len(shown)), layout="constrained")
    grid = figure.subplots(len(shown), len(shown), squeeze=False)
    for (row, below), (column, beside) in product(enumerate(shown), enumerate(shown)):
        axes = grid[row][column]
        axes.tick_params(labelsize=5)
        if row == column:
            axes.hist(posterior[below], BINS, color=POSTERIOR)
            axes.set_title(below, fontsize=6)
        elif column < row:
            axes.plot(posterior[beside], posterior[below], ".", color=POSTERIOR, markersize=1.5, alpha=0.5)
        else:
            axes.set_axis_off()
            rho = stats.spearmanr(posterior[beside], posterior[below]).statistic
            axes.text(0.5, 0.5, f"{rho:+.2f}", ha="center", va="center", fontsize=8)
    return figure


@shows("rank")
def draw_ranks(histories: pd.DataFrame) -> Figure:
    """Rank histograms of histories on simulated truth, with the 99 % band for uniform ranks: one panel for each
    parameter and effect, and one for all dates of a condition."""
    names = histories.quantity.str.split(" ").str[0]
    figure, grid = panels(names.nunique(), 5, 1.7, 1.3)
    for (name, rows), axes in zip(histories.groupby(names, sort=False), grid, strict=True):
        low, high = stats.binom.interval(0.99, len(rows), 1.0 / RANK_BINS)
        axes.axhspan(low, high, color=PRIOR, alpha=0.5, linewidth=0)
        axes.hist(rows["rank"], RANK_BINS, range=(0.0, 1.0), histtype="step", color=POSTERIOR)
        axes.axhline(len(rows) / RANK_BINS, color=OBSERVED_COLOUR, linewidth=0.6)
        axes.set_ylim(bottom=0.0)
        axes.set_title(name, loc="left", fontsize=6)
        axes.tick_params(labelsize=5)
    figure.supxlabel("rank of the truth among the members, as a share", fontsize=7)
    figure.supylabel("histories on simulated truth", fontsize=7)
    return figure
