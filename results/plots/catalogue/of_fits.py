"""Figures of fits, validation, forecasts and sensitivity."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
from matplotlib.figure import Figure

from corridor.results.plots.catalogue.registry import LEADING, ResultFolder, Sheet, figure
from corridor.results.plots.fit.calibration import draw_learned, draw_pairs
from corridor.results.plots.fit.history import draw_conditions, draw_months, draw_years
from corridor.results.plots.fit.patterns import draw_patterns
from corridor.results.plots.fit.rolling import draw_pit, draw_relative_wis
from corridor.results.plots.fit.validation import draw_fans, draw_forecast, draw_ranks_of_months, draw_scores
from corridor.results.plots.sensitivity.about import About, Tables
from corridor.results.plots.sensitivity.lines import draw_convergence as convergence_lines
from corridor.results.plots.sensitivity.lines import draw_years as year_lines
from corridor.results.plots.sensitivity.morris import draw_morris
from corridor.results.plots.sensitivity.sobol import draw_sobol
from corridor.results.plots.sensitivity.tornado import draw_tornado

DIFFERENCE = "_difference"
FANS = ("arrivals_people", "arrivals_boats", "people_per_boat")
LEADING_INDEX = {"morris": "mu_star", "delta": "delta", "pawn": "median", "resample": "ST"}
OF_A_POSTERIOR = ("draw", "seed", "weight")  # columns of posterior.csv that are no parameters


def of_table(table: str, column: str, only: Sequence[str] = ()) -> Callable[[ResultFolder], list[dict[str, str]]]:
    """A function that gives one figure for each value of a column, or those of `only`."""

    def variants(result: ResultFolder) -> list[dict[str, str]]:
        names = list(dict.fromkeys(map(str, result.table(table)[column])))
        return [{"indicator": name} for name in names if not only or name in only]

    return variants


@figure("history_scores")
def history_months(result: ResultFolder, sheet: Sheet) -> Figure:
    """Monthly people and boats of a conditioned past, beside the record."""
    scores = result.table("history_scores")
    last = str(scores.period[scores.period.str.len() == len("2021-01")].max())
    return draw_months(scores, str(result.json("posterior.json").get("until") or last), sheet=sheet)


@figure("history_scores")
def history_years(result: ResultFolder, sheet: Sheet) -> Figure:
    """Yearly values of a conditioned past, beside the record."""
    return draw_years(result.table("history_scores"), sheet=sheet)


@figure("history_conditions")
def history_conditions(result: ResultFolder, sheet: Sheet) -> Figure:
    """Conditions of the time as inferred from the record, with their intervals."""
    return draw_conditions(result.table("history_conditions"), sheet=sheet)


@figure("history_parameters")
def learned(result: ResultFolder, sheet: Sheet) -> Figure:
    """Prior and posterior of each fitted parameter, the one of which most was learned first."""
    return draw_learned(result.table("history_parameters"), sheet=sheet)


@figure("posterior", "history_parameters")
def pairs(result: ResultFolder, sheet: Sheet) -> Figure:
    """Draws of the posterior for pairs of the parameters of which most was learned."""
    draws = result.table("posterior").drop(columns=list(OF_A_POSTERIOR), errors="ignore")
    order = result.table("history_parameters").sort_values("contraction", ascending=False).parameter
    return draw_pairs(draws, [name for name in order if name in draws], sheet=sheet)


@figure("fans", variants=of_table("fans", "indicator", FANS))
def fan(result: ResultFolder, sheet: Sheet, indicator: str = LEADING) -> Figure:
    """Predicted months with 50 and 90 % bands, the cut, and what was observed then."""
    return draw_fans(result.table("fans"), result.record_of(indicator), indicator, sheet=sheet)


@figure("forecast", variants=of_table("forecast", "indicator", FANS))
def forecast(result: ResultFolder, sheet: Sheet, indicator: str = LEADING) -> Figure:
    """Months to come, with 50 and 90 % bands."""
    table = result.table("forecast")
    record = result.record_of(indicator)
    rows = table[table.indicator == indicator]
    return draw_forecast(rows, record, last_seen(rows, record), sheet=sheet)


def last_seen(rows: pd.DataFrame, record: pd.Series) -> str:
    """The last month that was observed when a forecast was made: the one before its first, whatever the record of
    today has."""
    return str(max(month for month in record.index if month < rows.month.min()))


@figure("ranks")
def ranks(result: ResultFolder, sheet: Sheet) -> Figure:
    """Where observed months lie among the draws of predictions."""
    return draw_ranks_of_months(result.table("ranks"), sheet=sheet)


@figure("scores")
def scores(result: ResultFolder, sheet: Sheet) -> Figure:
    """Errors and coverage of predictions of monthly arrivals, beside simple methods."""
    return draw_scores(result.table("scores"), sheet=sheet)


@figure("patterns")
def patterns(result: ResultFolder, sheet: Sheet) -> Figure:
    """Every validation pattern: the run over the record."""
    return draw_patterns(result.table("patterns"), run_in_words(result), sheet=sheet)


def run_in_words(result: ResultFolder) -> str:
    """The run that patterns are of: that of an experiment, else the predictions of fits to a part of the record."""
    if title := str(result.manifest.get("title") or ""):
        worlds = ", ".join(f"“{each}”" for each in result.titles.values())
        return f"{worlds}, {title}" if worlds else title
    cuts = sorted(result.json("validation.json"))
    return f"predictions of a fit to the record until {cuts[0]}" if cuts else ""


@figure("rolling_scores")
def relative_wis(result: ResultFolder, sheet: Sheet) -> Figure:
    """Scores of rolling forecasts by method and horizon."""
    return draw_relative_wis(result.table("rolling_scores"), sheet=sheet)


@figure("rolling_units", variants=of_table("rolling_units", "target"))
def pit(result: ResultFolder, sheet: Sheet, indicator: str = LEADING) -> Figure:
    """Where observed months lie among the draws of rolling forecasts, by method."""
    table = result.table("rolling_units")
    return draw_pit(table[table.target == indicator], sheet=sheet)


def study(result: ResultFolder, indicator: str) -> tuple[Tables, About]:
    """The tables of an indicator of a sensitivity study, and what they are about."""
    tables = {
        name: result.table(name) for name in ("indices", "indices_by_year", "convergence") if name in result.tables
    }
    some: Tables = {str(name): table[table.indicator == indicator] for name, table in tables.items()}
    stated = result.json("sensitivity.json")
    first = some["indices"].iloc[0]
    method = str(stated.get("method") or first.method)
    title, less = (result.titles.get(str(name), str(name)) for name in (first.world, first.baseline))
    of = f"“{title}” minus “{less}”" if indicator.endswith(DIFFERENCE) else f"“{title}”"
    leading = LEADING_INDEX.get(method) or ("ST" if (some["indices"]["index"] == "ST").any() else "S1")
    points, samples = (int(stated.get(key) or 0) for key in ("points", "samples"))
    seeds = int(stated.get("seeds") or 1)
    return some, About(indicator.removesuffix(DIFFERENCE), str(first.unit), of, method, leading, points, seeds, samples)


def is_method(name: str) -> Callable[[ResultFolder], bool]:
    """A function that says whether a study has a method."""
    return lambda result: bool((result.table("indices").method == name).any())


@figure("indices", variants=of_table("indices", "indicator"))
def tornado(result: ResultFolder, sheet: Sheet, indicator: str = LEADING) -> Figure:
    """Parameters by their leading index (Morris, Sobol, PAWN ...), with intervals and the noise floor."""
    return draw_tornado(*study(result, indicator), sheet=sheet)


@figure("indices", variants=of_table("indices", "indicator"), allowed=is_method("morris"))
def morris(result: ResultFolder, sheet: Sheet, indicator: str = LEADING) -> Figure:
    """Morris' plane: how much a parameter matters, and how unevenly."""
    return draw_morris(*study(result, indicator), sheet=sheet)


@figure("indices", variants=of_table("indices", "indicator"), allowed=is_method("sobol"))
def sobol(result: ResultFolder, sheet: Sheet, indicator: str = LEADING) -> Figure:
    """First-order and total Sobol indices, and the second order."""
    return draw_sobol(*study(result, indicator), sheet=sheet)


@figure(
    "indices",
    "indices_by_year",
    variants=of_table("indices", "indicator"),
    allowed=lambda result: result.table("indices_by_year").period.nunique() > 1,
)
def years(result: ResultFolder, sheet: Sheet, indicator: str = LEADING) -> Figure:
    """The leading index of parameters, year by year."""
    return year_lines(*study(result, indicator), sheet=sheet)


@figure(
    "indices",
    "convergence",
    variants=of_table("indices", "indicator"),
    allowed=lambda result: result.table("convergence").samples.nunique() > 1,
)
def convergence(result: ResultFolder, sheet: Sheet, indicator: str = LEADING) -> Figure:
    """The leading index of parameters as the sample grows."""
    return convergence_lines(*study(result, indicator), sheet=sheet)
