"""Places, legs between them, and closures of a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.experiments.flee.tables import marks, number_of, read_rows
from corridor.model.engine.errors import InputError
from corridor.model.engine.kernels import Bools, Floats, Ints
from corridor.model.inputs.files import is_taken

KINDS = {  # types of Flee, in lower case -> what the place is
    "town": "town",
    "default": "town",
    "camp": "camp",
    "idpcamp": "idpcamp",
    "conflict": "conflict",
    "conflict_zone": "conflict",
    "forward": "hub",
    "forwarding_hub": "hub",
    "marker": "marker",
    "flood_zone": "flood",
}
CAMPS = ("camp", "idpcamp")
LINK_TYPES = ("drive", "walk", "crossing")
CLOSURES = ("country", "location", "links")
IGNORED = ("link",)  # Flee reads the type and closes nothing
FORWARD, BACK = 2.0, 1.0  # forced redirection from the first name to the second, and from the second to the first
FAR = 5.0  # degrees from the others, from which on a place may have its coordinates swapped


@dataclass(frozen=True)
class Places:
    """Places by number; `population` of conflict zones and towns, `capacity` of camps (infinite where none is given),
    `since` the day from which a conflict zone is one without being named in conflicts.csv."""

    names: tuple[str, ...]
    kind: NDArray[np.str_]
    country: NDArray[np.str_]
    lat: Floats
    lon: Floats
    population: Floats
    capacity: Floats
    since: Floats

    @property
    def numbers(self) -> dict[str, int]:
        """Name -> number; of a name that stands there twice the last."""
        return {name: number for number, name in enumerate(self.names)}

    def table(self) -> pd.DataFrame:
        """The places as rows."""
        columns = ("country", "kind", "lat", "lon", "population", "capacity")
        values = {name: getattr(self, name) for name in columns}
        return pd.DataFrame({"place": self.names, **values}).replace({"capacity": {np.inf: np.nan}})


@dataclass(frozen=True)
class Legs:
    """Directed legs: two for each route. `forced` are those that everybody at their origin takes."""

    origin: Ints
    destination: Ints
    km: Floats
    mode: NDArray[np.str_]
    forced: Bools

    def table(self, places: Places) -> pd.DataFrame:
        """The legs as rows."""
        names = np.array(places.names)
        ends = {"origin": names[self.origin], "destination": names[self.destination]}
        return pd.DataFrame({**ends, "mode": self.mode, "km": self.km, "forced": self.forced})


@dataclass(frozen=True)
class Closure:
    """A closure from one day until before another; one that ends before it begins stays, one that ends on the day on
    which it begins closes nothing."""

    kind: str
    first: str
    second: str
    start: int
    end: int

    def holds(self, day: int) -> bool:
        """Whether it is closed on a day."""
        return self.start <= day and (self.end < self.start or day < self.end)

    def shut(self, places: Places, legs: Legs) -> Bools:
        """The legs that it closes, both ways."""
        if self.kind == "location":
            number = places.numbers[self.first]
            return (legs.origin == number) | (legs.destination == number)
        of = places.country if self.kind == "country" else np.array(places.names)
        here, there = of[legs.origin], of[legs.destination]
        return ((here == self.first) & (there == self.second)) | ((here == self.second) & (there == self.first))


def read_places(path: Path) -> tuple[Places, list[str]]:
    """The places of locations.csv, and warnings. Raises InputError with every wrong row."""
    table = read_rows(path)
    problems, warnings, rows = [], marks(table), []
    for number, row in table.rows:
        cells = [*row, *[""] * 8][:8]
        place = PlaceRow.read(cells)
        problems += [f"{table.place(number, column)}: {rest}" for column, rest in place.problems(cells)]
        warnings += [f"{table.place(number, column)}: {rest}" for column, rest in place.warnings(cells)]
        rows.append(place)
    if not rows and not problems:
        problems.append(f"{table.file}: has no rows; at least one is expected")
    if problems:
        raise InputError(problems)
    frame = pd.DataFrame(rows)
    return places_of(frame), warnings + doubts(frame, table.file)


class PlaceRow(NamedTuple):
    """A row of locations.csv; None where a cell cannot be read."""

    name: str
    kind: str | None
    country: str
    lat: float | None
    lon: float | None
    people: float | None
    since: float | None

    @classmethod
    def read(cls, cells: list[str]) -> PlaceRow:
        """From the cells of a row, as many as Flee reads."""
        lat, lon = (number_of(cell, -180.0) for cell in cells[3:5])
        people = number_of(cells[7] if cells[7].strip() else "0")
        since = number_of(cells[6] if cells[6].strip() else "0", -np.inf)
        return cls(cells[0], KINDS.get(cells[5].strip().casefold()), cells[2].strip(), lat, lon, people, since)

    def problems(self, cells: list[str]) -> Iterator[tuple[str, str]]:
        """Column and fault of each cell that cannot be read."""
        for column, text, value, allowed in (
            ("location_type", cells[5], self.kind, f"one of {', '.join(KINDS)}"),
            ("latitude", cells[3], self.lat, "degrees"),
            ("longitude", cells[4], self.lon, "degrees"),
            ("conflict_date", cells[6], self.since, "a day, or nothing"),
            ("population", cells[7], self.people, "a number from 0, or nothing"),
        ):
            if value is None:
                yield column, f"{text!r}; allowed: {allowed}"

    def warnings(self, cells: list[str]) -> Iterator[tuple[str, str]]:
        """Column and doubt of each cell that Flee would read otherwise."""
        if "," in cells[7] and self.people is not None:
            yield "population", f"{cells[7]!r} is read as {self.people:g}; Flee 3.1 stops there"
        if cells[0] != cells[0].strip():
            yield "name", f"{cells[0]!r} has spaces around it, which Flee keeps"


def doubts(frame: pd.DataFrame, file: str) -> list[str]:
    """What is odd about the places together."""
    found = [
        f"{file}: {name!r} stands there more than once; routes lead to the last"
        for name in frame.name[frame.name.duplicated()].unique()
    ]
    first, homes = frame.country.iloc[0], frame.country[frame.kind == "conflict"].unique()
    if len(homes) and first not in homes:
        found.append(f"{file}: the first place is in {first!r}, without a conflict; to Flee it is the home country")
    return found + swapped(frame)


def places_of(frame: pd.DataFrame) -> Places:
    """The places of rows without faults."""
    camp = frame.kind.isin(CAMPS).to_numpy()
    inhabitants = frame.people.to_numpy(float)
    return Places(
        tuple(frame.name),
        frame.kind.to_numpy(str),
        frame.country.to_numpy(str),
        frame.lat.to_numpy(float),
        frame.lon.to_numpy(float),
        np.where(camp, 0.0, inhabitants),
        np.where(camp & (inhabitants > 0.0), inhabitants, np.inf),
        np.where(frame.kind == "conflict", frame.since.to_numpy(float), np.inf),
    )


def read_legs(path: Path, places: Places) -> tuple[Legs, list[str]]:
    """The routes as legs, both ways. Raises InputError with every wrong row."""
    table = read_rows(path)
    mode_at = table.header.index("link_type") if "link_type" in table.header else None
    problems: list[str] = []
    rows = []
    for number, row in table.rows:
        cells = [*row, *[""] * 5]
        ends = [place_number(cells[k], places, table.place(number, f"name{k + 1}"), problems) for k in (0, 1)]
        km = number_of(cells[2])
        forced = number_of(cells[3] if cells[3].strip() and mode_at != 3 else "0")
        mode = (cells[mode_at].strip() or LINK_TYPES[0]) if mode_at else LINK_TYPES[0]
        if km is None:
            problems.append(f"{table.place(number, 'distance')}: {cells[2]!r}; allowed: km from 0")
        if forced not in (0.0, BACK, FORWARD):
            problems.append(f"{table.place(number, 'forced_redirection')}: {cells[3]!r}; allowed: 0, 1 or 2")
        if mode not in LINK_TYPES:
            problems.append(f"{table.place(number, 'link_type')}: {mode!r}; allowed: {', '.join(LINK_TYPES)}")
        rows.append((*ends, km, mode, forced))
    if not rows:
        problems.append(f"{table.file}: has no routes; at least one is expected")
    if problems:
        raise InputError(problems)
    first, second, km_, mode_, forced_ = map(list, zip(*rows, strict=True))
    forced_way = np.array([*forced_, *forced_], dtype=float)
    way = np.repeat([FORWARD, BACK], len(rows))
    return Legs(
        np.array(first + second, dtype=np.int64),
        np.array(second + first, dtype=np.int64),
        np.array(km_ + km_, dtype=float),
        np.array(mode_ + mode_, dtype=str),
        forced_way == way,
    ), marks(table)


def place_number(name: str, places: Places, where: str, problems: list[str]) -> int:
    """The number of a place by its name as it stands; a name that none has is a problem."""
    numbers = places.numbers
    if name not in numbers:
        near = [each for each in numbers if each.strip().casefold() == name.strip().casefold()]
        hint = f"; {near[0]!r} is written otherwise" if near else ""
        problems.append(f"{where}: {name!r} is no place of locations.csv{hint}")
    return numbers.get(name, 0)


def read_closures(path: Path, places: Places) -> tuple[tuple[Closure, ...], list[str]]:
    """The closures; those of unknown places close nothing and are warnings. Raises InputError with every wrong row."""
    if not is_taken(path):
        return (), []
    table = read_rows(path)
    problems, warnings, found = [], marks(table), []
    for number, row in table.rows:
        kind, first, second, *days = [cell.strip() for cell in [*row, *[""] * 5][:5]]
        start, end = (number_of(day, -np.inf) for day in days)
        if kind not in (*CLOSURES, *IGNORED):
            problems.append(f"{table.place(number, 'closure_type')}: {kind!r}; allowed: {', '.join(CLOSURES)}")
        elif start is None or end is None:
            problems.append(f"{table.file}, row {number}: days {','.join(days)!r}; allowed: two days")
        else:
            known = set(places.country) if kind == "country" else set(places.names)
            unknown = [name for name in ([first] if kind == "location" else [first, second]) if name not in known]
            if kind in IGNORED or unknown:
                what = f"closure_type {kind!r}" if kind in IGNORED else f"{unknown[0]!r}, which is unknown,"
                warnings.append(f"{table.file}, row {number}: {what} closes nothing, as in Flee")
            else:
                found.append(Closure(kind, first, second, int(start), int(end)))
    if problems:
        raise InputError(problems)
    return tuple(found), warnings


def swapped(places: pd.DataFrame) -> list[str]:
    """Places far from the others that would be near with latitude and longitude swapped, or lie beyond a pole."""
    lat, lon = places.lat.median(), places.lon.median()
    here, there = np.hypot(places.lat - lat, places.lon - lon), np.hypot(places.lon - lat, places.lat - lon)
    odd = places[(places.lat.abs() > 90.0) | ((here > FAR) & (there < here / 2.0))]
    return [
        f"locations.csv: latitude {row.lat:g} and longitude {row.lon:g} of {row.name_!r} look swapped"
        for row in odd.rename(columns={"name": "name_"}).itertuples()
    ]
