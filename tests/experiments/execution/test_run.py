"""Batches: what is run and what is not, the same bits however it is run, and the commands that read a batch."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from corridor import results
from corridor.experiments.execution import case, worker
from corridor.experiments.execution.backends import LocalProcesses
from corridor.experiments.execution.parallel import Execution
from corridor.model import Parameters
from corridor.results.store import case_file, run_folder
from corridor.results.tables import summary as compare
from tests.support.batches import EXPERIMENT, cases, content_digest, corridor, ended, write_experiment

PLAIN = EXPERIMENT[: EXPERIMENT.index("design:")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the small experiment, which is also the current directory."""
    write_experiment(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished batch, which tests only read."""
    folder = tmp_path_factory.mktemp("finished")
    path = write_experiment(folder)
    assert ended("run", path, "--out", folder / "out", "--jobs", "1") == 0
    return folder / "out"


def run(*more: str) -> set[str]:
    """Run the experiment here; the names of the case files that were made."""
    before = {path.name for path in cases(Path("out"))}
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1", *more) == 0
    return {path.name for path in cases(Path("out"))} - before


def test_only_what_a_change_touches_is_run(folder: Path) -> None:
    assert len(run()) == 4
    stamps = {path.name: path.stat().st_mtime_ns for path in cases(Path("out"))}
    assert run() == set()
    (folder / "x.yaml").write_text(EXPERIMENT.replace("title: Without", "title: None at all"), encoding="utf-8")
    assert run() == set()  # a title
    assert len(run("--set", "worlds.with_patrols.policies=[patrols, port_dogs]")) == 2  # one world of two
    more = run("--seeds", "3")  # the third seed alone
    assert len(more) == 4 and all("-s003-" in name for name in more)
    assert len(run("--set", "design.points=4")) == 4  # the two new points
    assert len(run("--set", "parameters.fare_start=9000")) == 4
    assert {path.name: path.stat().st_mtime_ns for path in cases(Path("out")) if path.name in stamps} == stamps


def test_equal_worlds_share_their_cases(folder: Path) -> None:
    assert len(run("--set", "worlds.again={title: Again, policies: []}")) == 4
    dataset = results.open_results("out")
    assert dataset.sizes["world"] == 3
    assert (
        dataset.sel(world="again")
        .drop_vars(["world", "world_title"])
        .equals(dataset.sel(world="without").drop_vars(["world", "world_title"]))
    )


@pytest.mark.parametrize("how", [["--jobs", "1"], ["--jobs", "2"], ["--jobs", "2", "--dask", "local"]])
def test_the_same_bits_however_it_is_run(folder: Path, finished: Path, how: list[str]) -> None:
    ran = corridor("run", "x.yaml", "--out", "out", *how, cwd=folder)
    assert ran.returncode == 0, ran.stderr
    assert content_digest(folder / "out") == content_digest(finished)
    for name in ("summary.csv", "effects.csv", "design.csv"):
        assert (folder / "out" / name).read_bytes() == (finished / name).read_bytes()


def test_the_same_bits_in_another_order_and_other_blocks(
    folder: Path, finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("--seeds", "1")

    def backwards(self, calls):
        for call in list(calls)[::-1]:
            outcomes = worker.run_cases(*call)
            assert isinstance(outcomes, list)
            yield from outcomes

    monkeypatch.setattr(LocalProcesses, "run", backwards)
    assert all("-s002-" in name for name in run())
    assert content_digest(folder / "out") == content_digest(finished)


def test_a_lost_dask_worker_costs_nothing(folder: Path, finished: Path) -> None:
    from distributed import Client, LocalCluster

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Dask reports the lost worker, as it should
        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster):
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


def run_on(address: str, case_done) -> None:
    """Run the experiment here on a cluster, by the function that the command calls."""
    from corridor.experiments.analyses.overview import Overview
    from corridor.experiments.config.experiment import load
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

    monkeypatch.setattr(case, "simulate_worlds", sometimes)
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
    assert len(run()) == len(failed)
    assert ended("status", "out") == 0
    assert "failed 0; tables: of this batch" in capsys.readouterr().out
    assert list((folder / "out" / "failures").iterdir()) == []


def test_a_dry_run_reports_and_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("run", "x.yaml", "--out", "out", "--dry-run") == 0
    said = capsys.readouterr().out
    assert "A small batch: 4 cases over" in said
    assert "2 worlds, 2 points, 2 seeds; 4 to run, about" in said
    assert not (folder / "out").exists()
    run()
    capsys.readouterr()
    assert ended("run", "x.yaml", "--out", "out", "--dry-run", "--seeds", "3") == 0
    assert "8 replicates are in the store; 4 to run, about" in capsys.readouterr().out


def test_a_batch_is_one_lazy_dataset(finished: Path) -> None:
    dataset = results.open_results(finished)
    assert dict(dataset.sizes) | {"world": 2, "point": 2, "seed": 2, "time": 20} == dict(dataset.sizes)
    assert not dataset.arrivals_people.variable._in_memory
    assert dataset.arrivals_people.attrs == {"units": "people", "long_name": "people who reached Kent by small boat"}
    assert list(dataset.world.values) == ["with_patrols", "without"]
    design = pd.read_csv(finished / "design.csv")
    assert np.allclose(dataset.p_retry.values, design.p_retry, rtol=1e-9)
    plan = run_folder.read_plan(finished)
    for world, point in (("without", 2), ("with_patrols", 1)):
        identity = plan.identities[world][point - 1]
        (path,) = (path for path in cases(finished) if identity[:16] in path.name)
        alone = case_file.open_case(path)
        here = dataset.sel(world=world, point=point)
        for name in alone.data_vars:
            assert np.array_equal(here[name].values, alone[name].values), name
    part = dataset.entered_people.isel(world=1, point=[1, 0], seed=slice(1, None), time=slice(5, 9))
    assert np.array_equal(part.values, dataset.entered_people.load().values[1, [1, 0], 1:, 5:9])


def test_what_is_missing_is_not_a_number(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run()
    lost = next(path for path in cases(Path("out")) if path.name.startswith("without"))
    lost.unlink()
    dataset = results.open_results("out")
    assert dataset.attrs["missing"] == 2
    empty = dataset.entered_people.isnull().all("time")
    assert int(empty.sum()) == 2
    assert len(results.to_frame("out").drop_duplicates(["world", "point", "seed"])) == 6
    assert ended("digest", "out") == 1
    assert "2 of 8 replicates are missing" in capsys.readouterr().err
    assert ended("status", "out") == 1
    assert "done 6, missing 2, failed 0; tables: of this batch" in capsys.readouterr().out


def test_the_tidy_table_says_what_the_cases_say(finished: Path) -> None:
    frame = results.to_frame(finished)
    assert list(frame.columns) == [
        "world",
        "point",
        "p_retry",
        "boat_cost",
        "seed",
        "year",
        "indicator",
        "unit",
        "kind",
        "value",
    ]
    slow = compare.yearly(results.open_results(finished))
    totals = results.to_frame(finished, totals=True).assign(period="whole run")
    frame = pd.concat([frame.assign(period=frame.year.astype(str)), totals], ignore_index=True)
    keys = ["world", "point", "seed", "period", "indicator"]
    both = frame.merge(slow, on=keys, suffixes=("", "_slow"))
    assert len(both) == len(frame) == len(slow) == 2 * 2 * 2 * 2 * len(frame.indicator.unique())
    assert np.array_equal(both.value, both.value_slow, equal_nan=True)
    summary = pd.read_csv(finished / "summary.csv")
    assert list(summary.columns[:4]) == ["world", "baseline", "indicator", "unit"]
    cell = frame[(frame.world == "without") & (frame.point == 2) & (frame.indicator == "entered_people")]
    row = compare.cell(summary, world="without", point=2, indicator="entered_people", period="whole run")
    assert row is not None
    assert row["mean"] == pytest.approx(cell[cell.period == "whole run"].value.mean())


@pytest.mark.parametrize(("option", "read"), [("--csv", pd.read_csv), ("--parquet", pd.read_parquet)])
def test_export_writes_the_tidy_table(tmp_path: Path, finished: Path, option: str, read) -> None:
    path = tmp_path / "table"
    assert ended("export", finished, option, "--out", path) == 0
    table, frame = read(path), results.to_frame(finished)
    assert list(table.columns) == list(frame.columns)
    assert np.allclose(table.value, frame.value, rtol=1e-9, equal_nan=True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "out"], "give either --csv or --parquet"),
        (["export", "out", "--csv", "--parquet"], "give either --csv or --parquet"),
        (["status", "nowhere"], "nowhere: holds no plan.json"),
        (["digest", "policies"], "policies: holds no plan.json"),
        (["export", "x.yaml", "--csv"], "x.yaml: holds no plan.json"),
        (["reproduce", "x.yaml"], "x.yaml: cannot be read as a case"),
        (["reproduce", "nowhere.nc"], "nowhere.nc: cannot be read as a case"),
    ],
)
def test_wrong_commands_end_with_code_2(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert ended(*arguments) == 2
    printed = capsys.readouterr().err
    assert said in printed and "Traceback" not in printed


def test_digest_is_of_the_bits(folder: Path, finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("digest", finished) == 0
    assert capsys.readouterr().out == f"{content_digest(finished)}  8 replicates\n"
    run("--set", "design.seed=2")
    assert content_digest(folder / "out") != content_digest(finished)


def test_reproduce_runs_a_case_again_from_its_file_alone(
    tmp_path: Path, finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "alone.nc"
    path.write_bytes(cases(finished)[0].read_bytes())
    assert ended("reproduce", path) == 0
    assert "alone.nc: the same, bit for bit (2 seeds" in capsys.readouterr().out
    variables, attributes = case_file.read_netcdf(path)
    variables["entered_people"].values[1, 7] += 1.0
    path.write_bytes(case_file.netcdf(variables, attributes))
    assert ended("reproduce", path) == 1
    assert "entered_people: first differs at (1, 7)" in capsys.readouterr().err


def test_reproduce_has_the_users_own_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from corridor.model.inputs.entries import DATA

    own = folder / "own.csv"
    lines = (DATA / "entries.csv").read_text(encoding="utf-8")
    own.write_text(lines, encoding="utf-8")
    run("--set", "entries=own.csv", "--set", "design.points=1")
    own.unlink()
    assert ended("reproduce", cases(Path("out"))[0]) == 0
    assert "the same, bit for bit" in capsys.readouterr().out


def test_a_case_opens_with_xarray_and_says_where_it_is_from(finished: Path) -> None:
    with xr.open_dataset(cases(finished)[0], engine="h5netcdf") as dataset:
        record = json.loads(dataset.attrs["provenance"])
        configuration = json.loads(dataset.attrs["configuration"])
        assert dataset.time.dtype.kind == "M"
    assert set(record) >= {"git_commit", "git_dirty", "packages", "machine", "python", "code_sha256", "data_sha256"}
    assert configuration["policy"][0]["changes"][0] == {
        "lever": "patrol_officers",
        "from": "2022-06-02",
        "over_days": 0,
        "to": 2.5,
    }
    manifest = json.loads((finished / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["git_commit"] == record["git_commit"]
    assert len(manifest["cases"]) == 4
    assert manifest["configuration"]["design"]["kind"] == "sobol"


def test_without_git_the_commit_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    from corridor.experiments.execution import provenance

    monkeypatch.setenv("PATH", "")
    assert provenance.git_state() == {"git_commit": "unknown", "git_dirty": "unknown"}


def test_code_that_changes_while_a_batch_runs_is_noticed(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from corridor.experiments.execution import provenance

    run_cases, hashes = worker.run_cases, iter(["changed"] * 100)

    def later(*call):
        monkeypatch.setattr(provenance, "code_sha256", lambda: next(hashes))
        return run_cases(*call)

    monkeypatch.setattr(LocalProcesses, "run", lambda self, calls: (o for call in list(calls) for o in later(*call)))
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 1
    assert "the code of model/ here is not that of the batch" in capsys.readouterr().err


def test_a_plain_experiment_has_figures_and_no_points(folder: Path) -> None:
    (folder / "x.yaml").write_text(PLAIN, encoding="utf-8")
    assert len(run()) == 2
    assert (folder / "out" / "figures" / "map.png").exists()
    assert not (folder / "out" / "design.csv").exists()
    assert results.open_results("out").arrivals_people.dims == ("world", "seed", "time")
    assert "point" not in results.to_frame("out")
