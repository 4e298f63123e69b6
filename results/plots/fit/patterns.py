"""The figure of validation patterns: each value's observed value against the interval of the draws, in groups."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corridor.results.plots import words
from corridor.results.plots.missing import shows
from corridor.results.plots.sheet import Sheet, row_height, wrapped
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
NAMES = {  # names of code in those of patterns that are no indicators
    "largest_day": "people on the largest day",
    "longest_gap": "longest gap between days with a crossing (days)",
    "lorry_detected": "people found in lorries",
    "menton_stops": "stops at Menton",
    "taxi_boat_share": "share of taxi boats",
    "sheltered_people": "people in shelter",
}
PER_DAY = {  # people on a crossing day over those on a mean day
    "people_per_crossing_day by gap ": "Days since the last one: ",
    "people_per_crossing_day by season ": "In ",
}
CODE = re.compile(r"[a-z]+(?:_[a-z]+)+")
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
def draw_patterns(table: pd.DataFrame, run: str = "", *, sheet: Sheet) -> Figure:
    """Every value of every pattern on a scale of ratios, in groups of patterns and two columns (one below the other in
    a single column).

    `table` has the columns of patterns.csv; `run` is what it was made from, in words.
    """
    lines = lines_of(table)
    breaks = [at for at, line in enumerate(lines) if isinstance(line, str) and at]
    half = min(breaks, key=lambda at: abs(2 * at - len(lines)), default=len(lines))
    columns = [part for part in (lines[:half], lines[half:]) if part] if sheet.wide else [lines]
    longest = max(map(len, columns))
    room = (0.48 if sheet.wide else 0.52) * sheet.inches / len(columns)
    row = row_height([label(line, room) for line in lines], TEXT, ROW_HEIGHT)
    panels = sheet.panels(len(columns), most=2, few=1, height=MARGINS + row * longest)
    for axes, part in zip(panels, columns, strict=True):
        draw_column(axes, part, longest, room)
    shapes = ((PASSES, "passes", "o"), (FAILS, "fails", "X"), (NOT_COMPARED, "not compared", "D"))
    compared = table[table["median"].notna() & table.passes.notna()]
    sheet.title(f"{int(compared.passes.astype(bool).sum())} of {len(compared)} pattern values agree with the run")
    sheet.legend(
        {text: Line2D([], [], color=colour, marker=mark, markersize=4, linestyle="") for colour, text, mark in shapes}
    )
    used = [text for name, text in MARKS.items() if name in table and table[name].map(is_marked).any()]
    sheet.note(f"The run: {run}." if run else "", NOTE.format(marks=" ".join(used)))
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
    """A title, or the name of a pattern's value; a star where it is held out, a plus where it is partly an input."""
    if isinstance(line, str):
        return line
    marks = "*" * is_marked(line.get("held_out")) + "+" * is_marked(line["input"])
    return wrapped(f"{line['pattern']}{marks}  {readable(line['quantity'])}, {line['period']}", room, TEXT)


def is_marked(value: Any) -> bool:
    """Whether a cell is neither false nor empty; an empty text is missing in a table that was stored."""
    return bool(pd.notna(value)) and bool(value)


def readable(quantity: str) -> str:
    """What a pattern compares, without names of code."""
    for begin, text in PER_DAY.items():
        quantity = quantity.replace(begin, text)
    quantity = re.sub(r"(\w+)-(\w+)", r"\1 to \2", quantity).replace(" 1 days", " 1 day")
    return words.capitalised(CODE.sub(lambda name: NAMES.get(name[0]) or words.in_sentence(name[0]), quantity))


def draw_row(axes: Axes, at: int, row: Mapping[Any, Any]) -> None:
    """One value: its interval, the published range, and the two numbers."""
    low, middle, high, *published = over_observed(row)
    compared = not pd.isna(row["passes"])
    colour = NOT_COMPARED if not compared else PASSES if row["passes"] else FAILS
    axes.plot(published, [at, at], "|", markersize=5, markeredgewidth=0.7, color=OBSERVED_COLOUR)
    axes.plot([low, high], [at, at], color=colour, linewidth=1.1)
    mark = "D" if not compared else "o" if row["passes"] else "X"
    axes.plot([middle], [at], mark, markersize=2.8, color=colour, markeredgewidth=0.0)
    text = "; ".join(in_same_digits([value for value in (row["observed"], row["median"]) if pd.notna(value)]))
    axes.text(1.01, at, text, transform=axes.get_yaxis_transform(), fontsize=TEXT, va="center", color=colour)


def in_same_digits(values: Sequence[float]) -> list[str]:
    """Numbers with as many decimals as give the largest three digits; none for whole numbers."""
    most = max((abs(value) for value in values), default=0.0)
    whole = most >= 99.5 or all(float(value).is_integer() for value in values)
    decimals = 0 if whole else int(2 - np.floor(np.log10(most)))
    return [f"{value:,.{decimals}f}".replace("-", "\N{MINUS SIGN}") for value in values]


def over_observed(row: Mapping[Any, Any]) -> tuple[float, ...]:
    """Low, middle and high of the draws and the publishers' range, over what was observed; over the median where that
    is zero or not known.

    For a relative change x, 1 + x is compared, since changes may be negative.
    """
    more = 1.0 if row["change"] else 0.0
    below = next((each for each in (more + row["observed"], more + row["median"]) if each > 0.0), 1.0)
    names = ("low", "median", "high", "observed_low", "observed_high")
    return tuple(float(np.clip((more + float(row[name])) / below, *CLIP)) for name in names)
