"""The leading index year by year, and as the sample grows."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corridor.results.plots import words
from corridor.results.plots.missing import shows
from corridor.results.plots.sensitivity.about import (
    FLOOR,
    FLOOR_LINE,
    MOST_LINES,
    About,
    Tables,
    floor_note,
    leading,
    leading_rows,
)
from corridor.results.plots.sheet import Sheet, wrapped
from corridor.results.plots.style import COLOURS, LINES, MARKS, count_axis, each_once

PALEST = "Grey: the others."


@shows("value", ends=("low", "high"), of=leading_rows("indices_by_year"))
def draw_years(tables: Tables, about: About, sheet: Sheet) -> Figure:
    """The leading index of the parameters that lead over the whole period, year by year."""
    shown = len(leading(tables["indices"], about, MOST_LINES))
    axes, at = leading_lines(tables, about, "indices_by_year", "period", sheet)
    axes.set_xticks(range(len(at)), at)
    sheet.note(
        f"{about.note}. The first {shown} parameters over the whole period; bands: 90 % interval. {PALEST} "
        + floor_note(leading_rows("indices_by_year")(tables, about), about, FLOOR_LINE),
    )
    return sheet.figure


@shows("value", ends=("low", "high"), of=leading_rows("convergence"))
def draw_convergence(tables: Tables, about: About, sheet: Sheet) -> Figure:
    """The leading index as the sample doubles."""
    axes, at = leading_lines(tables, about, "convergence", "points", sheet)
    axes.set_xticks(range(len(at)), [f"{n:,}" for n in at])
    axes.set_xlabel("points of the sample")
    sheet.note(
        f"{about.note}; smaller samples are the first part of it. Bands: 90 % interval. {PALEST} "
        + floor_note(leading_rows("convergence")(tables, about), about, FLOOR_LINE),
    )
    return sheet.figure


def leading_lines(tables: Tables, about: About, name: str, along: str, sheet: Sheet) -> tuple[Axes, list[Any]]:
    """A figure of the leading index along a column of a table, for the parameters that lead over the whole period; and
    the values of that column."""
    names = leading(tables["indices"], about, MOST_LINES).parameter.tolist()
    rows = tables[name][tables[name]["index"] == about.leading]
    (axes,) = sheet.panels(1, height=2.4)
    draw_lines(axes, rows, names, along)
    axes.set_ylabel(wrapped(about.label, 2.2, 7.0))
    sheet.title(about.title)
    sheet.legend(each_once(axes))
    return axes, sorted(rows[along].unique())


def draw_lines(axes: Axes, rows: pd.DataFrame, names: list[str], along: str) -> None:
    """A line with a band for each name along a column in its order; those of all others are thin and grey."""
    at: dict[Any, int] = {each: k for k, each in enumerate(sorted(rows[along].unique()))}
    for name, part in rows.groupby("parameter", sort=False):
        if name not in names:
            axes.plot(part[along].map(at), part.value, color="#d4d4d4", linewidth=0.6, zorder=1)
    for k, name in enumerate(names):
        part = rows[rows.parameter == name].sort_values(along)
        x, colour = part[along].map(at), COLOURS[k]
        axes.fill_between(x, part.low, part.high, color=colour, alpha=0.13, linewidth=0)
        axes.plot(
            x,
            part.value,
            color=colour,
            linewidth=1.3,
            linestyle=LINES[k % len(LINES)],
            marker=MARKS[k % len(MARKS)],
            markersize=3,
            label=words.parameter(name),
            zorder=3,
        )
    floors = rows.groupby(along).floor.median()
    axes.plot(floors.index.map(at), floors, color=FLOOR, linewidth=1.0, marker="_", zorder=2)
    axes.axhline(0.0, color="#444444", linewidth=0.8)
    count_axis(axes)
