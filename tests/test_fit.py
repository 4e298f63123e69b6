"""The fit on a cheap simulator: it covers what is planted, learns what can be learnt, and stays within its priors."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from calibration import fit
from calibration.coverage import Recovery, recovered, uniform_p
from experiments.designs import unit_cube
from tests import toy

NAMES = tuple(f"p{k}" for k in range(toy.PARAMETERS))


def table(points: int, seed: int = 5):
    """Normal scores and statistics of a table of the toy."""
    cube = np.clip(unit_cube("sobol", toy.PARAMETERS, points, 1), 1e-9, 1 - 1e-9)
    return stats.norm.ppf(cube), toy.statistics(toy.simulate(cube, seed))


@pytest.fixture(scope="module")
def recovery():
    scores, statistics = table(512)
    return recovered(NAMES, scores, statistics, fit.Method(accepted=0.2), plants=40)


def test_ninety_percent_intervals_hold_nine_in_ten_plants(recovery):
    assert 0.85 <= recovery.coverage(0.9).mean() <= 0.95
    assert 0.42 <= recovery.coverage(0.5).mean() <= 0.58


def test_ranks_of_plants_are_even_and_the_table_says_so(recovery):
    told = recovery.table().set_index("parameter")
    assert list(told.index) == [*NAMES, "all"] and (told.plants == 40).all()
    assert told.uniform_p["all"] > 1e-3
    assert told.cover90["all"] == pytest.approx(recovery.coverage(0.9).mean())


def test_what_matters_is_learnt_and_what_does_not_is_left_at_its_prior(recovery):
    width = dict(zip(NAMES, recovery.widths.mean(axis=0), strict=True))
    assert max(width[name] for name in ("p2", "p3", "p4")) < 0.6
    assert min(width[name] for name in ("p9", "p10", "p11")) > 0.75


def test_uneven_ranks_are_found_out():
    """A method that is too sure of itself puts the truth at the ends of its draws."""
    random = np.random.default_rng(1)
    sure = stats.norm.cdf(1.6 * random.standard_normal((200, 2)))
    assert uniform_p(sure[:, 0]) < 1e-3
    recovery = Recovery(("a", "b"), sure, np.full((200, 2), 0.5))
    assert recovery.table().uniform_p.iloc[-1] < 1e-3 and recovery.coverage(0.9).mean() < 0.85


def test_leave_one_out_residuals_are_those_of_fits_without_the_row():
    random = np.random.default_rng(2)
    away, weights = random.standard_normal((40, 3)), random.uniform(0.1, 1.0, 40)
    scores = (away @ [1.0, -2.0, 0.5] + random.standard_normal(40))[:, None]
    moved = fit.local_linear(scores, away, weights)
    design = np.hstack([np.ones((40, 1)), away])

    def intercept_and_slopes(kept):
        root = np.sqrt(weights[kept])[:, None]
        return np.linalg.lstsq(root * design[kept], root * scores[kept], rcond=None)[0]

    whole = intercept_and_slopes(np.arange(40))
    without = intercept_and_slopes(np.delete(np.arange(40), 7))
    assert moved[7] == pytest.approx(whole[0] + scores[7] - design[7] @ without)


def test_the_posterior_of_a_normal_mean_is_the_exact_one():
    """One parameter with a standard normal prior seen once with unit error: the posterior is N(x / 2, 1 / 2)."""
    random = np.random.default_rng(3)
    scores = stats.norm.ppf(unit_cube("sobol", 1, 2048, 1))
    seen = scores + random.standard_normal((2048, 1))
    twice = np.hstack([seen, seen])  # and a statistic that says the same again
    found, = fit.posteriors(scores, twice, np.array([[1.0, 1.0]]), fit.Method(accepted=0.5, draws=4000))
    assert found.scores.mean() == pytest.approx(0.5, abs=0.1)
    assert found.scores.std() == pytest.approx(np.sqrt(0.5), rel=0.1)
    assert found.usual > 0.2


def test_what_is_like_nothing_in_the_table_is_told():
    scores, statistics = table(256)
    usual, odd = fit.posteriors(scores, statistics, np.stack([statistics[3], statistics[3] + 50.0]), fit.Method())
    assert odd.usual < 0.05 < usual.usual
    assert np.isfinite(odd.scores).all()


def test_statistics_that_are_missing_or_never_vary_do_no_harm():
    scores, statistics = table(256)
    broken = np.hstack([statistics, np.full((256, 1), np.nan), np.ones((256, 1)), statistics[:, :1]])
    broken[::7, -1] = np.nan
    found, = fit.posteriors(scores, broken, broken[5:6], fit.Method())
    assert np.isfinite(found.scores).all() and found.scores.shape == (400, toy.PARAMETERS)


def test_the_same_table_gives_the_same_draws_bit_for_bit():
    scores, statistics = table(256)
    first, second = (fit.posteriors(scores, statistics, statistics[:1], fit.Method())[0] for _ in range(2))
    assert first.scores.tobytes() == second.scores.tobytes()


def test_a_table_that_is_too_small_is_refused():
    scores, statistics = table(64)
    with pytest.raises(ValueError, match="allowed: at least 130"):
        fit.posteriors(scores, statistics, statistics[:1], fit.Method())
    with pytest.raises(ValueError, match="at most half"):
        recovered(NAMES, scores, statistics, fit.Method(), plants=40)
