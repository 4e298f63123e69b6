"""The command line: what each command prints and writes, and how it ends."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from corridor.experiments.benchmarks import reference, single
from corridor.experiments.cli.app import main
from corridor.experiments.cli.progress import ShownProgress, bar
from corridor.experiments.config.cases import Case
from corridor.experiments.execution import case
from corridor.experiments.execution.worker import Outcome
from corridor.model import INDICATORS, LEVERS, PARAMETERS
from corridor.results.store import case_file

EXPERIMENT = """\
title: Patrols against none
start: 2022-06-01
end: 2022-08-31
scale: 200
seeds: 3
worlds:
  with_patrols: {title: With patrols, policies: [patrols]}
  without: {title: Without, policies: []}
baseline: without
past: none
"""
PATROLS = """\
title: More officers
reference: Joint statement, 14 November 2022
levers: {patrol_officers: [{from: 2022-07-01, to: 2.5}]}
"""
KEYS = ["world", "baseline", "indicator", "unit", "kind", "period"]
SUMMARY_COLUMNS = [*KEYS, "mean", "low", "high", "seeds", "observed"]
EFFECT_COLUMNS = [*KEYS, "mean", "low", "high", "seeds", "interval", "note"]
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


def fill(directory: Path) -> Path:
    """Write a small right experiment and its policy."""
    (directory / "policies").mkdir()
    (directory / "x.yaml").write_text(EXPERIMENT, encoding="utf-8")
    (directory / "policies" / "patrols.yaml").write_text(PATROLS, encoding="utf-8")
    return directory


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small right experiment, which is also the current directory of a terminal 80 columns wide."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return fill(tmp_path)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The folder of an experiment that was run as a user runs it, over two processes, and what was printed."""
    directory = fill(tmp_path_factory.mktemp("finished"))
    return directory, corridor("run", "x.yaml", "--jobs", "2", *CHANGES, cwd=directory)


def ended(*arguments: str) -> int:
    """The exit code of a command that is run in this process."""
    with pytest.raises(SystemExit) as end:
        main(arguments)
    return int(end.value.code or 0)


