"""What a history says of months and of what was learned, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.fit.history_tables import contraction, score_table
from corridor.calibration.fit.simulated import Simulated

MONTHS = tuple(f"2021-{month:02d}" for month in range(1, 13))


def scores_of(members: list[list[float]]) -> pd.DataFrame:
    """The scores of members whose months take turns between two values, where 100 people arrived in each month."""
    values = np.array([pair * 6 for pair in members])
    runs = Simulated(MONTHS, {"arrivals_people": values}, (), np.empty((len(members), 0, 0)))
    return score_table({"arrivals_people": pd.Series(100.0, index=list(MONTHS))}, runs).set_index("quantity")


def test_the_error_of_months_does_not_cancel_over_a_year() -> None:
    """Members are 50 too high and 50 too low in turn: the sum of the year is right, each month is wrong by half."""
    scores = scores_of([[150.0, 50.0]] * 3)
    months = scores.loc["wape_months_2021_2021"]
    assert months[["low", "median", "high", "ratio"]].tolist() == [0.5] * 4
    people = scores.loc["arrivals_people"].set_index("period")
    assert people["ratio"]["2021"] == 1.0 and people["ratio"]["2021-01"] == 1.5


def test_the_headline_error_of_months_is_that_of_the_median_of_the_members() -> None:
    """Each of two members is wrong by half or not at all; the median of all three is right in every month."""
    months = scores_of([[150.0, 150.0], [100.0, 100.0], [50.0, 50.0]]).loc["wape_months_2021_2021"]
    assert months["ratio"] == 0.0
    assert months["median"] == 0.5
    assert months["low"] == pytest.approx(0.05) and months["high"] == 0.5


def test_contraction_is_one_less_the_ratio_of_the_last_variance_to_the_first() -> None:
    first, last = np.array([[0.0, 0.0], [2.0, 2.0]]), np.array([[0.0, 0.0], [1.0, 2.0]])
    assert contraction(first, last).tolist() == [1.0 - 0.25 / 1.0, 0.0]
