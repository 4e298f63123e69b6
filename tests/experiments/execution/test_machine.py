"""`corridor doctor`: what it looks at, and what it advises where something is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corridor.experiments.execution import machine
from corridor.experiments.execution.machine import FINE, NOTE, PROBLEM
from corridor.results.store.optional import EXTRAS
from tests.support.batches import ended


def test_everything_is_looked_at_and_this_machine_can_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("doctor", str(tmp_path), "--json") == 0
    found = {each["name"]: each for each in json.loads(capsys.readouterr().out)}
    looked = {"corridor", "packages", "cores", "memory", "folder", "temporary", "browser", "accelerator", *EXTRAS}
    assert set(found) == looked
    assert all(each["advice"] for each in found.values() if each["state"] != FINE)
    assert found["packages"]["found"].startswith("all ")


def test_a_folder_that_cannot_be_written_is_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("doctor", str(tmp_path / "nowhere")) == 1
    said = capsys.readouterr().out
    assert f"problem  folder         {tmp_path / 'nowhere'} cannot be written: No such file or directory" in said
    assert "-> give a folder where you may write (--out DIR)" in said


def test_packages_that_are_missing_or_of_a_wrong_version_are_a_problem() -> None:
    found = machine.packages(["numpy>=99", "no-such-package>=1", "scipy>=1", "other; extra == 'dev'"])
    assert found.state == PROBLEM
    assert "no-such-package not there (allowed: >=1)" in found.found
    assert "(allowed: >=99)" in found.found
    assert "scipy" not in found.found


def test_little_memory_no_browser_and_a_missing_extra_are_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (machine.memory(0.5).state, machine.memory(8.0).state) == (NOTE, FINE)
    monkeypatch.setattr(machine.shutil, "which", lambda _: None)
    assert machine.browser().state == NOTE
    assert machine.accelerator().found.startswith("none, and none is needed")
    monkeypatch.setattr(machine, "installed", lambda _: False)
    assert {each.advice for each in machine.extras()} == {
        f"pip install 'corridor-sim[{e}]'" for e, _ in EXTRAS.values()
    }
