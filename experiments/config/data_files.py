"""The data files that an experiment names: found, read and checked, the user's own or the shipped."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from corridor.experiments.config.documents.document import Document
from corridor.model import Geography, load_geography
from corridor.model.engine.errors import InputError
from corridor.model.inputs.climate import read_sea_climate, read_sea_years
from corridor.model.inputs.entries import Entries, read_entries
from corridor.model.inputs.groups import read_groups
from corridor.model.inputs.history import History
from corridor.model.inputs.sea import read_sea
from corridor.model.parameters import PARAMETERS, Parameter, own_parameters

T = TypeVar("T")
READERS: dict[str, Callable[[Path], object]] = {
    "groups": read_groups,
    "history": History,
    "sea_climate": read_sea_climate,
    "sea_years": read_sea_years,
}
PARAMETER_TABLE = "parameter_table"
DATA_FILES = ("places", "legs", "entries", "groups", "history", "sea", "sea_climate", "sea_years", PARAMETER_TABLE)


def own_files(document: Document, directory: Path) -> dict[str, Path]:
    """The user's own CSV files that exist; the others are reported."""
    found = {}
    for key in DATA_FILES:
        name = document.look_up(key)
        if not isinstance(name, str):
            continue
        if is_file(directory / name):
            found[key] = directory / name
        else:
            what = "is a directory" if os.path.isdir(directory / name) else "does not exist"  # noqa: PTH112
            document.report((key,), f"{name!r} {what}; allowed: a CSV file, relative to the experiment file")
    return found


def is_file(path: Path) -> bool:
    """Whether a file can be seen there; a path that the system refuses (too long, forbidden) holds none."""
    try:
        return path.is_file()
    except OSError:
        return False


def read_data(files: dict[str, Path], document: Document) -> tuple[Geography | None, Entries | None, list[str]]:
    """Read the map, the entries, the sea and the groups, the user's own or the shipped; and all problems."""
    problems: list[str] = []

    def attempt(read_file: Callable[[], T]) -> T | None:
        try:
            return read_file()
        except InputError as error:
            problems.extend(error.problems)
            return None

    geography = attempt(lambda: load_geography(files.get("places"), files.get("legs")))
    known = geography or load_geography()
    entries = None
    if "places" in files and "entries" not in files and (missing := _missing_entry_points(known)):
        document.report(("places",), f"lacks {missing}, where shipped entries come in; allowed: your own entries, too")
    else:
        entries = attempt(lambda: read_entries(files.get("entries"), known))
    for key, read_file in READERS.items():
        if key in files:
            attempt(partial(read_file, files[key]))
    start, end = document.look_up("start"), document.look_up("end")
    if type(start) is date and type(end) is date and start <= end:
        if "sea" in files:
            attempt(lambda: read_sea(files["sea"], start, end))
        if "entries" in files and entries is not None:
            problems.extend(_gaps(files["entries"], entries, start, end))
    return geography, entries, problems


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
