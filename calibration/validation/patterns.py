"""The 21 validation patterns of the evidence review (section 5): which of them the simulator shows, and by how much.

A pattern is one or more figures. A figure passes when what was observed, or the range of its publishers, meets the
90 % interval of the draws. What the records of a run, or the publishers, cannot answer passes nothing and fails
nothing; a reason says why. V5, V6, V8 to V11, V13 and V16 are tests: no fit uses them as such. A figure of them is
held out where it needs a month after the cut; one that lies before it was seen by the fit, whole or in its parts. Some
figures are, or are made of, what the simulator is given as an input: these are named, whatever the cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.calibration.evidence.entries import LAST_MONTH, observed
from corridor.calibration.evidence.observed import ObservedData, ObservedValue
from corridor.calibration.predict.prediction import PredictionData
from corridor.calibration.validation.clustering import statistics
from corridor.calibration.validation.scores import interval

Floats = NDArray[np.float64]
LEVEL = 0.90
HELD_OUT = ("V5", "V6", "V8", "V9", "V10", "V11", "V13", "V16")
COLUMNS = [
    "pattern",
    "observed",
    "simulated",
    "low",
    "high",
    "passes",
    "held_out",
    "figure",
    "observed_low",
    "observed_high",
    "change",
    "last",
    "input",
    "reason",
]
HOME_OFFICE_YEARS = "2021-05", "2025-04"  # of the note on crossing conditions
SECOND_HALF = ("07", "08", "09", "10", "11", "12")
WEATHER = "weather is drawn, not that of the day"
PART_OF_APRIL = "published for a part of April; shares are compared, not counts"


@dataclass(frozen=True)
class Given:
    """What the simulator is given that a figure is made of, or that is made of the figure: in words, and the cut from
    which on it is known; empty for history and declared inputs, which do not ask for a cut."""

    words: str
    since: str = ""


NOTHING = Given("")
ARRIVALS = Given("entries by air and share_uk of groups: arrivals of the years that are over at the cut", "2021-12")
ALBANIANS = Given("entries at Tirana: Albanian arrivals of the quarters that are over at the cut")
ALBANIANS_2022 = Given("entries at Tirana: Albanian arrivals of all of 2022, and their level after it", "2022-12")
LAUNCHES = Given("default of boat_supply_per_day (D20): launches of 2022", "2022-12")
LOADS = Given("defaults of the hull_ parameters (D28): people per boat to the cut")
FOUND = Given("default of people_found (D2): prevented people over stopped launches in 2022", "2022-12")
COAST = Given("defaults of queue_target_days (D31) and boat_preference (D35): people at the coast in 2022", "2022-12")
LORRIES = Given(
    "history.csv: access to lorries is made of detections to 2025; default of lorry_preference (D35): those of 2019"
)
RETURNS = Given("default of p_sea_fail (D3): people brought back from the sea, 2021 to 2024, whatever the cut")
DEATHS = Given("default of death_base_per_10k (D9): deaths of 2022 to 2024, whatever the cut")
RED_DAYS = Given("sea_years.csv: red days of the Home Office's years")
COLOURS = Given("defaults of viability_amber and viability_green (D36): arrivals by colour of the day")
MENTON = Given("legs.csv: the chance to be stopped at Menton (D10) is this figure")
TAXI_BOATS = Given("default of taxi_speed (D32): the share of mid-2025", "2025-12")
SHELTER = Given("default of shelter_hazard (D12): moves into shelter in 2021")


@dataclass(frozen=True)
class PatternCheck:
    """One figure of a pattern: what was observed, and how to read it off the draws (None: the records cannot say).

    `last` is the last month (YYYY-MM) that the figure needs, `given` what it shares with the inputs, and `change` says
    that it is a relative change, or a difference of such, which may be negative.
    """

    pattern: str
    name: str
    seen: ObservedValue | None
    read: Callable[[PredictionData], Floats] | None
    last: str
    reason: str = ""
    given: Given = NOTHING
    change: bool = False

    def held_out(self, cut: str) -> bool:
        """Whether it is a test of what a fit to a cut (YYYY-MM) could not see."""
        return self.pattern in HELD_OUT and self.last > cut

    def input(self, cut: str) -> str:
        """What it shares with the inputs of a cut, in words; empty where nothing."""
        return self.given.words if self.given.since <= cut else ""


def yearly(name: str, year: int) -> Callable[[PredictionData], Floats]:
    """Reads an indicator of a year."""
    return lambda figures: figures.by_year(name)[year]


def monthly_sum(name: str, *months: str) -> Callable[[PredictionData], Floats]:
    """Reads an indicator summed over months. Raises KeyError when the run has not all of them."""

    def read(figures: PredictionData) -> Floats:
        at = [positions_of(figures)[month] for month in months]
        return np.asarray(figures.by_month(name)[:, at].sum(axis=1))

    return read


def positions_of(figures: PredictionData) -> dict[str, int]:
    """Month -> its position."""
    return {month: k for k, month in enumerate(figures.months)}


def ratio(
    above: Callable[[PredictionData], Floats], below: Callable[[PredictionData], Floats], less: float = 0.0
) -> Callable[[PredictionData], Floats]:
    """Reads one figure over another, less a constant; NaN over nought."""

    def read(figures: PredictionData) -> Floats:
        x, y = above(figures), below(figures)
        return np.divide(x, y, out=np.full(x.shape, np.nan), where=y > 0.0) - less

    return read


def difference(
    one: Callable[[PredictionData], Floats], other: Callable[[PredictionData], Floats]
) -> Callable[[PredictionData], Floats]:
    """Reads one figure less another."""
    return lambda figures: one(figures) - other(figures)


def change(name: str, first: int, second: int) -> Callable[[PredictionData], Floats]:
    """Reads the relative change of an indicator from a year to another."""
    return ratio(yearly(name, second), yearly(name, first), less=1.0)


def observed_change(records: ObservedData, name: str, first: int, second: int) -> ObservedValue:
    """The observed relative change."""
    moved = records.of_year(name, second).over(records.of_year(name, first))
    return ObservedValue(moved.value - 1.0, moved.low - 1.0, moved.high - 1.0)


def in_year(
    records: ObservedData, pattern: str, name: str, *years: int, given: Given = NOTHING
) -> Iterator[PatternCheck]:
    """An annual indicator in some years, as it was published."""
    for year in years:
        seen = records.of_year(name, year)
        yield PatternCheck(pattern, f"{name} {year}", seen, yearly(name, year), december(year), given=given)


def december(year: int) -> str:
    """The last month of a year."""
    return f"{year}-12"


# --- arrivals, boats and stops: V1 to V8 ------------------------------------------------------------------------------


def levels(records: ObservedData) -> Iterator[PatternCheck]:
    """V1 to V4: arrivals, boats, people per boat and the stop rates of 2022."""
    yield from in_year(records, "V1", "arrivals_people", 2021, 2022, 2023, given=ARRIVALS)
    yield PatternCheck(
        "V2",
        "arrivals_boats 2022",
        ObservedValue.of(1110.0, 1106.0, 1110.0),
        yearly("arrivals_boats", 2022),
        "2022-12",
        given=LAUNCHES,
    )
    boats = observed_change(records, "arrivals_boats", 2022, 2023)
    yield PatternCheck(
        "V2", "change of arrivals_boats 2022-2023", boats, change("arrivals_boats", 2022, 2023), "2023-12", change=True
    )
    yield from in_year(records, "V3", "people_per_boat", *range(2020, 2026), given=LOADS)
    yield from in_year(records, "V4", "stop_rate_people", 2022, given=FOUND)
    yield from in_year(records, "V4", "stop_rate_boats", 2022, given=FOUND)


def two_aprils(records: ObservedData) -> Iterator[PatternCheck]:  # noqa: ARG001 - as all patterns
    """V5: April 2023 and April 2024 (evidence, D2 and V5)."""
    first, second = "2023-04", "2024-04"
    launches = ratio(monthly_sum("attempts_boats", second), monthly_sum("attempts_boats", first))
    yield PatternCheck(
        "V5", "boats launched, April 2024 over April 2023", ObservedValue.of(96 / 130), launches, second, PART_OF_APRIL
    )
    for month, boats, people, aboard in ((first, 53 / 130, 0.50, 42.0), (second, 33 / 96, 0.47, 50.0)):
        arrived = monthly_sum("arrivals_people", month)
        for name, seen, read in (
            (
                "boats that arrive",
                boats,
                ratio(monthly_sum("arrivals_boats", month), monthly_sum("attempts_boats", month)),
            ),
            ("people who arrive", people, ratio(arrived, monthly_sum("attempts_people", month))),
            ("people per boat", aboard, ratio(arrived, monthly_sum("arrivals_boats", month))),
        ):
            yield PatternCheck("V5", f"{name} {month}", ObservedValue.of(seen), read, month, PART_OF_APRIL)


def stop_rates(records: ObservedData) -> Iterator[PatternCheck]:
    """V6 to V8: stop rates after more officers, over the years, and boats that fall faster than people."""
    after = ObservedValue.of(records.of_year("stop_rate_people", 2023).value, 0.452, 0.53)
    yield PatternCheck(
        "V6",
        "stop_rate_people 2023 (naive forecast 0.538)",
        after,
        yearly("stop_rate_people", 2023),
        "2023-12",
        given=RETURNS,
    )
    yield from in_year(records, "V7", "stop_rate_people", 2019, 2021, 2023, 2024, 2025, given=RETURNS)
    november = ratio(monthly_sum("prevented_people", "2020-11"), monthly_sum("attempts_people", "2020-11"))
    yield PatternCheck(
        "V7",
        "stop_rate_people 2020-11",
        ObservedValue.of(0.60),
        november,
        "2020-11",
        "published for some weeks of November",
    )
    boats, people = (observed_change(records, name, 2022, 2023).value for name in ("arrivals_boats", "arrivals_people"))
    faster = difference(change("arrivals_boats", 2022, 2023), change("arrivals_people", 2022, 2023))
    yield PatternCheck(
        "V8",
        "change of boats less change of people, 2022-2023",
        ObservedValue.of(boats - people),
        faster,
        "2023-12",
        change=True,
    )


# --- who comes, and when: V9 to V13 -----------------------------------------------------------------------------------


def albanians(records: ObservedData) -> Iterator[PatternCheck]:
    """V9 and V10: Albanians, their share, and all others."""
    for year, given in ((2022, ALBANIANS), (2023, NOTHING)):
        yield from in_year(records, "V9", "arrivals_albania", year, given=given)
        share = records.of_year("arrivals_albania", year).over(records.of_year("arrivals_people", year))
        read = ratio(yearly("arrivals_albania", year), yearly("arrivals_people", year))
        yield PatternCheck("V9", f"share of Albanians {year}", share, read, december(year), given=given)
    quarters = observed("albania_quarterly").set_index(["year", "quarter"]).people
    fall = ratio(
        monthly_sum("arrivals_albania", "2023-01", "2023-02", "2023-03"),
        monthly_sum("arrivals_albania", "2022-10", "2022-11", "2022-12"),
    )
    seen = ObservedValue.of(float(quarters[2023, 1] / quarters[2022, 4]))
    yield PatternCheck(
        "V9", "Albanians, first quarter of 2023 over the one before", seen, fall, "2023-03", given=ALBANIANS_2022
    )
    yield PatternCheck(
        "V9",
        "time until Albanian arrivals were halved",
        None,
        None,
        "2023-03",
        "no monthly figure by nationality is published; the two months are a reading of quarters",
    )
    others = [difference(yearly("arrivals_people", year), yearly("arrivals_albania", year)) for year in (2022, 2023)]
    known = [
        records.of_year("arrivals_people", year).value - records.of_year("arrivals_albania", year).value
        for year in (2022, 2023)
    ]
    yield PatternCheck(
        "V10",
        "change of arrivals but Albanians 2022-2023",
        ObservedValue.of(known[1] / known[0] - 1.0),
        ratio(others[1], others[0], less=1.0),
        "2023-12",
        f"with 51 more green days; {WEATHER}",
        change=True,
    )


def seasons(records: ObservedData) -> Iterator[PatternCheck]:
    """V11 and V12: the summer of 2022, season and weather."""
    arrivals = records.by_month("arrivals_people")
    yield PatternCheck(
        "V11",
        "arrivals of August 2022 over July",
        ObservedValue.of(arrivals["2022-08"] / arrivals["2022-07"]),
        ratio(monthly_sum("arrivals_people", "2022-08"), monthly_sum("arrivals_people", "2022-07")),
        "2022-08",
        f"these months lie before the cuts; {WEATHER}",
    )
    window = arrivals[HOME_OFFICE_YEARS[0] : HOME_OFFICE_YEARS[1]]
    late = [month for month in window.index if month[5:] in SECOND_HALF]
    yield PatternCheck(
        "V12",
        "share of arrivals in July to December, 2021-05 to 2025-04",
        ObservedValue.of(float(window[late].sum() / window.sum())),
        ratio(monthly_sum("arrivals_people", *late), monthly_sum("arrivals_people", *window.index)),
        HOME_OFFICE_YEARS[1],
    )
    yield from in_year(records, "V12", "red_days", 2022, 2023, 2024, given=RED_DAYS)
    yield PatternCheck(
        "V12",
        "share of arrivals on red days, 2021-05 to 2025-04",
        ObservedValue.of(0.84),
        on_red_days,
        HOME_OFFICE_YEARS[1],
        given=COLOURS,
    )
    for year, seen in ((2022, 384.0), (2023, 361.0), (2024, 263.0)):
        half = [f"{year}-{month}" for month in SECOND_HALF]
        read = ratio(monthly_sum("arrivals_people", *half), monthly_sum("red_days", *half))
        yield PatternCheck(
            "V12",
            f"arrivals over red days, July to December {year}",
            ObservedValue.of(seen),
            read,
            december(year),
            WEATHER,
            RED_DAYS,
        )
    yield PatternCheck(
        "V12",
        "arrivals a day on red days over those on others, 2025",
        ObservedValue.of(190 / 60),
        red_over_others,
        "2025-12",
        "press figure of fair and other weather, which is not quite the Home Office's red",
    )


def on_red_days(figures: PredictionData) -> Floats:
    """Share of arrivals that came on red days in the years of the Home Office's note; KeyError for a shorter run."""
    if not set(HOME_OFFICE_YEARS) <= set(figures.months):
        raise KeyError(HOME_OFFICE_YEARS)
    months = figures.days.strftime("%Y-%m")
    inside = (months >= HOME_OFFICE_YEARS[0]) & (months <= HOME_OFFICE_YEARS[1])
    return red_share(figures, np.asarray(inside))


