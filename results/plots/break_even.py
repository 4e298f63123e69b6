"""The effect of a world against the value of a parameter, and where it changes its sign."""

from __future__ import annotations

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from corridor.results.plots.effects import interval_label
from corridor.results.plots.style import COLOURS, EFFECTS, LEAST_SPAN, add_note, add_title, error_lengths

NOTE_WIDTH = 110  # characters in a line below the panels


def draw_break_even(response: pd.DataFrame, found: pd.DataFrame, about: tuple[str, str, str, str]) -> Figure:
    """Effects against the value of a parameter, one panel an indicator; `about` is the parameter, what it is, and the
    titles of the two worlds."""
    parameter, meaning, world, baseline = about
    even = found.set_index("indicator")
    figure = Figure(figsize=(7.2, 4.6), layout="constrained")
    for axes, (name, title) in zip(figure.subplots(2, 3).ravel(), EFFECTS, strict=True):
        part = response[response.indicator == name].sort_values(parameter)
        axes.errorbar(
            part[parameter], part["mean"], yerr=error_lengths(part), fmt="o-", markersize=3, capsize=2, color=COLOURS[0]
        )
        axes.axhline(0.0, color="#444444", linewidth=0.8)
        low, high = axes.get_ylim()
        axes.set_ylim(min(low, -LEAST_SPAN), max(high, LEAST_SPAN))
        at = even.break_even.get(name, np.nan)
        if np.isfinite(at):
            axes.axvline(at, color=COLOURS[1], linestyle="--", linewidth=1.0)
            axes.annotate(f"{at:.2g}", (at, 1.0), xycoords=("data", "axes fraction"), fontsize=7, va="top")
        axes.set_title(title, loc="left", fontsize=8)
        axes.yaxis.set_major_formatter("{x:,.0f}")
    add_title(figure, f"{world} against {baseline}, by {parameter}")
    add_note(
        figure,
        f"{fill(meaning, NOTE_WIDTH)}.\nMean paired difference on the same {response.seeds.max()} seeds over the whole "
        f"run, and its 90 % interval\n({interval_label(response)}). Dashed: where the mean effect changes its sign.",
    )
    return figure
