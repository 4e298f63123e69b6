"""Packages of measures within a budget: fronts, and parallel coordinates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corridor.results.plots import words
from corridor.results.plots.missing import shows
from corridor.results.plots.sheet import Sheet, wrapped
from corridor.results.plots.style import HALO, MORE, PANEL_SIZE, SMALL, count_axis, error_lengths, spread_around_zero

ON, OFF = MORE, "#b5b5b5"
COST = "cost_eur_million"


def entries() -> dict[str, Any]:
    """The legend of packages."""
    look: dict[str, Any] = {"linewidth": 1.0, "markersize": 3.5}
    return {
        "on the front": Line2D([], [], color=ON, marker="o", **look),
        "another package is as good and better in one": Line2D([], [], color=OFF, marker="s", **look),
    }


@shows(of=lambda packages, objectives, _: packages[[*objectives, COST]])
def draw_front(packages: pd.DataFrame, objectives: list[str], budget: float, sheet: Sheet) -> Figure:
    """Every package that was run, cost against each objective; those on the front in colour, with intervals."""
    front = packages.on_front.to_numpy()
    panels = sheet.panels(len(objectives), most=3, few=1, height=1.9)
    for axes, name in zip(panels, objectives, strict=True):
        for some, colour, mark, size in ((~front, OFF, "s", 2.2), (front, ON, "o", 3.2)):
            rows = packages[some]
            axes.errorbar(
                rows[COST],
                rows[name],
                xerr=error_lengths(rows, COST, f"{COST}_low", f"{COST}_high"),
                yerr=error_lengths(rows, name, f"{name}_low", f"{name}_high"),
                fmt=mark,
                markersize=size,
                linewidth=0.5,
                elinewidth=0.5 if some is front else 0.2,
                color=colour,
                ecolor=(colour, 0.35),  # many lie on each other
                linestyle="none",
            )
        spread_around_zero(axes)
        if np.isfinite(budget):
            axes.axvline(budget, color="#777777", linewidth=0.8, linestyle=":")
        room = sheet.inches * (0.28 if sheet.wide else 0.8)
        axes.set_title(wrapped(words.quantity(name), room, PANEL_SIZE), loc="left")
        axes.set_xlabel("cost (EUR million)")
        count_axis(axes, "x", 4)
    sheet.title(f"{front.sum()} of {len(packages)} packages of measures are on the front")
    sheet.legend(entries())
    sheet.note(
        f"Mean difference from the baseline on the same {packages.seeds.max()} seeds, "
        f"{counted(packages.points.max())}, whole run, with 90 % intervals; of cost: the assumed split. On the front: "
        "no other package was as good in attempts, deaths, arrivals and cost and better in one; plotted as run again "
        "on fresh seeds, with intervals that hold for all of them at once."
        + " Dotted: the budget."
        * bool(np.isfinite(budget)),
    )
    return sheet.figure


@shows(of=lambda packages, objectives: packages[objectives])
def draw_parallel(packages: pd.DataFrame, objectives: list[str], sheet: Sheet) -> Figure:
    """Parallel coordinates: a line for each package; lower is better, stronger is more surely on the front."""
    (axes,) = sheet.panels(1, height=2.6)
    low, high = packages[objectives].min(), packages[objectives].max()
    scaled = (packages[objectives] - low) / (high - low).where(high > low, 1.0)
    at = np.arange(len(objectives))
    axes.plot(at, scaled[~packages.on_front].to_numpy().T, color=OFF, linewidth=0.5, alpha=0.6)
    for k in packages.index[packages.on_front]:
        sure = float(packages.front_share[k])
        axes.plot(at, scaled.loc[k], color=ON, linewidth=0.8 + 1.2 * sure, alpha=0.25 + 0.75 * sure)
    for k, name in enumerate(objectives):
        axes.plot([k, k], [0.0, 1.0], color="#444444", linewidth=0.8)
        for y, value, where in ((0.0, low[name], "top"), (1.0, high[name], "bottom")):
            axes.annotate(
                short(value),
                (k, y),
                xytext=(0, -4 if y == 0.0 else 4),
                textcoords="offset points",
                ha="center",
                va=where,
                fontsize=SMALL,
                path_effects=HALO,
            )
    room = 0.9 * sheet.inches / max(len(objectives), 1)
    axes.set_xticks(at, [wrapped(words.quantity(name), room, 6.5) for name in objectives])
    axes.tick_params(axis="x", pad=12)
    axes.set(yticks=[], xlim=(-0.3, len(objectives) - 0.7), ylim=(-0.08, 1.08))
    axes.grid(False)
    axes.spines[:].set_visible(False)
    sheet.title("Packages of measures: differences from the baseline, and cost")
    sheet.legend(entries())
    sheet.note(
        "Lower is better on every axis. The stronger the line, the larger the share of draws (points, seeds, split of "
        "costs) in which the package is on the front. Intervals: front.csv.",
    )
    return sheet.figure


def short(value: float) -> str:
    """A number with three digits or all before the point, thousands separators and a minus sign."""
    digits = 0 if abs(value) >= 100.0 else 1
    text = f"{value:,.{digits}f}"
    return "0" if float(text.replace(",", "")) == 0.0 else text.replace("-", "\N{MINUS SIGN}")


def counted(points: int) -> str:
    """How many points of uncertainty, in words."""
    return "1 point" if points == 1 else f"{points} points"
