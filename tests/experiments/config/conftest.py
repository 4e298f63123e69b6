"""The small experiment of the tests of its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.refusals import EXPERIMENT, PATROLS


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a right experiment `x.yaml` and its policy, which is also the current directory."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "x.yaml").write_text(EXPERIMENT, encoding="utf-8")
    (tmp_path / "policies" / "patrols.yaml").write_text(PATROLS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path
