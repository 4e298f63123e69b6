"""V11 to V13: the summer of 2022, season, weather and the clustering of arrivals."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from corridor.calibration.evidence.observed import ObservedData, ObservedValue
from corridor.calibration.predict.prediction import PredictionData
from corridor.calibration.validation.clustering import statistics
from corridor.calibration.validation.crossing_days import over
from corridor.calibration.validation.patterns.check import WEATHER, Given, PatternCheck, in_year
from corridor.calibration.validation.patterns.readings import Floats, Reading, days_of, monthly_sum, ratio

RED_DAYS = Given("sea_years.csv: red days of the Home Office's years")
COLOURS = Given("defaults of viability_amber and viability_green (D36): arrivals by colour of the day")
HOME_OFFICE_YEARS = "2021-05", "2025-04"  # of the note on crossing conditions
SECOND_HALF = ("07", "08", "09", "10", "11", "12")


def checks(records: ObservedData) -> Iterator[PatternCheck]:
    """V11 to V13, in order."""
    yield from summer(records)
    yield from second_half(records)
    yield from red_days(records)
    yield from bursts(records)


def summer(records: ObservedData) -> Iterator[PatternCheck]:
    """V11: the summer of 2022."""
    arrivals = records.by_month("arrivals_people")
    yield PatternCheck(
        "V11",
        "arrivals of August over July",
        "2022-07 to 2022-08",
        ObservedValue.of(arrivals["2022-08"] / arrivals["2022-07"]),
        ratio(monthly_sum("arrivals_people", "2022-08"), monthly_sum("arrivals_people", "2022-07")),
        f"these months lie before the cuts; {WEATHER}",
    )


def second_half(records: ObservedData) -> Iterator[PatternCheck]:
    """V12: the season, as the share of arrivals in the second half of the year."""
    arrivals = records.by_month("arrivals_people")
    window = arrivals[HOME_OFFICE_YEARS[0] : HOME_OFFICE_YEARS[1]]
    late = [month for month in window.index if month[5:] in SECOND_HALF]
    yield PatternCheck(
        "V12",
        "share of arrivals in July to December",
        " to ".join(HOME_OFFICE_YEARS),
        ObservedValue.of(float(window[late].sum() / window.sum())),
        ratio(monthly_sum("arrivals_people", *late), monthly_sum("arrivals_people", *window.index)),
    )


def red_days(records: ObservedData) -> Iterator[PatternCheck]:
    """V12: red days, and arrivals on them."""
    yield from in_year(records, "V12", "red_days", 2022, 2023, 2024, given=RED_DAYS)
    yield PatternCheck(
        "V12",
        "share of arrivals on red days",
        " to ".join(HOME_OFFICE_YEARS),
        ObservedValue.of(0.84),
        on_red_days,
        given=COLOURS,
    )
    for year, seen in ((2022, 384.0), (2023, 361.0), (2024, 263.0)):
        half = [f"{year}-{month}" for month in SECOND_HALF]
        read = ratio(monthly_sum("arrivals_people", *half), monthly_sum("red_days", *half))
        yield PatternCheck(
            "V12",
            "arrivals over red days",
            f"{half[0]} to {half[-1]}",
            ObservedValue.of(seen),
            read,
            WEATHER,
            RED_DAYS,
        )
    yield PatternCheck(
        "V12",
        "arrivals a day on red days over those on others",
        "2025",
        ObservedValue.of(190 / 60),
        red_over_others,
        "value from the press, of fair and other weather, which is not quite the Home Office's red",
    )


def bursts(records: ObservedData) -> Iterator[PatternCheck]:
    """V13: the largest days, and the longest gaps."""
    for statistic, years in (("largest_day", (2022, 2025)), ("longest_gap", (2018, 2025))):
        for year in years:
            yield PatternCheck(
                "V13",
                statistic,
                str(year),
                records.of_clustering(statistic, year),
                clustering_of(statistic, year),
            )


def on_red_days(prediction: PredictionData) -> Floats:
    """Share of arrivals that came on red days in the years of the Home Office's note; KeyError for a shorter run."""
    if not set(HOME_OFFICE_YEARS) <= set(prediction.whole_months):
        raise KeyError(HOME_OFFICE_YEARS)
    months = prediction.days.strftime("%Y-%m")
    inside = (months >= HOME_OFFICE_YEARS[0]) & (months <= HOME_OFFICE_YEARS[1])
    return red_share(prediction, np.asarray(inside))


def red_share(prediction: PredictionData, inside: NDArray[np.bool_]) -> Floats:
    """Share of the arrivals of some days that came on red ones; NaN when nobody came."""
    arrivals = prediction.daily("arrivals_people")[:, inside]
    return over((arrivals * prediction.daily("red_days")[:, inside]).sum(axis=1), arrivals.sum(axis=1))


def red_over_others(prediction: PredictionData) -> Floats:
    """Arrivals a day on red days over arrivals a day on others, in 2025; KeyError when the run has not the year."""
    inside = days_of(prediction, 2025)
    share, red = red_share(prediction, inside), prediction.daily("red_days")[:, inside].mean(axis=1)
    return over(share * (1.0 - red), (1.0 - share) * red)


def clustering_of(statistic: str, year: int) -> Reading:
    """Reads a statistic of how a year's daily arrivals cluster. Raises KeyError when the run has not the year."""

    def read(prediction: PredictionData) -> Floats:
        days_of(prediction, year)  # raises KeyError for a shorter run
        return statistics(prediction.daily("arrivals_people"), prediction.days, year)[statistic]

    return read
