"""V9 and V10: Albanians, their share, and all others."""

from __future__ import annotations

from collections.abc import Iterator

from corridor.calibration.evidence.entries import observed
from corridor.calibration.evidence.observed import ObservedData, ObservedValue
from corridor.calibration.validation.patterns.check import NOTHING, WEATHER, Given, PatternCheck, in_year
from corridor.calibration.validation.patterns.readings import difference, monthly_sum, ratio, yearly

ALBANIANS = Given("entries at Tirana: Albanian arrivals of the quarters that are over at the cut")
ALBANIANS_2022 = Given("entries at Tirana: Albanian arrivals of all of 2022, and their level after it", "2022-12")


def checks(records: ObservedData) -> Iterator[PatternCheck]:
    """V9 and V10: Albanians, their share, and all others."""
    for year, given in ((2022, ALBANIANS), (2023, NOTHING)):
        yield from in_year(records, "V9", "arrivals_albania", year, given=given)
        share = records.of_year("arrivals_albania", year).over(records.of_year("arrivals_people", year))
        read = ratio(yearly("arrivals_albania", year), yearly("arrivals_people", year))
        yield PatternCheck("V9", "share of Albanians", str(year), share, read, given=given)
    quarters = observed("albania_quarterly").set_index(["year", "quarter"]).people
    fall = ratio(
        monthly_sum("arrivals_albania", "2023-01", "2023-02", "2023-03"),
        monthly_sum("arrivals_albania", "2022-10", "2022-11", "2022-12"),
    )
    seen = ObservedValue.of(float(quarters[2023, 1] / quarters[2022, 4]))
    yield PatternCheck(
        "V9", "Albanians, first quarter over the one before", "2022-10 to 2023-03", seen, fall, given=ALBANIANS_2022
    )
    yield PatternCheck(
        "V9",
        "time until Albanian arrivals were halved",
        "2022-10 to 2023-03",
        None,
        None,
        "no monthly value by nationality is published; the two months are a reading of quarters",
    )
    others = [difference(yearly("arrivals_people", year), yearly("arrivals_albania", year)) for year in (2022, 2023)]
    known = [
        records.of_year("arrivals_people", year).value - records.of_year("arrivals_albania", year).value
        for year in (2022, 2023)
    ]
    yield PatternCheck(
        "V10",
        "change of arrivals but Albanians",
        "2022 to 2023",
        ObservedValue.of(known[1] / known[0] - 1.0),
        ratio(others[1], others[0], less=1.0),
        f"with 51 more green days; {WEATHER}",
        change=True,
    )
