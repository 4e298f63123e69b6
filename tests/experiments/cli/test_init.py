"""`corridor init`, and what the shell completes."""

from __future__ import annotations

import re
import shlex
from os import environ
from pathlib import Path

import pytest

from corridor.experiments.config.starter import STARTER
from tests.support.batches import ended
from tests.support.processes import corridor

DAYS = ("--set", "start=2022-01-01", "--set", "end=2022-02-28", "--set", "past=none")
SHORT = ("--scale", 1000, "--seeds", 1, *DAYS, "--jobs", 1)


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_the_commands_of_the_copied_readme_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ended("init", tmp_path / "new" / "mine") == 0
    folder = tmp_path / "new" / "mine"
    assert files_in(folder) == files_in(STARTER) == {"experiment.yaml", "README.md", "policies/more_officers.yaml"}
    monkeypatch.chdir(folder)
    lines = re.findall(r"^ {4}corridor ([^#\n]+)", Path("README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [line.split()[0] for line in lines] == ["check", "run", "dose"]
    for line in lines:
        command, *options = shlex.split(line)
        short = SHORT[:-2] if command == "check" else SHORT
        assert ended(command, *options, *short) == 0
    assert Path("results/runs/experiment/effects.csv").exists()
    assert Path("results/runs/experiment_dose/dose.csv").exists()


def test_a_file_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    assert ended("init", tmp_path) == 0
    (tmp_path / "policies" / "more_officers.yaml").unlink()
    (tmp_path / "experiment.yaml").write_text("mine, too", encoding="utf-8")
    capsys.readouterr()
    assert ended("init", tmp_path) == 2
    problems = capsys.readouterr().err.splitlines()
    assert [Path(line.split(":")[0]).name for line in problems] == ["README.md", "experiment.yaml"]
    assert all("would be overwritten" in line for line in problems)
    assert (tmp_path / "experiment.yaml").read_text(encoding="utf-8") == "mine, too"
    assert not (tmp_path / "policies" / "more_officers.yaml").exists()


def test_a_file_in_place_of_the_folder_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    assert ended("init", tmp_path / "notes.txt") == 2
    assert "is a file; give a folder" in capsys.readouterr().err


@pytest.mark.slow
def test_the_shell_completes_commands_and_choices(tmp_path: Path) -> None:
    def completed(line: str) -> list[str]:
        words = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1), "_CORRIDOR_COMPLETE": "complete_bash"}
        return corridor(cwd=tmp_path, env={**environ, **words}).stdout.split()

    assert completed("corridor comp") == ["compare"]
    assert completed("corridor list exp") == ["experiments"]
