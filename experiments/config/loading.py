"""Reading an experiment file and all files that it names, and checking them together.

`load(path)` gives an `Experiment` that is ready to run, or raises `InputError` with every problem of the file, of the
policies that it names and of the data files that it points to, each as `file, line N, key: value and what is allowed`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, product
from pathlib import Path
from typing import Any

from corridor.experiments.config.cases import Point, with_strengths
from corridor.experiments.config.data.conditions import (
    KEY,
    ByDraw,
    condition_problems,
    conditions_of,
    conditions_of_worlds,
    key_of,
    late_notes,
)
from corridor.experiments.config.data.data_files import (
    CONDITIONS,
    WORLD_KEYS,
    WorldData,
    own_files,
    own_files_of_worlds,
    read_data,
    read_parameter_table,
)
from corridor.experiments.config.data.past import past_notes, past_of
from corridor.experiments.config.data.sea import OWN_FILE, SAMPLED, nights_by_source
from corridor.experiments.config.designs.point_files import NO_DRAWS, Draws, read_draws
from corridor.experiments.config.designs.points import points_of
from corridor.experiments.config.documents.changed_names import with_current_keys
from corridor.experiments.config.documents.document import Document, Keys, document_of, in_order
from corridor.experiments.config.documents.shape import check_shape
from corridor.experiments.config.documents.yaml import read
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.experiment_file import ExperimentFile, problems_between_keys
from corridor.experiments.config.notes import entry_notes, network_notes, posterior_notes, scale_problem
from corridor.experiments.config.policies.effective import held_notes, idle_notes, unread_place_notes
from corridor.experiments.config.policies.policy_files import PolicyBook
from corridor.experiments.config.policies.strengths import (
    STRONGEST,
    WEAKEST,
    at_strengths,
    in_doubt,
    strength_factors,
    unused_range_notes,
)
from corridor.experiments.config.settings import Setting, override
from corridor.experiments.config.shipped import draws_file
from corridor.model import Policy
from corridor.model.engine.errors import InputError
from corridor.model.inputs.conditions import NO_CONDITIONS, Conditions
from corridor.model.parameters import Parameter, Parameters
from corridor.model.policy import Measure, combination_problems

DRAWN = ("latin_hypercube", "sobol", "posterior")  # designs whose points are draws, with strengths of their own
OTHER_STRENGTHS = 1_000_000  # is added to the number of a draw, by which its second strengths are keyed
UNNAMED = Path("experiment")  # stands for the file where an experiment is a mapping
MOST_AGENTS = 20_000_000  # of one seed; at some 500 bytes each
MEASURES: Keys = ("measures",)


@dataclass(frozen=True)
class NamedPolicies:
    """The policy files that an experiment names, opened: paths by the keys where they are named, and the world of each
    of these keys."""

    book: PolicyBook
    paths: Mapping[Keys, list[Path]]
    worlds: Mapping[Keys, str]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """All measures; none where a file is wrong."""
        return () if self.book.problems else self.book.measures(chain(*self.paths.values()))


@dataclass(frozen=True)
class Contents:
    """What an experiment file and the files that it names hold, each of them valid."""

    file: ExperimentFile
    declared: Mapping[str, Parameter]
    named: NamedPolicies
    points: tuple[Point, ...]
    """The points of the design, or those of the draws that are used."""
    draws: Draws
    conditions: ByDraw
    world_conditions: Mapping[Path, Conditions]
    data_files: dict[str, Path]
    world_files: Mapping[str, Mapping[str, Path]]
    data: Mapping[str, WorldData]
    past_from: date | None

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day that are simulated."""
        return self.past_from or self.file.start, self.file.end


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
    contents = _read(document, path.parent, draws)
    policies = _check_together(document, contents, path.parent)
    named, drawn = contents.named, contents.draws
    experiment = Experiment(
        path=path,
        file=contents.file,
        parameters=Parameters(contents.file.values, contents.declared),
        parameter_table=contents.declared,
        policies=policies,
        further=named.book.measures(named.paths[MEASURES]),
        policy_files=named.book.contents(),
        data_files=contents.data_files,
        expected_agents=most_agents(contents),
        points=contents.points,
        point_seeds=contents.file.seed_list if drawn.points else (),
        from_posterior=bool(drawn.points),
        draws=drawn,
        world_files=contents.world_files,
        replacements=named.book.replacements(),
        past_from=contents.past_from,
        conditions=contents.conditions.get(None, NO_CONDITIONS),
        world_conditions=contents.world_conditions,
    )
    notes = [*document.warnings, *data_notes(experiment, contents.data), *policy_notes(experiment, named.book)]
    return replace(experiment, notes=tuple(dict.fromkeys(notes)))


