"""What all figures share: colours, marks, type, and small helpers of axes.

The rules: a title states a quantity or a finding in words; nothing is cut, but wrapped; tick labels are horizontal;
numbers have thousands separators and units; worlds differ in colour, mark and line, so that a figure is readable in
grey and by the colour-blind; effects within chance are pale; the caption says what intervals hold and where data come
from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FixedLocator, MaxNLocator

from corridor.results.tables.intervals import further_draws

# Colours that the colour-blind tell apart (Okabe & Ito 2008), in an order in which neighbours differ in lightness, too
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
MARKS = ("o", "s", "^", "D", "v", "P")
LINES: tuple[Any, ...] = ("solid", (0, (4, 1.4)), (0, (1.5, 1)), (0, (6, 1, 1, 1)))  # lines that coincide stay visible
HATCHES = ("", "////", "....", "xxxx")
OBSERVED_COLOUR, INK, GREY, PALE, ZERO_LINE = "#222222", "#333333", "#8a8a8a", "#cfcfcf", "#444444"
DEEP = 0.6  # from this share of the way to an end of the colours on a cell is so dark that its number is white
LESS, MORE = COLOURS[0], COLOURS[1]
SINGLE, DOUBLE = 3.5, 7.2  # inches: columns of journals, 89 and 183 mm
TITLE_SIZE, PANEL_SIZE, NOTE_SIZE, SMALL = 8.5, 7.5, 6.5, 6.0
STYLE: Any = {
    "font.size": 7.0,
    "axes.titlesize": PANEL_SIZE,
    "axes.titlelocation": "left",
    "axes.labelsize": 7.0,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.5,
    "axes.axisbelow": True,
    "hatch.linewidth": 0.5,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "corridor",
    "figure.dpi": 100,
}
HALO = [withStroke(linewidth=1.8, foreground="white")]  # keeps a text legible on a line
BELOW_SIZE = 4.2  # points, of intervals in cells
NO_CHANGE, ROUNDING = "no pair of runs differs", 1e-9  # a mean of differences that are all zero may be 1e-17
AXIS_MARGIN = 0.03  # of an axis, beyond the end of an interval
LEAST_SPAN = 2.0  # half of the smallest range of a difference, so that no tick is a fraction of a person
EFFECTS = (
    ("arrivals_people", "Arrivals (people)"),
    ("attempts_people", "Attempts (person-attempts)"),
    ("unique_people_trying", "Unique people who tried"),
    ("prevented_people", "Prevented (person-attempts)"),
    ("deaths_channel", "Deaths, Channel"),
    ("deaths_mediterranean", "Deaths, Mediterranean"),
)
FEW = ("arrivals_people", "deaths_channel")  # in a single column


def effects_shown(wide: bool) -> list[tuple[str, str]]:
    """The indicators of a figure of effects, deaths always among them; in a single column only two."""
    return [(name, title) for name, title in EFFECTS if wide or name in FEW]


def signed(value: float) -> str:
    """A whole number with its sign and thousands separators."""
    return "0" if round(value) == 0 else f"{value:+,.0f}".replace("-", "\N{MINUS SIGN}")


def signed_interval(mean: float, low: float, high: float) -> str:
    """`-70 (-160 to +29)`; without the interval where it is not known."""
    return signed(mean) + ("" if np.isnan(low) else f" ({signed(low)} to {signed(high)})")


def count_axis(axes: Axes, which: str = "y", ticks: int = 5) -> None:
    """Few ticks at round numbers, with thousands separators."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter("{x:,.6g}")


def date_axis(axes: Axes, wide: bool = True) -> None:
    """Dates below each other, never rotated."""
    locator = AutoDateLocator(minticks=3, maxticks=9 if wide else 7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))


def spread_around_zero(axes: Axes, which: str = "y", ticks: int = 5) -> None:
    """A line at zero and few ticks, with room on both sides of it, so that no tick is a fraction of a person; where all
    is zero, that it does not change in words."""
    across = which == "x"
    (axes.axvline if across else axes.axhline)(0.0, color=ZERO_LINE, linewidth=0.8)
    low, high = axes.get_xlim() if across else axes.get_ylim()
    (axes.set_xlim if across else axes.set_ylim)(min(low, -LEAST_SPAN), max(high, LEAST_SPAN))
    count_axis(axes, which, ticks)
    if np.abs(axes.dataLim.intervalx if across else axes.dataLim.intervaly).max() < ROUNDING:
        (axes.xaxis if across else axes.yaxis).set_major_locator(FixedLocator([0.0]))
        axes.text(0.05, 0.52, NO_CHANGE, transform=axes.transAxes, fontsize=SMALL, va="bottom", path_effects=HALO)


