"""Shapley attribution against games whose values are known, and its standard errors."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.experiments.analyses.shapley import coalitions_of, orders, prefixes, shapley


def gloves(members):
    """The glove game: player 0 has a left glove, 1 and 2 a right one; a pair is worth 1. Shares 2/3, 1/6, 1/6."""
    return np.array([1.0 if 0 in members and members & {1, 2} else 0.0])


def test_all_orders_of_a_small_game_give_its_exact_shares():
    found = shapley(gloves, orders(3, 6, seed=1))
    assert found.shares == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=1e-12)
    assert found.effect == 1.0


@given(st.lists(st.integers(-50, 50), min_size=16, max_size=16))
def test_exact_shares_equal_the_weighted_sum_over_coalitions(worths):
    """Against the other definition: the sum over coalitions S without i of |S|!(n-|S|-1)!/n! (v(S+i) - v(S))."""

    def value(members):
        return np.array([float(worths[sum(1 << k for k in members)])])

    expected = []
    for i in range(4):
        others = [k for k in range(4) if k != i]
        subsets = [frozenset(s) for n in range(4) for s in itertools.combinations(others, n)]
        expected.append(
            sum(
                math.factorial(len(s)) * math.factorial(3 - len(s)) / 24 * (value(s | {i}) - value(s))[0]
                for s in subsets
            )
        )
    assert shapley(value, orders(4, 24, seed=1)).shares == pytest.approx(expected, abs=1e-9)


def test_sampled_shares_sum_to_the_effect_and_an_additive_game_has_no_error_from_orders():
    worth = np.arange(1.0, 10.0)

    def value(members):
        return np.full(3, worth[list(members)].sum() if members else 0.0)

    found = shapley(value, orders(9, 4, seed=2))
    assert found.shares == pytest.approx(worth)
    assert found.gap < 1e-9
    assert found.errors == pytest.approx(np.zeros(9), abs=1e-12)


@given(st.integers(1, 1000))
def test_shares_sum_to_the_effect_whatever_the_sample(seed):
    generator = np.random.default_rng(seed)
    worths = generator.normal(size=(2**6, 4)) * 1000
    found = shapley(lambda members: worths[sum(1 << k for k in members)], orders(6, 8, seed))
    assert found.gap < 1e-8
    assert (found.errors > 0).all()


def test_reversed_orders_cancel_what_depends_on_the_square_of_the_number():
    """In v = n^2 a player that joins k-th adds 2k - 1, and n^2 - that in the reverse: each pair has the same mean."""
    found = shapley(lambda members: np.full(2, float(len(members) ** 2)), orders(7, 4, seed=3))
    assert found.shares == pytest.approx(np.full(7, 7.0))
    assert found.errors == pytest.approx(np.zeros(7), abs=1e-12)


def test_the_stated_error_is_that_of_repeated_samples():
    """Over many samples of orders and seeds the shares scatter as the standard errors say, or a little less."""
    generator = np.random.default_rng(5)
    fixed = generator.normal(size=2**5) * 10
    scatter, squares = [], []
    for sample in range(300):
        noise = generator.normal(size=(6, 5))  # of a seed and player

        def value(members, noise=noise):
            return fixed[sum(1 << k for k in members)] + noise[:, list(members)].sum(axis=1)

        found = shapley(value, orders(5, 8, sample))
        scatter.append(found.shares)
        squares.append(found.errors**2)
    ratio = np.sqrt(np.mean(squares, axis=0)) / np.std(scatter, axis=0, ddof=1)
    assert (ratio > 0.85).all()
    assert (ratio < 1.25).all()


def test_a_coalition_is_asked_for_once():
    asked = []

    def value(members):
        asked.append(members)
        return np.zeros(2)

    sampled = orders(5, 10, seed=1)
    shapley(value, sampled)
    assert len(asked) == len(set(asked)) == len(coalitions_of(sampled)) < 10 * 6


def test_one_seed_has_no_error():
    assert np.isnan(shapley(gloves, orders(3, 6, seed=1)).errors).all()


def test_orders_are_pairs_of_reverses_or_refused():
    sampled = orders(8, 6, seed=4)
    assert [order[::-1] for order in sampled[0::2]] == sampled[1::2]
    assert prefixes(sampled[0])[-1] == frozenset(range(8))
    assert len(orders(3, 6, seed=4)) == 6
    for wrong in (2, 5):
        with pytest.raises(ValueError, match=f"{wrong} permutations; allowed"):
            orders(8, wrong, seed=1)
