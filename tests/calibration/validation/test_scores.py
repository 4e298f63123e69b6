"""Scores against hand-worked numbers and closed forms, and the four simple forecasts against what they are known to
give."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corridor.calibration.evidence.observed import read_records
from corridor.calibration.validation import scores
from corridor.calibration.validation.baselines import BENCHMARKS, benchmark, errors_at, same_month_last_year

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)
ENSEMBLES = st.integers(2, 7).flatmap(lambda m: arrays(float, (m, 3), elements=NUMBERS))
SEEN = arrays(float, 3, elements=NUMBERS)


def test_wape_by_hand():
    assert scores.wape([1.0, 3.0, 8.0], [2.0, 2.0, 6.0]) == pytest.approx(4 / 10)
    assert np.isnan(scores.wape([1.0], [0.0]))


def test_crps_by_hand():
    assert scores.crps([[0.0], [2.0]], [1.0]) == pytest.approx(1.0 - 4.0 / 4.0)
    assert scores.crps([[0.0, 4.0], [3.0, 4.0]], [5.0, 6.0]) == pytest.approx(((5 + 2) / 2 - 6 / 4 + 2) / 2)


@given(NUMBERS, NUMBERS, st.integers(1, 6))
def test_crps_of_a_point_forecast_is_its_absolute_error(point, seen, draws):
    assert scores.crps(np.full((draws, 1), point), [seen]) == pytest.approx(abs(point - seen), abs=1e-6)


@given(ENSEMBLES, SEEN)
def test_crps_is_the_mean_difference_formula(draws, seen):
    m = len(draws)
    pairs = np.abs(draws[:, None] - draws[None, :]).sum(axis=(0, 1)) / (2 * m * (m - 1))
    wanted = (np.abs(draws - seen).mean(axis=0) - pairs).mean()
    assert scores.crps(draws, seen) == pytest.approx(wanted, rel=1e-9, abs=1e-4)


@pytest.mark.parametrize("size", [2, 5, 50])
def test_crps_of_an_honest_normal_forecast_does_not_depend_on_the_number_of_draws(size):
    random = np.random.default_rng(4)
    draws, seen = random.standard_normal((size, 40_000)), random.standard_normal(40_000)
    assert scores.crps(draws, seen) == pytest.approx(1 / np.sqrt(np.pi), abs=0.01)  # Gneiting & Raftery 2007


def test_coverage_counts_what_lies_inside():
    draws = np.tile(np.linspace(0.0, 100.0, 101)[:, None], (1, 4))
    assert scores.coverage(draws, [5.0, 25.0, 50.0, 96.0], 0.90) == pytest.approx(3 / 4)
    assert scores.coverage(draws, [5.0, 25.0, 50.0, 96.0], 0.50) == pytest.approx(2 / 4)


def test_an_honest_ensemble_is_covered_as_promised_and_has_even_ranks():
    random = np.random.default_rng(5)
    draws, seen = random.gamma(2.0, size=(400, 20_000)), random.gamma(2.0, size=20_000)
    assert scores.coverage(draws, seen, 0.90) == pytest.approx(0.90, abs=0.01)
    ranks = scores.ranks(draws, seen)
    assert np.histogram(ranks, 10, (0, 1))[0] / 20_000 == pytest.approx(0.1, abs=0.01)


def test_ranks_halve_ties():
    assert scores.ranks([[1.0], [2.0], [2.0], [3.0]], [2.0]) == pytest.approx(0.5)


def test_ard_by_hand():
    # two days, two camps: (2 + 1) / 10 and (0 + 4) / 20, the third day has nobody
    simulated, seen = [[6.0, 5.0], [5.0, 11.0], [1.0, 1.0]], [[4.0, 6.0], [5.0, 15.0], [0.0, 0.0]]
    assert scores.ard(simulated, seen) == pytest.approx((0.3 + 0.2) / 2)
    assert scores.ard([3.0, 8.0], [4.0, 8.0]) == pytest.approx(0.125)
    assert np.isnan(scores.ard([1.0], [0.0]))


def test_gini_by_hand():
    assert scores.gini([3.0, 3.0, 3.0]) == pytest.approx(0.0)
    assert scores.gini([0.0, 0.0, 0.0, 8.0]) == pytest.approx(3 / 4)
    assert scores.gini([1.0, 3.0]) == pytest.approx(1 / 4)
    assert np.isnan(scores.gini([[0.0, 0.0], [1.0, 1.0]])[0])


@given(arrays(float, 6, elements=st.floats(0.01, 1e4)), st.floats(0.1, 10.0))
@example(np.full(6, 3641.72979868), 1.0)
def test_gini_does_not_depend_on_the_unit_or_the_order(values, factor):
    assert scores.gini(factor * values[::-1]) == pytest.approx(float(scores.gini(values)), abs=1e-9)
    assert 0.0 <= scores.gini(values) < 1.0


# --- simple forecasts -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def arrivals() -> pd.Series:
    return read_records().by_month("arrivals_people")


@pytest.mark.parametrize(
    ("cut", "horizon", "method", "wanted", "within"),
    [
        # issue 7: 0.64, 0.62, 1.55, 1.70 and 0.40, 0.41, 0.39, 0.41
        ("2022-10", 12, "seasonal_naive", 0.64, 0.005),
        ("2022-10", 12, "last_year_mean", 0.62, 0.005),
        ("2022-10", 12, "exponential_smoothing", 1.55, 0.10),
        ("2022-10", 12, "sarima", 1.70, 0.12),
        ("2023-12", 24, "seasonal_naive", 0.40, 0.005),
        ("2023-12", 24, "last_year_mean", 0.41, 0.005),
        ("2023-12", 24, "exponential_smoothing", 0.39, 0.015),
        ("2023-12", 24, "sarima", 0.41, 0.015),
    ],
)
def test_simple_forecasts_are_as_good_as_is_known(arrivals, cut, horizon, method, wanted, within):
    seen = arrivals[arrivals.index > cut][:horizon]
    result = benchmark(method, arrivals[:cut].to_numpy(), horizon)
    assert scores.wape(result.point, seen) == pytest.approx(wanted, abs=within)


@pytest.mark.parametrize("method", BENCHMARKS)
def test_simple_forecasts_have_ensembles_that_can_be_made_again(method):
    random = np.random.default_rng(1)
    series = 100.0 + 40.0 * np.sin(np.arange(48) * np.pi / 6) + random.normal(0.0, 5.0, 48)
    result, again, other = (benchmark(method, series, 14, seed) for seed in (3, 3, 4))
    assert result.point.shape == (14,) and result.draws.shape[1] == 14
    assert np.array_equal(result.draws, again.draws) and not np.array_equal(result.draws, other.draws)
    assert (result.draws >= 0.0).all() and result.draws.std(axis=0).min() > 0.0
    assert np.median(result.draws, axis=0) == pytest.approx(result.point, abs=25.0)


def test_errors_of_a_rule_by_hand():
    rising = np.arange(30.0)
    assert errors_at(same_month_last_year, rising, 0) == pytest.approx(np.full(18, 12.0))
    assert errors_at(same_month_last_year, rising, 12) == pytest.approx(np.full(6, 24.0))
    assert same_month_last_year(rising, 14)[[0, 11, 12]].tolist() == [18.0, 29.0, 18.0]


@pytest.mark.parametrize("series", [np.ones(24), np.array([*np.ones(40), np.nan])])
def test_simple_forecasts_want_two_years_without_a_gap(series):
    with pytest.raises(ValueError, match="at least 25 months without a gap"):
        benchmark("seasonal_naive", series, 3)


@pytest.mark.parametrize("name", ["seasonal_naive", "last_year_mean"])
def test_draws_of_the_plain_ones_are_centred_on_their_forecast(name):
    growing = 1000.0 + 10.0 * np.arange(72) + np.random.default_rng(1).normal(0.0, 5.0, 72)
    result = benchmark(name, growing, 24)
    assert result.draws.mean(axis=0) == pytest.approx(result.point, rel=0.01)  # with their mean, they lie 60 higher
