"""Which points an exploration visits: a sample of parameters chosen by name, group or grade, or the file's design."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from corridor.experiments.analyses import variations
from corridor.experiments.config.cases import Point
from corridor.experiments.config.designs import NO_DESIGN, Design, as_points, factor_problems, number_problems, sampled
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.yaml import allowed, shown
from corridor.model.engine.errors import InputError
from corridor.model.parameters import FIXED, Parameter

GRADES = ("A", "B", "C")
ASSUMED = "C"
OPTIONS = {"parameters": "--parameter", "points": "--points"}


@dataclass(frozen=True)
class Sampling:
    """Parameters by name, and those that are in one of the groups and of one of the grades; how many points, how."""

    points: int
    kind: Literal["latin_hypercube", "sobol"] = "latin_hypercube"
    seed: int = 1
    names: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()


def chosen_parameters(experiment: Experiment, sampling: Sampling) -> tuple[str, ...]:
    """The parameters to be varied, in the order of their declaration.

    Groups and grades leave out what is fixed or given in the file; without any choice all assumed ones (grade C) are
    taken. Raises InputError with all that is wrong.
    """
    if problems := [*choice_problems(experiment, sampling)]:
        raise InputError(problems)
    declared = experiment.parameter_table
    by_kind = sampling.groups or sampling.grades or not sampling.names
    groups = sampling.groups or tuple(groups_of(declared))
    grades = sampling.grades or (GRADES if sampling.groups else (ASSUMED,))
    free = [p for p in declared.values() if p.distribution != FIXED and p.name not in experiment.file.values]
    taken = {p.name for p in free if by_kind and p.group in groups and p.grade in grades} | set(sampling.names)
    return tuple(name for name in declared if name in taken)


def groups_of(declared: Mapping[str, Parameter]) -> list[str]:
    """The groups of parameters."""
    return list(dict.fromkeys(p.group for p in declared.values()))


def choice_problems(experiment: Experiment, sampling: Sampling) -> Iterator[str]:
    """Names, groups and grades that are not known, and parameters that the file holds at a value."""
    for option, given, known in (
        ("--parameter", sampling.names, experiment.parameter_table),
        ("--group", sampling.groups, groups_of(experiment.parameter_table)),
        ("--grade", sampling.grades, GRADES),
    ):
        for name in given:
            if name not in known:
                hint = "; see `corridor list parameters`"
                yield f"command line {option}: {shown(name)} is not known{allowed(known, name, hint)}"
    for name in sampling.names:
        if name in experiment.file.values:
            yield f"command line --parameter: {name} has a value in the file; give it in one place"


def design_of(experiment: Experiment, sampling: Sampling) -> Design:
    """The design that samples the chosen parameters. Raises InputError with all that is wrong."""
    names = chosen_parameters(experiment, sampling)
    if not names:
        raise InputError(["command line --group, --grade: no parameter is of these; nothing to vary"])
    told: dict[str, Any] = {"kind": sampling.kind, "parameters": names, "seed": sampling.seed}
    design = Design(**told, points=sampling.points)
    problems = [*factor_problems(design, experiment.parameter_table), *number_problems(design)]
    if problems:
        raise InputError(f"command line {OPTIONS[str(keys[0])]}: {text}" for keys, text in problems)
    return design


def explored(experiment: Experiment, sampling: Sampling | None, measures: bool) -> Experiment:
    """The experiment at sampled points, or at those of its own design (None); with a world for each measure, or not.

    Raises InputError where both are given, or where there is no world beside the baseline.
    """
    spread = at_sampled_points(experiment, sampling) if sampling else experiment
    plain = at_points(experiment, None, NO_DESIGN)
    several = variations.each_alone(plain) if measures else plain
    if len(several.file.worlds) < 2:
        raise InputError([f"{experiment.path}: has no world beside the baseline; nothing to compare"])
    return at_points(several, spread.file.design, spread.points)


def at_sampled_points(experiment: Experiment, sampling: Sampling) -> Experiment:
    """The experiment at sampled points.

    Raises InputError where the file has points of its own, or nothing can be sampled.
    """
    if experiment.designed:
        raise InputError(
            [
                f"{experiment.path}, design: the file has points of its own; leave out --points, "
                "--parameter, --group and --grade, or the design"
            ]
        )
    design = design_of(experiment, sampling)
    return at_points(experiment, design, as_points(sampled(design, experiment.parameter_table)))


def at_points(experiment: Experiment, design: Design | None, points: Sequence[Point]) -> Experiment:
    """The experiment with another design and its points."""
    file = experiment.file.model_copy(update={"design": design})
    return replace(experiment, file=file, points=tuple(points), point_seeds=(), drawn=False)