def begin_below(axes: Axes, least: float) -> None:
    """A horizontal axis from 0, or from a little below the least value, so that no end of an interval is on its end."""
    most = axes.get_xlim()[1]
    axes.set_xlim(left=least - AXIS_MARGIN * (most - least) if least < 0.0 else 0.0)


def percent(share: float) -> str:
    """A share in per cent, as everywhere with a space that does not break; "not known" where it is not."""
    return "not known" if np.isnan(share) else f"{100.0 * share:.0f}\N{NO-BREAK SPACE}%"


def error_lengths(rows: pd.DataFrame, value: str = "mean", low: str = "low", high: str = "high") -> np.ndarray:
    """Lengths of the two sides of the error bars of these columns, shape (2, row); 0 where an end is not known."""
    sides = np.array([rows[value] - rows[low], rows[high] - rows[value]], dtype=float)
    return np.maximum(np.nan_to_num(sides), 0.0)


def number_cells(
    axes: Axes,
    values: np.ndarray,
    clear: np.ndarray,
    depth: np.ndarray,
    form: Callable[[float], str],
    sizes: tuple[float, float],
    below: Sequence[Sequence[str]] | None = None,
) -> None:
    """Write its value into every cell of a heat map: in bold, and of the second size, where it is clear, and in white
    where the colour is deep (`depth`: 0 in the middle of the colours, 1 at their ends); with texts `below` values."""
    for (row, column), value in np.ndenumerate(values):
        if np.isnan(value):
            continue
        bold = bool(clear[row, column])
        look: dict[str, Any] = {"ha": "center", "color": "white" if abs(depth[row, column]) > DEEP else "black"}
        text = form(value).replace("-", "\N{MINUS SIGN}")
        weight = "bold" if bold else "normal"
        where = "center" if below is None else "bottom"
        axes.text(column, row, text, va=where, fontsize=sizes[bold], fontweight=weight, **look)
        if below is not None:
            axes.text(column, row + 0.05, below[row][column], va="top", fontsize=BELOW_SIZE, **look)


def band(values: np.ndarray, draws: int | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean and 90 % prediction interval over seeds, the first axis; not below zero. `draws`: their number where draws
    have several seeds (`summary.number_of_draws`)."""
    mean = values.mean(axis=0)
    if len(values) < 2:
        return mean, mean, mean
    low, high = further_draws(values, draws)
    return mean, np.maximum(0.0, low), high


def with_interval(values: np.ndarray, draws: int | None, form: str = ",.0f") -> str:
    """`52 (40 to 64)`: mean over seeds and its 90 % prediction interval, which a single seed does not have."""
    mean, low, high = band(values, draws)
    return f"{mean:{form}}" + (f" ({low:{form}} to {high:{form}})" if len(values) > 1 else "")


def colour_of(dataset: xr.Dataset, world: str) -> str:
    """Colour of a world, the same in every figure."""
    return COLOURS[number_of(dataset, world) % len(COLOURS)]


def mark_of(dataset: xr.Dataset, world: str) -> str:
    """Mark of a world, the same in every figure."""
    return MARKS[number_of(dataset, world) % len(MARKS)]


def line_of(dataset: xr.Dataset, world: str) -> Any:
    """Line style of a world, the same in every figure."""
    return LINES[number_of(dataset, world) % len(LINES)]


def number_of(dataset: xr.Dataset, world: str) -> int:
    """The place of a world among those of its run."""
    return int(dataset.world.values.tolist().index(world))


def title_of(dataset: xr.Dataset, world: str) -> str:
    """Title of a world as the experiment file gives it."""
    return str(dataset.world_title.sel(world=world).item())


def each_once(axes: Axes) -> dict[str, Any]:
    """Label -> handle of what is on a panel, each label once."""
    handles, labels = axes.get_legend_handles_labels()
    return dict(zip(labels, handles, strict=True))
