"""The two CSV files of the map, shipped or a user's own: read and checked, all problems at once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from corridor.model.engine.errors import InputError
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.geography import ENTRY_KINDS, KINDS, MODES, ON_THE_WAY, Floats, Geography, haversine_km
from corridor.model.inputs.reader import Column, Sheet, given_twice, read_sheet

CROSSINGS = (("sector", "boat", "kent"), ("port", "lorry", "kent"))  # kind of origin, mode, kind of destination
MOST_WAYS = 16  # legs from one place: so many numbers has the choice among them (`decisions.Decision.ROUTE`)
SHORTEST, ROUNDING_KM = 0.8, 5.0  # how much shorter than between centres a leg may be: coasts and towns are wide

_TEXT, _OPTIONAL = Column("text"), Column("text", required=False)
_SHARE = Column("number", 0.0, 0.99)  # of one try: on a leg somebody must get through
PLACE_COLUMNS = {
    "place": _TEXT,
    "name": _TEXT,
    "country": _TEXT,
    "kind": Column("text", allowed=KINDS),
    "lat": Column("number", -90.0, 90.0),
    "lon": Column("number", -180.0, 180.0),
    "coast_km": Column("number", 0.0, required=False),
    "own_officers": Column("number", 0.0, required=False),
    "reception_places": Column("number", 0.0, required=False),
    "grade": _OPTIONAL,
    "source": _OPTIONAL,
    "note": _OPTIONAL,
}
LEG_COLUMNS = {
    "origin": _TEXT,
    "destination": _TEXT,
    "mode": Column("text", allowed=MODES),
    "km": Column("number", 0.1, 20_000.0),
    "days": Column("number", 0.0, 365.0),
    "cost_eur": Column("number", 0.0, 100_000.0),
    "p_stop": _SHARE,
    "p_death": _SHARE,
    "border": _OPTIONAL,
    "grade": _OPTIONAL,
    "source": _OPTIONAL,
    "note": _OPTIONAL,
}


def load_geography(places_path: Path | None = None, legs_path: Path | None = None) -> Geography:
    """Read and check the map; the shipped files where no path is given. Raises InputError with all problems."""
    if places_path or legs_path:
        return read_map(places_path or DATA / "places.csv", legs_path or DATA / "legs.csv")
    return shipped_map()


@cache
def shipped_map() -> Geography:
    """The shipped map, read once in a process."""
    return read_map(DATA / "places.csv", DATA / "legs.csv")


def read_map(places_path: Path, legs_path: Path) -> Geography:
    """Read and check both files of a map. Raises InputError with all problems."""
    places, legs = read_sheet(places_path, PLACE_COLUMNS), read_sheet(legs_path, LEG_COLUMNS)
    unread = [*places.problems, *legs.problems, *given_twice(places, "place", ("place",))]
    unread += [*given_twice(legs, "leg", ("origin", "destination")), *unknown_places(places, legs)]
    kinds = [] if places.problems else kind_problems(places)
    if unread:
        raise InputError([*unread, *kinds])
    geography = build(places.columns, legs.columns)
    problems = [*kinds, *leg_problems(legs, geography), *crossing_problems(legs.name, geography)]
    problems += [*ways_problems(legs.name, geography), *reach_problems(legs.name, geography)]
    problems += length_problems(legs, geography)
    if problems:
        raise InputError(problems)
    return geography


def unknown_places(places: Sheet, legs: Sheet) -> list[str]:
    """Legs from a place to itself or, if every place could be read, between places that are not known."""
    if not places.rows:
        return []
    problems, known = [], set(places.columns["place"])
    for number, *ends in zip(legs.rows, legs.columns["origin"], legs.columns["destination"], strict=True):
        for column, place in zip(("origin", "destination"), ends, strict=True):
            if place and place not in known and not places.left_out:
                problems.append(f"{legs.name}, row {number}, {column}: {place!r} is not a place of {places.name}")
        if ends[0] and ends[0] == ends[1]:
            problems.append(f"{legs.name}, row {number}: leads from {ends[0]!r} to itself")
    return problems


def kind_problems(places: Sheet) -> list[str]:
    """Kinds of place that are missing, and what sectors need and only they may have."""
    kinds, coast, own = (places.columns[name] for name in ("kind", "coast_km", "own_officers"))
    problems = [
        f"{places.name}: has no place of kind {kind!r}; at least one"
        for kind in ("camp", "sector", "port", "kent")
        if kind not in kinds
    ]
    if kinds.count("kent") > 1:
        problems.append(f"{places.name}: has {kinds.count('kent')} places of kind 'kent'; exactly one")
    if not set(ENTRY_KINDS) & set(kinds):
        problems.append(f"{places.name}: has no entry point; at least one place of kind {' or '.join(ENTRY_KINDS)}")
    for number, place, kind, km, officers in zip(places.rows, places.columns["place"], kinds, coast, own, strict=True):
        if kind == "sector" and not km:
            problems.append(f"{places.name}, row {number}, {place}, coast_km: must be above 0 for a sector")
        for name, value in (("coast_km", km), ("own_officers", officers)):
            if kind != "sector" and value:
                problems.append(
                    f"{places.name}, row {number}, {name}: {value:g} is given for a {kind}; only for sectors"
                )
    problems += unread_reception_problems(places)
    if "sector" in kinds and all(value for value, kind in zip(own, kinds, strict=True) if kind == "sector"):
        problems.append(f"{places.name}, own_officers: must be 0 for at least one sector, which the command patrols")
    return problems


def unread_reception_problems(places: Sheet) -> list[str]:
    """Reception places where no rule reads them."""
    columns = (places.columns[name] for name in ("place", "kind", "reception_places"))
    return [
        f"{places.name}, row {number}, reception_places: {value:g} is given for {place!r}, a {kind}, and nothing reads "
        f"it there; only for camps, and for {', '.join(ON_THE_WAY)}"
        for number, place, kind, value in zip(places.rows, *columns, strict=True)
        if value and kind != "camp" and place not in ON_THE_WAY
    ]


def build(places: dict[str, list[Any]], legs: dict[str, list[Any]]) -> Geography:
    """Arrays from the tables; optional cells that are empty count as none."""

    def numbers(values: list[Any]) -> Floats:
        return np.array([0.0 if value == "" else float(value) for value in values])

    row = {place: number for number, place in enumerate(places["place"])}
    return Geography(
        places=tuple(places["place"]),
        names=tuple(places["name"]),
        countries=tuple(places["country"]),
        kinds=tuple(places["kind"]),
        origin=np.array([row[place] for place in legs["origin"]]),
        destination=np.array([row[place] for place in legs["destination"]]),
        mode=tuple(legs["mode"]),
        border=tuple(legs["border"]),
        **{name: numbers(places[name]) for name in ("lat", "lon", "coast_km", "own_officers", "reception_places")},
        **{name: numbers(legs[name]) for name in ("km", "days", "cost_eur", "p_stop", "p_death")},
    )


def leg_problems(legs: Sheet, g: Geography) -> list[str]:
    """Legs that nobody could ever use, for the kinds of the places that they join."""
    problems = []
    for number, origin, mode, destination in zip(legs.rows, g.origin, g.mode, g.destination, strict=True):
        here, there = g.kinds[origin], g.kinds[destination]
        if (here, mode, there) in CROSSINGS:
            continue
        what = f"{legs.name}, row {number}: a leg from a {here} by {mode} to a {there} cannot be used; "
        if here in ("sector", "port", "kent") or mode in ("boat", "lorry") or there == "kent":
            problems.append(what + "boats go from sectors, and lorries from ports, to kent, and nowhere else")
        elif there in ("sector", "port") and here != "camp":
            problems.append(what + f"only camps lead to a {there}")
    return problems


def length_problems(legs: Sheet, g: Geography) -> list[str]:
    """Legs far shorter than the straight line: a wrong length, or latitude and longitude exchanged."""
    straight = haversine_km(g.lat[g.origin], g.lon[g.origin], g.lat[g.destination], g.lon[g.destination])
    return [
        f"{legs.name}, row {legs.rows[k]}, km: {g.km[k]:g} is less than the {straight[k]:.0f} km in a straight line "
        f"from {g.places[g.origin[k]]} to {g.places[g.destination[k]]}; look at km, lat and lon"
        for k in np.flatnonzero(g.km < SHORTEST * straight - ROUNDING_KM)
    ]


def crossing_problems(legs_file: str, g: Geography) -> list[str]:
    """Sectors and ports without their one leg to Kent, and camps that lead to no sector."""
    problems = []
    for kind, mode, _ in CROSSINGS:
        for row in g.rows(kind):
            found = [g.kinds[g.destination[k]] for k in np.flatnonzero(g.origin == row) if g.mode[k] == mode]
            if found != ["kent"]:
                problems.append(f"{legs_file}: {g.places[row]} needs exactly one leg by {mode}, to kent")
    for row in g.rows("camp"):
        if not g.is_kind("sector")[g.destination[g.origin == row]].any():
            problems.append(f"{legs_file}: {g.places[row]} needs a leg to at least one sector")
    return problems


def ways_problems(legs_file: str, g: Geography) -> list[str]:
    """Places with more ways on than a choice has numbers for its chance."""
    return [
        f"{legs_file}: {place} has {ways} legs by which people choose a way; allowed: up to {MOST_WAYS} from a place"
        for place, ways in zip(g.places, g.ways.tolist(), strict=True)
        if ways > MOST_WAYS
    ]


def reach_problems(legs_file: str, g: Geography) -> list[str]:
    """Places on the way from which no camp can be reached."""
    reaches = g.is_kind("camp").copy()
    for _ in g.places:
        ways = np.where(g.out_legs >= 0, reaches[g.destination[np.maximum(g.out_legs, 0)]], False)
        reaches |= ways.any(axis=1)
    on_the_way = np.isin(g.kinds, ("shore", "entry", "landing", "border", "hub"))
    lost = [place for place, ok, way in zip(g.places, reaches, on_the_way, strict=True) if way and not ok]
    return [f"{legs_file}: no way leads from {place!r} to any camp" for place in lost]
