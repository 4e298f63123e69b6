"""Files that are needed only while a command runs: where they are, and that killed commands leave none behind."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from corridor.experiments.execution.folders import scratch
from corridor.model.inputs.data_files import DATA
from tests.support.batches import cases, write_experiment
from tests.support.processes import begun, corridor, kill_with_workers

LONG = ("--set", "start=2022-01-01", "--set", "end=2022-12-31", "--set", "scale=100", "--jobs", "2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An experiment with entries of its own, and an empty folder for the system's temporary files."""
    write_experiment(tmp_path)
    shutil.copy(DATA / "entries.csv", tmp_path / "mine.csv")
    with (tmp_path / "x.yaml").open("a", encoding="utf-8") as file:
        file.write("entries: mine.csv\n")
    (tmp_path / "tmp").mkdir()
    return tmp_path


def wait_until(happens: Callable[[], object]) -> None:
    """Wait for something; AssertionError after a minute."""
    for _ in range(1200):
        if happens():
            return
        time.sleep(0.05)
    raise AssertionError("waited for a minute")


def killed(folder: Path, *arguments: str, when: Callable[[], object]) -> None:
    """Begin a command, and kill all of its processes at once."""
    process = begun(*arguments, cwd=folder, env={**os.environ, "TMPDIR": str(folder / "tmp")})
    try:
        wait_until(when)
    finally:
        kill_with_workers(process)


def left_in(folder: Path) -> list[str]:
    """What of ours is in the system's temporary directory."""
    return sorted(path.name for path in (folder / "tmp").iterdir())


@pytest.mark.slow
def test_a_killed_run_leaves_its_scratch_in_its_own_folder_until_the_next_start(folder: Path) -> None:
    out, inside = folder / "out", folder / "out" / scratch.SCRATCH
    killed(folder, "run", "x.yaml", "--out", "out", *LONG, when=lambda: list(inside.rglob("entries.csv")))
    assert left_in(folder) == []
    assert list(inside.iterdir())
    environment = {**os.environ, "TMPDIR": str(folder / "tmp")}
    again = corridor("run", "x.yaml", "--out", "out", "--jobs", "2", cwd=folder, env=environment)
    assert again.returncode == 0, again.stderr
    assert len(cases(out)) == 4
    assert not inside.exists()
    assert left_in(folder) == []


@pytest.mark.slow
def test_a_killed_bench_is_cleared_by_the_next_command_that_needs_a_temporary_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "own").mkdir()
    killed(folder, "bench", "--batch", when=lambda: list(folder.glob("tmp/*/out/cases/*.nc")))
    assert len(left_in(folder)) == 1
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(folder / "tmp"))
    with scratch.temporary_folder():
        assert len(left_in(folder)) == 2  # too young: it may belong to a command that is about to lock it
    monkeypatch.setattr(scratch, "YOUNG_SECONDS", -1.0)
    with scratch.temporary_folder() as first, scratch.temporary_folder() as second:
        assert left_in(folder) == sorted([first.name, second.name])  # one that is in use stays
    assert left_in(folder) == []


def test_folders_of_others_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(scratch, "YOUNG_SECONDS", -1.0)
    (tmp_path / "corridor-sim-notes").mkdir()
    (tmp_path / "else").mkdir()
    with scratch.temporary_folder():
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corridor-sim-notes", "else"]
