"""The ensemble smoother against exact posteriors, and what local analyses may see."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.calibration.fit import smoother

MEMBERS, STEPS = 1500, 4
OPERATOR = np.array([[1.0, 0.2, 0.0], [0.5, -1.0, 0.3], [0.0, 0.7, 1.2], [1.0, 1.0, 1.0]])
ERRORS = np.array([0.5, 0.8, 1.0, 0.4])
VARIANCES, MEANS = np.array([1.0, 2.0, 0.5]), np.array([0.3, -1.0, 0.0])
SEEN = np.array([1.0, 0.5, 2.0, -1.0])


def prior(random: np.random.Generator) -> np.ndarray:
    """Members whose means and covariances are exactly those of the prior."""
    raw = random.standard_normal((MEMBERS, 3))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T)).T)
    return MEANS + white * np.sqrt(VARIANCES)


def exact() -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of the linear, normal posterior."""
    precision = np.diag(1.0 / VARIANCES) + OPERATOR.T @ np.diag(ERRORS**-2) @ OPERATOR
    covariance = np.linalg.inv(precision)
    return covariance @ (MEANS / VARIANCES + OPERATOR.T @ (SEEN / ERRORS**2)), covariance


def smoothed(steps: int, sees: np.ndarray) -> np.ndarray:
    random = np.random.default_rng(3)
    states = prior(random)
    for inflation in smoother.inflations(steps):
        states = smoother.updated(states, states @ OPERATOR.T, SEEN, ERRORS, inflation, sees, random)
    return states


@pytest.mark.parametrize("steps", [1, STEPS])
def test_the_members_have_the_exact_posterior_of_a_linear_normal_model(steps: int):
    states = smoothed(steps, np.ones((3, 4), dtype=bool))
    mean, covariance = exact()
    sampling = 4.0 * np.sqrt(np.diag(covariance) / MEMBERS * (1 + steps))
    assert (np.abs(states.mean(axis=0) - mean) < sampling).all()
    assert np.cov(states.T) == pytest.approx(covariance, abs=0.05)


def test_inflations_have_inverses_that_sum_to_one():
    for steps in (1, 3, 8):
        assert sum(1.0 / each for each in smoother.inflations(steps)) == pytest.approx(1.0)


def test_a_variable_that_sees_nothing_stays_as_it_was():
    sees = np.ones((3, 4), dtype=bool)
    sees[1] = False
    random = np.random.default_rng(3)
    first = prior(random)
    moved = smoother.updated(first, first @ OPERATOR.T, SEEN, ERRORS, 2.0, sees, random)
    assert np.array_equal(moved[:, 1], first[:, 1])
    assert not np.allclose(moved[:, 0], first[:, 0])


def test_values_that_some_member_lacks_are_not_used():
    first = prior(np.random.default_rng(3))
    table, sees = first @ OPERATOR.T, np.ones((3, 4), dtype=bool)
    lacking = table.copy()
    lacking[5, 2] = np.nan
    without = sees.copy()
    without[:, 2] = False
    one, other = (
        smoother.updated(first, values, SEEN, ERRORS, 2.0, may, np.random.default_rng(8))
        for values, may in ((lacking, sees), (table, without))
    )
    assert np.array_equal(one, other)


def test_chance_correlations_are_not_seen():
    random = np.random.default_rng(5)
    states, noise = random.standard_normal((400, 20)), random.standard_normal((400, 50))
    seen = smoother.correlated(states, np.hstack([noise, states[:, :1]]))
    assert seen[0, -1]
    assert seen[:, :-1].mean() < 0.03  # 1.2 % of a normal number are beyond 2.5 standard deviations
