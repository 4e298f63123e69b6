"""Conditions of the time: multipliers by date that an experiment file names, for all draws or one by one, those that
one world has in their place, and those that belong to the draws of a posterior."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from corridor.experiments.config.cases import Condition
from corridor.experiments.config.data.data_files import CONDITIONS, is_file
from corridor.experiments.config.documents.document import Document, Keys
from corridor.experiments.config.documents.messages import shown
from corridor.model import Geography
from corridor.model.engine.errors import InputError
from corridor.model.inputs.conditions import ENTRIES, NO_CONDITIONS, Conditions, read_conditions
from corridor.model.inputs.reader import read_cells, read_text

KEY: Keys = (CONDITIONS,)
SHOWN = 3  # conditions that a note names
ByDraw = Mapping[int | None, Conditions]


def conditions_of(document: Document, directory: Path, name: str | None) -> ByDraw:
    """The conditions of a CSV by the number of their draw (None: for all); problems are reported."""
    if name is None:
        return {}
    if not is_file(directory / name):
        document.report(KEY, f"{shown(name)} does not exist; allowed: a CSV file, relative to this file")
        return {}
    try:
        return read_conditions(directory / name)
    except InputError as error:
        document.problems.extend(error.problems)
        return {}


def conditions_of_worlds(
    document: Document, world_files: Mapping[str, Mapping[str, Path]], of_file: ByDraw
) -> dict[Path, Conditions]:
    """The conditions that worlds have in place of those of the whole file (`of_file`), by their CSV; problems are
    reported with the key of the world."""
    found: dict[Path, Conditions] = {}
    for world, files in world_files.items():
        if CONDITIONS not in files:
            continue
        path, keys = files[CONDITIONS], key_of(world)
        try:
            by_draw = read_conditions(path)
        except InputError as error:
            for text in error.problems:
                document.report(keys, text)
            continue
        if by_draw and None not in by_draw:
            document.report(keys, f"{path.name} is given draw by draw; allowed for a world: rows without a draw")
        if of_file and None not in of_file:
            document.report(keys, "those of the whole file are given draw by draw; allowed: in one of the two")
        found[path] = by_draw.get(None, NO_CONDITIONS)
    return found


def key_of(world: str) -> Keys:
    """Where a world names conditions of its own."""
    return ("worlds", world, CONDITIONS)


def conditions_file(draws: Path) -> Path:
    """Where the conditions of draws stand, if they have any: `posterior_conditions.csv` beside `posterior.csv`."""
    return draws.with_name(f"{draws.stem}_conditions.csv")


def conditions_of_draws(draws: Path, rows: int) -> list[Conditions]:
    """The conditions that belong to each draw of a file, in the order of its rows; none where it has no such file.

    Raises InputError where the file cannot be read, or some draw has none.
    """
    path = conditions_file(draws)
    if not path.is_file():
        return [NO_CONDITIONS] * rows
    return [*each_draw(read_conditions(path), rows, path.name)]


def each_draw(by_draw: ByDraw, rows: int, file: str) -> list[Conditions]:
    """Conditions of the draws 1 to `rows`, which are rows of a file of draws. Raises InputError where one has none."""
    if None in by_draw:
        return [by_draw[None]] * rows
    if missing := [draw for draw in range(1, rows + 1) if draw not in by_draw]:
        raise InputError([f"{file}, draw: {missing[0]} is missing; allowed: every draw from 1 to {rows}, a row each"])
    return [by_draw[draw] for draw in range(1, rows + 1)]


def condition_problems(path: Path, by_draw: ByDraw, maps: Iterable[Geography], has_draws: bool) -> Iterator[str]:
    """Conditions of a CSV of places where nobody enters, or of draws where there are none."""
    places = {place for g in maps for place in (g.places[row] for row in g.entry_point_rows())}
    names = {name for each in by_draw.values() for _, name, _ in each.rows if name.startswith(ENTRIES)}
    if unknown := {name for name in names if name.removeprefix(ENTRIES) not in places}:
        allowed = f"allowed: {ENTRIES} and one of {', '.join(sorted(places))}"
        for row, name in rows_of(path, unknown):
            yield f"{path.name}, row {row}, name: {name!r} is of no entry point; {allowed}"
    if by_draw and None not in by_draw and not has_draws:
        yield "are given draw by draw, and no draws of a posterior are used here; allowed: rows without a draw"


def rows_of(path: Path, names: Collection[str]) -> Iterator[tuple[int, str]]:
    """The first row of a valid CSV of conditions that has each of these names, as a spreadsheet numbers it."""
    header, rows = read_cells(path.name, read_text(path))
    first: dict[str, int] = {}
    for number, row in rows:
        first.setdefault(row[header.index("name")], number)
    yield from ((number, name) for name, number in first.items() if name in names)


def late_notes(file: str, conditions: Conditions, end: date) -> Iterator[str]:
    """Which conditions of a CSV begin after the run, so that they do not act in it."""
    late = list(dict.fromkeys(f"{name} from {day}" for day, name, _ in conditions.rows if day > end))
    if late:
        more = f" and {len(late) - SHOWN} more" if len(late) > SHOWN else ""
        yield f"{file}: does not act, as the run ends on {end}: {', '.join(late[:SHOWN])}{more}"


def together(draws: Iterable[Conditions], own: Iterable[Conditions]) -> list[tuple[Condition, ...]]:
    """The conditions of draws, multiplied by those that an experiment file has for them."""
    return [one.times(other).rows for one, other in zip(draws, own, strict=True)]
