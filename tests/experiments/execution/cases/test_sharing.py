"""Worlds that share their past: the tree of their days, the same files as when each runs alone, and no idle cores."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.experiments.config.cases import Case
from corridor.experiments.config.loading import load
from corridor.experiments.execution import run as execution
from corridor.experiments.execution.cases.sharing import Stretch, shared_past
from corridor.experiments.execution.errors import RunError
from corridor.experiments.execution.processes import grouping, worker
from corridor.experiments.execution.processes.backends import LocalProcesses
from corridor.experiments.execution.processes.grouping import Bundle, Sharing, group_cases
from corridor.experiments.execution.processes.parallel import Execution
from corridor.experiments.execution.processes.progress import Progress
from corridor.experiments.execution.run import ProgressCallbacks, estimate, plan_of, run_then
from corridor.model import Change, Measure, MigrationModel, Policy
from corridor.results.store import case_file
from tests.support.batches import cases, content_digest, write_experiment

TIMED = {"finished", "seconds", "attributes_sha256"}  # attributes of a case that hold when it ran, and their hash

FIRST, END = date(2022, 6, 1), date(2022, 6, 20)
EXPERIMENT = """\
title: Worlds that part one after another
start: 2022-06-05
end: 2022-06-20
past: none
scale: 1000
seeds: 3
worlds:
  nothing: {title: Nothing, policies: []}
  early: {title: Early, policies: [early.yaml]}
  late: {title: Late, policies: [late.yaml]}
  later: {title: 'Late, then more', policies: [late.yaml, later.yaml]}
  never: {title: After the end, policies: [never.yaml]}