def _read(document: Document, directory: Path, with_draws: bool) -> Contents:
    """Read a document and all files that it names. Raises InputError with the problems of all of them."""
    file: ExperimentFile | None = check_shape(document, ExperimentFile)
    data_files, world_files = own_files(document, directory), own_files_of_worlds(document, directory)
    declared = read_parameter_table(data_files, document)
    for keys, text in problems_between_keys(document, declared):
        document.report(keys, text)
    named = _named_policies(document, directory)
    measures = () if document.problems else named.measures
    points = points_of(document, directory, {**declared, **strength_factors(measures)})
    if file and file.design and file.design.kind in DRAWN:
        points = with_strengths(points, measures)
    by_draw = conditions_of(document, directory, name_at(document, "conditions"))
    of_worlds = conditions_of_worlds(document, world_files, by_draw)
    draws = draws_of(document, directory, file, declared, by_draw) if with_draws else NO_DRAWS
    draws = _with_seeds(document, draws, file, measures)
    data, problems = read_data(data_files, world_files, document)
    found = in_order([*document.problems, *named.book.problems, *problems])
    if found or file is None:
        raise InputError(found)
    if draws.used_seeds:
        file = file.model_copy(update={"seeds": draws.used_seeds})
    past_from = past_of(file.past, file.start, [each.entries for each in data.values()])
    points = draws.used or points
    conditions = (by_draw, of_worlds)
    return Contents(file, declared, named, points, draws, *conditions, data_files, world_files, data, past_from)


def _with_seeds(document: Document, draws: Draws, file: ExperimentFile | None, measures: Sequence[Measure]) -> Draws:
    """Draws with a strength of each measure in doubt, and as many seeds as the file has for each of them."""
    points, per_draw = with_strengths(draws.points, measures), file.seeds_per_draw if file else 1
    other = [replace(point, number=point.number + OTHER_STRENGTHS, strengths={}) for point in draws.points]
    found = replace(draws, points=points, per_draw=per_draw, others=with_strengths(other, measures))
    if len(set(found.used_seeds)) < len(found.used_seeds):
        document.report(("seeds_per_draw",), "gives two draws one seed; allowed: fewer, or draws with other seeds")
    return found


def _named_policies(document: Document, directory: Path) -> NamedPolicies:
    """The policy files that a document names, each of them read and checked; what is wrong is reported."""
    book = PolicyBook(directory)
    worlds: dict[Keys, str] = {("worlds", world, "policies"): world for world, _ in document.entries("worlds")}
    paths = {keys: book.check(document, keys, directory) for keys in (*worlds, MEASURES)}
    for path in chain(*paths.values()):
        book.open(path)
    return NamedPolicies(book, paths, worlds)


