"""Where on the coast launches become more or fewer: maps of worlds of several measures, and a table of all worlds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corridor.results.plots import words
from corridor.results.plots.effects.rows import PLACEBO, interval_label, sector_effects, sorted_worlds
from corridor.results.plots.imposed import marked, note_of
from corridor.results.plots.maps.coastline import SOURCE
from corridor.results.plots.maps.run_map import draw_coast, label_sectors
from corridor.results.plots.missing import shows
from corridor.results.plots.sheet import Sheet, row_height, wrapped
from corridor.results.plots.style import (
    LESS,
    MORE,
    PANEL_SIZE,
    SMALL,
    number_cells,
    signed,
    signed_interval,
)
from corridor.results.store.yearly import WHOLE
from corridor.results.tables.imposed import entry_levers_of
from corridor.results.tables.intervals import clear_of_zero
from corridor.results.tables.outcomes import SECTOR

HEIGHTS = {(True, True): 2.85, (True, False): 3.0, (False, True): 2.55, (False, False): 2.4}  # wide, several maps
DEATHS = "deaths_channel"
MOST_MAPS, LARGEST = 4, 260.0  # worlds; area of a mark in square points
CIRCLES: dict[str, Any] = {"linestyle": "", "markersize": 5, "markeredgewidth": 0.6}
WHAT = "Boats launched or stopped on the beach over the whole run: mean paired difference"
CELL = 0.32  # inches of a row with an interval below the value


def mapped_worlds(effects: pd.DataFrame) -> list[str]:
    """The worlds that have maps: those of several measures, else the first."""
    worlds = sorted_worlds(effects)
    found = [world for world in worlds if world != PLACEBO and not world.startswith("only_")]
    return (found or worlds)[:MOST_MAPS]


@shows("mean", ends=("low", "high"), of=lambda effects, *_: of_maps(effects))
def draw_displacement(effects: pd.DataFrame, titles: Mapping[str, str], geography: Any, sheet: Sheet) -> Figure:
    """A map of the Channel coast for each world of several measures: difference in launches of each sector."""
    worlds = mapped_worlds(sector_effects(effects))
    imposed = {world: levers for world, levers in entry_levers_of(effects).items() if world in worlds}
    titles = marked(titles, imposed)
    most = float(of_maps(effects)["mean"].abs().max())
    panels = sheet.panels(len(worlds), most=2, few=1, height=HEIGHTS[sheet.wide, len(worlds) > 1])
    for axes, world in zip(panels, worlds, strict=True):
        draw_sectors(axes, sector_effects(effects, world), geography, most)
        if len(worlds) > 1:
            axes.set_title(wrapped(words.in_titles(titles, world), 0.45 * sheet.inches, PANEL_SIZE), loc="left")
    baseline = words.in_titles(titles, str(effects.baseline.iloc[0]))
    first = f"{words.in_titles(titles, worlds[0])}, " if len(worlds) == 1 else ""
    sheet.title(f"Launches by coast sector: {first}compared with “{baseline}”")
    sheet.legend(sign_entries())
    sheet.note(
        f"{WHAT} and its 90 % interval ({interval_label(effects)}). Area grows with the difference; pale: its interval "
        f"holds zero. {SOURCE}",
        deaths_beside(effects, worlds, titles),
        note_of(imposed),
    )
    return sheet.figure


def deaths_beside(effects: pd.DataFrame, worlds: Sequence[str], titles: Mapping[str, str]) -> str:
    """The effects of some worlds on deaths in the Channel in words, beside those on launches."""
    rows = effects[(effects.indicator == DEATHS) & (effects.period == WHOLE)].set_index("world")
    texts = [
        f"{words.in_titles(titles, world)} {signed_interval(*rows.loc[world, ['mean', 'low', 'high']])}"
        for world in worlds
        if world in rows.index
    ]
    return f"Effect on {words.in_sentence(DEATHS)}: {'; '.join(texts)}." if texts else ""


def of_maps(effects: pd.DataFrame) -> pd.DataFrame:
    """The rows of the worlds that have maps."""
    rows = sector_effects(effects)
    return rows[rows.world.isin(mapped_worlds(rows))]


def sign_entries() -> dict[str, Any]:
    """The legend: more and less."""
    return {
        "more": Line2D([], [], marker="^", color=MORE, **CIRCLES),
        "fewer": Line2D([], [], marker="o", color=LESS, **CIRCLES),
    }


def draw_sectors(axes: Axes, rows: pd.DataFrame, geography: Any, most: float) -> None:
    """A mark and a text for each sector of the map."""
    rows = rows[rows.indicator.str.removeprefix(SECTOR).isin(geography.places)]
    places = [geography.places.index(name.removeprefix(SECTOR)) for name in rows.indicator]
    x, y = draw_coast(axes, geography, places)
    texts = []
    for k, row in enumerate(rows.to_dict("records")):
        more, sure = row["mean"] > 0, bool(clear_of_zero(row["low"], row["high"], row["seeds"]))
        axes.scatter(
            x[k],
            y[k],
            s=4 + LARGEST * abs(row["mean"]) / max(most, 1.0) if np.isfinite(row["mean"]) else 0.0,
            marker="^" if more else "o",
            color=MORE if more else LESS,
            alpha=0.75 if sure else 0.3,
            linewidths=0,
            zorder=3,
        )
        value = signed_interval(row["mean"], row["low"], row["high"]) if np.isfinite(row["mean"]) else "not known"
        texts.append(f"{words.place(geography.names[places[k]])}\n{value}")
    label_sectors(axes, texts, x, y, SMALL - 0.5)


@shows("mean", of=lambda effects, *_: sector_effects(effects))
def draw_displacement_of_all(effects: pd.DataFrame, titles: Mapping[str, str], sheet: Sheet) -> Figure:
    """Differences of launches by world (rows) and coast sector (columns, from Belgium to Normandy), in colours."""
    rows, imposed = sector_effects(effects), entry_levers_of(effects)
    titles = marked(titles, imposed)
    worlds = sorted_worlds(effects[effects.period.eq(rows.period.iloc[0])])
    sectors = list(dict.fromkeys(rows.indicator))
    tables = {key: rows.pivot(index="world", columns="indicator", values=key).reindex(worlds)[sectors] for key in
              ("mean", "low", "high", "seeds")}  # fmt: skip
    values = tables["mean"].to_numpy(float)
    most = max(float(np.nanmax(np.abs(values), initial=0.0)), 1.0)
    labels = [wrapped(words.in_titles(titles, world), 0.27 * sheet.inches, SMALL) for world in worlds]
    (axes,) = sheet.panels(1, height=0.5 + row_height(labels, SMALL, CELL if sheet.wide else 0.18) * len(labels))
    axes.imshow(values, cmap="RdBu_r", vmin=-most, vmax=most, aspect="auto")
    clear = clear_of_zero(tables["low"], tables["high"], tables["seeds"])
    below = intervals_of(tables) if sheet.wide else None
    number_cells(axes, values, clear, values / most, signed, (5.5, 6.0) if sheet.wide else (4.2, 4.5), below)
    axes.set_yticks(range(len(worlds)), labels, fontsize=SMALL)
    axes.set_xticks(range(len(sectors)), sector_labels(sectors, sheet), fontsize=5.5 if sheet.wide else 4.5)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    baseline = words.in_titles(titles, str(rows.baseline.iloc[0]))
    sheet.title(f"Launches by coast sector in each world, compared with “{baseline}”")
    sheet.note(
        f"{WHAT}{', and below it' if sheet.wide else ';'} its 90 % interval ({interval_label(rows)})"
        + ("" if sheet.wide else " is in effects.csv")
        + ". Blue: fewer; red: more. Bold: the interval does not hold zero.",
        deaths_beside(effects, mapped_worlds(rows), titles),
        note_of(imposed),
    )
    return sheet.figure


def intervals_of(tables: Mapping[str, pd.DataFrame]) -> list[list[str]]:
    """The interval of each cell in words; empty where it is not known."""
    return [
        ["" if np.isnan(low) else f"({signed(low)} to {signed(high)})" for low, high in zip(*ends, strict=True)]
        for ends in zip(tables["low"].to_numpy(float), tables["high"].to_numpy(float), strict=True)
    ]


def sector_labels(sectors: Sequence[str], sheet: Sheet) -> list[str]:
    """The towns that sectors are called after, in narrow columns."""
    size = 5.5 if sheet.wide else 4.5
    room = 0.6 * sheet.inches / max(len(sectors), 1)
    return [wrapped(words.sector(name.removeprefix(SECTOR)), room, size) for name in sectors]
