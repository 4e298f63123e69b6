"""Sobol indices: first order and total, and the second order as a heat map."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corridor.results.plots import words
from corridor.results.plots.missing import shows
from corridor.results.plots.sensitivity.about import (
    BETWEEN,
    MEANING,
    MOST_CELLS,
    STROKES,
    About,
    Tables,
    draw_floors,
    floor_note,
    leading,
)
from corridor.results.plots.sheet import Sheet, row_height, wrapped
from corridor.results.plots.style import COLOURS, INK, SMALL, each_once, error_lengths, number_cells


@shows("value", ends=("low", "high"), of=lambda tables, _: tables["indices"])
def draw_sobol(tables: Tables, about: About, sheet: Sheet) -> Figure:
    """First-order and total indices as bars, beside a heat map of the second order where it was estimated."""
    rows = tables["indices"]
    names = leading(rows, about, MOST_CELLS).parameter.tolist()
    pairs = rows[rows["index"] == "S2"]
    both = not pairs.empty and len(names) > 1
    named = [
        f"{words.parameter(str(name))}  {k}" if both else words.parameter(str(name)) for k, name in enumerate(names, 1)
    ]
    labels = [wrapped(name, 0.28 * sheet.inches if sheet.wide else 0.36 * sheet.inches, SMALL) for name in named]
    height = 0.5 + max(0.26, row_height(labels, SMALL)) * len(names)
    bars, *heat = sheet.panels(1 + both, most=2, few=1, height=height)
    looks = (("S1", COLOURS[0], ""), ("ST", COLOURS[4], "////"))
    for shift, (key, colour, hatch) in zip((-0.2, 0.2), looks, strict=True):
        part = rows[rows["index"] == key].set_index("parameter").reindex(names)
        places = np.arange(len(names)) + shift
        look: dict[str, Any] = {"color": colour, "hatch": hatch, "edgecolor": "white", "label": MEANING[key]}
        bars.barh(places, part.value, height=0.38, **look)
        reach = error_lengths(part, "value")
        bars.errorbar(part.value, places, xerr=reach, fmt="none", ecolor=INK, capsize=1.5, linewidth=0.8)
        if key == "ST":
            draw_floors(bars, part, places)
    bars.set_yticks(range(len(names)), labels, fontsize=SMALL)
    bars.set_ylim(len(names) - 0.4, -0.6)
    bars.grid(axis="y", visible=False)
    bars.set_xlabel("share of the variance")
    if both:
        draw_pairs(heat[0], pairs, names)
    sheet.title(about.title)
    sheet.legend(each_once(bars))
    sheet.note(
        f"{about.note}. {varied(rows, about, len(names))} Whiskers: 90 % interval of the estimate over resampled "
        "points. Where ST is above S1, a parameter acts together with others"
        + ("; the second order shows with which (bold: its 90 % interval does not hold zero). " if both else ". ")
        + "Both are estimates, so that S1 may lie above ST. "
        + floor_note(rows[rows["index"] == "ST"], about, STROKES),
    )
    return sheet.figure


def varied(rows: pd.DataFrame, about: About, shown: int) -> str:
    """Which parameters were varied and are shown, in words."""
    number = rows[rows["index"] == about.leading].parameter.nunique()
    first = f"; the first {shown} are shown" if shown < number else ""
    return f"{number} parameters were varied, all others are fixed{first}."


def draw_pairs(axes: Axes, pairs: pd.DataFrame, names: list[str]) -> None:
    """A heat map of second-order indices, the lower triangle: rows from the second name on, columns to the last but
    one; numbers are those of the bars."""
    size = len(names) - 1
    values, clear = np.full((size, size), np.nan), np.zeros((size, size), dtype=bool)
    for row in pairs.to_dict("records"):
        ends = row["parameter"].split(BETWEEN)
        if set(ends) <= set(names):
            k, j = sorted(names.index(name) for name in ends)
            values[j - 1, k], clear[j - 1, k] = row["value"], row["low"] > 0.0 or row["high"] < 0.0
    most = max(float(np.nanmax(np.abs(values), initial=0.0)), 0.05)
    axes.imshow(values, cmap="RdBu_r", vmin=-most, vmax=most, aspect="auto")
    number_cells(axes, values, clear, values / most, lambda value: f"{value:.2f}".replace("-0.00", "0.00"), (5.0, 5.0))
    axes.grid(False)
    axes.set_xticks(range(size), [str(k) for k in range(1, size + 1)])
    axes.set_yticks(range(size), [str(k) for k in range(2, size + 2)])
    axes.set_title("Second order, S2", loc="left")
