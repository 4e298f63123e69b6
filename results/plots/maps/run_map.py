"""The map of a run: flows along the legs, places, and launches from the eight coast sectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from corridor.results.plots import words
from corridor.results.plots.maps.coastline import SOURCE, draw_land
from corridor.results.plots.maps.projection import LambertConformal
from corridor.results.plots.sheet import Sheet
from corridor.results.plots.style import HALO, with_interval
from corridor.results.tables.summary import holds, number_of_draws

FLOW_COLOUR, PLACE_COLOUR = "#35618f", "#333333"
MARGINS, COAST_MARGINS = (450.0, 350.0, 120.0, 330.0), (50.0, 125.0, 28.0, 32.0)
WIDEST = 6.0  # points, for the largest flow
LABELLED = {  # on which side of a place its name stands
    "right": (
        "libya_west", "libya_east", "morocco", "turkey_aegean", "tirana", "belgrade", "minsk", "lampedusa", "almeria",
        "rome", "paris", "frankfurt", "vienna", "milan", "canaries",
    ),
    "left": ("athens", "calabria", "western_sahara", "ventimiglia", "madrid", "tunisia", "brussels", "crete"),
}  # fmt: skip
FEW_LABELLED = ("libya_west", "morocco", "turkey_aegean", "paris", "rome", "canaries", "minsk")
KEY_FLOWS = (1_000, 10_000, 50_000)

Floats = NDArray[np.float64]


def draw_map(dataset: xr.Dataset, geography: Any, world: str | None = None, sheet: Sheet | None = None) -> Figure:
    """People a year along each leg in a world (the first by default), and launches by sector of the Channel coast."""
    sheet = sheet or Sheet()
    world = world or str(dataset.world.values[0])
    here, years = dataset.sel(world=world), years_of(dataset)
    axes, inset = two_maps(sheet)
    flows = flows_of(here, geography) / years
    projection = draw_region(axes, geography, sheet.wide)
    draw_flows(axes, geography, projection, flows)
    draw_key(axes, flows)
    draw_channel(inset, here, geography, years)
    sheet.title(f"People a year along each leg: {here.world_title.item()}, {span_of(dataset)}")
    sheet.note(
        f"Simulated deaths a year: {casualties(here, years)}.",
        f"Synthetic agents, mean of {dataset.sizes['seed']} seeds; in brackets 90 % prediction intervals for one "
        f"further seed ({holds(dataset)}). Lines join places and are not the ways taken; their width grows with the "
        f"square root of the people. {SOURCE}",
    )
    return sheet.figure


def two_maps(sheet: Sheet) -> tuple[Axes, Axes]:
    """Panels for the region and for the Channel coast: beside each other, or below in a single column."""
    if sheet.wide:
        place = sheet.start(3.15)
        left, right = place.subplots(1, 2, width_ratios=(1.5, 1.0))
        right.set_anchor("N")
        return left, right
    left, right = sheet.start(4.6).subplots(2, 1)
    return left, right


def years_of(dataset: xr.Dataset) -> float:
    """How many years a run has."""
    return max(1e-9, dataset.sizes["time"] / 365.25)


def span_of(dataset: xr.Dataset) -> str:
    """The first and last day, or years, of a run."""
    first, last = (dataset.time.values[k].astype("datetime64[D]").item() for k in (0, -1))
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"{first.year} to {last.year}" if first.year < last.year else f"{first.year}"
    return " to ".join(f"{day.day} {day:%B} {day.year}" for day in (first, last))


def leg_rows(dataset: xr.Dataset, geography: Any) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Of the stored legs whose ends are on the map: their number, and the rows of origin and destination."""
    row = {name: k for k, name in enumerate(geography.places)}
    ends = [str(leg).split(">") for leg in dataset.leg.values]
    known = [k for k, (a, b) in enumerate(ends) if a in row and b in row]
    return (
        np.array(known, dtype=int),
        np.array([row[ends[k][0]] for k in known], dtype=int),
        np.array([row[ends[k][1]] for k in known], dtype=int),
    )


def flows_of(here: xr.Dataset, geography: Any) -> Floats:
    """People along each leg of the map over the whole run, mean over seeds."""
    stored, a, b = leg_rows(here, geography)
    sums = here.leg_flows.sum("year").mean("seed").values[stored]
    found = dict(zip(zip(a.tolist(), b.tolist(), strict=True), sums, strict=True))
    pairs = zip(geography.origin.tolist(), geography.destination.tolist(), strict=True)
    return np.array([found.get(pair, 0.0) for pair in pairs])


def casualties(here: xr.Dataset, years: float) -> str:
    """Deaths by sea, shown beside the flows."""
    seas = ("mediterranean", "atlantic", "channel")
    draws = number_of_draws(here)
    each = {sea: with_interval(here[f"deaths_{sea}"].sum("time").values / years, draws) for sea in seas}
    return ", ".join(f"{sea.capitalize()} {number}" for sea, number in each.items())


