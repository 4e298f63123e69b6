"""Policies are known by what their files say: kept apart, shown, refused where ambiguous, and noted where idle."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from corridor.experiments.analyses import worlds
from corridor.experiments.analyses.costs import costs_of
from corridor.experiments.analyses.levers import lever_table
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.loading import load
from corridor.experiments.config.settings import Setting
from corridor.experiments.config.shipped import CONFIGS, POLICIES, called
from corridor.model.engine.errors import InputError
from corridor.model.inputs.data_files import DATA
from corridor.results.store.case_file import read_netcdf
from tests.support.batches import ended

BASE = {
    "title": "A test",
    "start": "2022-06-01",
    "end": "2022-08-31",
    "scale": 200,
    "seeds": 2,
    "past": "none",
    "baseline": "none",
}


def write(path: Path, start: str = "2022-06-10", to: float = 1.2, over: int = 0, **more: object) -> None:
    path.parent.mkdir(exist_ok=True)
    levers = {"patrol_officers": [{"from": start, "over_days": over, "to": to}]}
    text = json.dumps({"title": path.stem, "reference": "r", "levers": levers, **more})
    path.write_text(text.replace(f'"{start}"', start), encoding="utf-8")


def write_experiment(folder: Path, policies: dict[str, list[str]], **more: object) -> Path:
    named = {world: {"title": world, "policies": names} for world, names in {**policies, "none": []}.items()}
    text = json.dumps({**BASE, "worlds": named, **more}).replace('"2022-06-01"', "2022-06-01")
    (folder / "x.yaml").write_text(text.replace('"2022-08-31"', "2022-08-31"), encoding="utf-8")
    return folder / "x.yaml"


def load_worlds(folder: Path, policies: dict[str, list[str]], **more: object) -> Experiment:
    settings = [Setting("--set", "end", str(more.pop("until")))] if "until" in more else []
    return load(write_experiment(folder, policies, **more), settings)


def problems_of(folder: Path, policies: dict[str, list[str]], **more: object) -> list[str]:
    with pytest.raises(InputError) as refused:
        load_worlds(folder, policies, **more)
    return list(refused.value.problems)


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A folder with two different policies of one name."""
    write(tmp_path / "low" / "patrols.yaml", to=1.2, cost_eur_million=10)
    write(tmp_path / "high" / "patrols.yaml", to=2.0, cost_eur_million=80)
    return tmp_path


APART = {"low": ["low/patrols.yaml"], "high": ["high/patrols.yaml"]}


def test_policies_of_one_name_in_two_worlds_are_kept_apart(two: Path) -> None:
    experiment = load_worlds(two, APART)
    assert [m.name for policy in experiment.policies.values() for m in policy.measures] == [
        "low/patrols",
        "high/patrols",
    ]
    costs = costs_of(experiment)
    assert (costs["low"].known, costs["high"].known) == (10.0, 80.0)
    files = experiment.policy_files
    assert {name: file["file"] for name, file in files.items()} == {
        "low/patrols": "low/patrols.yaml",
        "high/patrols": "high/patrols.yaml",
    }
    assert files["low/patrols"]["sha256"] != files["high/patrols"]["sha256"]


def test_each_has_a_world_of_its_own_in_a_comparison(two: Path) -> None:
    both = load_worlds(two, {}, measures=["low/patrols.yaml", "high/patrols.yaml"])
    alone = worlds.each_alone(both)
    assert list(alone.file.worlds) == ["none", "only_low.patrols", "only_high.patrols"]
    assert [policy.measures[0].changes[0].to for policy in list(alone.policies.values())[1:]] == [1.2, 2.0]


