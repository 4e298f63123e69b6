"""V22 to V28: people per crossing day by gap and by season, crossing days, spells of shut days, and months of one run.

These are read off daily arrivals, in the same way for the record and for the draws, and over the same years: whole
years that both have, from 2021 on, since when the trade has had its size; all of them where none is as late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd

from corridor.calibration.predict.prediction import PredictionData
from corridor.calibration.validation import crossing_days, scores
from corridor.calibration.validation.crossing_days import over
from corridor.calibration.validation.patterns.check import BOATS, CROSSINGS, Given, PatternCheck
from corridor.calibration.validation.patterns.readings import Floats, Reading, observed_in

FIRST_YEAR = 2021
ARRIVALS = "arrivals_people"
NEEDS_RECORD = "there is no record to compare with"
Table = Callable[[Floats, pd.DatetimeIndex], dict[str, Floats]]
TABLES: tuple[tuple[str, str, Table, Given], ...] = (
    ("V22", "people_per_crossing_day by gap {}", crossing_days.by_gap, BOATS),
    ("V23", "people_per_crossing_day by season {}", crossing_days.by_season, BOATS),
    ("V24", "share of days with a crossing in {}", crossing_days.share_of_days, CROSSINGS),
    ("V25", "share of shut spells that last {} days", lambda people, _: crossing_days.shut_spells(people), CROSSINGS),
)


def checks(record: PredictionData | None, prediction: PredictionData | None) -> Iterator[PatternCheck]:
    """V22 to V28 over the years that a record and a prediction share; where they share none, over those of the record.

    None stands for no record, or for no prediction yet. Without a year there is nothing to check.
    """
    years = years_of(record, prediction) or years_of(record)
    if not years:
        return
    period = period_of(years)
    for pattern, words, table, given in TABLES:
        for name in names_of(table):
            read = of_table(table, name, years)
            yield PatternCheck(pattern, words.format(name), period, observed_in(record, read), read, given=given)
    busiest = of_days(crossing_days.busiest_days, years)
    words = f"share of a month's people on its {crossing_days.BUSIEST} busiest days"
    yield PatternCheck("V26", words, period, observed_in(record, busiest), busiest, given=BOATS)
    for year in years_of(record) or years:
        half = second_half(year)
        yield PatternCheck("V27", "share of people in July to December", str(year), observed_in(record, half), half)
    for words, measure in (("correlation with", correlation), ("WAPE against", scores.wape)):
        compared = beside(record, measure, years) if record else None
        reason = "" if record else NEEDS_RECORD
        yield PatternCheck("V28", f"{words} the record of one run's monthly people", period, None, compared, reason)


def years_of(*sources: PredictionData | None) -> list[int]:
    """The years over which these patterns are read: whole ones that all sources have, from 2021 on where any is as
    late."""
    both = [set(each.whole_years) for each in sources if each]
    years = sorted(set.intersection(*both)) if both else []
    return [year for year in years if year >= FIRST_YEAR] or years


def period_of(years: Sequence[int]) -> str:
    """Years as the period of a check."""
    return f"{years[0]} to {years[-1]}" if len(years) > 1 else str(years[0])


def names_of(table: Table) -> list[str]:
    """The rows of a table."""
    days = pd.date_range("2021-01-01", "2021-12-31")
    return list(table(np.ones(len(days)), days))


def of_days(how: Callable[[Floats, pd.DatetimeIndex], Floats], years: Sequence[int]) -> Reading:
    """Reads a value off the daily arrivals of some years. Raises KeyError when the run has not all of them."""

    def read(prediction: PredictionData) -> Floats:
        if missing := set(years) - set(prediction.whole_years):
            raise KeyError(*missing)
        inside = np.asarray(prediction.days.year.isin(years))
        return how(prediction.daily(ARRIVALS)[:, inside], prediction.days[inside])

    return read


def of_table(table: Table, name: str, years: Sequence[int]) -> Reading:
    """Reads a row of a table."""
    return of_days(lambda people, days: table(people, days)[name], years)


def second_half(year: int) -> Reading:
    """Reads the share of a year's people who came in July to December."""

    def share(people: Floats, days: pd.DatetimeIndex) -> Floats:
        return over(people[:, days.month > 6].sum(axis=1), people.sum(axis=1))

    return of_days(share, [year])


def beside(record: PredictionData, measure: Callable[[Floats, Floats], float], years: Sequence[int]) -> Reading:
    """Reads a measure of each draw's monthly people beside those of the record."""

    def months(prediction: PredictionData) -> Floats:
        inside = [int(month[:4]) in years for month in prediction.months]
        return prediction.by_month(ARRIVALS)[:, inside]

    def read(prediction: PredictionData) -> Floats:
        if missing := set(years) - set(prediction.whole_years):
            raise KeyError(*missing)
        return np.array([measure(draw, months(record)[0]) for draw in months(prediction)])

    return read


def correlation(simulated: Floats, observed: Floats) -> float:
    """Pearson's correlation; NaN where one of the two does not vary."""
    varies = simulated.std() > 0.0 and observed.std() > 0.0
    return float(np.corrcoef(simulated, observed)[0, 1]) if varies else float("nan")
