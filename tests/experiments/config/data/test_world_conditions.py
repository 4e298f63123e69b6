"""Worlds with conditions of the time of their own: what they run with, what they share, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor.experiments.analyses.worlds import each_alone
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.loading import load
from corridor.experiments.execution.cases import provenance
from corridor.experiments.execution.processes.grouping import group_cases
from corridor.experiments.execution.run import plan_of, sharing_of
from corridor.model.engine.errors import InputError
from corridor.results.store.run_folder import open_run
from tests.support.batches import ended

HEAD = """\
title: Wars
start: 2022-06-01
end: 2022-06-20
past: none
scale: 300
seeds: 2
"""
WORLDS = """\
worlds:
  war: {title: A war, policies: [], conditions: war.csv}
  same_war: {title: The same war with patrols, policies: [patrols], conditions: ./war.csv}
  calm: {title: Nothing, policies: []}
  supply: {title: Fewer boats, policies: [], conditions: supply.csv}
baseline: calm
"""
ALONE = "worlds: {WORLD: {title: Alone, policies: []}}\nbaseline: WORLD\n"
WAR = "date,name,value\n2022-06-05,entries_air,3\n2022-06-02,demand_uk,2\n"
SUPPLY = "date,name,value\n2022-06-05,boat_supply,0.5\n"
PATROLS = "title: More officers\nreference: x\nlevers: {patrol_officers: [{from: 2022-06-10, to: 2.5}]}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with conditions and a policy, which is also the current directory."""
    (tmp_path / "policies").mkdir()
    for name, text in {"war.csv": WAR, "supply.csv": SUPPLY, "policies/patrols.yaml": PATROLS}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def loaded(text: str, name: str = "x.yaml") -> Experiment:
    Path(name).write_text(text, encoding="utf-8")
    return load(Path(name))


def identities(text: str) -> dict[str, str]:
    """World -> the identity of its cases."""
    return {each.case.world: each.identity for each in plan_of(loaded(text))}


def test_a_world_with_conditions_is_the_same_case_as_a_file_with_them() -> None:
    here = identities(HEAD + WORLDS)
    assert len(set(here.values())) == 4
    plain = HEAD + ALONE.replace("WORLD", "w")
    assert here["calm"] == identities(plain)["w"]
    assert here["war"] == identities(plain + "conditions: war.csv\n")["w"]
    assert here["supply"] == identities(plain + "conditions: supply.csv\n")["w"]
    both = identities(HEAD + WORLDS + "conditions: supply.csv\n")  # of all worlds that name none
    assert both["calm"] == both["supply"] == here["supply"] and both["war"] == here["war"]


@pytest.mark.slow
def test_the_results_of_such_a_world_are_those_of_the_file_bit_for_bit() -> None:
    Path("x.yaml").write_text(HEAD + WORLDS, encoding="utf-8")
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1", "--quiet") == 0
    several = open_run(Path("out"))
    for world, conditions in (("war", "war.csv"), ("supply", "supply.csv"), ("calm", "")):
        text = HEAD + ALONE.replace("WORLD", world) + (f"conditions: {conditions}\n" if conditions else "")
        Path("y.yaml").write_text(text, encoding="utf-8")
        assert ended("run", "y.yaml", "--out", f"alone_{world}", "--jobs", "1", "--quiet") == 0
        alone = open_run(Path(f"alone_{world}"))
        for name in alone.data_vars:
            here, there = (each.sel(world=world)[name].to_numpy() for each in (several, alone))
            assert np.array_equal(here, there, equal_nan=True), (world, name)
    entered = several.entered_people.sel(world="war").to_numpy() - several.entered_people.sel(world="calm").to_numpy()
    assert entered[:, 4:].sum() > 0 and not entered[:, :4].any()
    files = pd.read_csv("out/data_files.csv").pivot(index="world", columns="key", values="file").conditions
    assert files.to_dict() == {"war": "war.csv", "same_war": "./war.csv", "calm": "none", "supply": "supply.csv"}


def test_only_worlds_with_the_same_conditions_share_their_past() -> None:
    experiment = loaded(HEAD + WORLDS)
    cases = dict(enumerate(experiment.cases()))
    together = [
        {cases[key].world for key in bundle.keys} for bundle in group_cases(cases, sharing_of(experiment), 64, 1)
    ]
    assert sorted(map(sorted, together)) == [["calm"], ["same_war", "war"], ["supply"]]


