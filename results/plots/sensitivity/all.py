"""Figures of sensitivity: tornado, Morris' plane, Sobol indices with their second order, by year, and convergence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from corridor.results.plots.missing import shows
from corridor.results.plots.style import COLOURS, LINES, add_note, add_title, error_lengths, number_cells

MOST_BARS, MOST_LINES, MOST_NAMES, MOST_CELLS = 20, 6, 12, 14
LEAST_NAMED = 0.05  # points from this share of the largest mu* on are named
GREY, INK = "#9a9a9a", "#333333"
PLAIN = "{x:,.6g}"  # of numbers on an axis
FLOOR = "#b03a2e"
BETWEEN = "*"  # in "a*b", a second-order index
Tables = Mapping[str, pd.DataFrame]
Floats = NDArray[Any]
MEANING = {
    "mu_star": "mean absolute elementary effect, mu*",
    "sigma": "spread of elementary effects, sigma",
    "ST": "total index, ST",
    "S1": "first-order index, S1",
    "delta": "moment-independent index, delta",
    "median": "PAWN index, the median over ten slices",
}


@dataclass(frozen=True)
class About:
    """What the figures show: an indicator, `of` which number of it, and `leading`, the index to rank by."""

    indicator: str
    unit: str
    of: str
    method: str
    leading: str
    points: int
    seeds: int

    @property
    def title(self) -> str:
        """The indicator with its unit, and which number of it."""
        return f"Sensitivity of {self.indicator} [{self.unit}]\n{self.of}"

    @property
    def label(self) -> str:
        """The leading index in words, with its unit where it has one."""
        unit = f" [{self.unit}]" if self.leading == "mu_star" else ""
        return MEANING[self.leading] + unit

    @property
    def note(self) -> str:
        """How the numbers were computed."""
        if self.method == "resample":
            return f"Around the posterior, {self.points:,} points, each with the seed of its draw"
        return f"Method {self.method}, {self.points:,} points, mean of {self.seeds} seed(s) at each"


def choose(tables: Tables, about: About) -> dict[str, Callable[[Tables, About], Figure]]:
    """The figures for which a method gives tables, by the first part of the file's name."""
    figures: dict[str, Callable[[Tables, About], Figure]] = {"tornado": draw_tornado}
    if about.method == "morris":
        figures["morris"] = draw_morris
    if about.method == "sobol":
        figures["sobol"] = draw_sobol
    if tables["indices_by_year"].period.nunique() > 1:
        figures["years"] = draw_years
    if tables["convergence"].samples.nunique() > 1:
        figures["convergence"] = draw_convergence
    return figures


def leading(frame: pd.DataFrame, about: About, most: int) -> pd.DataFrame:
    """The rows of the leading index, the largest first."""
    rows = frame[frame["index"] == about.leading]
    return rows.sort_values("value", ascending=False, kind="stable").head(most)


def sheet(about: About, size: tuple[float, float], columns: int = 1) -> tuple[Figure, list[Axes]]:
    """An empty figure with its title."""
    figure = Figure(figsize=size, layout="constrained")
    add_title(figure, about.title)
    return figure, list(np.atleast_1d(figure.subplots(1, columns)).ravel())


def floor_note(rows: pd.DataFrame, about: About) -> str:
    """What the figure shows of chance, in words, from the rows of the leading index."""
    if rows.floor.notna().any():
        return "\nRed: noise floor; chance alone stays below it in 19 of 20 studies. The values are without chance."
    if about.method == "resample":
        return "\n'seed' is the chance of a run; changes by parameters are on one seed each, and hold some of it."
    return "\nThe chance of runs is in the indices" + (
        "; with one seed it is not known." * (about.seeds < 2) or ": noise.csv."
    )


def draw_floors(axes: Axes, rows: pd.DataFrame, places: Floats) -> None:
    """The noise floor of each bar as a red tick."""
    axes.plot(
        rows.floor, places, linestyle="none", marker="|", markersize=8, markeredgewidth=1.4, color=FLOOR, zorder=4
    )


def leading_rows(name: str) -> Callable[[Tables, About], pd.DataFrame]:
    """A function that picks the rows of the leading index from the table of this name."""
    return lambda tables, about: tables[name][tables[name]["index"] == about.leading]


@shows("value", ends=("low", "high"), of=leading_rows("indices"))
def draw_tornado(tables: Tables, about: About) -> Figure:
    """The leading index of the parameters as bars with intervals, the largest on top."""
    rows = leading(tables["indices"], about, MOST_BARS)
    figure, (axes,) = sheet(about, (6.4, 1.6 + 0.21 * len(rows)))
    places = np.arange(len(rows))
    clear = rows.low.fillna(0.0).to_numpy() > 0.0
    axes.barh(places, rows.value, height=0.66, color=np.where(clear, COLOURS[0], GREY).tolist(), alpha=0.8)
    axes.errorbar(
        rows.value, places, xerr=error_lengths(rows, "value"), fmt="none", ecolor=INK, capsize=2, linewidth=0.9
    )
    draw_floors(axes, rows, places)
    axes.set_yticks(places, rows.parameter.tolist(), fontsize=7)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    axes.set_xlim(left=min(0.0, float(rows.value.min()), 0.0 if rows.low.isna().all() else float(rows.low.min())))
    axes.xaxis.set_major_formatter(PLAIN)
    axes.set_xlabel(about.label)
    number = len(tables["indices"][tables["indices"]["index"] == about.leading])
    some = f" The first {len(rows)} of {number}." if len(rows) < number else ""
    add_note(figure, f"{about.note}.{some}\nWhiskers: 90 % interval; grey: it reaches zero." + floor_note(rows, about))
    return figure


