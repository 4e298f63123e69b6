"""Targets: what is declared, what is read up to a cut, what a user's file may say, and what becomes of a series."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.evidence import targets
from corridor.calibration.evidence.entries import MONTHS, groups
from corridor.calibration.evidence.targets import TARGETS, Error, Target
from corridor.calibration.fit import simulated
from corridor.calibration.fit.history import observed_of
from corridor.model import INDICATORS
from corridor.model.engine.errors import InputError

HELD_OUT = {"V5", "V6", "V8", "V9", "V10", "V11", "V13", "V16"}


def test_patterns_that_are_tests_are_never_fitted():
    for target in TARGETS.values():
        assert target.held_out == bool(HELD_OUT & set(target.patterns)), target.name
        assert target.source and (target.group or target.indicator in INDICATORS)
    assert not {name for name in targets.observed_at("2025-12") if TARGETS[name].held_out}
    assert {"V4", "V14", "V18"} <= {pattern for name in targets.FITTED for pattern in TARGETS[name].patterns}


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_every_target_has_observed_figures_in_time_order(name):
    series = targets.observed_series(TARGETS[name])
    assert len(series) and (series >= 0).all() and series.index.is_monotonic_increasing and series.index.is_unique
    assert targets.unit_of(TARGETS[name])


def test_a_year_is_known_only_when_it_is_over():
    known = targets.observed_at("2022-10")
    assert known["arrivals_people"].index[-1] == "2022-10" and known["prevented_people"].index[-1] == "2021"
    assert "prevented_by_month" not in known and "menton_stops" not in known
    assert known["arrivals_people"].sum() == pytest.approx(299 + 1843 + 8462 + 28526 + 45755 - 3700, rel=0.1)
    assert targets.observed_at("2022-12")["prevented_people"].index[-1] == "2022"


def test_shares_of_groups_are_of_all_arrivals():
    series = targets.observed_series(TARGETS["share_iran"])
    assert series["2018"] > 0.7 and 0.05 < series["2024"] < 0.25  # nearly all were Iranians at first


def own(folder, text):
    path = folder / "my.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_user_s_own_series_replaces_a_target(tmp_path):
    path = own(tmp_path, "month,value\n2022-02,80\n2022-01,50\n2022-12,7\n")
    files = targets.own_files([f"arrivals_people={path}"])
    known = targets.observed_at("2022-10", files)["arrivals_people"]
    assert known.to_dict() == {"2022-01": 50.0, "2022-02": 80.0}
    assert targets.sha256_of(known) != targets.sha256_of(known + 1.0)


@pytest.mark.parametrize(
    ("given", "text", "expected"),
    [
        ("arrivals_people=FILE", "month,value\n2022-01,-1\n", "row 2"),
        ("arrivals_people=FILE", "month,value\n2022-01,1\n2022-01,2\n", "2022-01 is given twice"),
        ("camp_stock=FILE", "month,value\n2022-01,1\n", "year"),
        ("stop_rate_boats=FILE", "year,value\n2022,1.5\n", "1.5"),
        ("arrivals=FILE", "month,value\n2022-01,1\n", "NAME one of arrivals_people"),
        ("arrivals_people", "", "NAME=FILE"),
    ],
)
def test_what_is_wrong_with_a_user_s_series_is_reported(tmp_path, given, text, expected):
    with pytest.raises(InputError) as error:
        targets.own_files([given.replace("FILE", str(own(tmp_path, text)))])
    assert expected in "\n".join(error.value.problems)


def runs(draws: int = 3, **series: float) -> simulated.Simulated:
    """Runs in which every flow and stock is 10 a month, or what is given."""
    monthly = {name: np.full((draws, 96), series.get(name, 10.0)) for name in simulated.needed()}
    return simulated.Simulated(MONTHS, monthly, tuple(groups()), np.ones((draws, 8, 14)))


def test_years_sum_flows_average_stocks_and_divide_sums():
    made = runs(arrivals_people=60.0, arrivals_boats=2.0, camp_stock=900.0)
    assert made.yearly("arrivals_people")[0, 0] == 720.0 and made.yearly("camp_stock")[0, 0] == 900.0
    assert made.yearly("people_per_boat")[0].tolist() == [30.0] * 8
    years, shares = made.series(TARGETS["share_iran"])
    assert years[0] == "2018" and shares[0, 0] == pytest.approx(1 / 14)
    assert np.isnan(runs(arrivals_boats=0.0).yearly("people_per_boat")).all()


def test_a_weight_divides_the_variance_of_the_error():
    heavy = Target("x", "arrivals_people", "annual", Error(0.4), "", weight=4.0)
    errors = simulated.drawn_errors(heavy, ["2018"], 20_000, np.random.default_rng(1))
    assert errors.std() == pytest.approx(0.2, rel=0.05)


def test_shares_are_compared_in_log_odds_without_infinities():
    error = Error(0.1, scale="log odds")
    assert simulated.scaled(error, np.array([0.5]))[0] == 0.0
    assert np.isfinite(simulated.scaled(error, np.array([0.0, 1.0]))).all()
    assert np.isfinite(simulated.scaled(Error(0.1), np.array([0.0]))).all()


def test_a_simulated_nought_counts_as_a_tenth_of_the_smallest_observed_figure_where_there_is_no_offset():
    seen = np.array([[4.0, 0.0, 900.0]])
    least = simulated.least_of(Error(0.1), seen)
    assert least == 0.4
    assert simulated.scaled(Error(0.1), np.array([0.0, 8.0]), least) == pytest.approx(np.log([0.4, 8.0]))
    assert simulated.least_of(Error(0.1, offset=1.0), seen) < 1e-300  # nothing is as small
    known = {"camp_stock": pd.Series([900.0], index=["2018"])}
    assert observed_of(known, runs(camp_stock=0.0)).simulated.min() == pytest.approx(np.log(90.0))


def test_periods_that_were_not_simulated_are_left_out():
    known = {
        "arrivals_people": pd.Series([1.0, 2.0], index=["2025-12", "2026-01"]),
        "camp_stock": pd.Series([1.0], index=["2026"]),
    }
    part = simulated.simulated_part(known, runs())
    assert list(part) == ["arrivals_people"] and part["arrivals_people"].index.tolist() == ["2025-12"]


def test_a_target_that_no_fit_uses_has_the_errors_that_it_declares():
    unused = replace(TARGETS["people_per_boat"], weight=0.0)
    drawn = simulated.drawn_errors(unused, ["2018"], 20_000, np.random.default_rng(1))
    assert drawn.std() == pytest.approx(np.hypot(unused.error.value, unused.error.series), rel=0.03)
