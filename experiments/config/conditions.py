"""Conditions of the time that an experiment file names: multipliers by date, for all draws or one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from corridor.experiments.config.cases import Point
from corridor.experiments.config.data_files import is_file
from corridor.experiments.config.documents.document import Document
from corridor.experiments.config.documents.messages import shown
from corridor.model import Geography
from corridor.model.engine.errors import InputError
from corridor.model.inputs.conditions import ENTRIES, Conditions, read_conditions

KEY = ("conditions",)
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


def condition_problems(by_draw: ByDraw, maps: Iterable[Geography], points: Sequence[Point]) -> Iterator[str]:
    """Conditions of places where nobody enters, or of draws that there are not."""
    places = {place for g in maps for place in (g.places[row] for row in g.entry_point_rows())}
    names = {name for each in by_draw.values() for _, name, _ in each.rows if name.startswith(ENTRIES)}
    for name in sorted(names):
        if name.removeprefix(ENTRIES) not in places:
            yield f"{name}: is no entry point; allowed: {ENTRIES} and one of {', '.join(sorted(places))}"
    missing = [point.number for point in points if None not in by_draw and point.number not in by_draw]
    if by_draw and missing:
        kind = f"of draw {missing[0]}" if missing[0] else "of every draw, as the file has no draws"
        yield f"the conditions {kind} are missing; allowed: rows for every draw, or rows without one"


def with_conditions(points: Sequence[Point], by_draw: ByDraw) -> tuple[Point, ...]:
    """The points with the conditions of an experiment file, which multiply those that a draw has already."""
    if not by_draw:
        return tuple(points)
    own = [by_draw.get(point.number, by_draw.get(None, Conditions())) for point in points]
    return tuple(
        replace(point, conditions=Conditions(point.conditions).times(each).rows)
        for point, each in zip(points, own, strict=True)
    )
