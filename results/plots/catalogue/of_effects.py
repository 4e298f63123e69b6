"""Figures of effects, attribution, dose and choice."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from corridor.results.plots.catalogue.columns import INTERACTION
from corridor.results.plots.catalogue.registry import DAYS, LEADING, ResultFolder, Sheet, figure, several_worlds
from corridor.results.plots.choice.packages import COST, draw_front, draw_parallel
from corridor.results.plots.choice.regret import draw_regret, draw_satisficing
from corridor.results.plots.effects.break_even import draw_break_even
from corridor.results.plots.effects.dose import draw_dose, draw_interaction
from corridor.results.plots.effects.forest import draw_forest
from corridor.results.plots.effects.frontier import draw_frontier
from corridor.results.plots.effects.pairing import draw_pairing
from corridor.results.plots.effects.rows import sector_effects
from corridor.results.plots.effects.waterfall import draw_waterfall
from corridor.results.plots.maps.displacement import draw_displacement, draw_displacement_of_all
from corridor.results.plots.series.overview import draw_effect
from corridor.results.store.yearly import WHOLE

BUDGET = "budget_eur_million"
DEATHS, NO_MEASURE = "deaths_channel", "no_measure"


def of_worlds(result: ResultFolder) -> bool:
    """Whether effects are of worlds, not of worlds at each point of a design."""
    return "point" not in result.table("effects")


def has_sectors(result: ResultFolder) -> bool:
    """Whether effects on launches by sector are there."""
    return of_worlds(result) and not sector_effects(result.table("effects")).empty


def indicators_of(table: str) -> object:
    """A function that gives one figure for each indicator of a table."""

    def variants(result: ResultFolder) -> list[dict[str, str]]:
        return [{"indicator": str(name)} for name in dict.fromkeys(result.table(table).indicator)]

    return variants


@figure("effects", allowed=of_worlds)
def forest(result: ResultFolder, sheet: Sheet) -> Figure:
    """Effect of each world with its intervals, sorted, deaths among the panels."""
    return draw_forest(result.table("effects"), result.titles, sheet=sheet)


@figure("effects", DAYS, allowed=several_worlds)
def effect(result: ResultFolder, sheet: Sheet) -> Figure:
    """Effect of each world by year, deaths beside arrivals."""
    return draw_effect(result.dataset, result.table("effects"), sheet)


@figure("effects", allowed=of_worlds)
def frontier(result: ResultFolder, sheet: Sheet) -> Figure:
    """Deaths against arrivals: what each world changes in both, and which worlds no other beats."""
    return draw_frontier(result.table("effects"), result.titles, sheet=sheet)


@figure("effects", allowed=has_sectors)
def displacement(result: ResultFolder, sheet: Sheet) -> Figure:
    """Maps of the Channel coast: where launches become more or fewer in worlds of several measures."""
    return draw_displacement(result.table("effects"), result.titles, result.geography(result.baseline), sheet=sheet)


@figure("effects", allowed=has_sectors)
def displacement_of_all(result: ResultFolder, sheet: Sheet) -> Figure:
    """Where launches become more or fewer, by coast sector, in every world."""
    return draw_displacement_of_all(result.table("effects"), result.titles, sheet=sheet)


@figure(DAYS, allowed=several_worlds)
def pairing(result: ResultFolder, sheet: Sheet, indicator: str = LEADING) -> Figure:
    """How much less differences vary on the same seeds."""
    return draw_pairing(result.dataset, result.baseline, result.titles, indicator, sheet)


@figure("attribution", "coalitions", variants=indicators_of("attribution"))  # type: ignore[arg-type]
def waterfall(result: ResultFolder, sheet: Sheet, indicator: str = LEADING) -> Figure:
    """Shapley share of each measure in the effect of the package, from no measure to all."""
    shares, values = (result.table(name) for name in ("attribution", "coalitions"))
    start = values[(values.indicator == indicator) & (values.world == NO_MEASURE) & (values.period == WHOLE)]
    shown = shares[shares.indicator == indicator]
    deaths = shares[shares.indicator == DEATHS]
    first = float(start.value.mean())
    return draw_waterfall(shown, result.measure_titles, indicator, first, deaths, result.imposing_measures, sheet=sheet)


def has_lever(result: ResultFolder) -> bool:
    """Whether a dose says which column is its lever, and has the baseline of it."""
    table = result.table("dose")
    return bool(result.set_columns("dose")) and bool((table.world == table.baseline).any())


def has_two_levers(result: ResultFolder) -> bool:
    """Whether a dose is of two levers."""
    return len(result.set_columns("dose")) == 2 and set(result.columns("dose")) >= INTERACTION


@figure("dose", allowed=has_lever)
def dose(result: ResultFolder, sheet: Sheet) -> Figure:
    """Effect at each value of a lever (of the first, where there are two)."""
    table = result.table("dose")
    first, *others = result.set_columns("dose")
    neutral = table[table.world == table.baseline].iloc[0]
    alone = table[(table[others] == neutral[others]).all(axis=1)]
    return draw_dose(alone, first, sheet=sheet)


@figure("dose", allowed=has_two_levers)
def interaction(result: ResultFolder, sheet: Sheet, indicator: str = LEADING) -> Figure:
    """Heat maps of the effect of two levers, and of what goes beyond the sum of both alone."""
    table = result.table("dose")
    first, second = result.set_columns("dose")
    return draw_interaction(table, (first, second), indicator, sheet=sheet)


@figure("response", "break_even", allowed=lambda result: bool(result.set_columns("response")))
def break_even(result: ResultFolder, sheet: Sheet) -> Figure:
    """Effect by the value of a parameter, and where it changes its sign."""
    response = result.table("response")
    worlds = [name for name in result.titles if name != result.baseline]
    titles = [result.titles.get(name, name) for name in (*worlds[:1], result.baseline)]
    about = (result.set_columns("response")[0], titles[0], titles[-1])
    return draw_break_even(response, result.table("break_even"), about, sheet=sheet)


@figure("regret")
def regret(result: ResultFolder, sheet: Sheet) -> Figure:
    """Regret of each world by objective, over points of uncertainty."""
    return draw_regret(result.table("regret"), titles_in(result, "regret"), sheet=sheet)


@figure("satisficing")
def satisficing(result: ResultFolder, sheet: Sheet) -> Figure:
    """Share of points at which each world keeps each threshold."""
    return draw_satisficing(result.table("satisficing"), titles_in(result, "satisficing"), sheet=sheet)


def titles_in(result: ResultFolder, table: str) -> dict[str, str]:
    """Titles of the worlds of a table."""
    return {world: result.titles.get(world, "") for world in result.table(table).world}


@figure("packages", "front")
def front(result: ResultFolder, sheet: Sheet) -> Figure:
    """Packages of measures: cost against each objective, and those on the front."""
    shown = result.table("packages").set_index("package")
    fresh = result.table("front").set_index("package")
    objectives = objectives_of(shown)
    ends = [name + end for name in objectives for end in ("", "_low", "_high")]
    shown.update(fresh[[name for name in ends if name in fresh]])
    budget = float(shown[BUDGET].iloc[0]) if BUDGET in shown else float("nan")
    return draw_front(shown.reset_index(), objectives, budget, sheet=sheet)


@figure("packages")
def parallel(result: ResultFolder, sheet: Sheet) -> Figure:
    """Packages of measures as lines over all objectives."""
    packages = result.table("packages")
    return draw_parallel(packages, [*objectives_of(packages), COST], sheet=sheet)


def objectives_of(packages: pd.DataFrame) -> list[str]:
    """What packages are judged by beside their cost: the columns that have intervals."""
    names = [str(name).removesuffix("_low") for name in packages if str(name).endswith("_low")]
    return [name for name in names if name != COST]
