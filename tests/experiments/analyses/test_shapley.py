"""Shapley attribution against games whose values are known, and its standard errors."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.experiments.analyses.attribution import Attribution
from corridor.experiments.analyses.shapley import coalitions_of, orders, prefixes, shapley
from corridor.experiments.analyses.worlds import coalition_name
from corridor.experiments.config.loading import load
from corridor.experiments.config.shipped import CONFIGS
from corridor.model.policy import Change, Measure


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


def three_way(members):
    """Additive but for what the first three players do together: shares are 1 to 6, and 8 for each of the three."""
    return float(sum(k + 1 for k in members)) + 24.0 * ({0, 1, 2} <= set(members))


KNOWN = np.arange(1.0, 7.0) + np.array([8.0, 8.0, 8.0, 0.0, 0.0, 0.0])


@pytest.mark.parametrize("permutations", [8, 16])
def test_intervals_hold_the_known_shares_of_a_game_of_three_way_interactions(permutations):
    """Four orders read with 1.645 held 73 %; half-widths are as large as the chance of orders and seeds makes them."""
    generator = np.random.default_rng(5)
    held, scatter, squares = [], [], []
    for sample in range(250):
        base, chance = generator.normal(0.0, 4.0, size=(6, 5)), {}

        def value(members, base=base, chance=chance):
            if members not in chance:
                chance[members] = generator.normal(0.0, 3.0, size=5)
            return three_way(members) + base[list(members)].sum(axis=0) + chance[members]

        found = shapley(value, orders(6, permutations, sample))
        held.append(np.abs(found.shares - KNOWN) <= found.half)
        scatter.append(found.shares)
        squares.append(found.errors**2)
    assert np.mean(scatter, axis=0) == pytest.approx(KNOWN, abs=0.6)
    assert 0.86 < np.mean(held) < 0.99
    ratio = np.sqrt(np.mean(squares, axis=0)) / np.std(scatter, axis=0, ddof=1)
    assert (ratio > 0.85).all() and (ratio < 1.35).all()


def test_measures_that_act_alike_have_equal_shares_and_one_without_effect_none():
    """Players 4 and 5 are the same measure twice: one of them does all that both do."""
    generator = np.random.default_rng(7)
    worths = generator.normal(size=(2**5, 3)) * 100

    def value(members):
        alike = [4] if members & {4, 5} else []
        return worths[sum(1 << k for k in [*(members - {3, 4, 5}), *alike])]

    found = shapley(value, orders(6, 8, seed=1), alike=[[4, 5]])
    assert found.shares[4] == found.shares[5] != 0.0
    assert found.errors[4] == found.errors[5]
    assert found.gap < 1e-9
    exact = shapley(value, orders(6, 720, seed=1))
    assert exact.shares[4] == pytest.approx(exact.shares[5]) and exact.shares[3] == pytest.approx(0.0, abs=1e-9)
    assert (np.abs(found.shares - exact.shares) < 4 * np.sqrt(found.order_errors**2 + 1.0) + 20).all()


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


NAMES = ("a", "b", "c", "d", "e", "f")


class Package:
    """An attribution of six measures, of which the last two move the same lever alike; its values are of a game."""

    def __init__(self, chance: float, permutations: int = 32) -> None:
        levers = ("patrol_officers", "detention", "debriefs", "campaign", "port_dogs", "port_dogs")
        self.analysis = Attribution(load(CONFIGS / "quick.yaml"), "x", permutations=permutations)
        changes = [(Change(lever, date(2023, 1, 1), 0, 1.1),) for lever in levers]
        self.analysis.__dict__["measures"] = [Measure(*each) for each in zip(NAMES, NAMES, changes, strict=True)]
        self.chance = chance

    def run(self, analysis: Attribution) -> SimpleNamespace:
        """Stored cases of an attribution, by hand: two seeds of each of three draws."""
        generator = np.random.default_rng(1)
        rows = [
            (
                coalition_name(members, 6),
                seed,
                "arrivals_people",
                three_way(members) + generator.normal(0.0, self.chance),
            )
            for members in coalitions_of(analysis.orders)
            for seed in range(1, 7)
        ]
        whole = pd.DataFrame(rows, columns=["world", "seed", "indicator", "value"])
        plan = SimpleNamespace(draw_of_seed={seed: (seed + 1) // 2 for seed in range(1, 7)})
        return SimpleNamespace(whole_run=whole, contents=SimpleNamespace(plan=plan))


def test_orders_are_added_until_the_error_is_small_and_seeds_of_a_draw_count_once():
    quiet = Package(0.0)
    assert quiet.analysis.alike == [[4, 5]]
    few, many = (replace_orders(quiet.analysis, n) for n in (8, 32))
    found = many.shares(quiet.run(many), "arrivals_people")
    assert (found.seeds == 3).all() and found.share[4] == found.share[5]
    assert (found.low <= found.share).all() and found.share.sum() == pytest.approx(found.package_effect[0])
    assert few.precise(quiet.run(few), error=1.0) and not few.precise(quiet.run(few), error=1e-6)
    worst = found.standard_error.max() / found.package_effect[0]
    assert many.precise(quiet.run(many), worst * 1.01) and not many.precise(quiet.run(many), worst * 0.99)


def test_a_ratio_without_a_value_in_one_seed_leaves_no_share_of_other_seeds():
    """The seed is left out of no world alone: additions are differences of the same seeds."""
    quiet = Package(0.0)
    cases = quiet.run(quiet.analysis)
    cases.whole_run.loc[3, "value"] = np.nan
    assert quiet.analysis.shares(cases, "arrivals_people").share.isna().any()


def replace_orders(analysis: Attribution, permutations: int) -> Attribution:
    """The same package with another number of orders."""
    found = replace(analysis, permutations=permutations)
    found.__dict__["measures"] = analysis.measures
    return found
