"""Conditions of a history: their periods, their memory, and what observed values they may see."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from corridor.calibration.fit.conditions import DECLARED, ConditionPrior, Shocks, wider
from corridor.model.inputs.conditions import Conditions


def test_periods_begin_as_declared_and_hold_until_the_next():
    prior = ConditionPrior.of(2018, 18)
    assert prior.names.count("demand_uk") == 6 and prior.names.count("stop_odds") == 2
    rows = prior.rows(np.log(np.arange(1.0, 1.0 + len(prior.names))))
    assert rows == tuple(sorted(rows)) and rows[0][0] == date(2018, 1, 1)
    conditions = Conditions(rows)
    assert conditions.on(date(2018, 6, 30))["demand_uk"] == 2.0
    assert conditions.on(date(2018, 7, 1))["demand_uk"] == 3.0
    assert conditions.on(date(2030, 1, 1))["demand_uk"] == 6.0


def test_the_spread_alone_is_multiplied():
    assert wider(1.0) == DECLARED
    assert wider(0.0) == ()
    narrow, wide = (ConditionPrior.of(2018, 24, wider(f)).sample(50, np.random.default_rng(3)) for f in (0.5, 2.0))
    np.testing.assert_allclose(4.0 * narrow, wide, rtol=1e-12)


def test_shocks_are_stationary_and_remember():
    shock = Shocks("demand_uk", 3, 0.4, 0.7, 9)
    paths = ConditionPrior.of(2018, 60, [shock]).sample(20_000, np.random.default_rng(1))
    assert paths.std(axis=0) == pytest.approx(np.full(20, 0.4), rel=0.03)
    assert np.corrcoef(paths[:, 7], paths[:, 8])[0, 1] == pytest.approx(0.7, abs=0.02)
    assert np.corrcoef(paths[:, 7], paths[:, 9])[0, 1] == pytest.approx(0.49, abs=0.03)


def test_a_condition_sees_its_own_months_and_those_after_it():
    prior = ConditionPrior.of(2018, 24)
    sees = prior.sees(np.arange(24))
    for k, name in enumerate(prior.names):
        months = np.flatnonzero(sees[k])
        declared = next(each for each in DECLARED if each.name == name)
        assert months[0] == prior.first[k]
        assert len(months) == min(declared.seen_months, 24 - prior.first[k])


def test_how_conditions_go_on_does_not_depend_on_how_far_they_are_asked_for():
    known, longer, longest = (ConditionPrior.of(2018, months) for months in (22, 24, 60))
    members = known.sample(5, np.random.default_rng(4))
    near, far = known.continued(members, longer, (7, 1)), known.continued(members, longest, (7, 1))
    for each in DECLARED:
        shorter = near[:, [name == each.name for name in longer.names]]
        assert np.array_equal(far[:, [name == each.name for name in longest.names]][:, : shorter.shape[1]], shorter)


def test_conditions_go_on_from_the_last_known_ones():
    shock = Shocks("demand_uk", 3, 0.4, 0.7, 9)
    known, longer = ConditionPrior.of(2018, 12, [shock]), ConditionPrior.of(2018, 24, [shock])
    members = np.tile([0.0, 0.1, 0.2, 1.0], (20_000, 1))
    both = known.continued(members, longer, (1, 2))
    assert np.array_equal(both[:, :4], members)
    assert both[:, 4:].mean(axis=0) == pytest.approx(0.7 ** np.arange(1, 5), abs=0.02)
    assert both[:, 4:].std(axis=0) == pytest.approx(0.4 * np.sqrt(1.0 - 0.49 ** np.arange(1, 5)), rel=0.03)
