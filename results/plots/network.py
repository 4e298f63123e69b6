"""The network of places and legs, before anything is simulated on it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from corridor.results.plots.maps.coastline import SOURCE, draw_land
from corridor.results.plots.sheet import Sheet
from corridor.results.plots.style import HALO

MODES = {
    "sea": "#35618f",
    "boat": "#1b9e9e",
    "foot": "#8a6d3b",
    "road": "#7a7a7a",
    "rail": "#555555",
    "air": "#a983b8",
    "lorry": "#b5652b",
}
KINDS = {  # marker and its colour
    "shore": ("^", "#35618f"),
    "entry": ("^", "#a983b8"),
    "landing": ("v", "#35618f"),
    "border": ("|", "#333333"),
    "hub": (".", "#333333"),
    "camp": ("s", "#b5652b"),
    "sector": ("D", "#1b9e9e"),
    "port": ("P", "#b5652b"),
    "kent": ("*", "#111111"),
}
FLAGGED = "#c0392b"
MOST_NAMED = 40  # places; of more, only those that are remarked on, and where people enter or gather
ALWAYS_NAMED = ("shore", "entry", "camp", "kent")
MARGINS = (150.0, 350.0, 150.0, 150.0)  # km around the places
HEIGHT = 5.0  # inches


def draw_network(
    geography: Any, title: str, places: Collection[int] = (), legs: Collection[int] = (), sheet: Sheet | None = None
) -> Figure:
    """All places and legs of a map; the places and legs with these rows are red."""
    sheet = sheet or Sheet()
    (axes,) = sheet.panels(1, height=HEIGHT)
    projection = draw_land(axes, "region", geography.lon, geography.lat, MARGINS)
    x, y = projection(geography.lon, geography.lat)
    ends = list(zip(geography.origin.tolist(), geography.destination.tolist(), strict=True))
    lines = [[(x[a], y[a]), (x[b], y[b])] for a, b in ends]
    colours = [FLAGGED if k in legs else MODES[mode] for k, mode in enumerate(geography.mode)]
    widths = [2.0 if k in legs else 0.8 for k in range(len(lines))]
    axes.add_collection(LineCollection(lines, colors=colours, linewidths=widths, alpha=0.75, zorder=2))
    many = len(geography.places) > MOST_NAMED
    for row, kind in enumerate(geography.kinds):
        marker, colour = KINDS[kind]
        here = FLAGGED if row in places else colour
        axes.scatter(x[row], y[row], s=22, marker=marker, color=here, zorder=3, linewidths=0.8)
        if row in places or not many or kind in ALWAYS_NAMED:
            axes.annotate(
                geography.places[row],
                (x[row], y[row]),
                xytext=(4, 2),
                textcoords="offset points",
                fontsize=5.5,
                color=FLAGGED if row in places else "#222222",
                zorder=4,
                path_effects=HALO,
            )
    axes.legend(handles=key_of(geography), fontsize=6, ncols=2, loc="best", frameon=True, edgecolor="#999999")
    sheet.title(title)
    sheet.note(f"Lines join places and are not the ways taken. Red: see the remarks. {SOURCE}")
    return sheet.figure


def key_of(geography: Any) -> list[Line2D]:
    """The key to the modes and kinds that a map has."""
    lines = [Line2D([], [], color=colour, label=mode) for mode, colour in MODES.items() if mode in geography.mode]
    dots = [
        Line2D([], [], color=colour, marker=marker, linestyle="", markersize=4, label=kind)
        for kind, (marker, colour) in KINDS.items()
        if kind in geography.kinds
    ]
    return [*lines, *dots]
