"""A user's own map replaces the shipped one, and every mistake in its files is refused in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.model import InputError, load_geography
from corridor.model.inputs.map_files import MOST_WAYS

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


@pytest.mark.parametrize("ways", [MOST_WAYS, MOST_WAYS + 1])
def test_more_ways_from_a_place_than_a_choice_has_numbers_are_refused(tmp_path, ways):
    """The chance of a seventeenth way would be that of another decision."""
    further = range(ways - 1)  # the city has one way already
    places = PLACES + "".join(f"town{k},Town,FR,hub,48,2,,,\n" for k in further)
    legs = LEGS + "".join(f"city,town{k},rail,10,1,1,0,0\ntown{k},camp,rail,320,1,1,0,0\n" for k in further)
    if ways <= MOST_WAYS:
        assert world(tmp_path, places, legs).ways.max() == ways
    else:
        with pytest.raises(InputError, match=r"legs\.csv: city has 17 legs by which .*; allowed: up to 16"):
            world(tmp_path, places, legs)


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