def draw_region(axes: Axes, geography: Any, wide: bool = True) -> LambertConformal:
    """Land, borders, and places with the names of some."""
    projection = draw_land(axes, "region", geography.lon, geography.lat, MARGINS)
    inland = ~np.isin(geography.kinds, ("sector", "port"))
    x, y = projection(geography.lon, geography.lat)
    axes.scatter(x[inland], y[inland], s=3, color=PLACE_COLOUR, zorder=3, linewidths=0)
    many = len(geography.places) > 30
    for k, name in enumerate(geography.places):
        side = "left" if name in LABELLED["left"] else "right"
        shown = name in (LABELLED["right"] + LABELLED["left"] if wide else FEW_LABELLED)
        if inland[k] and (shown or not many):
            text = words.place(geography.names[k])
            axes.annotate(
                text,
                (x[k], y[k]),
                (-3 if side == "left" else 3, 2),
                textcoords="offset points",
                fontsize=5.2,
                ha="right" if side == "left" else "left",
                color="#222222",
                zorder=4,
                path_effects=HALO,
            )
    return projection


def leg_lines(geography: Any, projection: LambertConformal, shown: NDArray[np.int64]) -> list[Floats]:
    """Projected lines of some legs."""
    x, y = projection(geography.lon, geography.lat)
    ends = zip(geography.origin[shown], geography.destination[shown], strict=True)
    return [np.array([(x[a], y[a]), (x[b], y[b])]) for a, b in ends]


def width(flow: Floats | float, largest: float) -> Floats:
    """Line width in points: the square root of the flow, so that small flows stay visible."""
    return np.asarray(WIDEST * np.sqrt(np.maximum(flow, 0.0) / max(largest, 1.0)))


def draw_flows(axes: Axes, geography: Any, projection: LambertConformal, flows: Floats) -> None:
    """A line for each leg with a flow, wider for more people."""
    shown = np.flatnonzero(flows >= 1.0)
    widths = width(flows[shown], flows.max(initial=1.0))
    lines = leg_lines(geography, projection, shown)
    axes.add_collection(
        LineCollection(lines, colors=FLOW_COLOUR, linewidths=widths, alpha=0.45, capstyle="round", zorder=2)
    )


def draw_key(axes: Axes, flows: Floats, colour: str = FLOW_COLOUR) -> None:
    """The key to the line widths."""
    largest = float(flows.max(initial=1.0))
    handles = [
        Line2D([], [], color=colour, alpha=0.6, linewidth=float(width(flow, largest)), label=f"{flow:,}")
        for flow in KEY_FLOWS
        if flow <= 1.5 * largest
    ]
    if handles:
        place_key(axes, handles)


def place_key(axes: Axes, handles: Sequence[Line2D]) -> None:
    """The key of widths in the upper left corner of a map."""
    axes.legend(
        handles=handles,
        title="people a year",
        loc="upper left",
        frameon=True,
        edgecolor="#999999",
        facecolor="white",
        framealpha=1.0,
        fontsize=5.5,
        title_fontsize=5.5,
        labelspacing=0.5,
    )


def sectors_of(dataset: xr.Dataset, geography: Any) -> tuple[list[int], list[int]]:
    """The stored coast sectors that are on the map: their numbers, and their rows of the map."""
    numbers = [k for k, name in enumerate(dataset.sector.values) if str(name) in geography.places]
    return numbers, [geography.places.index(str(dataset.sector.values[k])) for k in numbers]


def draw_coast(axes: Axes, geography: Any, rows: list[int]) -> tuple[Floats, Floats]:
    """The coast from Dieppe to Belgium, and Kent; where the sectors are on it."""
    kent = geography.kinds.index("kent")
    places = [*rows, kent]
    projection = draw_land(axes, "channel", geography.lon[places], geography.lat[places], COAST_MARGINS)
    x, y = projection(geography.lon[places], geography.lat[places])
    axes.annotate(
        words.place(geography.names[kent]).replace(" and ", "\nand "), (x[-1], y[-1]), (0, -3),
        textcoords="offset points", fontsize=5.2, ha="center", va="top", path_effects=HALO,
    )  # fmt: skip
    return x[:-1], y[:-1]


def label_sectors(axes: Axes, names: list[str], x: Floats, y: Floats, size: float = 5.2) -> None:
    """Texts beside the sectors in a column on land, evenly apart, so that none lies on another."""
    low, high = axes.get_ylim()
    rooms = np.linspace(high - 0.1 * (high - low), low + 0.09 * (high - low), len(names))
    heights = dict(zip(np.argsort(-y).tolist(), rooms.tolist(), strict=True))
    for k, text in enumerate(names):
        axes.annotate(
            text,
            (x[k], y[k]),
            (float(x.max()) + 12.0, heights[k]),
            textcoords="data",
            fontsize=size,
            va="center",
            linespacing=1.0,
            zorder=4,
            path_effects=HALO,
            arrowprops={"arrowstyle": "-", "color": "#999999", "linewidth": 0.4, "shrinkA": 0, "relpos": (0.0, 0.5)},
        )


def draw_channel(axes: Axes, here: xr.Dataset, geography: Any, years: float) -> None:
    """Launches a year from each coast sector, with intervals."""
    numbers, rows = sectors_of(here, geography)
    launches = here.launches_by_sector.sum("year").transpose("sector", "seed").values[numbers] / years
    means = launches.mean(axis=1)
    x, y = draw_coast(axes, geography, rows)
    most = float(means.max(initial=0.0)) or 1.0
    axes.scatter(x, y, s=4 + 110 * means / most, color=FLOW_COLOUR, alpha=0.55, zorder=3, linewidths=0)
    names = [
        f"{words.place(geography.names[row])}\n{with_interval(values, number_of_draws(here))}"
        for row, values in zip(rows, launches, strict=True)
    ]
    label_sectors(axes, names, x, y)
    axes.set_title("Launches a year by coast sector", loc="left", fontsize=6.5)
