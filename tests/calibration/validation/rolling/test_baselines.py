"""Simple forecasts on series with known answers, and nothing later than the origin in any of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.validation.rolling import baselines, hurdle
from corridor.calibration.validation.rolling.baselines import LEAST_RECORD, LEVELS, MEDIAN, baseline_forecasts
from corridor.calibration.validation.rolling.rules import RULES
from corridor.calibration.validation.rolling.series import (
    YEAR,
    DailySeries,
    Floats,
    months_between,
    months_on,
    observed_months,
    series_of,
)
from corridor.results.observed import daily, read

PER_DAY = np.array([2.0, 1.0, 3.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 9.0, 5.0, 3.0])
FITTED = ("exponential_smoothing", "sarima", "hurdle_negative_binomial")
CHEAP = {name: rule for name, rule in RULES.items() if name not in FITTED}
ALL_HOLD = ["seasonal_naive", "shape_last_year", "shape_two_years", "per_crossing_day"]  # on a periodic series


def periodic(first: str = "2017-01-01", last: str = "2020-12-31", factor: float = 30.0) -> pd.DataFrame:
    """A record of which every year is the same: crossings on the first days of a month, equal people on each.

    February always has 28 days with values, as the crossings are on the first fourteen.
    """
    days = pd.date_range(first, last)
    people = np.where(days.day <= PER_DAY[days.month - 1], factor, 0.0)
    return pd.DataFrame({"people": people, "boats": people / factor}, days)


def people(record: pd.DataFrame) -> DailySeries:
    return series_of(record)["arrivals_people"]


@pytest.fixture(scope="module")
def observed() -> DailySeries:
    return people(daily())


def test_months_are_those_of_the_monthly_table():
    monthly = read("monthly").set_index(["indicator", "month"]).value
    for target, sums in observed_months(series_of(daily())).items():
        assert sums.to_dict() == monthly[target].to_dict()
    assert people(daily()).crossing_days.tolist() == monthly["crossing_days"].tolist()


def test_days_of_incomplete_months_are_left_out():
    cut = people(periodic().loc["2017-01-02":"2020-12-30"])
    assert (cut.months[0], cut.months[-1], cut.origin) == ("2017-02", "2020-11", "2020-12")
    assert series_of(periodic().loc["2017-01-02":"2017-01-30"]) == {}


@pytest.mark.parametrize("name", ALL_HOLD)
def test_on_a_series_whose_years_are_alike_the_seasonal_rules_are_exact(name):
    assert RULES[name](people(periodic())) == pytest.approx(30.0 * PER_DAY)


def test_flat_and_half_flat_forecasts_by_hand():
    total = 30.0 * PER_DAY.sum()
    assert RULES["last_year_mean"](people(periodic())) == pytest.approx(np.full(YEAR, total / YEAR))
    assert RULES["half_shape"](people(periodic())) == pytest.approx(15.0 * PER_DAY + total / 24.0)


def test_levels_of_one_and_of_two_years():
    record = periodic()
    record.loc["2020":] *= 3.0
    assert RULES["shape_last_year"](people(record)) == pytest.approx(90.0 * PER_DAY)
    assert RULES["shape_two_years"](people(record)) == pytest.approx(60.0 * PER_DAY)
    assert RULES["per_crossing_day"](people(record)) == pytest.approx(90.0 * PER_DAY)


def test_smoothing_finds_a_season_that_stays():
    assert RULES["exponential_smoothing"](people(periodic())) == pytest.approx(30.0 * PER_DAY, rel=0.02)


def test_a_year_without_a_crossing_is_followed_by_none():
    record = periodic() * 0.0
    for name in (*ALL_HOLD, "last_year_mean", "half_shape"):
        assert RULES[name](people(record)).tolist() == [0.0] * YEAR


def test_the_hurdle_finds_the_chance_and_the_counts_that_made_the_days():
    rng = np.random.default_rng(1)
    days = pd.date_range("2006-01-01", "2021-12-31")
    mean = 60.0 * np.exp(0.7 * np.sin(2.0 * np.pi * days.dayofyear / 365.25))
    count = 1 + rng.negative_binomial(8.0, 8.0 / (8.0 + mean - 1.0))
    came = days.day % 10 < np.where(days.month <= 6, 3, 8)
    series = people(pd.DataFrame({"people": np.where(came, count, 0.0)}, days))
    ahead = pd.date_range("2022-01-01", "2022-12-31")
    truth = 60.0 * np.exp(0.7 * np.sin(2.0 * np.pi * ahead.dayofyear / 365.25)) * np.where(ahead.month <= 6, 0.3, 0.8)
    expected = pd.Series(truth, ahead).groupby(ahead.month).sum().to_numpy()
    assert RULES["hurdle_negative_binomial"](series) == pytest.approx(expected, rel=0.15)
    assert hurdle.climate(series)[[0, 11]] == pytest.approx([0.3, 0.8], abs=0.03)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("origin", ["2022-03", "2024-09"])
def test_no_later_day_reaches_a_rule(name, origin, observed):
    later = observed.values.copy()
    later[origin:] = 5.0 * later[origin:] + 1000.0
    changed = DailySeries(later, observed.offset)
    once, again = (baselines.points_of(RULES[name], each, [origin])[origin] for each in (observed, changed))
    assert np.array_equal(once, again)
    assert (once >= 0.0).all() and once.sum() > 1000.0
    earlier = DailySeries(observed.values * 2.0, observed.offset)
    assert not np.array_equal(once, baselines.points_of(RULES[name], earlier, [origin])[origin])


def test_no_later_day_reaches_a_distribution_nor_the_median(observed):
    origin = "2023-06"
    later = observed.values.copy()
    later[origin:] *= 4.0
    made = [baseline_forecasts(each, [origin, "2023-09"], CHEAP) for each in (observed, DailySeries(later, 50.0))]
    for name in made[0]:
        assert np.array_equal(made[0][name][origin], made[1][name][origin]), name
        assert not np.array_equal(made[0][name]["2023-09"], made[1][name]["2023-09"]), name


def test_the_first_origin_alone_has_the_same_forecast_as_among_others(observed):
    alone = baseline_forecasts(observed, ["2024-01"], CHEAP)
    among = baseline_forecasts(observed, ["2022-01", "2024-01", "2024-06"], CHEAP)
    for name in alone:
        assert np.array_equal(alone[name]["2024-01"], among[name]["2024-01"]), name


def test_a_distribution_has_the_earlier_errors_around_the_point_forecast():
    def too_low(series: DailySeries) -> Floats:
        """Half of the truth from origins of even years and a quarter from those of odd ones."""
        ahead = np.roll(30.0 * PER_DAY, 1 - int(series.origin[5:]))
        return ahead / (2.0 if int(series.origin[:4]) % 2 == 0 else 4.0)

    series = DailySeries(periodic("2014-01-01", "2020-12-31", 30.0).people, 1e-9)
    draws = baseline_forecasts(series, ["2020-01"], {"low": too_low})["low"]["2020-01"]
    point = 15.0 * PER_DAY
    # errors of log 2 and log 4, 12 of each at horizon 1, less their median
    assert draws[0] == pytest.approx(point / np.sqrt(2.0)) and draws[-1] == pytest.approx(point * np.sqrt(2.0))
    assert draws[100] == pytest.approx(point) and len(draws) == len(LEVELS)


def test_a_perfect_rule_has_no_spread_and_the_median_lies_between():
    made = baseline_forecasts(people(periodic()), ["2020-03"], {name: RULES[name] for name in ALL_HOLD[:3]})
    expected = np.tile(30.0 * np.roll(PER_DAY, -2), (len(LEVELS), 1))
    for name in (*ALL_HOLD[:3], MEDIAN):
        assert made[name]["2020-03"] == pytest.approx(expected)
    grids = [np.full((3, 2), value) for value in (1.0, 5.0, 7.0)]
    assert baselines.median_of(grids).tolist() == [[5.0, 5.0]] * 3


def test_a_rule_that_cannot_be_fitted_is_left_out_from_that_origin():
    def fails(series: DailySeries) -> Floats:
        if series.origin == "2020-06":
            raise np.linalg.LinAlgError("singular")
        return np.full(YEAR, np.nan if series.origin == "2020-07" else 1.0)

    series = people(periodic())
    made = baseline_forecasts(series, months_between("2020-05", "2020-08"), {"fails": fails, **CHEAP})
    assert list(made["fails"]) == ["2020-05", "2020-08"] and len(made[MEDIAN]) == 4


def test_an_origin_needs_three_years_and_a_month_before_it():
    series = people(periodic())
    first = months_on("2017-01", LEAST_RECORD)
    assert np.isfinite(baseline_forecasts(series, [first], CHEAP)["seasonal_naive"][first]).all()
    with pytest.raises(ValueError, match=f"origins {months_on(first, -1)}: at least {LEAST_RECORD} observed months"):
        baseline_forecasts(series, [months_on(first, -1), first], CHEAP)
