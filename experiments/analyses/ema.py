"""Corridor as a model of ema_workbench: declared parameters are its uncertainties, levers its levers, indicators its
outcomes.

    from ema_workbench import MultiprocessingEvaluator
    from corridor.experiments.analyses.ema import workbench_model

    model = workbench_model(date(2021, 1, 1), date(2024, 12, 31), seeds=[1, 2], scale=50,
                            uncertainties=["p_retry", "boat_cost"], levers=["patrol_officers"])
    with MultiprocessingEvaluator(model) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios=64, policies=8)

An outcome is the mean over the same seeds in every experiment, so that differences between policies are paired.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from scipy.stats import rv_continuous

from corridor.experiments.analyses.exploration.boxes import workbench
from corridor.experiments.config.cases import LEVER
from corridor.experiments.config.designs.distributions import quantile
from corridor.experiments.config.documents.messages import allowed, shown
from corridor.model import INDICATORS, LEVERS, PARAMETERS, Parameters, Policy, simulate
from corridor.model.engine.errors import InputError
from corridor.model.parameters import Parameter
from corridor.model.policy import Change, Measure
from corridor.model.records import Records
from corridor.results.store.yearly import annual

OUTCOMES = ("attempts_people", "arrivals_people", "unique_people_trying", "deaths_channel", "deaths_mediterranean")


@dataclass(frozen=True)
class Simulation:
    """The function that the workbench calls: one experiment from its keyword arguments, as outcomes by name.

    It can be sent to other processes. `policy` is in force in every experiment, `levers_from` the day from which the
    levers of the workbench are held on top of it.
    """

    start: date
    end: date
    seeds: tuple[int, ...]
    scale: float
    outcomes: tuple[str, ...]
    policy: Policy
    levers_from: date

    def __call__(self, **factors: float) -> dict[str, float]:
        """Means over seeds of each outcome over the whole period; the workbench gives parameters and `lever_NAME`."""
        records = self.records(factors, self.seeds)
        years = np.array([day.year for day in records.dates])
        values = annual(records.daily, years, {name: asdict(each) for name, each in INDICATORS.items()})
        return {name: float(values[name][:, -1].mean()) for name in self.outcomes}

    def records(self, factors: Mapping[str, float], seeds: Sequence[int]) -> Records:
        """The run at these parameters and levers."""
        parameters = Parameters({name: value for name, value in factors.items() if name in PARAMETERS})
        moved = {name.removeprefix(LEVER): value for name, value in factors.items() if name not in PARAMETERS}
        changes = tuple(
            Change(name, self.levers_from, 0, value) for name, value in moved.items() if value != LEVERS[name].baseline
        )
        held = (Measure("held", "Levers that the workbench holds", changes),) if changes else ()
        policy = Policy((*self.policy.measures, *held))
        return simulate(parameters, policy, seeds, self.start, self.end, self.scale)


def workbench_model(
    start: date,
    end: date,
    seeds: Sequence[int],
    scale: float = 10.0,
    uncertainties: Sequence[str] | None = None,
    levers: Sequence[str] | None = None,
    outcomes: Sequence[str] = OUTCOMES,
    directions: Mapping[str, int] | None = None,
    policy: Policy | None = None,
    levers_from: date | None = None,
) -> Any:
    """A `Model` of ema_workbench that simulates Corridor from `start` to `end`.

    Uncertainties are parameters by name (all that are not fixed by default), spread as they are declared; levers those
    of `corridor list levers` (all by default), named `lever_NAME`, even between their bounds; outcomes are indicators
    over the whole period, and `directions` may say for some of them `ScalarOutcome.MINIMIZE` or `MAXIMIZE`. Scale is in
    people an agent. Raises InputError on unknown names, or where the workbench is not installed.
    """
    free = [name for name, each in PARAMETERS.items() if each.distribution != "fixed"]
    varied = free if uncertainties is None else list(uncertainties)
    pulled = list(LEVERS) if levers is None else list(levers)
    check_names(varied, free, "parameter that varies")
    check_names(pulled, LEVERS, "lever")
    check_names(outcomes, INDICATORS, "indicator")
    ema = workbench()
    run = Simulation(start, end, tuple(seeds), scale, tuple(outcomes), policy or Policy(), levers_from or start)
    model = ema.Model("corridor", function=run)
    model.uncertainties = [ema.RealParameter.from_dist(name, Declared(PARAMETERS[name])()) for name in varied]
    model.levers = [ema.RealParameter(LEVER + name, LEVERS[name].low, LEVERS[name].high) for name in pulled]
    kinds = dict(directions or {})
    model.outcomes = [ema.ScalarOutcome(name, kind=kinds.get(name, ema.ScalarOutcome.INFO)) for name in outcomes]
    return model


def check_names(given: Sequence[str], known: Any, what: str) -> None:
    """Raises InputError for names that are not known."""
    unknown = [name for name in given if name not in known]
    if unknown:
        raise InputError(f"{shown(name)} is no {what}{allowed(known, name)}" for name in unknown)


class Declared(rv_continuous):
    """A parameter's own distribution, given by its quantiles, in the form that scipy and the workbench need."""

    def __init__(self, parameter: Parameter, **more: Any) -> None:
        self.parameter = parameter
        super().__init__(**{"a": parameter.low, "b": parameter.high, "name": parameter.name, **more})

    def _updated_ctor_param(self) -> dict[str, Any]:
        return {**super()._updated_ctor_param(), "parameter": self.parameter}  # scipy makes a copy when it freezes one

    def _ppf(self, u: Any) -> Any:
        return quantile(self.parameter, u)
