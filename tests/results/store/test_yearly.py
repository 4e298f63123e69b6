"""Values of a year: a ratio is for so many of its denominator as its unit says, in every place that forms one."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd

from corridor.calibration.fit import ensemble
from corridor.model import INDICATORS
from corridor.results import observed
from corridor.results.store.yearly import annual, per_of
from corridor.results.tables.summary import ratios_of_sums
from tests.support.ensembles import prediction_of

RISK = "deaths_per_10000_attempts"
ABOUT = {name: asdict(each) for name, each in INDICATORS.items()}
DAYS = pd.date_range("2023-01-01", "2023-12-31")
DAILY = {"deaths_channel": np.full((1, 365), 3.0), "attempts_people": np.full((1, 365), 20_000.0)}


def test_a_year_of_three_deaths_in_twenty_thousand_attempts_has_a_risk_of_one_and_a_half_in_ten_thousand() -> None:
    known = {name: ABOUT[name] for name in (*DAILY, RISK)}
    assert annual(DAILY, DAYS.year.to_numpy(), known)[RISK].tolist() == [[1.5, 1.5]]


def test_months_and_years_of_a_prediction_have_the_same_unit() -> None:
    prediction = prediction_of(DAILY, "2023-01-01", "2023-12-31")
    assert prediction.by_year(RISK)[2023].tolist() == [1.5]
    _, months = ensemble.monthly_arrays(prediction.dataset, "as_it_happened", [RISK])
    assert months[RISK].tolist() == [[1.5] * 12]


def test_a_ratio_of_sums_over_seeds_has_the_same_unit() -> None:
    sums = {"deaths_channel": (2.0, 4.0), "attempts_people": (10_000.0, 30_000.0)}
    rows = [("a", name, seed, value) for name, each in sums.items() for seed, value in enumerate(each)]
    values = pd.DataFrame(rows, columns=["world", "indicator", "seed", "value"])
    assert ratios_of_sums(values, {RISK: ABOUT[RISK]}, ["world", "indicator"]).tolist() == [1.5]


def test_a_ratio_is_for_one_of_its_denominator_where_a_store_does_not_say_otherwise() -> None:
    assert per_of({"numerator": "a", "denominator": "b"}) == 1


def test_the_record_beside_a_ratio_has_its_unit() -> None:
    record = observed.read("annual").pivot(index="year", columns="indicator", values="value")
    for name, about in INDICATORS.items():
        if about.kind == "ratio" and {name, about.numerator, about.denominator} <= set(record):
            formed = about.per * record[about.numerator] / record[about.denominator]
            both = pd.concat([formed, record[name]], axis=1).dropna()
            assert len(both), name
            np.testing.assert_allclose(both[0], both[name], rtol=0.01, err_msg=name)
