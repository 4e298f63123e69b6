"""The observed values: totals, units, sources, and that they are those of the evidence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from corridor.results import observed
from tests.support.observed_tables import (
    FILES,
    SHARED,
    YEARS,
    annual,
    monthly_sums,
    table,
)

PEOPLE = dict(zip(YEARS, (299, 1843, 8466, 28526, 45774, 29437, 36816, 41472), strict=True))
BOATS = dict(zip(YEARS, (43, 164, 641, 1034, 1110, 602, 695, 672), strict=True))
CORRECTION = {2020: 4, 2022: 19}
PREVENTED = {2018: 228, 2019: 1447, 2020: 6801, 2021: 23923, 2022: 33788, 2023: 26000, 2024: 21317 + 8805, 2025: 22476}
WITHOUT_UNIT = {"nationality_groups", "rules"}
DAILY = "daily"  # its rows are all alike; unit, source, licence and quality are in the README

needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is absent: nothing to compare with")


# --- every row says what it is ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(FILES) - {DAILY}))
def test_every_row_has_unit_source_licence_and_quality(name):
    rows = table(name)
    wanted = {"source", "licence"}
    wanted |= {"unit"} if name not in WITHOUT_UNIT else set()
    for column in wanted | ({"quality"} & set(rows)) | ({"grade"} & set(rows)):
        assert column in rows, (name, column)
        assert rows[column].notna().all() and (rows[column].astype(str).str.strip() != "").all(), (name, column)
    for column in {"quality", "grade"} & set(rows):
        assert set(rows[column]) <= {"A", "B", "C"}, (name, column)


@pytest.mark.parametrize("name", sorted(set(FILES) - {DAILY}))
def test_no_other_daily_or_weekly_series_is_kept(name):
    rows = table(name)
    assert not {"date", "day", "week", "week_ending"} & set(rows)
    if "month" in rows:
        assert rows.month.str.fullmatch(r"20\d\d-(0[1-9]|1[0-2])").all()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("annual", ["indicator", "year"]),
        ("monthly", ["indicator", "month"]),
        ("nationality", ["year", "kind", "name"]),
        ("frontex_monthly", ["month", "route", "type"]),
        ("frontex_groups", ["year", "route", "type", "group"]),
        ("departure_shares", ["year", "route", "type", "place"]),
    ],
)
def test_no_row_stands_twice(name, key):
    assert not table(name).duplicated(key).any()


def test_indicators_keep_one_unit_and_ranges_hold_the_value():
    rows = table("annual")
    assert (rows.groupby("indicator").unit.nunique() == 1).all()
    low, high = rows.low.fillna(-np.inf), rows.high.fillna(np.inf)
    assert ((low <= rows.value + 1e-9) & (rows.value <= high + 1e-9)).all()


# --- totals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "wanted"),
    [
        ("arrivals_people", PEOPLE),
        ("arrivals_boats", BOATS),
        ("prevented_people", PREVENTED),
        ("deaths_channel", dict(zip(YEARS, (1, 5, 9, 37, 5, 15, 62, 13), strict=True))),
        ("deaths_mediterranean", dict(zip(YEARS, (2328, 1880, 1432, 2045, 2411, 3155, 2573, 2142), strict=True))),
        ("deaths_atlantic", dict(zip(YEARS, (43, 202, 862, 1126, 559, 959, 1215, 1176), strict=True))),
    ],
)
def test_annual_totals(indicator, wanted):
    assert annual(indicator) == wanted


def test_ratios_follow_from_their_parts():
    attempts, stop, tries = (annual(name) for name in ("attempts_people", "stop_rate_people", "attempts_per_success"))
    for year in YEARS:
        assert attempts[year] == PEOPLE[year] + PREVENTED[year]
        assert stop[year] == pytest.approx(PREVENTED[year] / attempts[year], abs=1e-4)
        assert tries[year] == pytest.approx(attempts[year] / PEOPLE[year], abs=1e-4)
        assert annual("people_per_boat")[year] == pytest.approx(PEOPLE[year] / BOATS[year], abs=0.01)


def test_built_attempts_of_2024_are_near_those_of_frontex():
    assert annual("attempts_people")[2024] == pytest.approx(67_552, rel=0.02)
    assert annual("attempts_people")[2025] == pytest.approx(63_899, rel=0.01)


def test_months_sum_to_the_year_but_for_the_official_correction():
    people, boats = monthly_sums("arrivals_people"), monthly_sums("arrivals_boats")
    for year in YEARS:
        assert PEOPLE[year] - people[year] == CORRECTION.get(year, 0)
    assert boats == BOATS
    for indicator in ("deaths_channel", "deaths_mediterranean", "deaths_atlantic"):
        assert monthly_sums(indicator) == annual(indicator)


def test_the_daily_record_sums_to_the_months_and_years():
    days = observed.daily()
    assert days.index.equals(pd.date_range("2018-01-01", "2025-12-31", name="date"))
    assert (days >= 0).all().all() and ((days.people > 0) == (days.boats > 0)).all()
    months = table("monthly").set_index(["indicator", "month"]).value
    for column, years in (("people", PEOPLE), ("boats", BOATS)):
        by_month = days[column].groupby(days.index.strftime("%Y-%m")).sum()
        assert by_month.to_dict() == months[f"arrivals_{column}"].to_dict()
        corrected = days[column].groupby(days.index.year).sum().to_dict()
        if column == "people":
            corrected = {year: people + CORRECTION.get(year, 0) for year, people in corrected.items()}
        assert corrected == years == annual(f"arrivals_{column}")
    shares = table("monthly").query("indicator == 'crossing_days'").set_index("month").value
    assert (days.people > 0).groupby(days.index.strftime("%Y-%m")).sum()[shares.index].to_dict() == shares.to_dict()


def test_prevented_months_begin_in_may_2024_and_sum_to_the_weeks():
    rows = table("monthly")
    rows = rows[rows.indicator == "prevented_people"]
    assert rows.month.min() == "2024-05" and len(rows) == 20
    april = 849 * 2 / 7
    assert rows.value.sum() == pytest.approx(21317 + 22476 - april, abs=2)


def test_nationalities_and_groups_sum_to_arrivals():
    rows = table("nationality")
    sums = rows.groupby(["kind", "year"]).people.sum()
    for kind in ("group", "nationality"):
        assert sums[kind].to_dict() == PEOPLE
    groups = rows[rows.kind == "group"]
    assert (groups.groupby("year").name.nunique() == 14).all()
    albania = groups[groups.name == "albania"].set_index("year").people
    assert {year: albania[year] for year in annual("arrivals_albania")} == annual("arrivals_albania")


def test_frontex_tables_agree_with_each_other():
    months, years = table("frontex_monthly"), table("frontex_groups")
    months["year"] = months.month.str[:4].astype(int)
    key = ["year", "route", "type"]
    by_month = months[months.detections > 0].groupby(key).detections.sum()
    assert by_month.equals(years.groupby(key).detections.sum())


# --- against the evidence, where it is at hand ------------------------------------------------------------------------


@needs_shared
def test_arrivals_are_those_of_the_evidence():
    days = pd.read_csv(SHARED / "uk_small_boats_daily.csv")
    assert days[["date", "people", "boats"]].astype(str).equals(table(DAILY).astype(str))
    for column, indicator in (("people", "arrivals_people"), ("boats", "arrivals_boats")):
        rows = table("monthly")
        rows = rows[rows.indicator == indicator].set_index("month").value
        assert (days.groupby(days.date.str[:7])[column].sum() == rows).all()
    years = pd.read_csv(SHARED / "uk_small_boats_annual.csv").set_index("year")
    assert years.official_IER02a_people.to_dict() == annual("arrivals_people")


@needs_shared
def test_frontex_figures_are_those_of_the_evidence():
    shared = pd.read_csv(SHARED / "frontex_monthly_by_route.csv")
    shared = shared[(shared.month >= "2018-01") & (shared.route != "Other")].set_index(["month", "route", "type"])
    kept = table("frontex_monthly").set_index(["month", "route", "type"])
    assert shared.detections.sort_index().to_dict() == kept.detections.sort_index().to_dict()
    nations = pd.read_csv(SHARED / "frontex_annual_by_route_nationality.csv", keep_default_na=False)
    group = table("nationality_groups").query("publisher == 'Frontex'").set_index("nationality").group
    nations = nations[(nations.year >= 2018) & (nations.route != "Other")]
    nations = nations.assign(group=nations.nationality_iso3.map(group), detections=nations.detections.astype(float))
    key = ["year", "route", "type", "group"]
    kept = table("frontex_groups").set_index(key).detections
    assert nations.groupby(key).detections.sum().to_dict() == kept.to_dict()


@needs_shared
def test_deaths_are_those_of_the_evidence():
    channel = pd.read_csv(SHARED / "iom_channel_deaths_annual.csv").set_index("year").drowning
    assert channel.loc[2018:2025].to_dict() == annual("deaths_channel")
    routes = pd.read_csv(SHARED / "iom_deaths_annual_by_route.csv")
    sea = routes[routes.route.isin([f"{part} Mediterranean" for part in ("Central", "Eastern", "Western")])]
    assert sea.groupby("year").dead_missing.sum().loc[2018:2025].to_dict() == annual("deaths_mediterranean")
