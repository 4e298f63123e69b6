"""The figure of validation patterns: each value's observed value against the interval of the draws, in groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corridor.results.plots.missing import shows
from corridor.results.plots.sheet import Sheet, width_of
from corridor.results.plots.style import COLOURS, OBSERVED_COLOUR

PASSES, FAILS, NOT_COMPARED = COLOURS[0], COLOURS[1], "#8a8a8a"
GROUPS = {  # first pattern of each group
    1: "Arrivals, boats, stop rates",
    9: "Nationalities",
    11: "Season, weather, clustering",
    14: "Coast, lorries, Belgium",
    18: "Menton, deaths, shelter",
    22: "People per crossing day / mean day",
    24: "Share of days with a crossing",
    25: "Share of shut spells",
    26: "Months and half-years",
}
CLIP = (0.1, 10.0)  # of a simulated value over the observed one
ROW_HEIGHT, MARGINS = 0.175, 0.6
TEXT = 5.0
NOTE = (
    "Median and 90 % interval of the draws over the observed value, cut off at a tenth and ten times; of a relative "
    "change x: 1 + x. Ticks: published range, which an interval has to overlap; without an observed value: over the "
    "median, in grey. On the right: observed; median. {marks}"
)
MARKS = {
    "held_out": "* held out: of no fit, and after the cut.",
    "input": "+ shares something with an input (column input).",
}


@shows("low", "median", "high")
def draw_patterns(table: pd.DataFrame, sheet: Sheet) -> Figure:
    """Every value of every pattern on a scale of ratios, in groups of patterns and two columns (one below the other in
    a single column).

    `table` has the columns of patterns.csv.
    """
    lines = lines_of(table)
    breaks = [at for at, line in enumerate(lines) if isinstance(line, str) and at]
    half = min(breaks, key=lambda at: abs(2 * at - len(lines)), default=len(lines))
    columns = [part for part in (lines[:half], lines[half:]) if part] if sheet.wide else [lines]
    longest = max(map(len, columns))
    panels = sheet.panels(len(columns), most=2, few=1, height=MARGINS + ROW_HEIGHT * longest)
    room = 0.48 * sheet.inches / len(columns)
    for axes, part in zip(panels, columns, strict=True):
        draw_column(axes, part, longest, room)
    shapes = ((PASSES, "passes", "o"), (FAILS, "fails", "X"), (NOT_COMPARED, "not compared", "D"))
    compared = table[table["median"].notna() & table.passes.notna()]
    sheet.title(
        f"{int(compared.passes.astype(bool).sum())} of {len(compared)} patterns of the record agree with the run"
    )
    sheet.legend(
        {text: Line2D([], [], color=colour, marker=mark, markersize=4, linestyle="") for colour, text, mark in shapes}
    )
    used = [words for name, words in MARKS.items() if name in table and table[name].astype(bool).any()]
    sheet.note(NOTE.format(marks=" ".join(used)))
    return sheet.figure


def lines_of(table: pd.DataFrame) -> list[Mapping[Any, Any] | str]:
    """The rows with a median, and before those of each group its title."""
    rows = table[table["median"].notna()]
    lines: list[Mapping[Any, Any] | str] = []
    titles = rows.pattern.str[1:].astype(int).map(lambda number: GROUPS[max(k for k in GROUPS if k <= number)])
    for title, group in rows.groupby(titles, sort=False):
        lines += [str(title), *group.to_dict("records")]
    return lines


def draw_column(axes: Axes, lines: list[Mapping[Any, Any] | str], length: int, room: float) -> None:
    """One column of the figure, as long as the longer one, with `room` inches for labels."""
    axes.axvline(1.0, color="#444444", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xlim(CLIP[0] / 1.1, CLIP[1] * 1.1)
    axes.set_xticks([0.1, 0.5, 1, 2, 10], ["0.1", "0.5", "1", "2", "10"], fontsize=5.5)
    axes.minorticks_off()
    axes.set_yticks(range(len(lines)), [label(line, room) for line in lines], fontsize=TEXT)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(length - 0.4, -0.6)
    for at, (line, text) in enumerate(zip(lines, axes.get_yticklabels(), strict=True)):
        if isinstance(line, str):
            text.set_fontweight("bold")
        else:
            draw_row(axes, at, line)


def label(line: Mapping[Any, Any] | str, room: float) -> str:
    """A title, or the name of a pattern's value; a star where it is held out, a plus where it is partly an input. In
    two lines where one has no room."""
    if isinstance(line, str):
        return line
    marks = "*" * bool(line.get("held_out")) + "+" * bool(line["input"])
    quantity = line["quantity"].replace("people_per_crossing_day by ", "").replace("_", " ")
    head = f"{line['pattern']}{marks}  {quantity},"
    between = "\n" if width_of(f"{head} {line['period']}", TEXT) > room else " "
    return f"{head}{between}{line['period']}"


def draw_row(axes: Axes, at: int, row: Mapping[Any, Any]) -> None:
    """One value: its interval, the published range, and the two numbers."""
    low, middle, high, *published = over_observed(row)
    compared = not pd.isna(row["passes"])
    colour = NOT_COMPARED if not compared else PASSES if row["passes"] else FAILS
    axes.plot(published, [at, at], "|", markersize=5, markeredgewidth=0.7, color=OBSERVED_COLOUR)
    axes.plot([low, high], [at, at], color=colour, linewidth=1.1)
    mark = "D" if not compared else "o" if row["passes"] else "X"
    axes.plot([middle], [at], mark, markersize=2.8, color=colour, markeredgewidth=0.0)
    seen = f"{short_number(row['observed'])}; " if pd.notna(row["observed"]) else ""
    text = f"{seen}{short_number(row['median'])}"
    axes.text(1.01, at, text, transform=axes.get_yaxis_transform(), fontsize=TEXT, va="center", color=colour)


def short_number(value: float) -> str:
    """Three digits of a small number, the whole part of a large one."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def over_observed(row: Mapping[Any, Any]) -> tuple[float, ...]:
    """Low, middle and high of the draws and the publishers' range, over what was observed; over the median where that
    is zero or not known.

    For a relative change x, 1 + x is compared, since changes may be negative.
    """
    more = 1.0 if row["change"] else 0.0
    below = next((each for each in (more + row["observed"], more + row["median"]) if each > 0.0), 1.0)
    names = ("low", "median", "high", "observed_low", "observed_high")
    return tuple(float(np.clip((more + float(row[name])) / below, *CLIP)) for name in names)