def plane_of(tables: Tables, *_: About) -> pd.DataFrame:
    """mu_star and sigma of each parameter."""
    return (
        tables["indices"]
        .pivot(index="parameter", columns="index", values="value")
        .reindex(columns=["mu_star", "sigma"])
    )


@shows(of=plane_of)
def draw_morris(tables: Tables, about: About) -> Figure:
    """Morris' plane: how much a parameter matters, and how unevenly (curved or together with others)."""
    table = tables["indices"].pivot(index="parameter", columns="index", values="value")
    table = table.sort_values("mu_star", ascending=False)
    whiskers = tables["indices"][tables["indices"]["index"] == "mu_star"].set_index("parameter").loc[table.index]
    figure, (axes,) = sheet(about, (6.4, 4.8))
    most = max(float(table.mu_star.max()), np.finfo(float).tiny)
    top = 1.12 * max(float(table.sigma.max(skipna=True)) if table.sigma.notna().any() else 0.0, 0.5 * most)
    unknown = table.sigma.isna().to_numpy()
    table = table.assign(sigma=table.sigma.fillna(0.0))
    for slope, style in zip((0.1, 0.5, 1.0), LINES[1:], strict=True):
        axes.plot(
            [0.0, 1.25 * most],
            [0.0, slope * 1.25 * most],
            color=GREY,
            linewidth=0.9,
            linestyle=style,
            label=f"sigma = {slope:g} mu*",
            zorder=1,
        )
    if whiskers.floor.notna().any():
        axes.axvline(float(whiskers.floor.median()), color=FLOOR, linewidth=1.0, zorder=1)
    axes.errorbar(
        table.mu_star, table.sigma, xerr=error_lengths(whiskers, "value"), fmt="none", ecolor="#c4c4c4", linewidth=0.8
    )
    colours = np.array([GREY if np.isnan(mu) else COLOURS[0] if mu > 0 else COLOURS[1] for mu in table.mu])
    axes.scatter(
        table.mu_star,
        table.sigma,
        s=16,
        edgecolors=colours.tolist(),
        facecolors=np.where(unknown, "none", colours).tolist(),
        zorder=3,
        clip_on=False,
    )
    write_names(axes, table[table.mu_star > LEAST_NAMED * most].head(MOST_NAMES), most, top)
    axes.set_xlim(min(0.0, 1.1 * float(table.mu_star.min())), 1.25 * most)
    axes.set_ylim(0.0, top)
    axes.set_xlabel(about.label)
    axes.set_ylabel(f"{MEANING['sigma']} [{about.unit}]")
    axes.legend(frameon=False, fontsize=7, loc="upper left")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PLAIN)
    add_note(
        figure,
        f"{about.note}. An elementary effect is that of a parameter's whole range.\n"
        "Blue: more of the parameter gives more on average; orange: less. Bars: 90 % interval of mu*.\n"
        "Below the line 0.1 effects are all but linear; above 1 they are curved or depend on other parameters."
        + "\nOpen, on the axis: sigma is not known; a group of parameters has none." * bool(unknown.any())
        + floor_note(whiskers, about),
    )
    return figure


def write_names(axes: Axes, table: pd.DataFrame, most: float, top: float) -> None:
    """Names beside points (mu_star, sigma), moved up where they would lie on each other, then with a line to them."""
    taken: list[tuple[float, float]] = []
    for name, mu, sigma in table.sort_values("sigma")[["mu_star", "sigma"]].itertuples(name=None):
        x, y = mu / most, sigma / top + 0.01
        while any(abs(x - other) < 0.25 and abs(y - height) < 0.04 for other, height in taken):
            y += 0.01
        taken.append((x, y))
        line = {"arrowstyle": "-", "color": GREY, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 2}
        axes.annotate(
            name,
            (mu, sigma),
            xytext=((x + 0.014) * most, y * top),
            textcoords="data",
            fontsize=6.5,
            arrowprops=line if y * top - sigma > 0.03 * top else None,
            zorder=4,
        )


