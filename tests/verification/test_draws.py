"""A battery for the keyed draws: each decision is uniform and apart from other days, seeds and decisions; and the
p-values of all these tests are themselves uniform, as they must be where nothing is wrong.

The draws are kept to a size at which a bias of one part in a hundred is found.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import stats

from corridor.model.decisions import Decision
from corridor.model.engine import draws
from corridor.model.inputs.map_files import MOST_WAYS
from tests.verification.bounds import LEVEL, Floats

PEOPLE = 20_000
DAYS = (0, 1, 365, 2921, 18_262)
SEEDS = (1, 2, 4_294_967_295)
OF_WAYS = range(Decision.ROUTE + 1, Decision.ROUTE + MOST_WAYS)
OF_OPTIONS = range(Decision.COAST + 1, Decision.COAST + 8)
NUMBERS = [*Decision, *OF_WAYS, *OF_OPTIONS]
BINS = 50


@cache
def keys(seed: int) -> draws.Keys:
    """Keys of the people of one entry cell, as the model makes them."""
    cell = np.full(PEOPLE, draws.key_of(seed, 7, 12), dtype=np.uint64)
    return draws.child_keys(cell, np.arange(PEOPLE))


def even(u: Floats) -> float:
    """The p-value of a chi-square test that numbers are uniform."""
    counts = np.histogram(u, bins=BINS, range=(0.0, 1.0))[0]
    return float(stats.chisquare(counts).pvalue)


def apart(u: Floats, v: Floats) -> float:
    """The p-value of a test that pairs of numbers are independent: a chi-square over a square of eight by eight."""
    counts = np.histogram2d(u, v, bins=8, range=((0.0, 1.0), (0.0, 1.0)))[0]
    return float(stats.chisquare(counts.ravel()).pvalue)


@cache
def p_values(number: int) -> dict[str, float]:
    """Of one decision: evenness on each day and for each seed, and independence of neighbours of every kind."""
    found = {}
    for seed in SEEDS:
        for day in DAYS:
            found[f"even, seed {seed}, day {day}"] = even(draws.uniform(keys(seed), number, day))
    u = draws.uniform(keys(1), number, 40)
    others = {
        "next day": draws.uniform(keys(1), number, 41),
        "a year later": draws.uniform(keys(1), number, 405),
        "next decision": draws.uniform(keys(1), number + 1, 40),
        "next seed": draws.uniform(keys(2), number, 40),
        "next person": np.roll(u, 1),
        "decision and day exchanged": draws.uniform(keys(1), 40, number),
    }
    return found | {name: apart(u, v) for name, v in others.items() if not np.array_equal(u, v)}


@pytest.mark.verification
@pytest.mark.catches("luck of this decision that is uneven, or shared with another day, seed, person or decision")
@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: getattr(number, "name", str(number)))
def test_the_draws_of_a_decision_are_uniform_and_independent(number: int) -> None:
    found = p_values(number)
    assert len(found) >= 20
    assert {name: p for name, p in found.items() if p < LEVEL} == {}


@pytest.mark.verification
@pytest.mark.catches("a battery whose tests accept too much, or refuse too much")
def test_the_p_values_of_the_battery_are_uniform() -> None:
    every = np.array([p for number in NUMBERS for p in p_values(int(number)).values()])
    assert len(every) > 2000
    assert stats.kstest(every, "uniform").pvalue > 1e-3


@pytest.mark.verification
@pytest.mark.catches("a battery that does not see a bias of two parts in a hundred")
def test_the_battery_finds_what_is_wrong() -> None:
    u = draws.uniform(keys(1), Decision.PANIC, 3)
    assert even(u**1.02) > 0.0 and even(u**1.1) < LEVEL  # a small bias, and one that must be seen
    assert apart(u, np.where(np.arange(PEOPLE) % 10 == 0, u, np.roll(u, 1))) < LEVEL  # a tenth is shared


LAWS = {
    "gumbel": (lambda: draws.gumbel(keys(1), Decision.COAST, 7, 3).ravel(), stats.gumbel_r()),
    "exponential": (lambda: draws.exponential(keys(1), Decision.RETRY_WAIT, 3), stats.expon()),
    "normal": (lambda: draws.normal(keys(1), Decision.MONEY, Decision.MONEY_2, 3), stats.norm()),
}


@pytest.mark.verification
@pytest.mark.catches("noise of another law than the formulas of choices, waits and means assume")
@pytest.mark.parametrize("law", LAWS)
def test_noise_has_its_law(law: str) -> None:
    make, expected = LAWS[law]
    assert stats.kstest(make(), expected.cdf).pvalue > LEVEL
