"""The map: its size, its distances and the ways through it."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.model import load_geography
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.entries import read_entries
from corridor.model.inputs.geography import ENTRY_KINDS, haversine_km
from corridor.results.plots.maps.coastline import COASTLINE

SHIPPED = load_geography()
SHARED = Path(__file__).parents[4] / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the collected figures (../shared/data) are not here")
SETTLE = ("rome", "madrid", "paris", "frankfurt", "brussels", "vienna", "marseille")
KENT = ((51.13, 1.31), (51.1, 1.3), (50.91, 0.97))  # Dover, the place on the map, Dungeness


def test_the_shipped_map_has_its_places_and_legs():
    assert len(SHIPPED.places) >= 50
    assert len(SHIPPED.origin) >= 80
    assert len(SHIPPED.rows("sector")) == 8
    assert {"ventimiglia", "claviere", "la_jonquera", "aachen"} <= set(SHIPPED.places)
    borders = (("ventimiglia", "nice"), ("claviere", "briancon"), ("la_jonquera", "perpignan"), ("aachen", "brussels"))
    for pair in borders:
        assert SHIPPED.leg_row(*pair) >= 0
    for place in ("libya_west", "tunisia", "algeria_west", "morocco", "turkey_aegean", "tirana", "air", "belgrade"):
        assert SHIPPED.row(place) in SHIPPED.entry_point_rows()


def test_the_shipped_map_and_entries_are_read_once_and_cannot_be_changed():
    assert load_geography() is SHIPPED
    entries = read_entries(None, SHIPPED)
    assert read_entries(None, SHIPPED) is entries
    for values in (SHIPPED.km, entries.people):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 1.0


def test_the_shipped_entries_given_by_name_are_the_shipped_entries():
    shipped, named = read_entries(None, SHIPPED), read_entries(DATA / "entries.csv", SHIPPED)
    assert shipped.months == named.months
    for name in ("place", "group", "entry_point_hash", "cell_hash", "people"):
        assert np.array_equal(getattr(shipped, name), getattr(named, name)), name


def test_people_of_the_first_day_are_at_the_camps_where_they_were_counted():
    assert [SHIPPED.places[row] for row in SHIPPED.first_camps] == ["camp_calais", "camp_dunkirk"]
    elsewhere = replace(SHIPPED, places=tuple(f"new_{place}" for place in SHIPPED.places))
    assert np.array_equal(elsewhere.first_camps, elsewhere.camps) and len(elsewhere.camps) == 4


def test_people_of_a_cleared_camp_go_to_the_other_camp_of_the_coast_or_to_paris():
    camps = ("camp_calais", "camp_dunkirk")
    other = [SHIPPED.places[SHIPPED.other_camp[SHIPPED.row(camp)]] for camp in camps]
    inland = [SHIPPED.places[SHIPPED.inland_of[SHIPPED.row(camp)]] for camp in camps]
    assert other == ["camp_dunkirk", "camp_calais"]
    assert inland == ["paris", "paris"]


def straight_km():
    a, b = SHIPPED.origin, SHIPPED.destination
    return haversine_km(SHIPPED.lat[a], SHIPPED.lon[a], SHIPPED.lat[b], SHIPPED.lon[b])


def test_no_land_leg_is_shorter_than_the_great_circle_or_much_longer():
    land = np.isin(SHIPPED.mode, ("foot", "road", "rail", "air"))
    straight = straight_km()[land]
    assert (SHIPPED.km[land] >= 0.98 * straight - 0.5).all()  # km are whole
    assert (SHIPPED.km[land] <= 1.5 * straight + 1.0).all()


def test_the_sea_is_straight():
    assert SHIPPED.km[SHIPPED.by_sea] == pytest.approx(straight_km()[SHIPPED.by_sea], rel=0.02)


def test_no_crossing_is_shorter_than_to_the_nearest_of_dover_and_dungeness():
    for leg in (*SHIPPED.boat_legs, *SHIPPED.lorry_legs):
        here = SHIPPED.origin[leg]
        nearest = min(haversine_km(SHIPPED.lat[here], SHIPPED.lon[here], *end) for end in KENT)
        assert 0.98 * nearest <= SHIPPED.km[leg] <= 1.35 * nearest, SHIPPED.places[here]


@needs_shared
def test_the_shortest_launches_lie_within_the_crossings_of_their_sectors():
    with (SHARED / "launch_to_kent_distances.csv").open(encoding="utf-8") as file:
        launch = {row["launch"]: float(row["min_km"]) for row in csv.DictReader(file)}
    crossing = dict(zip((SHIPPED.places[row] for row in SHIPPED.rows("sector")), SHIPPED.sector_km, strict=True))
    for sector, beaches in {
        "sector_de_panne": ("De Panne",),
        "sector_dunkirk": ("Gravelines", "Leffrinckoucke"),
        "sector_calais": ("Sangatte", "Oye-Plage"),
        "sector_wissant": ("Wissant", "Audresselles"),
        "sector_boulogne": ("Ambleteuse", "Neufchatel-Hardelot"),
        "sector_touquet": ("Le Touquet",),
        "sector_berck": ("Berck-sur-Mer", "Quend-Plage"),
    }.items():
        km = [launch[beach] for beach in beaches]
        assert 0.97 * min(km) <= crossing[sector] <= 1.03 * max(km), sector


def test_the_coast_between_belgium_and_the_somme_is_140_to_180_km():
    coast = dict(zip((SHIPPED.places[row] for row in SHIPPED.rows("sector")), SHIPPED.sector_coast_km, strict=True))
    assert 140 <= sum(coast.values()) - coast["sector_de_panne"] - coast["sector_dieppe"] <= 180
    assert SHIPPED.sector_commanded.tolist() == [0, 1, 1, 1, 1, 1, 1, 1]  # De Panne has the Belgian police


def reached_from(place):
    seen, todo = {SHIPPED.row(place)}, [SHIPPED.row(place)]
    while todo:
        ahead = {int(row) for row in SHIPPED.destination[SHIPPED.origin == todo.pop()]} - seen
        seen |= ahead
        todo += ahead
    return {SHIPPED.places[row] for row in seen}


@pytest.mark.parametrize(
    "place",
    [place for place, kind in zip(SHIPPED.places, SHIPPED.kinds, strict=True) if kind in (*ENTRY_KINDS, "landing")],
)
def test_every_entry_point_and_landing_leads_to_every_place_of_settling_to_the_camps_and_to_kent(place):
    wanted = {*SETTLE, "camp_calais", "camp_dunkirk", "kent"}
    if place.startswith("turkey") or place in ("crete", "aegean", "evros"):
        wanted.add("athens")
    assert wanted <= reached_from(place)


def test_the_way_through_belgium_is_open_to_all_who_come_by_the_balkans_albania_and_belarus():
    for entry_point in ("belgrade", "turkey_aegean", "tirana", "minsk"):
        assert "brussels" in reached_from(entry_point), entry_point
    for camp in ("camp_dunkirk", "camp_calais", "camp_brussels"):
        assert SHIPPED.leg_row("brussels", camp) >= 0
    for pair in (("camp_calais", "camp_dunkirk"), ("camp_brussels", "camp_dunkirk")):
        assert SHIPPED.leg_row(*pair) >= 0
        assert SHIPPED.leg_row(*reversed(pair)) >= 0


def test_menton_lets_three_in_ten_tries_through_and_the_alpine_border_more():
    menton, alps = SHIPPED.leg_row("ventimiglia", "nice"), SHIPPED.leg_row("claviere", "briancon")
    assert SHIPPED.p_stop[menton] == 0.70
    assert SHIPPED.p_stop[alps] < SHIPPED.p_stop[menton]
    assert np.flatnonzero(SHIPPED.menton).tolist() == [menton]


def test_the_channel_has_no_risks_in_the_table_because_they_are_processes_of_their_own():
    crossings = np.isin(SHIPPED.mode, ("boat", "lorry"))
    assert crossings.sum() == 8 + 5
    for column in (SHIPPED.p_stop, SHIPPED.p_death, SHIPPED.cost_eur):
        assert (column[crossings] == 0).all()


@needs_shared
@pytest.mark.parametrize(
    ("leg", "frontex", "iom", "kind"),
    [
        (("morocco", "almeria"), "Western Mediterranean Route", "Western Mediterranean", "Sea"),
        (("western_sahara", "canaries"), "Western African Route", "Western Africa/Atlantic", "Sea"),
        (("turkey_aegean", "aegean"), "Eastern Mediterranean Route", "Eastern Mediterranean", "Sea"),
        (("turkey_land", "evros"), "Eastern Mediterranean Route", "Türkiye-Europe land", "Land"),
    ],
)
def test_deaths_on_a_leg_are_those_of_its_route(leg, frontex, iom, kind):
    """Of those who arrive or die, the share that dies is IOM's dead over Frontex's detections and the dead."""

    def total(name, column, wanted):
        with (SHARED / name).open(encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if 2018 <= int(row["year"]) <= 2024 and wanted(row)]
        return sum(float(row[column]) for row in rows)

    dead = total("iom_deaths_annual_by_route.csv", "dead_missing", lambda row: row["route"] == iom)
    seen = total(
        "frontex_annual_by_route_nationality.csv",
        "detections",
        lambda row: row["route"] == frontex and row["type"] == kind,
    )
    row = SHIPPED.leg_row(*leg)
    die, land = SHIPPED.p_death[row], (1 - SHIPPED.p_death[row]) * (1 - SHIPPED.p_stop[row])
    assert die / (die + land) == pytest.approx(dead / (dead + seen), rel=0.03)


def test_known_distances():
    assert haversine_km(*(np.array([x]) for x in (34.74, 10.76, 35.5, 12.6)))[0] == pytest.approx(187, abs=2)
    # one degree along the equator on a sphere of 6371 km
    assert haversine_km(*(np.array([x]) for x in (0.0, 0.0, 0.0, 1.0)))[0] == pytest.approx(111.195, abs=0.01)


COORDINATES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(COORDINATES, COORDINATES, COORDINATES)
def test_distances_are_a_metric_of_the_sphere(a, b, c):
    def km(x, y):
        return float(haversine_km(*x, *y))

    assert km(a, b) == pytest.approx(km(b, a), abs=1e-6)
    assert 0 <= km(a, b) <= np.pi * 6371.0 + 1e-6
    assert km(a, c) <= km(a, b) + km(b, c) + 1e-3
    assert km(a, a) == 0


@pytest.mark.parametrize("name", ["places.csv", "legs.csv"])
def test_every_row_has_a_grade_and_a_source(name):
    with (DATA / name).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            assert row["grade"] in ("A", "B", "C"), row
            assert row["source"], row


def test_the_coastline_of_the_figures_has_lampedusa_and_says_where_it_is_from():
    path = COASTLINE
    assert path.stat().st_size < 350_000
    coast = json.loads(path.read_text(encoding="utf-8"))
    assert "Natural Earth" in coast["note"] and "public domain" in coast["note"]
    rings = coast["region"]["land"] + coast["channel"]["land"]
    lon, lat = np.array([point for line in rings for point in line]).T
    for place in ("lampedusa", "camp_calais", "aegean", "canaries", "kent"):
        row = SHIPPED.row(place)
        assert haversine_km(lat, lon, SHIPPED.lat[row], SHIPPED.lon[row]).min() < 25, place
