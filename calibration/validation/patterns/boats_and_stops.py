"""V1 to V8: arrivals, boats, people per boat and stop rates."""

from __future__ import annotations

from collections.abc import Iterator

from corridor.calibration.evidence.observed import ObservedData, ObservedValue
from corridor.calibration.validation.patterns.check import Given, PatternCheck, in_year, observed_change
from corridor.calibration.validation.patterns.readings import change, difference, monthly_sum, ratio, yearly

ARRIVALS = Given("entries by air and share_uk of groups: arrivals of the years that are over at the cut", "2021-12")
LAUNCHES = Given("default of boat_supply_per_day (D20): launches of 2022", "2022-12")
LOADS = Given("defaults of the hull_ parameters (D28): people per boat to the cut")
FOUND = Given("default of people_found (D2): prevented people over stopped launches in 2022", "2022-12")
RETURNS = Given("default of p_sea_fail (D3): people brought back from the sea, 2021 to 2024, whatever the cut")
PART_OF_APRIL = "published for a part of April; shares are compared, not counts"


def checks(records: ObservedData) -> Iterator[PatternCheck]:
    """V1 to V8, in order."""
    yield from levels(records)
    yield from two_aprils()
    yield from stop_rates(records)


def levels(records: ObservedData) -> Iterator[PatternCheck]:
    """V1 to V4: arrivals, boats, people per boat and the stop rates of 2022."""
    yield from in_year(records, "V1", "arrivals_people", 2021, 2022, 2023, given=ARRIVALS)
    yield PatternCheck(
        "V2",
        "arrivals_boats",
        "2022",
        ObservedValue.of(1110.0, 1106.0, 1110.0),
        yearly("arrivals_boats", 2022),
        given=LAUNCHES,
    )
    boats = observed_change(records, "arrivals_boats", 2022, 2023)
    yield PatternCheck(
        "V2", "change of arrivals_boats", "2022 to 2023", boats, change("arrivals_boats", 2022, 2023), change=True
    )
    yield from in_year(records, "V3", "people_per_boat", *range(2020, 2026), given=LOADS)
    yield from in_year(records, "V4", "stop_rate_people", 2022, given=FOUND)
    yield from in_year(records, "V4", "stop_rate_boats", 2022, given=FOUND)


def two_aprils() -> Iterator[PatternCheck]:
    """V5: April 2023 and April 2024 (evidence, D2 and V5)."""
    first, second = "2023-04", "2024-04"
    launches = ratio(monthly_sum("attempts_boats", second), monthly_sum("attempts_boats", first))
    yield PatternCheck(
        "V5",
        "boats launched, April over the April before",
        f"{first} to {second}",
        ObservedValue.of(96 / 130),
        launches,
        PART_OF_APRIL,
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
            yield PatternCheck("V5", name, month, ObservedValue.of(seen), read, PART_OF_APRIL)


def stop_rates(records: ObservedData) -> Iterator[PatternCheck]:
    """V6 to V8: stop rates after more officers, over the years, and boats that fall faster than people."""
    after = ObservedValue.of(records.of_year("stop_rate_people", 2023).value, 0.452, 0.53)
    yield PatternCheck(
        "V6",
        "stop_rate_people (naive forecast 0.538)",
        "2023",
        after,
        yearly("stop_rate_people", 2023),
        given=RETURNS,
    )
    yield from in_year(records, "V7", "stop_rate_people", 2019, 2021, 2023, 2024, 2025, given=RETURNS)
    november = ratio(monthly_sum("prevented_people", "2020-11"), monthly_sum("attempts_people", "2020-11"))
    yield PatternCheck(
        "V7",
        "stop_rate_people",
        "2020-11",
        ObservedValue.of(0.60),
        november,
        "published for some weeks of November",
    )
    boats, people = (observed_change(records, name, 2022, 2023).value for name in ("arrivals_boats", "arrivals_people"))
    faster = difference(change("arrivals_boats", 2022, 2023), change("arrivals_people", 2022, 2023))
    yield PatternCheck(
        "V8",
        "change of boats less change of people",
        "2022 to 2023",
        ObservedValue.of(boats - people),
        faster,
        change=True,
    )
