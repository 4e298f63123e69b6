"""The tornado: the leading index of parameters as bars with intervals."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from corridor.results.plots import words
from corridor.results.plots.missing import shows
from corridor.results.plots.sensitivity.about import (
    MOST_BARS,
    STROKES,
    About,
    Tables,
    above_floor,
    draw_floors,
    floor_note,
    leading,
    leading_rows,
)
from corridor.results.plots.sheet import Sheet, row_height, wrapped
from corridor.results.plots.style import COLOURS, INK, SMALL, begin_below, count_axis, error_lengths

FADED = "#c4c4c4"


@shows("value", ends=("low", "high"), of=leading_rows("indices"))
def draw_tornado(tables: Tables, about: About, sheet: Sheet) -> Figure:
    """The leading index of the parameters as bars with intervals, the largest on top; grey where one reaches zero or
    is not above its noise floor."""
    rows = leading(tables["indices"], about, MOST_BARS)
    labels = [wrapped(words.parameter(str(name)), 0.36 * sheet.inches, SMALL) for name in rows.parameter]
    (axes,) = sheet.panels(1, height=0.5 + row_height(labels, SMALL) * len(labels))
    places = np.arange(len(rows))
    clear = (rows.low.fillna(0.0).to_numpy() > 0.0) & above_floor(rows)
    axes.barh(places, rows.value, height=0.62, color=np.where(clear, COLOURS[0], FADED).tolist(), alpha=0.85)
    reach = error_lengths(rows, "value")
    axes.errorbar(rows.value, places, xerr=reach, fmt="none", ecolor=INK, capsize=1.5, linewidth=0.8)
    draw_floors(axes, rows, places)
    axes.set_yticks(places, labels, fontsize=SMALL)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    begin_below(axes, float(rows[["value", "low"]].min().min()))
    axes.axvline(0.0, color="#444444", linewidth=0.6)
    count_axis(axes, "x", 5 if sheet.wide else 3)
    axes.set_xlabel(wrapped(about.label, 0.6 * sheet.inches, 7.0))
    number = len(tables["indices"][tables["indices"]["index"] == about.leading])
    some = f" The first {len(rows)} of {number}." if len(rows) < number else ""
    sheet.title(about.title)
    sheet.note(
        f"{about.note}.{some} Whiskers: 90 % interval; grey: it reaches zero"
        + ", or the value is not above its noise floor" * bool(rows.floor.notna().any())
        + f". {floor_note(rows, about, STROKES)}"
    )
    return sheet.figure