def corridor(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command run as a process of its own."""
    command = [sys.executable, "-c", "from corridor.experiments.cli.app import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, cwd=cwd)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("--version") == 0
    assert capsys.readouterr().out.startswith("corridor 0.")
    assert ended("--help") == 0
    help_text = capsys.readouterr().out
    assert [name for name in ("run", "check", "list", "schema", "bench") if name not in help_text] == []


@pytest.mark.parametrize(
    "arguments", [["fly"], ["run"], ["list", "dragons"], ["run", "x.yaml", "--jobs", "0"], ["check", "--colour"]]
)
def test_a_wrong_command_line_ends_with_code_2(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert ended(*arguments) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert not (folder / "results").exists()


def test_check_reports_what_would_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("check", "x.yaml") == 0
    said = capsys.readouterr().out
    assert said.startswith("x.yaml: valid\n")
    assert "world without (baseline): Without; policies: none" in said
    assert "2022-06-01 to 2022-08-31, 200 people per agent, 3 seeds" in said
    assert {path.name for path in folder.iterdir()} == {"x.yaml", "policies"}


def test_a_wrong_file_is_refused_and_nothing_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "x.yaml").write_text(EXPERIMENT.replace("scale: 200", "scale: many"), encoding="utf-8")
    assert ended("run", "x.yaml", "--out", "out") == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "x.yaml, line 4, scale: 'many' is not a number\n")
    assert {path.name for path in folder.iterdir()} == {"x.yaml", "policies"}


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
    assert (move["from"], move["to"]) == ("2022-07-01", 2.5)
    assert manifest["packages"]["numpy"]
    for made in manifest["cases"]:
        assert hashlib.sha256((out / made["file"]).read_bytes()).hexdigest() == made["sha256"]


@pytest.mark.usefixtures("rendered_figures")
def test_one_process_and_two_give_the_same_tables_and_figures(
    folder: Path, finished: tuple[Path, subprocess.CompletedProcess[str]], rendered_figures: None
) -> None:
    assert ended("run", "x.yaml", "--jobs", "1", *CHANGES) == 0
    one, two = (directory / "results" / "runs" / "x" for directory in (folder, finished[0]))
    files = ["summary.csv", "effects.csv", *(f"figures/{path.name}" for path in (two / "figures").iterdir())]
    assert [name for name in files if (one / name).read_bytes() != (two / name).read_bytes()] == []


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
    assert "with_patrols-s001-003: ZeroDivisionError: no boats at all (test_cli.py, line" in said
    assert "Traceback" not in said
    after = {path: path.read_bytes() for path in (folder / "out").rglob("*") if path.is_file()}
    changed = {path for path in before if after[path] != before[path]}
    assert changed <= {folder / "out" / "plan.json", folder / "out" / ".lock"}
    assert {path.name for path in (folder / "out").iterdir()} == OUTPUTS | {"failures"}
    assert ended("status", "out") == 1
    assert "tables: of an earlier run" in capsys.readouterr().out


def test_ctrl_c_ends_with_130_and_keeps_what_is_done(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
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
        "1",
        "--set",
        "end=2022-07-31",
        "--set",
        "design={kind: grid, parameters: {p_retry: [0.8, 0.85, 0.9, 0.95, 0.99]}, levers: {detention: [1.0, 2.0]}}",
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
    assert "replaces the shipped policy 'patrols'" in process.stderr.readline()  # a note of the file comes first
    assert "cases over" in process.stderr.readline()
    assert "1 of 20 cases done" in process.stderr.readline()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped by Ctrl-C; finished cases are kept" in said
    assert "Traceback" not in said
    kept = list((folder / "out" / "cases").iterdir())
    assert 1 <= len(kept) < 20
    assert [case_file.examine(path)["file"][0] for path in kept] == [path.name for path in kept]
    assert {path.name for path in (folder / "out").iterdir()} == {"cases", "index", "plan.json", ".lock"}
    assert ended("run", "x.yaml", "--out", "out", *changes) == 0
    assert f"{3 * len(kept)} replicates are in the store; {20 - len(kept)} to run" in capsys.readouterr().err


def test_only_chosen_indicators_and_deaths_are_printed(finished: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, ran = finished
    labels = {line.strip().split("  ")[0] for line in ran.stdout.splitlines()}
    assert {"arrivals [people]", "deaths, Channel", "deaths, Mediterranean"} <= labels
    assert [name for name in ("attempts [events]", "attempts_boats", "camp stock [people]") if name in labels] == []
    assert {row["indicator"] for row in rows(folder / "results" / "runs" / "x" / "summary.csv")} == set(INDICATORS)


@pytest.mark.parametrize(
    ("what", "names"),
    [
        ("levers", list(LEVERS)),
        ("parameters", list(PARAMETERS)),
        ("indicators", list(INDICATORS)),
        ("places", ["camp_calais", "kent", "sector_dunkirk"]),
        ("policies", ["joint_statement"]),
        ("experiments", ["joint_statement", "quick", "port_release"]),
    ],
)
def test_lists_fit_80_columns_and_cut_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], what: str, names: list[str]
) -> None:
    assert ended("list", what) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "…" not in "".join(lines)
    first_words = {line.split()[0] for line in lines if line.strip()}
    assert [name for name in names if name not in first_words] == []


@pytest.mark.parametrize("what", ["levers", "parameters", "indicators", "places", "policies", "experiments"])
def test_lists_as_csv_can_be_read_back(folder: Path, capsys: pytest.CaptureFixture[str], what: str) -> None:
    assert ended("list", what, "--csv") == 0
    header, *entries = csv.reader(io.StringIO(capsys.readouterr().out))
    assert header[0] in {"name", "place"}
    assert entries
    assert {len(entry) for entry in entries} == {len(header)}


def test_a_reader_that_stops_early_causes_no_traceback(folder: Path) -> None:
    ours = "from corridor.experiments.cli.app import main; main()"
    command = f"'{sys.executable}' -c '{ours}' list parameters --csv | head -n 1"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.startswith("name,group,default,low,high")
    assert ran.stderr == ""


def test_the_schema_is_json_with_every_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("schema") == 0
    schema = json.loads(capsys.readouterr().out)
    assert set(schema["required"]) == {"title", "start", "end", "seeds", "worlds", "baseline"}
    assert schema["additionalProperties"] is False
    assert schema["properties"]["worlds"]["additionalProperties"] is False
    parameters = schema["properties"]["parameters"]
    assert set(parameters["properties"]) == set(PARAMETERS) and parameters["additionalProperties"] is False
    known, offered = PARAMETERS["p_retry"], parameters["properties"]["p_retry"]
    assert (offered["minimum"], offered["maximum"], offered["default"]) == (known.low, known.high, known.default)
    assert known.meaning in offered["description"]
    assert schema["properties"]["indicators"]["items"]["enum"] == list(INDICATORS)
    assert "joint_statement" in schema["$defs"]["World"]["properties"]["policies"]["items"]["examples"]


def test_bench_prints_one_json_object(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single, "START", date(2018, 11, 1))
    monkeypatch.setattr(single, "SMALL_SCALE", 500.0)
    monkeypatch.setattr(reference, "WARM_UP_DAYS", 1)
    monkeypatch.setattr(reference, "DAYS", 1)
    assert ended("bench", "--json", "--scale", "500", "--years", "1") == 0
    measured = json.loads(capsys.readouterr().out)
    assert sum(row["share"] for row in measured["stages"]) == pytest.approx(1.0, abs=0.01)
    assert sum(row["seconds"] for row in measured["stages"]) == pytest.approx(measured["seconds"], abs=0.05)
    assert (measured["days"], measured["replicates"]["together"]) == (61, 8)
    assert measured["people"] > 0 and measured["agent_days_per_second"] > 0
    assert 20 < measured["peak_memory_mb"] < 20_000
    assert measured["replicates"]["ratio_per_replicate"] > 0


def shown(cases: int, **console: object) -> str:
    """What is shown of a run of so many cases in the middle of the first, and when that is done."""
    screen = io.StringIO()
    console = Console(file=screen, width=80, **console)
    with bar(console) as progress:
        watched = ShownProgress(console, progress, "", 1)
        watched.cases = cases
        progress.update(watched.task, visible=True)
        watched.share_done(0.42)
        progress.refresh()
        watched.case_done(Outcome(Case("a", (1, 2)), 3.4))
    return screen.getvalue()


def test_the_bar_shows_percent_and_moves_within_a_case() -> None:
    screen = shown(1, force_terminal=True)
    assert "42%" in screen and "left" in screen and "1/1" in screen


def test_without_a_terminal_every_case_is_a_line() -> None:
    assert shown(2) == "1 of 2 cases done: a-s001-002, 3 s\n"