def _check_together(document: Document, contents: Contents, directory: Path) -> dict[str, Policy]:
    """The policy of each world. Raises InputError with what is wrong between files that are valid by themselves."""
    named, file = contents.named, contents.file
    policies = {world: _policy(document, named, keys, *contents.days) for keys, world in named.worlds.items()}
    _check_held_levers(document, policies, contents.points, file.start, *contents.days)
    maps = [each.geography for each in contents.data.values()]
    if file.conditions:
        path = directory / file.conditions
        for text in condition_problems(path, contents.conditions, maps, bool(contents.draws.points)):
            document.report(KEY, text)
    for world, files in contents.world_files.items():
        if CONDITIONS in files:
            own = contents.world_conditions[files[CONDITIONS]]
            for text in condition_problems(files[CONDITIONS], {None: own}, [contents.data[world].geography], False):
                document.report(key_of(world), text)
    check_agents(document, most_agents(contents))
    if document.problems:
        raise InputError(in_order(document.problems))
    return policies


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
    measures = [measure for policy in experiment.policies.values() for measure in policy.measures]
    yield from unused_range_notes(measures, {name for point in experiment.points for name in point.strengths})


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
    yield from network_notes(each.geography for each in worlds.values())
    yield from late_notes(file.conditions or "", experiment.conditions, file.end)
    for path, own in experiment.world_conditions.items():
        yield from late_notes(path.name, own, file.end)
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
    name = name_at(document, "parameters")
    if name is None:
        return NO_DRAWS
    if file is None:  # for its mistakes alone
        read_draws(document, directory, ("parameters",), name, 1, declared, own)
        return NO_DRAWS
    if file.design is not None:
        document.report(("parameters",), "draws and a design cannot both be there; allowed: one of the two")
        return NO_DRAWS
    found = read_draws(document, directory, ("parameters",), name, len(file.seed_list), declared, own)
    if found.seeds and not isinstance(file.seeds, int):
        document.report(("seeds",), "cannot be listed, as the draws bring their own; allowed: how many draws")
    far = scale_problem(draws_file(name, directory), file.scale)
    if far and not file.any_scale:
        document.report(("scale",), far)
    points = [replace(point, parameters={**point.parameters, **file.in_every_draw}) for point in found.points]
    return replace(found, points=tuple(points))


def name_at(document: Document, key: str) -> str | None:
    """The text that a key of the file has, also where other keys are wrong; None where it has none."""
    value = document.look_up(key)
    return value if isinstance(value, str) else None


def _document(source: Path | Mapping[str, Any], settings: Sequence[Setting]) -> Document:
    """The file or mapping with the settings in place; raises InputError when it cannot be read at all."""
    document = document_of(source, UNNAMED.name) if isinstance(source, Mapping) else read(source)
    if document.problems and not document.data:
        raise InputError(document.problems)
    for setting in settings:
        override(document, setting)
    document.warnings += with_current_keys(document)
    return document


def keep_world(document: Document, world: str) -> None:
    """Take all other worlds out of the document, and the data files that only they use."""
    kept = document.look_up("worlds", world)
    if isinstance(kept, Mapping):
        document.data |= {"worlds": {world: kept}, "baseline": world}
        for key in (key for key in WORLD_KEYS if key in kept and document.data.get(key) != SAMPLED):
            document.data.pop(key, None)


def most_agents(contents: Contents) -> int:
    """Agents of one seed, in the world that has most."""
    first, last = contents.days
    return max((each.entries.expected(first, last, contents.file.scale) for each in contents.data.values()), default=0)


def check_agents(document: Document, agents: int) -> None:
    """Report more people than the memory of a usual machine holds."""
    if agents > MOST_AGENTS:
        text = f"gives about {agents:,} agents; allowed: {MOST_AGENTS:,}; a larger scale gives fewer"
        document.report(("scale",), text)


def _policy(document: Document, named: NamedPolicies, keys: Keys, first: date, last: date) -> Policy:
    """The policy of a world. Different files of one name, and levers that are together out of their range in the run,
    are reported."""
    policy = Policy(named.book.measures(named.paths[keys]))
    for text in [*named.book.ambiguities(named.paths[keys]), *combination_problems(policy, first, last)]:
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
