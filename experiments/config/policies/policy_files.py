"""Policy files: a measure as data that a civil servant can read, turned into the model's `Policy`.

A file holds a title, a reference, the paragraph of the statement that it implements, and for each lever the dates from
which it moves, over how many days, to what value. Or it includes other files by name. A measure counts once, however
often it is included. A policy is known by what its file says: equal files of one name are one policy, and different
files of one name are distinguished by their paths.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from corridor.experiments.config.data.data_files import is_file
from corridor.experiments.config.documents.document import Document, Problem
from corridor.experiments.config.documents.messages import allowed, is_number, shown
from corridor.experiments.config.documents.shape import ONE_LINE, check_shape
from corridor.experiments.config.documents.yaml import read
from corridor.experiments.config.shipped import POLICIES
from corridor.model import LEVERS
from corridor.model.engine.errors import InputError
from corridor.model.policy import FIRST_DAY, LAST_DAY, LONGEST_MOVE, Change, Doubt, Measure, not_after, overlapping

RANGE = ("value", "low", "high")  # keys of a value in doubt
SHIPPED = "shipped/"  # before the name of a file that ships with Corridor

FirstDay = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Title = Annotated[str, Field(pattern=ONE_LINE, max_length=200)]
STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


Finite = Annotated[float, Field(allow_inf_nan=False)]


class InDoubt(BaseModel):
    """A value with the range in which it may lie; where parameters are drawn, each draw has a value of its own."""

    model_config = STRICT
    value: Finite
    """The value that holds where parameters are not drawn; the mode of the distribution."""
    low: Finite
    """The lowest that is plausible."""
    high: Finite
    """The highest that is plausible."""
    distribution: Literal["triangular", "uniform", "beta", "lognormal", "log-uniform"] = "triangular"
    """How values are spread from low to high."""
    grade: Literal["A", "B", "C"] = "C"
    """Grade of the range: A read, B derived, C assumed."""


def _form(value: object) -> str:
    return "range" if isinstance(value, Mapping | InDoubt) else "number"


class Move(BaseModel):
    """One move of a lever."""

    model_config = STRICT
    start: FirstDay = Field(alias="from")
    """The first day on which the lever begins to move."""
    over_days: int = Field(0, ge=0, le=LONGEST_MOVE)
    """Over how many days it moves in a straight line; 0 is at once."""
    to: Annotated[Annotated[Finite, Tag("number")] | Annotated[InDoubt, Tag("range")], Discriminator(_form)]
    """The value that it reaches, within the lever's bounds (`corridor list levers`): a number, or {value, low, high},
    with distribution and grade, where its strength is in doubt."""

    def change(self, lever: str) -> Change:
        """The change of a lever that it is."""
        if not isinstance(self.to, InDoubt):
            return Change(lever, self.start, self.over_days, self.to)
        to = self.to
        return Change(lever, self.start, self.over_days, to.value, Doubt(to.low, to.high, to.distribution, to.grade))


Moves = Annotated[tuple[Move, ...], Field(strict=False, min_length=1)]


class PolicyFile(BaseModel):
    """One policy file."""

    model_config = STRICT
    title: Title
    """What the measure is called in tables."""
    reference: str
    """The document it comes from, with its date."""
    paragraph: str = ""
    """The paragraph it implements, quoted or in short."""
    grade: Literal["A", "B", "C"] | None = None
    """Grade of the lever values: A read, B derived, C assumed."""
    cost_eur_million: float | None = Field(None, ge=0, allow_inf_nan=False)
    """The published cost over the period, in million EUR; null where none is published."""
    note: str = ""
    """How the lever values were chosen."""
    levers: dict[str, Moves] = Field(default_factory=dict)
    """Lever name -> its moves in order of their dates."""
    includes: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """Other policies that belong to this one, by name."""


class PolicyBook:
    """The policy files that one experiment can name: those beside its file first, then the shipped ones.

    Every file is read and checked once; what is wrong stands in `problems`, one line each.
    """

    def __init__(self, directory: Path) -> None:
        """`directory` is the folder of the experiment file; its policies are in `policies/` there."""
        self.directory = directory
        self.problems: list[str] = []
        self._files: dict[Path, PolicyFile | None] = {}

    @cached_property
    def names(self) -> list[str]:
        """The names that can be used in an experiment file."""
        folders = (self.directory / "policies", POLICIES)
        return sorted({path.stem for folder in folders for path in folder.glob("*.yaml")})

    def find(self, name: str, directory: Path) -> Path | None:
        """The file of a policy name, or of a path ending in .yaml that is relative to `directory`."""
        if name.endswith(".yaml"):
            candidates = [directory / name]
        elif name != Path(name).name:
            candidates = []
        else:
            candidates = [folder / f"{name}.yaml" for folder in (self.directory / "policies", POLICIES)]
        return next((path.resolve() for path in candidates if is_file(path)), None)

    def check(self, document: Document, keys: tuple[str | int, ...], folder: Path) -> list[Path]:
        """The files of the names listed at `keys`; those that are unknown, or listed twice, are reported."""
        found: list[Path] = []
        for k, name in document.entries(*keys):
            if not isinstance(name, str):
                continue  # reported by the check of types
            path = self.find(name, folder)
            if path is None:
                document.report((*keys, k), f"{shown(name)} is not a known policy{allowed(self.names, name)}")
            elif path in found:
                document.report((*keys, k), f"{shown(name)} is listed twice")
            else:
                found.append(path)
        return found

    def open(self, path: Path, including: tuple[Path, ...] = ()) -> PolicyFile | None:
        """Read and check a file and all that it includes; None when it is wrong (then `problems` says why)."""
        if path in self._files:
            return self._files[path]
        document = read(path)
        file: PolicyFile | None = None if document.problems else check_shape(document, PolicyFile)
        for key, text in [*_lever_problems(document), *_emptiness(file)]:
            document.report(key, text)
        self._files[path] = file
        self._open_included(document, path, (*including, path))
        self.problems.extend(document.problems)
        return file

    def _open_included(self, document: Document, path: Path, including: tuple[Path, ...]) -> None:
        for other in self.check(document, ("includes",), path.parent):
            if other in including:
                circle = " -> ".join(p.stem for p in (*including[including.index(other) :], other))
                document.report(("includes",), f"{other.stem!r} includes itself: {circle}")
            else:
                self.open(other, including)

    def measures(self, paths: Iterable[Path]) -> tuple[Measure, ...]:
        """The measures of these files and of all that they include, each once, in order (files must be valid)."""
        measures: dict[str, Measure] = {}
        for path in self._all_of(paths):
            file, name = self._files[path], self.name_of(path)
            if file is not None and file.levers and name not in measures:
                measures[name] = _measure(name, file)
        return tuple(measures.values())

    def _all_of(self, paths: Iterable[Path]) -> Iterator[Path]:
        """These files, each after all that it includes."""
        for path in paths:
            yield from self._all_of(self._included(path))
            yield path

    def _included(self, path: Path) -> list[Path]:
        file = self._files[path]
        found = [self.find(name, path.parent) for name in (file.includes if file else ())]
        return [other for other in found if other is not None]

    def name_of(self, path: Path) -> str:
        """The name of a policy among all opened files (which must be valid): the stem of its file or, where files with
        the same stem differ in what they say, its path."""
        contents = {self._content(other) for other in self._files if other.stem == path.stem}
        return path.stem if len(contents) == 1 else self._place(path).removesuffix(".yaml")

    def _content(self, path: Path) -> str:
        """All that a file and those that it includes say: equal for files that are the same policy."""
        file = self._files[path]
        own = file.model_dump_json(by_alias=True, exclude={"includes"}) if file else ""
        return json.dumps([own, *(self._content(other) for other in self._included(path))])

    def _place(self, path: Path) -> str:
        """A file's path from the folder of the experiment, or in `shipped/`: the same on every machine."""
        if path.parent == POLICIES:
            return SHIPPED + path.name
        try:
            return Path(os.path.relpath(path, self.directory.resolve())).as_posix()
        except ValueError:  # on another drive
            return path.as_posix()

    def ambiguities(self, paths: Iterable[Path]) -> Iterator[str]:
        """Different files with the same name among those of one world (which must be valid), in words."""
        found: dict[str, dict[str, Path]] = {}
        for path in self._all_of(paths):
            found.setdefault(path.stem, {}).setdefault(self.name_of(path), path)
        for stem, same in found.items():
            if len(same) > 1:
                files = " and ".join(self._place(path) for path in same.values())
                yield f"{files} differ and have one name, {stem!r}; allowed: one of them, or another name for its file"

    def replacements(self) -> dict[str, str]:
        """Shipped policies for which opened files of the user's own stand in, by name, in words."""
        found = {}
        for path in self._files:
            shipped = POLICIES / path.name
            if path == shipped or path.parent != (self.directory / "policies").resolve() or not is_file(shipped):
                continue
            if path.read_bytes() == shipped.read_bytes():
                continue
            packages = [each for each in self._files if each.parent == POLICIES and path in self._included(each)]
            inside = f", also inside {' and '.join(each.stem for each in packages)}" if packages else ""
            text = f"{self._place(path)} replaces the shipped policy {path.stem!r}{inside} (corridor list policies)"
            found[path.stem] = text
        return found

    def contents(self) -> dict[str, dict[str, Any]]:
        """The contents of every opened file by the name of the policy, for the record of a run; with its place, a hash
        of the file, and the names of what it includes."""
        return {
            self.name_of(path): {
                **file.model_dump(mode="json", by_alias=True),
                "includes": [self.name_of(other) for other in self._included(path)],
                "file": self._place(path),
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path, file in self._files.items()
            if file
        }

    def all_files(self) -> list[tuple[str, PolicyFile]]:
        """Every policy that can be named, with its contents. Raises InputError when one of them is wrong."""
        found = [(name, self.find(name, self.directory)) for name in self.names]
        opened = [(name, self.open(path)) for name, path in found if path is not None]
        if self.problems:
            raise InputError(self.problems)
        return [(name, file) for name, file in opened if file is not None]


def _measure(name: str, file: PolicyFile) -> Measure:
    changes = [move.change(lever) for lever, moves in file.levers.items() for move in moves]
    return Measure(name=name, title=file.title, changes=tuple(changes))


def _emptiness(file: PolicyFile | None) -> Iterator[Problem]:
    if file is not None and not file.levers and not file.includes:
        yield (), f"changes nothing; give levers or includes{allowed(LEVERS)}"


def _range_problems(to: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with a range, beyond each of its numbers."""
    value, low, high = (to.get(key, math.nan) for key in RANGE)
    if not (is_number(value) and is_number(low) and is_number(high)):
        return
    if not low <= value <= high or low == high:
        text = f"low {low:g}, value {value:g}, high {high:g} are not allowed; allowed: low up to value up to high, "
        yield ("to",), f"{text}and low below high"
    elif "log" in str(to.get("distribution")) and low <= 0:
        yield ("to", "low"), f"{low:g} is not allowed; allowed for {to['distribution']}: more than 0"


def _lever_problems(document: Document) -> Iterator[Problem]:
    """Unknown levers, values outside their bounds, and moves that are out of order or overlap."""
    for name, _ in document.entries("levers"):
        if name not in LEVERS:
            yield ("levers", name), f"is not a known lever{allowed(LEVERS, name)}"
            continue
        lever, moves = LEVERS[name], {}
        for k, _ in document.entries("levers", name):
            to, start, over = (document.look_up("levers", name, k, key) for key in ("to", "from", "over_days"))
            values = {("to", key): to.get(key) for key in RANGE} if isinstance(to, Mapping) else {("to",): to}
            for where, value in values.items():
                if is_number(value) and not lever.allows(value):
                    yield ("levers", name, k, *where), f"{shown(value)} is out of range; allowed: {lever.bounds}"
            if isinstance(to, Mapping):
                yield from (((*("levers", name, k), *keys), text) for keys, text in _range_problems(to))
            if type(start) is date and FIRST_DAY <= start <= LAST_DAY:
                days = int(over) if is_number(over) and 0 <= over <= LONGEST_MOVE else 0
                moves[k] = Change(name, start, days, lever.baseline)
        for number, end in overlapping(list(moves.values())):
            k = list(moves)[number]
            yield ("levers", name, k, "from"), not_after(moves[k].start, end)
