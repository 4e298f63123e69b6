"""Rules on arrays against numbers worked by hand, closed forms and properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.model.engine import draws, kernels

unit = st.floats(0.0, 1.0)


def a(*values):
    return np.array(values, dtype=float)


def test_detection_is_the_random_search_formula():
    assert kernels.detection(a(100.0), a(50.0), a(0.25))[0] == pytest.approx(1 - math.exp(-0.5), rel=1e-15)
    assert kernels.detection(a(0.0), a(50.0), a(0.25))[0] == 0.0


def test_forty_per_cent_more_officers_gain_what_the_evidence_says():
    # D4: a stop rate of 0.348 on the beach alone becomes 0.451 with 40 % more effort
    effort = -math.log(1 - 0.348)
    assert kernels.detection(a(1.4 * effort), a(1.0), a(1.0))[0] == pytest.approx(0.451, abs=5e-4)


def test_race_of_alert_and_response():
    assert kernels.reached_in_time(a(20.0), a(20.0), a(60.0))[0] == pytest.approx(0.5 * 0.25)


def test_distance_to_the_nth_nearest_point_on_a_line():
    assert kernels.nth_nearest(np.array([1, 3]), a(1.0, 5.0), a(8.0, 12.0)).tolist() == [2.0, 3.0]
    assert kernels.nth_nearest(np.array([1]), a(0.0), a(8.0))[0] == 4.0  # none there: as far as half of the line


@pytest.mark.parametrize(("load", "servers", "blocked"), [(2, 0, 1.0), (2, 1, 2 / 3), (2, 2, 0.4), (3, 3, 0.3462)])
def test_erlang_b_by_hand(load, servers, blocked):
    assert kernels.erlang_b(a(load), np.array([servers]))[0] == pytest.approx(blocked, abs=5e-5)


@given(st.floats(0.01, 30.0), st.integers(0, 40))
def test_erlang_b_is_the_truncated_poisson(load, servers):
    terms = [load**k / math.factorial(k) for k in range(servers + 1)]
    assert kernels.erlang_b(a(load), np.array([servers]))[0] == pytest.approx(terms[-1] / sum(terms), rel=1e-9)


@given(unit, unit, unit)
def test_several_checks_find_at_least_what_the_best_finds(p, q, r):
    found = kernels.any_of(a(p), a(q), a(r))[0]
    assert max(p, q, r) - 1e-12 <= found <= 1.0


def test_random_utility_with_gumbel_noise_is_softmax():
    utility = np.tile([0.0, 1.0, -0.5, -np.inf], (100_000, 1))
    keys = draws.child_keys(np.full(100_000, 7, dtype=np.uint64), np.arange(100_000))
    chosen = np.bincount(kernels.choose(utility, draws.gumbel(keys, 60, 4, 0)), minlength=4) / 100_000
    expected = np.exp([0.0, 1.0, -0.5, -np.inf])
    expected /= expected.sum()
    assert chosen[3] == 0.0
    assert chosen == pytest.approx(expected, abs=4 * 0.5 / math.sqrt(100_000))


def test_a_power_is_the_same_for_one_exponent_and_for_many():
    base = np.linspace(0.01, 7.0, 400)
    for exponents in ([-1.0, -0.5, 0.0, 0.5, 1.0, 1.3, 2.0, 3.0], [2.0], [0.3, 0.3]):
        column = np.array(exponents)[:, None]
        together = kernels.raised(base, column)
        assert together.shape == (len(exponents), 400)
        assert all(np.array_equal(row, kernels.raised(base, one)) for row, one in zip(together, exponents, strict=True))
    assert kernels.raised(np.array([3.0]), 2.0) == 9.0


def test_quantal_response_by_hand():
    shares = kernels.quantal_response(np.array([[0.5, 0.5 + math.log(2) / 3]]), 3.0)
    assert shares[0] == pytest.approx([1 / 3, 2 / 3])


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=8), st.floats(0.0, 1.0, exclude_max=True))
def test_pick_takes_the_option_where_the_shares_pass(weights, u):
    shares = np.array([weights]) / sum(weights)
    option = int(kernels.pick(shares, a(u))[0])
    before = shares[0, :option].sum()
    assert before <= u + 1e-9
    assert u <= before + shares[0, option] + 1e-9


def test_few_options_and_many_are_counted_alike():
    random = np.random.default_rng(4)
    shares, u = random.dirichlet(np.ones(5), 300), random.random(300)
    none = np.zeros((300, 2 * kernels.FEW_OPTIONS))
    assert np.array_equal(kernels.pick(shares, u), kernels.pick(np.hstack([shares, none]), u))
    assert len(set(kernels.pick(shares, u).tolist())) == 5


def test_rounding_leaves_nobody_without_an_option():
    assert kernels.pick(np.array([[0.5, 0.5 - 1e-9]]), a(1.0 - 1e-12)).tolist() == [1]
    assert kernels.pick(np.array([[0.25, 0.75]]), a(0.25)).tolist() == [0]


@given(st.floats(0.0, 1e6))
def test_whole_numbers_have_the_mean(mean):
    u = (np.arange(1000) + 0.5) / 1000
    numbers = kernels.whole(np.full(1000, mean), u)
    assert set(np.unique(numbers)) <= {math.floor(mean), math.floor(mean) + 1}
    assert numbers.mean() == pytest.approx(mean, abs=1e-3 + 1e-9 * mean)


@given(st.lists(st.tuples(st.integers(0, 4), unit), max_size=60), st.lists(st.integers(0, 9), min_size=5, max_size=5))
def test_rationing_serves_the_first_and_no_more(claims, free):
    group = np.array([g for g, _ in claims], dtype=np.int64)
    priority = np.array([p for _, p in claims])
    served = kernels.ration(group, priority, np.array(free))
    for g in range(5):
        mine = group == g
        assert served[mine].sum() == min(free[g], mine.sum())
        if served[mine].any() and not served[mine].all():
            assert priority[mine & served].max() <= priority[mine & ~served].min()


def test_ties_keep_their_order():
    rank = kernels.rank_in_group(np.array([1, 0, 1, 1]), a(0.5, 0.2, 0.5, 0.1))
    assert rank.tolist() == [1, 0, 2, 0]


def test_casualties_have_a_pareto_tail_and_stop_at_those_aboard():
    u = (np.arange(100_000) + 0.5) / 100_000
    dead = kernels.casualties(u, 1.5, np.full(100_000, 40))
    assert dead.min() == 1
    assert dead.max() == 40
    assert (dead >= 10).mean() == pytest.approx(10**-1.5, rel=0.01)


@given(unit, unit, unit, unit, unit, unit, unit)
def test_an_exchange_stays_between_the_two(v, t, v2, t2, convince, convert, confuse):
    value, trust = kernels.exchange(a(v), a(t), a(v2), a(t2), convince, convert, confuse, 1.0)
    assert min(v, v2) - 1e-9 <= value[0] <= max(v, v2) + 1e-9
    assert 0.0 <= trust[0] <= 1.0


def test_exchange_by_hand():
    # v=0.2 t=0.5, voice 0.6 t=0.8, convince .5 convert .1 confuse .3: doubt = .1 + .2 + .048, see Hinsch & Bijak
    value, trust = kernels.exchange(a(0.2), a(0.5), a(0.6), a(0.8), 0.5, 0.1, 0.3, 1.0)
    kept = 0.4 * (1 - 0.3 * 0.4)
    weighed = 0.5 * 0.2 * 0.2 + 0.5 * 0.8 * 0.5 * 0.6 + kept * (0.9 * 0.2 + 0.1 * 0.6)
    assert trust[0] == pytest.approx(1 - (0.1 + 0.2 + 0.4 * 0.3 * 0.4))
    assert value[0] == pytest.approx(weighed / trust[0])


def test_nobody_learns_from_a_voice_without_trust():
    value, trust = kernels.exchange(a(0.2), a(0.5), a(0.9), a(0.0), 0.5, 0.1, 0.3, 1.0)
    assert value[0] == pytest.approx(0.2)
    assert trust[0] == pytest.approx(0.5)


def test_a_share_never_dies_out_nor_takes_all():
    shares = kernels.replicator(a(2e-6, 1.0 - 2e-6), a(-1e6, 1e6), 1.0)
    assert shares.tolist() == [1e-6, 1.0 - 1e-6]


def test_replicator_and_running_mean_by_hand():
    assert kernels.replicator(a(0.5), a(0.2), 0.1)[0] == pytest.approx(0.505)
    assert kernels.approach(a(0.0), a(1.0), 10.0)[0] == pytest.approx(1 - math.exp(-0.1))
