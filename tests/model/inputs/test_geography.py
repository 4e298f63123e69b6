"""The map: its size, its distances, ways through it, a user's own, and every refusal."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.model import InputError, load_geography
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.entries import read_entries
from corridor.model.inputs.geography import ENTRY_KINDS, haversine_km
from corridor.results.plots.map import COAST

SHIPPED = load_geography()
SHARED = Path(__file__).parents[4] / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the collected figures (../shared/data) are not here")
SETTLE = ("rome", "madrid", "paris", "frankfurt", "brussels", "vienna", "marseille")
KENT = ((51.13, 1.31), (51.1, 1.3), (50.91, 0.97))  # Dover, the place on the map, Dungeness
PLACES = """place,name,country,kind,lat,lon,coast_km,own_officers,reception_places
shore,Shore,XX,shore,35,10,,,
island,Island,IT,landing,37,13,,,
city,City,FR,hub,48,2,,,
camp,Camp,FR,camp,50.9,1.8,,,50
north,North,FR,sector,50.9,1.7,20,,
south,South,BE,sector,50.5,1.6,30,40,
port,Port,FR,port,51,1.9,,,
kent,Kent,GB,kent,51.1,1.3,,,
"""
LEGS = """origin,destination,mode,km,days,cost_eur,p_stop,p_death
shore,island,sea,300,2,1000,0.3,0.01
island,city,rail,1400,3,100,0,0
city,camp,rail,300,1,50,0,0
camp,north,road,10,0.5,0,0,0
north,kent,boat,40,0.3,0,0,0
south,kent,boat,60,0.3,0,0,0
port,kent,lorry,45,0.5,0,0,0
"""


def world(tmp_path, places=PLACES, legs=LEGS):
    for name, text in (("places.csv", places), ("legs.csv", legs)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return load_geography(tmp_path / "places.csv", tmp_path / "legs.csv")


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
    path = COAST
    assert path.stat().st_size < 300_000
    coast = json.loads(path.read_text(encoding="utf-8"))
    assert "Natural Earth" in coast["note"] and "public domain" in coast["note"] and coast["made_by"]
    lon, lat = np.array([point for line in coast["coast"] for point in line]).T
    for place in ("lampedusa", "camp_calais", "aegean", "canaries", "kent"):
        row = SHIPPED.row(place)
        assert haversine_km(lat, lon, SHIPPED.lat[row], SHIPPED.lon[row]).min() < 25, place


def test_a_users_own_map_replaces_the_shipped_one(tmp_path):
    g = world(tmp_path)
    assert g.places[g.destination[g.boat_legs[0]]] == "kent"
    assert g.sector_km.tolist() == [40, 60]
    assert g.sector_commanded.tolist() == [1, 0]
    assert g.ways.tolist() == [1, 1, 1, 0, 0, 0, 0, 0]


BROKEN = [
    (PLACES.replace("shore,35,10", "shore,95,10"), LEGS, ["places.csv, row 2, lat: '95'", "from -90 to 90"]),
    (PLACES, LEGS.replace("0.3,0.01", "1.4,nan"), ["row 2, p_stop: '1.4'", "row 2, p_death: 'nan'"]),
    (PLACES, LEGS.replace("300,2,", "-5,2,"), ["row 2, km: '-5' is not allowed; a number from 0"]),
    (PLACES.replace(",hub,", ",town,"), LEGS, ["row 4, kind: 'town'", "one of shore"]),
    (PLACES.replace("lat,lon", "lat,long"), LEGS, ["column 'lon' is missing", "column 'long' is not known"]),
    (PLACES, LEGS.replace("city,camp", "town,camp"), ["row 4, origin: 'town' is not a place of places.csv"]),
    (PLACES.replace("shore,35,10", "shore,,10"), LEGS, ["row 2, lat: is empty; a number from -90 to 90 is expected"]),
    (PLACES.replace("shore,35,10", "shore,inf,10"), LEGS, ["row 2, lat: 'inf'"]),
    (PLACES.replace("shore,35,10", "shore,35,-181"), LEGS, ["row 2, lon: '-181'", "from -180 to 180"]),
    (PLACES, LEGS.replace(",rail,", ",train,"), ["row 3, mode: 'train'", "one of sea, foot", "row 4, mode: 'train'"]),
    (PLACES + "shore,Again,XX,shore,1,1,,,\n", LEGS, ["row 10: the place 'shore' appears more than once"]),
    (PLACES, LEGS + "north,kent,boat,40,1,0,0,0\n", ["row 9: the leg 'north-kent' appears more than once"]),
    (PLACES, LEGS.replace("\nport,", "\n\n\nharbour,"), ["row 10, origin: 'harbour' is not a place of places.csv"]),
    (PLACES, LEGS.replace("camp,north,road", "camp,port,road"), ["camp needs a leg to at least one sector"]),
    (PLACES, LEGS.replace("port,kent,lorry,45,0.5,0,0,0\n", ""), ["port needs exactly one leg by lorry"]),
    (PLACES, LEGS + "city,north,road,9,1,0,0,0\n", ["row 9: a leg from a hub by road to a sector cannot be used"]),
    (PLACES, LEGS + "city,kent,lorry,9,1,0,0,0\n", ["row 9: a leg from a hub by lorry to a kent cannot be used"]),
    (PLACES, LEGS + "kent,city,road,9,1,0,0,0\n", ["row 9: a leg from a kent by road to a hub cannot be used"]),
    (
        PLACES.replace("hub,48,2,,", "hub,48,2,7,"),
        LEGS,
        ["places.csv, row 4, coast_km: 7 is given for a hub; only for sectors"],
    ),
    (PLACES.replace("1.7,20,,", "1.7,20,9,"), LEGS, ["own_officers: must be 0 for at least one sector"]),
    (PLACES.replace(",camp,50.9", ",hub,50.9"), LEGS, ["no place of kind 'camp'"]),
    (
        PLACES.replace(",shore,35", ",landing,35"),
        LEGS,
        ["has no entry point; at least one place of kind shore or entry"],
    ),
    (PLACES.replace(",sector,", ",hub,"), LEGS, ["no place of kind 'sector'"]),
    (PLACES + "k2,Kent 2,GB,kent,51.1,1.3,,,\n", LEGS, ["has 2 places of kind 'kent'; exactly one"]),
    (PLACES, LEGS + "camp,camp,road,1,1,0,0,0\n", ["leads from 'camp' to itself"]),
    (PLACES, LEGS.replace("north,kent,boat,40,0.3,0,0,0\n", ""), ["north needs exactly one leg by boat"]),
    (PLACES.replace("1.7,20,,", "1.7,,,"), LEGS, ["north, coast_km: must be above 0"]),
    (PLACES.replace(",kent,51.1", ",hub,51.1"), LEGS, ["no place of kind 'kent'"]),
    (PLACES, LEGS.replace("city,camp", "camp,city"), ["no way leads from 'shore' to any camp", "'city'"]),
    ("", LEGS, ["places.csv: is empty"]),
    (PLACES.splitlines()[0] + "\n", LEGS, ["places.csv: has no rows"]),
    (PLACES.replace("city,City,FR", "city,City"), LEGS, ["row 4: 8 cells; 9 are expected"]),
    (PLACES, LEGS.replace("1400,3,", "0,3,"), ["row 3, km: '0' is not allowed; a number from 0.1 to 20000"]),
    (PLACES, LEGS.replace("1400,3,", "140,3,"), ["row 3, km: 140 is less than the 1516 km in a straight line"]),
    (PLACES.replace("hub,48,2", "hub,2,48"), LEGS, ["row 3, km: 1400 is less", "row 4, km: 300", "km, lat and lon"]),
    (PLACES, LEGS.replace("0.3,0.01", "1,0"), ["row 2, p_stop: '1' is not allowed; a number from 0 to 0.99"]),
    (PLACES, LEGS.replace("300,2,", "300,999,"), ["row 2, days: '999' is not allowed; a number from 0 to 365"]),
    (PLACES, LEGS.replace("2,1000,", "2,1e9,"), ["row 2, cost_eur: '1e9' is not allowed; a number from 0 to 100000"]),
]


@pytest.mark.parametrize(("places", "legs", "expected"), BROKEN)
def test_a_broken_map_is_refused_in_words(tmp_path, places, legs, expected):
    with pytest.raises(InputError) as refused:
        world(tmp_path, places, legs)
    for words in expected:
        assert words in str(refused.value)


def test_all_mistakes_of_both_files_are_reported_at_once(tmp_path):
    places = PLACES.replace("35,10", "x,y") + "city,Again,FR,hub,48,2,,,\n"
    legs = LEGS.replace("0.3,0.01", "2,3") + "town,camp,road,1,1,0,0,0\ncity,camp,road,1,1,0,0,-1\n"
    with pytest.raises(InputError) as refused:
        world(tmp_path, places, legs)
    assert refused.value.problems == (
        "places.csv, row 2, lat: 'x' is not allowed; a number from -90 to 90",
        "places.csv, row 2, lon: 'y' is not allowed; a number from -180 to 180",
        "legs.csv, row 2, p_stop: '2' is not allowed; a number from 0 to 0.99",
        "legs.csv, row 2, p_death: '3' is not allowed; a number from 0 to 0.99",
        "legs.csv, row 10, p_death: '-1' is not allowed; a number from 0 to 0.99",
        "places.csv, row 10: the place 'city' appears more than once; once each",
        "legs.csv, row 10: the leg 'city-camp' appears more than once; once each",
        "legs.csv, row 9, origin: 'town' is not a place of places.csv",
    )


def test_mistakes_of_meaning_are_reported_at_once(tmp_path):
    with pytest.raises(InputError) as refused:
        world(tmp_path, PLACES.replace("1.7,20,,", "1.7,0,,"), LEGS.replace("south,kent", "south,north"))
    assert refused.value.problems == (
        "places.csv, row 6, north, coast_km: must be above 0 for a sector",
        "legs.csv, row 7: a leg from a sector by boat to a sector cannot be used; boats go from sectors, and lorries "
        "from ports, to kent, and nowhere else",
        "legs.csv: south needs exactly one leg by boat, to kent",
    )


@given(st.permutations(LEGS.splitlines()[1:]))
def test_the_order_of_the_legs_does_not_matter_to_the_crossings(tmp_path_factory, rows):
    g = world(tmp_path_factory.mktemp("map"), legs="\n".join([LEGS.splitlines()[0], *rows]))
    assert g.sector_km.tolist() == [40, 60]
    assert g.ways.tolist() == [1, 1, 1, 0, 0, 0, 0, 0]
    for place in range(len(g.places)):
        assert (g.origin[g.out_legs[place][g.out_legs[place] >= 0]] == place).all()


@given(st.lists(st.text(st.sampled_from('shorekntcampy,0139.-\n;"x'), max_size=40), max_size=6))
def test_whatever_stands_in_a_file_is_refused_in_words(tmp_path_factory, lines):
    with pytest.raises(InputError):
        world(tmp_path_factory.mktemp("map"), PLACES + "\n".join(["zzz", *lines]))


def test_a_place_that_could_not_be_read_is_not_missed_by_its_legs(tmp_path):
    with pytest.raises(InputError) as refused:
        world(tmp_path, PLACES.replace("city,City,FR", "city,City"))
    assert refused.value.problems == ("places.csv, row 4: 8 cells; 9 are expected",)


def test_files_that_cannot_be_read_are_reported(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load_geography(tmp_path / "none.csv")
    with pytest.raises(InputError, match="is a directory"):
        load_geography(tmp_path)
    (tmp_path / "latin.csv").write_bytes("place,name\nx,\xe9".encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8"):
        load_geography(tmp_path / "latin.csv")
