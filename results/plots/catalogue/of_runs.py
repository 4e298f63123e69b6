"""Figures of the daily records of a run."""

from __future__ import annotations

from matplotlib.figure import Figure

from corridor.results import observed
from corridor.results.plots.catalogue.registry import DAYS, ResultFolder, Sheet, figure, several_worlds
from corridor.results.plots.maps.flow_map import draw_flow_difference, draw_flow_map
from corridor.results.plots.maps.run_map import draw_map
from corridor.results.plots.series.coast import draw_per_boat, draw_retries, draw_stock
from corridor.results.plots.series.crossing_calendar import draw_calendar
from corridor.results.plots.series.ends import draw_ends
from corridor.results.plots.series.monthly import draw_monthly


@figure(DAYS)
def monthly(result: ResultFolder, sheet: Sheet) -> Figure:
    """Arrivals, preventions and deaths by month in every world, beside the record."""
    return draw_monthly(result.dataset, result.summary, result.monthly_record, sheet)


@figure(DAYS)
def map_(result: ResultFolder, sheet: Sheet, world: str | None = None) -> Figure:
    """People a year along each leg of a world, and launches by sector of the Channel coast."""
    chosen = result.world(world)
    return draw_map(result.dataset, result.geography(chosen), chosen, sheet)


@figure(DAYS)
def flow_map(result: ResultFolder, sheet: Sheet, world: str | None = None) -> Figure:
    """People a year along each leg, and deaths per thousand who set out at each sea."""
    chosen = result.world(world)
    return draw_flow_map(result.dataset, result.geography(chosen), chosen, sheet)


@figure(DAYS, allowed=several_worlds)
def flow_difference(result: ResultFolder, sheet: Sheet, world: str | None = None) -> Figure:
    """What a world changes along each leg, compared with the baseline."""
    chosen = result.world(world, beside=True)
    return draw_flow_difference(
        result.dataset, result.geography(chosen), chosen, result.baseline, sheet, result.imposing_worlds
    )


@figure(DAYS)
def ends(result: ResultFolder, sheet: Sheet, world: str | None = None) -> Figure:
    """Where journeys end, and which nationality groups arrive by boat (Sankey diagram)."""
    return draw_ends(result.dataset, result.world(world), sheet)


@figure(DAYS)
def per_boat(result: ResultFolder, sheet: Sheet) -> Figure:
    """People per boat by month, beside the record, with what the scale of the run does to it."""
    return draw_per_boat(result.dataset, result.record_of("people_per_boat"), sheet)


@figure(DAYS)
def stock(result: ResultFolder, sheet: Sheet) -> Figure:
    """People who wait at the coast and in reception by month."""
    return draw_stock(result.dataset, result.yearly_record, sheet)


@figure(DAYS)
def retries(result: ResultFolder, sheet: Sheet) -> Figure:
    """Share of attempts that are stopped, attempts for each arrival, and deaths, by month."""
    return draw_retries(result.dataset, result.yearly_record, sheet)


@figure(DAYS)
def calendar(result: ResultFolder, sheet: Sheet, world: str | None = None) -> Figure:
    """Calendar of the days on which people arrive: the record, and one run."""
    days = observed.daily().people
    record = days if observed.is_of(result.dataset.sector.values) else days.iloc[:0]
    return draw_calendar(result.dataset, record, result.world(world), sheet=sheet)
