"""Experiment files: what one says, and all that can be wrong with one.

`load(path)` gives an `Experiment` that is ready to run, or raises `InputError` with every problem of the file, of the
policies that it names and of the data files that it points to, each as `file, line N, key: value and what is allowed`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Discriminator, Field, Tag

from corridor.experiments.config.cases import Case, Point
from corridor.experiments.config.data_files import own_files, read_data, read_parameter_table
from corridor.experiments.config.designs import Design, Draws, points_of, read_draws
from corridor.experiments.config.policies import STRICT, PolicyBook, Title
from corridor.experiments.config.yaml import (
    NAME,
    Document,
    Keys,
    allowed,
    check_shape,
    document_of,
    dotted,
    is_number,
    read,
    read_value,
    repeated,
    shown,
)
from corridor.model import INDICATORS, Geography, Policy
from corridor.model.engine.errors import InputError
from corridor.model.parameters import Parameter, Parameters

T = TypeVar("T")
UNNAMED = Path("experiment")  # stands for the file where an experiment is a mapping
FIRST_DAY, LAST_DAY = date(2018, 1, 1), date(2025, 12, 31)
MOST_SEEDS = 10_000
LARGEST_SEED = 2**32 - 1
MOST_SEEDS_TOGETHER = 8  # in one case, which is one file
MOST_REPLICATES_TOGETHER = 64  # of cases side by side in one simulation; at scale 20 to 50, 32 cost 20 to 30 % more
MOST_AGENTS_TOGETHER = 8_000_000  # four seeds at one agent a person, about a gigabyte
MOST_AGENTS = 20_000_000  # of one seed; at some 500 bytes each

WorldName = Annotated[str, Field(pattern=NAME)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED)]
SeedCount = Annotated[int, Field(ge=1, le=MOST_SEEDS)]
SeedList = Annotated[
    tuple[Seed, ...],
    Field(strict=False, min_length=1, max_length=MOST_SEEDS, json_schema_extra={"uniqueItems": True}),
]


def _parameters_form(value: object) -> str:
    return "draws" if isinstance(value, str) else "values"


def _seeds_form(value: object) -> str:
    return "list" if isinstance(value, list | tuple) else "count"


class World(BaseModel):
    """One world of an experiment: the policies that are in force in it."""

    model_config = STRICT
    title: Title
    """What the world is called in tables and figures."""
    policies: Annotated[tuple[str, ...], Field(strict=False)]
    """Names of policies (`corridor list policies`), or paths of policy files that end in .yaml; [] is no policy."""


class ExperimentFile(BaseModel):
    """An experiment of Corridor: worlds that differ in their policies, run on the same seeds and compared."""

    model_config = STRICT
    title: Title
    """What is asked, in a line."""
    start: date
    """The first day that is simulated."""
    end: date
    """The last day that is simulated."""
    scale: float = Field(1.0, ge=0.1, le=1000, allow_inf_nan=False)
    """People per agent: 1 is one agent a person; 10 is about ten times as fast and coarser."""
    seeds: Annotated[Annotated[SeedCount, Tag("count")] | Annotated[SeedList, Tag("list")], Discriminator(_seeds_form)]
    """How many replicates of each world (seeds 1 to N), or the list of their seeds."""
    worlds: dict[WorldName, World] = Field(min_length=1)
    """Name -> world; every world runs on the same seeds."""
    baseline: str
    """The world that the others are compared with."""
    measures: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """Policies beyond those of the worlds that `corridor compare` sets alone beside the baseline."""
    parameters: Annotated[
        Annotated[dict[str, Finite], Tag("values")] | Annotated[str, Tag("draws")], Discriminator(_parameters_form)
    ] = Field(default_factory=dict)
    """Values of parameters that differ from their defaults (`corridor list parameters`); or `posterior`, by which each
    seed has a draw of its own of the posterior that is shipped; or a CSV of draws of your own."""
    parameter_table: str | None = None
    """A CSV of parameters, relative to this file, with the columns that `corridor list parameters --csv` prints; its
    rows take the place of the shipped rows of the same name, and the other parameters stay as they are shipped. It
    changes defaults, ranges, distributions, grades, sources and what `corridor calibrate` fits; a unit is a label that
    converts nothing. Draws of a posterior that lie out of its ranges are refused: widen the range, or fit again with
    this table. Parameters that are not drawn take their defaults from it, although the posterior was fitted with the
    shipped ones."""
    design: Design | None = None
    """Points at which parameters or levers are varied; every world runs at every point."""
    places: str | None = None
    """A CSV of places instead of the shipped one, relative to this file."""
    legs: str | None = None
    """A CSV of legs instead of the shipped one."""
    entries: str | None = None
    """A CSV of monthly entries instead of the shipped one."""
    sea: str | None = None
    """A CSV of sea states instead of the shipped one."""
    groups: str | None = None
    """A CSV of nationality groups instead of the shipped one: shares bound for the United Kingdom, and removable."""
    history: str | None = None
    """A CSV of officers on the coast and access to lorries by date instead of the shipped one."""
    sea_climate: str | None = None
    """A CSV of the chances of red, amber and green days by month instead of the shipped one."""
    sea_years: str | None = None
    """A CSV of red days by period (from,to,red_days) instead of the shipped one; the sea is drawn from it."""
    indicators: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """Which indicators the printed table shows; deaths always stand in it, and the CSV files hold all."""

    @property
    def values(self) -> dict[str, float]:
        """Values that the file gives to parameters; none where they are drawn from a posterior."""
        return {} if isinstance(self.parameters, str) else self.parameters


@dataclass(frozen=True)
class Setting:
    """A value given on the command line: by which option, for which dotted key, in YAML (None without a '=')."""

    option: str
    key: str
    text: str | None


@dataclass(frozen=True)
class Experiment:
    """A checked experiment: the file's contents and what they were turned into."""

    path: Path
    file: ExperimentFile
    parameters: Parameters
    parameter_table: Mapping[str, Parameter]
    """All parameters as this experiment declares them, by name."""
    policies: dict[str, Policy]
    further: Policy
    """The measures that the file names beyond those of its worlds."""
    policy_files: dict[str, dict[str, Any]]
    geography: Geography
    data_files: dict[str, Path]
    expected_agents: int
    points: tuple[Point, ...]
    point_seeds: tuple[int, ...] = ()
    """A seed for each point, where every point runs with its own instead of with all seeds of the file."""
    from_posterior: bool = False
    """Whether the points are draws of a posterior, one for each seed: seeds then differ in parameters, too."""

    @property
    def designed(self) -> bool:
        """Whether the file has a design, whose points are looked at one by one."""
        return self.points[0].number > 0 and not self.from_posterior

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of every world, in order."""
        return seeds_of(self.file)

    @property
    def max_replicates_per_simulation(self) -> int:
        """How many replicates run side by side at most: while their agents together stay few."""
        return min(MOST_REPLICATES_TOGETHER, max(1, MOST_AGENTS_TOGETHER // max(self.expected_agents, 1)))

    def cases(self) -> list[Case]:
        """Every world, point and seed; seeds of a world share a case while their agents together stay few."""
        if self.point_seeds:
            pairs = list(zip(self.points, self.point_seeds, strict=True))
            return [Case(world, (seed,), point) for point, seed in pairs for world in self.file.worlds]
        together = min(MOST_SEEDS_TOGETHER, self.max_replicates_per_simulation)
        size = math.ceil(len(self.seeds) / math.ceil(len(self.seeds) / together))
        blocks = [self.seeds[k : k + size] for k in range(0, len(self.seeds), size)]
        return [Case(world, block, point) for point in self.points for block in blocks for world in self.file.worlds]


def load(source: Path | Mapping[str, Any], settings: Sequence[Setting] = (), draws: bool = True) -> Experiment:
    """Read and check an experiment file, or a mapping like one, with the settings of the command line in place of what
    it says.

    Paths in a mapping are relative to the current folder. Without `draws`, those of a posterior that the file names are
    not read: for callers that bring parameters of their own. Raises InputError with all problems.
    """
    path = UNNAMED if isinstance(source, Mapping) else Path(source)
    document = _document(source, settings)
    file: ExperimentFile | None = check_shape(document, ExperimentFile)
    data_files = own_files(document, path.parent)
    declared = read_parameter_table(data_files, document)
    for check in CHECKS:
        for keys, text in check(document):
            document.report(keys, text)
    for keys, text in parameter_problems(document, declared):
        document.report(keys, text)
    book = PolicyBook(path.parent)
    policies = _policy_paths(document, book, path.parent)
    further = _opened(document, book, ("measures",), path.parent)
    points = points_of(document, path.parent, declared)
    drawn = draws_of(document, path.parent, file, declared) if draws else Draws()
    if file and drawn.seeds:
        file = file.model_copy(update={"seeds": drawn.seeds})
    geography, entries, problems = read_data(data_files, document)
    found = _without_repetition([*document.problems, *book.problems, *problems])
    if not found and file and entries:
        found = too_many_agents(document, entries.expected(file.start, file.end, file.scale))
    if found or file is None or geography is None or entries is None:
        raise InputError(found)
    return Experiment(
        path=path,
        file=file,
        parameters=Parameters(file.values, declared),
        parameter_table=declared,
        policies={world: book.policy(paths) for world, paths in policies.items()},
        further=book.policy(further),
        policy_files=book.contents(),
        geography=geography,
        data_files=data_files,
        expected_agents=entries.expected(file.start, file.end, file.scale),
        points=drawn.points or points,
        point_seeds=seeds_of(file) if drawn.points else (),
        from_posterior=bool(drawn.points),
    )


def seeds_of(file: ExperimentFile) -> tuple[int, ...]:
    """The seeds of every world, in order."""
    return tuple(range(1, file.seeds + 1)) if isinstance(file.seeds, int) else tuple(sorted(file.seeds))


def draws_of(
    document: Document, directory: Path, file: ExperimentFile | None, declared: Mapping[str, Parameter]
) -> Draws:
    """A draw of the posterior for each seed, evenly spaced; none where parameters are given. Problems are reported.

    Draws that bring seeds run with those, and the file then only says how many.
    """
    if file is None or not isinstance(file.parameters, str):
        return Draws()
    if file.design is not None:
        document.report(("parameters",), "draws and a design cannot both be there; allowed: one of the two")
        return Draws()
    found = read_draws(document, directory, ("parameters",), file.parameters, len(seeds_of(file)), declared)
    if found.seeds and not isinstance(file.seeds, int):
        document.report(("seeds",), "cannot be listed, as the draws bring their own; allowed: how many draws")
    return found


def _document(source: Path | Mapping[str, Any], settings: Sequence[Setting]) -> Document:
    """The file or mapping with the settings in place; raises InputError when it cannot be read at all."""
    document = document_of(source, UNNAMED.name) if isinstance(source, Mapping) else read(source)
    if document.problems and not document.data:
        raise InputError(document.problems)
    for setting in settings:
        override(document, setting)
    return document


def override(document: Document, setting: Setting) -> None:
    """Put a value from the command line into the document; its problems then name the option instead of a line."""
    name, keys = f"command line {setting.option}", tuple(setting.key.split("."))
    if "" in keys or setting.text is None:
        document.problems.append(f"{name} {setting.key!r}: cannot be read; allowed: key=value or key.key=value")
        return
    holder: Any = document.data
    for k, key in enumerate(keys[:-1], start=1):
        holder = holder.setdefault(key, {})
        if not isinstance(holder, dict):
            document.problems.append(f"{name} {setting.key}: {dotted(keys[:k])} is {shown(holder)}, not a mapping")
            return
    document.places = {there: place for there, place in document.places.items() if there[: len(keys)] != keys}
    document.places[keys] = name
    holder[keys[-1]] = read_value(setting.text, document, keys)


Problem = tuple[tuple[str | int, ...], str]


def period_problems(document: Document) -> Iterator[Problem]:
    """The last day before the first, or days for which the shipped entries or sea say nothing."""
    start, end = document.look_up("start"), document.look_up("end")
    if type(start) is date and type(end) is date and end < start:
        yield ("end",), f"{end} is before the start, {start}"
    if document.look_up("entries"):
        return
    for key, day in (("start", start), ("end", end)):
        if type(day) is date and not FIRST_DAY <= day <= LAST_DAY:
            yield (key,), f"{day} is outside of the shipped entries; allowed: {FIRST_DAY} to {LAST_DAY}"


def seed_problems(document: Document) -> Iterator[Problem]:
    """Seeds that are listed twice: their replicates would be the same."""
    for k, seed in repeated(document.entries("seeds")):
        yield ("seeds", k), f"{shown(seed)} is listed twice; allowed: each seed once"


def parameter_problems(document: Document, declared: Mapping[str, Parameter]) -> Iterator[Problem]:
    """Parameters that are not known, or out of their declared bounds."""
    for name, value in document.entries("parameters"):
        parameter = declared.get(name)
        if parameter is None:
            yield ("parameters", name), f"is not a known parameter{allowed(declared, name, LISTS['parameters'])}"
        elif is_number(value) and not parameter.low <= value <= parameter.high:
            bounds = f"{parameter.low:g} to {parameter.high:g} ({parameter.unit})"
            yield ("parameters", name), f"{shown(value)} is out of range; allowed: {bounds}"


def indicator_problems(document: Document) -> Iterator[Problem]:
    """Indicators that are not known, or listed twice."""
    for k, name in repeated(document.entries("indicators")):
        yield ("indicators", k), f"{shown(name)} is listed twice; allowed: each indicator once"
    for k, name in document.entries("indicators"):
        if isinstance(name, str) and name not in INDICATORS:
            known = allowed(INDICATORS, name, LISTS["indicators"])
            yield ("indicators", k), f"{shown(name)} is not a known indicator{known}"


def baseline_problems(document: Document) -> Iterator[Problem]:
    """A baseline that is none of the worlds."""
    baseline, worlds = document.look_up("baseline"), document.look_up("worlds")
    if isinstance(baseline, str) and isinstance(worlds, dict) and baseline not in worlds:
        yield ("baseline",), f"{shown(baseline)} is none of the worlds{allowed(worlds, baseline)}"


LISTS = {name: f"; see `corridor list {name}`" for name in ("parameters", "indicators")}
CHECKS: tuple[Callable[[Document], Iterator[Problem]], ...] = (
    period_problems,
    seed_problems,
    indicator_problems,
    baseline_problems,
)


def too_many_agents(document: Document, agents: int) -> list[str]:
    """More people than the memory of a usual machine holds."""
    if agents <= MOST_AGENTS:
        return []
    document.report(("scale",), f"gives about {agents:,} agents; allowed: {MOST_AGENTS:,}; a larger scale gives fewer")
    return document.problems


def _policy_paths(document: Document, book: PolicyBook, directory: Path) -> dict[str, list[Path]]:
    """World -> the policy files that it names, each of them read and checked."""
    return {
        world: _opened(document, book, ("worlds", world, "policies"), directory)
        for world, _ in document.entries("worlds")
    }


def _opened(document: Document, book: PolicyBook, keys: Keys, directory: Path) -> list[Path]:
    """The policy files that are named at a key, each of them read and checked."""
    found = book.check(document, keys, directory)
    for path in found:
        book.open(path)
    return found


def _without_repetition(problems: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(problems))