def red_share(figures: PredictionData, inside: NDArray[np.bool_]) -> Floats:
    """Share of the arrivals of some days that came on red ones; NaN when nobody came."""
    arrivals = figures.daily("arrivals_people")[:, inside]
    red = (arrivals * figures.daily("red_days")[:, inside]).sum(axis=1)
    total = arrivals.sum(axis=1)
    return np.divide(red, total, out=np.full(total.shape, np.nan), where=total > 0.0)


def red_over_others(figures: PredictionData) -> Floats:
    """Arrivals a day on red days over arrivals a day on others, in 2025; KeyError when the run has not the year."""
    if 2025 not in figures.whole_years:
        raise KeyError(2025)
    inside = np.asarray(figures.days.year == 2025)
    share, red = red_share(figures, inside), figures.daily("red_days")[:, inside].mean(axis=1)
    above, below = share * (1.0 - red), (1.0 - share) * red
    return np.divide(above, below, out=np.full(share.shape, np.nan), where=below > 0.0)


def bursts(records: ObservedData) -> Iterator[PatternCheck]:
    """V13: the largest days, and the longest gaps."""
    for statistic, years in (("largest_day", (2022, 2025)), ("longest_gap", (2018, 2025))):
        for year in years:
            yield PatternCheck(
                "V13",
                f"{statistic} {year}",
                records.of_clustering(statistic, year),
                clustering_of(statistic, year),
                december(year),
            )


