"""Policy files: a measure as data that a civil servant can read, turned into the model's `Policy`.

A file holds a title, a reference, the paragraph of the statement that it implements, and for each lever the dates from
which it moves, over how many days, to what value. Or it includes other files by name. A measure counts once, however
often it is included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from corridor.experiments.config.data_files import is_file
from corridor.experiments.config.documents.document import Document, Problem
from corridor.experiments.config.documents.messages import allowed, is_number, shown
from corridor.experiments.config.documents.shape import ONE_LINE, check_shape
from corridor.experiments.config.documents.yaml import read
from corridor.experiments.config.shipped import POLICIES
from corridor.model import LEVERS, Policy
from corridor.model.engine.errors import InputError
from corridor.model.policy import FIRST_DAY, LAST_DAY, LONGEST_MOVE, Change, Measure, not_after, overlapping

FirstDay = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Title = Annotated[str, Field(pattern=ONE_LINE, max_length=200)]
STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class Move(BaseModel):
    """One move of a lever."""

    model_config = STRICT
    start: FirstDay = Field(alias="from")
    """The first day on which the lever begins to move."""
    over_days: int = Field(0, ge=0, le=LONGEST_MOVE)
    """Over how many days it moves in a straight line; 0 is at once."""
    to: float = Field(allow_inf_nan=False)
    """The value that it reaches, within the lever's bounds (`corridor list levers`)."""


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

    def policy(self, paths: Iterable[Path]) -> Policy:
        """The measures of these files and of all that they include, each once, in order (files must be valid)."""
        measures: dict[Path, Measure] = {}
        for path in paths:
            for each in self._with_included(path):
                file = self._files[each]
                if file is not None and file.levers:
                    measures.setdefault(each, _measure(each.stem, file))
        return Policy(tuple(measures.values()))

    def _with_included(self, path: Path) -> Iterator[Path]:
        file = self._files[path]
        for name in file.includes if file else ():
            other = self.find(name, path.parent)
            if other is not None:
                yield from self._with_included(other)
        yield path

    def contents(self) -> dict[str, dict[str, Any]]:
        """The contents of every opened file, by name, for the record of a run."""
        return {path.stem: file.model_dump(mode="json", by_alias=True) for path, file in self._files.items() if file}

    def all_files(self) -> list[tuple[str, PolicyFile]]:
        """Every policy that can be named, with its contents. Raises InputError when one of them is wrong."""
        found = [(name, self.find(name, self.directory)) for name in self.names]
        opened = [(name, self.open(path)) for name, path in found if path is not None]
        if self.problems:
            raise InputError(self.problems)
        return [(name, file) for name, file in opened if file is not None]


def _measure(name: str, file: PolicyFile) -> Measure:
    changes = [
        Change(lever, start=move.start, over_days=move.over_days, to=move.to)
        for lever, moves in file.levers.items()
        for move in moves
    ]
    return Measure(name=name, title=file.title, changes=tuple(changes))


def _emptiness(file: PolicyFile | None) -> Iterator[Problem]:
    if file is not None and not file.levers and not file.includes:
        yield (), f"changes nothing; give levers or includes{allowed(LEVERS)}"


def _lever_problems(document: Document) -> Iterator[Problem]:
    """Unknown levers, values outside their bounds, and moves that are out of order or overlap."""
    for name, _ in document.entries("levers"):
        if name not in LEVERS:
            yield ("levers", name), f"is not a known lever{allowed(LEVERS, name)}"
            continue
        lever, moves = LEVERS[name], {}
        for k, _ in document.entries("levers", name):
            value, start, over = (document.look_up("levers", name, k, key) for key in ("to", "from", "over_days"))
            if is_number(value) and not lever.allows(value):
                yield ("levers", name, k, "to"), f"{shown(value)} is out of range; allowed: {lever.bounds}"
            if type(start) is date and FIRST_DAY <= start <= LAST_DAY:
                days = int(over) if is_number(over) and 0 <= over <= LONGEST_MOVE else 0
                moves[k] = Change(name, start, days, lever.baseline)
        for number, end in overlapping(list(moves.values())):
            k = list(moves)[number]
            yield ("levers", name, k, "from"), not_after(moves[k].start, end)
