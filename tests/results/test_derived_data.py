"""The data derived from observed figures: entries, sea, history and destinations, and that they can be made again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.evidence import entries
from corridor.calibration.evidence.derivations.cut import Cut
from corridor.calibration.evidence.derivations.demand import share_uk_scale
from corridor.model.parameters import PARAMETERS
from tests.support.observed_tables import (
    DATA,
    FILES,
    OBSERVED,
    YEARS,
    table,
)

HUBS = {"athens", "rome", "madrid", "paris", "frankfurt", "brussels", "vienna", "marseille"}


@pytest.fixture(scope="module")
def derived() -> pd.DataFrame:
    return entries.derive()


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
    assert by_year["tirana", 2024] == pytest.approx(12_658 / (0.9 * 0.75), rel=1e-3)
    assert by_year["air"].nunique() == 1


def test_the_share_that_sets_out_is_that_of_the_model():
    """Albanians are all bound for the United Kingdom, so that no larger share can make up for those who stay inland."""
    assert entries.set_out() == pytest.approx(1.0 / PARAMETERS["share_uk_scale"].default, abs=0.005)


@pytest.mark.parametrize("until", ["2021-12", "2022-10", "2023-12", "2025-11"])
def test_an_earlier_cut_does_not_know_the_share_that_sets_out_but_by_its_range(until):
    assert entries.set_out(until) == pytest.approx(1.0 / share_uk_scale(Cut(until)), abs=0.005)
    quarter = entries.albanian_demand(until).set_index("month").people["2021-01":"2021-03"].sum()
    record = entries.observed("albania_quarterly").query("year == 2021 and quarter in (1, 2)").people.to_numpy()
    assert quarter == pytest.approx((record @ [2, 1] / 3) / entries.rule("reach") / entries.set_out(until))


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
