"""Bundles of cases: which cases run side by side, and that each gives what it gives alone."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.experiments.config.cases import Case, Point
from corridor.experiments.config.experiment import MOST_REPLICATES_TOGETHER
from corridor.experiments.config.loading import load
from corridor.experiments.config.settings import Setting
from corridor.experiments.execution.cases import case, provenance
from corridor.experiments.execution.cases.case import Definition, run_definition, run_together
from corridor.experiments.execution.processes import grouping, worker
from corridor.experiments.execution.processes.backends import LocalProcesses
from corridor.experiments.execution.processes.grouping import Sharing, group_cases
from corridor.experiments.execution.run import plan_of
from corridor.model import Policy
from corridor.model.inputs.data_files import DATA
from corridor.results.store import case_file
from tests.support.batches import cases, content_digest, ended, write_experiment

TIMED = {"finished", "seconds", "attributes_sha256"}  # attributes of a case that hold when it ran, and their hash

FIRST, END = date(2022, 1, 1), date(2022, 12, 31)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the small experiment, which is also the current directory."""
    write_experiment(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shared(policies: dict[str, Policy] | None = None, agents: int = 1) -> Sharing:
    """What cases of worlds with these policies need; worlds without one share nothing."""
    known = policies or {}
    return Sharing(FIRST, END, lambda c: known.get(c.world, Policy()), lambda c: c.world in known or c.world, agents)


def grouped(cases: dict[Any, Case], together: int, workers: int, sharing: Sharing | None = None) -> list[list[Any]]:
    return [bundle.keys for bundle in group_cases(cases, sharing or shared(), together, workers)]


def of_points(number: int, world: str = "a", seeds: int = 1) -> dict[str, Case]:
    return {f"{world}{k}": Case(world, tuple(range(seeds)), Point(k)) for k in range(1, number + 1)}


def test_cases_fill_bundles_and_leave_no_worker_idle() -> None:
    sixteen = of_points(16)
    assert [len(bundle) for bundle in grouped(sixteen, 32, 1)] == [16]
    assert [len(bundle) for bundle in grouped(sixteen, 32, 2)] == [8, 8]
    assert [len(bundle) for bundle in grouped(of_points(66), 32, 2)] == [17, 17, 17, 15]
    assert [len(bundle) for bundle in grouped(of_points(2, seeds=4), 4, 2)] == [1, 1]
    assert [len(bundle) for bundle in grouped(of_points(2, seeds=8), 4, 1)] == [1, 1]
    assert grouped({}, 32, 2) == []


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 40), st.integers(1, 5), st.integers(1, 5))
def test_every_case_is_in_one_bundle(a: int, b: int, together: int, workers: int, seeds: int) -> None:
    every = of_points(a, seeds=seeds) | of_points(b, "b", seeds)
    found = grouped(every, together, workers)
    assert [key for bundle in found for key in bundle] == list(every)
    assert all(len({key[0] for key in bundle}) == 1 for bundle in found)
    assert all(len(bundle) * seeds <= together or len(bundle) == 1 for bundle in found)


def test_points_with_other_levers_run_apart() -> None:
    points = [
        Point(1, levers={"patrol_officers": 1.0}),
        Point(2, levers={"patrol_officers": 1.0}),
        Point(3, levers={"patrol_officers": 2.0}),
    ]
    apart = Sharing(FIRST, END, lambda c: c.point.policy(Policy(), FIRST), lambda c: c.world, 1)
    assert grouped({p.number: Case("a", (1,), p) for p in points}, 32, 1, apart) == [[1], [3], [2]]


def test_cases_of_a_bundle_give_what_they_give_alone(folder: Path) -> None:
    experiment = load(Path("x.yaml"), [Setting("--set", "design.points", "4")])
    inputs = provenance.inputs_of(experiment)
    own = [each.case for each in plan_of(experiment) if each.case.world == "with_patrols"]
    own[1] = Case(own[1].world, (7, 1, 3), own[1].point)
    definitions = [provenance.definition_of(experiment, each, inputs) for each in own]
    for definition, each, records in zip(
        definitions, own, run_together(definitions, [each.seeds for each in own]), strict=True
    ):
        alone = run_definition(definition, each.seeds)
        assert records.seeds == alone.seeds == each.seeds
        assert all(np.array_equal(values, records.daily[name]) for name, values in alone.daily.items())
        assert all(np.array_equal(b.values, records.yearly[name].values) for name, b in alone.yearly.items())


