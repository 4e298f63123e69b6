"""Scores with values worked by hand, relative WIS, and intervals of differences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from corridor.calibration.validation.rolling import comparison, scores
from corridor.calibration.validation.rolling.forecasts import ForecastKey
from corridor.calibration.validation.rolling.scores import HUB_LEVELS
from corridor.calibration.validation.scores import crps as mean_crps

MONTHS = pd.Series(100.0, index=[f"2022-{k:02d}" for k in range(1, 13)])


def test_a_point_mass_is_scored_by_its_absolute_error():
    draws, seen = np.full((10, 3), 5.0), np.array([5.0, 9.0, 0.0])
    assert scores.crps(draws, seen) == pytest.approx([0.0, 4.0, 5.0])
    assert scores.weighted_interval_score(scores.quantiles_of(draws), seen) == pytest.approx([0.0, 4.0, 5.0])


def test_the_weighted_interval_score_by_hand():
    """Quantiles 100 + 100 q: the interval of alpha is from 100 + 50 alpha to 200 - 50 alpha, the median 150."""
    quantiles = (100.0 + 100.0 * HUB_LEVELS)[:, None]
    alphas = [0.02, 0.05, *np.arange(0.1, 1.0, 0.1)]
    inside = sum(alpha / 2.0 * (100.0 - 100.0 * alpha) for alpha in alphas)
    assert scores.weighted_interval_score(quantiles, np.array([150.0])) == pytest.approx([inside / 11.5])
    above = sum(alpha / 2.0 * (100.0 - 100.0 * alpha) + (300.0 - (200.0 - 50.0 * alpha)) for alpha in alphas)
    assert scores.weighted_interval_score(quantiles, np.array([300.0])) == pytest.approx([(75.0 + above) / 11.5])


def test_the_crps_is_that_of_our_own_formula_and_of_the_closed_form():
    rng = np.random.default_rng(1)
    draws, seen = rng.normal(3.0, 2.0, (400, 5)), rng.normal(3.0, 2.0, 5)
    assert scores.crps(draws, seen).mean() == pytest.approx(mean_crps(draws, seen))
    exact = norm.ppf((np.arange(4000) + 0.5) / 4000)[:, None]  # of a standard normal: Gneiting & Raftery (2007)
    at = np.array([0.7])
    closed = 0.7 * (2.0 * norm.cdf(0.7) - 1.0) + 2.0 * norm.pdf(0.7) - 1.0 / np.sqrt(np.pi)
    assert scores.crps(exact, at) == pytest.approx([closed], abs=2e-3)


def test_coverage_and_pit_of_a_forecast_that_is_true():
    rng = np.random.default_rng(2)
    draws = np.tile(norm.ppf((np.arange(999) + 0.5) / 999)[:, None], 4000)
    seen = rng.standard_normal(4000)
    for percent in scores.COVERAGES:
        held = scores.held(scores.quantiles_of(draws), seen, percent)
        assert held.mean() == pytest.approx(percent / 100.0, abs=0.02)
    values = scores.pit(draws, seen)
    assert np.histogram(values, 10, (0.0, 1.0))[0] / 4000 == pytest.approx(np.full(10, 0.1), abs=0.02)
    assert scores.pit(np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([2.0])).tolist() == [0.375]


def test_only_observed_months_are_units_and_pooled_error_is_over_all_that_was_observed():
    draws = np.tile(np.linspace(80.0, 120.0, 41)[:, None], 12)
    draws[:, 5] = np.nan  # no forecast at horizon 6
    units = scores.unit_scores({ForecastKey("arrivals_people", "a", "2022-04"): draws}, {"arrivals_people": MONTHS})
    assert units.horizon.tolist() == [1, 2, 3, 4, 5, 7, 8, 9] and units.month.iloc[-1] == "2022-12"
    assert units["in50"].all() and units.pit.tolist() == [0.5] * 8
    row = scores.mean_scores(units.assign(median=[90.0] * 4 + [130.0] * 4))
    assert row["wape"] == pytest.approx((40.0 + 120.0) / 800.0) and row["origins"] == 1
    assert scores.unit_scores({}, {}).columns.tolist() == scores.UNITS


# --- methods against each other ---------------------------------------------------------------------------------------


def table(**wis: list[float]) -> pd.DataFrame:
    return pd.DataFrame(wis).rename_axis(columns="method")


def test_relative_wis_is_the_ratio_of_means_where_all_have_all_units():
    found = comparison.relative_wis(table(a=[1.0, 3.0], b=[2.0, 2.0], c=[4.0, 4.0]), "a")
    assert found.to_dict() == pytest.approx({"a": 1.0, "b": 1.0, "c": 2.0})


def test_pairs_are_compared_over_the_units_that_both_have():
    nan = np.nan
    wis = table(a=[1.0, 1.0, 10.0], b=[2.0, 2.0, nan], c=[nan, 2.0, 20.0])
    # a/b 1/2, a/c 1/2, b/c 1: geometric means with the method's own ratio of 1
    expected = {"a": 0.25 ** (1 / 3), "b": 2.0 ** (1 / 3), "c": 2.0 ** (1 / 3)}
    assert comparison.relative_wis(wis).to_dict() == pytest.approx(expected)
    assert comparison.relative_wis(wis, "b")["a"] == pytest.approx(0.5)


def units_of(**wis: np.ndarray) -> pd.DataFrame:
    """Units of methods with this WIS, of 24 origins and 12 horizons; months and observed values are the same."""
    origins = [str(np.datetime64("2022-01", "M") + k) for k in range(24)]
    rows = [
        ("arrivals_people", method, origin, horizon, str(np.datetime64(origin, "M") + horizon - 1), 10.0, 9.0, w, w)
        for method, values in wis.items()
        for origin, w in zip(origins, values, strict=True)
        for horizon in range(1, 13)
    ]
    frame = pd.DataFrame(rows, columns=scores.UNITS[:9])
    return frame.assign(in50=1.0, in80=1.0, in90=1.0, pit=0.5)


def test_the_best_single_one_is_the_reference_of_tables_by_horizon_and_year():
    units = units_of(good=np.full(24, 2.0), bad=np.full(24, 4.0), own=np.r_[np.full(12, 1.0), np.full(12, 2.0)])
    assert comparison.best_of(units, ["bad", "good"]) == "good"
    by_horizon = comparison.horizon_scores(units, "good")
    assert ",".join(by_horizon) == "target,method,horizon,origins,wape,crps,wis,relative_wis,cover50,cover80,cover90"
    assert by_horizon.horizon.unique().tolist() == ["1", "3", "6", "12", "all"]
    relative = by_horizon.set_index(["method", "horizon"]).relative_wis
    assert relative["bad", "3"] == pytest.approx(2.0) and relative["own", "all"] == pytest.approx(0.75)
    assert set(by_horizon.wape.round(9)) == {0.1} and set(by_horizon.origins) == {24}
    years = comparison.year_scores(units, "good").set_index(["method", "year"]).relative_wis
    assert years["own", "2022"] == pytest.approx(0.5) and years["own", "2024"] == pytest.approx(1.0)


def test_an_interval_of_a_difference_holds_it_and_is_a_point_where_all_origins_agree():
    rng = np.random.default_rng(3)
    base = rng.gamma(4.0, 1.0, 24)
    found = comparison.differences(units_of(base=base, less=base - 0.5, other=rng.gamma(4.0, 1.0, 24)), "base")
    rows = found[found.horizon == "all"].set_index("method")
    assert rows.loc["less", ["difference", "low", "high"]].astype(float).tolist() == pytest.approx([-0.5] * 3)
    assert rows.low["other"] < rows.difference["other"] < rows.high["other"]
    assert (rows.ratio_low < rows.ratio).all() and (rows.ratio < rows.ratio_high).all()
    assert set(found.reference) == {"base"} and "base" not in set(found.method)


@pytest.mark.parametrize("length", [3, 12])
def test_intervals_hold_the_mean_of_overlapping_forecasts(length: int):
    """Scores that are means of the next `length` months, at 36 origins, of months whose errors are independent."""
    random = np.random.default_rng(6)
    months = random.normal(1.0, 0.5, (2000, 36 + length - 1))
    scores_of = np.lib.stride_tricks.sliding_window_view(months, length, axis=1).mean(axis=2)
    held = []
    for own in scores_of:
        found = comparison.compared(own + 1.0, np.full(36, 1.0), length)
        held.append(found["low"] <= 1.0 <= found["high"])
    assert 0.80 < np.mean(held) < 0.95


def test_of_fewer_than_two_blocks_no_interval_is_known():
    found = comparison.compared(np.arange(1.0, 12.0), np.full(11, 3.0), 6)
    assert found["difference"] == pytest.approx(3.0) and found["ratio"] == pytest.approx(2.0)
    assert all(np.isnan(found[name]) for name in ("low", "high", "ratio_low", "ratio_high"))


def test_intervals_of_dependent_differences_are_wider_with_longer_blocks():
    wave = np.repeat(np.random.default_rng(4).normal(0.0, 1.0, 8), 6)  # runs of six that are alike
    widths = [
        np.ptp([comparison.compared(wave + 5.0, np.full(48, 5.0), k)[end] for end in ("low", "high")]) for k in (1, 6)
    ]
    assert widths[1] > 1.4 * widths[0]
