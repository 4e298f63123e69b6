"""Experiments: files that are read, checked and turned into what is run.

`load(path)` gives an `Experiment` that is ready to run, or raises `InputError` with every problem of the file, of the
policies that it names and of the data files that it points to, each as `file, line N, key: value and what is allowed`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import chain, product
from pathlib import Path
from typing import Any

from corridor.experiments.config.cases import Case, Point, with_strengths
from corridor.experiments.config.conditions import ByDraw, condition_problems, conditions_of
from corridor.experiments.config.data_files import (
    WORLD_FILES,
    WorldData,
    own_files,
    own_files_of_worlds,
    read_data,
    read_parameter_table,
)
from corridor.experiments.config.documents.document import Document, Keys, document_of, dotted
from corridor.experiments.config.documents.messages import shown
from corridor.experiments.config.documents.shape import check_shape
from corridor.experiments.config.documents.yaml import read, read_value
from corridor.experiments.config.effective import InputsOfRun, held_notes, idle_notes, unread_place_notes
from corridor.experiments.config.experiment_file import ExperimentFile, problems_between_keys
from corridor.experiments.config.notes import entry_notes, posterior_notes
from corridor.experiments.config.past import past_notes, past_of
from corridor.experiments.config.point_files import NO_DRAWS, Draws, draws_file, read_draws
from corridor.experiments.config.points import points_of
from corridor.experiments.config.policies import PolicyBook
from corridor.experiments.config.sea import OWN_FILE, SAMPLED, SEA_RECORD, SeaRecord, nights_by_source
from corridor.experiments.config.shipped import called
from corridor.experiments.config.strengths import STRONGEST, WEAKEST, at_strengths, in_doubt, strength_factors
from corridor.model import Geography, Policy, load_geography
from corridor.model.engine.errors import InputError
from corridor.model.engine.replicate_parameters import ParameterSets
from corridor.model.inputs.conditions import NO_CONDITIONS, Conditions
from corridor.model.inputs.history import History
from corridor.model.parameters import Parameter, Parameters
from corridor.model.policy import Measure, combination_problems
from corridor.results.observed import DAILY

DRAWN = (
    "latin_hypercube",
    "sobol",
    "posterior",
)  # kinds of designs whose points are draws, with strengths of their own
UNNAMED = Path("experiment")  # stands for the file where an experiment is a mapping
MOST_SEEDS_TOGETHER = 8  # in one case, which is one file
MOST_REPLICATES_TOGETHER = 64  # of cases side by side in one simulation; at scale 20 to 50, 32 cost 20 to 30 % more
MOST_AGENTS_TOGETHER = 8_000_000  # four seeds at one agent a person, about a gigabyte
MOST_AGENTS = 20_000_000  # of one seed; at some 500 bytes each


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
    further: tuple[Measure, ...]
    """The measures that the file names beyond those of its worlds."""
    policy_files: dict[str, dict[str, Any]]
    data_files: dict[str, Path]
    """The user's own data files by their key, of all worlds that do not name one of their own."""
    expected_agents: int
    """Agents of one seed, in the world that has most."""
    points: tuple[Point, ...]
    point_seeds: tuple[int, ...] = ()
    """A seed for each point, where every point runs with its own instead of with all seeds of the file."""
    from_posterior: bool = False
    """Whether the points are draws of a posterior, one for each seed: seeds then differ in parameters, too."""
    draws: Draws = NO_DRAWS
    """All draws of that posterior, of which `points` are the first."""
    world_files: Mapping[str, Mapping[str, Path]] = field(default_factory=dict)
    """World -> the data files that it names itself; worlds that name none are left out."""
    notes: tuple[str, ...] = ()
    """What is valid and might not be noticed: rows that are missing, a posterior with another first day."""
    replacements: Mapping[str, str] = field(default_factory=dict)
    """Shipped policies that files of the user's own replace, by name, with the note that says so."""

    @property
    def short_notes(self) -> tuple[str, ...]:
        """The notes for the beginning of a run: all replaced policies, which `check` says one by one, in a line."""
        others = [text for text in self.notes if text not in self.replacements.values()]
        names = ", ".join(map(repr, self.replacements))
        kind = "policy" if len(self.replacements) == 1 else "policies"
        replaced = [f"policies/ replaces the shipped {kind} {names} (see corridor check)"] if names else []
        return (*others, *replaced)

    past_from: date | None = None
    """The first day that is simulated, where that is before the first that is recorded."""
    conditions: Conditions = NO_CONDITIONS
    """Conditions of the time that the file has for all draws; those of one draw are in its point."""

    def conditions_of(self, point: Point) -> Conditions:
        """All conditions of the time at a point."""
        return self.conditions.times(Conditions(point.conditions))

    @property
    def factor_table(self) -> dict[str, Parameter]:
        """All that analyses can vary, by name: the parameters, and the strengths of measures in doubt."""
        measures = [measure for policy in self.policies.values() for measure in policy.measures]
        return {**self.parameter_table, **strength_factors([*measures, *self.further])}

    @property
    def first_day(self) -> date:
        """The first day that is simulated."""
        return self.past_from or self.file.start

    def files_of(self, world: str) -> dict[str, Path]:
        """The user's own data files that a world uses, by their key."""
        return {**self.data_files, **self.world_files.get(world, {})}

    def sea_record_of(self, world: str) -> SeaRecord | None:
        """The record from which a world takes its nights that are past; None where all are drawn."""
        if self.file.sea == SAMPLED:
            return None
        return SeaRecord(self.files_of(world).get(SEA_RECORD, DAILY), self.file.sea_record_until)

    def nights_of(self, world: str) -> dict[str, int]:
        """How many nights of the run come from each source in a world."""
        sea = self.files_of(world).get("sea")
        return nights_by_source(sea, self.sea_record_of(world), self.first_day, self.file.end)

    def named_files(self, world: str) -> dict[str, str]:
        """The user's own data files that a world uses, by their key, as the experiment file names them."""
        return {**self.file.own_files, **self.file.worlds[world].own_files}

    def geography_of(self, world: str) -> Geography:
        """The map of a world."""
        files = self.files_of(world)
        return load_geography(files.get("places"), files.get("legs"))

    def worlds_by_map(self) -> list[list[str]]:
        """The worlds in groups that share a map."""
        groups: dict[tuple[Path | None, ...], list[str]] = {}
        for world in self.file.worlds:
            files = self.files_of(world)
            groups.setdefault((files.get("places"), files.get("legs")), []).append(world)
        return list(groups.values())

    @cached_property
    def inputs(self) -> dict[str, InputsOfRun]:
        """For each world the days of the run, and what levers act on in it; with the parameters of all draws of a
        posterior."""
        points = self.points if self.from_posterior else (Point(),)
        sets = [Parameters({**self.file.values, **point.parameters}, self.parameter_table) for point in points]
        parameters, found = ParameterSets([each.values() for each in sets]), {}
        for world in self.file.worlds:
            history, geography = History(self.files_of(world).get("history")), self.geography_of(world)
            found[world] = InputsOfRun(self.first_day, self.file.end, geography, history, parameters)
        return found

    @property
    def source(self) -> str:
        """What the file is called in messages."""
        return called(self.path)

    @property
    def designed(self) -> bool:
        """Whether the file has a design, whose points are looked at one by one."""
        return self.points[0].number > 0 and not self.from_posterior

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of every world, in order."""
        return self.file.seed_list

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


def load(
    source: Path | Mapping[str, Any], settings: Sequence[Setting] = (), draws: bool = True, only: str | None = None
) -> Experiment:
    """Read and check an experiment file, or a mapping like one, with the settings of the command line in place of what
    it says.

    Paths in a mapping are relative to the current folder. Without `draws`, those of a posterior that the file names are
    not read: for callers that bring parameters of their own. With `only`, the file is read as if it had this world
    alone. Raises InputError with all problems.
    """
    path = UNNAMED if isinstance(source, Mapping) else Path(source)
    document = _document(source, settings)
    if only is not None:
        keep_world(document, only)
    file: ExperimentFile | None = check_shape(document, ExperimentFile)
    data_files, world_files = own_files(document, path.parent), own_files_of_worlds(document, path.parent)
    declared = read_parameter_table(data_files, document)
    for keys, text in problems_between_keys(document, declared):
        document.report(keys, text)
    book = PolicyBook(path.parent)
    named = {("worlds", world, "policies"): world for world, _ in document.entries("worlds")}
    paths = {keys: _opened(document, book, keys, path.parent) for keys in (*named, ("measures",))}
    measures = () if document.problems or book.problems else book.measures(chain(*paths.values()))
    points = points_of(document, path.parent, {**declared, **strength_factors(measures)})
    if file and file.design and file.design.kind in DRAWN:
        points = with_strengths(points, measures)
    by_draw = conditions_of(document, path.parent, file.conditions if file else None)
    drawn = draws_of(document, path.parent, file, declared, by_draw) if draws else NO_DRAWS
    drawn = replace(drawn, points=with_strengths(drawn.points, measures))
    if file and drawn.seeds:
        file = file.model_copy(update={"seeds": drawn.used_seeds})
    data, problems = read_data(data_files, world_files, document)
    found = _without_repetition([*document.problems, *book.problems, *problems])
    if found or file is None:
        raise InputError(found)
    past_from = past_of(file.past, file.start, [each.entries for each in data.values()])
    agents = most_agents(file, past_from, data.values())
    days = (past_from or file.start, file.end)
    policies = {world: _policy(document, book, keys, paths[keys], *days) for keys, world in named.items()}
    _check_held_levers(document, policies, drawn.used or points, file.start, *days)
    for text in condition_problems(by_draw, [each.geography for each in data.values()], bool(drawn.points)):
        document.report(("conditions",), text)
    check_agents(document, agents)
    if document.problems:
        raise InputError(document.problems)
    experiment = Experiment(
        path=path,
        file=file,
        parameters=Parameters(file.values, declared),
        parameter_table=declared,
        policies=policies,
        further=book.measures(paths["measures",]),
        policy_files=book.contents(),
        data_files=data_files,
        expected_agents=agents,
        points=drawn.used or points,
        point_seeds=file.seed_list if drawn.points else (),
        from_posterior=bool(drawn.points),
        draws=drawn,
        world_files=world_files,
        replacements=book.replacements(),
        past_from=past_from,
        conditions=by_draw.get(None, NO_CONDITIONS),
    )
    of_data = data_notes(experiment, data)
    return replace(experiment, notes=tuple(dict.fromkeys([*of_data, *policy_notes(experiment, book)])))


def policy_notes(experiment: Experiment, book: PolicyBook) -> Iterator[str]:
    """What a user should know of the policies of a file: which replace shipped ones, and which cannot act."""
    held = sorted({name for point in experiment.points for name in point.levers})
    yield from book.replacements().values()
    yield from held_notes(experiment.points)
    for world, policy in experiment.policies.items():
        yield from idle_notes({world: policy}, experiment.inputs[world], experiment.points)
    for worlds in experiment.worlds_by_map():
        policies = {world: experiment.policies[world] for world in worlds}
        yield from unread_place_notes(policies, held, experiment.geography_of(worlds[0]))


def data_notes(experiment: Experiment, worlds: Mapping[str, WorldData]) -> Iterator[str]:
    """What is valid and might not be noticed in the data files of an experiment, and in the past that they allow."""
    file, first = experiment.file, experiment.first_day
    named = [experiment.data_files, *experiment.world_files.values()]
    for files in named:
        if "entries" in files:
            geography = next(each.geography for each in worlds.values() if each.source == files["entries"])
            yield from entry_notes(files["entries"], geography, first, file.end)
        if "sea" in files and not nights_by_source(files["sea"], None, first, file.end)[OWN_FILE]:
            yield f"{files['sea'].name}: has none of the days of the run, {first} to {file.end}, and is not used"
    own_entries = any("entries" in files for files in named)
    yield from past_notes(file.past, file.start, experiment.past_from, own_entries)
    if experiment.draws.points and isinstance(file.parameters, str):
        yield from posterior_notes(draws_file(file.parameters, experiment.path.parent), first, file.scale)


def draws_of(
    document: Document, directory: Path, file: ExperimentFile | None, declared: Mapping[str, Parameter], own: ByDraw
) -> Draws:
    """The draws of a posterior, one of which is used for each seed; none where parameters are given.

    Draws that bring seeds run with those, and the file then only says how many. Problems are reported.
    """
    if file is None or not isinstance(file.parameters, str):
        return NO_DRAWS
    if file.design is not None:
        document.report(("parameters",), "draws and a design cannot both be there; allowed: one of the two")
        return NO_DRAWS
    found = read_draws(document, directory, ("parameters",), file.parameters, len(file.seed_list), declared, own)
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


def keep_world(document: Document, world: str) -> None:
    """Take all other worlds out of the document, and the data files that only they use."""
    kept = document.look_up("worlds", world)
    if isinstance(kept, Mapping):
        document.data |= {"worlds": {world: kept}, "baseline": world}
        for key in (key for key in WORLD_FILES if key in kept and document.data.get(key) != SAMPLED):
            document.data.pop(key, None)


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


def most_agents(file: ExperimentFile, past_from: date | None, worlds: Iterable[WorldData]) -> int:
    """Agents of one seed, in the world that has most."""
    first = past_from or file.start
    return max((each.entries.expected(first, file.end, file.scale) for each in worlds), default=0)


def check_agents(document: Document, agents: int) -> None:
    """Report more people than the memory of a usual machine holds."""
    if agents > MOST_AGENTS:
        text = f"gives about {agents:,} agents; allowed: {MOST_AGENTS:,}; a larger scale gives fewer"
        document.report(("scale",), text)


def _opened(document: Document, book: PolicyBook, keys: Keys, directory: Path) -> list[Path]:
    """The policy files that are named at a key, each of them read and checked."""
    found = book.check(document, keys, directory)
    for path in found:
        book.open(path)
    return found


def _policy(document: Document, book: PolicyBook, keys: Keys, paths: list[Path], first: date, last: date) -> Policy:
    """The policy of a world. Different files of one name, and levers that are together out of their range in the run,
    are reported."""
    policy = Policy(book.measures(paths))
    for text in [*book.ambiguities(paths), *combination_problems(policy, first, last)]:
        document.report(keys, text)
    for words, strength in (("weakest", WEAKEST), ("strongest", STRONGEST)) if not document.problems else ():
        end = at_strengths(policy, dict.fromkeys(in_doubt(policy.measures), strength))
        for text in combination_problems(end, first, last):
            document.report(keys, f"with all measures at their {words}: {text}")
    return policy


def _check_held_levers(
    document: Document,
    policies: Mapping[str, Policy],
    points: Sequence[Point],
    start: date,
    first: date,
    last: date,
) -> None:
    """Report levers that points hold, and that are out of their range together with the policies of a world."""
    for name in dict.fromkeys(name for point in points for name in point.levers):
        values = [point.levers[name] for point in points if name in point.levers]
        for value, (world, policy) in product(dict.fromkeys((min(values), max(values))), policies.items()):
            held = Point(levers={name: value}).policy(policy, start)
            for text in combination_problems(held, first, last):
                document.report(("design", "levers", name), f"{value:g} in world {world}: {text}")


def _without_repetition(problems: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(problems))