def test_cases_that_differ_in_more_than_parameters_are_not_run_together(folder: Path) -> None:
    experiment = load(Path("x.yaml"))
    inputs = provenance.inputs_of(experiment)
    worlds = [provenance.definition_of(experiment, Case(world, (1,)), inputs) for world in experiment.file.worlds]
    longer = Definition(worlds[1].canonical.replace("2022-06-20", "2022-06-21"), worlds[1].inputs)
    for definitions, seeds in (([worlds[0], longer], [(1,), (1,)]), (worlds, [(1,), (2,)])):
        with pytest.raises(ValueError, match="may differ in policies, parameters and seeds alone"):
            run_together(definitions, seeds)


@pytest.mark.slow
def test_a_batch_has_the_same_files_with_and_without_bundles(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right, sizes = worker.run_cases, []

    def counting(tasks, *more):
        sizes.append(len(tasks))
        return right(tasks, *more)

    def here(self, calls):
        for call in calls:
            yield from counting(*call)

    monkeypatch.setattr(LocalProcesses, "run", here)
    assert ended("run", "x.yaml", "--out", "together", "--jobs", "1") == 0
    assert sizes == [4]
    monkeypatch.setattr("corridor.experiments.config.experiment.MOST_REPLICATES_TOGETHER", 2)
    monkeypatch.setattr(grouping, "MOST_POLICIES", 1)
    assert ended("run", "x.yaml", "--out", "apart", "--jobs", "1") == 0
    assert sizes[1:] == [1, 1, 1, 1]
    assert content_digest(folder / "together") == content_digest(folder / "apart")
    assert [path.name for path in cases(folder / "together")] == [path.name for path in cases(folder / "apart")]
    for one, other in zip(cases(folder / "together"), cases(folder / "apart"), strict=True):
        first, second = (case_file.read_netcdf(path)[1] for path in (one, other))
        differ = {name for name in first if first[name] != second[name]}
        assert differ <= TIMED


def test_one_bad_case_costs_the_others_of_its_bundle_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ended("run", "x.yaml", "--out", "right", "--jobs", "1") == 0
    bad = load(Path("x.yaml")).points[1].parameters["p_retry"]
    right = case.simulate_worlds

    def sometimes(params, *more, **others):
        if any(each.p_retry == bad for each in (params if isinstance(params, list) else [params])):
            raise ZeroDivisionError("no boats at all")
        return right(params, *more, **others)

    monkeypatch.setattr(case, "simulate_worlds", sometimes)
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 1
    records = [json.loads(path.read_text(encoding="utf-8")) for path in (folder / "out" / "failures").iterdir()]
    assert {record["point"] for record in records} == {2} and len(records) == 2
    done, right_ones = ({path.name for path in cases(folder / out)} for out in ("out", "right"))
    assert len(done) == 2 and done < right_ones


def test_many_agents_run_side_by_side_no_more_than_fit(folder: Path) -> None:
    whole = [Setting("--set", "start", "2018-01-01"), Setting("--set", "end", "2025-12-31")]
    togethers = [
        load(Path("x.yaml"), [*whole, Setting("--scale", "scale", s)]).max_replicates_per_simulation
        for s in ("0.2", "1", "50")
    ]
    assert togethers == [1, 4, MOST_REPLICATES_TOGETHER]


@pytest.mark.slow
def test_groups_of_the_users_own_are_part_of_the_identity(folder: Path) -> None:
    (folder / "mine.csv").write_text((DATA / "groups.csv").read_text(encoding="utf-8"), encoding="utf-8")
    plain, own = load(Path("x.yaml")), load(Path("x.yaml"), [Setting("--set", "groups", "mine.csv")])
    hashed = [
        provenance.definition_of(each, each.cases()[0], provenance.inputs_of(each)).configuration["data_sha256"]
        for each in (plain, own)
    ]
    assert [sorted(each) for each in hashed] == [["shipped"], ["groups", "shipped"]]
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1", "--set", "groups=mine.csv") == 0
    (folder / "mine.csv").unlink()
    assert ended("reproduce", cases(folder / "out")[0]) == 0
