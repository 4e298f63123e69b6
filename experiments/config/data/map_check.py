"""What is wrong, or looks wrong, with a map of places and legs: for `corridor check-map`.

Mistakes that stop a run are found by the reader of the map and are errors here, too. Beyond them there are remarks:
places that no leg reaches or leaves, and distances and speeds that cannot be.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corridor.experiments.config.data.data_files import read_own_map
from corridor.experiments.config.documents.yaml import read
from corridor.experiments.config.shipped import experiment_file
from corridor.model import Geography
from corridor.model.engine.errors import InputError
from corridor.model.inputs.geography import ENTRY_KINDS, haversine_km
from corridor.model.inputs.map_files import ROUNDING_KM, SHORTEST

PLACES, LEGS = "places.csv", "legs.csv"
LONGEST = 4.0  # times the straight line; beside ROUNDING_KM, longer ways are detours that nobody takes
FASTEST = {"sea": 900.0, "foot": 80.0, "road": 1300.0, "rail": 2500.0, "boat": 900.0, "lorry": 1300.0}  # km a day
ENDS_HERE = ("kent",)  # kinds of place where a way ends


@dataclass(frozen=True)
class Remark:
    """Something that may be a mistake: the rows of the places and legs that it is about, and what it says."""

    text: str
    places: tuple[int, ...] = ()
    legs: tuple[int, ...] = ()


def map_files(given: str) -> tuple[Path | None, Path | None]:
    """The files of places and legs (None: the shipped one) of an experiment file, a shipped experiment, a folder that
    has them, or a CSV of places beside legs.csv. Raises InputError where there is no such."""
    path = Path(given)
    if path.is_dir() or path.suffix == ".csv":
        folder = path if path.is_dir() else path.parent
        places, legs = (path if path.suffix == ".csv" else folder / PLACES), folder / LEGS
        if missing := [each for each in (places, legs) if not each.is_file()]:
            raise InputError(f"{each}: does not exist; both {PLACES} and {LEGS} are needed" for each in missing)
        return places, legs
    path = experiment_file(given)
    if not path.is_file():
        text = (
            "is no file; allowed: an experiment file, the name of a shipped one, a folder with places.csv and legs.csv"
        )
        raise InputError([f"{given}: {text}"])
    document = read(path)
    if document.problems and not document.data:
        raise InputError(document.problems)
    named = [document.look_up(key) for key in ("places", "legs")]
    found = [path.parent / name if isinstance(name, str) else None for name in named]
    if missing := [each for each in found if each is not None and not each.is_file()]:
        raise InputError(f"{each}: does not exist" for each in missing)
    return found[0], found[1]


def read_map_of(given: str) -> Geography:
    """The map of `map_files`. Raises InputError with all mistakes that would stop a run."""
    return read_own_map(*map_files(given))


def remarks(g: Geography) -> list[Remark]:
    """What may be a mistake on a map that is valid."""
    return [*unreached(g), *dead_ends(g), *long_legs(g), *fast_legs(g)]


def unreached(g: Geography) -> list[Remark]:
    """Places that no way from an entry point reaches."""
    reached = np.isin(g.kinds, ENTRY_KINDS)
    for _ in g.places:
        reached[g.destination[reached[g.origin]]] = True
    return [
        Remark(f"{g.places[row]}: no way leads there from any entry point", (int(row),))
        for row in np.flatnonzero(~reached)
    ]


def dead_ends(g: Geography) -> list[Remark]:
    """Places from which no leg leads on, although people do not stay there for good."""
    ends = ~np.isin(np.arange(len(g.places)), g.origin) & ~np.isin(g.kinds, ENDS_HERE)
    return [
        Remark(f"{g.places[row]}: no leg leads on from this {g.kinds[row]}", (int(row),))
        for row in np.flatnonzero(ends)
    ]


def long_legs(g: Geography) -> list[Remark]:
    """Legs far longer than the straight line."""
    straight, found = straight_km(g), []
    for k in np.flatnonzero(g.km > LONGEST * straight + ROUNDING_KM).tolist():
        text = f"{g.km[k]:g} km is more than {LONGEST:g} times the {straight[k]:.0f} km in a straight line"
        found.append(Remark(f"{leg_name(g, k)}: {text}", (), (k,)))
    return found


def fast_legs(g: Geography) -> list[Remark]:
    """Legs on which people would be faster than their mode allows; none where no days are given."""
    speed, found = np.divide(g.km, g.days, out=np.zeros_like(g.km), where=g.days > 0.0), []
    for k, mode in enumerate(g.mode):
        if speed[k] > (most := FASTEST.get(mode, np.inf)):
            text = f"{g.km[k]:g} km in {g.days[k]:g} days are {speed[k]:.0f} km a day by {mode}; at most {most:g}"
            found.append(Remark(f"{leg_name(g, k)}: {text}", (), (k,)))
    return found


def straight_km(g: Geography) -> np.ndarray:
    """Great-circle length of each leg."""
    return haversine_km(g.lat[g.origin], g.lon[g.origin], g.lat[g.destination], g.lon[g.destination])


def leg_name(g: Geography, leg: int) -> str:
    """A leg by its ends."""
    return f"{g.places[g.origin[leg]]} to {g.places[g.destination[leg]]}"


def summary_of(g: Geography) -> str:
    """How many places of each kind and legs of each mode a map has."""
    kinds = ", ".join(f"{g.kinds.count(kind)} {kind}" for kind in dict.fromkeys(g.kinds))
    modes = ", ".join(f"{g.mode.count(mode)} {mode}" for mode in dict.fromkeys(g.mode))
    shortest = (g.km / np.maximum(straight_km(g), 1.0)).min()
    return (
        f"{len(g.places)} places ({kinds}); {len(g.mode)} legs ({modes}); the shortest leg has {shortest:.2f} of the "
        f"straight line (at least {SHORTEST:g})"
    )
