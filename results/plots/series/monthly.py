"""Arrivals, preventions and deaths by month beside what was observed."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from corridor.results.observed import is_of
from corridor.results.plots.sheet import Sheet
from corridor.results.plots.style import (
    HALO,
    LEAST_SPAN,
    OBSERVED_COLOUR,
    SMALL,
    band,
    colour_of,
    count_axis,
    date_axis,
    each_once,
    line_of,
    title_of,
)
from corridor.results.plots.words import monthly_quantity
from corridor.results.tables.intervals import FEWEST
from corridor.results.tables.summary import WHOLE, holds, number_of_draws

STATEMENT = date(2022, 11, 14)
DEATHS = "deaths_channel"
ROOM = 1.15  # of the height that values take, so that the name of a day stands above them


def monthly_sums(dataset: xr.Dataset, name: str) -> xr.DataArray:
    """Sums by calendar month, dimensions world, seed and month (its first day); months cut by the run are left out."""
    return whole_months(dataset, dataset[name].resample(time="MS").sum())


def whole_months(dataset: xr.Dataset, values: xr.DataArray) -> xr.DataArray:
    """Of values by month those of which the run has every day."""
    days = xr.ones_like(dataset.time, dtype=int).resample(time="MS").sum()
    return values.isel(time=np.flatnonzero((days == values.time.dt.days_in_month).values))


def draw_monthly(
    dataset: xr.Dataset, summary: pd.DataFrame, observed: pd.DataFrame, sheet: Sheet | None = None
) -> Figure:
    """Monthly arrivals, preventions and deaths of every world against observed, with the day of the statement
    marked."""
    sheet = sheet or Sheet()
    names = ("arrivals_people", "prevented_people", DEATHS)
    panels = sheet.panels(len(names), most=1, height=1.6, sharex=True)
    for axes, name in zip(panels, names, strict=True):
        if name == DEATHS:
            draw_deaths(axes, dataset)
        else:
            draw_worlds(axes, dataset, monthly_sums(dataset, name))
        draw_observed(axes, dataset, summary, observed, name)
        (finish_deaths if name == DEATHS else finish_months)(axes, dataset, sheet)
        sheet.panel_title(axes, monthly_quantity(name))
    beside = not observed.empty
    sheet.title("Arrivals, preventions and deaths by month" + ", simulated and observed" * beside)
    sheet.legend({**each_once(panels[0]), **each_once(panels[1])})
    sheet.note(
        about_bands(dataset)
        + about_deaths(dataset)
        + " Observed: Home Office; prevented by month since May 2024, before as a twelfth of the year (contested "
        "counts of events); deaths by drowning that were reported (IOM Missing Migrants)." * beside
    )
    return sheet.figure


def about_bands(dataset: xr.Dataset) -> str:
    """What lines and bands over seeds are, in words."""
    seeds = dataset.sizes["seed"]
    if seeds == 1:
        return "Lines: one seed, which says nothing about chance."
    return f"Lines: mean of {seeds} seeds; bands: 90 % prediction interval for one further seed ({holds(dataset)})."


def draw_worlds(axes: Axes, dataset: xr.Dataset, by_time: xr.DataArray) -> None:
    """A line and a band for each world, of values by world, seed and time."""
    for world in map(str, dataset.world.values):
        each = by_time.sel(world=world).transpose("seed", "time").values
        mean, low, high = band(each, number_of_draws(dataset))
        colour = colour_of(dataset, world)
        axes.fill_between(by_time.time.values, low, high, color=colour, alpha=0.18, linewidth=0)
        axes.plot(
            by_time.time.values,
            mean,
            color=colour,
            linewidth=1.1,
            linestyle=line_of(dataset, world),
            label=title_of(dataset, world),
        )


def few_draws(dataset: xr.Dataset) -> bool:
    """Whether seeds or draws are too few to say anything of the spread of small counts."""
    return (number_of_draws(dataset) or dataset.sizes["seed"]) < FEWEST


def draw_deaths(axes: Axes, dataset: xr.Dataset) -> None:
    """Deaths in the Channel by month: a line of means for each world, and a band; where seeds are few a dot for each,
    as a band of small counts that are the same by chance would have no width."""
    by_month = monthly_sums(dataset, DEATHS)
    if not few_draws(dataset):
        draw_worlds(axes, dataset, by_month)
        return
    for world in map(str, dataset.world.values):
        own, colour = by_month.sel(world=world).transpose("time", "seed"), colour_of(dataset, world)
        axes.plot(own.time.values, own.values, ".", color=colour, markersize=4, alpha=0.6, markeredgewidth=0.0)
        axes.plot(
            own.time.values, own.values.mean(axis=1), color=colour, linewidth=1.1, linestyle=line_of(dataset, world)
        )


def about_deaths(dataset: xr.Dataset) -> str:
    """What a panel of deaths shows in place of bands, in words; nothing where it has bands."""
    return " Deaths: dots are months of single seeds." * few_draws(dataset)


def finish_deaths(axes: Axes, dataset: xr.Dataset, sheet: Sheet) -> None:
    """As `finish_months`, with an axis on which no tick is a fraction of a person."""
    finish_months(axes, dataset, sheet)
    axes.set_ylim(top=max(axes.get_ylim()[1], LEAST_SPAN))


def finish_months(axes: Axes, dataset: xr.Dataset, sheet: Sheet, most: float = np.inf) -> None:
    """An axis from zero, to `most` at most, dates, and the day of the statement."""
    low, high = axes.get_ylim()
    axes.set_ylim(0.0, min(ROOM * high, most) if high > low else 1.0)
    first, last = (float(date2num(dataset.time.values[k])) for k in (0, -1))
    axes.set_xlim(first - 0.03 * (last - first + 1.0), last + 0.03 * (last - first + 1.0))  # records are of whole years
    count_axis(axes)
    date_axis(axes, sheet.wide)
    mark_statement(axes, dataset)


def draw_observed(axes: Axes, dataset: xr.Dataset, summary: pd.DataFrame, observed: pd.DataFrame, name: str) -> None:
    """Observed months as a black line; years observed only in total as thin steps of a twelfth."""
    first, last = pd.Timestamp(dataset.time.values[0]), pd.Timestamp(dataset.time.values[-1])
    known = observed[observed.indicator == name]
    months = pd.to_datetime(known.month)
    inside = (months >= first.replace(day=1)) & (months <= last)
    if inside.any():
        axes.plot(
            months[inside],
            known.value[inside],
            color=OBSERVED_COLOUR,
            linewidth=0.8,
            marker="o",
            markersize=1.8,
            label="observed",
        )
    if "observed" not in summary:
        return
    yearly = summary[(summary.indicator == name) & summary["observed"].notna() & (summary.period != WHOLE)]
    for year, value in dict(zip(yearly.period.astype(str), yearly["observed"], strict=True)).items():
        if not months.dt.year.eq(int(year)).any():
            span = np.array([f"{year}-01-01", f"{year}-12-31"], dtype="datetime64[D]")
            look: dict[str, Any] = {"color": OBSERVED_COLOUR, "linewidth": 1.0, "linestyle": (0, (1, 1))}
            axes.plot(span, [value / 12, value / 12], label="observed, a twelfth of the year", **look)


def mark_statement(axes: Axes, dataset: xr.Dataset) -> None:
    """A dotted line on the day of the joint statement, where the run covers it and is of the Channel."""
    days = pd.DatetimeIndex(dataset.time.values)
    if "sector" in dataset.coords and not is_of(dataset.sector.values):
        return
    if days[0] <= pd.Timestamp(STATEMENT) <= days[-1]:
        day = float(date2num(STATEMENT))
        axes.axvline(day, color="#777777", linewidth=0.9, linestyle=":")
        late = (days[-1] - pd.Timestamp(STATEMENT)) < 0.4 * (days[-1] - days[0])  # the label has no room at the right
        axes.annotate(
            "joint statement\n14 Nov 2022",
            (day, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(-3 if late else 3, -2),
            ha="right" if late else "left",
            textcoords="offset points",
            fontsize=SMALL - 0.5,
            color="#555555",
            va="top",
            path_effects=HALO,
            zorder=0.9,  # under what is shown, of which it hides nothing
        )