baseline: nothing
"""
POLICIES = {
    "early": "patrol_officers: [{from: 2022-06-07, to: 2.5}]",
    "late": "patrol_officers: [{from: 2022-06-11, over_days: 4, to: 0.5}]",
    "later": "boats_through: [{from: 2022-06-17, to: 0.3}]",
    "never": "patrol_officers: [{from: 2022-07-07, to: 2.5}]",
}
DAYS = 2 + 14 + 5 + 9 + 5 + 4 + 4  # June 5-6 all; early to the 20th; 7-11 others; nothing and never; 12-16; 17-20 twice


def day(number: int) -> date:
    return FIRST + timedelta(days=number - 1)


def policy(**starts: int) -> Policy:
    moves = [Measure(name, "", (Change(name, day(number), 0, 0.5),)) for name, number in starts.items()]
    return Policy(tuple(moves))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the experiment and its policies, which is also the current directory."""
    write_experiment(tmp_path, EXPERIMENT)
    for name, levers in POLICIES.items():
        text = f"title: {name}\nreference: A test\nlevers: {{{levers}}}\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def stepped(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """Cases run in this process; the list fills with the days that are simulated."""
    days: list[date] = []
    right = MigrationModel.step

    def step(self: MigrationModel) -> None:
        days.append(self.date)
        right(self)

    def here(_: LocalProcesses, calls: Any) -> Iterator[Any]:
        for call in calls:
            outcomes = worker.run_cases(*call)
            assert isinstance(outcomes, list)
            yield from outcomes

    monkeypatch.setattr(MigrationModel, "step", step)
    monkeypatch.setattr(execution, "timing", lambda *_: 1.0)
    monkeypatch.setattr(LocalProcesses, "run", here)
    return days


def run(out: str, jobs: int = 1, dask: str | None = None) -> None:
    """Run the cases that a folder lacks, without tables and figures."""
    run_then(load(Path("x.yaml")), Path(out), Execution(jobs, dask), ProgressCallbacks(), lambda _: None)


def test_worlds_part_on_the_first_day_that_they_differ() -> None:
    policies = [policy(), policy(detention=5), policy(detention=5, lorry_access=9), policy(detention=9)]
    tree = shared_past(policies, FIRST, END)
    assert (tree.policies, tree.last, tree.all_days) == ((0, 1, 2, 3), day(4), 4 + (4 + 12 + 12) * 2)
    assert [(part.policies, part.first, part.last) for part in tree.parts] == [
        ((0, 3), day(5), day(8)),
        ((1, 2), day(5), day(8)),
    ]
    at_once = shared_past([policy(), policy(detention=1)], FIRST, END)
    assert (at_once.days, at_once.all_days) == (0, 40)
    alike = shared_past([policy(), policy(), policy(detention=30)], FIRST, END)
    assert (alike.policies, alike.parts, alike.all_days) == ((0, 1, 2), (), 20)


@given(st.lists(st.dictionaries(st.sampled_from(["detention", "lorry_access"]), st.integers(1, 25)), min_size=1))
def test_a_tree_holds_every_policy_to_the_end_and_few_copies(starts: list[dict[str, int]]) -> None:
    tree = shared_past([policy(**each) for each in starts], FIRST, END)

    def ends(part: Stretch) -> list[tuple[int, date]]:
        if not part.parts:
            return [(k, part.last) for k in part.policies]
        assert sorted(k for each in part.parts for k in each.policies) == sorted(part.policies)
        assert all(each.first == part.last + timedelta(days=1) for each in part.parts)
        return [end for each in part.parts for end in ends(each)]

    assert sorted(ends(tree)) == [(k, END) for k in range(len(starts))]
    assert tree.copies <= math.log2(len(starts)) and tree.all_days <= 20 * len(starts)


@pytest.mark.slow
def test_files_are_those_of_worlds_that_run_alone(
    folder: Path, stepped: list[date], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("shared")
    assert len(stepped) == DAYS
    stepped.clear()
    monkeypatch.setattr(grouping, "MOST_POLICIES", 1)
    run("alone")
    assert len(stepped) == 5 * 16
    assert content_digest(folder / "shared") == content_digest(folder / "alone")
    assert [path.name for path in cases(folder / "shared")] == [path.name for path in cases(folder / "alone")]
    for one, other in zip(cases(folder / "shared"), cases(folder / "alone"), strict=True):
        (values, attributes), (right, others) = (case_file.read_netcdf(path) for path in (one, other))
        assert {name for name in attributes if attributes[name] != others[name]} <= TIMED
        assert all(np.array_equal(values[name].values, right[name].values) for name in right)
    files = [case_file.read_netcdf(path)[0]["patrol_teams"].values for path in cases(folder / "shared")]
    assert len({each.tobytes() for each in files}) > 2  # the worlds did part


def test_no_more_copies_are_held_than_the_tree_says(
    folder: Path, stepped: list[date], monkeypatch: pytest.MonkeyPatch
) -> None:
    alive, most, right = [1], [1], MigrationModel.branch

    class Counted:
        def __del__(self) -> None:
            alive[0] -= 1

    def branch(self: MigrationModel, policy: Policy) -> MigrationModel:
        copy = right(self, policy)
        copy.counted = Counted()  # type: ignore[attr-defined]
        alive[0] += 1
        most[0] = max(most[0], alive[0])
        return copy

    monkeypatch.setattr(MigrationModel, "branch", branch)
    run("out")
    planned = load(Path("x.yaml"))
    tree = shared_past([planned.policies[world] for world in planned.file.worlds], date(2022, 6, 5), END)
    assert most[0] == 1 + tree.copies == 2


@pytest.mark.slow
def test_a_killed_family_keeps_its_stored_cases(
    folder: Path, stepped: list[date], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("whole")
    saved, right = [], case_file.save

    def killed(records: Any, path: Path, attributes: Any) -> Any:
        if len(saved) == 2:
            raise KeyboardInterrupt
        saved.append(path.name)
        return right(records, path, attributes)

    monkeypatch.setattr(worker.case_file, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        run("out")
    monkeypatch.setattr(worker.case_file, "save", right)
    before = {path: path.stat().st_mtime_ns for path in cases(folder / "out")}
    assert len(before) == 2
    stepped.clear()
    run("out")
    assert 16 < len(stepped) < DAYS
    assert all(path.stat().st_mtime_ns == when for path, when in before.items())
    assert content_digest(folder / "out") == content_digest(folder / "whole")
    stepped.clear()
    run("out")
    assert stepped == []


def test_a_process_that_is_lost_runs_what_it_stored_no_second_time(folder: Path, stepped: list[date]) -> None:
    calls: list[Any] = []
    right = worker.run_cases

    def twice(*call: Any) -> Any:
        calls.append(call)
        return right(*call)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "run_cases", twice)
        run("out")
    stepped.clear()
    again = worker.run_cases(*calls[0][:2], None, None)
    assert isinstance(again, list) and len(again) == 5 and stepped == []
    calls[0][0][0].path.unlink()
    again = worker.run_cases(*calls[0][:2], None, None)
    assert isinstance(again, list) and len(again) == 5 and len(stepped) == 16


@pytest.mark.slow
def test_one_bad_world_costs_the_others_nothing(
    folder: Path, stepped: list[date], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("right")
    right = MigrationModel.step

    def breaks(self: MigrationModel) -> None:
        if any(measure.name == "early" for measure in self.policy.measures) and self.date == day(18):
            raise ZeroDivisionError("no boats at all")
        right(self)

    monkeypatch.setattr(MigrationModel, "step", breaks)
    with pytest.raises(RunError, match="no boats at all"):
        run("out")
    (failure,) = (folder / "out" / "failures").iterdir()
    assert failure.name.startswith("early-") and len(cases(folder / "out")) == 4
    monkeypatch.setattr(MigrationModel, "step", right)
    run("out")
    assert content_digest(folder / "out") == content_digest(folder / "right")


def of_worlds(worlds: int, columns: int) -> dict[tuple[str, int], Case]:
    return {(f"w{w}", seed): Case(f"w{w}", (seed,)) for seed in range(columns) for w in range(worlds)}


def bundles_of(
    worlds: int, columns: int, workers: int, fork: int = 11, agents: int = 1, seeds: int = 1
) -> list[Bundle]:
    policies = {f"w{w}": policy(detention=fork + w) if w else policy() for w in range(worlds)}
    needs = Sharing(FIRST, END, lambda each: policies[each.world], lambda _: 0, agents)
    return group_cases(of_worlds(worlds, columns), needs, 64, workers)


def shape(bundles: list[Bundle]) -> list[tuple[int, int]]:
    """Worlds and columns of each bundle."""
    return [(len(each.keys) // each.columns, each.columns) for each in bundles]


def test_families_fill_all_workers() -> None:
    assert shape(bundles_of(4, 8, 1)) == [(4, 8)]
    assert shape(bundles_of(4, 8, 2)) == [(4, 4), (4, 4)]
    assert shape(bundles_of(4, 1, 2)) == [(2, 1), (2, 1)]
    assert shape(bundles_of(4, 1, 4)) == [(1, 1)] * 4
    assert shape(bundles_of(4, 1, 9)) == [(1, 1)] * 4
    assert shape(bundles_of(2, 128, 1)) == [(2, 64), (2, 64)]
    assert sum(each.days for each in bundles_of(4, 8, 1)) < sum(each.days for each in bundles_of(4, 1, 4)) * 8
    assert {key for each in bundles_of(4, 3, 2) for key in each.keys} == set(of_worlds(4, 3))
    assert shape(bundles_of(2, 3, 1, fork=0)) == [(1, 3), (1, 3)]  # nothing to share from the first day on


def test_copies_that_do_not_fit_are_not_held() -> None:
    assert shape(bundles_of(4, 1, 1)) == [(4, 1)]
    held = bundles_of(4, 1, 1, agents=grouping.MOST_AGENTS // 2)
    assert sum(worlds for worlds, _ in shape(held)) == 4
    assert shape(bundles_of(4, 1, 1, agents=grouping.MOST_AGENTS)) == [(1, 1)] * 4
    fewer = bundles_of(4, 8, 1, agents=grouping.MOST_AGENTS // 8)
    assert max(columns for _, columns in shape(fewer)) == 4


def test_at_most_so_many_worlds_are_in_a_bundle() -> None:
    sizes = [worlds for worlds, _ in shape(bundles_of(70, 1, 1, fork=-50))]
    assert sum(sizes) == 70 and max(sizes) <= grouping.MOST_POLICIES


def test_the_estimate_counts_shared_days_once(folder: Path) -> None:
    experiment = load(Path("x.yaml"))
    planned = plan_of(experiment)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("corridor.experiments.execution.run.timing", lambda *_: 1.6)
        together = estimate(experiment, planned, folder / "out", 1).seconds
        patch.setattr(grouping, "MOST_POLICIES", 1)
        alone = estimate(experiment, planned, folder / "out", 1).seconds
    assert together == pytest.approx(3 * DAYS * 0.1) and alone == pytest.approx(3 * 80 * 0.1)


def test_progress_reaches_the_end_exactly(folder: Path, stepped: list[date], monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[float] = []
    right = Progress.expect

    def expect(self: Progress, days: float) -> None:
        right(self, days)
        counted.append(days)
        self.__class__.last = self  # type: ignore[attr-defined]

    monkeypatch.setattr(Progress, "expect", expect)
    run("out")
    progress = Progress.last  # type: ignore[attr-defined]
    assert counted == [3 * DAYS] and progress._whole == pytest.approx(progress._total)


@pytest.mark.slow
def test_both_backends_share(folder: Path) -> None:
    run("here")
    run("two", 2)
    assert content_digest(folder / "here") == content_digest(folder / "two")
    pytest.importorskip("distributed")
    run("dask", 2, "local")
    assert content_digest(folder / "here") == content_digest(folder / "dask")
