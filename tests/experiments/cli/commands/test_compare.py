"""`compare`, `attribute` and `dose`: what they run, write and refuse; and the scenario files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import corridor
from corridor import results
from corridor.experiments.analyses import worlds as made_worlds
from corridor.experiments.analyses.comparison import Comparison
from corridor.experiments.analyses.costs import Cost, costs_of
from corridor.experiments.analyses.shapley import orders, shapley
from corridor.experiments.config.loading import load
from corridor.experiments.config.shipped import CONFIGS, POLICIES
from corridor.results.tables import doubt, outcomes, summary
from corridor.results.tables.keys import KEYS
from corridor.results.tables.latex.tabular import escaped
from tests.support.batches import cases, ended

EXPERIMENT = """\
title: A small package
start: 2022-08-01
end: 2022-08-25
past: none
scale: 100
seeds: 2
worlds:
  package: {title: All & sundry, policies: [package]}
  without: {title: Without, policies: []}
baseline: without
measures: [reception_south]
"""
PACKAGE = """\
title: Three measures
reference: A test
cost_eur_million: 35
includes: [officers, dear, shores]
"""
OFFICERS = "{title: More officers, reference: r, levers: {patrol_officers: [{from: 2022-08-02, to: 3.0}]}}\n"
DEAR = "{title: Dear, reference: r, cost_eur_million: 5, levers: {detention: [{from: 2022-08-02, to: 5.0}]}}\n"
SHORES = "{title: Shores, reference: r, levers: {upstream_departures: [{from: 2022-08-02, to: 0.3}]}}\n"


def write(folder: Path, text: str = EXPERIMENT) -> Path:
    (folder / "policies").mkdir(exist_ok=True)
    for name, policy in {"package": PACKAGE, "officers": OFFICERS, "dear": DEAR, "shores": SHORES}.items():
        (folder / "policies" / f"{name}.yaml").write_text(policy, encoding="utf-8")
    path = folder / "x.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compare")
    assert ended("compare", write(folder), "--each-measure", "--out", folder / "out", "--jobs", 1) == 0
    return folder / "out"


@pytest.fixture(scope="module")
def attributed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("attribute")
    options = ["--indicator", "entered_people", "--indicator", "attempts_people", "--permutations", 6]
    assert ended("attribute", write(folder), "--out", folder / "out", "--jobs", 1, *options) == 0
    return folder / "out"


def test_a_placebo_is_one_more_world_that_begins_with_the_policies_and_costs_nothing(tmp_path):
    experiment = load(write(tmp_path))
    plan = Comparison(experiment, placebo=True).plan()
    assert set(plan.file.worlds) == {*experiment.file.worlds, "placebo"}
    (change,) = [change for measure in plan.policies["placebo"].measures for change in measure.changes]
    begins = [c.start for m in made_worlds.all_measures(experiment) for c in m.changes]
    assert (change.lever, change.to, change.start) == ("patrol_officers", 1.01, min(begins))
    assert costs_of(plan)["placebo"].known == 0.0 and not costs_of(plan)["placebo"].unknown
    assert made_worlds.with_placebo(plan) is plan
    found = corridor.compare(tmp_path / "x.yaml", placebo=True, out=tmp_path / "out", jobs=1, figures=[])
    notes = found.tables["effects"].set_index("world").note
    assert set(notes["placebo"]) == {"hardly a measure: what chance shows"}
    assert not notes.drop("placebo").str.contains("placebo").any()


def test_each_measure_has_its_row(compared):
    effects = pd.read_csv(compared / "effects.csv", dtype={"period": str})
    assert list(effects.columns) == [
        *KEYS,
        "mean",
        "low",
        "high",
        "seeds",
        "interval",
        "mean_low",
        "mean_high",
        *doubt.COLUMNS,
        "imposed",
        "note",
    ]
    worlds = ["package", "only_officers", "only_dear", "only_shores", "only_reception_south"]
    assert list(dict.fromkeys(effects.world)) == worlds
    assert set(effects.baseline) == {"without"}
    for name in ("attempts_boats", "days_at_coast", "launches_at_sector_calais", *outcomes.COSTS):
        rows = effects[(effects.indicator == name) & (effects.period == "whole run")]
        assert list(rows.world) == worlds, name
        assert rows.unit.notna().all(), name
    shores = effects[(effects.world == "only_shores") & (effects.period == "whole run")].set_index("indicator")
    assert shores.loc["entered_people", "high"] < 0


def test_every_world_of_a_comparison_has_its_stored_cases(compared):
    plan = json.loads((compared / "plan.json").read_text(encoding="utf-8"))
    listed = json.loads((compared / "manifest.json").read_text(encoding="utf-8"))["cases"]
    assert {each["world"] for each in listed} == set(plan["worlds"])
    assert {f"cases/{path.name}" for path in cases(compared)} == {each["file"] for each in listed}
    frame = summary.yearly(results.open_results(compared))
    table = frame[(frame.indicator == "entered_people") & (frame.period == "whole run")].pivot(
        index="seed", columns="world", values="value"
    )
    effects = pd.read_csv(compared / "effects.csv", dtype={"period": str})
    row = summary.cell(effects, world="only_shores", indicator="entered_people", period="whole run")
    assert row["mean"] == pytest.approx((table.only_shores - table.without).mean())


def test_tables_and_figures_of_a_comparison(compared):
    tex = (compared / "effects.tex").read_text(encoding="utf-8")
    assert r"All \& sundry" in tex
    assert tex.count(r"\tabularnewline") == 2 * (1 + 2 * 5)  # two panels, in each a head and five worlds
    assert "a split of the published sum over measures is assumed" in tex
    costs = pd.read_csv(compared / "costs.csv").set_index("world")
    assert costs.loc["package", "mean"] == 35.0
    assert costs.loc["only_dear", "mean"] == costs.loc["only_dear", "high"] == 5.0
    assert costs.loc["only_officers", "mean"] == 15.0
    assert costs.loc["only_officers", "low"] == pytest.approx(1.5, abs=0.3)  # 30 times a uniform share, one of two
    assert "grade C" in costs.loc["only_officers", "assumption"]
    assert np.isnan(costs.loc["only_reception_south", "mean"])
    for name in ("forest", "displacement", "pairing"):
        assert (compared / "figures" / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_measures_together_beside_the_sum_of_each_alone(compared):
    joint = pd.read_csv(compared / "joint.csv", dtype={"period": str})
    assert list(joint.columns[: len(KEYS) + 2]) == [*KEYS, "measures", "package"]
    assert set(joint.world) == {"package"} and set(joint.measures) == {3}
    assert joint.unit.notna().all()
    assert set(joint.kind.dropna()) == {"flow", "stock"}  # effects on ratios do not add
    frame = summary.yearly(results.open_results(compared))
    whole = frame[(frame.indicator == "attempts_people") & (frame.period == "whole run")]
    of = whole.pivot(index="seed", columns="world", values="value")
    singles = of.only_officers + of.only_dear + of.only_shores - 3 * of.without
    apart = of.package - of.without - singles
    row = summary.cell(joint, indicator="attempts_people", period="whole run")
    assert row.package == pytest.approx((of.package - of.without).mean())
    assert row.singles == pytest.approx(singles.mean())
    assert row.difference == pytest.approx(apart.mean())
    half = 6.313751515 * apart.std() / np.sqrt(2)  # t of one degree of freedom
    assert (row.difference_low, row.difference_high) == pytest.approx((apart.mean() - half, apart.mean() + half))
    effects = pd.read_csv(compared / "effects.csv", dtype={"period": str})
    effect = summary.cell(effects, world="package", indicator="attempts_people", period="whole run")
    assert (row.package_low, row.package_high) == pytest.approx((effect.low, effect.high))


def test_only_the_worlds_of_the_file_are_run_unless_more_are_asked_for(tmp_path, capsys):
    assert ended("compare", write(tmp_path), "--out", tmp_path / "out", "--jobs", 1) == 0
    assert "2 worlds" in capsys.readouterr().err
    assert set(pd.read_csv(tmp_path / "out" / "effects.csv").world) == {"package"}
    assert not (tmp_path / "out" / "joint.csv").exists()


def test_a_second_comparison_runs_nothing(compared, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    before = {path: path.stat().st_mtime_ns for path in cases(compared)}
    assert ended("compare", write(compared.parent), "--each-measure", "--out", compared) == 0
    said = capsys.readouterr()
    assert "all are in the store" in said.err
    assert {path: path.stat().st_mtime_ns for path in cases(compared)} == before
    for words in ("All & sundry", "More officers", "EUR", "Variance of the difference", "(grade C)"):
        assert words in " ".join(said.out.split())
    assert max(map(len, said.out.split("\nVariance")[0].splitlines())) <= 80


def test_variances_by_hand():
    values = pd.DataFrame(
        {
            "world": ["a"] * 3 + ["b"] * 3,
            "seed": [1, 2, 3] * 2,
            "indicator": "x",
            "period": "2022",
            "value": [1.0, 2.0, 3.0, 2.0, 3.0, 5.0],
        }
    )
    values = pd.concat([values, values.assign(period="whole run")])
    dataset = xr.Dataset(coords={"world": ["a", "b"], "seed": [1, 2, 3]})
    for _, row in outcomes.variances(dataset, "a", values, "x").iterrows():
        assert (row.unpaired, row.paired) == (pytest.approx(1 + 7 / 3), pytest.approx(1 / 3))
        assert row.ratio == pytest.approx(10)


def test_days_at_the_coast_are_the_stock_over_the_arrivals_of_a_day():
    values = pd.DataFrame(
        {
            "world": "a",
            "seed": 1,
            "period": ["2022"] * 2 + ["whole run"] * 2,
            "value": [300.0, 40.0, 300.0, 0.0],
            "indicator": ["camp_stock", "coast_arrivals"] * 2,
        }
    )
    dataset = xr.Dataset(coords={"time": pd.date_range("2022-01-01", periods=10)})
    stay = outcomes.stays(dataset, values).set_index("period").value
    assert stay["2022"] == 300 / (40 / 10)
    assert np.isnan(stay["whole run"])


def test_shares_sum_to_the_effect_of_the_package(attributed):
    shares = pd.read_csv(attributed / "attribution.csv")
    assert list(shares.columns[: len(KEYS) + 3]) == [*KEYS, "measure", "share", "standard_error"]
    assert list(shares.measure.unique()) == ["officers", "dear", "shores"]
    for _, rows in shares.groupby("indicator"):
        assert rows.share.sum() == pytest.approx(rows.package_effect.iloc[0], abs=1e-6)
    entered = shares[shares.indicator == "entered_people"].set_index("measure").share
    assert entered["shores"] < 0
    assert entered["officers"] == entered["dear"] == 0.0  # neither can change who comes in
    assert (attributed / "figures" / "waterfall_entered_people.png").exists()


def test_shares_follow_from_the_stored_coalitions(attributed):
    stored = pd.read_csv(attributed / "coalitions.csv")
    assert set(stored.world) == {"no_measure", "all_measures", *(f"set_{bits}" for bits in (1, 2, 3, 4, 5, 6))}
    table = stored[stored.indicator == "attempts_people"].pivot(index="world", columns="seed", values="value")
    found = shapley(
        lambda members: table.loc[made_worlds.coalition_name(members, 3)].to_numpy(),
        orders(3, 6, seed=1),
    )
    rows = pd.read_csv(attributed / "attribution.csv")
    assert rows[rows.indicator == "attempts_people"].share.to_numpy() == pytest.approx(found.shares)


@pytest.mark.slow
def test_doses_of_two_levers(tmp_path, capsys):
    options = ["--lever", "upstream_departures", "--values", "0.5", "--lever2", "detention", "--values2", "2"]
    out = tmp_path / "out"
    assert ended("dose", write(tmp_path), *options, "--out", out, "--indicator", "entered_people") == 0
    dose = pd.read_csv(out / "dose.csv")
    assert dose.upstream_departures.is_monotonic_increasing
    entered = dose[dose.indicator == "entered_people"].set_index(["upstream_departures", "detention"])
    rows = entered["mean"]
    assert rows[1.0, 1.0] == rows[1.0, 2.0] == 0.0
    assert (entered.interaction == [0.0] * 4).all() and (
        entered.interaction_high == 0.0
    ).all()  # detention moves nobody
    attempts = dose[dose.indicator == "attempts_people"].set_index(["upstream_departures", "detention"])
    both = attempts.loc[(0.5, 2.0)]
    assert both.interaction == pytest.approx(both["mean"] - attempts["mean"][0.5, 1.0] - attempts["mean"][1.0, 2.0])
    assert both.interaction_low <= both.interaction <= both.interaction_high
    assert rows[0.5, 1.0] == rows[0.5, 2.0] < 0.0
    assert (out / "figures" / "dose.png").exists()
    said = capsys.readouterr().out
    assert said.count("upstream_departures 0.5, detention 2") == 2 and "deaths_channel: difference" in said
    assert ended("dose", tmp_path / "x.yaml", *options[:4], "--out", out) == 0
    assert len(pd.read_csv(out / "dose.csv").upstream_departures.unique()) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["attribute", "x.yaml", "--indicator", "arivals_people"], "did you mean 'arrivals_people'"),
        (["attribute", "x.yaml", "--permutations", "5"], "allowed: an even number"),
        (["attribute", "x.yaml", "--world", "without"], "'without' is the baseline; another world is needed"),
        (["attribute", "x.yaml", "--world", "nowhere"], "allowed: package, without"),
        (["dose", "x.yaml", "--lever", "officers", "--values", "1"], "did you mean 'patrol_officers'?"),
        (["dose", "x.yaml", "--lever", "officers", "--values", "1"], "command line --lever: 'officers' is not a lever"),
        (
            ["dose", "x.yaml", "--lever", "detention", "--values", "0.5,0.5"],
            "command line --values: 0.5 is given twice; allowed: once each",
        ),
        (
            ["dose", "x.yaml", "--lever", "detention", "--values", "0.5", "--from", "14.11.2022"],
            "'14.11.2022' is not allowed; a date such as 2022-11-14",
        ),
        (["effects", "x", "--from", "2022-11", "--to", "2022-11-14"], "is not allowed; a date such as 2022-11-14"),
        (["forecast", "--to", "2027"], "a date such as 2022-11-14, or a month such as 2022-11"),
        (
            ["dose", "x.yaml", "--lever", "detention", "--values", "1,99"],
            "99 is out of range for detention",
        ),
        (["dose", "x.yaml", "--lever", "detention", "--values", "1;2"], "allowed: numbers with commas"),
        (["dose", "x.yaml", "--lever", "detention", "--values", "1", "--lever2", "goods"], "belong together"),
        (["compare", "x.yaml", "--set", "measures=[nothing]"], "'nothing' is not a known policy"),
        (["compare", "x.yaml", "--set", "design={kind: grid, parameters: {p_retry: [0.8]}}"], "without a design"),
    ],
)
def test_mistakes_are_reported(tmp_path, monkeypatch, capsys, arguments, words):
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert ended(*arguments) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "results").exists()


def test_the_statement_has_a_world_for_each_of_its_measures():
    several = made_worlds.each_alone(load(CONFIGS / "joint_statement.yaml"))
    alone = [name for name in several.file.worlds if name.startswith("only_")]
    assert len(alone) == 15
    measures = {path.stem for path in POLICIES.glob("*.yaml") if not path.stem.startswith("joint_statement")}
    measures -= {made_worlds.PLACEBO}
    assert {name.removeprefix("only_") for name in alone} == measures
    costs = costs_of(several)
    assert costs["as_it_happened"] == Cost(72.2)
    assert (costs["only_patrols"].measures, costs["only_patrols"].of) == (1, 13)


def test_a_measure_that_stands_alone_already_gets_no_second_world(tmp_path):
    text = EXPERIMENT.replace("policies: [package]", "policies: [officers]").replace("[reception_south]", "[]")
    assert list(made_worlds.each_alone(load(write(tmp_path, text))).file.worlds) == ["package", "without"]


SCENARIOS = sorted((CONFIGS / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenarios_are_right_and_their_worlds_differ(path):
    experiment = load(path)
    policies = [policy.measures for policy in experiment.policies.values()]
    assert len(set(policies)) == len(policies)
    assert experiment.policies[experiment.file.baseline].measures == ()
    assert len(policies) > 1 or len(experiment.points) == 27


def test_text_in_latex():
    assert escaped("A & 40 % of a_b") == r"A \& 40 \% of a\_\allowbreak{}b"
    assert escaped("{x} \\ <y> ~") == r"\{x\} \textbackslash{} $<$y$>$ \textasciitilde{}"
