"""Morris' plane: how much a parameter matters, and how unevenly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corridor.results.plots import words
from corridor.results.plots.missing import shows
from corridor.results.plots.sensitivity.about import (
    MEANING,
    MOST_NAMES,
    About,
    Tables,
    above_floor,
    draw_floors,
    floor_note,
)
from corridor.results.plots.sheet import Sheet, wrapped
from corridor.results.plots.style import COLOURS, GREY, HALO, LINES, SMALL, count_axis, error_lengths

FLOORS = "Red strokes, at the height of the points with numbers: the noise floor of each"
PALE, ARROW = 0.3, "#9a9a9a"
LEAST_NAMED = 0.05  # points from this share of the largest mu* on are named
SIGNS = (
    (1, COLOURS[0], "o", "more of it gives more"),
    (-1, COLOURS[1], "s", "more of it gives less"),
    (0, GREY, "D", "both"),
)


def plane_of(tables: Tables, *_: About) -> pd.DataFrame:
    """mu_star and sigma of each parameter."""
    return (
        tables["indices"]
        .pivot(index="parameter", columns="index", values="value")
        .reindex(columns=["mu_star", "sigma"])
    )


@shows(of=plane_of)
def draw_morris(tables: Tables, about: About, sheet: Sheet) -> Figure:
    """Morris' plane: how much a parameter matters, and how unevenly (curved or together with others)."""
    table = tables["indices"].pivot(index="parameter", columns="index", values="value")
    table = table.sort_values("mu_star", ascending=False)
    whiskers = tables["indices"][tables["indices"]["index"] == "mu_star"].set_index("parameter").loc[table.index]
    sure = above_floor(whiskers)
    axes, beside = plane_and_list(sheet)
    most = max(float(table.mu_star.max()), np.finfo(float).tiny)
    top = 1.12 * max(float(table.sigma.max(skipna=True)) if table.sigma.notna().any() else 0.0, 0.5 * most)
    unknown = table.sigma.isna()
    table = table.assign(sigma=table.sigma.fillna(0.0), open=unknown, strength=np.where(sure, 1.0, PALE))
    draw_slopes(axes, most, top)
    reach = error_lengths(whiskers, "value")
    axes.errorbar(table.mu_star, table.sigma, xerr=reach, fmt="none", ecolor="#d4d4d4", linewidth=0.6, zorder=1)
    draw_points(axes, table)
    named = table[table.mu_star > LEAST_NAMED * most].head(MOST_NAMES)
    draw_floors(axes, whiskers.loc[named.index], named.sigma.to_numpy(float))
    write_numbers(axes, named, most, top)
    write_names(beside, named, sheet)
    axes.set_xlim(min(0.0, 1.1 * float(table.mu_star.min())), 1.25 * most)
    cut = mark_cut(axes, whiskers, table.sigma)
    axes.set_ylim(0.0, top)
    axes.set_xlabel(wrapped(about.label, 0.8 * sheet.inches, 7.0))
    axes.set_ylabel(wrapped(f"{MEANING['sigma']} ({about.unit})", 2.2, 7.0))
    for which in "xy":
        count_axis(axes, which, 5 if sheet.wide else 4)
    sheet.title(about.title)
    handles, texts = axes.get_legend_handles_labels()
    sheet.legend(dict(zip(texts, handles, strict=True)))
    sheet.note(
        f"{about.note}. An elementary effect is that of a parameter's whole range. Bars: 90 % interval of μ*"
        + ", arrows: it goes on outside the panel" * cut
        + ". Below the line σ = 0.1 μ* effects are all but linear; above σ = μ* they are curved or depend on other "
        "parameters. "
        + "Open, on the axis: σ is not known; a group of parameters has none. " * bool(unknown.any())
        + "Pale: μ* is not above its own noise floor. " * (not sure.all())
        + floor_note(whiskers, about, FLOORS),
    )
    return sheet.figure


