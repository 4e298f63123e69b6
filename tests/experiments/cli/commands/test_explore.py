"""`explore` and `allocate`: what they run, write and refuse."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor import results
from corridor.experiments.analyses.allocation.budget import budget_of
from corridor.experiments.analyses.exploration import objectives as robust
from corridor.experiments.analyses.exploration.analysis import Exploration, labelled
from corridor.experiments.analyses.exploration.sampling import Sampling, at_explored_points
from corridor.experiments.config.designs.selection import Selection, selected_parameters
from corridor.experiments.config.loading import load
from corridor.experiments.config.shipped import CONFIGS
from corridor.model import PARAMETERS
from corridor.model.engine.errors import InputError
from tests.support.batches import cases, ended

EXPERIMENT = """\
title: A small package
start: 2022-08-01
end: 2022-08-20
past: none
scale: 500
seeds: 2
worlds:
  package: {title: All & sundry, policies: [package]}
  officers: {title: Officers, policies: [officers]}
  without: {title: Without, policies: []}
baseline: without
measures: [reception_south]
parameters: {entry_burstiness: 0.5}
"""
POLICIES = {
    "package": "{title: Three measures, reference: r, cost_eur_million: 35, includes: [officers, dear, shores]}\n",
    "officers": "{title: More, reference: r, levers: {patrol_officers: [{from: 2022-08-02, to: 1.8}]}}\n",
    "dear": "{title: Dear, reference: r, cost_eur_million: 5, levers: {detention: [{from: 2022-08-02, to: 5.0}]}}\n",
    "shores": "{title: Shores, reference: r, levers: {upstream_departures: [{from: 2022-08-01, to: 0.5}]}}\n",
}
DESIGN = "design: {kind: grid, parameters: {p_retry: [0.8, 0.9, 0.95]}, levers: {campaign: [0.1]}}\n"
BOUNDS = ["--threshold", "entered_people <= -10 %", "--threshold", "entered_people<=-90%"]


def write(folder: Path, text: str = EXPERIMENT) -> Path:
    (folder / "policies").mkdir(exist_ok=True)
    for name, policy in POLICIES.items():
        (folder / "policies" / f"{name}.yaml").write_text(policy, encoding="utf-8")
    path = folder / "x.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explore")
    options = ["--points", 4, "--group", "sea", "--parameter", "share_uk_scale", *BOUNDS]
    assert ended("explore", write(folder), "--out", folder / "out", "--jobs", 1, *options) == 0
    return folder / "out"


@pytest.fixture(scope="module")
def bought(tmp_path_factory):
    folder = tmp_path_factory.mktemp("allocate")
    assert ended("allocate", write(folder), "--budget", "25e6", "--out", folder / "out", "--jobs", 1) == 0
    return folder / "out"


def test_what_ratios_are_made_of_need_not_be_named(found):
    """Deaths in 10,000 attempts stand in the table although neither objectives nor thresholds name attempts."""
    options = ["--points", 4, "--group", "sea", "--parameter", "share_uk_scale", *BOUNDS]
    out = found.with_name("one_objective")
    one = ("--objective", "arrivals_people")
    assert ended("explore", found.with_name("x.yaml"), "--out", out, "--jobs", 1, *options, *one) == 0
    frame = pd.read_csv(out / "outcomes.csv")
    assert "deaths_per_10000_attempts" in set(frame.indicator) and "attempts_people" not in set(frame.indicator)
    whole = results.to_frame(found, totals=True).pivot(
        index=["world", "point", "seed"], columns="indicator", values="value"
    )
    sums = whole.groupby(["world", "point"]).sum()
    risk = 1e4 * sums.deaths_channel / sums.attempts_people
    rows = frame[frame.indicator == "deaths_per_10000_attempts"].set_index(["world", "point"]).difference
    difference = (risk.loc["package"] - risk.loc["without"]).to_numpy()
    assert rows.loc["package"].to_numpy() == pytest.approx(difference, nan_ok=True) and np.isfinite(difference).any()


def test_outcomes_are_those_of_the_stored_cases(found):
    frame = pd.read_csv(found / "outcomes.csv")
    whole = results.to_frame(found, totals=True).query("indicator == 'entered_people'")
    table = whole.pivot(index=["point", "seed"], columns="world", values="value")
    rows = frame[frame.indicator == "entered_people"].set_index(["world", "point"])
    assert rows.value.loc["package"].to_numpy() == pytest.approx(table.package.groupby("point").mean().to_numpy())
    less = (table.package - table.without).groupby("point").mean()
    assert rows.difference.loc["package"].to_numpy() == pytest.approx(less.to_numpy())
    assert (less < 0).all() and (rows.difference.loc["without"] == 0).all()
    assert (rows.low <= rows.difference).all() and (rows.difference <= rows.high).all()
    assert {"deaths_channel", "deaths_mediterranean", "attempts_people"} <= set(frame.indicator)
    design = pd.read_csv(found / "design.csv")
    sea = {name for name, each in PARAMETERS.items() if each.group == "sea" and each.distribution != "fixed"}
    assert set(design.columns) == {"point", "share_uk_scale", *sea}
    at = rows.loc["package"].reset_index()
    pd.testing.assert_frame_equal(at[design.columns], design)


def test_thresholds_and_regret_follow_from_the_outcomes(found):
    kept = pd.read_csv(found / "satisficing.csv").set_index(["world", "threshold"])
    assert kept.loc[("package", "entered_people <= -10 %"), "share"] == 1.0
    assert kept.loc[("package", "entered_people <= -90 %"), ["share", "surely_not"]].tolist() == [0.0, 1.0]
    assert kept.loc[("officers", "entered_people <= -10 %"), "share"] == 0.0
    assert "deaths_channel <= 0" in kept.loc["package"].index
    table = pd.read_csv(found / "outcomes.csv")
    regret = pd.read_csv(found / "regret.csv").set_index(["world", "indicator"])
    arrived = table[table.indicator == robust.ARRIVALS].pivot(index="point", columns="world", values="value")
    plain = arrived.sub(arrived.min(axis=1), axis=0).mean()  # which picks the best by the same seeds
    assert (regret.xs(robust.ARRIVALS, level="indicator")["mean"][plain.index] <= plain + 1e-9).all()
    assert regret.may_be_best.groupby("indicator").any().all()
    assert regret.loc[("package", robust.COST), ["p90", "rank"]].tolist() == [35.0, 3]
    assert regret.loc[("officers", robust.COST), "p90"] == 15.0
    assert (found / "figures" / "regret.png").exists() and (found / "figures" / "satisficing.png").exists()


def test_other_questions_to_the_same_points_run_nothing(found, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    before = {path: path.stat().st_mtime_ns for path in cases(found)}
    options = ["--points", 4, "--group", "sea", "--parameter", "share_uk_scale", "--objective", "camp_stock:max"]
    assert ended("explore", write(found.parent), "--out", found, *options) == 0
    said = capsys.readouterr()
    assert "all are in the store" in said.err
    assert {path: path.stat().st_mtime_ns for path in cases(found)} == before
    assert list(pd.read_csv(found / "regret.csv").indicator.unique()) == ["camp_stock", "deaths_channel", robust.COST]
    for words in ("All & sundry", "Share of points", "Regret", "No box of failures", " max "):
        assert words in " ".join(said.out.split())
    assert max(map(len, said.out.split("Everything is in")[0].splitlines())) <= 80


def test_each_measure_alone_at_the_points_of_the_files_design(tmp_path):
    experiment = load(write(tmp_path, EXPERIMENT + DESIGN))
    several = at_explored_points(experiment, None, measures=True)
    assert {"only_dear", "only_shores", "only_reception_south"} <= set(several.file.worlds)
    assert several.points == experiment.points and several.file.design == experiment.file.design
    assert len(several.cases()) == 3 * len(several.file.worlds)


def test_selected_parameters(tmp_path):
    given = load(write(tmp_path)).file.values
    every = selected_parameters(Selection(), given)
    assert {PARAMETERS[name].grade for name in every} == {"A", "B", "C"} and "entry_burstiness" not in every
    some = selected_parameters(Selection(("p_retry",), ("sea",), ("B",)), given)
    assert {(PARAMETERS[n].group, PARAMETERS[n].grade) for n in some if n != "p_retry"} == {("sea", "B")}
    assert selected_parameters(Selection(("p_retry",)), given) == ("p_retry",)
    with pytest.raises(InputError) as refused:
        selected_parameters(Selection(("p_rety", "entry_burstiness"), grades=("D",)), given)
    assert len(refused.value.problems) == 3


@pytest.mark.slow
def test_a_known_box_is_found_in_synthetic_outcomes(tmp_path):
    """A package that cuts arrivals by a fifth, but not where two parameters are large."""
    experiment = at_explored_points(
        load(write(tmp_path)), Sampling(160, selection=Selection(groups=("sea",))), measures=False
    )
    design = pd.DataFrame([point.parameters for point in experiment.points])
    rank = design.rank(pct=True)
    fails = ((rank.p_sea_fail > 0.6) & (rank.death_tail > 0.4)).to_numpy()
    chance = np.random.default_rng(1).normal(100.0, 1.0, (len(design), 3))
    cubes = {"arrivals_people": np.stack([np.where(fails, 99.0, 80.0)[:, None] / 100.0 * chance, chance])}
    threshold = robust.threshold_of("arrivals_people <= -10 %")[0]
    exploring = Exploration(experiment, None, (), (threshold,))
    boxes = dict(exploring.boxes(cubes, ["w", "base"], "base", design.assign(point=range(len(design)))))
    limits = labelled(boxes, "limits").set_index("parameter")
    assert set(limits.index) == {"p_sea_fail", "death_tail"} and set(limits.world) == {"w"}
    for name, share in {"p_sea_fail": 0.6, "death_tail": 0.4}.items():
        assert (design[name] < limits.loc[name, "low"]).mean() == pytest.approx(share, abs=0.04)
        assert np.isnan(limits.loc[name, "high"])
    assert (limits[["coverage", "density"]] > 0.95).all(axis=None)


def test_packages_within_the_budget_are_the_stored_worlds(bought):
    rows = pd.read_csv(bought / "packages.csv", dtype={"package": str}).set_index("package")
    assert set(rows.index) == {f"package_{bits}" for bits in ("000", "001", "010", "011", "100", "110")}
    assert rows.cost_eur_million.to_dict() == {
        "package_000": 0,
        "package_001": 15,
        "package_010": 5,
        "package_011": 20,
        "package_100": 15,
        "package_110": 20,
    }
    assert rows.loc["package_110", "measures"] == "officers + dear"
    assert 0.7 < rows.loc["package_100", "share_within_budget"] < 0.95  # 30 times a uniform share is below 25
    whole = results.to_frame(bought, totals=True).query("indicator == 'attempts_people'")
    table = whole.pivot(index="seed", columns="world", values="value")
    for name, row in rows.iterrows():
        assert row.attempts_people == pytest.approx((table[name] - table.package_000).mean())
        assert row.attempts_people_low <= row.attempts_people <= row.attempts_people_high
    plan = json.loads((bought / "plan.json").read_text(encoding="utf-8"))
    assert set(plan["worlds"]) == set(rows.index) and plan["baseline"] == "package_000"


def test_the_front_is_no_worse_than_any_package(bought):
    table, front = pd.read_csv(bought / "packages.csv"), pd.read_csv(bought / "front.csv")
    names = ["attempts_people", "deaths_channel", robust.ARRIVALS, "cost_eur_million"]
    searched = front.drop(columns=names[:3]).rename(columns={f"{name}_search": name for name in names[:3]})
    assert set(front.package) == set(table[table.on_front].package) and "package_000" in set(front.package)
    for row in searched[names].to_numpy():
        others = table[names].to_numpy()
        assert not ((others <= row).all(axis=1) & (others < row).any(axis=1)).any()
    assert front.front_share.between(0.0, 1.0).all()
    below = front[["attempts_people_high", "deaths_channel_high", f"{robust.ARRIVALS}_high"]] < 0
    assert front.clear.tolist() == below.any(axis=1).tolist()
    whole = results.to_frame(bought / "fresh", totals=True).query("indicator == 'attempts_people'")
    fresh = whole.pivot(index="seed", columns="world", values="value")
    assert set(fresh.index) == {2**31 + 1, 2**31 + 2} and set(fresh) == set(front.package)
    for _, row in front.iterrows():
        assert row.attempts_people == pytest.approx((fresh[row.package] - fresh.package_000).mean())
    costs = pd.read_csv(bought / "costs.csv").set_index("measure")
    assert "left out" in costs.loc["reception_south", "assumption"] and np.isnan(costs.loc["reception_south", "mean"])
    assert "grade C" in costs.loc["officers", "assumption"] and costs.loc["dear", "assumption"] == "as published"


def test_a_search_runs_only_what_is_not_stored_and_takes_the_same_way_again(bought, capsys):
    options = ["--method", "nsga2", "--evaluations", 6, "--budget", "25e6"]
    before = {path: path.stat().st_mtime_ns for path in cases(bought)}
    assert ended("allocate", write(bought.parent), "--out", bought, *options) == 0
    assert {path: path.stat().st_mtime_ns for path in cases(bought)} == before  # all six were there
    said = capsys.readouterr().out
    for words in (
        "6 packages run (found by NSGA-II, seed 1) of 8",
        "Left out, as no cost is known: reception_south",
        "The front",
        "split assumed (grade C)",
    ):
        assert words in said


@pytest.mark.slow
def test_packages_at_points_have_intervals_of_points(tmp_path):
    out = tmp_path / "out"
    path = write(tmp_path, EXPERIMENT.replace("seeds: 2", "seeds: 1"))
    assert ended("allocate", path, "--budget", "16e6", "--points", 3, "--intensity", 1, "--out", out, "--jobs", 1) == 0
    table = pd.read_csv(out / "packages.csv")
    assert set(table.points) == {3} and set(table.seeds) == {1}
    assert table.attempts_people_low.notna().all()


def test_measures_of_the_statement_share_its_sum():
    budget = budget_of(load(CONFIGS / "joint_statement.yaml"), [1.0], "dirichlet", 30e6)
    assert len(budget.measures) == 13 and set(budget.costs.unknown) == {"reception_south", "upstream"}
    pulled = {change.lever for measure in budget.measures for change in measure.changes}
    result = {lever for name in budget.costs.names for lever in budget.experiment.policy_files[name]["levers"]}
    assert pulled == result  # whole measures of policy files; there is nothing finer to choose
    assert max(map(sum, budget.within())) == 5  # of 13 equal expected shares of 72.2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["explore", "--group", "see"], "command line --group: 'see' is not known; did you mean 'sea'"),
        (["explore", "--sampler", "sobol", "--points", "3"], "--points: 3 is not a power of two"),
        (["explore", "--threshold", "arivals_people <= 0"], "--threshold: 'arivals_people' is not a known indicator"),
        (["explore", "--objective", "arrivals_people:less"], "allowed: arrivals_people:min"),
        (["explore", "--parameter", "entry_burstiness"], "has a value in the file"),
        (
            ["explore", "--points", "4", "--set", "design={kind: grid, parameters: {p_retry: [0.8]}}"],
            "points of its own",
        ),
        (
            ["explore", "--set", "worlds={without: {title: W, policies: []}}", "--set", "measures=[]"],
            "nothing to compare",
        ),
        (["allocate", "--budget", "1e6"], "buys no measure; the cheapest, dear, has an expected cost of EUR 5,000,000"),
        (["allocate", "--budget", "nan"], "--budget: nan is not allowed; allowed: a number of EUR"),
        (["allocate", "--budget", "3e7", "--intensity", "3"], "patrol_officers: 3.4 is out of range"),
        (["allocate", "--budget", "3e7", "--intensity", "0"], "0 is not allowed; above 0"),
        (["allocate", "--budget", "9e7", "--method", "enumerate", "--evaluations", "4"], "allowed: nsga2"),
        (
            [
                "allocate",
                "--budget",
                "9e7",
                "--set",
                "worlds.package.policies=[]",
                "--set",
                "worlds.officers.policies=[]",
            ],
            "none of its 1 measures has a cost",
        ),
    ],
)
def test_mistakes_are_reported(tmp_path, monkeypatch, capsys, arguments, words):
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert ended(arguments[0], "x.yaml", *arguments[1:]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "results").exists()


def test_a_dry_run_of_a_search_reports_its_beginning(tmp_path, capsys):
    options = ["--budget", "25e6", "--method", "nsga2", "--out", tmp_path / "out", "--dry-run"]
    assert ended("allocate", write(tmp_path), *options) == 0
    said = capsys.readouterr().out
    assert "up to about 128 packages" in said and "6 worlds" in said
    assert not (tmp_path / "out").exists()


def test_without_the_workbench_explore_says_what_to_install(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("corridor.results.store.optional.find_spec", lambda name: None)
    assert ended("explore", write(tmp_path), "--out", tmp_path / "out") == 2
    assert "corridor-sim[robust]" in capsys.readouterr().err