def clustering_of(statistic: str, year: int) -> Callable[[PredictionData], Floats]:
    """Reads a statistic of how a year's daily arrivals cluster. Raises KeyError when the run has not the year."""

    def read(figures: PredictionData) -> Floats:
        if year not in figures.whole_years:
            raise KeyError(year)
        return statistics(figures.daily("arrivals_people"), figures.days, year)[statistic]

    return read


# --- camps, ports, borders, deaths and shelter: V14 to V21 ------------------------------------------------------------


def coast(records: ObservedData) -> Iterator[PatternCheck]:
    """V14 to V17: people at the coast, tries, lorries and Belgium."""
    yield from in_year(records, "V14", "camp_stock", 2022, 2023, given=COAST)
    stay = ratio(yearly("camp_stock", 2022), yearly("arrivals_people", 2022))
    yield PatternCheck(
        "V14",
        "days at the coast 2022 (stock over arrivals)",
        ObservedValue.of(18.0, 12.0, 25.0),
        lambda figures: 365.0 * stay(figures),
        "2022-12",
        given=COAST,
    )
    yield from in_year(records, "V15", "attempts_per_success", 2022)
    yield from in_year(records, "V16", "lorry_detected", 2019, 2022, 2024, given=LORRIES)
    fall = records.of_year("lorry_detected", 2022).over(records.of_year("lorry_detected", 2019))
    yield PatternCheck(
        "V16",
        "lorry_detected 2022 over 2019",
        ObservedValue.of(fall.value),
        ratio(yearly("lorry_detected", 2022), yearly("lorry_detected", 2019)),
        "2022-12",
        "the 56,000 of 2016 lie before the run; definitions change",
        LORRIES,
    )
    yield PatternCheck(
        "V17",
        "people intercepted in Belgium 2022 over 2018",
        ObservedValue.of(944 / 12800),
        None,
        "2022-12",
        "the model has a Belgian beach but counts no interceptions inland",
    )


