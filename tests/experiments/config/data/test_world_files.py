"""Worlds with data files of their own: what they run with, what is refused, and how they are compared."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor.experiments.analyses.levers import ON_DEMAND, ON_NUMBER, entry_files
from corridor.experiments.analyses.overview import Overview, data_files_table
from corridor.experiments.config.loading import load
from corridor.experiments.execution.analysis import StoredCases
from corridor.experiments.execution.cases import provenance
from corridor.experiments.execution.processes.grouping import group_cases
from corridor.experiments.execution.run import plan_of, sharing_of
from corridor.model.inputs.data_files import DATA
from corridor.results.plots.stored import ResultFolder
from corridor.results.store.run_folder import open_run
from corridor.results.store.yearly import WHOLE
from tests.support.batches import ended

SMALL = Path(__file__).parents[3] / "data"
TEXT = """\
title: Arrivals and maps
start: 2022-10-01
end: 2022-10-31
scale: 500
seeds: 2
worlds:
  mapped: {title: A small map, policies: [], places: places.csv, legs: legs.csv, entries: small.csv}
  high: {title: Twice the entries, policies: [], entries: high.csv}
  patrolled: {title: More patrols, policies: [patrols]}
  shipped: {title: As shipped, policies: []}
baseline: shipped
past: none
"""
PATROLS = "title: More officers\nreference: x\nlevers: {patrol_officers: [{from: 2022-10-02, to: 2.5}]}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an experiment whose worlds differ in entries and maps."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "patrols.yaml").write_text(PATROLS, encoding="utf-8")
    (tmp_path / "x.yaml").write_text(TEXT, encoding="utf-8")
    for name, source in (("places", "small_places"), ("legs", "small_legs"), ("small", "small_entries")):
        (tmp_path / f"{name}.csv").write_text((SMALL / f"{source}.csv").read_text(encoding="utf-8"), encoding="utf-8")
    entries = pd.read_csv(DATA / "entries.csv", dtype={"month": str})
    entries.assign(people=2 * entries.people).to_csv(tmp_path / "high.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def identities(text: str) -> dict[str, str]:
    """World -> the identity of its cases."""
    Path("y.yaml").write_text(text, encoding="utf-8")
    return {each.case.world: each.identity for each in plan_of(load(Path("y.yaml")))}


def test_files_of_the_whole_experiment_are_in_the_table_of_data_files(folder: Path) -> None:
    own = "places: places.csv\nlegs: legs.csv\nentries: small.csv\nsea: sampled\n"
    world = "worlds: {plain: {title: Plain, policies: []}}\nbaseline: plain\npast: none\n"
    Path("y.yaml").write_text(TEXT.split("worlds:")[0] + world + own, encoding="utf-8")
    found = data_files_table(load(Path("y.yaml")))["data_files"].frame
    assert dict(zip(found.key, found.file, strict=True)) == {
        "places": "places.csv",
        "legs": "legs.csv",
        "entries": "small.csv",
        "sea": "sampled",
    }
    Path("y.yaml").write_text(TEXT.split("worlds:")[0] + world + "sea: sampled\n", encoding="utf-8")
    assert data_files_table(load(Path("y.yaml"))) == {}


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_network_of_another_coast_is_not_compared_with_the_record_of_the_channel(
    folder: Path, capsys: pytest.CaptureFixture[str], elsewhere: bool
) -> None:
    for name in ("places", "legs") if elsewhere else ():
        path = folder / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("sector_", "beach_"), encoding="utf-8")
    worlds = "worlds: {plain: {title: Plain, policies: []}}\nbaseline: plain\npast: none\n"
    own = "places: places.csv\nlegs: legs.csv\nentries: small.csv\n"
    Path("y.yaml").write_text(TEXT.split("worlds:")[0] + worlds + own, encoding="utf-8")
    assert ended("run", "y.yaml", "--out", "out", "--jobs", "1", "--quiet") == 0
    assert ("the model is not validated on this network" in " ".join(capsys.readouterr().err.split())) == elsewhere
    figures = Overview(load(Path("y.yaml"))).results(StoredCases(load(Path("y.yaml")), Path("out"))).figures
    assert figures["monthly"].args[2].empty == elsewhere  # type: ignore[attr-defined]
    assert ResultFolder("out").monthly_record.empty == elsewhere


@pytest.mark.slow
def test_a_world_is_the_same_case_as_a_file_with_its_data(folder: Path) -> None:
    several = identities(TEXT)
    assert len(set(several.values())) == 4
    without = TEXT.replace(", entries: high.csv", "").replace(", places: places.csv, legs: legs.csv", "")
    plain = identities(without.replace(", entries: small.csv", ""))
    assert plain["mapped"] == plain["high"] == plain["shipped"] == several["shipped"]
    assert several["patrolled"] == plain["patrolled"]
    whole = TEXT.replace(", entries: high.csv", "").replace("baseline: shipped", "baseline: shipped\nentries: high.csv")
    assert identities(whole)["high"] == identities(whole)["shipped"] == several["high"]
    assert identities(whole)["mapped"] == several["mapped"]  # its own files take the place of those of the file


def test_worlds_are_run_apart_each_with_its_own_files(folder: Path) -> None:
    experiment = load(Path("x.yaml"))
    cases = dict(enumerate(experiment.cases()))
    for bundle in group_cases(cases, sharing_of(experiment), 64, 1):
        worlds = {cases[key].world for key in bundle.keys}
        assert len(worlds) == 1 or worlds == {"patrolled", "shipped"}
    inputs = provenance.inputs_of(experiment)
    assert {world: sorted(texts) for world, texts in inputs.items()} == {
        "mapped": ["entries", "legs", "places"],
        "high": ["entries"],
        "patrolled": [],
        "shipped": [],
    }
    assert experiment.geography_of("mapped").places != experiment.geography_of("high").places


@pytest.mark.slow
def test_a_run_compares_worlds_that_differ_in_their_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 0
    said = capsys.readouterr().out
    assert "high: entries high.csv" in said and "mapped: places places.csv, legs legs.csv, entries small.csv" in said
    dataset = open_run(Path("out"))
    entered = dataset.entries_by_entry_point.sum(["year", "entry_point"]).mean("seed")
    assert float(entered.sel(world="high")) == pytest.approx(2 * float(entered.sel(world="shipped")), rel=0.1)
    flows = dataset.leg_flows.sum("year").mean("seed")
    small, shipped = (load(Path("x.yaml")).geography_of(world) for world in ("mapped", "shipped"))
    assert flows.sizes["leg"] > len(shipped.origin) and np.isfinite(flows.values).all()
    assert (flows.sel(world="mapped").values[len(small.origin) :] == 0).all()
    drawn_on = {world: ResultFolder("out").geography(world).places for world in ("mapped", "shipped")}
    assert drawn_on == {"mapped": small.places, "shipped": shipped.places}
    for world in ("mapped", "shipped"):
        Path("z.yaml").write_text(alone(world), encoding="utf-8")
        assert ended("run", "z.yaml", "--out", f"alone_{world}", "--jobs", "1") == 0
        by_itself = open_run(Path(f"alone_{world}")).leg_flows.sum(["seed", "year"]).values.ravel()
        here = dataset.leg_flows.sel(world=world).sum(["seed", "year"])
        assert sorted(by_itself[by_itself > 0]) == sorted(here.values[here.values > 0])
    effects = pd.read_csv("out/effects.csv")
    imposed = effects[effects.imposed.notna()].groupby("world")
    assert imposed.imposed.unique().map(list).to_dict()["high"] == ["high.csv"]
    assert set(imposed.indicator.unique()["high"]) == {"entered_people", "landed_people"}
    notes = effects.groupby("world").note.first()
    assert notes["high"] == "entries are set by high.csv; effects that follow from them are imposed, too"
    assert pd.isna(notes["patrolled"])
    more = effects[(effects.world == "high") & (effects.period == WHOLE)].set_index("indicator")
    assert set(effects.world) == {"mapped", "high", "patrolled"} and more["mean"].notna().any()
    files = pd.read_csv("out/data_files.csv")
    assert files[files.world == "high"].set_index("key").file.to_dict() == {
        "places": "shipped",
        "legs": "shipped",
        "entries": "high.csv",
    }
    manifest = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["worlds_inputs_sha256"]["high"]) == {"shipped", "entries"}
    assert len(list(Path("out/figures").glob("*.png"))) == 3


def alone(world: str) -> str:
    """The experiment with one of its worlds."""
    lines = TEXT.splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("  ") or line.startswith(f"  {world}:")]
    return "".join(kept).replace("baseline: shipped", f"baseline: {world}")


@pytest.mark.slow
def test_conditions_that_act_on_entries_set_them_and_others_do_not(folder: Path) -> None:
    rows = {"war.csv": "entries_libya_west,2", "seas.csv": "usable_window,0.5", "wish.csv": "demand_uk,2"}
    for name, row in rows.items():
        Path(name).write_text(f"date,name,value\n2022-10-05,{row}\n", encoding="utf-8")
    worlds = "".join(f"  {name[:-4]}: {{title: T, policies: [], conditions: {name}}}\n" for name in rows)
    Path("z.yaml").write_text(TEXT.split("  mapped:")[0] + worlds + TEXT[TEXT.index("  shipped:") :], encoding="utf-8")
    experiment = load(Path("z.yaml"))
    found = {
        world: [entry_files(world, experiment, names) for names in (ON_NUMBER, ON_DEMAND)]
        for world in ("war", "wish", "seas", "shipped")
    }
    assert found == {
        "war": [["war.csv"], ["war.csv"]],
        "wish": [[], ["wish.csv"]],  # as many enter, and more of them are bound for the United Kingdom
        "seas": [[], []],
        "shipped": [[], []],
    }


def test_measures_alone_run_with_the_files_of_the_baseline(folder: Path) -> None:
    Path("x.yaml").write_text(TEXT.replace("baseline: shipped", "baseline: high"), encoding="utf-8")
    assert ended("compare", "x.yaml", "--each-measure", "--out", "out", "--jobs", "1") == 0
    files = pd.read_csv("out/data_files.csv").pivot(index="world", columns="key", values="file").entries
    assert files.to_dict() == {
        "mapped": "small.csv",
        "high": "high.csv",
        "patrolled": "shipped",
        "shipped": "shipped",
        "only_patrols": "high.csv",
    }
    assert len(list(Path("out/figures").glob("*.png"))) == 4


def test_a_dose_is_set_on_the_data_of_its_world(folder: Path) -> None:
    asked = ("--lever", "patrol_officers", "--values", "2", "--world", "high", "--out", "out", "--jobs", "1")
    assert ended("dose", "x.yaml", *asked) == 0
    assert set(pd.read_csv("out/data_files.csv").file) == {"high.csv"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "entries: high.csv",
            "entries: nowhere.csv",
            "line 8, worlds.high.entries: 'nowhere.csv' does not exist; allowed: a CSV file",
        ),
        ("entries: high.csv", "entries: bad.csv", "line 8, worlds.high.entries: bad.csv, row 2"),
        ("entries: high.csv", "entires: high.csv", "line 8, worlds.high.entires"),
        (", entries: small.csv", "", "line 7, worlds.mapped.places: lacks"),
        ("start: 2022-10-01", "start: 2017-10-01", "is outside of the shipped entries of patrolled, shipped"),
        ("policies: []}\nbaseline", "policies: [], entries: high.csv}\nbaseline", None),
    ],
)
def test_what_is_wrong_with_a_world_s_files_names_the_world(
    folder: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, expected: str | None
) -> None:
    Path("bad.csv").write_text("month,place,group,people\n2022-10,nowhere,iran,3\n", encoding="utf-8")
    assert old in TEXT
    Path("x.yaml").write_text(TEXT.replace(old, new), encoding="utf-8")
    assert ended("check", "x.yaml") == (2 if expected else 0)
    if expected:
        assert expected in capsys.readouterr().err


def test_a_file_that_no_world_uses_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("x.yaml").write_text(alone("high") + "entries: high.csv\n", encoding="utf-8")
    assert ended("check", "x.yaml") == 2
    assert "entries: is not used, as every world names a file of its own" in capsys.readouterr().err
