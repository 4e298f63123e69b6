"""Keyed draws: even, independent of company, and the same wherever they are made."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.model.decisions import Decision
from corridor.model.engine import draws

KEYS = draws.child_keys(np.full(200_000, draws.key_of(1), dtype=np.uint64), np.arange(200_000))


def test_uniform_is_even_and_open_at_both_ends():
    u = draws.uniform(KEYS, Decision.BORDER, 3)
    assert 0.0 < u.min() < u.max() < 1.0
    counts = np.histogram(u, bins=100, range=(0, 1))[0]
    chi_square = ((counts - 2000.0) ** 2 / 2000.0).sum()
    assert chi_square < 148.2  # 99.9 % point of chi-square with 99 degrees of freedom


@pytest.mark.parametrize("lag", ["decision", "day", "key"])
def test_neighbouring_draws_are_uncorrelated(lag):
    u = draws.uniform(KEYS, 10, 20)
    v = {"decision": draws.uniform(KEYS, 11, 20), "day": draws.uniform(KEYS, 10, 21), "key": np.roll(u, 1)}[lag]
    assert abs(np.corrcoef(u, v)[0, 1]) < 0.01


@given(st.integers(0, 2**40), st.integers(0, 200), st.integers(0, 5000), st.integers(1, 50))
def test_a_draw_does_not_depend_on_company(parent, decision, day, number):
    together = draws.child_keys(np.full(number, parent, dtype=np.uint64), np.arange(number))
    alone = draws.child_keys(np.array([parent], dtype=np.uint64), np.array([number - 1]))
    assert alone[0] == together[-1]
    assert draws.uniform(alone, decision, day)[0] == draws.uniform(together, decision, day)[-1]
    assert np.array_equal(draws.gumbel(alone, decision, 6, day)[0], draws.gumbel(together, decision, 6, day)[-1])
    assert draws.normal(alone, 1, 2, day)[0] == draws.normal(together, 1, 2, day)[-1]


def test_known_values_never_move():
    assert draws.key_of(1, 2, 3) == draws.key_of(1, 2, 3) != draws.key_of(3, 2, 1)
    assert draws.key_of() == 0
    # the published first output of splitmix64 seeded with zero
    assert draws.key_of(0) == 0xE220A8397B1DCDAF


def test_gumbel_normal_and_exponential_have_their_moments():
    n = len(KEYS)
    gumbel = draws.gumbel(KEYS, 60, 2, 1)
    assert gumbel.mean() == pytest.approx(0.57722, abs=4 * 1.2825 / np.sqrt(2 * n))
    assert gumbel.var() == pytest.approx(np.pi**2 / 6, rel=0.02)
    normal = draws.normal(KEYS, 4, 5, 0)
    assert abs(normal.mean()) < 4 / np.sqrt(n)
    assert normal.std() == pytest.approx(1.0, rel=0.01)
    assert draws.exponential(KEYS, 9, 0).mean() == pytest.approx(1.0, rel=0.01)


def test_decisions_that_take_several_numbers_do_not_overlap():
    route = range(Decision.ROUTE, Decision.ROUTE + 16)
    coast = range(Decision.COAST, Decision.COAST + 8)
    others = [d for d in Decision if d not in (Decision.ROUTE, Decision.COAST)]
    assert len(set(Decision)) == len(list(Decision.__members__))
    assert not any(d in route or d in coast for d in others)
