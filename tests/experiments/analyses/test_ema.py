"""Corridor as a model of ema_workbench."""

from __future__ import annotations

import pickle
from datetime import date

import numpy as np
import pytest

from corridor.experiments.analyses.ema import Declared, workbench_model
from corridor.experiments.analyses.exploration.boxes import workbench
from corridor.experiments.config.designs.distributions import quantile
from corridor.model import PARAMETERS, Parameters, Policy, simulate
from corridor.model.engine.errors import InputError
from corridor.model.policy import Change, Measure

pytestmark = pytest.mark.slow

START, END, SEEDS, SCALE = date(2022, 8, 1), date(2022, 8, 20), (1, 2), 500


@pytest.fixture(scope="module")
def performed():
    """Four experiments of the workbench: two samples of two parameters, two policies of one lever."""
    model = workbench_model(
        START,
        END,
        SEEDS,
        SCALE,
        ["share_uk_scale", "camp_stock_start"],
        ["upstream_departures"],
        ["entered_people", "deaths_channel"],
    )
    ema = workbench()
    with ema.SequentialEvaluator(model) as evaluator:
        policies = [ema.Policy(f"at_{value}", lever_upstream_departures=value) for value in (1.0, 0.3)]
        return evaluator.perform_experiments(scenarios=2, policies=policies)


def test_the_workbench_drives_corridor(performed):
    experiments, outcomes = performed
    assert len(experiments) == len(outcomes["entered_people"]) == 4
    for name in ("share_uk_scale", "camp_stock_start"):
        assert experiments[name].between(PARAMETERS[name].low, PARAMETERS[name].high).all()
    fewer = outcomes["entered_people"][experiments["lever_upstream_departures"] == 0.3]
    assert (fewer < outcomes["entered_people"][experiments["lever_upstream_departures"] == 1.0]).all()


def test_an_experiment_of_the_workbench_is_the_run_of_the_same_settings(performed):
    experiments, outcomes = performed
    last = experiments.iloc[-1]
    set_to = {name: float(last[name]) for name in ("share_uk_scale", "camp_stock_start")}
    held = Change("upstream_departures", START, 0, last.lever_upstream_departures)
    records = simulate(Parameters(set_to), Policy((Measure("held", "held", (held,)),)), SEEDS, START, END, SCALE)
    assert outcomes["entered_people"][-1] == records.daily["entered_people"].sum(axis=1).mean()


def test_everything_declared_is_there_by_default():
    model = workbench_model(START, END, SEEDS)
    assert {each.name for each in model.uncertainties} == {
        name for name, each in PARAMETERS.items() if each.distribution != "fixed"
    }
    assert "lever_patrol_officers" in {each.name for each in model.levers}
    for each in model.uncertainties:
        assert each.lower_bound == pytest.approx(PARAMETERS[each.name].low), each.name
        assert each.upper_bound == pytest.approx(PARAMETERS[each.name].high), each.name


@pytest.mark.parametrize("shape", ["uniform", "log-uniform", "triangular", "lognormal"])
def test_the_workbench_samples_the_declared_distribution(shape):
    parameter = next(each for each in PARAMETERS.values() if each.distribution == shape)
    u = np.array([0.0, 0.1, 0.5, 0.9, 1.0])
    assert Declared(parameter)().ppf(u) == pytest.approx(quantile(parameter, u))


def test_it_can_be_sent_to_other_processes():
    model = workbench_model(START, END, SEEDS, SCALE)
    assert pickle.loads(pickle.dumps(model.function)) == model.function
    one = model.uncertainties[0]
    assert pickle.loads(pickle.dumps(one.dist)).ppf(0.3) == one.dist.ppf(0.3)


def test_unknown_names_are_reported():
    with pytest.raises(InputError, match="did you mean 'p_retry'"):
        workbench_model(START, END, SEEDS, uncertainties=["p_rety"])
    with pytest.raises(InputError, match="is no lever"):
        workbench_model(START, END, SEEDS, levers=["more"])
