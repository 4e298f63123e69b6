"""The flow map of the corridor: people along each leg, deaths per thousand at each sea, and what a world changes."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from corridor.results.plots.imposed import Imposed, note_of, with_marks
from corridor.results.plots.maps.coastline import SOURCE
from corridor.results.plots.maps.projection import CHANNEL, LambertConformal
from corridor.results.plots.maps.run_map import (
    WIDEST,
    casualties,
    draw_coast,
    draw_key,
    draw_region,
    leg_lines,
    leg_rows,
    place_key,
    span_of,
    two_maps,
    width,
    years_of,
)
from corridor.results.plots.sheet import Sheet
from corridor.results.plots.style import LESS, MORE, signed_interval, title_of, with_interval
from corridor.results.tables.intervals import clear_of_zero, further_draw, further_draws
from corridor.results.tables.summary import number_of_draws

Floats = NDArray[np.float64]
LAND_FLOW = "#9a9a9a"
BOUNDS = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)  # deaths per thousand
SHADES = ("#fee5d9", "#fcbba1", "#fc9272", "#fb6a4a", "#cb181d", "#67000d")
LAND_BORDERS = (("turkey_land", "evros"), ("minsk", "warsaw"))  # whose deaths are stored with the Mediterranean's
EDGE = "#5a1a12"
DASHED: Any = (0, (1.6, 0.5))
SEAS = ("mediterranean", "atlantic", "channel")


def flows_by_seed(here: xr.Dataset, geography: Any) -> Floats:
    """People along each leg of the map over the whole run, shape (seed, leg)."""
    stored, a, b = leg_rows(here, geography)
    sums = here.leg_flows.sum("year").transpose("seed", "leg").values[:, stored]
    column = {pair: k for k, pair in enumerate(zip(a.tolist(), b.tolist(), strict=True))}
    found = np.zeros((len(sums), len(geography.origin)))
    for k, pair in enumerate(zip(geography.origin.tolist(), geography.destination.tolist(), strict=True)):
        if pair in column:
            found[:, k] = sums[:, column[pair]]
    return found


def seas_of(geography: Any) -> NDArray[np.str_]:
    """The sea whose deaths are counted on each leg; empty on land."""
    found = np.full(len(geography.origin), "", dtype="<U16")
    for k, (a, b) in enumerate(zip(geography.origin, geography.destination, strict=True)):
        ends = (geography.places[a], geography.places[b])
        if geography.mode[k] == "boat":
            found[k] = "channel"
        elif ends[1] == "canaries":
            found[k] = "atlantic"
        elif geography.mode[k] == "sea" or ends in LAND_BORDERS:
            found[k] = "mediterranean"
    return found


def on_land(geography: Any) -> NDArray[np.bool_]:
    """The legs over land whose deaths are stored with those of the Mediterranean."""
    ends = zip(geography.origin, geography.destination, strict=True)
    return np.array([(geography.places[a], geography.places[b]) in LAND_BORDERS for a, b in ends], dtype=bool)


def deaths_per_thousand(here: xr.Dataset, flows: Floats, seas: NDArray[np.str_]) -> dict[str, Floats]:
    """Deaths over deaths and people who came over, in thousands, at each sea, by seed."""
    found = {}
    for sea in SEAS:
        dead, over = here[f"deaths_{sea}"].sum("time").values, flows[:, seas == sea].sum(axis=1)
        found[sea] = 1000.0 * dead / np.maximum(dead + over, 1.0)
    return found


def draw_flow_map(dataset: xr.Dataset, geography: Any, world: str, sheet: Sheet | None = None) -> Figure:
    """Leg width: people a year in a world; colour: deaths per thousand who set out over the sea."""
    sheet = sheet or Sheet()
    here, years = dataset.sel(world=world), years_of(dataset)
    flows, seas = flows_by_seed(here, geography), seas_of(geography)
    rates = deaths_per_thousand(here, flows, seas)
    means, painted = flows.mean(axis=0) / years, np.where(on_land(geography), "", seas)
    colours, norm = ListedColormap(SHADES), BoundaryNorm(BOUNDS, len(SHADES))
    shades = {sea: colours(norm(rates[sea].mean())) for sea in SEAS}
    maps = both_maps(sheet, geography)
    for axes, projection, of_map in maps:
        for sea in ("", *SEAS):
            shown = np.flatnonzero((means >= 1.0) & (painted == sea) & of_map)
            lines, widths = leg_lines(geography, projection, shown), width(means[shown], float(means.max(initial=1.0)))
            look: dict[str, Any] = {"linewidths": widths, "capstyle": "round", "zorder": 2.0}
            if sea:
                edge = look | {"linewidths": widths + 1.0, "colors": EDGE, "zorder": 1.9}
                axes.add_collection(LineCollection(lines, **edge))
            look |= {"colors": [shades[sea]], "alpha": 0.95} if sea else {"colors": LAND_FLOW, "alpha": 0.55}
            axes.add_collection(LineCollection(lines, **look))
    draw_key(maps[0][0], means, LAND_FLOW)
    draw_scale(maps[0][0], ScalarMappable(norm, colours), sheet)
    sheet.title(f"People a year along each leg, and deaths: {title_of(dataset, world)}, {span_of(dataset)}")
    shown_rates = ", ".join(
        f"{sea.capitalize()} {with_interval(rates[sea], number_of_draws(here), '.1f')}" for sea in SEAS
    )
    sheet.note(
        f"Simulated deaths a year: {casualties(here, years)}. Per thousand who set out: {shown_rates} (mean and 90 % "
        "prediction interval for one further seed).",
        "Grey: over land. Deaths are stored for each sea, not for each leg; those at the Evros and at Belarus' border "
        f"are stored, and counted here, with the Mediterranean's. Synthetic agents, mean of {dataset.sizes['seed']} "
        "seeds; lines join places and are not the ways taken, and their width grows with the square root of the "
        f"people. {SOURCE}",
    )
    return sheet.figure


def both_maps(sheet: Sheet, geography: Any) -> list[tuple[Axes, LambertConformal, NDArray[np.bool_]]]:
    """The region without the crossings of the Channel, and the Channel with them: panel, projection, and which legs."""
    left, right = two_maps(sheet)
    crossing = np.array(geography.mode) == "boat"
    region = draw_region(left, geography, sheet.wide)
    draw_coast(right, geography, [k for k, kind in enumerate(geography.kinds) if kind == "sector"])
    right.set_title("Small boats across the Channel", loc="left", fontsize=6.5)
    return [(left, region, ~crossing), (right, CHANNEL, crossing)]


def draw_scale(axes: Axes, colours: ScalarMappable, sheet: Sheet) -> None:
    """The colours, in a row in the lower right corner."""
    inset = axes.inset_axes((0.56, 0.075, 0.4, 0.028))
    bar = axes.figure.colorbar(colours, cax=inset, orientation="horizontal", ticks=list(BOUNDS))
    bar.ax.set_xticklabels([f"{bound:g}" for bound in BOUNDS], fontsize=5.0)
    bar.ax.tick_params(length=1.5, pad=1)
    bar.outline.set_linewidth(0.4)  # type: ignore[operator]
    bar.ax.set_title("deaths per thousand who set out", fontsize=5.2 if sheet.wide else 4.6, pad=2)


def draw_flow_difference(
    dataset: xr.Dataset,
    geography: Any,
    world: str,
    baseline: str,
    sheet: Sheet | None = None,
    imposed: Imposed | None = None,
) -> Figure:
    """What a world changes: more people (orange, dashed edge) or fewer (blue) along each leg, pale within chance.

    `imposed` are the levers by which worlds set entries.
    """
    sheet = sheet or Sheet()
    of_world = {name: levers for name, levers in (imposed or {}).items() if name == world}
    dataset = with_marks(dataset, of_world)
    years = years_of(dataset)
    one, other = (flows_by_seed(dataset.sel(world=name), geography) / years for name in (world, baseline))
    each = one - other
    means = each.mean(axis=0)
    draws = number_of_draws(dataset)
    low, high = further_draws(each, draws)
    most, clear = float(np.abs(means).max(initial=1.0)), clear_of_zero(low, high, len(each))
    maps = both_maps(sheet, geography)
    for (axes, projection, of_map), sign, sure in product(maps, (-1, 1), (False, True)):
        shown = np.flatnonzero((np.sign(means) == sign) & (np.abs(means) >= 1.0) & (clear == sure) & of_map)
        look: dict[str, Any] = {"alpha": 0.8 if sure else 0.2, "zorder": 2}
        look |= {"colors": LESS, "linestyles": "solid"} if sign < 0 else {"colors": MORE, "linestyles": DASHED}
        widths = WIDEST * np.sqrt(np.abs(means[shown]) / most)
        axes.add_collection(LineCollection(leg_lines(geography, projection, shown), linewidths=widths, **look))
    draw_signed_key(maps[0][0], most)
    sheet.title(f"What changes along each leg: “{title_of(dataset, world)}” minus “{title_of(dataset, baseline)}”")
    dead = {sea: deaths_a_year(dataset, world, sea) - deaths_a_year(dataset, baseline, sea) for sea in SEAS}
    sheet.note(
        "Deaths a year: " + ", ".join(f"{sea.capitalize()} {difference_words(dead[sea], draws)}" for sea in SEAS) + ".",
        f"People a year, {span_of(dataset)}, mean difference {basis_of(len(each))} Lines join places and are not the "
        f"ways taken; their width grows with the square root of the difference. {SOURCE}",
        note_of(of_world),
    )
    return sheet.figure


def deaths_a_year(dataset: xr.Dataset, world: str, sea: str) -> Floats:
    """Deaths at a sea in a world, by seed."""
    return np.asarray(dataset[f"deaths_{sea}"].sel(world=world).sum("time").values / years_of(dataset))


def difference_words(values: Floats, draws: int | None) -> str:
    """A mean difference and its prediction interval for one further seed."""
    return signed_interval(float(values.mean()), *further_draw(values, draws))


def basis_of(seeds: int) -> str:
    """What means and intervals of differences rest on, in words."""
    if seeds < 2:
        return "of one seed: no interval is known, all legs are pale."
    return (
        f"on the same {seeds} seeds; in brackets the 90 % prediction interval for one further seed; pale: that of the "
        "leg holds zero."
    )


def draw_signed_key(axes: Axes, most: float) -> None:
    """The key to colours and widths of differences."""
    sizes = [value for value in (100, 1_000, 10_000) if value <= 1.5 * most] or [max(1, round(most))]
    signs: list[tuple[str, Any, str]] = [(LESS, "solid", "fewer"), (MORE, DASHED, "more")]
    handles = [
        Line2D([], [], color=colour, linestyle=style, linewidth=WIDEST * (size / most) ** 0.5, label=f"{size:,} {what}")
        for size in sizes[-2:]
        for colour, style, what in signs
    ]
    place_key(axes, handles)
