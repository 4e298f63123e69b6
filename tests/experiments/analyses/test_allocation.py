"""Packages of measures: costs, fronts, and the optimiser against enumeration and a known front."""

from __future__ import annotations

import random
from datetime import date

import numpy as np
import pytest

from corridor.experiments.analyses.allocation import packages as allocation
from corridor.experiments.analyses.allocation.costs import costing
from corridor.experiments.analyses.allocation.packages import Search, optimised
from corridor.model.policy import Change, Measure, Policy
from corridor.results.tables.fronts import nondominated

MEASURES = 10
EFFECTS = np.random.default_rng(1).random((MEASURES, 3))
COSTS = np.random.default_rng(2).random(MEASURES)


def additive(packages):
    """Objectives of packages whose measures simply add up: three reductions and the cost."""
    return [(*(-EFFECTS.T @ np.array(each)), COSTS @ np.array(each)) for each in packages]


def within(package):
    return COSTS @ np.array(package) <= 2.0


def front(found):
    values = np.array(list(found.values()))
    return {each for each, kept in zip(found, nondominated(values), strict=True) if kept}


def test_nondominated_by_hand():
    values = np.array([[1.0, 4.0], [2.0, 2.0], [2.0, 3.0], [4.0, 1.0], [4.0, 1.0], [5.0, 5.0]])
    assert nondominated(values).tolist() == [True, True, False, True, True, False]


def test_front_shares_by_hand():
    draws = np.array([[[1.0, 1.0], [2.0, 2.0]], [[1.0, 1.0], [0.0, 2.0]]])
    assert allocation.front_shares(draws).tolist() == [1.0, 0.5]


def test_the_optimiser_finds_the_front_that_enumeration_finds():
    search = Search(additive, within, {})
    search.look_at(list(allocation.every_package(MEASURES, 1)))
    every = search.found
    found = optimised(MEASURES, 1, 4, Search(additive, within, {}), 250, seed=1)
    assert 250 <= len(found) < 300 < len(every) == sum(map(within, allocation.every_package(MEASURES, 1)))
    exact, seen = front(every), front(found)
    assert len(seen & exact) >= 0.85 * len(exact)
    assert len(seen - exact) <= 0.1 * len(exact)
    assert all(within(each) for each in found)  # what cannot be paid for is never run


@pytest.mark.slow
def test_the_optimiser_finds_the_front_of_zdt1():
    """Zitzler, Deb & Thiele 2000 (doi:10.1162/106365600568202), four variables on sixteen levels: the others at 0."""

    def zdt1(packages):
        x = np.array(packages) / 15
        g = 1 + 9 * x[:, 1:].mean(axis=1)
        return [(a, b) for a, b in zip(x[:, 0], g * (1 - np.sqrt(x[:, 0] / g)), strict=True)]

    found = optimised(4, 15, 2, Search(zdt1, lambda _: True, {}), 1200, seed=1)
    assert len(found) < 1300  # of 65,536
    assert front(found) == {(level, 0, 0, 0) for level in range(16)}


def test_the_same_seed_takes_the_same_way_and_leaves_other_randomness_alone():
    random.seed(5)
    before = random.getstate()
    ways = [
        list(optimised(6, 2, 4, Search(lambda p: [(-sum(x), 0, 0, sum(x)) for x in p], lambda _: True, {}), 60, 3))
        for _ in range(2)
    ]
    assert ways[0] == ways[1]
    assert random.getstate() == before


def test_no_package_is_evaluated_twice_and_a_generation_goes_together():
    batches = []

    def evaluate(packages):
        batches.append(packages)
        return additive(packages)

    optimised(MEASURES, 1, 4, Search(evaluate, within, {}), 100, seed=2)
    asked = [each for packages in batches for each in packages]
    assert len(asked) == len(set(asked))
    assert len(batches) < 20 and batches[0][0].count(1) <= MEASURES


def test_a_space_that_is_all_known_ends_the_search():
    found = optimised(2, 1, 4, Search(lambda p: [(-sum(x), 0, 0, sum(x)) for x in p], lambda _: True, {}), 100, seed=1)
    assert len(found) == 4


MEASURE = Measure(
    "m",
    "M",
    (
        Change("patrol_officers", date(2023, 1, 1), 30, 1.4),
        Change("reception_south", date(2023, 2, 1), 0, 500.0),
    ),
)


def test_intensities_move_levers_from_their_baseline():
    half = allocation.at_intensity(MEASURE, 0.5)
    assert [change.to for change in half.changes] == [1.2, 250.0]
    assert [change.start for change in half.changes] == [change.start for change in MEASURE.changes]
    assert allocation.at_intensity(MEASURE, 1.0) is MEASURE
    problems = list(allocation.intensity_problems([MEASURE], [1.0, 6.0]))
    assert problems == ["intensity 6: m: patrol_officers: 3.4 is out of range; allowed: 0 to 3 (factor)"]


def test_a_package_is_measures_of_files_and_nothing_else():
    other = Measure("n", "N", (Change("detention", date(2023, 1, 1), 0, 2.0),))
    base = Policy((Measure("b", "B", (Change("campaign", date(2023, 1, 1), 0, 0.1),)),))
    policy = allocation.policy_of((2, 0), [MEASURE, other], [0.5, 1.0], base)
    assert policy.measures == (*base.measures, MEASURE)
    assert allocation.words_of((1, 2), ["m", "n"], [0.5, 1.0]) == "m x 0.5 + n"
    assert allocation.words_of((0, 0), ["m", "n"], [0.5, 1.0]) == "no measure"


FILES = {
    "a": {"cost_eur_million": None, "includes": [], "levers": {"x": []}},
    "b": {"cost_eur_million": None, "includes": [], "levers": {"x": []}},
    "own": {"cost_eur_million": 4.0, "includes": [], "levers": {"x": []}},
    "lone": {"cost_eur_million": None, "includes": [], "levers": {"x": []}},
    "both": {"cost_eur_million": 14.0, "includes": ["a", "b", "own"], "levers": {}},
}


def test_costs_share_the_sum_of_the_package():
    costs = costing(["a", "b", "own", "lone"], FILES, "dirichlet")
    assert costs.names == ("a", "b", "own") and costs.unknown == ("lone",) and costs.assumed == ("a", "b")
    assert costs.mean.tolist() == [5.0, 5.0, 4.0]
    mean, draws = costs.of(np.array([1.0, 1.0, 1.0]))
    assert mean == 14.0 and draws == pytest.approx(14.0)  # the whole sum has no doubt, whatever its split
    mean, draws = costs.of(np.array([0.5, 0.0, 0.0]))
    assert mean == 2.5
    assert np.percentile(draws, [5, 95]) == pytest.approx([0.25, 4.75], abs=0.15)  # half of ten times a uniform share


def test_equal_shares_have_no_interval():
    costs = costing(["a", "b"], FILES, "equal")
    assert costs.draws.std() == 0.0 and costs.mean.tolist() == [5.0, 5.0]