def draw_points(axes: Axes, table: pd.DataFrame) -> None:
    """A point for each parameter, by the sign of its mean effect; open where sigma is not known."""
    for sign, colour, mark, label in SIGNS:
        some = table[np.sign(table.get("mu", table.mu_star * np.nan)).fillna(0.0) == sign]
        if some.empty:
            continue
        faces = np.where(some.open, "none", colour).tolist()
        look: dict[str, Any] = {
            "s": 14,
            "edgecolors": colour,
            "facecolors": faces,
            "linewidths": 0.7,
            "zorder": 3,
            "clip_on": False,
            "alpha": some.strength.tolist(),
        }
        axes.scatter(some.mu_star, some.sigma, marker=mark, label=label, **look)


def plane_and_list(sheet: Sheet) -> tuple[Axes, Axes]:
    """A panel for the plane, and one for the names of its points: beside it, or below in a single column."""
    if sheet.wide:
        left, right = sheet.start(3.3).subplots(1, 2, width_ratios=(1.6, 1.0))
    else:
        left, right = sheet.start(4.7).subplots(2, 1, height_ratios=(1.3, 1.0))
    right.set_axis_off()
    return left, right


def mark_cut(axes: Axes, whiskers: pd.DataFrame, heights: pd.Series) -> bool:
    """Arrows where intervals go on outside the panel, at its sides; whether there are any."""
    left, right = axes.get_xlim()
    found = False
    for end, mark, beyond in ((left, "<", whiskers.low < left), (right, ">", whiskers.high > right)):
        at = heights[beyond]
        look: dict[str, Any] = {"color": ARROW, "markersize": 2.5, "linestyle": "", "clip_on": False}
        axes.plot(np.full(len(at), end), at, marker=mark, label="_cut", **look)
        found |= bool(len(at))
    return found


def draw_slopes(axes: Axes, most: float, top: float) -> None:
    """Lines of equal sigma over mu*, each with what it is at its end."""
    for slope, style in zip((0.1, 0.5, 1.0), LINES[1:], strict=True):
        end = min(1.25 * most, top / slope)
        axes.plot([0.0, end], [0.0, slope * end], color=GREY, linewidth=0.8, linestyle=style, zorder=1)
        text = f"σ = {slope:g} μ*"
        look: dict[str, Any] = {
            "fontsize": 5.5,
            "color": "#666666",
            "ha": "right",
            "va": "bottom",
            "path_effects": HALO,
        }
        axes.annotate(text, (end, min(slope * end, 0.97 * top)), (-2, 1), textcoords="offset points", **look)


def write_numbers(axes: Axes, table: pd.DataFrame, most: float, top: float) -> None:
    """Numbers beside points (mu_star, sigma), moved up where they would lie on each other, then with a line to them."""
    taken: list[tuple[float, float]] = []
    numbers = {name: k for k, name in enumerate(table.index, start=1)}
    for name, mu, sigma in table.sort_values("sigma")[["mu_star", "sigma"]].itertuples(name=None):
        x, y = mu / most, sigma / top + 0.015
        while any(abs(x - other) < 0.06 and abs(y - height) < 0.05 for other, height in taken):
            y += 0.01
        taken.append((x, y))
        line = {"arrowstyle": "-", "color": GREY, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 2}
        axes.annotate(
            str(numbers[name]),
            (mu, sigma),
            xytext=((x + 0.015) * most, y * top),
            textcoords="data",
            fontsize=SMALL,
            arrowprops=line if y * top - sigma > 0.04 * top else None,
            zorder=4,
            path_effects=HALO,
        )


def write_names(axes: Axes, table: pd.DataFrame, sheet: Sheet) -> None:
    """What the numbers are, from top to bottom."""
    room = sheet.inches * (0.34 if sheet.wide else 0.78)
    lines = [
        wrapped(f"{k}  {words.parameter(str(name))}", room, SMALL).replace("\n", "\n    ")
        for k, name in enumerate(table.index, start=1)
    ]
    axes.text(0.0, 1.0, "\n".join(lines), transform=axes.transAxes, fontsize=SMALL, va="top", linespacing=1.3)
