"""What happens at the coast over time: people per boat, people who wait, stops, and attempts for each arrival."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corridor.results.plots.series.monthly import (
    DEATHS,
    about_bands,
    about_deaths,
    draw_deaths,
    draw_worlds,
    finish_deaths,
    finish_months,
    monthly_sums,
    whole_months,
)
from corridor.results.plots.sheet import Sheet
from corridor.results.plots.style import OBSERVED_COLOUR, each_once
from corridor.results.plots.words import monthly_quantity, quantity

LEAST_BOATS = 3.0  # a month has no mean of people per boat where fewer boats arrived
PER_RATIO = {  # ratio -> what is over what
    "people_per_boat": ("arrivals_people", "arrivals_boats"),
    "stop_rate_people": ("prevented_people", "attempts_people"),
    "attempts_per_success": ("attempts_people", "arrivals_people"),
}


def ratio_by_month(dataset: xr.Dataset, name: str) -> xr.DataArray:
    """A ratio of monthly sums of each world and seed; a month is left out where any seed of a world lacks what it is
    over."""
    over, below = (monthly_sums(dataset, each) for each in PER_RATIO[name])
    known = below >= (LEAST_BOATS if name == "people_per_boat" else 1.0)
    months = np.flatnonzero(known.all(["world", "seed"]).values)
    return (over / below).isel(time=months)


def draw_per_boat(dataset: xr.Dataset, record: pd.Series, sheet: Sheet | None = None) -> Figure:
    """People per boat that arrives, by month, beside the record; what the scale of the run does to it is marked."""
    sheet = sheet or Sheet()
    (axes,) = sheet.panels(1, height=2.2)
    draw_worlds(axes, dataset, ratio_by_month(dataset, "people_per_boat"))
    draw_record(axes, dataset, record)
    scale = float(dataset.attrs.get("scale", 1.0))
    if scale > 1.0:
        axes.axhspan(0.0, scale, color="#ececec", zorder=0)
    finish_months(axes, dataset, sheet)
    sheet.title(monthly_quantity("people_per_boat"))
    sheet.legend(each_once(axes))
    sheet.note(
        f"{about_bands(dataset)} Months in which every run has {LEAST_BOATS:.0f} boats or more. Observed: Home Office."
        + f" Grey: a simulated boat carries at least {scale:g} people, one agent." * (scale > 1.0)
    )
    return sheet.figure


def draw_record(axes: Axes, dataset: xr.Dataset, record: pd.Series) -> None:
    """The observed months inside the run as a black line."""
    months = pd.to_datetime(pd.Series(record.index, dtype=str)).to_numpy()
    inside = (months >= dataset.time.values[0]) & (months <= dataset.time.values[-1])
    if inside.any():
        look: dict[str, Any] = {"color": OBSERVED_COLOUR, "linewidth": 0.8, "marker": "o", "markersize": 1.8}
        axes.plot(months[inside], record.to_numpy(float)[inside], label="observed", **look)


def draw_yearly_record(axes: Axes, dataset: xr.Dataset, record: pd.DataFrame, indicator: str) -> None:
    """The observed years inside the run as black steps."""
    first, last = (pd.Timestamp(dataset.time.values[k]).year for k in (0, -1))
    rows = record[(record.indicator == indicator) & record.year.between(first, last)]
    for year, value in zip(rows.year, rows.value, strict=True):
        span = np.array([f"{year}-01-01", f"{year}-12-31"], dtype="datetime64[D]")
        axes.plot(
            span, [value, value], color=OBSERVED_COLOUR, linewidth=1.0, linestyle=(0, (1, 1)), label="observed, year"
        )


def draw_stock(dataset: xr.Dataset, record: pd.DataFrame, sheet: Sheet | None = None) -> Figure:
    """People who wait at the coast, mean by month, with those in reception, beside what was reported."""
    sheet = sheet or Sheet()
    names = ["camp_stock", *(["sheltered_stock"] if "sheltered_stock" in dataset else [])]
    panels = sheet.panels(len(names), most=1, height=1.6, sharex=True)
    for axes, name in zip(panels, names, strict=True):
        draw_worlds(axes, dataset, whole_months(dataset, dataset[name].resample(time="MS").mean()))
        draw_yearly_record(axes, dataset, record, name)
        finish_months(axes, dataset, sheet)
        sheet.panel_title(axes, "People in reception places" if name == "sheltered_stock" else quantity(name))
    sheet.title("People who wait at the coast, by month")
    sheet.legend(each_once(panels[0]))
    sheet.note(
        f"{about_bands(dataset)} Means over the days of a month. Observed: what authorities and associations reported, "
        "as a mean of the year."
    )
    return sheet.figure


def draw_retries(dataset: xr.Dataset, record: pd.DataFrame, sheet: Sheet | None = None) -> Figure:
    """The share of attempts that are stopped, and attempts for each arrival, by month, with deaths beside them."""
    sheet = sheet or Sheet()
    names = ("stop_rate_people", "attempts_per_success", DEATHS)
    panels = sheet.panels(len(names), most=1, height=1.35, sharex=True)
    for axes, name in zip(panels, names, strict=True):
        if name in PER_RATIO:
            draw_worlds(axes, dataset, ratio_by_month(dataset, name))
            draw_yearly_record(axes, dataset, record, name)
            finish_months(axes, dataset, sheet, 1.0 if name == "stop_rate_people" else np.inf)
        else:
            draw_deaths(axes, dataset)
            finish_deaths(axes, dataset, sheet)
        sheet.panel_title(axes, monthly_quantity(name) if name == DEATHS else quantity(name))
    sheet.title("Stops, and attempts for each arrival")
    sheet.legend(each_once(panels[0]))
    sheet.note(
        f"{about_bands(dataset)} Ratios of sums of a month.{about_deaths(dataset)} Observed: Home Office and French "
        "prefectures, by year; prevented attempts are contested counts of events."
    )
    return sheet.figure
