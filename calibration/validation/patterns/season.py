"""V11 to V13: the summer of 2022, the season and the clustering of arrivals."""

from __future__ import annotations

from collections.abc import Iterator

from corridor.calibration.evidence.observed import ObservedData, ObservedValue
from corridor.calibration.predict.prediction import PredictionData
from corridor.calibration.validation.clustering import statistics
from corridor.calibration.validation.patterns.check import BOATS, CROSSINGS, PatternCheck
from corridor.calibration.validation.patterns.readings import Floats, Reading, days_of, monthly_sum, ratio

HOME_OFFICE_YEARS = "2021-05", "2025-04"  # of the note on crossing conditions
SECOND_HALF = ("07", "08", "09", "10", "11", "12")


def checks(records: ObservedData) -> Iterator[PatternCheck]:
    """V11 to V13, in order."""
    yield from summer(records)
    yield from second_half(records)
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
        "these months lie before the cuts",
        given=BOATS,
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


def bursts(records: ObservedData) -> Iterator[PatternCheck]:
    """V13: the largest days, and the longest gaps."""
    for statistic, years, given in (("largest_day", (2022, 2025), BOATS), ("longest_gap", (2018, 2025), CROSSINGS)):
        for year in years:
            yield PatternCheck(
                "V13",
                statistic,
                str(year),
                records.of_clustering(statistic, year),
                clustering_of(statistic, year),
                given=given,
            )


def clustering_of(statistic: str, year: int) -> Reading:
    """Reads a statistic of how a year's daily arrivals cluster. Raises KeyError when the run has not the year."""

    def read(prediction: PredictionData) -> Floats:
        days_of(prediction, year)  # raises KeyError for a shorter run
        return statistics(prediction.daily("arrivals_people"), prediction.days, year)[statistic]

    return read
