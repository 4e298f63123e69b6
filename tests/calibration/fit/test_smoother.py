"""The ensemble smoother against exact posteriors, and what local analyses may see."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.calibration.fit import smoother

MEMBERS, STEPS = 1500, 4
OPERATOR = np.array([[1.0, 0.2, 0.0], [0.5, -1.0, 0.3], [0.0, 0.7, 1.2], [1.0, 1.0, 1.0]])
APART = np.diag(np.array([0.5, 0.8, 1.0, 0.4]) ** 2)  # errors of what is observed: each has its own,
TOGETHER = APART + np.outer([1.0, 0.0, 1.0, 0.5], [1.0, 0.0, 1.0, 0.5])  # and three have one in common
VARIANCES, MEANS = np.array([1.0, 2.0, 0.5]), np.array([0.3, -1.0, 0.0])
SEEN = np.array([1.0, 0.5, 2.0, -1.0])


def prior(random: np.random.Generator) -> np.ndarray:
    """Members whose means and covariances are exactly those of the prior."""
    raw = random.standard_normal((MEMBERS, 3))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T)).T)
    return MEANS + white * np.sqrt(VARIANCES)


def exact(errors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of the linear, normal posterior."""
    weighed = OPERATOR.T @ np.linalg.inv(errors)
    covariance = np.linalg.inv(np.diag(1.0 / VARIANCES) + weighed @ OPERATOR)
    return covariance @ (MEANS / VARIANCES + weighed @ SEEN), covariance


def smoothed(steps: int, sees: np.ndarray, errors: np.ndarray) -> np.ndarray:
    random = np.random.default_rng(3)
    states = prior(random)
    for inflation in smoother.inflations(steps):
        states = smoother.updated(states, states @ OPERATOR.T, SEEN, errors, inflation, sees, random)
    return states


@pytest.mark.parametrize("errors", [APART, TOGETHER], ids=["own errors", "errors in common"])
@pytest.mark.parametrize("steps", [1, STEPS])
def test_the_members_have_the_exact_posterior_of_a_linear_normal_model(steps: int, errors: np.ndarray):
    states = smoothed(steps, np.ones((3, 4), dtype=bool), errors)
    mean, covariance = exact(errors)
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
    moved = smoother.updated(first, first @ OPERATOR.T, SEEN, APART, 2.0, sees, random)
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
        smoother.updated(first, values, SEEN, APART, 2.0, may, np.random.default_rng(8))
        for values, may in ((lacking, sees), (table, without))
    )
    assert np.array_equal(one, other)


def test_chance_correlations_are_not_seen():
    random = np.random.default_rng(5)
    states, noise = random.standard_normal((400, 20)), random.standard_normal((400, 50))
    seen = smoother.correlated(states, np.hstack([noise, states[:, :1]]))
    assert seen[0, -1]
    assert 0.03 < seen[:, :-1].mean() < 0.06  # 4.6 % of a normal number are beyond 2 standard deviations


def linear_world(seed: int, rule: str, members: int = 48) -> tuple[np.ndarray, np.ndarray]:
    """Truth of 48 conditions and members after the fit, where each of 70 values is mostly chance and depends on a third
    of the conditions of the nine months before it."""
    random = np.random.default_rng(seed)
    first, months = (np.sort(random.integers(0, last, number)) for last, number in ((60, 48), (66, 70)))
    in_time = (months >= first[:, None]) & (months < first[:, None] + 9)
    matters = in_time & (random.random(in_time.shape) < 0.35)
    operator = np.where(matters, random.standard_normal(in_time.shape), 0.0)
    truth, chance, error = random.standard_normal(48), 3.0, np.full(70, 0.4)
    seen = truth @ operator + chance * random.standard_normal(70) + error * random.standard_normal(70)
    states, own = random.standard_normal((members, 48)), chance * random.standard_normal((members, 70))
    for inflation in smoother.inflations(STEPS):
        simulated = states @ operator + own
        sees = in_time & smoother.correlated(states, simulated) if rule == "beyond chance" else in_time
        states = smoother.updated(states, simulated, seen, np.diag(error**2), inflation, sees, random)
    return truth, states


def held_and_error(rule: str) -> tuple[float, float]:
    """The share of truths within 90 % intervals, and the mean squared error of the means."""
    held, errors = [], []
    for seed in range(40):
        truth, states = linear_world(seed, rule)
        low, high = np.quantile(states, [0.05, 0.95], axis=0)
        held.append(np.mean((truth >= low) & (truth <= high)))
        errors.append(np.mean((states.mean(axis=0) - truth) ** 2))
    return float(np.mean(held)), float(np.mean(errors))


def test_learning_beyond_chance_alone_gives_wider_intervals_and_smaller_errors():
    held, error = held_and_error("beyond chance")
    held_by_time, error_by_time = held_and_error("time alone")
    assert held > 0.82 and held - held_by_time > 0.04
    assert error < 0.95 * error_by_time
