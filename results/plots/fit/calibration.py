"""Figures of a calibration: priors and posteriors, pairs of parameters, and rank histograms of recovery tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter
from numpy.typing import NDArray
from scipy import stats

from corridor.results.plots import words
from corridor.results.plots.missing import shows
from corridor.results.plots.sheet import Sheet, row_height, wrapped
from corridor.results.plots.style import AXIS_MARGIN, COLOURS, OBSERVED_COLOUR, PANEL_SIZE, SMALL, count_axis, each_once

Floats = NDArray[np.float64]
PRIOR, POSTERIOR = "#b5b5b5", COLOURS[0]
MOST_ROWS = 16  # parameters in a single column
PRIOR_LOOK: dict[str, Any] = {"color": PRIOR, "alpha": 0.8, "label": "prior"}
POSTERIOR_LOOK: dict[str, Any] = {"histtype": "step", "color": POSTERIOR, "linewidth": 1.2, "label": "posterior"}
BINS, RANK_BINS, MOST_PAIRS = 16, 10, 6
RANKED: dict[str, Callable[[str], str]] = {
    "parameter": words.parameter,
    "condition": words.condition,
    "effect": lambda world: f"Effect on arrivals, against the world {words.in_titles({}, world).lower()}",
}


def spread_in_logs(prior: pd.Series) -> bool:
    """Whether the middle of a prior lies in the middle of a logarithmic axis, rather than of a linear one."""
    low, middle, high = prior.quantile([0.05, 0.5, 0.95])
    return bool(prior.min() > 0.0 and abs(np.sqrt(low * high) - middle) < abs(0.5 * (low + high) - middle))


@shows(of=lambda prior, posterior: pd.concat([prior, posterior]))
def draw_marginals(prior: pd.DataFrame, posterior: pd.DataFrame, sheet: Sheet) -> Figure:
    """Share of the prior (grey) and of the posterior (blue) in bins of every fitted parameter; columns are parameters,
    rows draws. Bins are even on the axis, in logs where the prior is."""
    grid = sheet.panels(len(prior.columns), most=4, few=2, height=1.2)
    for name, axes in zip(prior.columns, grid, strict=True):
        both = pd.concat([prior[name], posterior[name]])
        both = both[np.isfinite(both)]
        low, high = both.min(), both.max()
        logs = spread_in_logs(prior[name])
        edges = (np.geomspace(low, high, BINS) if logs else np.linspace(low, high, BINS)).tolist()
        for draws, look in ((prior[name], PRIOR_LOOK), (posterior[name], POSTERIOR_LOOK)):
            axes.hist(draws, edges, weights=np.full(len(draws), 1.0 / len(draws)), **look)
        if logs:
            axes.set_xscale("log")
            axes.xaxis.set_major_locator(LogLocator(subs=(1.0,) if high > 30 * low else (1.0, 3.0)))
            axes.xaxis.set_major_formatter("{x:g}")
            axes.xaxis.set_minor_formatter(NullFormatter())
        else:
            count_axis(axes, "x", 3)
        axes.set_title(
            wrapped(words.parameter(str(name)), 0.85 * sheet.inches / (4 if sheet.wide else 2), 5.5), fontsize=5.5
        )
        axes.set_yticks([])
        axes.tick_params(labelsize=5.5)
    sheet.title("What the record says of the parameters: prior and posterior")
    sheet.legend(each_once(grid[0]))
    sheet.note(
        f"Share of {len(prior):,} draws of the prior and {len(posterior):,} of the posterior in bins that are even on "
        "the axis."
    )
    return sheet.figure


@shows(of=lambda posterior, names: posterior[list(names)[:MOST_PAIRS]])
def draw_pairs(posterior: pd.DataFrame, names: Sequence[str], sheet: Sheet) -> Figure:
    """Scatter of the draws for each pair of a few parameters, with their rank correlation."""
    shown = list(names)[: MOST_PAIRS if sheet.wide else MOST_PAIRS // 2]
    place, size = sheet.start(sheet.inches), len(shown)
    grid = np.asarray(place.subplots(size, size, squeeze=False))
    for (row, below), (column, beside) in product(enumerate(shown), enumerate(shown)):
        axes = grid[row][column]
        axes.tick_params(labelsize=5)
        for which in "xy":
            count_axis(axes, which, 3)
        if row == column:
            axes.hist(posterior[below], BINS, color=POSTERIOR)
            axes.set_title(str(row + 1), loc="center")
        elif column < row:
            if column == 0:
                axes.set_ylabel(str(row + 1))
            axes.plot(posterior[beside], posterior[below], ".", color=POSTERIOR, markersize=1.5, alpha=0.5)
        else:
            axes.set_axis_off()
            rho = stats.spearmanr(posterior[beside], posterior[below]).statistic
            text = f"{rho:+.2f}".replace("-", "\N{MINUS SIGN}")
            axes.text(0.5, 0.5, text, ha="center", va="center", fontsize=PANEL_SIZE)
    sheet.title("What the draws of the posterior have in common")
    keys = "; ".join(f"{k} {words.parameter(name)}" for k, name in enumerate(shown, start=1))
    sheet.note(f"{keys}.", f"{len(posterior):,} draws; above the diagonal: rank correlation (Spearman) of the two.")
    return sheet.figure


@shows("rank")
def draw_ranks(histories: pd.DataFrame, sheet: Sheet) -> Figure:
    """Rank histograms of histories on simulated truth, with the 99 % band for uniform ranks: one panel for each
    parameter and effect, and one for all dates of a condition."""
    names = histories.quantity.str.split(" ").str[0]
    groups = histories.groupby([histories.kind, names], sort=False)
    grid = sheet.panels(groups.ngroups, most=5, few=2, height=1.1)
    for ((kind, name), rows), axes in zip(groups, grid, strict=True):
        low, high = stats.binom.interval(0.99, len(rows), 1.0 / RANK_BINS)
        axes.axhspan(low, high, color=PRIOR, alpha=0.5, linewidth=0)
        axes.hist(rows["rank"], RANK_BINS, range=(0.0, 1.0), histtype="step", color=POSTERIOR)
        axes.axhline(len(rows) / RANK_BINS, color=OBSERVED_COLOUR, linewidth=0.6)
        axes.set_ylim(bottom=0.0)
        label = RANKED[str(kind)](str(name))
        axes.set_title(wrapped(label, 0.85 * sheet.inches / (5 if sheet.wide else 2), 5.5), fontsize=5.5)
        axes.tick_params(labelsize=5.5)
        count_axis(axes, ticks=3)
    sheet.label_outer(grid, "rank of the truth, as a share", "histories")
    sheet.title("Where simulated truth lies among the members of histories fitted to it")
    sheet.note(
        "Number of histories on simulated truth by the rank of the truth among the members, as a share. Band: where "
        "99 % of bars end, each for itself, if ranks are uniform, as they should be."
    )
    return sheet.figure


@shows("median", ends=("low", "high"))
def draw_learned(learned: pd.DataFrame, sheet: Sheet) -> Figure:
    """Prior and posterior intervals of each fitted parameter, on the scale of its prior; `learned` as
    history_parameters.csv."""
    rows = learned.sort_values("contraction", ascending=False, kind="stable").reset_index(drop=True)
    several = len(rows)
    rows = rows if sheet.wide else rows.head(MOST_ROWS)
    room = (0.38 if sheet.wide else 0.5) * sheet.inches
    labels = [wrapped(words.parameter(str(name)), room, SMALL) for name in rows.parameter]
    (axes,) = sheet.panels(1, height=0.45 + row_height(labels, SMALL) * len(labels))
    span = (rows.prior_high - rows.prior_low).where(rows.prior_high > rows.prior_low, 1.0)
    at = np.arange(len(rows))
    axes.barh(at, np.ones(len(rows)), height=0.6, color="#e0e0e0", label="prior, 90 %")
    low, middle, high = ((rows[name] - rows.prior_low) / span for name in ("low", "median", "high"))
    axes.barh(at, high - low, left=low, height=0.3, color=POSTERIOR, alpha=0.6, label="posterior, 90 %")
    axes.plot(middle, at, "|", color=OBSERVED_COLOUR, markersize=6, label="posterior, median")
    axes.set_yticks(at, labels, fontsize=SMALL)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xticks([0.0, 1.0], ["low end\nof the prior", "high end\nof the prior"])
    axes.set_xlim(min(0.0, float(low.min())) - AXIS_MARGIN, max(1.0, float(high.max())) + AXIS_MARGIN)
    axes.grid(axis="y", visible=False)
    sheet.title("What the record says of the parameters")
    sheet.legend(each_once(axes))
    sheet.note(
        "90 % intervals of prior and posterior, the parameter of which most was learned first; where the posterior is "
        "as wide as the prior, the record says nothing of it. Values are in history_parameters.csv."
        + f" The first {len(rows)} of {several}."
        * (len(rows) < several)
    )
    return sheet.figure
