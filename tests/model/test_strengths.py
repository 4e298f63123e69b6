"""Replicates of one run may have measures of different strengths; each has the same bits as alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from corridor.model import LEVERS, Change, Measure, MigrationModel, Parameters, Policy
from corridor.model.engine.errors import InputError
from corridor.model.parameters import PARAMETERS
from tests.support.reference_cases import CASES, SHORT, TRADE
from tests.support.reference_runs import arguments

SHARES = (1.0, 0.4, 0.0)  # of the way from the baseline to the value of the case, one for each replicate
SEEDS = (3, 3, 8)


def weakened(policy: Policy) -> Policy:
    """A policy whose levers go another share of their way in each replicate."""

    def apart(change: Change) -> Change:
        base = LEVERS[change.lever].baseline
        return replace(change, to=tuple(base + share * (change.to - base) for share in SHARES))

    return Policy(tuple(replace(m, changes=tuple(map(apart, m.changes))) for m in policy.measures))


def model_of(case, policy, seeds, folder) -> MigrationModel:
    start, days = SHORT
    end = start + timedelta(days=days - 1)
    params = [Parameters({**TRADE, **case.changes}, PARAMETERS, case.conditions) for _ in seeds]
    model = MigrationModel(params, policy, seeds, start, end, case.scale, **arguments(case, folder))
    model.market.launches_ever[:] = case.launches_ever
    for _ in range(days):
        model.step()
    return model


@pytest.mark.parametrize(
    "case", [case for case in CASES.values() if case.levers], ids=[n for n in CASES if CASES[n].levers]
)
def test_each_replicate_is_equal_to_its_own_run(case, tmp_path):
    policy = weakened(case.policy())
    together = model_of(case, policy, SEEDS, tmp_path)
    for k, seed in enumerate(SEEDS):
        alone = model_of(case, policy.of(k), (seed,), tmp_path)
        for name, values in alone.records.daily.items():
            assert np.array_equal(values[0], together.records.daily[name][k]), (k, name)
        for name, part in alone.records.yearly.items():
            assert np.array_equal(part.values[0], together.records.yearly[name].values[k]), (k, name)
    differ = [not np.array_equal(values[0], values[1]) for values in together.records.daily.values()]
    assert any(differ)


def test_a_strength_of_zero_is_no_policy(tmp_path):
    case = CASES["ports_and_shores"]
    together = model_of(case, weakened(case.policy()), SEEDS, tmp_path)
    without = model_of(case, Policy(), SEEDS[2:], tmp_path)
    for name, values in without.records.daily.items():
        assert np.array_equal(values[0], together.records.daily[name][2]), name


def test_values_that_are_not_one_a_seed_are_refused(tmp_path):
    start = SHORT[0]
    policy = Policy((Measure("a", "", (Change("detention", start, 0, (1.5, 2.0, 3.0)),)),))
    with pytest.raises(InputError, match="has values for 3 replicates and there are 2 seeds"):
        MigrationModel(Parameters(), policy, (1, 2), start, start, 50.0)


def test_each_of_several_values_has_to_be_in_range():
    with pytest.raises(InputError, match=r"11\.0 is out of range; allowed: 0 to 10 \(factor\)"):
        Policy((Measure("a", "", (Change("detention", SHORT[0], 0, (1.5, 11.0)),)),))
