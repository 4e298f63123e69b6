"""Places and legs: the only file that knows the map. Read and checked from two CSV files, shipped or a user's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.model.engine.errors import InputError
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.reader import Column, Sheet, given_twice, read_sheet

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

KINDS = ("shore", "entry", "landing", "border", "hub", "camp", "sector", "port", "kent")
MODES = ("sea", "foot", "road", "rail", "air", "boat", "lorry")
DOORS = ("shore", "entry")
ON_FOOT = ("sea", "foot", "road", "rail", "air")  # legs that a person chooses; boats and lorries are their own process
SOUTH = ("ventimiglia", "nice", "marseille", "briancon", "perpignan", "toulouse")  # where southern centres would be
CROSSINGS = (("sector", "boat", "kent"), ("port", "lorry", "kent"))  # kind of origin, mode, kind of destination
EARTH_KM = 6371.0
SHORTEST, ROUNDING_KM = 0.8, 5.0  # coasts and towns have width: a leg may be so much shorter than between their middles

_TEXT, _OPTIONAL = Column("text"), Column("text", required=False)
_SHARE = Column("number", 0.0, 0.99)  # of one try: a leg on which nobody comes through is no leg
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


@dataclass(frozen=True)
class Geography:
    """The map: arrays over places, and over legs (`origin` and `destination` are rows of places).

    Units: degrees, km, days, EUR, probabilities for one try. `coast_km` and `own_officers` count for sectors only.
    """

    places: tuple[str, ...]
    names: tuple[str, ...]
    countries: tuple[str, ...]
    kinds: tuple[str, ...]
    lat: Floats
    lon: Floats
    coast_km: Floats
    own_officers: Floats
    reception_places: Floats
    origin: Ints
    destination: Ints
    mode: tuple[str, ...]
    km: Floats
    days: Floats
    cost_eur: Floats
    p_stop: Floats
    p_death: Floats
    border: tuple[str, ...]

    def row(self, place: str) -> int:
        """Row of a place; ValueError if there is none."""
        return self.places.index(place)

    def rows(self, kind: str) -> Ints:
        """Rows of all places of a kind, in the order of the file."""
        return np.flatnonzero(self.is_kind(kind))

    def is_kind(self, kind: str) -> Bools:
        """Whether each place is of a kind."""
        return self._kind_masks[kind]

    def named(self, places: Sequence[str]) -> Ints:
        """Rows of those of the named places that this map has."""
        return np.flatnonzero(np.isin(self.places, list(places)))

    def door_rows(self) -> Ints:
        """Rows of the places where people come in."""
        return np.flatnonzero(np.isin(self.kinds, DOORS))

    def leg_row(self, origin: str, destination: str) -> int:
        """Row of the leg between two places; ValueError if there is none."""
        found = np.flatnonzero((self.origin == self.row(origin)) & (self.destination == self.row(destination)))
        if len(found) == 0:
            raise ValueError(f"no leg from {origin} to {destination}")
        return int(found[0])

    def legs_into(self, countries: Sequence[str]) -> Ints:
        """Rows of the land legs that enter one of the countries from another country."""
        country = np.array(self.countries)
        enters = np.isin(country[self.destination], list(countries)) & (
            country[self.destination] != country[self.origin]
        )
        return np.flatnonzero(enters & np.isin(self.mode, ("foot", "road", "rail")))

    def door_risks(self) -> tuple[Floats, Floats]:
        """Mean chance, by place, to die and to be turned back in one try on the legs out of each shore; 0 elsewhere."""
        die, back = np.zeros(len(self.places)), np.zeros(len(self.places))
        for row in self.rows("shore"):
            legs = np.flatnonzero(self.origin == row)
            die[row], back[row] = self.p_death[legs].mean(), self.p_stop[legs].mean()
        return die, back

    @cached_property
    def _kind_masks(self) -> dict[str, Bools]:
        kinds = np.array(self.kinds)
        return {kind: kinds == kind for kind in KINDS}

    @cached_property
    def out_legs(self) -> Ints:
        """Legs that a person may choose at each place, shape (place, most ways), filled with -1."""
        chosen = np.flatnonzero(
            np.isin(self.mode, ON_FOOT)
            & ~self.is_kind("sector")[self.destination]
            & ~self.is_kind("port")[self.destination]
        )
        ways = [chosen[self.origin[chosen] == place] for place in range(len(self.places))]
        table = np.full((len(self.places), max(1, *(len(way) for way in ways))), -1)
        for place, way in enumerate(ways):
            table[place, : len(way)] = way
        return table

    @cached_property
    def ways(self) -> Ints:
        """How many legs a person may choose from at each place."""
        result: Ints = (self.out_legs >= 0).sum(axis=1)
        return result

    @cached_property
    def by_sea(self) -> Bools:
        """Whether each leg leaves a shore by sea."""
        return np.array([mode == "sea" for mode in self.mode])

    @cached_property
    def from_shore(self) -> Bools:
        """Whether each leg begins at a departure shore, so that its end is a landing."""
        return self.is_kind("shore")[self.origin]

    @cached_property
    def atlantic(self) -> Bools:
        """Whether each leg is on the Atlantic route to the Canaries."""
        return np.isin(self.origin, self.named(("western_sahara",)))

    @cached_property
    def menton(self) -> Bools:
        """Whether each leg crosses the border at Menton."""
        return np.array([border == "menton" for border in self.border])

    @cached_property
    def boat_legs(self) -> Ints:
        """The leg of each sector to Kent."""
        boats = np.flatnonzero([mode == "boat" for mode in self.mode])
        return np.array([int(boats[self.origin[boats] == row][0]) for row in self.rows("sector")])

    @cached_property
    def sector_km(self) -> Floats:
        """Length of the crossing from each sector."""
        return self.km[self.boat_legs]

    @cached_property
    def sector_coast_km(self) -> Floats:
        """Length of coast of each sector."""
        return self.coast_km[self.rows("sector")]

    @cached_property
    def sector_commanded(self) -> Floats:
        """1 for sectors that the French command patrols, 0 for those with a force of their own."""
        result: Floats = (self.own_officers[self.rows("sector")] == 0.0).astype(np.float64)
        return result

    @cached_property
    def lorry_legs(self) -> Ints:
        """The leg of each port to Kent."""
        lorries = np.flatnonzero([mode == "lorry" for mode in self.mode])
        return np.array([int(lorries[self.origin[lorries] == row][0]) for row in self.rows("port")])

    @cached_property
    def port_shares(self) -> Floats:
        """Share of lorry attempts at each port: all alike, for want of a count by port."""
        return np.full(len(self.lorry_legs), 1.0 / max(1, len(self.lorry_legs)))

    @cached_property
    def south_shares(self) -> Floats:
        """Share of southern reception places at each place, all alike; none on a map without southern places."""
        rows = self.named(SOUTH)
        shares = np.zeros(len(self.places))
        shares[rows] = 1.0 / max(1, len(rows))
        return shares


def haversine_km(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> Floats:
    """Great-circle distance on a sphere of 6,371 km, in km; arguments in degrees."""
    a, b, c, d = (np.radians(x) for x in (lat1, lon1, lat2, lon2))
    h = np.sin((c - a) / 2.0) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2.0) ** 2
    km: Floats = 2.0 * EARTH_KM * np.arcsin(np.sqrt(h))
    return km


def load_geography(places_path: Path | None = None, legs_path: Path | None = None) -> Geography:
    """Read and check the map; the shipped files where no path is given. Raises InputError with all problems."""
    places = read_sheet(places_path or DATA / "places.csv", PLACE_COLUMNS)
    legs = read_sheet(legs_path or DATA / "legs.csv", LEG_COLUMNS)
    unread = [*places.problems, *legs.problems, *given_twice(places, "place", ("place",))]
    unread += [*given_twice(legs, "leg", ("origin", "destination")), *unknown_places(places, legs)]
    kinds = [] if places.problems else kind_problems(places)
    if unread:
        raise InputError([*unread, *kinds])
    geography = build(places.columns, legs.columns)
    problems = [*kinds, *leg_problems(legs, geography), *crossing_problems(legs.name, geography)]
    problems += [*reach_problems(legs.name, geography), *length_problems(legs, geography)]
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
                problems.append(f"{legs.name}, row {number}, {column}: {place!r} is no place of {places.name}")
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
    if not set(DOORS) & set(kinds):
        problems.append(f"{places.name}: has no door; at least one place of kind {' or '.join(DOORS)}")
    for number, place, kind, km, officers in zip(places.rows, places.columns["place"], kinds, coast, own, strict=True):
        if kind == "sector" and not km:
            problems.append(f"{places.name}, row {number}, {place}, coast_km: must be above 0 for a sector")
        for name, value in (("coast_km", km), ("own_officers", officers)):
            if kind != "sector" and value:
                problems.append(f"{places.name}, row {number}, {name}: {value:g} stands at a {kind}; only at sectors")
    if "sector" in kinds and all(value for value, kind in zip(own, kinds, strict=True) if kind == "sector"):
        problems.append(f"{places.name}, own_officers: must be 0 for at least one sector, which the command patrols")
    return problems


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
        what = f"{legs.name}, row {number}: a leg from a {here} by {mode} to a {there} is of no use; "
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


def reach_problems(legs_file: str, g: Geography) -> list[str]:
    """Places on the way from which no camp can be reached."""
    reaches = g.is_kind("camp").copy()
    for _ in g.places:
        ways = np.where(g.out_legs >= 0, reaches[g.destination[np.maximum(g.out_legs, 0)]], False)
        reaches |= ways.any(axis=1)
    on_the_way = np.isin(g.kinds, ("shore", "entry", "landing", "border", "hub"))
    lost = [place for place, ok, way in zip(g.places, reaches, on_the_way, strict=True) if way and not ok]
    return [f"{legs_file}: no way leads from {place!r} to any camp" for place in lost]
