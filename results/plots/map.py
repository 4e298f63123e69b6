"""The map: places, flows along the legs, and launches from the eight coast sectors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from corridor.results.plots.style import band
from corridor.results.tables.summary import holds

COAST = Path(__file__).parent / "coast.json"
FLOW_COLOUR, PLACE_COLOUR, LAND_COLOUR = "#35618f", "#333333", "#b9b4aa"
WIDEST = 7.0  # points, for the largest flow
LABELLED = (
    "libya_west",
    "libya_east",
    "tunisia",
    "morocco",
    "western_sahara",
    "turkey_aegean",
    "tirana",
    "belgrade",
    "minsk",
    "lampedusa",
    "canaries",
    "almeria",
    "athens",
    "rome",
    "ventimiglia",
    "paris",
    "brussels",
    "frankfurt",
    "vienna",
    "madrid",
    "milan",
    "calabria",
    "crete",
)
TO_THE_LEFT = ("athens", "calabria", "canaries", "western_sahara", "ventimiglia", "madrid", "tunisia")
HALO = [withStroke(linewidth=1.8, foreground="white")]  # keeps a name legible on a line
KEY_FLOWS = (1_000, 10_000, 50_000)

Floats = NDArray[np.float64]


def draw_map(dataset: xr.Dataset, geography: Any) -> Figure:
    """People a year along each leg in the first world, and an inset of the Channel coast with launches by sector."""
    world = str(dataset.world.values[0])
    here = dataset.sel(world=world)
    years = max(1e-9, here.sizes["time"] / 365.25)
    flows = here.leg_flows.sum("year").mean("seed").values[: len(geography.origin)] / years  # its own legs come first
    figure = Figure(figsize=(7.2, 5.4), layout="constrained")
    axes = figure.subplots()
    coast = json.loads(COAST.read_text(encoding="utf-8"))
    frame(axes, region(geography), coast["coast"], coast["borders"])
    draw_flows(axes, geography, flows)
    draw_places(axes, geography)
    draw_key(axes, flows)
    draw_channel(axes, here, geography, coast["channel"], years)
    span = f"{str(here.time.values[0])[:10]} to {str(here.time.values[-1])[:10]}"
    axes.set_title(
        f"People a year along each leg, {span}: {here.world_title.item()}", loc="left", fontsize=9.5, fontweight="bold"
    )
    axes.set_xlabel(
        f"Synthetic agents, mean of {dataset.sizes['seed']} seeds, in brackets 90 % prediction intervals "
        f"for one further seed ({holds(dataset)}).\nLines join places and are not the ways taken; their "
        "width grows with the square root of the people. Coastline: Natural Earth.",
        fontsize=7,
        loc="left",
    )
    axes.text(
        0.36,
        0.02,
        casualties(here, years),
        transform=axes.transAxes,
        fontsize=7.5,
        va="bottom",
        bbox={"facecolor": "white", "edgecolor": "#999999", "linewidth": 0.6},
    )
    return figure


def casualties(here: xr.Dataset, years: float) -> str:
    """Deaths, shown beside the flows."""
    lines = [
        f"{name.capitalize()}  {with_interval(here[f'deaths_{name}'].sum('time').values / years)}"
        for name in ("mediterranean", "atlantic", "channel")
    ]
    return "\n".join(("Deaths a year, simulated", *lines))


def with_interval(values: Floats) -> str:
    """`52 (40 to 64)`: mean over seeds and its 90 % prediction interval, which a single seed does not have."""
    mean, low, high = band(values)
    return f"{mean:,.0f}" + (f" ({low:,.0f} to {high:,.0f})" if len(values) > 1 else "")


def region(geography: Any) -> tuple[float, float, float, float]:
    """West, east, south and north of the places, with a margin and room for the inset above the Atlantic."""
    lon, lat = geography.lon, geography.lat
    return float(lon.min()) - 9.0, float(lon.max()) + 4.8, float(lat.min()) - 1.5, float(lat.max()) + 3.5


def frame(axes: Axes, box: tuple[float, float, float, float], coast: list[Any], borders: list[Any]) -> None:
    """Coastline and borders in a box, in equirectangular projection, true to scale at the middle."""
    west, east, south, north = box
    axes.add_collection(LineCollection(coast, colors=LAND_COLOUR, linewidths=0.6))
    axes.add_collection(LineCollection(borders, colors="#dedad2", linewidths=0.5))
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(1.0 / np.cos(np.radians((south + north) / 2.0)))
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(False)
    for side in axes.spines.values():
        side.set_visible(True)
        side.set_color("#999999")


def width(flow: Floats | float, largest: float) -> Floats:
    """Line width in points: the square root of the flow, so that small flows stay visible."""
    return np.asarray(WIDEST * np.sqrt(np.maximum(flow, 0.0) / max(largest, 1.0)))


def draw_flows(axes: Axes, geography: Any, flows: Floats) -> None:
    """A line for each leg with a flow, wider for more people."""
    shown = np.flatnonzero(flows >= 1.0)
    lines = [
        [(geography.lon[a], geography.lat[a]), (geography.lon[b], geography.lat[b])]
        for a, b in zip(geography.origin[shown], geography.destination[shown], strict=True)
    ]
    widths = width(flows[shown], flows.max(initial=1.0))
    axes.add_collection(
        LineCollection(lines, colors=FLOW_COLOUR, linewidths=widths, alpha=0.45, capstyle="round", zorder=2)
    )


def draw_places(axes: Axes, geography: Any) -> None:
    """Places as dots, the well-known ones with their names."""
    inland = ~np.isin(geography.kinds, ("sector", "port"))
    axes.scatter(geography.lon[inland], geography.lat[inland], s=5, color=PLACE_COLOUR, zorder=3, linewidths=0)
    many = len(geography.places) > 30
    for place, name, lon, lat in zip(geography.places, geography.names, geography.lon, geography.lat, strict=True):
        if place in LABELLED or not many:
            left = place in TO_THE_LEFT
            axes.annotate(
                name,
                (lon, lat),
                xytext=(-4 if left else 3, 2),
                textcoords="offset points",
                fontsize=6,
                ha="right" if left else "left",
                color="#222222",
                zorder=4,
                path_effects=HALO,
            )


def draw_key(axes: Axes, flows: Floats) -> None:
    """The key to the line widths."""
    largest = float(flows.max(initial=1.0))
    handles = [
        Line2D([], [], color=FLOW_COLOUR, alpha=0.45, linewidth=float(width(flow, largest)), label=f"{flow:,}")
        for flow in KEY_FLOWS
        if flow <= 1.5 * largest
    ]
    if handles:
        axes.legend(
            handles=handles,
            title="people a year",
            loc="lower right",
            fontsize=7,
            title_fontsize=7,
            labelspacing=0.9,
            frameon=True,
            edgecolor="#999999",
        )


def draw_channel(axes: Axes, here: xr.Dataset, geography: Any, coast: list[Any], years: float) -> None:
    """Inset: launches a year from each coast sector, with intervals."""
    by_seed = here.launches_by_sector.sum("year").transpose("sector", "seed") / years
    by_seed = by_seed[[str(sector) in geography.places for sector in by_seed.sector.values]]
    launches = by_seed.mean("seed")
    inset = axes.inset_axes((0.005, 0.585, 0.36, 0.385))
    rows = [geography.places.index(str(sector)) for sector in launches.sector.values]
    lon, lat = geography.lon[rows], geography.lat[rows]
    kent = int(np.flatnonzero(np.array(geography.kinds) == "kent")[0])
    box = (
        min(lon.min(), geography.lon[kent]) - 1.1,
        max(lon.max(), geography.lon[kent]) + 6.0,
        lat.min() - 0.25,
        max(lat.max(), geography.lat[kent]) + 0.28,
    )
    inset.set_facecolor("white")
    frame(inset, box, coast, [])
    inset.set_aspect("auto")
    most = float(launches.max()) or 1.0
    inset.scatter(lon, lat, s=4 + 130 * launches.values / most, color=FLOW_COLOUR, alpha=0.55, zorder=3, linewidths=0)
    for row, x, y, values in zip(rows, lon, lat, by_seed.values, strict=True):
        inset.annotate(
            f"{geography.names[row]}  {with_interval(values)}",
            (x, y),
            xytext=(8, -2),
            textcoords="offset points",
            fontsize=4.8,
            zorder=4,
            path_effects=HALO,
        )
    inset.annotate(
        geography.names[kent],
        (box[0], geography.lat[kent]),
        xytext=(3, 9),
        textcoords="offset points",
        fontsize=5.5,
        path_effects=HALO,
    )
    inset.set_title("Launches a year by coast sector", fontsize=6.5, loc="left", pad=2)
