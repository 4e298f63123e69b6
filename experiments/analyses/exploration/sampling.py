"""Which points an exploration visits: a sample of selected parameters, or the file's own design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

from corridor.experiments.analyses import worlds
from corridor.experiments.config.cases import NO_DESIGN, as_points, with_strengths
from corridor.experiments.config.designs.design import MOST_POINTS, Design, factor_problems, number_problems
from corridor.experiments.config.designs.points import sampled
from corridor.experiments.config.designs.selection import EVERY_FREE_PARAMETER, Selection, selected_parameters
from corridor.experiments.config.experiment import Experiment
from corridor.model.engine.errors import InputError

Kind = Literal["latin_hypercube", "sobol"]
POINTS = 64
OPTIONS = {"parameters": "--parameter", "points": "--points"}


@dataclass(frozen=True)
class Sampling:
    """How many points, how they are spread, the seed of the sample, and the parameters that are varied."""

    points: int
    kind: Kind = "latin_hypercube"
    seed: int = 1
    selection: Selection = EVERY_FREE_PARAMETER


def sampling_of(
    experiment: Experiment, points: int | None, kind: str, seed: int, selection: Selection | None
) -> Sampling | None:
    """The requested sampling; None, for the points of the file's own design, if none is requested and the file has
    one. Raises InputError for a number of points that is not allowed."""
    if points is not None and not 1 <= points <= MOST_POINTS:
        raise InputError([f"command line --points: {points} is not allowed; allowed: 1 to {MOST_POINTS}"])
    if experiment.designed and points is None and selection in (None, EVERY_FREE_PARAMETER):
        return None
    return Sampling(points or POINTS, cast(Kind, kind), seed, selection or EVERY_FREE_PARAMETER)


def design_of(experiment: Experiment, sampling: Sampling) -> Design:
    """The design that samples the selected parameters. Raises InputError with all that is wrong."""
    names = selected_parameters(sampling.selection, experiment.file.values, experiment.factor_table)
    about: dict[str, Any] = {"kind": sampling.kind, "parameters": names, "seed": sampling.seed}
    design = Design(**about, points=sampling.points)
    problems = [*factor_problems(design, experiment.factor_table), *number_problems(design)]
    if problems:
        raise InputError(f"command line {OPTIONS[str(keys[0])]}: {text}" for keys, text in problems)
    return design


def at_explored_points(experiment: Experiment, sampling: Sampling | None, measures: bool) -> Experiment:
    """The experiment at sampled points, or at those of its own design (None); with a world for each measure, or not.

    Raises InputError where both are given, or where there is no world beside the baseline.
    """
    spread = at_sampled_points(experiment, sampling) if sampling else experiment
    plain = worlds.at_points(experiment, None, NO_DESIGN)
    several = worlds.each_alone(plain) if measures else plain
    if len(several.file.worlds) < 2:
        raise InputError([f"{experiment.source}: has no world beside the baseline; nothing to compare"])
    return worlds.at_points(several, spread.file.design, spread.points)


def at_sampled_points(experiment: Experiment, sampling: Sampling) -> Experiment:
    """The experiment at sampled points; with drawn strengths of its measures, unless what is varied is chosen.

    Raises InputError where the file has points of its own, or nothing can be sampled.
    """
    if experiment.designed:
        raise InputError(
            [
                f"{experiment.source}, design: the file has points of its own; leave out --points, "
                "--parameter, --group and --grade, or the design"
            ]
        )
    design = design_of(experiment, sampling)
    points = as_points(sampled(design, experiment.factor_table))
    if sampling.selection == EVERY_FREE_PARAMETER:
        points = with_strengths(points, worlds.every_measure(experiment))
    return worlds.at_points(experiment, design, points)
