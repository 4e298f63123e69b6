"""Costs of what is averted, against known distributions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from corridor.results.tables import outcomes

AS_PUBLISHED = outcomes.Outlay(1.0, 0.0, 0, 1, "as published")


def rows_for(reductions, interval, outlay=AS_PUBLISHED):
    """Cost rows of a world that averts so many attempts of each seed's 1,000."""
    seeds = range(1, len(reductions) + 1)
    values = pd.concat(
        pd.DataFrame({"world": world, "seed": seeds, "indicator": of, "period": "whole run", "value": value})
        for of in outcomes.COSTS.values()
        for world, value in (("b", 1000.0), ("w", 1000.0 - np.asarray(reductions)))
    )
    effect = {"world": "w", "baseline": "b", "period": "whole run", "seeds": len(reductions), "interval": interval}
    found = pd.DataFrame([{**effect, "indicator": of, "mean": -np.mean(reductions)} for of in outcomes.COSTS.values()])
    rows = outcomes.cost_rows(found, values, {"w": outlay}, "dirichlet")
    return rows[rows.indicator == "cost_per_attempt_averted"].iloc[0]


def test_the_interval_of_a_mean_is_that_of_the_ratio_to_it():
    reductions = np.array([90.0, 100.0, 104.0, 106.0])
    half = stats.t.ppf(0.95, 3) * reductions.std(ddof=1) / 2.0
    row = rows_for(reductions, "mean")
    assert row["mean"] == pytest.approx(10_000)
    assert row.low == pytest.approx(1e6 / (100 + half), rel=0.01)
    assert row.high == pytest.approx(1e6 / (100 - half), rel=0.01)


def test_no_upper_end_where_averting_nothing_is_within_the_interval():
    row = rows_for([-150.0, 0.0, 150.0, 400.0], "mean")
    assert row["mean"] == pytest.approx(10_000) and np.isinf(row.high)
    nothing = rows_for([-150.0, -160.0, -140.0, -150.0], "mean")
    assert np.isnan([nothing["mean"], nothing.low, nothing.high]).all()


def test_an_interval_of_skewed_draws_is_that_of_the_draws():
    """All of them avert something, so the cost has an upper end, although mean and deviation reach below zero."""
    draws = np.random.default_rng(4).lognormal(3.0, 1.2, 99)
    assert draws.mean() - stats.t.ppf(0.95, 98) * draws.std(ddof=1) * np.sqrt(1 + 1 / 99) < 0 < draws.min()
    row = rows_for(draws, "draw")
    fifth, last = np.sort(draws)[[4, -5]]
    assert (row.low, row.high) == (pytest.approx(1e6 / last), pytest.approx(1e6 / fifth))


def test_the_split_of_a_published_cost_widens_the_interval():
    draws = np.random.default_rng(4).lognormal(3.0, 1.2, 99)
    whole, share = rows_for(draws, "draw"), rows_for(draws, "draw", outcomes.Outlay(0.0, 2.0, 1, 2, "half"))
    assert share["mean"] == pytest.approx(whole["mean"])
    assert share.low < whole.low and share.high != whole.high


def test_few_draws_are_taken_to_be_normal():
    draws = np.array([80.0, 100.0, 120.0])
    half = stats.t.ppf(0.95, 2) * 20.0 * np.sqrt(1 + 1 / 3)
    row = rows_for(draws, "draw")
    assert row.low == pytest.approx(1e6 / (100 + half), rel=0.02)


def test_unknown_costs_and_single_seeds_have_no_interval():
    unknown = rows_for([90.0, 100.0], "mean", outcomes.Outlay(np.nan, 0.0, 0, 1, "no cost known"))
    assert np.isnan([unknown["mean"], unknown.low, unknown.high]).all()
    single = rows_for([100.0], "mean")
    assert single["mean"] == pytest.approx(10_000) and np.isnan([single.low, single.high]).all()
