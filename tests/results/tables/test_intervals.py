"""What each interval says it holds, it holds: coverage on samples of known law."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.results.tables.intervals import (
    FEWEST,
    clear_of_zero,
    crossed_error,
    further_draw,
    mean_squares,
    of_crossed_mean,
    of_few,
    of_mean,
)


@pytest.mark.parametrize("number", [5, 18, 19, 32, 64])
@pytest.mark.parametrize("skewed", [False, True])
def test_a_further_draw_lies_within_its_interval_in_nine_of_ten_cases(number: int, skewed: bool) -> None:
    """At 32 draws the least and the largest would hold 94 %. Few skewed draws are taken to be normal, and hold less."""
    generator = np.random.default_rng(number)
    draws = generator.normal(size=(4000, number + 1))
    draws = np.exp(0.7 * draws) if skewed else draws
    ends = np.array([further_draw(row[:-1]) for row in draws])
    below, above = (draws[:, -1] < ends[:, 0]).mean(), (draws[:, -1] > ends[:, 1]).mean()
    assert 1.0 - below - above == pytest.approx(0.9, abs=0.03 if skewed and number < FEWEST else 0.018)
    if not skewed or number >= FEWEST:
        assert (below, above) == (pytest.approx(0.05, abs=0.012), pytest.approx(0.05, abs=0.012))


def test_the_end_for_a_further_draw_lies_between_two_draws() -> None:
    """Of 39 it is the second from either end: of 40 draws one is the lowest two with chance 2 / 40."""
    draws = np.random.default_rng(1).permutation(np.arange(39.0))
    assert further_draw(draws) == pytest.approx((1.0, 37.0))
    low, high = further_draw(np.arange(32.0))
    assert 0.0 < low < 1.0 and 30.0 < high < 31.0
    half = 2.92 * np.sqrt(4 / 3)
    assert further_draw(np.array([1.0, 2.0, 3.0])) == pytest.approx((2.0 - half, 2.0 + half), abs=1e-3)
    assert np.isnan(further_draw(np.array([1.0]))).all() and np.isnan(further_draw(np.array([1.0, np.nan]))).all()


@pytest.mark.parametrize("number", [2, 4, 30])
def test_the_mean_lies_within_its_interval_in_nine_of_ten_cases(number: int) -> None:
    values = np.random.default_rng(number).normal(3.0, 2.0, size=(6000, number))
    _, low, high = of_mean(values)
    assert ((low <= 3.0) & (high >= 3.0)).mean() == pytest.approx(0.9, abs=0.015)
    assert np.isnan(of_mean(values[:, :1])[1]).all()


@pytest.mark.parametrize("spread", [(0.0, 0.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 1.0), (0.3, 2.0, 0.5)])
def test_the_mean_of_crossed_units_lies_within_its_interval(spread: tuple[float, float, float]) -> None:
    """Points and seeds each move the mean: intervals over one of them alone would be too narrow."""
    of_points, of_seeds, rest = spread
    generator = np.random.default_rng(4)
    shape = (2000, 20, 5)
    values = (
        of_points * generator.normal(size=(*shape[:2], 1))
        + of_seeds * generator.normal(size=(shape[0], 1, shape[2]))
        + rest * generator.normal(size=shape)
    )
    _, low, high = of_crossed_mean(values)
    assert 0.87 < ((low <= 0.0) & (high >= 0.0)).mean() < 0.98


def test_the_error_of_a_mean_of_crossed_units_by_hand() -> None:
    """Means of rows are 0.5 and 5.5, of columns 1.5 and 4.5, of all 3: with one degree of freedom each, mean squares
    are 2 (2.5**2 + 2.5**2) = 25, 2 (1.5**2 + 1.5**2) = 9, and 4 for the rest, which is 1 or -1 in every cell."""
    table = np.array([[0.0, 1.0], [3.0, 8.0]])
    assert tuple(map(float, mean_squares(table))) == pytest.approx((25.0, 9.0, 4.0))
    error, of_rows, freedom = map(float, crossed_error(table))
    assert error == pytest.approx(np.sqrt((25 + 9 - 4) / 4))
    assert of_rows == pytest.approx(np.sqrt(25 / 4))
    assert freedom == pytest.approx((25 + 9 - 4) ** 2 / (25**2 + 9**2 + 4**2))  # Satterthwaite


@pytest.mark.parametrize(("seeds", "intervals", "least"), [(2, 1, 0.88), (4, 30, 0.9965)])
def test_few_seeds_that_happen_to_agree_make_no_narrow_interval(seeds: int, intervals: int, least: float) -> None:
    """Seeds have a tenth of the variance of points: by Satterthwaite's degrees of freedom 0.86 and 0.995."""
    generator = np.random.default_rng(6)
    shape = (8000, 64, seeds)
    values = (
        generator.normal(size=(*shape[:2], 1))
        + np.sqrt(0.1) * generator.normal(size=(shape[0], 1, seeds))
        + np.sqrt(0.5) * generator.normal(size=shape)
    )
    _, low, high = of_crossed_mean(values, intervals)
    assert ((low <= 0.0) & (high >= 0.0)).mean() > least


def test_simultaneous_intervals_hold_all_at_once() -> None:
    values = np.random.default_rng(5).normal(size=(1500, 30, 6))
    each = np.array([of_mean(study, intervals=len(study))[1:] for study in values])
    all_held = ((each[:, 0] <= 0.0) & (each[:, 1] >= 0.0)).all(axis=1).mean()
    _, low, high = of_mean(values)
    assert all_held >= 0.88 > 0.2 > ((low <= 0.0) & (high >= 0.0)).all(axis=1).mean()


@pytest.mark.parametrize(
    ("draws", "seeds", "chance"),
    [(5, 4, 1.0), (8, 4, 1.0), (24, 4, 1.0), (24, 4, 0.05), (24, 16, 0.0), (64, 4, 0.0), (64, 4, 4.0)],
)
def test_a_further_draw_lies_within_its_interval_where_draws_have_several_seeds(
    draws: int, seeds: int, chance: float
) -> None:
    """Chance has so many times the variance of doubt; 20 values of 5 draws say less of a sixth than 20 draws would. By
    quantiles of all values 24 draws of 16 seeds without chance would hold 0.84."""
    generator = np.random.default_rng(draws)
    held, studies = 0, 3000
    for _ in range(studies):
        values = generator.normal(size=(draws, 1)) + np.sqrt(chance) * generator.normal(size=(draws, seeds))
        low, high = further_draw(values.ravel(), draws)
        held += low <= generator.normal(0.0, np.sqrt(1.0 + chance)) <= high
    assert 0.885 < held / studies < 0.96


def test_an_interval_of_no_width_says_nothing_where_few_runs_are_equal() -> None:
    assert of_few([-800.0, 0.0, -800.0], [-800.0, 0.0, -700.0], 2).tolist() == [True, True, False]
    assert not of_few(-800.0, -800.0, 20) and not of_few(np.nan, np.nan, 1)
    ends = [-800.0, -800.0, 0.0, np.nan], [-800.0, -700.0, 1.0, np.nan]
    assert clear_of_zero(*ends, runs=2).tolist() == [False, True, False, False]
    assert clear_of_zero(*ends, runs=20).tolist() == clear_of_zero(*ends).tolist() == [True, True, False, False]
