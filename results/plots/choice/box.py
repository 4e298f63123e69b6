"""Boxes in which a package fails."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corridor.results.plots import words
from corridor.results.plots.missing import shows
from corridor.results.plots.sheet import Sheet, wrapped
from corridor.results.plots.style import MORE, SMALL, percent


@shows("coverage", "density", of=lambda peeling, *_: peeling)
def draw_box(peeling: pd.DataFrame, limits: pd.DataFrame, title: str, sheet: Sheet) -> Figure:
    """Coverage and density of the boxes tried, the chosen one ringed; and its limits."""
    left, right = sheet.panels(2, most=2, few=1, height=max(2.1, 0.5 + 0.36 * len(limits)))
    for number, some in peeling.groupby("parameters"):
        left.scatter(some.coverage, some.density, s=30, color="#6b9ac4", alpha=0.35, linewidths=0)
        for x, y in zip(some.coverage, some.density, strict=True):
            left.annotate(str(number), (x, y), fontsize=5, ha="center", va="center")
    ringed = peeling[peeling.chosen]
    left.scatter(ringed.coverage, ringed.density, s=70, facecolors="none", edgecolors=MORE, linewidths=1.2)
    left.axhline(limits.share_failing.iloc[0], color="#777777", linewidth=0.8, linestyle=":")
    left.set(xlim=(-0.03, 1.05), ylim=(-0.03, 1.05))
    left.set(xlabel="coverage: share of failures inside", ylabel="density: share failing inside")
    draw_limits(right, limits, sheet)
    sheet.title(title)
    first = limits.iloc[0]
    sheet.note(
        f"{first.points} points, {percent(first.share_failing)} of them fail (dotted). Numbers: parameters that a box "
        f"restricts. Ringed: the box shown, coverage {percent(first.coverage)}, density {percent(first.density)}, mass "
        f"{percent(first.mass)}; on points held out: coverage {percent(first.coverage_held_out)}, density "
        f"{percent(first.density_held_out)}. q: quasi-p-value of the end.",
    )
    return sheet.figure


def draw_limits(axes: Axes, limits: pd.DataFrame, sheet: Sheet) -> None:
    """The limits of a box inside the sampled range of each parameter, scaled to 0 to 1."""
    rows = limits.reset_index(drop=True)
    span = rows.sampled_high - rows.sampled_low
    low = rows.low.fillna(rows.sampled_low)
    high = rows.high.fillna(rows.sampled_high)
    at = np.arange(len(rows))
    axes.barh(at, np.ones(len(rows)), height=0.4, color="#ececec")
    axes.barh(at, (high - low) / span, left=(low - rows.sampled_low) / span, height=0.4, color=MORE, alpha=0.75)
    for y, row in zip(at, rows.to_dict("records"), strict=True):
        text = [
            f"{sign} {row[end]:.3g} (q {row['quasi_p_' + end]:.1g})"
            for end, sign in (("low", "\N{GREATER-THAN OR EQUAL TO}"), ("high", "\N{LESS-THAN OR EQUAL TO}"))
            if not np.isnan(row[end])
        ]
        axes.annotate(", ".join(text), (0.01, y - 0.38), fontsize=SMALL, va="center")
    room = 0.22 * sheet.inches if sheet.wide else 0.35 * sheet.inches
    axes.set_yticks(at, [wrapped(words.parameter(str(name)), room, SMALL) for name in rows.parameter], fontsize=SMALL)
    axes.set_ylim(len(rows) - 0.4, -0.8)
    axes.set_xlim(0.0, 1.0)
    axes.set_xticks([0.0, 1.0], ["lowest\nsampled", "highest\nsampled"])
    axes.grid(False)
