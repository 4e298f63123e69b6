"""The data files that an experiment names: found, read and checked, the user's own or the shipped."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from corridor.experiments.config.data.sea import SAMPLED, SEA
from corridor.experiments.config.documents.document import Document, Keys
from corridor.model import Geography, load_geography
from corridor.model.engine.errors import InputError
from corridor.model.inputs.climate import read_sea_climate
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.entries import Entries, read_entries
from corridor.model.inputs.groups import read_groups
from corridor.model.inputs.history import History
from corridor.model.inputs.sea import read_record, read_sea
from corridor.model.parameters import PARAMETERS, Parameter, own_parameters

T = TypeVar("T")
READERS: dict[str, Callable[[Path], object]] = {
    "groups": read_groups,
    "history": History,
    "sea": read_sea,
    "sea_climate": read_sea_climate,
    "sea_record": read_record,
}
PARAMETER_TABLE = "parameter_table"
SHIPPED_LEGS = DATA / "legs.csv"
LACKS = "lacks "  # of a map without entry points
WORLD_FILES = ("places", "legs", "entries", "groups", "history", "sea", "sea_climate", "sea_record")
CONDITIONS = "conditions"  # named like a data file, but part of what a case sets, as parameters are
WORLD_KEYS = (*WORLD_FILES, CONDITIONS)  # what a world may name of its own in place of what the whole file names
DATA_FILES = (*WORLD_FILES, PARAMETER_TABLE)


@dataclass(frozen=True)
class WorldData:
    """The map and the entries of a world, and the user's own file of the entries."""

    geography: Geography
    entries: Entries
    source: Path | None = None


def own_files(document: Document, directory: Path) -> dict[str, Path]:
    """The user's own CSV files that exist, of the whole experiment file; the others are reported.

    A file that no world uses, because each names one of its own, is reported, too.
    """
    worlds = document.entries("worlds")
    for key in WORLD_KEYS:
        named = document.look_up(key) not in (None, SAMPLED)
        if worlds and named and all(document.look_up("worlds", name, key) for name, _ in worlds):
            document.report((key,), "is not used, as every world names a file of its own; allowed: in one of the two")
    return existing_files(document, directory, (), DATA_FILES)


def own_files_of_worlds(document: Document, directory: Path) -> dict[str, dict[str, Path]]:
    """World -> the CSV files that exist and that it alone has; the others are reported. Worlds without any are left
    out."""
    found = {
        str(name): existing_files(document, directory, ("worlds", name), WORLD_KEYS)
        for name, _ in document.entries("worlds")
    }
    return {name: files for name, files in found.items() if files}


def without_conditions(files: Mapping[str, Path]) -> dict[str, Path]:
    """The data files among those that a world names."""
    return {key: path for key, path in files.items() if key != CONDITIONS}


def existing_files(document: Document, directory: Path, keys: Keys, allowed: Sequence[str]) -> dict[str, Path]:
    """The CSV files named in the mapping at some keys that exist; the others are reported."""
    found = {}
    for key in allowed:
        name = document.look_up(*keys, key)
        if not isinstance(name, str) or (key, name) == (SEA, SAMPLED):
            continue
        if is_file(directory / name):
            found[key] = directory / name
        else:
            what = "is a directory" if os.path.isdir(directory / name) else "does not exist"  # noqa: PTH112
            document.report((*keys, key), f"{name!r} {what}; allowed: a CSV file, relative to the experiment file")
    return found


def is_file(path: Path) -> bool:
    """Whether a file can be seen there; a path that the system refuses (too long, forbidden) holds none."""
    try:
        return path.is_file()
    except OSError:
        return False


