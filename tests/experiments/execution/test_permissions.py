"""Who may read what a run writes is what the user says (umask), and for every file the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.batches import ended, write_experiment
from tests.support.instant import instantly


@pytest.mark.slow
@pytest.mark.parametrize(("mask", "of_files", "of_folders"), [(0o027, "0o640", "0o750"), (0o002, "0o664", "0o775")])
def test_every_file_of_a_run_has_the_rights_that_the_user_gives(
    mask: int, of_files: str, of_folders: str, tmp_path: Path, rendered_figures: None
) -> None:
    path = write_experiment(tmp_path)
    before = os.umask(mask)
    try:
        with instantly():
            assert ended("run", path, "--out", tmp_path / "out", "--jobs", "1", "--set", "design=null") == 0
    finally:
        os.umask(before)
    there = [each for each in (tmp_path / "out").rglob("*") if each.name != ".lock"]
    assert {"manifest.json", "plan.json", "effects.csv", "figures", "cases", "index"} <= {each.name for each in there}
    rights = {each: oct(each.stat().st_mode & 0o777) for each in there}
    assert {each: right for each, right in rights.items() if right != (of_folders if each.is_dir() else of_files)} == {}
