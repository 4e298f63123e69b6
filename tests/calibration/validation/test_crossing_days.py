"""Crossing days: tables of series whose answer is known in closed form, and the observed values of the record."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.validation import crossing_days
from corridor.calibration.validation.patterns import crossing_days as patterns
from corridor.calibration.validation.patterns.record import record_of
from corridor.results import observed

YEARS = [2021, 2022]
DAYS = pd.date_range("2021-01-01", "2022-12-31")


def every(step: int, days: pd.DatetimeIndex = DAYS) -> np.ndarray:
    """Seven people every `step` days from the first on."""
    return np.where(np.arange(len(days)) % step == 0, 7.0, 0.0)


def known(table: dict[str, np.ndarray]) -> dict[str, float]:
    return {name: float(value) for name, value in table.items() if not np.isnan(value)}


def checks(people: np.ndarray) -> dict[tuple[str, str], patterns.PatternCheck]:
    record = record_of(pd.DataFrame({"people": people}, DAYS))
    return {(each.quantity, each.period): each for each in patterns.checks(record, record)}


@pytest.mark.parametrize(
    ("step", "name"), [(1, "0"), (2, "1"), (3, "2"), (4, "3-4"), (5, "3-4"), (8, "5-7"), (9, "8+")]
)
def test_people_every_few_days_are_all_in_the_class_of_their_gap(step, name):
    """On a regular series a crossing day has about `step` times the mean day; the first counts as after a long gap."""
    people = every(step)
    mean = {year: people[DAYS.year == year].mean() for year in YEARS}
    relative = np.array([7.0 / mean[day.year] for day in DAYS[people > 0]])
    wanted = {"8+": relative[0], name: relative[1:].mean()} if name != "8+" else {"8+": relative.mean()}
    assert known(crossing_days.by_gap(people, DAYS)) == pytest.approx(wanted)
    assert wanted[name] == pytest.approx(step, rel=0.02)


def test_what_accumulates_while_the_sea_is_shut_grows_with_the_gap():
    """One person a day waits for the next crossing: after g shut days g + 1 cross, and the mean day has one."""
    shut = np.concatenate([np.full(gap + 1, gap) for gap in (0, 1, 2, 4, 7, 9)] * 30)[: 365 * 2]
    ends = np.flatnonzero(np.diff(np.concatenate([shut, [-1]])))
    people = np.zeros(len(DAYS))
    people[ends] = np.diff(np.concatenate([[-1], ends]))
    found = known(crossing_days.by_gap(people, DAYS))
    del found["8+"]  # the first day is among them
    assert found == pytest.approx({"0": 1.0, "1": 2.0, "2": 3.0, "3-4": 5.0, "5-7": 8.0}, rel=0.01)


def test_years_of_different_size_weigh_alike_for_each_crossing_day():
    people = every(2) * np.where(DAYS.year == 2022, 100.0, 1.0)
    assert known(crossing_days.by_gap(people, DAYS))["1"] == pytest.approx(2.0, rel=0.01)


def test_seasons_and_months_are_those_of_the_calendar():
    people = DAYS.month.to_numpy(float)
    mean = {year: people[DAYS.year == year].mean() for year in YEARS}
    winter = np.isin(DAYS.month, (12, 1, 2))
    wanted = np.mean([day.month / mean[day.year] for day in DAYS[winter]])
    assert crossing_days.by_season(people, DAYS)["Dec-Feb"] == pytest.approx(wanted)
    only_march = np.where((DAYS.month == 3) & (DAYS.day <= 10), 1.0, 0.0)
    shares = crossing_days.share_of_days(only_march, DAYS)
    assert shares["Mar"] == pytest.approx(10 / 31) and sum(shares.values()) == shares["Mar"]
    assert list(shares) == list(crossing_days.MONTHS)


def test_spells_lie_between_two_crossing_days():
    people = np.array([0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0], dtype=float)
    found = crossing_days.shut_spells(people)
    assert known(found) == {"1": 0.5, "2": 0.25, "3-4": 0.25, "5-7": 0.0, "8+": 0.0}
    assert not known(crossing_days.shut_spells(np.zeros(9)))


def test_five_busiest_days_of_months_in_which_anybody_came():
    people = np.zeros(len(DAYS))
    people[DAYS.strftime("%Y-%m") == "2021-06"] = 2.0  # 30 days alike
    people[(DAYS.strftime("%Y-%m") == "2022-07") & (DAYS.day <= 4)] = 9.0  # all on four days
    assert crossing_days.busiest_days(people, DAYS) == pytest.approx((5 / 30 + 1.0) / 2)


def test_series_side_by_side_are_the_same_as_alone():
    both = np.stack([every(3), every(8), np.zeros(len(DAYS))])
    for table in (crossing_days.by_gap, crossing_days.by_season, crossing_days.share_of_days):
        together = table(both, DAYS)
        for k, people in enumerate(both):
            np.testing.assert_array_equal([each[k] for each in together.values()], [*table(people, DAYS).values()])


def test_observed_values_of_the_record():
    """As found when the record was first looked at (2021 to 2025), to the second decimal."""
    record = record_of(observed.daily())
    found = [each for each in patterns.checks(record, None) if each.pattern in ("V22", "V23")]
    assert [each.quantity.split(" by ")[1] for each in found] == [
        *(f"gap {name}" for name in ("0", "1", "2", "3-4", "5-7", "8+")),
        *(f"season {name}" for name in ("Dec-Feb", "Mar-May", "Jun-Aug", "Sep-Nov")),
    ]
    assert {each.quantity.split(" by ")[0] for each in found} == {"people_per_crossing_day"}
    assert {each.period for each in found} == {"2021 to 2025"}
    values = [round(each.seen.value, 2) for each in found]
    assert values == [2.49, 2.02, 2.11, 2.61, 2.70, 2.65, 1.66, 1.83, 2.53, 3.48]


def test_the_months_of_a_draw_beside_those_of_the_record():
    people = DAYS.month.to_numpy(float)
    half = record_of(pd.DataFrame({"people": people / 2}, DAYS))
    flat = record_of(pd.DataFrame({"people": np.zeros(len(DAYS))}, DAYS))
    period = "2021 to 2022"
    correlation = checks(people)["correlation with the record of one run's monthly people", period]
    wape = checks(people)["WAPE against the record of one run's monthly people", period]
    assert correlation.read(half) == pytest.approx(1.0) and wape.read(half) == pytest.approx(0.5)
    assert np.isnan(correlation.read(flat)).all() and wape.read(flat) == pytest.approx(1.0)
    late = checks(people)["share of people in July to December", "2021"]
    assert late.seen.value == pytest.approx(people[181:365].sum() / people[:365].sum())


def test_only_years_that_both_have_are_compared_and_a_record_without_a_year_has_no_checks():
    long = record_of(pd.DataFrame({"people": every(2)}, DAYS))
    days = pd.date_range("2022-01-01", "2023-06-30")
    short = record_of(pd.DataFrame({"people": every(2, days)}, days))
    assert patterns.years_of(long, short) == [2022] and patterns.years_of(long) == YEARS
    early = pd.date_range("2015-01-01", "2016-12-31")
    assert patterns.years_of(record_of(pd.DataFrame({"people": every(2, early)}, early))) == [2015, 2016]
    weeks = pd.date_range("2021-05-01", "2021-06-30")
    assert not list(patterns.checks(None, record_of(pd.DataFrame({"people": every(2, weeks)}, weeks))))
    assert {each.period for each in patterns.checks(long, short)} == {"2021", "2022"}  # of the half-years every one
