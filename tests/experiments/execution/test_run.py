"""Batches: what is run and what is not, the same bits however it is run, and cases that fail."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest

from corridor import results
from corridor.experiments.execution import timing
from corridor.experiments.execution.cases import case
from corridor.experiments.execution.processes import worker
from corridor.experiments.execution.processes.backends import ANY_FREE_PORT, LocalProcesses, dask_client
from corridor.experiments.execution.processes.parallel import Execution
from corridor.model import Parameters
from tests.support.batches import EXPERIMENT, cases, content_digest, ended, run_here
from tests.support.processes import corridor


@pytest.mark.slow
def test_only_what_a_change_touches_is_run(folder: Path) -> None:
    assert len(run_here()) == 4
    stamps = {path.name: path.stat().st_mtime_ns for path in cases(Path("out"))}
    assert run_here() == set()
    (folder / "x.yaml").write_text(EXPERIMENT.replace("title: Without", "title: None at all"), encoding="utf-8")
    assert run_here() == set()  # a title
    assert len(run_here("--set", "worlds.with_patrols.policies=[patrols, port_dogs]")) == 2  # one world of two
    more = run_here("--seeds", "3")  # the third seed alone
    assert len(more) == 4 and all("-s003-" in name for name in more)
    assert len(run_here("--set", "design.points=4")) == 4  # the two new points
    assert len(run_here("--set", "parameters.fare_start=9000")) == 4
    assert {path.name: path.stat().st_mtime_ns for path in cases(Path("out")) if path.name in stamps} == stamps


@pytest.mark.slow
def test_equal_worlds_share_their_cases(folder: Path) -> None:
    assert len(run_here("--set", "worlds.again={title: Again, policies: []}")) == 4
    dataset = results.open_results("out")
    assert dataset.sizes["world"] == 3
    assert (
        dataset.sel(world="again")
        .drop_vars(["world", "world_title"])
        .equals(dataset.sel(world="without").drop_vars(["world", "world_title"]))
    )


@pytest.mark.parametrize("how", [["--jobs", "1"], ["--jobs", "2"], ["--jobs", "2", "--dask", "local"]])
@pytest.mark.slow
def test_the_same_bits_however_it_is_run(folder: Path, finished: Path, how: list[str]) -> None:
    ran = corridor("run", "x.yaml", "--out", "out", *how, cwd=folder)
    assert ran.returncode == 0, ran.stderr
    assert content_digest(folder / "out") == content_digest(finished)
    for name in ("summary.csv", "effects.csv", "design.csv"):
        assert (folder / "out" / name).read_bytes() == (finished / name).read_bytes()


@pytest.mark.slow
def test_the_same_bits_in_another_order_and_other_blocks(
    folder: Path, finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_here("--seeds", "1")

    def backwards(self, calls):
        for call in list(calls)[::-1]:
            outcomes = worker.run_cases(*call)
            assert isinstance(outcomes, list)
            yield from outcomes

    monkeypatch.setattr(LocalProcesses, "run", backwards)
    assert all("-s002-" in name for name in run_here())
    assert content_digest(folder / "out") == content_digest(finished)


@pytest.mark.slow
def test_a_lost_dask_worker_costs_nothing(folder: Path, finished: Path) -> None:
    from distributed import Client, LocalCluster

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Dask reports the lost worker, as it should
        with (
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=ANY_FREE_PORT) as cluster,
            Client(cluster),
        ):
            process = next(iter(cluster.workers.values())).process
            assert process is not None
            ended_early = []

            def lose_one(outcome: object) -> None:
                if not ended_early:
                    ended_early.append(process.pid)
                    import os
                    import signal

                    os.kill(process.pid, signal.SIGKILL)

            run_on(cluster.scheduler_address, lose_one)
    assert ended_early
    assert content_digest(folder / "out") == content_digest(finished)


def test_two_batches_of_one_machine_each_have_a_cluster(tmp_path: Path) -> None:
    """Dask warns of a port in use, and a warning is an error here."""
    with dask_client("local", 1, tmp_path / "one") as first, dask_client("local", 1, tmp_path / "two") as second:
        assert [client.submit(abs, -3).result() for client in (first, second)] == [3, 3]


def run_on(address: str, case_done) -> None:
    """Run the experiment here on a cluster, by the function that the command calls."""
    from corridor.experiments.analyses.overview import Overview
    from corridor.experiments.config.loading import load
    from corridor.experiments.execution.run import ProgressCallbacks, run_analysis

    callbacks = ProgressCallbacks(case_done=case_done)
    run_analysis(Overview(load(Path("x.yaml"))), Path("out"), Execution(2, address), callbacks)


def test_a_cluster_that_does_not_answer_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("run", "x.yaml", "--out", "out", "--dask", "nowhere") == 2
    assert "--dask nowhere: no scheduler answers there" in capsys.readouterr().err


def test_a_failing_case_is_recorded_and_stops_no_other(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    right = case.simulate_worlds

    def sometimes(params, *more, **others):
        if any(0.85 < each.p_retry < 0.92 for each in ([params] if isinstance(params, Parameters) else params)):
            raise ZeroDivisionError("no boats at all")
        return right(params, *more, **others)

    def never(*_: object, **__: object) -> None:
        raise ZeroDivisionError("no boats at all")

    monkeypatch.setattr(case, "simulate_worlds", sometimes)
    monkeypatch.setattr(timing, "simulate", never)
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 1
    said = capsys.readouterr().err
    assert "for an unknown time, as the first case fails" in said
    assert "with_patrols-p0001-s001-002 failed: ZeroDivisionError: no boats at all (test_run.py, line" in said
    assert "cases failed; tracebacks are in out/failures" in said
    assert not (folder / "out" / "summary.csv").exists()
    assert ended("status", "out", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    failed = {each["case"] for each in found["failed"]}
    assert "with_patrols-p0001-s001-002" in failed and found["missing"] == []
    assert found["done"] + 2 * len(failed) == 8
    record = json.loads(next((folder / "out" / "failures").iterdir()).read_text(encoding="utf-8"))
    assert "ZeroDivisionError" in record["traceback"] and "sometimes" in record["traceback"]
    monkeypatch.setattr(case, "simulate_worlds", right)
    assert len(run_here()) == len(failed)
    assert ended("status", "out") == 0
    assert "failed 0; tables: of this batch" in capsys.readouterr().out
    assert list((folder / "out" / "failures").iterdir()) == []


def test_a_dry_run_reports_and_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("run", "x.yaml", "--out", "out", "--dry-run") == 0
    said = capsys.readouterr().out
    assert "A small batch: 8 replicates in 4 cases over" in said
    assert "2 worlds, 2 points, 2 seeds; 4 cases to run, about" in said
    assert not (folder / "out").exists()
    run_here()
    capsys.readouterr()
    assert ended("run", "x.yaml", "--out", "out", "--dry-run", "--seeds", "3") == 0
    assert "8 replicates are in the store; 4 cases to run, about" in capsys.readouterr().out


def test_without_git_the_commit_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    from corridor.experiments.execution.cases import provenance

    monkeypatch.setenv("PATH", "")
    assert provenance.git_state() == {"git_commit": "unknown", "git_dirty": "unknown"}


def test_code_that_changes_while_a_batch_runs_is_noticed(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from corridor.experiments.execution.cases import provenance

    run_cases, hashes = worker.run_cases, iter(["changed"] * 100)

    def later(*call):
        monkeypatch.setattr(provenance, "code_sha256", lambda: next(hashes))
        return run_cases(*call)

    monkeypatch.setattr(LocalProcesses, "run", lambda self, calls: (o for call in list(calls) for o in later(*call)))
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 1
    assert "the code of model/ here is not that of the batch" in capsys.readouterr().err
