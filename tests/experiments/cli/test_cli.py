"""The command line: what each command prints, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from corridor.experiments.benchmarks import reference, single
from corridor.experiments.cli.progress import RunningMeans, ShownProgress, bar, print_files
from corridor.experiments.config.cases import Case
from corridor.experiments.config.loading import load
from corridor.experiments.config.shipped import CONFIGS
from corridor.experiments.execution.analysis import RunResult
from corridor.experiments.execution.processes.worker import Outcome
from corridor.model import INDICATORS, LEVERS, PARAMETERS
from corridor.results.store.yearly import WHOLE
from tests.experiments.cli.conftest import EXPERIMENT
from tests.support.batches import ended


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
    assert "2022-06-01 to 2022-06-30, 200 people per agent, 3 seeds" in said
    assert {path.name for path in folder.iterdir()} == {"x.yaml", "policies"}


def test_a_wrong_file_is_refused_and_nothing_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "x.yaml").write_text(EXPERIMENT.replace("scale: 200", "scale: many"), encoding="utf-8")
    assert ended("run", "x.yaml", "--out", "out") == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "x.yaml, line 4, scale: 'many' is not a number\n")
    assert {path.name for path in folder.iterdir()} == {"x.yaml", "policies"}


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
    assert shown(2) == "1 of 2 cases done: a-s001-002, 3 s; about 1 s left\n"


def test_what_has_been_found_so_far_is_shown_by_world() -> None:
    means = RunningMeans()
    assert means.words() == ""
    years = {"year": ["2022", WHOLE, "2022", WHOLE], "arrivals_people": [1.0, 41_000.0, 2.0, 42_000.0]}
    means.add(Outcome(Case("a", (1, 2)), 3.4, described={**years, "deaths_channel": [9.0, 50.0, 9.0, 53.0]}))
    means.add(Outcome(Case("b", (1,)), 3.4))  # one that failed has nothing
    assert means.words() == "means so far: a 41,500 arrivals, 52 deaths in the Channel (2 runs)"


def test_what_has_to_be_said_of_results_is_printed_and_not_what_was_said_before_the_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    experiment = replace(load(CONFIGS / "quick.yaml"), notes=("said before the run",))
    notes = ("said before the run", "nothing was learned of any quantity")
    print_files(RunResult(tmp_path, {}, [], experiment, 0.0, notes))
    said = capsys.readouterr().out
    assert said.startswith("nothing was learned of any quantity\n")
    assert "said before" not in said
