"""A calendar of crossing days: the record and a simulated run, one row a year, one column a day."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from corridor.results.plots.sheet import Sheet
from corridor.results.plots.style import percent, title_of

BOUNDS = (0.0, 1.0, 100.0, 300.0, 600.0, 1e9)
NAMES = ("none", "fewer than 100", "100 to 299", "300 to 599", "600 and more")
SHADES = ("#f3f3f3", "#bdd7e7", "#6baed6", "#2171b5", "#08306b")  # from light to dark, also in grey
DAYS = 366
MONTHS = "JFMAMJJASOND"


def draw_calendar(
    dataset: xr.Dataset, record: pd.Series, world: str, seed: int | None = None, sheet: Sheet | None = None
) -> Figure:
    """People who arrived on each day: the record, and one run of a world (the first seed by default).

    `record` is indexed by date; a run that it does not know, or that is of another map, stands alone.
    """
    sheet = sheet or Sheet()
    seed = int(dataset.seed.values[0]) if seed is None else seed
    days = pd.DatetimeIndex(dataset.time.values)
    run = pd.Series(dataset.arrivals_people.sel(world=world, seed=seed).values, days)
    seen = record[(record.index >= days[0]) & (record.index <= days[-1])]
    years = sorted(set(days.year))
    known = {"The record": seen} if len(seen) else {}
    shown = {**known, f"{title_of(dataset, world)}, one run": run}
    panels = sheet.panels(len(shown), most=1, height=0.42 + 0.13 * len(years))
    for axes, (title, values) in zip(panels, shown.items(), strict=True):
        draw_days(axes, by_year(values, years), years)
        sheet.panel_title(axes, f"{title}, {percent((values > 0).mean())} of the days")
    sheet.title("Days on which people arrive by small boat")
    sheet.legend({f"{name} people" if k == 1 else name: Patch(facecolor=SHADES[k]) for k, name in enumerate(NAMES)})
    compared = (
        "A run is one course that chance might have taken: it is like the record in kind (how many days, how long the "
        "gaps), not day by day. Observed: Home Office."
    )
    sheet.note(
        f"People who arrived on each day; seed {seed}, one of {dataset.sizes['seed']}. " + compared * bool(known)
    )
    return sheet.figure


def by_year(values: pd.Series, years: list[int]) -> NDArray[np.float64]:
    """Values of days by year (rows) and day of the year (columns); NaN where there is none."""
    found = np.full((len(years), DAYS), np.nan)
    days = pd.DatetimeIndex(values.index)
    found[np.searchsorted(years, days.year), days.dayofyear - 1] = values.to_numpy(float)
    return found


def draw_days(axes: Axes, values: NDArray[np.float64], years: list[int]) -> None:
    """Days as cells, months as ticks."""
    colours = ListedColormap(SHADES)
    axes.imshow(values, cmap=colours, norm=BoundaryNorm(BOUNDS, len(SHADES)), aspect="auto", interpolation="nearest")
    starts = [pd.Timestamp(2020, month, 1).dayofyear - 1 for month in range(1, 13)]
    axes.set_xticks([start - 0.5 for start in starts], [], minor=False)
    axes.set_xticks([start + 14.5 for start in starts], list(MONTHS), minor=True)
    axes.tick_params(axis="x", which="minor", length=0)
    axes.set_yticks(range(len(years)), [str(year) for year in years])
    axes.grid(False)
    axes.grid(axis="x", which="major", color="white", linewidth=0.8)
    axes.set_axisbelow(False)
