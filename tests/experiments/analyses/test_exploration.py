"""Regret, thresholds and boxes of failure, by hand and on known boxes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.stats import qmc

from corridor.experiments.analyses.exploration import objectives as robust
from corridor.experiments.analyses.exploration import regret, satisficing
from corridor.experiments.analyses.exploration.boxes import failure_box, folds
from corridor.experiments.analyses.exploration.objectives import Objective, Threshold, objective_of, threshold_of
from corridor.experiments.cli.reports.exploration import limit_words
from corridor.results.plots.choice.box import draw_box
from corridor.results.plots.choice.regret import draw_regret, draw_satisficing
from tests.support.figures import write_figures

NAMES = [f"p{k}" for k in range(8)]


def known_box(points: int = 300, noise: float = 0.0) -> tuple[pd.DataFrame, np.ndarray]:
    """Points of eight parameters, and failures only where p1 > 0.7 and p4 < 0.6, up to a share of coin tosses."""
    sample = pd.DataFrame(qmc.LatinHypercube(len(NAMES), rng=3).random(points), columns=NAMES)
    inside = ((sample.p1 > 0.7) & (sample.p4 < 0.6)).to_numpy()
    return sample, inside ^ (np.random.default_rng(1).random(points) < noise)


@pytest.mark.slow
def test_a_known_box_is_found():
    sample, fails = known_box()
    limits = failure_box(sample, fails).limits.set_index("parameter")
    assert set(limits.index) == {"p1", "p4"}
    assert limits.loc["p1", "low"] == pytest.approx(0.7, abs=0.02)
    assert limits.loc["p4", "high"] == pytest.approx(0.6, abs=0.02)
    assert np.isnan(limits.loc["p1", "high"]) and np.isnan(limits.loc["p4", "low"])
    assert (limits.coverage > 0.95).all() and (limits.density > 0.95).all()
    assert (limits.coverage_held_out > 0.9).all() and (limits.density_held_out > 0.9).all()
    assert limits.loc["p1", "quasi_p_low"] < 1e-6 and limits.loc["p4", "quasi_p_high"] < 1e-6
    assert limits.share_failing.iloc[0] == fails.mean()


@pytest.mark.slow
def test_a_known_box_is_found_among_accidents():
    sample, fails = known_box(noise=0.05)
    limits = failure_box(sample, fails).limits.set_index("parameter")
    assert {"p1", "p4"} <= set(limits.index)
    assert limits.loc["p1", "low"] == pytest.approx(0.7, abs=0.03)
    assert limits.loc["p4", "high"] == pytest.approx(0.6, abs=0.03)
    assert (limits[["quasi_p_low", "quasi_p_high"]].min(axis=1) <= 0.05).all()


@pytest.mark.slow
def test_coverage_density_and_mass_are_those_of_the_limits():
    sample, fails = known_box(noise=0.1)
    found = failure_box(sample, fails)
    inside = np.ones(len(sample), dtype=bool)
    for row in found.limits.to_dict("records"):
        inside &= ~(sample[row["parameter"]] < row["low"]) & ~(sample[row["parameter"]] > row["high"])
    result = found.limits.iloc[0]
    assert result.coverage == pytest.approx((inside & fails).sum() / fails.sum())
    assert result.density == pytest.approx(fails[inside].mean())
    assert result.mass == pytest.approx(inside.mean())
    chosen = found.peeling[found.peeling.chosen].iloc[0]
    assert (chosen.coverage, chosen.density) == (result.coverage, result.density)


@pytest.mark.slow
def test_failures_by_chance_have_no_box():
    sample, _ = known_box()
    assert failure_box(sample, np.random.default_rng(4).random(len(sample)) < 0.3) is None


@pytest.mark.parametrize("failing", [0, 4, 297, 300])
def test_no_box_is_sought_where_too_few_fail_or_hold(failing):
    sample, _ = known_box()
    assert failure_box(sample, np.arange(300) < failing) is None


def test_folds_are_a_chance_sample_of_equal_size_and_always_the_same():
    found = folds(64)
    assert np.bincount(found).tolist() == [16] * 4 and np.array_equal(found, folds(64))
    assert any(len(set(four)) < 4 for four in found.reshape(-1, 4).tolist())  # which every fourth point never has


def test_who_changes_from_boats_to_lorries_still_arrives():
    whole = pd.DataFrame(
        [
            (world, 1, name, "whole run", value)
            for world, boats, lorries in (("a", 60.0, 45.0), ("b", 100.0, 5.0))
            for name, value in (("arrivals_people", boats), ("arrivals_lorry", lorries), ("attempts_people", 1.0))
        ],
        columns=["world", "seed", "indicator", "period", "value"],
    )
    assert robust.cube(whole, robust.ARRIVALS, ["a", "b"]).ravel().tolist() == [105.0, 105.0]
    assert robust.cube(whole, "arrivals_people", ["a", "b"]).ravel().tolist() == [60.0, 100.0]
    assert robust.unit_of(robust.ARRIVALS) == "people"
    assert threshold_of(robust.THRESHOLDS[0])[0].indicator == robust.ARRIVALS in robust.OBJECTIVES


def test_regret_by_hand():
    cube = np.array([[[1.0, 3.0], [10.0, 10.0]], [[4.0, 4.0], [7.0, 9.0]]])  # world, point, seed
    assert regret.regrets(cube).tolist() == [[[0.0, 0.0], [3.0, 1.0]], [[3.0, 1.0], [0.0, 0.0]]]
    assert regret.regrets(cube, sign=-1.0).tolist() == [[[3.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [3.0, 1.0]]]
    swapped = np.array([[[1.0, 5.0]], [[2.0, 3.0]]])  # by seed 1 the first is best, by seed 2 the second
    assert regret.regrets(swapped).tolist() == [[[-1.0, 0.0]], [[0.0, -2.0]]]
    assert regret.regrets(swapped[:, :, :1]).tolist() == [[[0.0]], [[1.0]]]


@pytest.mark.slow
def test_equal_worlds_have_no_regret_and_none_is_best():
    """The toy of the audit: eight equal worlds had regret 58 (64 to 104), the interval above the mean."""
    objective, held, means, best = Objective("attempts_people"), [], [], []
    for sample in range(40):
        generator = np.random.default_rng(sample)
        cube = 1000.0 + 300.0 * generator.normal(size=(1, 24, 1)) + 80.0 * generator.normal(size=(8, 24, 4))
        rows = regret.regret_rows(objective, cube, [f"w{k}" for k in range(8)])
        held.append((rows.mean_low <= 0.0) & (rows.mean_high >= 0.0))
        means.append(rows["mean"])
        best.append(rows.may_be_best.all())
    assert abs(np.mean(means)) < 3.0
    assert 0.86 < np.mean(held) < 0.99 and np.mean(best) > 0.85
    assert (regret.without_chance(regret.regrets(cube)).std(axis=1) < 40.0).all()  # means of four seeds: 57


def test_regret_of_worlds_that_differ_is_the_known_one():
    """The second world is worse by 100 at the first half of the points, and better by 300 at the other."""
    shift = np.where(np.arange(60) < 30, 100.0, -300.0)
    cube = np.stack([np.zeros((60, 4)), np.repeat(shift[:, None], 4, axis=1)])
    noisy = cube + 20.0 * np.random.default_rng(1).normal(size=cube.shape)
    rows = regret.regret_rows(Objective("attempts_people"), noisy, ["a", "b"])
    assert rows["mean"].to_numpy() == pytest.approx([150.0, 50.0], abs=5.0)
    assert rows.p90.to_numpy() == pytest.approx([300.0, 100.0], abs=15.0)
    assert rows["rank"].tolist() == [2, 1] and rows.may_be_best.tolist() == [False, True]


def test_regret_table_ranks_by_the_ninetieth_percentile():
    base = np.random.default_rng(2).random((1, 20, 4))
    cubes = {
        Objective("attempts_people"): np.concatenate([base + 1.0, base, base + 0.5]),
        Objective("prevented_people", "max"): np.concatenate([base + 1.0, base, base + 0.5]),
    }
    table = regret.regret_table(cubes, ["a", "b", "c"]).set_index(["indicator", "world"])
    less, more = table.loc["attempts_people"], table.loc["prevented_people"]
    assert less["rank"].to_dict() == {"a": 3, "b": 1, "c": 2}
    assert more["rank"].to_dict() == {"a": 1, "b": 3, "c": 2}
    assert less["mean"].to_numpy() == pytest.approx([1.0, 0.0, 0.5])
    assert less.p90_low.to_numpy() == pytest.approx(less.p90_high.to_numpy())  # all draws agree: worlds are shifted
    assert (less.direction.iloc[0], more.direction.iloc[0]) == ("min", "max")


def test_the_interval_of_regret_holds_chance_and_parameters():
    cube = np.random.default_rng(3).normal(size=(2, 30, 6))
    row = regret.regret_table({Objective("attempts_people"): cube}, ["a", "b"]).iloc[0]
    assert row.mean_low < row["mean"] < row.mean_high
    few = regret.regret_table({Objective("attempts_people"): cube[:, :5]}, ["a", "b"]).iloc[0]
    assert few.mean_high - few.mean_low > row.mean_high - row.mean_low


def test_unknown_costs_have_neither_regret_nor_rank():
    costs = pd.DataFrame({"world": ["a", "b"], "mean": [5.0, np.nan], "low": [1.0, np.nan], "high": [9.0, np.nan]})
    rows = regret.cost_rows(costs, ["a", "b", "none"], "none", 8, 2).set_index("world")
    assert rows["rank"].dropna().to_dict() == {"a": 2, "none": 1}
    assert np.isnan(rows.loc["b", "p90"])
    assert (rows.loc["a", "mean_low"], rows.loc["a", "mean_high"]) == (1.0, 9.0)


@pytest.mark.parametrize(
    ("text", "kept", "broken"),
    [
        ("arrivals_people <= -10 %", 90.0, 91.0),
        ("arrivals_people<=-10", 90.0, 90.5),
        ("prevented_people >= 5e-1 %", 100.5, 100.4),
        ("deaths_channel <= 0", 100.0, 100.1),
    ],
)
def test_thresholds_are_read_and_kept(text, kept, broken):
    threshold, problem = threshold_of(text)
    assert not problem
    base = np.array([[100.0]])
    assert threshold.excess(np.array([[kept]]), base) <= 0.0 < threshold.excess(np.array([[broken]]), base)
    assert threshold_of(str(threshold))[0] == threshold


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("arivals_people <= -10 %", "did you mean 'arrivals_people'"),
        ("arrivals_people < 3", "cannot be read"),
        ("arrivals_people <= 1.2.3", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_mistakes_in_thresholds_are_reported(text, words):
    assert threshold_of(text)[0] is None
    assert words in threshold_of(text)[1]


def test_objectives_are_read_and_deaths_always_stand_among_them():
    objective, _ = objective_of("prevented_people:max")
    assert objective == Objective("prevented_people", "max")
    assert "allowed: prevented_people:min" in objective_of("prevented_people:most")[1]
    assert [each.name for each in robust.with_deaths([objective, objective])] == ["prevented_people", "deaths_channel"]
    bound = Threshold("deaths_atlantic", "<=", 0.0, relative=False)
    assert robust.with_deaths_bound([bound]) == (bound,)
    assert str(robust.with_deaths_bound([])[0]) == "deaths_channel <= 0"


def test_shares_of_points_at_which_a_threshold_is_kept():
    base = np.full((4, 3), 100.0)
    own = np.array([[80.0, 80, 80], [95, 95, 95], [70, 89, 100], [80, 90, 110]])  # means 80, 95, 86.3, 93.3
    cubes = {"arrivals_people": np.array([own, base])}
    row = satisficing.satisficing([threshold_of("arrivals_people <= -10 %")[0]], cubes, ["own", "base"], "base").iloc[0]
    assert (row.share, row.surely, row.surely_not, row.points, row.seeds) == (0.5, 0.25, 0.25, 4, 3)
    # Wilson by hand: centre (k + z2/2) / (n + z2), z = 1.6449; half z / (n + z2) * sqrt(k (n - k) / n + z2 / 4)
    z2 = 1.6448536**2
    half = np.sqrt(z2) / (4 + z2) * np.sqrt(2 * 2 / 4 + z2 / 4)
    assert row.low <= 0.5 - half and row.high >= 0.5 + half
    alike = {"arrivals_people": np.array([own.mean(axis=1, keepdims=True).repeat(3, axis=1), base])}
    row = satisficing.satisficing([threshold_of("arrivals_people <= -10 %")[0]], alike, ["own", "base"], "base").iloc[0]
    assert (row.low, row.high) == (pytest.approx(0.5 - half), pytest.approx(0.5 + half))


def test_the_interval_of_a_kept_share_respects_seeds_that_are_the_same_at_all_points():
    """Each seed shifts all points together: over points alone Wilson's interval holds the true half too rarely."""
    held, wilson = [], []
    for sample in range(200):
        generator = np.random.default_rng(sample)
        excess = generator.normal(size=(40, 1)) + generator.normal(size=(1, 4)) + 0.3 * generator.normal(size=(40, 4))
        row = satisficing.share_kept(excess)
        held.append(row["low"] <= 0.5 <= row["high"])
        within = stats.binomtest(round(row["share"] * 40), 40).proportion_ci(0.9, "wilson")
        wilson.append(within.low <= 0.5 <= within.high)
    assert np.mean(held) > 0.85 > 0.6 > np.mean(wilson)