def borders_and_deaths(records: ObservedData) -> Iterator[PatternCheck]:
    """V18 to V21: Menton, deaths, geography and shelter."""
    yield PatternCheck("V18", "menton_stops 2023", ObservedValue.of(44100.0), yearly("menton_stops", 2023), "2023-12")
    yield PatternCheck(
        "V18",
        "success of a try at Menton 2023",
        ObservedValue.of(0.29, 0.26, 0.32),
        menton_success,
        "2023-12",
        given=MENTON,
    )
    yield from in_year(records, "V19", "deaths_channel", 2022, 2023, 2024, given=DEATHS)
    yield PatternCheck("V19", "deaths on the worst day of 2021", ObservedValue.of(27.0), worst_day, "2021-12")
    yield from in_year(records, "V20", "taxi_boat_share", 2025, given=TAXI_BOATS)
    yield PatternCheck(
        "V20",
        "departures spread from Leffrinckoucke to the Authie",
        None,
        None,
        LAST_MONTH,
        "told in words; no count by stretch of coast is published",
    )
    yield from in_year(records, "V21", "sheltered_people", 2021, given=SHELTER)
    for name, flow, seen in (
        ("asylum", "asylum_in_france", ObservedValue.of(0.68)),
        ("back to the coast", "shelter_returns", ObservedValue.of(0.24, 0.22, 0.26)),
    ):
        yield PatternCheck(
            "V21",
            f"people who leave shelter for {name} over moves, 2021",
            seen,
            ratio(yearly(flow, 2021), yearly("sheltered_people", 2021)),
            "2021-12",
            "published for the centres of 2015-16",
        )


