"""Places and legs: the map as arrays. It is read and checked in `map_files`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

KINDS = ("shore", "entry", "landing", "border", "hub", "camp", "sector", "port", "kent")
MODES = ("sea", "foot", "road", "rail", "air", "boat", "lorry")
ENTRY_KINDS = ("shore", "entry")
ON_FOOT = ("sea", "foot", "road", "rail", "air")  # legs that a person chooses; boats and lorries are their own process
SOUTH = ("ventimiglia", "nice", "marseille", "briancon", "perpignan", "toulouse")  # where southern centres would be
ON_THE_WAY = (*SOUTH, "paris", "brussels")  # where places can be opened for people on their way to the coast
RECEPTION = {  # regions for which policy can open places
    "south": SOUTH,
    "paris": ("paris",),
    "belgium": ("brussels",),
    "coast": ("camp_calais", "camp_dunkirk"),
}
EARTH_KM = 6371.0


@dataclass(frozen=True)
class Geography:
    """The map: arrays over places, and over legs (`origin` and `destination` are rows of places).

    Units: degrees, km, days, EUR, probabilities for one try. `coast_km` and `own_officers` count for sectors only.
    Runs share a map, so its arrays are read-only.
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

    def __post_init__(self) -> None:
        for values in vars(self).values():
            if isinstance(values, np.ndarray):
                values.setflags(write=False)

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

    def entry_point_rows(self) -> Ints:
        """Rows of the places where people come in."""
        return np.flatnonzero(np.isin(self.kinds, ENTRY_KINDS))

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

    @cached_property
    def entry_point_risks(self) -> tuple[Floats, Floats]:
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
    def camps(self) -> Ints:
        """Rows of the camps."""
        return self.rows("camp")

    @cached_property
    def first_camps(self) -> Ints:
        """Rows of the camps where people are on the first day: Calais and Dunkirk, as counted; else all."""
        counted = self.named(RECEPTION["coast"])
        return counted if len(counted) else self.camps

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
    def to_camp(self) -> Bools:
        """Whether each leg ends at a camp."""
        return self.is_kind("camp")[self.destination]

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
        """Share of lorry attempts at each port: all alike, because no count by port was found."""
        return np.full(len(self.lorry_legs), 1.0 / max(1, len(self.lorry_legs)))

    def region_shares(self, region: str) -> Floats:
        """Share of the reception places of a region at each place, all alike; none on a map without its places."""
        rows = self.named(RECEPTION[region])
        shares = np.zeros(len(self.places))
        shares[rows] = 1.0 / max(1, len(rows))
        return shares

    @cached_property
    def other_camp(self) -> Ints:
        """For each camp the camp to which its first leg to another one leads, else -1; -1 for all other places."""
        return self._first_of(self.origin, self.destination, "camp")

    @cached_property
    def inland_of(self) -> Ints:
        """For each camp the place on the way from which its first leg from inland comes, else the camp itself."""
        found = self._first_of(self.destination, self.origin, "hub")
        return np.where(found >= 0, found, np.arange(len(self.places)))

    def _first_of(self, here: Ints, there: Ints, kind: str) -> Ints:
        """For each camp the other end of its first leg whose other end is of a kind, -1 where there is none."""
        found = np.full(len(self.places), -1)
        for leg in reversed(np.flatnonzero(self.is_kind("camp")[here] & self.is_kind(kind)[there]).tolist()):
            found[here[leg]] = there[leg]
        return found


def haversine_km(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> Floats:
    """Great-circle distance on a sphere of 6,371 km, in km; arguments in degrees."""
    a, b, c, d = (np.radians(x) for x in (lat1, lon1, lat2, lon2))
    h = np.sin((c - a) / 2.0) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2.0) ** 2
    km: Floats = 2.0 * EARTH_KM * np.arcsin(np.sqrt(h))
    return km
