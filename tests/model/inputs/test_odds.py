"""A probability whose odds are multiplied: what is impossible, certain or neutral has no odds to divide by."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.model.inputs.conditions import times_odds

chances = st.floats(0.0, 1.0)
factors = st.floats(0.0, 1e12)


def one(chance: float, factor: float) -> float:
    return float(times_odds(np.array([chance]), factor)[0])


@given(chances, factors)
def test_it_is_a_probability_for_any_factor(chance: float, factor: float) -> None:
    assert 0.0 <= one(chance, factor) <= 1.0


@given(chances)
def test_a_factor_of_one_changes_no_bit(chance: float) -> None:
    assert one(chance, 1.0) == chance


@given(st.floats(1e-6, 1.0 - 1e-6), st.floats(1e-3, 1e3))
def test_the_odds_are_multiplied(chance: float, factor: float) -> None:
    found = one(chance, factor)
    assert found / (1.0 - found) == pytest.approx(factor * chance / (1.0 - chance), rel=1e-6)


@pytest.mark.parametrize("factor", [1e-300, 1e-20, 0.3, 7.0])
def test_what_is_certain_stays_certain(factor: float) -> None:
    assert one(1.0, factor) == 1.0
    assert one(0.0, factor) == 0.0


def test_nothing_happens_with_odds_of_nothing() -> None:
    both = times_odds(np.array([[1.0, 0.4], [1.0, 0.0]]), np.array([[0.0], [2.0]]))
    np.testing.assert_array_equal(both, [[0.0, 0.0], [1.0, 0.0]])