def read_data(
    files: dict[str, Path], own: Mapping[str, dict[str, Path]], document: Document
) -> tuple[dict[str, WorldData], list[str]]:
    """World -> its map and entries, where they could be read, and all problems of the data files.

    `files` are those of the whole file, `own` those of single worlds; worlds with the same files are read once. What is
    wrong only with the files of a world is reported with its key. A file without worlds counts as one without a name.
    """
    found: dict[str, WorldData] = {}
    problems: list[str] = []
    read: dict[tuple[tuple[str, Path], ...], WorldData | None] = {}
    names = [str(name) for name, _ in document.entries("worlds")] or [""]
    own = {name: there for name, named in own.items() if (there := without_conditions(named))}
    for world in sorted(names, key=lambda name: name in own):
        mine = own.get(world, {})
        used = {**files, **mine}
        key = tuple(sorted(used.items()))
        if key not in read:
            read[key], texts = read_one(used, document)
            fresh = [(at, text) for at, text in texts if text not in problems]
            problems += [worded(document, world, mine, at, text) for at, text in fresh]
        data = read[key]
        if data is not None:
            found[world] = data
    return {name: found[name] for name in names if name in found}, problems


def worded(document: Document, world: str, own: Mapping[str, Path], key: str, text: str) -> str:
    """A problem of a data file in words: with the key of the world where the world has files of its own."""
    if own:
        return document.worded(("worlds", world, key if key in own else next(iter(own))), text)
    return document.worded((key,), text) if text.startswith(LACKS) else text


def read_one(files: dict[str, Path], document: Document) -> tuple[WorldData | None, list[tuple[str, str]]]:
    """Read the map, the entries, the sea and the groups, the user's own or the shipped; and all problems, each with the
    key of its file."""
    problems: list[tuple[str, str]] = []

    def attempt(key: str, read_file: Callable[[], T]) -> T | None:
        try:
            return read_file()
        except InputError as error:
            problems.extend((key, text) for text in error.problems)
            return None

    geography = attempt("places", lambda: read_own_map(files.get("places"), files.get("legs")))
    known = geography or (None if "places" in files else load_geography())  # entries are at places of the map alone
    entries = None
    if known and "places" in files and "entries" not in files and (missing := _missing_entry_points(known)):
        text = f"{LACKS}{missing}, where shipped entries come in; allowed: your own entries, too"
        problems.append(("places", text))
    elif known:
        entries = attempt("entries", lambda: read_entries(files.get("entries"), known))
    for key, read_file in READERS.items():
        if key in files:
            attempt(key, partial(read_file, files[key]))
    start, end = document.look_up("start"), document.look_up("end")
    if type(start) is date and type(end) is date and start <= end and "entries" in files and entries is not None:
        problems.extend(("entries", text) for text in _gaps(files["entries"], entries, start, end))
    return WorldData(geography, entries, files.get("entries")) if geography and entries else None, problems


def read_own_map(places: Path | None, legs: Path | None) -> Geography:
    """The map of these files, the shipped one in place of what is not given. Raises InputError with all problems, those
    of shipped legs that do not fit the user's places in one."""
    try:
        return load_geography(places, legs)
    except InputError as error:
        of_legs = [text for text in error.problems if text.startswith(f"{SHIPPED_LEGS.name}, row ")]
        if legs or not of_legs:
            raise
        more = f", and {len(of_legs) - 1} more" if len(of_legs) > 1 else ""
        text = f"places is given, legs is not; the shipped legs do not fit these places: {of_legs[0]}{more}"
        raise InputError([*(each for each in error.problems if each not in of_legs), text]) from None


def read_parameter_table(files: Mapping[str, Path], document: Document) -> Mapping[str, Parameter]:
    """The parameters as an experiment declares them: the user's own rows, where it names any, in place of the shipped.

    What is wrong with the user's file is reported, and the shipped table is given.
    """
    try:
        return own_parameters(files[PARAMETER_TABLE]) if PARAMETER_TABLE in files else PARAMETERS
    except InputError as error:
        document.problems.extend(error.problems)
        return PARAMETERS


def _missing_entry_points(geography: Geography) -> str:
    """Entry points of the shipped map that another map does not have."""
    shipped, here = ({g.places[row] for row in g.entry_point_rows()} for g in (load_geography(), geography))
    return ", ".join(sorted(shipped - here))


def _gaps(path: Path, entries: Entries, start: date, end: date) -> Iterator[str]:
    """Months of the run for which a user's entries say nothing."""
    if missing := entries.missing(start, end):
        yield f"{path.name}, month: {len(missing)} months of the run are missing, the first {missing[0]}"