@shows("value", ends=("low", "high"), of=lambda tables, _: tables["indices"])
def draw_sobol(tables: Tables, about: About) -> Figure:
    """First-order and total indices as bars, beside a heat map of the second order where it was estimated."""
    rows = tables["indices"]
    names = leading(rows, about, MOST_CELLS).parameter.tolist()
    pairs = rows[rows["index"] == "S2"]
    wide = not pairs.empty
    figure, panels = sheet(about, (8.6 if wide else 5.0, 2.0 + 0.26 * len(names)), 1 + wide)
    for shift, (key, colour) in zip((-0.2, 0.2), (("S1", COLOURS[0]), ("ST", COLOURS[4])), strict=True):
        part = rows[rows["index"] == key].set_index("parameter").loc[names]
        places = np.arange(len(names)) + shift
        panels[0].barh(places, part.value, height=0.38, color=colour, label=MEANING[key])
        panels[0].errorbar(
            part.value, places, xerr=error_lengths(part, "value"), fmt="none", ecolor=INK, capsize=1.5, linewidth=0.8
        )
        if key == "ST":
            draw_floors(panels[0], part, places)
    panels[0].set_yticks(range(len(names)), names, fontsize=7)
    panels[0].set_ylim(len(names) - 0.4, -0.6)
    panels[0].grid(axis="y", visible=False)
    panels[0].set_xlabel("share of the variance")
    panels[0].legend(frameon=False, fontsize=7, loc="lower right")
    if wide:
        draw_pairs(panels[1], pairs, names)
        figure.colorbar(panels[1].images[0], ax=panels[1], shrink=0.8)
    add_note(
        figure,
        f"{about.note}.\nWhiskers: 90 % interval. Where ST is above S1, a parameter acts together with others"
        + ("; the second order shows with which (bold: its 90 % interval does not hold zero)." if wide else ".")
        + floor_note(rows[rows["index"] == "ST"], about),
    )
    return figure


def draw_pairs(axes: Axes, pairs: pd.DataFrame, names: list[str]) -> None:
    """A heat map of second-order indices, the lower triangle: rows from the second name on, columns to the last but
    one."""
    size = len(names) - 1
    values, clear = np.full((size, size), np.nan), np.zeros((size, size), dtype=bool)
    for row in pairs.to_dict("records"):
        ends = row["parameter"].split(BETWEEN)
        if set(ends) <= set(names):
            k, j = sorted(names.index(name) for name in ends)
            values[j - 1, k], clear[j - 1, k] = row["value"], row["low"] > 0.0 or row["high"] < 0.0
    most = max(float(np.nanmax(np.abs(values), initial=0.0)), 0.05)
    axes.imshow(values, cmap="RdBu_r", vmin=-most, vmax=most, aspect="auto")
    number_cells(axes, values, clear, most, lambda value: f"{value:.2f}".replace("-0.00", "0.00"), (5.5, 5.5))
    axes.grid(False)
    axes.set_xticks(range(size), names[:-1], fontsize=6.5, rotation=60, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(size), names[1:], fontsize=6.5)
    axes.set_title("second order, S2", loc="left", fontsize=8)


@shows("value", ends=("low", "high"), of=leading_rows("indices_by_year"))
def draw_years(tables: Tables, about: About) -> Figure:
    """The leading index of the parameters that lead over the whole period, year by year."""
    shown = len(leading(tables["indices"], about, MOST_LINES))
    figure, axes, at = leading_lines(tables, about, "indices_by_year", "period")
    axes.set_xticks(range(len(at)), at)
    add_note(
        figure,
        f"{about.note}.\nThe first {shown} parameters over the whole period; bands: 90 % interval. Grey: the others."
        + floor_note(leading_rows("indices_by_year")(tables, about), about),
    )
    return figure


@shows("value", ends=("low", "high"), of=leading_rows("convergence"))
def draw_convergence(tables: Tables, about: About) -> Figure:
    """The leading index as the sample doubles."""
    figure, axes, at = leading_lines(tables, about, "convergence", "points")
    axes.set_xticks(range(len(at)), [f"{n:,}" for n in at])
    axes.set_xlabel("points of the sample")
    add_note(
        figure,
        f"{about.note}; smaller samples are the first part of it.\nBands: 90 % interval. Grey: the others."
        + floor_note(leading_rows("convergence")(tables, about), about),
    )
    return figure


def leading_lines(tables: Tables, about: About, name: str, along: str) -> tuple[Figure, Axes, list[Any]]:
    """A figure of the leading index along a column of a table, for the parameters that lead over the whole period; and
    the values of that column."""
    names = leading(tables["indices"], about, MOST_LINES).parameter.tolist()
    rows = tables[name][tables[name]["index"] == about.leading]
    figure, (axes,) = sheet(about, (6.8, 3.9))
    draw_lines(axes, rows, names, along)
    axes.set_ylabel(about.label, fontsize=8)
    return figure, axes, sorted(rows[along].unique())


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
            linewidth=1.5,
            linestyle=LINES[k % len(LINES)],
            marker="o",
            markersize=3,
            label=name,
            zorder=3,
        )
    floors = rows.groupby(along).floor.median()
    axes.plot(floors.index.map(at), floors, color=FLOOR, linewidth=1.0, marker="_", zorder=2)
    axes.axhline(0.0, color="#444444", linewidth=0.8)
    axes.yaxis.set_major_formatter(PLAIN)
    axes.legend(frameon=False, fontsize=7, loc="upper left", bbox_to_anchor=(1.0, 1.0))
