"""The fit on a cheap simulator: it covers known parameters, learns what the data allow, and comes nearer every
round."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from corridor.calibration.fit import abc
from corridor.calibration.fit.distance import Statistics, far
from corridor.calibration.fit.recovery import Recovery, rank_p, recovered
from corridor.experiments.config.designs.points import unit_cube
from tests.support import toy

NAMES = tuple(f"p{k}" for k in range(toy.PARAMETERS))
POINTS, ERROR = 512, 0.25
METHOD = abc.Method(particles=128, rounds=3)


def table(points: int = POINTS, seed: int = 5):
    """Normal scores of a table of the toy, and its statistics beside those of its first row."""
    cube = np.clip(unit_cube("sobol", toy.PARAMETERS, points, 1), 1e-9, 1 - 1e-9)
    made = toy.statistics(toy.simulate(cube, seed))
    names = tuple(f"s{k}" for k in range(made.shape[1]))
    return stats.norm.ppf(cube), Statistics(names, made[0], made, np.full(made.shape[1], ERROR))


@pytest.fixture(scope="module")
def recovery():
    scores, statistics = table(1024)
    return recovered(NAMES, scores, statistics, tests=60, seed=1)


def test_ninety_percent_intervals_hold_nine_in_ten_true_values(recovery):
    assert 0.85 <= recovery.coverage(0.9).mean() <= 0.95
    assert 0.45 <= recovery.coverage(0.5).mean() <= 0.62  # rather too wide, see `coverage`


def test_the_truth_is_at_the_ends_of_no_parameter_s_draws_more_often_than_it_should(recovery):
    outer = (np.abs(recovery.ranks - 0.5) > 0.45).sum(axis=0)
    assert stats.binom.sf(outer.max() - 1, len(recovery.ranks), 0.1) > 0.01 / len(NAMES)
    table = recovery.table().set_index("parameter")
    assert list(table.index) == [*NAMES, "all"] and (table.recovery_tests == 60).all()
    assert table.cover90["all"] == pytest.approx(recovery.coverage(0.9).mean())


def test_what_matters_is_learnt_and_what_does_not_is_left_at_its_prior(recovery):
    width = dict(zip(NAMES, recovery.widths.mean(axis=0), strict=True))
    assert max(width[name] for name in ("p2", "p4")) < 0.75
    assert min(width[name] for name in ("p9", "p10", "p11")) > 0.8


def test_uneven_ranks_are_found_out():
    """A method that is too sure of itself puts the truth at the ends of its draws."""
    random = np.random.default_rng(1)
    sure = stats.norm.cdf(1.6 * random.standard_normal((200, 2)))
    assert rank_p(sure[:, 0]) < 1e-3
    recovery = Recovery(("a", "b"), sure, np.full((200, 2), 0.5))
    assert recovery.table().rank_p.iloc[-1] < 1e-3 and recovery.coverage(0.9).mean() < 0.85


def test_too_many_recovery_tests_or_too_few_points_are_refused():
    for points, tests in ((64, 40), (16, 4)):
        scores, statistics = table(points)
        with pytest.raises(ValueError, match="at most half"):
            recovered(NAMES, scores, statistics, tests, seed=1)


@pytest.fixture(scope="module")
def fitted():
    """A fit to a run with known parameters: the first particles, the last, the rounds, and the true values."""
    scores, statistics = table()
    truth = np.random.default_rng(7).standard_normal(toy.PARAMETERS)
    seen = toy.statistics(toy.simulate(stats.norm.cdf(truth)[None, :], 99))[0]
    first = abc.Particles(scores, np.arange(POINTS), statistics.distances(seen)).nearest(METHOD.particles)

    def run(number: int, moves: np.ndarray):
        made = toy.statistics(toy.simulate(stats.norm.cdf(moves), 100 + number))
        return POINTS + number * 1000 + np.arange(len(moves)), far(made, seen, statistics.deviation)

    return first, *abc.sequential(first, run, METHOD), truth


def test_every_round_comes_nearer_and_no_particle_is_farther_than_the_last_tolerance(fitted):
    first, last, rounds, _ = fitted
    assert len(rounds) == METHOD.rounds
    tolerances = [first.distances.max(), *(each.tolerance for each in rounds)]
    assert (np.diff(tolerances) < 0.0).all()
    assert last.distances.max() <= rounds[-1].tolerance < np.median(first.distances)


def test_particles_are_different_runs(fitted):
    _, last, _, _ = fitted
    assert len(set(last.seeds.tolist())) == len(last.seeds) <= METHOD.particles
    assert 0.25 * METHOD.particles < len(last.seeds) and (np.diff(last.seeds) > 0).all()


def test_the_ceiling_of_the_toy_is_found_more_closely_than_by_the_table(fitted):
    first, last, _, truth = fitted
    errors = [np.abs(each.scores[:, 2] - truth[2]).mean() for each in (first, last)]
    assert errors[1] < errors[0]


def test_moves_leave_the_priors_as_they_are():
    """Where everything is within the tolerance, what was standard normal stays so, however many rounds."""
    random = np.random.default_rng(3)
    particles = abc.Particles(random.standard_normal((20_000, 2)), np.arange(20_000), np.zeros(20_000))
    for number in range(1, 6):
        moves = abc.proposed(particles, 0.4, abc.Method(), number)
        particles, last = abc.moved(particles, abc.Particles(moves, particles.seeds, np.zeros(20_000)), 0.4)
        assert last.moved == 1.0
    assert np.abs(particles.scores.mean(axis=0)).max() < 0.03
    assert np.abs(particles.scores.std(axis=0) - 1.0).max() < 0.03
    assert abs(np.corrcoef(particles.scores.T)[0, 1]) < 0.03


def test_the_posterior_of_a_normal_mean_is_found():
    """One parameter with a standard normal prior, seen with unit normal error: the posterior is N(x / 2, 1 / 2)."""
    random = np.random.default_rng(3)
    scores = stats.norm.ppf(unit_cube("sobol", 1, 4096, 1).clip(1e-9, 1 - 1e-9))

    def run(number: int, moves: np.ndarray):
        apart = np.abs(moves[:, 0] + random.standard_normal(len(moves)) - 1.0)
        return 10_000 * number + np.arange(len(moves)), apart

    first = abc.Particles(scores, *run(0, scores)).nearest(1024)
    last, _ = abc.sequential(first, run, abc.Method(particles=1024, rounds=2))
    assert last.scores.mean() == pytest.approx(0.5, abs=0.1)
    assert last.scores.std() == pytest.approx(np.sqrt(0.5), rel=0.12)


def test_a_move_counts_only_where_its_run_is_near_enough():
    particles = abc.Particles(np.zeros((3, 1)), np.array([1, 2, 3]), np.array([1.0, 2.0, 2.0]))
    tried = abc.Particles(np.ones((3, 1)), np.array([4, 5, 6]), np.array([2.0, 2.1, 0.5]))
    after, last = abc.moved(particles, tried, 0.4)
    assert after.seeds.tolist() == [4, 2, 6] and after.scores[:, 0].tolist() == [1.0, 0.0, 1.0]
    assert after.distances.tolist() == [2.0, 2.0, 0.5]
    assert (last.tolerance, last.moved) == (2.0, pytest.approx(2 / 3))


def test_the_nearer_half_goes_on_twice():
    particles = abc.Particles(np.arange(5.0)[:, None], np.arange(5), np.array([5.0, 1.0, 4.0, 2.0, 3.0]))
    assert abc.parents_of(particles).seeds.tolist() == [1, 1, 3, 3, 4]
    assert particles.at(np.array([1, 1, 0])).distinct().seeds.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("moved", "step", "after"),
    [
        (0.05, 0.4, 0.4 / 1.5),
        (0.25, 0.4, 0.4),
        (0.5, 0.4, 0.6),
        (0.5, 0.7, 0.8),
        (0.05, 0.12, 0.1),
    ],
)
def test_steps_follow_the_share_of_moves_that_count(moved, step, after):
    assert abc.next_step(abc.Round(1.0, step, moved)) == pytest.approx(after)
