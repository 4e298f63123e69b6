"""What the columns of a design mean: the parameters and levers that its points set."""

from __future__ import annotations

from collections.abc import Mapping

from corridor.experiments.config.cases import LEVER
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.policies.strengths import STRENGTH
from corridor.model import LEVERS, PARAMETERS
from corridor.model.parameters import Parameter


def factor_columns(experiment: Experiment) -> dict[str, str]:
    """Meaning and unit of every factor of an experiment's points, by the name of its column."""
    names = dict.fromkeys(name for point in experiment.points for name in point.factors)
    return {name: meaning_of(name, experiment.factor_table) for name in names}


def factor_units(experiment: Experiment) -> dict[str, str]:
    """The unit of every factor of an experiment's points, by the name of its column."""
    return {name: unit_of(name, experiment.factor_table) for name in factor_columns(experiment)}


def unit_of(factor: str, table: Mapping[str, Parameter] = PARAMETERS) -> str:
    """The unit of a parameter, a lever (`lever_NAME`) or a strength (`strength.NAME`)."""
    if factor.startswith(STRENGTH):
        return "share"
    return table[factor].unit if factor in table else LEVERS[factor.removeprefix(LEVER)].unit


def meaning_of(factor: str, table: Mapping[str, Parameter] = PARAMETERS) -> str:
    """What a parameter, a lever (`lever_NAME`) or a strength (`strength.NAME`) is, with its unit."""
    unit = unit_of(factor, table)
    if factor.startswith(STRENGTH):
        return f"strength of the measure {factor.removeprefix(STRENGTH)}: 0 weakest, 1 strongest of its range [{unit}]"
    if factor in table:
        return f"parameter: {table[factor].meaning} [{unit}]"
    return f"lever: {LEVERS[factor.removeprefix(LEVER)].meaning} [{unit}]"
