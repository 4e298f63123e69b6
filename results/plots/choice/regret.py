"""Regret, and thresholds kept, over points of uncertainty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from corridor.results.plots import words
from corridor.results.plots.missing import shows
from corridor.results.plots.sheet import Sheet, row_height, wrapped
from corridor.results.plots.style import COLOURS, MORE, PANEL_SIZE, SMALL, begin_below, count_axis, error_lengths

PALE_BAR, SURE_BAR = "#cfe0ec", "#8fb8d4"


def worlds_on(axes: Axes, labels: list[str]) -> None:
    """Names of worlds along the vertical axis."""
    axes.set_yticks(range(len(labels)), labels, fontsize=SMALL)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(labels) - 0.4, -0.6)


def world_labels(worlds: list[str], titles: Mapping[str, str], sheet: Sheet) -> list[str]:
    """Titles of worlds in lines that fit beside an axis."""
    return [wrapped(words.in_titles(titles, world), 0.24 * sheet.inches, SMALL) for world in worlds]


def draw_points(axes: Axes, rows: pd.DataFrame, value: str, low: str = "low", high: str = "high") -> None:
    """A dot with its interval for each row, the first at 0."""
    reach = error_lengths(rows, value, low, high)
    look: dict[str, Any] = {"markersize": 3, "linewidth": 0.9, "capsize": 1.5, "color": COLOURS[0], "linestyle": "none"}
    axes.errorbar(rows[value], np.arange(len(rows)), xerr=reach, fmt="o", **look)


@shows("mean", "p90", "maximum", ends=("mean_low", "mean_high"))
def draw_regret(regret: pd.DataFrame, titles: Mapping[str, str], sheet: Sheet) -> Figure:
    """Regret of each world, one panel an objective: bar to the 90th percentile, mean, maximum."""
    objectives, worlds = list(dict.fromkeys(regret.indicator)), list(dict.fromkeys(regret.world))
    labels = world_labels(worlds, titles, sheet)
    height = 0.55 + row_height(labels, SMALL) * len(worlds)
    panels = sheet.panels(len(objectives), most=3, few=1, height=height, sharey=True)
    for axes, name in zip(panels, objectives, strict=True):
        rows = regret[regret.indicator == name].set_index("world").loc[worlds]
        at = np.arange(len(worlds))
        axes.barh(at, rows.p90, height=0.62, color=PALE_BAR)
        draw_points(axes, rows, "mean", "mean_low", "mean_high")
        axes.plot(rows.maximum, at, "x", markersize=3.5, color=MORE, linestyle="none", zorder=4, clip_on=False)
        for y in at[rows["mean"].isna().to_numpy()]:
            axes.annotate("not known", (0.02, y), xycoords=("axes fraction", "data"), fontsize=SMALL, va="center")
        axes.set_xlim(right=None if rows.maximum.max() > 0.0 else 1.0)
        begin_below(axes, float(rows[["mean", "mean_low"]].min().min()))
        worlds_on(axes, labels)
        better = "less" if rows.direction.iloc[0] == "min" else "more"
        room = sheet.inches * (0.22 if sheet.wide else 0.7)
        axes.set_title(wrapped(f"{words.quantity(name)}, {better} is better", room, PANEL_SIZE), loc="left")
        count_axis(axes, "x", 3)
    sheet.title("Regret: how much worse than the best of these worlds at the same point")
    sheet.legend(
        {
            "mean, 90 % interval": Line2D([], [], color=COLOURS[0], marker="o", markersize=3),
            "90th percentile": Patch(facecolor=PALE_BAR),
            "maximum": Line2D([], [], color=MORE, marker="x", markersize=4, linestyle=""),
        }
    )
    sheet.note(
        f"Over {regret.points.max()} points, the whole run, mean of {regret.seeds.max()} seeds. The part of chance is "
        "subtracted, so that an estimate may lie below 0. Intervals are over points and seeds, for cost over the "
        "split; those of equal worlds hold zero. Objectives are not weighed against each other.",
    )
    return sheet.figure


@shows("share", ends=("low", "high"))
def draw_satisficing(kept: pd.DataFrame, titles: Mapping[str, str], sheet: Sheet) -> Figure:
    """Share of points at which each world keeps each threshold, with its interval, one panel a threshold."""
    bounds, worlds = list(dict.fromkeys(kept.threshold)), list(dict.fromkeys(kept.world))
    labels = world_labels(worlds, titles, sheet)
    height = 0.55 + row_height(labels, SMALL) * len(worlds)
    for axes, bound in zip(sheet.panels(len(bounds), most=2, few=1, height=height, sharey=True), bounds, strict=True):
        rows = kept[kept.threshold == bound].set_index("world").loc[worlds]
        at = np.arange(len(worlds))
        axes.barh(at, rows.share, height=0.62, color=PALE_BAR)
        axes.barh(at, rows.surely.fillna(0.0), height=0.62, color=SURE_BAR)
        draw_points(axes, rows, "share")
        axes.axvline(0.9, color="#777777", linewidth=0.8, linestyle=":")
        axes.set_xlim(0.0, 1.03)
        worlds_on(axes, labels)
        axes.set_title(threshold_words(str(bound), str(rows.unit.iloc[0])), loc="left")
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    sheet.title("Share of points at which a threshold is kept")
    sheet.legend(
        {
            "share, 90 % interval": Line2D([], [], color=COLOURS[0], marker="o", markersize=3),
            "kept by the whole interval over seeds": Patch(facecolor=SURE_BAR),
        }
    )
    sheet.note(
        f"Difference from the baseline on the same {kept.seeds.max()} seeds, whole run, {kept.points.max()} points. "
        "Intervals: Wilson's over points, wider by what the seeds may change. Dotted: nine points in ten. Shares of "
        "sampled points, not probabilities.",
    )
    return sheet.figure


def threshold_words(bound: str, unit: str = "") -> str:
    """A threshold such as `deaths_channel <= 0` in words."""
    name, _, rest = bound.partition(" ")
    signs = (
        rest.replace("-", "\N{MINUS SIGN}")
        .replace("<=", "\N{LESS-THAN OR EQUAL TO}")
        .replace(">=", "\N{GREATER-THAN OR EQUAL TO}")
    )
    quantity = words.quantity(name)
    return f"{quantity} {signs}" if "(" in quantity or not unit else f"{quantity} {signs} ({unit})"
