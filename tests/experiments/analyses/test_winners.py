"""The best of many packages without any effect: picked by chance, and not found again on fresh seeds."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import numpy as np
import pandas as pd

from corridor.experiments.analyses.allocation.analysis import OBJECTIVES, Allocation, FreshRuns, front_of
from corridor.experiments.analyses.allocation.budget import world_of
from corridor.experiments.analyses.exploration import objectives as robust

PACKAGES = list(itertools.product((0, 1), repeat=7))  # 128
BUDGET = SimpleNamespace(nothing=PACKAGES[0], cost=lambda package: (float(sum(package)), np.zeros(1)))
PARTS = ("attempts_people", robust.DEATHS, *robust.SUMS[robust.ARRIVALS])


def whole_run(generator: np.random.Generator, bought: list, effect: float = 0.0, seeds: int = 8) -> pd.DataFrame:
    """Values of packages in which the first measure takes away `effect` and no other does anything."""
    common = generator.normal(1000.0, 100.0, (len(PARTS), seeds))
    rows = [
        (world_of(package), seed, name, common[k, seed] + generator.normal(0.0, 30.0) - effect * package[0])
        for package in dict.fromkeys([BUDGET.nothing, *bought])
        for k, name in enumerate(PARTS)
        for seed in range(seeds)
    ]
    return pd.DataFrame(rows, columns=["world", "seed", "indicator", "value"])


def front_again(sample: int, effect: float) -> pd.DataFrame:
    """The front that a search finds, on fresh seeds."""
    generator = np.random.default_rng(sample)
    first = whole_run(generator, PACKAGES, effect)
    picked = front_of(BUDGET, first, PACKAGES)
    again = FreshRuns(picked, whole_run(generator, list(picked), effect))
    table = pd.DataFrame({"package": list(map(world_of, PACKAGES)), robust.COST: [float(sum(p)) for p in PACKAGES]})
    for name in OBJECTIVES:
        values = robust.cube(first, name, list(table.package))
        table[name] = (values - values[:1]).mean(axis=(1, 2))
    return Allocation(BUDGET, tuple(PACKAGES), again=again).front(table)


def test_packages_without_effect_are_not_clear_on_fresh_seeds():
    """On the seeds by which they were picked some package is clear in nearly nine of ten runs."""
    fronts = [front_again(sample, 0.0) for sample in range(40)]
    assert np.mean([front.clear.any() for front in fronts]) <= 0.15
    rows = pd.concat(fronts)
    rows = rows[rows[robust.COST] > 0.0]
    assert rows.attempts_people_search.mean() < -8.0 < -2.0 < rows.attempts_people.mean()  # the winner's curse
    assert rows.stays.mean() < 1.0


def test_a_package_with_an_effect_is_clear_on_fresh_seeds():
    fronts = [front_again(sample, 120.0) for sample in range(10)]
    assert all(front[front.package == "package_1000000"].clear.all() for front in fronts)
    low = pd.concat(fronts)
    low = low[low.package.str.startswith("package_1")]
    assert np.mean((low.attempts_people_low <= -120.0) & (low.attempts_people_high >= -120.0)) > 0.95
