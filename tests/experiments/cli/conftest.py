"""The small experiment of the tests of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

EXPERIMENT = """\
title: Patrols against none
start: 2022-06-01
end: 2022-06-30
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
levers: {patrol_officers: [{from: 2022-06-05, to: 2.5}]}
"""


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