def test_a_share_of_nothing_is_not_known():
    cubes = {"arrivals_people": np.array([[[0.0], [50.0]], [[0.0], [100.0]]])}
    row = satisficing.satisficing([threshold_of("arrivals_people <= -10 %")[0]], cubes, ["own", "base"], "base").iloc[0]
    assert (row.share, row.points) == (1.0, 1)
    assert np.isnan(row.surely)  # one seed says nothing about chance
    nothing = {"arrivals_people": np.zeros((2, 2, 1))}
    bound, _ = threshold_of("arrivals_people <= -10 %")
    row = satisficing.satisficing([bound], nothing, ["own", "base"], "base").iloc[0]
    assert row.points == 0 and np.isnan(row.share)


@pytest.mark.slow
def test_figures_are_drawn(tmp_path):
    sample, fails = known_box(80)
    box = failure_box(sample, fails)
    worlds = {"a": "World a", "b": "World b"}
    cube = np.random.default_rng(3).random((2, 30, 3))
    regrets = regret.regret_table({Objective("attempts_people"): cube}, list(worlds))
    costs = pd.DataFrame({"world": ["a"], "mean": [np.nan], "low": [np.nan], "high": [np.nan]})
    regrets = pd.concat([regrets, regret.cost_rows(costs, list(worlds), "b", 30, 3)], ignore_index=True)
    bound, _ = threshold_of("attempts_people <= -1 %")
    kept = satisficing.satisficing([bound], {"attempts_people": cube}, list(worlds), "b")
    paths = write_figures(
        {
            "regret": lambda: draw_regret(regrets, worlds),
            "satisficing": lambda: draw_satisficing(kept, worlds),
            "box": lambda: draw_box(box.peeling, box.limits, "Where it breaks"),
        },
        tmp_path,
    )
    assert [path.read_bytes()[:4] for path in paths[::2]] == [b"\x89PNG"] * 3


def test_limits_in_words():
    assert limit_words({"parameter": "p", "low": 0.5, "high": np.nan}) == "0.5 <= p"
    assert limit_words({"parameter": "p", "low": 1.0, "high": 2.0}) == "1 <= p <= 2"
