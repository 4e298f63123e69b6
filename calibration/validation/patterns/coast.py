"""V14 to V17: people at the coast, tries, lorries and Belgium."""

from __future__ import annotations

from collections.abc import Iterator

from corridor.calibration.evidence.observed import ObservedData, ObservedValue
from corridor.calibration.validation.patterns.check import Given, PatternCheck, in_year
from corridor.calibration.validation.patterns.readings import ratio, yearly

COAST = Given("defaults of queue_target_days (D31) and boat_preference (D35): people at the coast in 2022", "2022-12")
LORRIES = Given(
    "history.csv: access to lorries is made of detections to 2025; default of lorry_preference (D35): those of 2019"
)


def checks(records: ObservedData) -> Iterator[PatternCheck]:
    """V14 to V17: people at the coast, tries, lorries and Belgium."""
    yield from in_year(records, "V14", "camp_stock", 2022, 2023, given=COAST)
    stay = ratio(yearly("camp_stock", 2022), yearly("arrivals_people", 2022))
    yield PatternCheck(
        "V14",
        "days at the coast (stock over arrivals)",
        "2022",
        ObservedValue.of(18.0, 12.0, 25.0),
        lambda prediction: 365.0 * stay(prediction),
        given=COAST,
    )
    yield from in_year(records, "V15", "attempts_per_success", 2022)
    yield from in_year(records, "V16", "lorry_detected", 2019, 2022, 2024, given=LORRIES)
    fall = records.of_year("lorry_detected", 2022).over(records.of_year("lorry_detected", 2019))
    yield PatternCheck(
        "V16",
        "lorry_detected, last year over first",
        "2019 to 2022",
        ObservedValue.of(fall.value),
        ratio(yearly("lorry_detected", 2022), yearly("lorry_detected", 2019)),
        "the 56,000 of 2016 lie before the run; definitions change",
        LORRIES,
    )
    yield PatternCheck(
        "V17",
        "people intercepted in Belgium, last year over first",
        "2018 to 2022",
        ObservedValue.of(944 / 12800),
        None,
        "the model has a Belgian beach but counts no interceptions inland",
    )
