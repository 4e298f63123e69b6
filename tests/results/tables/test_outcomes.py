"""Costs of what is averted, against known distributions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy import stats

from corridor.results.store.yearly import WHOLE
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
    rows = outcomes.cost_rows(found, values, {"w": outlay}, "dirichlet", None)
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
    assert (row.low, row.high) == (pytest.approx(1e6 / last, rel=1e-3), pytest.approx(1e6 / fifth, rel=1e-3))


def test_the_split_of_a_published_cost_widens_the_interval():
    draws = np.random.default_rng(4).lognormal(3.0, 1.2, 99)
    whole, share = rows_for(draws, "draw"), rows_for(draws, "draw", outcomes.Outlay(0.0, 2.0, 1, 2, "half"))
    assert share["mean"] == pytest.approx(whole["mean"])
    assert share.low < whole.low and share.high != whole.high


def test_few_draws_are_stretched_as_far_as_normal_ones_would_reach():
    draws = np.array([80.0, 100.0, 120.0])
    half = stats.t.ppf(0.95, 2) * 20.0 * np.sqrt(1 + 1 / 3)
    row = rows_for(draws, "draw")
    assert row.low == pytest.approx(1e6 / (100 + half), rel=0.02)


def test_few_skewed_draws_stay_skewed():
    """A draw far above pulls the upper end, not the lower: by the sample's own shape, not mirrored about the mean."""
    draws = np.array([95.0, 97.0, 100.0, 101.0, 160.0])
    less = outcomes.averted(draws, True, np.random.default_rng(1))
    mean = draws.mean()
    assert less.max() - mean > 2.0 * (mean - less.min())
    assert np.quantile(less, [0.05, 0.95]).tolist() == [less.min(), less.max()]  # nothing is known beyond five draws


def test_the_split_of_a_cost_is_within_an_interval_of_nine_tenths_also_with_few_draws():
    """One of fifteen shares, and eight draws that hardly differ: the interval is that of the share, not its ends."""
    row = rows_for(np.linspace(990.0, 1010.0, 8), "draw", outcomes.Outlay(0.0, 1.0, 1, 15, "a share of fifteen"))
    ends = 1e3 * stats.beta(1, 14).ppf([0.05, 0.95])
    assert [row.low, row.high] == pytest.approx(ends, rel=0.05)


def test_unknown_costs_and_single_seeds_have_no_interval():
    unknown = rows_for([90.0, 100.0], "mean", outcomes.Outlay(np.nan, 0.0, 0, 1, "no cost known"))
    assert np.isnan([unknown["mean"], unknown.low, unknown.high]).all()
    free = rows_for([90.0, 100.0, 110.0], "draw", outcomes.Outlay(0.0, 0.0, 0, 1, "a placebo"))
    assert np.isnan([free["mean"], free.low, free.high]).all()
    single = rows_for([100.0], "mean")
    assert single["mean"] == pytest.approx(10_000) and np.isnan([single.low, single.high]).all()


def test_the_gain_of_pairing_is_of_the_years_in_which_worlds_differ_and_draws_count_once():
    """Ten equal years before a policy would make any pairing look like a gain; two seeds of a draw are one draw."""
    generator = np.random.default_rng(3)
    rows, seeds = [], np.arange(1, 801)
    common, own = generator.normal(0.0, 3.0, (11, len(seeds))), generator.normal(0.0, 1.0, (2, 11, len(seeds)))
    for world, name in enumerate("bw"):
        for year in range(11):
            value = common[year] + (own[world, year] if year == 10 else 0.0)
            rows += [(name, seed, "x", str(2010 + year), v) for seed, v in zip(seeds, value, strict=True)]
    values = pd.DataFrame(rows, columns=["world", "seed", "indicator", "period", "value"])
    whole = values.groupby(["world", "seed", "indicator"]).value.sum().reset_index().assign(period=WHOLE)
    values = pd.concat([values, whole])
    coordinates = {"world": ["b", "w"], "seed": seeds}
    dataset = xr.Dataset(coords=coordinates)
    table = outcomes.variances(dataset, "b", values, "x").set_index("period")
    assert table.ratio[WHOLE] == pytest.approx(10.0, rel=0.2) and table.ratio[WHOLE] == pytest.approx(
        table.ratio["2020"]
    )
    assert table.ratio[[str(2010 + year) for year in range(10)]].isna().all()
    drawn = outcomes.variances(dataset.assign_coords(draw=("seed", (seeds - 1) // 2)), "b", values, "x")
    assert drawn.set_index("period").paired[WHOLE] == pytest.approx(table.paired[WHOLE] / 2.0, rel=0.2)


def test_who_is_in_shelter_or_detention_on_the_last_day_is_not_deterred():
    """Two people crossed, one died; three wait on the last day: in a camp, in shelter and in detention."""
    flows = {"arrivals_people": [1.0, 0.0], "arrivals_lorry": [0.0, 1.0], "deaths_channel": [1.0, 0.0]}
    stocks = {"camp_stock": [9.0, 1.0], "sheltered_stock": [9.0, 1.0], "detained_stock": [9.0, 1.0]}
    days = {name: (("world", "seed", "time"), [[values]]) for name, values in (flows | stocks).items()}
    found = outcomes.undeterred(xr.Dataset(days, coords={"world": ["w"], "seed": [1], "time": [0, 1]}))
    assert found.value.tolist() == [6.0]


def test_launches_over_the_whole_run_are_the_sums_over_its_years():
    by_year = [[[[3.0], [4.0]]]]
    coordinates = {"world": ["w"], "seed": [1], "year": [2022, 2023], "sector": ["calais"]}
    found = outcomes.launches(xr.Dataset({"launches_by_sector": (tuple(coordinates), by_year)}, coords=coordinates))
    assert found.set_index("period").value.to_dict() == {"2022": 3.0, "2023": 4.0, WHOLE: 7.0}
