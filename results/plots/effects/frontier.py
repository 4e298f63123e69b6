"""Deaths against arrivals: what each world changes in both, and which worlds no other beats."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from corridor.results.plots import words
from corridor.results.plots.effects.rows import PLACEBO, interval_label, main_effects, sorted_worlds
from corridor.results.plots.imposed import marked, note_of
from corridor.results.plots.missing import shows
from corridor.results.plots.sheet import Sheet, wrapped
from corridor.results.plots.style import COLOURS, GREY, HALO, SMALL, ZERO_LINE, count_axis
from corridor.results.tables.fronts import nondominated
from corridor.results.tables.imposed import entry_levers_of
from corridor.results.tables.intervals import clear_of_zero

ACROSS = "arrivals_people"
CHANNEL = "deaths_channel"  # always shown, as every effect stands beside it
DEATHS = (CHANNEL, "deaths_mediterranean")


@shows("mean", ends=("low", "high"), of=lambda effects, *_: of_frontier(effects))
def draw_frontier(effects: pd.DataFrame, titles: Mapping[str, str], sheet: Sheet) -> Figure:
    """Deaths in the Channel and the Mediterranean against arrivals: the difference that each world makes to both.

    Worlds that no other beats in the means of both are joined; a world is named where one of its effects is clear of
    zero or no other beats it.
    """
    rows, imposed = of_frontier(effects), entry_levers_of(effects)
    titles = marked(titles, imposed)
    worlds = sorted_worlds(rows)
    table = {
        key: rows.pivot(index="world", columns="indicator", values=key).reindex(worlds)
        for key in ("mean", "low", "high", "seeds")
    }
    shown = [name for name in DEATHS if name == CHANNEL or may_change(table, name)]
    panels = sheet.panels(len(shown), most=2, few=1, height=2.9)
    numbers = {world: k for k, world in enumerate(worlds, start=1)}
    named: set[str] = set()
    for axes, name in zip(panels, shown, strict=True):
        named |= draw_plane(axes, table, name, numbers)
        axes.set_xlabel("difference in arrivals (people)")
        axes.set_ylabel(f"difference in {words.in_sentence(name)}")
    baseline = words.in_titles(titles, str(rows.baseline.iloc[0]))
    sheet.title(f"Deaths and arrivals: what each world changes in both, compared with “{baseline}”")
    sheet.legend(
        {
            "no other is better in both means": Line2D([], [], color=COLOURS[0], marker="o", markersize=4),
            "another is": Line2D([], [], color=GREY, marker="s", markersize=3, linestyle=""),
        }
    )
    keys = "; ".join(f"{numbers[world]} {words.in_titles(titles, world)}" for world in worlds if world in named)
    sheet.note(
        f"{keys}.",
        f"Differences over the whole run; lower left is better in both. Bars: 90 % interval ({interval_label(rows)}), "
        "pale where it holds zero: then the place of a world may be chance. "
        + "Box: the placebo's intervals."
        * (PLACEBO in worlds),
        note_of(imposed),
    )
    return sheet.figure


def of_frontier(effects: pd.DataFrame) -> pd.DataFrame:
    """Effects of the whole run on arrivals and deaths."""
    rows = main_effects(effects)
    return rows[rows.indicator.isin([ACROSS, *DEATHS])]


def may_change(table: Mapping[str, pd.DataFrame], deaths: str) -> bool:
    """Whether the mean or an end of an interval of some world is a death or more away from zero."""
    return any(deaths in table[key] and table[key][deaths].abs().max() > 0.5 for key in ("mean", "low", "high"))


def draw_plane(axes: Axes, table: Mapping[str, pd.DataFrame], deaths: str, numbers: Mapping[str, int]) -> set[str]:
    """One plane; the worlds whose numbers stand in it."""
    mean, low, high, runs = (table[key][[ACROSS, deaths]] for key in ("mean", "low", "high", "seeds"))
    front = nondominated(mean.to_numpy(float))
    order = mean[front].sort_values(ACROSS)
    axes.plot(order[ACROSS], order[deaths], color=COLOURS[0], linewidth=0.8, linestyle=(0, (2, 1.5)), zorder=2)
    named: set[str] = set()
    for world, best in zip(mean.index, front, strict=True):
        at, ends = mean.loc[world], np.array([low.loc[world], high.loc[world]])
        if world == PLACEBO:
            corner, size = ends[0], ends[1] - ends[0]
            axes.add_patch(Rectangle(corner, *size, facecolor="#f1e6c8", edgecolor="none", zorder=0))
            continue
        sure = clear_of_zero(ends[0], ends[1], runs.loc[world])
        colour = COLOURS[0] if best else GREY
        axes.plot(ends[:, 0], [at[deaths]] * 2, color=colour, linewidth=0.7, alpha=0.9 if sure[0] else 0.25)
        axes.plot([at[ACROSS]] * 2, ends[:, 1], color=colour, linewidth=0.7, alpha=0.9 if sure[1] else 0.25)
        axes.plot([at[ACROSS]], [at[deaths]], "o" if best else "s", color=colour, markersize=4 if best else 3, zorder=3)
        if best or sure.any():
            named.add(str(world))
            text = wrapped(str(numbers[str(world)]), 1.0, SMALL)
            place = (at[ACROSS], at[deaths])
            axes.annotate(text, place, (3, 3), textcoords="offset points", fontsize=SMALL, path_effects=HALO, zorder=4)
    axes.axhline(0.0, color=ZERO_LINE, linewidth=0.7)
    axes.axvline(0.0, color=ZERO_LINE, linewidth=0.7)
    count_axis(axes, "x", 4)
    count_axis(axes)
    return named
