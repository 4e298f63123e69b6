"""`corridor run`: what it writes, replaces and refuses, and how it ends."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from corridor.experiments.execution.cases import case
from corridor.model import INDICATORS, PARAMETERS
from corridor.results.store import case_file
from corridor.results.tables import doubt
from tests.experiments.cli.conftest import EXPERIMENT, fill
from tests.support.batches import ended
from tests.support.processes import corridor

pytestmark = pytest.mark.slow

MANY = [0.75 + 0.004 * k for k in range(60)]  # more points than run side by side, so that they end one after another
KEYS = ["world", "baseline", "indicator", "unit", "kind", "period"]
SUMMARY_COLUMNS = [*KEYS, "mean", "low", "high", "seeds", "observed"]
EFFECT_COLUMNS = [*KEYS, "mean", "low", "high", "seeds", "interval", "mean_low", "mean_high", *doubt.COLUMNS]
EFFECT_COLUMNS += ["imposed", "note"]
OUTPUTS = {
    "cases",
    "index",
    "figures",
    "summary.csv",
    "effects.csv",
    "levers.csv",
    "plan.json",
    "manifest.json",
    "data_dictionary.csv",
    ".lock",
}


CHANGES = ("--set", "parameters.p_retry=0.8", "--set", "indicators=[arrivals_people]")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The folder of an experiment that was run as a user runs it, over two processes, and what was printed."""
    directory = fill(tmp_path_factory.mktemp("finished"))
    return directory, corridor("run", "x.yaml", "--jobs", "2", *CHANGES, cwd=directory)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_run_writes_all_of_its_outputs(finished: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, ran = finished
    assert ran.returncode == 0, ran.stderr
    out = folder / "results" / "runs" / "x"
    assert {path.name for path in out.iterdir()} == OUTPUTS
    assert "2 of 2 cases done" in ran.stderr
    assert "deaths" in ran.stdout.lower()
    summary = rows(out / "summary.csv")
    assert list(summary[0]) == SUMMARY_COLUMNS
    assert {row["indicator"] for row in summary} == set(INDICATORS)
    assert {row["world"] for row in summary} == {"with_patrols", "without"}
    effects = rows(out / "effects.csv")
    assert list(effects[0]) == EFFECT_COLUMNS
    assert {row["seeds"] for row in effects if row["indicator"] == "entered_people"} == {"3"}
    assert all(row["mean"] == "" for row in effects if row["seeds"] == "0")  # a ratio over nothing
    for figure in (out / "figures").iterdir():
        assert figure.stat().st_size > 1000


def test_the_manifest_says_what_was_run(finished: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    out = finished[0] / "results" / "runs" / "x"
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["configuration"]["seeds"] == [1, 2, 3]
    assert manifest["configuration"]["parameters"]["p_retry"] == 0.8
    assert set(manifest["configuration"]["parameters"]) == set(PARAMETERS)
    move = manifest["configuration"]["policy_files"]["patrols"]["levers"]["patrol_officers"][0]
    assert (move["from"], move["to"]) == ("2022-06-05", 2.5)
    assert manifest["packages"]["numpy"]
    for made in manifest["cases"]:
        assert hashlib.sha256((out / made["file"]).read_bytes()).hexdigest() == made["sha256"]


@pytest.mark.usefixtures("rendered_figures")
@pytest.mark.slow
def test_one_process_and_two_give_the_same_tables_and_figures(
    folder: Path, finished: tuple[Path, subprocess.CompletedProcess[str]], rendered_figures: None
) -> None:
    assert ended("run", "x.yaml", "--jobs", "1", *CHANGES) == 0
    one, two = (directory / "results" / "runs" / "x" for directory in (folder, finished[0]))
    files = ["summary.csv", "effects.csv", *(f"figures/{path.name}" for path in (two / "figures").iterdir())]
    assert [name for name in files if (one / name).read_bytes() != (two / name).read_bytes()] == []


@pytest.mark.slow
def test_a_second_run_takes_the_place_of_the_first_and_keeps_its_cases(folder: Path) -> None:
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1", "--seeds", "2") == 0
    first = rows(folder / "out" / "summary.csv")
    (folder / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1", "--set", "seeds=[5, 9]") == 0
    assert {path.name.rpartition("-")[0] for path in (folder / "out" / "cases").iterdir()} == {
        "with_patrols-s001-002",
        "without-s001-002",
        "with_patrols-s005-009",
        "without-s005-009",
    }
    assert {path.name for path in (folder / "out").iterdir()} == OUTPUTS | {"notes.txt"}
    assert rows(folder / "out" / "summary.csv") != first
    manifest = json.loads((folder / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert {tuple(made["seeds"]) for made in manifest["cases"]} == {(5, 9)}


@pytest.mark.parametrize("out", ["x.yaml", "x.yaml/deeper"])
def test_an_out_that_cannot_be_a_folder_is_refused(folder: Path, capsys: pytest.CaptureFixture[str], out: str) -> None:
    assert ended("run", "x.yaml", "--out", out) == 2
    said = capsys.readouterr().err
    assert f"--out {out}: " in said
    assert "Traceback" not in said
    assert (folder / "x.yaml").read_text(encoding="utf-8") == EXPERIMENT


def test_files_of_others_are_not_replaced(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "mine" / "figures").mkdir(parents=True)
    assert ended("run", "x.yaml", "--out", "mine") == 2
    assert "--out mine: holds figures but no plan.json of a run" in capsys.readouterr().err
    assert [path.name for path in (folder / "mine").iterdir()] == ["figures"]


@pytest.mark.slow
def test_a_case_that_fails_is_named_and_leaves_the_earlier_run(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 0
    before = {path: path.read_bytes() for path in (folder / "out").rglob("*") if path.is_file()}
    capsys.readouterr()

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("no boats at all")

    monkeypatch.setattr(case, "simulate_worlds", broken)
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1", "--set", "parameters.p_retry=0.8") == 1
    said = capsys.readouterr().err
    assert "with_patrols-s001-003: ZeroDivisionError: no boats at all (test_run_command.py, line" in said
    assert "Traceback" not in said
    after = {path: path.read_bytes() for path in (folder / "out").rglob("*") if path.is_file()}
    changed = {path for path in before if after[path] != before[path]}
    assert changed <= {folder / "out" / "plan.json", folder / "out" / ".lock"}
    assert {path.name for path in (folder / "out").iterdir()} == OUTPUTS | {"failures"}
    assert ended("status", "out") == 1
    assert "tables: of an earlier run" in capsys.readouterr().out


def processor_seconds(process: subprocess.Popen[str]) -> float:
    """Seconds that a process and those that it has started have used of the processor."""
    first = psutil.Process(process.pid)
    return sum(sum(each.cpu_times()[:4]) for each in (first, *first.children(recursive=True)))


@pytest.mark.slow
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_soon_with_130_and_keeps_what_is_done(
    jobs: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [
        sys.executable,
        "-c",
        "from corridor.experiments.cli.app import main; main()",
        "run",
        "x.yaml",
        "--out",
        "out",
    ]
    changes = [
        "--jobs",
        jobs,
        "--set",
        "end=2022-06-30",
        "--set",
        f"design={{kind: grid, parameters: {{p_retry: {MANY}}}, levers: {{detention: [1.0, 2.0]}}}}",
    ]
    process = subprocess.Popen(
        [*command, *changes],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    notes = [process.stderr.readline() for _ in range(2)]  # of the file come first
    assert "points hold detention" in notes[0] and "replaces the shipped policy 'patrols'" in notes[1]
    assert "cases over" in process.stderr.readline()
    assert "1 of 240 cases done" in process.stderr.readline()
    before = processor_seconds(process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    with process:  # closes its pipes
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 130
    *progress, last = said.splitlines()
    assert last == "stopped by Ctrl-C; finished cases are kept, and the same command continues from there"
    assert all("cases done" in line or "so far" in line for line in progress), said
    assert used.ru_utime + used.ru_stime - before < 2.0 * int(jobs)  # of processors, as other work may hold it up
    kept = list((folder / "out" / "cases").iterdir())
    assert 1 <= len(kept) < 240
    assert [case_file.examine(path)["file"][0] for path in kept] == [path.name for path in kept]
    assert {path.name for path in (folder / "out").iterdir()} == {"cases", "index", "plan.json", ".lock"}
    assert ended("run", "x.yaml", "--out", "out", *changes, "--dry-run") == 0
    assert f"{3 * len(kept)} replicates are in the store; {240 - len(kept)} cases to run" in capsys.readouterr().out


def test_only_chosen_indicators_and_deaths_are_printed(finished: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, ran = finished
    labels = {line.strip().split("  ")[0] for line in ran.stdout.splitlines()}
    assert {"arrivals [people]", "deaths, Channel", "deaths, Mediterranean"} <= labels
    assert [name for name in ("attempts [events]", "attempts_boats", "camp stock [people]") if name in labels] == []
    assert {row["indicator"] for row in rows(folder / "results" / "runs" / "x" / "summary.csv")} == set(INDICATORS)
