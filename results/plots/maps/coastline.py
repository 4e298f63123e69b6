"""Land, borders and the frame of a map."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from numpy.typing import ArrayLike

from corridor.results.plots.maps.projection import CHANNEL, EUROPE, LambertConformal

COASTLINE = Path(__file__).parent / "coastline.json"
LAND, SHORE, BORDER, SEA = "#f0ede6", "#a8a296", "#cdc7ba", "#ffffff"
SOURCE = "Coastline: Natural Earth."
Margins = tuple[float, float, float, float]  # west, east, south, north of the outermost places, in km
PARTS = {"region": EUROPE, "channel": CHANNEL}


@cache
def lines_of(part: str) -> dict[str, list[Any]]:
    """Projected land (rings) and borders (lines) of the region or the Channel, in km."""
    stored = json.loads(COASTLINE.read_text(encoding="utf-8"))[part]
    return {kind: [PARTS[part].line(line) for line in stored[kind]] for kind in ("land", "borders")}


def draw_land(axes: Axes, part: str, lon: ArrayLike, lat: ArrayLike, margins: Margins) -> LambertConformal:
    """Land and borders around some places, true to shape; the projection for what is plotted on it."""
    projection = PARTS[part]
    lines = lines_of(part)
    axes.set_facecolor(SEA)
    axes.add_collection(PolyCollection(lines["land"], facecolors=LAND, edgecolors=SHORE, linewidths=0.4, zorder=0))
    axes.add_collection(LineCollection(lines["borders"], colors=BORDER, linewidths=0.4, zorder=0.5))
    x, y = projection(lon, lat)
    west, east, south, north = margins
    axes.set_xlim(float(x.min()) - west, float(x.max()) + east)
    axes.set_ylim(float(y.min()) - south, float(y.max()) + north)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(False)
    for side in axes.spines.values():
        side.set_visible(True)
        side.set_color("#999999")
        side.set_linewidth(0.5)
    return projection
