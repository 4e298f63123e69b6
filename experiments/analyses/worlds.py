"""Experiments made from another one: the same days, seeds, parameters and data, but other worlds.

They are run and stored like every experiment, so that every number of a comparison comes from stored cases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from corridor.experiments.config.cases import Point
from corridor.experiments.config.designs.design import Design
from corridor.experiments.config.designs.point_files import APART, SEEDS
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.experiment_file import World
from corridor.experiments.config.policies.policy_files import PolicyBook
from corridor.experiments.config.shipped import POLICIES
from corridor.model import Policy
from corridor.model.engine.errors import InputError
from corridor.model.levers import LEVERS
from corridor.model.policy import Change, Measure

ALONE, NONE, ALL, DOSE = "only_", "no_measure", "all_measures", "dose_"
PLACEBO = "placebo"  # world and shipped policy
HELD = "held"  # name of the measure by which a dose is held
LONGEST_TITLE = 200
FRESH = 2**31  # from a seed to the one on which a choice is examined again


@dataclass(frozen=True)
class WorldSpec:
    """One world of a comparison: its title, its policy, and the data files that it alone has, by their key."""

    title: str
    policy: Policy
    files: Mapping[str, Path] = field(default_factory=dict)


def with_worlds(experiment: Experiment, worlds: Mapping[str, WorldSpec], baseline: str) -> Experiment:
    """The experiment with these worlds instead of its own.

    Raises InputError where the experiment has a design.
    """
    if experiment.designed:
        raise InputError([f"{experiment.source}, design: cannot be used here; allowed: a file without a design"])
    named = {
        name: World(
            title=side.title[:LONGEST_TITLE],
            policies=tuple(m.name for m in side.policy.measures),
            **{key: named_as(path, experiment.path.parent) for key, path in side.files.items()},
        )
        for name, side in worlds.items()
    }
    return replace(
        experiment,
        file=experiment.file.model_copy(update={"worlds": named, "baseline": baseline}),
        policies={name: side.policy for name, side in worlds.items()},
        world_files={name: side.files for name, side in worlds.items() if side.files},
    )


def named_as(path: Path, directory: Path) -> str:
    """A data file as the experiment file in a folder names it."""
    return str(path.relative_to(directory) if path.is_relative_to(directory) else path)


def at_points(experiment: Experiment, design: Design | None, points: Sequence[Point]) -> Experiment:
    """The experiment with another design and its points; draws of a posterior are left out."""
    file = experiment.file.model_copy(update={"design": design})
    return replace(experiment, file=file, points=tuple(points), point_seeds=(), from_posterior=False)


def with_own_seeds(experiment: Experiment, block: int = 1) -> Experiment:
    """The experiment with seeds of its own for every block of so many points, the same at all points of a block, so
    blocks are independent; a point stands there once for each of the file's seeds, in order."""
    every = [
        (point, (seed + k // block * APART) % SEEDS)
        for k, point in enumerate(experiment.points)
        for seed in experiment.seeds
    ]
    points = tuple(replace(point, number=number) for number, (point, _) in enumerate(every, start=1))
    return replace(experiment, points=points, point_seeds=tuple(seed for _, seed in every))


def with_fresh_seeds(experiment: Experiment) -> Experiment:
    """The experiment on as many other seeds, which no choice among its worlds has seen."""
    fresh = tuple((seed + FRESH) % SEEDS for seed in experiment.seeds)
    return replace(experiment, file=experiment.file.model_copy(update={"seeds": fresh}))


def own_worlds(experiment: Experiment) -> dict[str, WorldSpec]:
    """The worlds that the file itself has."""
    return {
        name: WorldSpec(world.title, experiment.policies[name], files_of(experiment, name))
        for name, world in experiment.file.worlds.items()
    }


def files_of(experiment: Experiment, world: str) -> Mapping[str, Path]:
    """The data files that a world alone has."""
    return experiment.world_files.get(world, {})


def with_placebo(experiment: Experiment) -> Experiment:
    """The experiment with the world `placebo`: the shipped policy of this name on top of the baseline, from the day on
    which the first of the other worlds' policies begins. Nothing changes where the file has a world of this name."""
    if PLACEBO in experiment.file.worlds:
        return experiment
    book, path = PolicyBook(POLICIES.parent), POLICIES / f"{PLACEBO}.yaml"
    book.open(path)
    (measure,) = book.measures([path])
    begins = [change.start for each in all_measures(experiment) for change in each.changes]
    start = max(min(begins, default=experiment.file.start), experiment.first_day)
    shifted = replace(measure, changes=tuple(replace(change, start=start) for change in measure.changes))
    files = files_of(experiment, experiment.file.baseline)
    world = WorldSpec(measure.title, with_measures(baseline_of(experiment), [shifted]), files)
    own = own_worlds(experiment)
    several = with_worlds(experiment, {**own, PLACEBO: world}, experiment.file.baseline)
    return replace(several, policy_files={**several.policy_files, **book.contents()})


def measures_of(experiment: Experiment, measures: Iterable[Measure]) -> list[Measure]:
    """Those of some measures that the baseline does not have, each once and in order."""
    base = {measure.name for measure in baseline_of(experiment).measures}
    found = {measure.name: measure for measure in measures}
    return [measure for name, measure in found.items() if name not in base]


def all_measures(experiment: Experiment) -> list[Measure]:
    """The measures of all worlds and the file's further ones that the baseline does not have."""
    return measures_of(experiment, every_measure(experiment))


def every_measure(experiment: Experiment) -> list[Measure]:
    """The measures of all worlds, the baseline among them, and the file's further ones; one may stand there twice."""
    own = [measure for policy in experiment.policies.values() for measure in policy.measures]
    return [*own, *experiment.further]


def baseline_of(experiment: Experiment) -> Policy:
    """What is in force in the world that the others are compared with."""
    return experiment.policies[experiment.file.baseline]


def each_alone(experiment: Experiment) -> Experiment:
    """The file's worlds, then one for each of their measures and of the file's further ones, alone on the baseline.

    The data files are those of the baseline. A measure that is already alone in a world of the file, with these data
    files, gets no second world.
    """
    own, base = own_worlds(experiment), baseline_of(experiment)
    files = files_of(experiment, experiment.file.baseline)
    taken = {side.policy.measures for side in own.values() if side.files == files}
    alone = {
        ALONE + measure.name.replace("/", "."): WorldSpec(measure.title, with_measures(base, [measure]), files)
        for measure in all_measures(experiment)
    }
    new = {name: side for name, side in alone.items() if side.policy.measures not in taken}
    return with_worlds(experiment, own | new, experiment.file.baseline)


def singles_of(experiment: Experiment) -> dict[str, list[str]]:
    """World of two or more measures that the baseline has not -> the worlds in which each of them is alone.

    A world has no entry where one of its measures has no world of its own.
    """
    base = baseline_of(experiment)
    by_measures = {policy.measures: world for world, policy in experiment.policies.items()}
    found = {}
    for world, policy in experiment.policies.items():
        own = [measure for measure in policy.measures if measure not in base.measures]
        alone = [by_measures.get(with_measures(base, [measure]).measures) for measure in own]
        if len(own) > 1 and None not in alone:
            found[world] = [name for name in alone if name]
    return found


def with_measures(policy: Policy, measures: Sequence[Measure]) -> Policy:
    """A policy with some more measures."""
    return Policy((*policy.measures, *measures))


def coalition_name(members: frozenset[int], size: int) -> str:
    """The name of the world in which the measures with these numbers are in force; hexadecimal, one bit for each
    measure."""
    if not members:
        return NONE
    return ALL if len(members) == size else f"set_{sum(1 << k for k in members):0{(size + 3) // 4}x}"


def coalitions(experiment: Experiment, measures: Sequence[Measure], sets: Sequence[frozenset[int]]) -> Experiment:
    """One world for each set of measures (by their numbers), on top of the baseline; no measure is the baseline."""
    base, worlds = baseline_of(experiment), {}
    files = files_of(experiment, experiment.file.baseline)
    for members in sets:
        chosen = [measures[k] for k in sorted(members)]
        title = f"{len(chosen)} of {len(measures)} measures: {', '.join(m.name for m in chosen) or 'none'}"
        worlds[coalition_name(members, len(measures))] = WorldSpec(title, with_measures(base, chosen), files)
    return with_worlds(experiment, worlds, NONE)


def value_words(lever: str, value: float) -> str:
    """A lever and its value in words, as `Officers on the French coast: 0.5 times`."""
    if lever not in LEVERS:
        return f"{lever} {value:g}"
    about = LEVERS[lever]
    unit = "times" if about.combine == "multiply" else about.unit
    return f"{re.split('[;,.]', about.meaning)[0]}: {value:g} {unit}"


def doses(
    experiment: Experiment, world: str, levers: Sequence[str], points: Sequence[tuple[float, ...]], start: date
) -> Experiment:
    """One world for each point, in which the levers are held at its values from a day on, on top of a world's policy.

    The first point is the baseline. Raises InputError on unknown levers, values out of range, and a day outside of the
    run.
    """
    first, last = experiment.file.start, experiment.file.end
    if not first <= start <= last:
        raise InputError([f"command line --from: {start} is outside of the run; allowed: {first} to {last}"])
    worlds = {}
    for number, point in enumerate(points):
        named = list(zip(levers, point, strict=True))
        moved = [(name, value) for name, value in named if name not in LEVERS or value != LEVERS[name].baseline]
        held = Measure(HELD, "Levers held", tuple(Change(name, start, 0, value) for name, value in moved))
        policy = with_measures(experiment.policies[world], [held] if moved else [])
        title = "; ".join(value_words(name, value) for name, value in named)
        worlds[f"{DOSE}{number:03d}"] = WorldSpec(title, policy, files_of(experiment, world))
    return with_worlds(experiment, worlds, f"{DOSE}000")