def test_conditions_of_draws_multiply_those_of_the_world() -> None:
    Path("mine.csv").write_text("seed,p_retry\n7,0.8\n8,0.9\n", encoding="utf-8")
    Path("mine_conditions.csv").write_text(
        "date,name,value,draw\n2022-06-02,demand_uk,5,1\n2022-06-02,demand_uk,7,2\n", encoding="utf-8"
    )
    Path("file.csv").write_text("date,name,value\n2022-06-02,demand_uk,0.5\n", encoding="utf-8")
    experiment = loaded(HEAD + WORLDS + "parameters: mine.csv\nconditions: file.csv\n")
    inputs = provenance.inputs_of(experiment)
    found = {}
    for case in experiment.cases():
        rows = provenance.definition_of(experiment, case, inputs).configuration["conditions"]
        (found[case.world, case.point.parameters["p_retry"]],) = (v for _, name, v in rows if name == "demand_uk")
    assert found["war", 0.8] == 10.0 and found["war", 0.9] == 14.0  # in place of the file's 0.5
    assert found["calm", 0.8] == 2.5 and found["calm", 0.9] == 3.5
    assert found["supply", 0.8] == 5.0 and found["supply", 0.9] == 7.0


def test_measures_alone_have_the_conditions_of_the_baseline() -> None:
    experiment = each_alone(loaded((HEAD + WORLDS).replace("baseline: calm", "baseline: supply")))
    rows = {world: experiment.conditions_of(world).rows for world in experiment.file.worlds}
    assert rows["only_patrols"] == rows["supply"] != rows["same_war"] == rows["war"]
    assert rows["calm"] == ()
    assert experiment.file.worlds["only_patrols"].conditions == "supply.csv"


def test_a_world_alone_is_read_without_the_conditions_that_it_replaces() -> None:
    Path("x.yaml").write_text(HEAD + WORLDS + "conditions: supply.csv\n", encoding="utf-8")
    alone = load(Path("x.yaml"), only="war")
    assert alone.file.conditions is None and [name for _, name, _ in alone.conditions_of("war").rows] == [
        "demand_uk",
        "entries_air",
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("date,name,value\n2022-06-05,demand,3\n", "bad.csv, row 2, name: 'demand' is not a condition"),
        ("date,name,value\n2022-06-05,demand_uk,-1\n", "bad.csv, row 2, value: '-1' is not allowed"),
        ("date,name,value\n2022-06-05,entries_calais,2\n", "bad.csv, row 2, name: 'entries_calais' is of no entry"),
        ("date,name,value,draw\n2022-06-05,demand_uk,2,3\n", "bad.csv is given draw by draw; allowed for a world"),
        (None, "'bad.csv' does not exist; allowed: a CSV file"),
    ],
)
def test_what_is_wrong_with_them_names_the_line_of_the_world(rows: str | None, words: str) -> None:
    if rows is not None:
        Path("bad.csv").write_text(rows, encoding="utf-8")
    with pytest.raises(InputError) as error:
        loaded(HEAD + WORLDS.replace("supply.csv", "bad.csv"))
    assert error.value.problems[0].startswith(f"x.yaml, line 11, worlds.supply.conditions: {words}")
    assert len(error.value.problems) == 1


def test_conditions_that_no_world_uses_and_those_of_draws_beside_them_are_refused() -> None:
    only = HEAD + "worlds: {war: {title: A war, policies: [], conditions: war.csv}}\nbaseline: war\n"
    with pytest.raises(InputError, match=r"line 9, conditions: is not used, as every world names a file of its own"):
        loaded(only + "conditions: supply.csv\n")
    Path("mine.csv").write_text("seed,p_retry\n7,0.8\n8,0.9\n", encoding="utf-8")
    Path("by_draw.csv").write_text(
        "date,name,value,draw\n2022-06-02,demand_uk,5,1\n2022-06-02,demand_uk,7,2\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"line 8, worlds.war.conditions: those of the whole file are given draw by"):
        loaded(HEAD + WORLDS + "parameters: mine.csv\nconditions: by_draw.csv\n")


def test_a_mistake_of_the_whole_file_is_not_put_down_to_the_conditions_of_a_world() -> None:
    Path("entries.csv").write_text("month,place,group,people\n2022-06,nowhere,iran,3\n", encoding="utf-8")
    every = HEAD + "worlds: {war: {title: A war, policies: [], conditions: war.csv}}\nbaseline: war\n"
    with pytest.raises(InputError) as error:
        loaded(every + "entries: entries.csv\n")
    assert error.value.problems[0].startswith("entries.csv, row 2")