def menton_success(figures: PredictionData) -> Floats:
    """Tries at Menton that get through, over all tries, in 2023."""
    through, stopped = figures.of_label("leg_flows", "ventimiglia>nice")[2023], figures.by_year("menton_stops")[2023]
    total = through + stopped
    return np.divide(through, total, out=np.full(total.shape, np.nan), where=total > 0.0)


def worst_day(figures: PredictionData) -> Floats:
    """Most deaths on a day of 2021. Raises KeyError when the run has not the year."""
    if 2021 not in figures.whole_years:
        raise KeyError(2021)
    inside = figures.days.year == 2021
    return np.asarray(figures.daily("deaths_channel")[:, inside].max(axis=1))


# --- the table --------------------------------------------------------------------------------------------------------

GROUPS = (levels, two_aprils, stop_rates, albanians, seasons, bursts, coast, borders_and_deaths)


def pattern_checks(records: ObservedData) -> list[PatternCheck]:
    """Every figure of every pattern, in order."""
    return [figure for group in GROUPS for figure in group(records)]


def table(records: ObservedData, figures: PredictionData, cut: str) -> pd.DataFrame:
    """Rows of patterns.csv, from a prediction by a fit to a cut (YYYY-MM)."""
    return pd.DataFrame([row(figure, figures, cut) for figure in pattern_checks(records)], columns=COLUMNS)


def row(figure: PatternCheck, figures: PredictionData, cut: str) -> dict[str, object]:
    """One figure judged; `passes` is empty where it cannot be."""
    seen = figure.seen or ObservedValue.of(np.nan)
    told: dict[str, object] = {
        "pattern": figure.pattern,
        "figure": figure.name,
        "held_out": figure.held_out(cut),
        "observed": seen.value,
        "observed_low": seen.low,
        "observed_high": seen.high,
        "reason": figure.reason,
        "change": figure.change,
        "last": figure.last,
        "input": figure.input(cut),
    }
    if figure.read is None:
        return told
    try:
        values = figure.read(figures)
    except KeyError:
        return {**told, "reason": "the run does not cover it"}
    values = values[~np.isnan(values)]
    if not len(values):
        return {**told, "reason": "no draw has a figure"}
    low, high = interval(values, LEVEL)
    passes = bool(low <= seen.high and seen.low <= high)
    return {**told, "simulated": float(np.median(values)), "low": float(low), "high": float(high), "passes": passes}
