"""The forest plot: the effect of each world with its intervals, deaths among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from corridor.results.plots import words
from corridor.results.plots.effects import rows as effect_rows
from corridor.results.plots.imposed import marked, note_of
from corridor.results.plots.missing import shows
from corridor.results.plots.sheet import Sheet, row_height, wrapped
from corridor.results.plots.style import COLOURS, SMALL, effects_shown, spread_around_zero
from corridor.results.tables.imposed import entry_levers_of
from corridor.results.tables.intervals import clear_of_zero

CLEAR, EXPECTED, UNSURE, BAND = COLOURS[0], "#74a9d4", "#b5b5b5", "#f1e6c8"
LABELS = 0.245  # share of the width for the names of worlds
SENSES = {"clear": "clear of zero", "expected": "only its mean is clear of zero", "unsure": "not clear of zero"}
LOOKS: dict[str, dict[str, Any]] = {
    "clear": {"color": CLEAR, "markerfacecolor": CLEAR},
    "expected": {"color": EXPECTED, "markerfacecolor": "white"},
    "unsure": {"color": UNSURE, "markerfacecolor": "white"},
}


@shows("mean", ends=("low", "high"), of=effect_rows.main_effects)
def draw_forest(effects: pd.DataFrame, titles: Mapping[str, str], sheet: Sheet) -> Figure:
    """Effect of each world with its intervals, sorted, one panel an indicator, deaths among them."""
    rows = effect_rows.with_two_intervals(effect_rows.main_effects(effects))
    imposed = entry_levers_of(rows)
    titles = marked(titles, imposed)
    worlds = effect_rows.sorted_worlds(rows)
    shown = effects_shown(sheet.wide)
    labels = [wrapped(words.in_titles(titles, world), sheet.inches * LABELS, SMALL) for world in worlds]
    height = 0.55 + row_height(labels, SMALL) * len(worlds)
    panels = sheet.panels(len(shown), most=3, few=2, height=height, sharey=True)
    for axes, (name, title) in zip(panels, shown, strict=True):
        part = rows[rows.indicator == name].set_index("world").reindex(worlds)
        draw_placebo(axes, part)
        draw_effects(axes, part)
        sheet.panel_title(axes, title, sheet.inches * 0.24)
        axes.set_yticks(range(len(worlds)), labels, fontsize=SMALL)
        axes.set_ylim(len(worlds) - 0.4, -0.6)
    baseline = words.in_titles(titles, str(rows.baseline.iloc[0]))
    sheet.title(f"What each world changes, compared with “{baseline}”")
    sheet.legend(entries(rows))
    sheet.note(caption_of(rows), "" if sheet.wide else "Other indicators are in effects.csv.", note_of(imposed))
    return sheet.figure


def entries(rows: pd.DataFrame) -> dict[str, Any]:
    """The legend: marks by how sure an effect is, and the band of the placebo."""
    kinds = {sureness(row) for row in rows.to_dict("records")}
    found: dict[str, Any] = {
        words_: Line2D([], [], marker="o", markersize=3.5, linewidth=1.0, **LOOKS[kind])
        for kind, words_ in SENSES.items()
        if kind in kinds
    }
    if (rows.world == effect_rows.PLACEBO).any():
        found["the placebo's interval"] = Patch(facecolor=BAND, edgecolor="none")
    return found


def caption_of(rows: pd.DataFrame) -> str:
    """The caption."""
    placebo = (
        " The placebo hardly differs from the baseline: in one future, what lies within its interval may be chance."
        if (rows.world == effect_rows.PLACEBO).any()
        else ""
    )
    return (
        f"Mean paired difference over the whole run on the same {rows.seeds.max()} seeds. "
        f"{effect_rows.intervals_in_words(rows)} Attempts and prevented count events; people count once.{placebo}"
    )


def sureness(row: Mapping[Any, Any]) -> str:
    """Whether an effect is clear of zero in one future, only its mean is, or neither."""
    if clear_of_zero(row["outer_low"], row["outer_high"]):
        return "clear"
    return "expected" if clear_of_zero(row["inner_low"], row["inner_high"]) else "unsure"


def draw_placebo(axes: Axes, rows: pd.DataFrame) -> None:
    """The interval of the placebo as a band over all rows."""
    if effect_rows.PLACEBO in rows.index:
        own = rows[rows.index == effect_rows.PLACEBO]
        low, high = float(own.outer_low.iloc[0]), float(own.outer_high.iloc[0])
        if low < high:
            axes.axvspan(low, high, facecolor=BAND, linewidth=0, zorder=0)


def draw_effects(axes: Axes, rows: pd.DataFrame) -> None:
    """Points with a thick and a thin interval around a zero line; pale where they are not clear of zero."""
    for at, row in enumerate(rows.to_dict("records")):
        look = LOOKS[sureness(row)]
        for ends, width in (("outer", 0.9), ("inner", 2.4)):
            span = [row[f"{ends}_low"], row[f"{ends}_high"]]
            axes.plot(span, [at, at], color=look["color"], linewidth=width, solid_capstyle="butt")
        axes.plot([row["mean"]], [at], marker="o", markersize=3.2, linestyle="", **look, zorder=3)
    spread_around_zero(axes, "x", 3)
    axes.tick_params(axis="x", labelsize=SMALL)
    axes.tick_params(axis="y", length=0)
