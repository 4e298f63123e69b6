"""Corridor as a function of vectors: SALib, black-it, and any program that hands over a vector."""

from __future__ import annotations

import pickle
from datetime import date

import numpy as np
import pytest
from SALib import ProblemSpec

import corridor
from corridor.experiments.config.designs.distributions import quantile
from corridor.model import LEVERS, PARAMETERS, Parameters, Policy, simulate
from corridor.model.engine.errors import InputError

START, END, SCALE = date(2022, 8, 20), date(2022, 9, 8), 1000
OUTCOMES = ("entered_people", "attempts_people")
SIMULATOR = corridor.simulator(
    ["p_retry", "lever_upstream_departures"], start=START, end=END, seeds=(1, 2), scale=SCALE, outcomes=OUTCOMES
)


def test_a_vector_gives_what_a_run_of_its_settings_gives() -> None:
    found = SIMULATOR([0.8, LEVERS["upstream_departures"].baseline])
    records = simulate(Parameters({"p_retry": 0.8}), Policy(), (1, 2), START, END, SCALE)
    assert found.tolist() == [records.daily[name].sum(axis=1).mean() for name in OUTCOMES]
    fewer, same = pickle.loads(pickle.dumps(SIMULATOR))([[0.8, 0.3], [0.8, 1.0]])
    assert fewer[0] < same[0]
    assert same.tolist() == found.tolist()


@pytest.mark.slow
def test_salib_samples_runs_and_analyses_it() -> None:
    specification = ProblemSpec(SIMULATOR.problem)
    specification.sample_latin(3, seed=1)
    assert specification.samples.shape == (3, 2)
    specification.evaluate(SIMULATOR)
    assert specification.results.tolist() == SIMULATOR(specification.samples).tolist()
    assert specification.results.shape == (3, 2)


def test_a_series_is_as_black_it_calls_a_model() -> None:
    found = SIMULATOR.series(np.array([0.8, 1.0]), 2, 2)
    records = simulate(Parameters({"p_retry": 0.8}), Policy(), (2,), START, END, SCALE)
    days = [day.month for day in records.dates]
    expected = [[records.daily[name][0, np.array(days) == month].sum() for name in OUTCOMES] for month in (8, 9)]
    assert found.tolist() == expected
    with pytest.raises(InputError, match="length: 3 months are not in the period, which has 2"):
        SIMULATOR.series([0.8, 1.0], 3, 1)


def test_the_unit_cube_is_mapped_through_the_declared_distribution() -> None:
    found = SIMULATOR.from_unit([[0.0, 0.0], [0.3, 0.5], [1.0, 1.0]])
    low, high = SIMULATOR.bounds.T
    assert found[0].tolist() == low.tolist()
    assert found[2].tolist() == high.tolist()
    assert found[1].tolist() == [quantile(PARAMETERS["p_retry"], 0.3), low[1] + 0.5 * (high[1] - low[1])]


@pytest.mark.parametrize(
    ("vectors", "said"),
    [
        ([0.8], r"vectors: shape \(1,\); allowed: 2 factors \(p_retry, lever_upstream_departures\)"),
        ([[0.8, 1.0], [7.0, -1.0]], "vector 1, p_retry: 7.0 is out of its range; allowed: 0.*\nvector 1, lever_upstr"),
        ([float("nan"), 1.0], "vector 0, p_retry: nan is out of its range"),
    ],
)
def test_wrong_vectors_are_refused(vectors: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        SIMULATOR(vectors)


def test_unknown_factors_are_refused() -> None:
    with pytest.raises(InputError, match="'p_retri' is no parameter or lever; did you mean 'p_retry'"):
        corridor.simulator(["p_retri"], start=START, end=END)
    with pytest.raises(InputError, match="each once"):
        corridor.simulator(["p_retry", "p_retry"], start=START, end=END)