@pytest.mark.slow
def test_a_case_keeps_the_text_of_its_own_policy(two: Path) -> None:
    assert ended("run", write_experiment(two, APART), "--out", two / "out", "--jobs", 1) == 0
    costs = {}
    for path in (two / "out" / "cases").glob("*.nc"):
        _, attributes = read_netcdf(path)
        kept = json.loads(attributes["policy_files"]).values()
        costs[attributes["world"]] = [each["cost_eur_million"] for each in kept]
    assert costs == {"low": [10.0], "high": [80.0], "none": []}
    manifest = json.loads((two / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["configuration"]["policy_files"]) == {"low/patrols", "high/patrols"}


def test_different_policies_of_one_name_in_one_world_are_refused(two: Path) -> None:
    (problem,) = problems_of(two, {"both": ["low/patrols.yaml", "high/patrols.yaml"]})
    assert "x.yaml, line 1, worlds.both.policies: low/patrols.yaml and high/patrols.yaml differ and have one" in problem


def test_copies_of_one_policy_are_one_measure_with_its_plain_name(two: Path) -> None:
    shutil.copy(two / "low" / "patrols.yaml", two / "high" / "patrols.yaml")
    experiment = load_worlds(two, {**APART, "both": ["low/patrols.yaml", "high/patrols.yaml"]})
    assert [[m.name for m in policy.measures] for policy in experiment.policies.values()] == [*[["patrols"]] * 3, []]


def test_packages_of_one_name_share_the_costs_of_their_own_members(tmp_path: Path) -> None:
    for folder, cost in (("low", 10), ("high", 80)):
        write(tmp_path / folder / "patrols.yaml", to=1.0 + cost / 100)
        text = f"title: p\nreference: r\ncost_eur_million: {cost}\nincludes: [patrols.yaml]\n"
        (tmp_path / folder / "package.yaml").write_text(text, encoding="utf-8")
    experiment = load_worlds(tmp_path, {"low": ["low/package.yaml"], "high": ["high/package.yaml"]})
    costs = costs_of(experiment)
    assert (costs["low"].known, costs["high"].known) == (10.0, 80.0)
    assert experiment.policy_files["high/package"]["includes"] == ["high/patrols"]


def test_names_of_shipped_policies_stay() -> None:
    experiment = load(CONFIGS / "joint_statement.yaml")
    names = [m.name for m in experiment.policies["as_it_happened"].measures]
    assert names[:2] == ["patrols", "surveillance"]
    assert {file["file"] for file in experiment.policy_files.values()} == {
        f"shipped/{name}.yaml" for name in experiment.policy_files
    }
    assert [text for text in experiment.notes if "posterior.csv" not in text] == []


def test_check_shows_a_policy_that_replaces_a_shipped_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "policies" / "patrols.yaml", to=1.1)
    assert ended("check", write_experiment(tmp_path, {"package": ["joint_statement"]})) == 0
    said = capsys.readouterr().out
    assert "policies/patrols.yaml replaces the shipped policy 'patrols', also inside joint_statement" in said
    assert "policy patrols: policies/patrols.yaml, cost not known, sha256 " in said
    shutil.copy(POLICIES / "patrols.yaml", tmp_path / "policies" / "patrols.yaml")
    assert "replaces" not in " ".join(load(tmp_path / "x.yaml").notes)


@pytest.mark.parametrize(
    ("policy", "note"),
    [
        (
            "late: {patrol_officers: [{from: 2024-06-10, to: 1.1}]}",
            "as the run ends on 2022-08-31: late (from 2024-06-10)",
        ),
        ("ramp: {patrol_officers: [{from: 2022-08-31, over_days: 9, to: 2}]}", "ramp (patrol_officers 1)"),
        ("base: {detention: [{from: 2022-06-10, to: 1.0}]}", "as levers stay at their baseline from 2022-06-01"),
        ("over: {hit_largest: [{from: 2022-01-01, to: 1}, {from: 2022-01-02, to: 0}]}", "over (hit_largest 0)"),
        ("meets: {committee_interval: [{from: 2022-06-10, to: 2}]}", "as this run has nothing that they move: meets"),
    ],
)
def test_a_policy_that_cannot_act_is_noted(tmp_path: Path, policy: str, note: str) -> None:
    name, _, levers = policy.partition(": ")
    (tmp_path / f"{name}.yaml").write_text(f"title: t\nreference: r\nlevers: {levers}\n", encoding="utf-8")
    (found,) = load_worlds(tmp_path, {"w": [f"{name}.yaml"]}).notes
    assert found.startswith("world w: cannot act, ") and note in found


@pytest.mark.parametrize(
    "levers",
    [
        "{patrol_officers: [{from: 2022-08-31, to: 1.1}]}",
        "{hit_largest: [{from: 2022-06-10, to: 1}, {from: 2022-06-11, to: 0}]}",
        "{patrol_officers: [{from: 2022-01-01, over_days: 3000, to: 2}]}",
        "{committee_share: [{from: 2022-06-10, to: 0.1}], committee_interval: [{from: 2022-06-10, to: 2}]}",
    ],
)
def test_a_policy_that_acts_on_a_day_is_not(tmp_path: Path, levers: str) -> None:
    (tmp_path / "mine.yaml").write_text(f"title: t\nreference: r\nlevers: {levers}\n", encoding="utf-8")
    assert load_worlds(tmp_path, {"w": ["mine.yaml"]}).notes == ()


@pytest.mark.slow
def test_an_effect_of_exactly_zero_has_a_note(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "late.yaml", start="2024-06-10")
    write(tmp_path / "early.yaml", to=3.0)
    path = write_experiment(tmp_path, {"late": ["late.yaml"], "early": ["early.yaml"]})
    assert ended("run", path, "--out", tmp_path / "out", "--jobs", 1) == 0
    effects = pd.read_csv(tmp_path / "out" / "effects.csv")
    late = effects[effects.world == "late"]
    words = "every seed is equal to that of the baseline; cannot act within the run: late"
    assert set(late.note) == {words} and not late["mean"].fillna(0.0).any()
    assert f"late: {words}" in " ".join(capsys.readouterr().out.split())


