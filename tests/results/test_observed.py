"""The observed values and the data derived from them: totals, units, sources, and that they can be made again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.evidence import entries
from corridor.results import observed

ROOT = Path(__file__).parents[2]
OBSERVED = ROOT / "results" / "observed"
DECLARED = ROOT / "calibration" / "evidence" / "data"
DATA = ROOT / "model" / "data"
SHARED = ROOT.parent / "shared" / "data"
YEARS = range(2018, 2026)
PEOPLE = dict(zip(YEARS, (299, 1843, 8466, 28526, 45774, 29437, 36816, 41472), strict=True))
BOATS = dict(zip(YEARS, (43, 164, 641, 1034, 1110, 602, 695, 672), strict=True))
CORRECTION = {2020: 4, 2022: 19}
PREVENTED = {2018: 228, 2019: 1447, 2020: 6801, 2021: 23923, 2022: 33788, 2023: 26000, 2024: 21317 + 8805, 2025: 22476}
WITHOUT_UNIT = {"nationality_groups", "rules"}
HUBS = {"athens", "rome", "madrid", "paris", "frankfurt", "brussels", "vienna", "marseille"}
FILES = sorted(path.stem for path in OBSERVED.glob("*.csv"))
DAILY = "daily"  # its rows are all alike; unit, source, licence and quality are in the README

needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is absent: nothing to compare with")


def table(name: str, folder: Path | None = None) -> pd.DataFrame:
    """A table of observed series or, where only calibration reads it, of declared assumptions."""
    folder = folder or (OBSERVED if name in FILES else DECLARED)
    return pd.read_csv(folder / f"{name}.csv", dtype={"month": str}, keep_default_na=True)


def annual(indicator: str) -> dict[int, float]:
    rows = table("annual")
    rows = rows[rows.indicator == indicator]
    return dict(zip(rows.year, rows.value, strict=True))


def monthly_sums(indicator: str) -> dict[int, float]:
    rows = table("monthly")
    rows = rows[rows.indicator == indicator]
    return rows.groupby(rows.month.str[:4].astype(int)).value.sum().to_dict()


@pytest.fixture(scope="module")
def derived() -> pd.DataFrame:
    return entries.derive()


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


# --- entries ----------------------------------------------------------------------------------------------------------


def test_entries_are_made_again_byte_for_byte(derived):
    assert entries.as_csv(derived).encode() == (DATA / "entries.csv").read_bytes()


def test_entries_cover_all_months_entry_points_and_groups(derived):
    assert sorted(set(derived.month)) == list(entries.MONTHS)
    assert set(derived.group) == set(entries.groups()) and len(entries.groups()) == 14
    assert set(derived.place) == {
        "libya_west",
        "libya_east",
        "tunisia",
        "algeria_east",
        "algeria_west",
        "morocco",
        "western_sahara",
        "turkey_aegean",
        "turkey_south",
        "turkey_land",
        "tirana",
        "belgrade",
        "minsk",
        "air",
    }
    assert not derived.duplicated(entries.KEYS).any() and (derived.people > 0).all()


@pytest.mark.parametrize(
    ("routes", "entry_points"),
    [
        (
            ["Central Mediterranean Route", "Eastern Mediterranean Route"],
            ["libya_west", "libya_east", "tunisia", "algeria_east", "turkey_south", "turkey_aegean", "turkey_land"],
        ),
        (["Western Mediterranean Route"], ["morocco", "algeria_west"]),
        (["Western African Route"], ["western_sahara"]),
    ],
)
def test_entries_by_year_equal_the_detections_of_their_routes(derived, routes, entry_points):
    seen = entries.detections()
    seen = seen[seen.route.isin(routes)].groupby(seen.month.str[:4]).detections.sum()
    people = derived[derived.place.isin(entry_points)].groupby(derived.month.str[:4]).people.sum()
    assert people.to_numpy() == pytest.approx(seen.to_numpy(), rel=5e-4)


def test_detections_of_2025_sum_to_the_totals_of_the_routes():
    seen = entries.detections()
    sums = seen[seen.month.str.startswith("2025")].groupby("route").detections.sum()
    totals = table("frontex_totals_2025").set_index("route").detections
    assert sums["Central Mediterranean Route"] == pytest.approx(66_328)
    assert sums.loc[totals.index].to_numpy() == pytest.approx(totals.to_numpy())
    assert totals.sum() == pytest.approx(178_000, rel=0.01)


def test_groups_keep_their_totals_when_fitted_to_entry_points(derived):
    seen = table("frontex_groups")
    seen = seen[(seen.year == 2022) & (seen.route == "Western African Route") & (seen.group == "north_africa")]
    known = entries.known_shares(2022, "Western African Route", "Sea")
    got = derived[(derived.place == "western_sahara") & derived.month.str.startswith("2022")].groupby("group").people
    assert got.sum()["north_africa"] == pytest.approx(15_463 * known["north_africa"], rel=1e-3)
    assert got.sum()["north_africa"] >= seen.detections.sum()


def test_fitting_keeps_both_margins():
    seed = np.array([[1.0, 0.5], [0.2, 1.0], [1.0, 0.0]])
    rows, columns = np.array([0.3, 0.5, 0.2]), np.array([0.6, 0.4])
    fitted = entries.fit_margins(seed, rows, columns)
    assert fitted.sum(axis=1) == pytest.approx(rows) and fitted.sum(axis=0) == pytest.approx(columns)
    assert fitted[2, 1] == 0.0


def test_entry_points_fit_their_declared_shares():
    for year in YEARS:
        for route in ("Central Mediterranean Route", "Eastern Mediterranean Route", "Western Mediterranean Route"):
            shares = table("departure_shares").query("year == @year and route == @route and type == 'Sea'")
            fitted = entries.entry_point_shares(year, route, "Sea").sum()
            assert fitted[shares.place].to_numpy() == pytest.approx(shares.share.to_numpy(), abs=1e-3), (year, route)
            assert shares.share.sum() == pytest.approx(1.0)


def test_ukrainians_and_people_counted_twice_are_left_out(derived):
    year = derived.assign(year=derived.month.str[:4].astype(int)).groupby(["place", "year"]).people.sum()
    seen = table("frontex_groups").groupby(["route", "year"]).detections.sum()
    assert year["minsk", 2024] == pytest.approx(17_260 - 14_490, rel=0.01)
    assert (year["belgrade"].loc[2018:2024] < 0.3 * seen["Western Balkan Route"].loc[2018:2024]).all()


def test_albanians_enter_by_tirana_alone_and_air_does_not_grow(derived):
    assert set(derived[derived.group == "albania"].place) == {"tirana"}
    by_year = derived.assign(year=derived.month.str[:4].astype(int)).groupby(["place", "year"]).people.sum()
    assert by_year["tirana", 2024] == pytest.approx(12_658, rel=1e-3)
    assert by_year["air"].nunique() == 1


def test_declared_shares_are_what_arrivals_and_entries_imply(derived):
    implied, declared = entries.implied_shares(derived), entries.share_uk()
    for group in set(entries.groups()) - {"albania", "eritrea"}:
        assert declared[group] == pytest.approx(implied[group], rel=0.05), group
    assert declared["eritrea"] < implied["eritrea"]
    rows = entries.declared_groups()
    assert ((rows.low <= rows.share_uk) & (rows.share_uk <= rows.high) & (rows.high <= 1)).all()


# --- sea, history and destinations ------------------------------------------------------------------------------------


def test_the_climate_of_the_sea_has_its_season():
    """More wind in winter, and the water half a month to two months behind the sun."""
    sea = table("sea_climate", DATA).astype({"month": int}).set_index("month")
    assert sea.mean_wind.idxmax() in (12, 1, 2) and sea.mean_wind.idxmin() in (5, 6, 7)
    assert sea.celsius.idxmin() in (2, 3) and sea.celsius.idxmax() in (8, 9)
    assert sea.celsius.between(7.9, 17.6).all() and sea.mean_wind.between(6, 10).all()
    assert sea[["grade", "source"]].notna().all().all()


def test_history_begins_with_2018_and_says_where_it_comes_from():
    history = table("history", DATA)
    assert set(history.input) == {"officers_coast", "lorry_access"}
    assert (history.groupby("input").date.min() == "2018-01-01").all()
    assert not history.duplicated(["date", "input"]).any()
    assert history[["unit", "grade", "source"]].notna().all().all()
    officers = history[history.input == "officers_coast"].set_index("date").value
    assert officers["2023-04-13"] * 1.4 == pytest.approx(800, abs=1)
    assert officers["2024-07-01"] * 1.4 == pytest.approx(1000, abs=1)


def test_destinations_sum_to_one_for_every_group():
    rows = table("destinations", DATA)
    assert set(rows.place) == HUBS and list(dict.fromkeys(rows.group)) == entries.groups()
    assert rows.groupby("group").share.sum().to_numpy() == pytest.approx(1.0)
    assert rows.source.notna().all()


def test_every_data_file_is_described():
    text = (DATA / "SOURCES.md").read_text(encoding="utf-8")
    for path in DATA.glob("*.csv"):
        assert f"`{path.name}`" in text, path.name
    text = (OBSERVED / "README.md").read_text(encoding="utf-8")
    for name in FILES:
        assert f"`{name}.csv`" in text, name


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
