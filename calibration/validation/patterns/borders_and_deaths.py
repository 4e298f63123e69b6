"""V18 to V21: Menton, deaths, geography and shelter."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from corridor.calibration.evidence.entries import LAST_MONTH, MONTHS
from corridor.calibration.evidence.observed import ObservedData, ObservedValue
from corridor.calibration.predict.prediction import PredictionData
from corridor.calibration.validation.crossing_days import over
from corridor.calibration.validation.patterns.check import Given, PatternCheck, in_year
from corridor.calibration.validation.patterns.readings import Floats, days_of, ratio, yearly

DEATHS = Given("risk of death (D38 to D40): deaths of 2018 to 2025, whatever the cut")
MENTON = Given("legs.csv: the chance to be stopped at Menton (D10) is this value")
TAXI_BOATS = Given("default of taxi_speed (D32): the share of mid-2025", "2025-12")
SHELTER = Given("default of shelter_hazard (D12): moves into shelter in 2021")


def checks(records: ObservedData) -> Iterator[PatternCheck]:
    """V18 to V21: Menton, deaths, geography and shelter."""
    yield PatternCheck("V18", "menton_stops", "2023", ObservedValue.of(44100.0), yearly("menton_stops", 2023))
    yield PatternCheck(
        "V18",
        "success of a try at Menton",
        "2023",
        ObservedValue.of(0.29, 0.26, 0.32),
        menton_success,
        given=MENTON,
    )
    yield from in_year(records, "V19", "deaths_channel", 2022, 2023, 2024, given=DEATHS)
    yield PatternCheck("V19", "deaths on the worst day", "2021", ObservedValue.of(27.0), worst_day)
    yield from in_year(records, "V20", "taxi_boat_share", 2025, given=TAXI_BOATS)
    yield PatternCheck(
        "V20",
        "departures spread from Leffrinckoucke to the Authie",
        f"{MONTHS[0]} to {LAST_MONTH}",
        None,
        None,
        "described in words; no count by stretch of coast is published",
    )
    yield from in_year(records, "V21", "sheltered_people", 2021, given=SHELTER)
    for name, flow, seen in (
        ("asylum", "asylum_in_france", ObservedValue.of(0.68)),
        ("back to the coast", "shelter_returns", ObservedValue.of(0.24, 0.22, 0.26)),
    ):
        yield PatternCheck(
            "V21",
            f"people who leave shelter for {name} over moves",
            "2021",
            seen,
            ratio(yearly(flow, 2021), yearly("sheltered_people", 2021)),
            "published for the centres of 2015-16",
        )


def menton_success(prediction: PredictionData) -> Floats:
    """Tries at Menton that get through, over all tries, in 2023."""
    through = prediction.of_label("leg_flows", "ventimiglia>nice")[2023]
    return over(through, through + prediction.by_year("menton_stops")[2023])


def worst_day(prediction: PredictionData) -> Floats:
    """Most deaths on a day of 2021. Raises KeyError when the run has not the year."""
    return np.asarray(prediction.daily("deaths_channel")[:, days_of(prediction, 2021)].max(axis=1))
