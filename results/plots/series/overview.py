"""Figures of a run: arrivals, preventions and deaths by month, the effect of policies by year, and the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corridor.results.plots.imposed import note_of, with_marks
from corridor.results.plots.maps.run_map import draw_map
from corridor.results.plots.series.monthly import draw_monthly
from corridor.results.plots.sheet import Sheet
from corridor.results.plots.style import (
    colour_of,
    each_once,
    effects_shown,
    error_lengths,
    mark_of,
    spread_around_zero,
    title_of,
)
from corridor.results.tables.imposed import entry_levers_of
from corridor.results.tables.intervals import clear_of_zero
from corridor.results.tables.summary import INTERVALS, WHOLE

MANY_YEARS = 5  # from which on an axis has two digits of a year


def figures_of(
    dataset: xr.Dataset, summary: pd.DataFrame, effects: pd.DataFrame, observed: pd.DataFrame, geography: Any
) -> dict[str, Callable[[], Figure]]:
    """The figures of a run by name: the months, the effect where there is a second world, and the map.

    `observed` has the columns indicator, month, value.
    """
    effect = {} if effects.empty else {"effect": partial(draw_effect, dataset, effects)}
    return {
        "monthly": partial(draw_monthly, dataset, summary, observed),
        **effect,
        "map": partial(draw_map, dataset, geography),
    }


def draw_effect(dataset: xr.Dataset, effects: pd.DataFrame, sheet: Sheet | None = None) -> Figure:
    """Paired yearly differences from the baseline, one panel an indicator, deaths beside arrivals."""
    sheet, imposed = sheet or Sheet(), entry_levers_of(effects)
    dataset = with_marks(dataset, imposed)
    shown = effects_shown(sheet.wide)
    rows = effects[(effects.period != WHOLE) & effects.indicator.isin([name for name, _ in shown])]
    moved = sorted(set(rows[rows["mean"] != 0.0].period)) or sorted(set(rows.period))
    panels = sheet.panels(len(shown), most=3, few=2, height=1.55)
    for axes, (name, title) in zip(panels, shown, strict=True):
        draw_difference(axes, dataset, rows[rows.indicator == name], moved)
        sheet.panel_title(axes, title, sheet.inches * (0.3 if sheet.wide else 0.42))
    baseline = title_of(dataset, str(effects.baseline.iloc[0]))
    worlds = list(dict.fromkeys(effects.world.astype(str)))
    sheet.title(f"Effect by year: {subject(dataset, worlds)}, compared with “{baseline}”")
    sheet.legend(each_once(panels[0]) if len(worlds) > 1 else {})
    seeds = dataset.sizes["seed"]
    interval = INTERVALS[effects.interval.iloc[0]]
    basis = f"on the same {seeds} seeds, and its 90 % interval ({interval}); pale: it holds zero"
    sheet.note(
        f"Mean paired difference by year {basis if seeds > 1 else 'of one seed, no interval'}. "
        "Attempts and prevented count events; people count once a year.",
        note_of(imposed),
    )
    return sheet.figure


def subject(dataset: xr.Dataset, worlds: Sequence[str]) -> str:
    """The one world that is shown, or how many."""
    return f"“{title_of(dataset, worlds[0])}”" if len(worlds) == 1 else f"{len(worlds)} worlds"


def draw_difference(axes: Axes, dataset: xr.Dataset, rows: pd.DataFrame, years: Sequence[str]) -> None:
    """Points with intervals of one indicator, worlds side by side, around a zero line; pale where the interval holds
    zero."""
    worlds = list(dict.fromkeys(rows.world))
    for number, world in enumerate(worlds):
        part = rows[(rows.world == world) & rows.period.isin(years)]
        at = np.arange(len(part)) + (number - (len(worlds) - 1) / 2) * min(0.18, 0.7 / len(worlds))
        clear = np.asarray(clear_of_zero(part.low, part.high, part.seeds) | part.low.isna(), dtype=bool)
        for some, alpha in ((clear, 1.0), (~clear, 0.4)):
            axes.errorbar(
                at[some],
                part["mean"][some],
                yerr=error_lengths(part)[:, some],
                fmt=mark_of(dataset, str(world)),
                markersize=3,
                capsize=1.5,
                linewidth=1.0,
                alpha=alpha,
                color=colour_of(dataset, str(world)),
                label=title_of(dataset, str(world)),
            )
    spread_around_zero(axes)
    labels = [f"\N{RIGHT SINGLE QUOTATION MARK}{year[2:]}" if len(years) > MANY_YEARS else year for year in years]
    axes.set_xticks(np.arange(len(years)), labels)
    axes.set_xlim(-0.6, len(years) - 0.4)
