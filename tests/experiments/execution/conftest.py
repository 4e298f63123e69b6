"""The small batch that the tests of execution share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.batches import finished_batch, write_experiment


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the small experiment, which is also the current directory."""
    write_experiment(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a batch that was run in this process, which tests only read."""
    return finished_batch(tmp_path_factory.mktemp("finished"))