def test_southern_places_of_a_map_that_no_policy_opens_are_noted(tmp_path: Path) -> None:
    text = (DATA / "places.csv").read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("nice,")]
    cells = line.split(",")
    cells[8] = "60"
    (tmp_path / "places.csv").write_text(text.replace(line, ",".join(cells)), encoding="utf-8")
    (note,) = load_worlds(tmp_path, {}, places="places.csv").notes
    assert note.startswith("reception_places of nice 60 are not read")
    design = {"kind": "grid", "levers": {"reception_south": [0, 500]}}
    (held,) = load_worlds(tmp_path, {}, places="places.csv", design=design).notes
    assert held.startswith("design: points hold reception_south at 0 to 500 over the whole run")


def test_policies_of_a_world_that_together_pass_the_bounds_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "more.yaml", to=3.0, start="2022-12-01")
    (problem,) = problems_of(tmp_path, {"w": ["patrols", "more.yaml"]}, until="2023-12-31")
    assert "worlds.w.policies: patrols and more: patrol_officers is 4.2 on 2023-04-13" in problem
    assert "allowed: 0 to 3 (factor)" in problem
    assert load_worlds(tmp_path, {"w": ["patrols"]}, measures=["more.yaml"]).further[0].name == "more"


def test_levers_of_a_design_that_pass_the_bounds_with_a_world_are_refused(tmp_path: Path) -> None:
    design = {"kind": "grid", "levers": {"patrol_officers": [1.0, 2.0, 2.5]}}
    (problem,) = problems_of(tmp_path, {"w": ["patrols"]}, design=design, until="2023-12-31")
    assert (
        "design.levers.patrol_officers: 2.5 in world w: patrols and levers_of_design: patrol_officers is 3.5" in problem
    )


def test_the_table_of_levers_has_a_row_for_each_change_in_natural_units(tmp_path: Path) -> None:
    write(tmp_path / "a.yaml", start="2022-06-10", over=20, to=1.2)
    write(tmp_path / "b.yaml", start="2022-07-10", to=2.0)
    places = {"reception_south": [{"from": "2022-07-01", "to": 500}]}
    text = json.dumps({"title": "c", "reference": "r", "levers": places}).replace('"2022-07-01"', "2022-07-01")
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    table = lever_table(load_worlds(tmp_path, {"w": ["a.yaml", "b.yaml", "c.yaml"]})).frame
    columns = ["world", "lever", "from", "setting", "value", "without", "unit", "then"]
    assert table[columns].to_numpy().tolist() == [
        ["w", "patrol_officers", "2022-06-01", 1.0, 600.0, 600.0, "officers", "stays"],
        ["w", "patrol_officers", "2022-06-10", 1.0, 600.0, 600.0, "officers", "moves"],
        ["w", "patrol_officers", "2022-06-30", 1.2, 720.0, 600.0, "officers", "stays"],
        ["w", "patrol_officers", "2022-07-10", 2.4, 1440.0, 600.0, "officers", "stays"],
        ["w", "reception_south", "2022-06-01", 0.0, 0.0, 0.0, "places", "stays"],
        ["w", "reception_south", "2022-07-01", 500.0, 500.0, 0.0, "places", "stays"],
    ]


def test_levers_follow_the_outside_history() -> None:
    table = lever_table(load(CONFIGS / "joint_statement.yaml")).frame
    officers = table[table.lever == "patrol_officers"].set_index("from").value
    assert (officers["2018-01-01"], officers["2022-11-14"]) == (22.0, 600.0)
    assert officers["2023-04-13"] == pytest.approx(799.4) and officers["2024-07-01"] == pytest.approx(999.6)


def test_lists_of_levers_have_natural_baselines(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("list", "levers", "--csv") == 0
    table = pd.read_csv(pd.io.common.StringIO(capsys.readouterr().out)).set_index("name")
    assert tuple(table.loc["patrol_officers", ["natural_baseline", "natural_unit"]]) == ("22 to 714", "officers")
    assert tuple(table.loc["alert_time", ["natural_baseline", "natural_unit"]]) == ("15", "minutes")


def test_shipped_files_are_called_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert called(POLICIES / "patrols.yaml") == "the shipped policy 'patrols' (corridor list policies)"
    assert called(tmp_path / "low" / "x.yaml") == str(Path("low", "x.yaml"))
    for arguments in (
        ("attribute", "quick", "--world", "without_statement"),
        ("compare", "reception_patrol_interception"),
        ("run", "quick", "--set", "scale=many"),
        ("calibrate", "quick"),
    ):
        assert ended(*arguments) == 2
        assert str(CONFIGS) not in capsys.readouterr().err
