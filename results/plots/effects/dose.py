"""The effect against the value of a lever, and of two levers together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from corridor.results.plots import words
from corridor.results.plots.effects.rows import interval_label, main_effects
from corridor.results.plots.missing import shows
from corridor.results.plots.sheet import Sheet, wrapped
from corridor.results.plots.style import (
    COLOURS,
    MORE,
    PANEL_SIZE,
    SMALL,
    count_axis,
    effects_shown,
    error_lengths,
    number_cells,
    signed,
    signed_interval,
    spread_around_zero,
)
from corridor.results.tables.intervals import clear_of_zero

DEATHS = "deaths_channel"
USE = ("use", "capacity", "binding")  # columns behind the name of a lever


@shows("mean", ends=("low", "high"), of=main_effects)
def draw_dose(rows: pd.DataFrame, lever: str, sheet: Sheet) -> Figure:
    """Effects of a lever against its value, one panel an indicator."""
    shown = effects_shown(sheet.wide)
    panels = sheet.panels(len(shown), most=3, few=2, height=1.5)
    for axes, (name, title) in zip(panels, shown, strict=True):
        part = main_effects(rows)[main_effects(rows).indicator == name].sort_values(lever)
        draw_response(axes, part, lever)
        mark_not_binding(axes, part, lever)
        sheet.panel_title(axes, title, sheet.inches * 0.3)
        count_axis(axes, "x", 4)
    across = wrapped(words.lever_axis(lever), sheet.inches * (0.28 if sheet.wide else 0.34), SMALL)
    sheet.label_outer(panels, across, "difference")
    sheet.title(f"Effect by the value of one lever: {words.lever(lever)[:1].lower()}{words.lever(lever)[1:]}")
    sheet.note(
        f"Mean paired difference from its baseline on the same {rows.seeds.max()} seeds over the whole run, and its "
        f"90 % interval ({interval_label(rows)}); pale: it holds zero. The dotted line joins the means and says "
        "nothing of values between." + use_words(rows, lever),
    )
    return sheet.figure


def draw_response(axes: Axes, rows: pd.DataFrame, along: str) -> None:
    """Points with intervals, pale where these hold zero; between points only a thin dotted line."""
    axes.plot(rows[along], rows["mean"], color="#9a9a9a", linewidth=0.7, linestyle=(0, (1, 2)), zorder=1)
    clear = np.asarray(clear_of_zero(rows.low, rows.high, rows.seeds))
    for some, colour, face in ((clear, COLOURS[0], COLOURS[0]), (~clear, "#b5b5b5", "white")):
        part = rows[some]
        axes.errorbar(
            part[along],
            part["mean"],
            yerr=error_lengths(part),
            fmt="o",
            markersize=3,
            capsize=1.5,
            linewidth=1.0,
            color=colour,
            markerfacecolor=face,
        )
    spread_around_zero(axes)


def mark_not_binding(axes: Axes, rows: pd.DataFrame, lever: str) -> None:
    """Open circles over the values at which the lever is not binding."""
    if f"{lever}_binding" in rows:
        slack = rows[rows[f"{lever}_binding"] == "not binding"]
        axes.plot(slack[lever], slack["mean"], "o", markersize=6.5, color=MORE, fillstyle="none", markeredgewidth=0.8)


def use_words(rows: pd.DataFrame, lever: str) -> str:
    """What is used at each value of a lever, of how much, and where the lever is not binding; empty where no use is
    recorded."""
    if f"{lever}_use" not in rows:
        return ""
    each = rows.drop_duplicates(lever).sort_values(lever)
    texts = []
    for value, used, capacity, binding in each[[lever, *(f"{lever}_{name}" for name in USE)]].itertuples(index=False):
        of = "" if pd.isna(capacity) else f" of {capacity:,.0f}"
        texts.append(f"{value:g}: {used:,.0f}{of}" + " (not binding)" * (binding == "not binding"))
    head = "\nUsed a day while it is held (orange rings: not binding, the step to this value hardly changes the use): "
    return head + "; ".join(texts) + "."


@shows("mean", ends=("low", "high"), of=lambda rows, _, indicator: rows[rows.indicator == indicator])
def draw_interaction(rows: pd.DataFrame, levers: tuple[str, str], indicator: str, sheet: Sheet) -> Figure:
    """Two heat maps over the values of two levers: the effect, and the interaction: what goes beyond the sum of the two
    alone."""
    own = rows[rows.indicator == indicator]
    tables = [own.pivot(index=levers[1], columns=levers[0], values=name) for name in ("mean", "interaction")]
    titles = ("Effect", "Interaction: effect less the sum of both alone")
    panels = sheet.panels(2, most=2, few=1, height=0.9 + 0.34 * len(tables[0]))
    for axes, values, title, ends in zip(panels, tables, titles, ("", "interaction_"), strict=True):
        most = max(float(np.nanmax(np.abs(values.to_numpy()), initial=0.0)), 1.0)
        axes.imshow(values, cmap="RdBu_r", vmin=-most, vmax=most, origin="lower", aspect="auto")
        bold = clear_cells(own, levers, f"{ends}low", f"{ends}high")
        number_cells(axes, values.to_numpy(), bold, values.to_numpy() / most, signed, (6.0, 6.5))
        for (row, column), slack in np.ndenumerate(not_binding(own, levers).to_numpy(bool)):
            if slack:
                axes.plot(
                    column + 0.4, row + 0.32, "o", markersize=3, color=MORE, fillstyle="none", markeredgewidth=0.8
                )
        axes.grid(False)
        axes.set_xticks(range(values.shape[1]), [f"{each:g}" for each in values.columns])
        axes.set_yticks(range(values.shape[0]), [f"{each:g}" for each in values.index])
        room = sheet.inches * (0.42 if sheet.wide else 0.85)
        axes.set_xlabel(wrapped(words.lever_axis(levers[0]), room, 7.0))
        axes.set_ylabel(wrapped(words.lever_axis(levers[1]), 1.6, 7.0))
        axes.set_title(wrapped(title, room, PANEL_SIZE), loc="left")
    sheet.title(f"Two levers together: {words.in_sentence(indicator)}")
    slack = not_binding(own, levers).to_numpy(bool).any()
    sheet.note(
        f"Mean paired difference over the whole run, {rows.seeds.max()} seeds. Blue: less; red: more. Bold: the 90 % "
        f"interval (in dose.csv; {interval_label(rows)}) does not hold zero."
        + " Orange rings: not binding, the step to this value of a lever hardly changes its use."
        * bool(slack),
        deaths_beside(rows, indicator),
    )
    return sheet.figure


def deaths_beside(rows: pd.DataFrame, indicator: str) -> str:
    """The smallest and the largest effect on deaths in the Channel among all values, beside a figure of something
    else."""
    deaths = rows[(rows.indicator == DEATHS) & rows["mean"].notna()].sort_values("mean")
    if deaths.empty or indicator == DEATHS:
        return ""
    ends = [signed_interval(deaths["mean"].iloc[k], deaths.low.iloc[k], deaths.high.iloc[k]) for k in (0, -1)]
    between = ends[0] if ends[0] == ends[1] else f"from {ends[0]} to {ends[1]}"
    return f"Effect on {words.in_sentence(DEATHS)} at these values: {between}."


def clear_cells(rows: pd.DataFrame, levers: tuple[str, str], low: str, high: str) -> NDArray[np.bool_]:
    """Whether an interval does not hold zero, at each value of two levers."""
    sure = rows.assign(clear=clear_of_zero(rows[low], rows[high], rows.seeds))
    return sure.pivot(index=levers[1], columns=levers[0], values="clear").to_numpy(bool)


def not_binding(rows: pd.DataFrame, levers: tuple[str, str]) -> pd.DataFrame:
    """Whether one of two levers is not binding, at each of their values."""
    known = [f"{name}_binding" for name in levers if f"{name}_binding" in rows]
    slack = (rows[known] == "not binding").any(axis=1)
    return rows.assign(slack=slack).pivot(index=levers[1], columns=levers[0], values="slack")
