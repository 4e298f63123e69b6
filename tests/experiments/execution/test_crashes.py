"""`run`, `history`, `update` and `publish`, killed at any change of a file: no case that is done is lost, nothing is
half written, and the same command, given again, ends in the same bits.

Six places of each command here, thirty with `make fuzz`. `test_faults.py` kills real simulations at random.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.fit import posterior
from corridor.experiments.execution.folders.publishing import STAGING
from corridor.results.store import case_file, result_files, run_folder, whole_files
from tests.support.batches import write_experiment
from tests.support.crashes import changes_of, crashed
from tests.support.effort import effort

PLACES = effort(6, 30)
YEAR = """\
title: One year
start: 2021-01-01
end: 2021-12-31
past: none
scale: 1000
seeds: 1
worlds: {as_it_happened: {title: As it happened, policies: []}}
baseline: as_it_happened
"""
SMALL = ("--members", "24", "--steps", "1")
COMMANDS = {
    "run": ("run", "x.yaml", "--out", "out", "--jobs", "1"),
    "history": ("history", "y.yaml", "--until", "2021-12", *SMALL, "--out", "out", "--jobs", "1"),
    "update": ("update", "new.csv", "--posterior", "fit", "--out", "out", "--jobs", "1"),
    "publish": ("publish", "--quick", "--out", "out/runs", "--to", "out/to", "--jobs", "1"),
}  # fmt: skip


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that the commands read."""
    folder = tmp_path_factory.mktemp("given")
    write_experiment(folder)
    (folder / "y.yaml").write_text(YEAR, encoding="utf-8")
    (folder / "fit").mkdir()
    about = {
        "until": "2025-12",
        "world": "as_it_happened",
        "start": "2018-01-01",
        "given": {},
        "table": {"scale": 1000},
    }
    posterior.write(folder / "fit", pd.DataFrame({"p_retry": [0.85, 0.9]}), [1, 2], about)
    days = pd.date_range("2026-01-01", "2026-02-20").strftime("%Y-%m-%d")
    pd.DataFrame({"date": days, "people": 50, "boats": 1}).to_csv(folder / "new.csv", index=False)
    return folder


def copied(given: Path, to: Path) -> Path:
    """Another such folder."""
    return shutil.copytree(given, to)


def whole_cases(folder: Path) -> dict[str, str]:
    """Every case file in a folder and below, with the hash of its contents. Raises StoreError for one that is not
    whole."""
    paths = sorted(folder.rglob("cases/*.nc"))
    return {str(path.relative_to(folder)): " ".join(case_file.examine(path)["content_sha256"]) for path in paths}


def described_files_are_whole(folder: Path) -> None:
    """Every table that a manifest describes is the one that it describes, but for what was still being moved."""
    for path in folder.rglob(result_files.MANIFEST):
        if path.parent.name.startswith(STAGING):
            continue
        manifest = result_files.read_manifest(path.parent)
        for name, expected in manifest.get(result_files.HASHES, {}).items():
            assert whole_files.sha256(path.parent / name) == expected, path.parent / name


def results(folder: Path) -> dict[str, object]:
    """What a command has left: the digest of every run, and the bytes of all tables; of other files their names."""
    found: dict[str, object] = {}
    for path in sorted(each for each in folder.rglob("*") if each.is_file() and each.parent.name != "index"):
        name = str(path.relative_to(folder))
        found[name] = path.read_bytes() if path.suffix == ".csv" else None
        if path.name == run_folder.PLAN:
            contents = run_folder.inspect_run(path.parent)
            found[name] = (run_folder.digest(contents), len(contents.missing))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_is_killed_at_any_change_of_a_file_loses_nothing(name: str, given: Path, tmp_path: Path) -> None:
    words = COMMANDS[name]
    undisturbed = copied(given, tmp_path / "undisturbed")
    number = changes_of(words, undisturbed)
    expected = results(undisturbed)
    assert number > 10 and any(isinstance(value, bytes) for value in expected.values())
    places = np.linspace(1, number, PLACES).astype(int).tolist()
    for place in places:
        folder = copied(given, tmp_path / f"{name}-{place}")
        assert crashed(words, folder, place)
        before = whole_cases(folder)
        described_files_are_whole(folder)
        assert not crashed(words, folder, 0)
        assert before.items() <= whole_cases(folder).items(), place
        assert results(folder) == expected, place
        shutil.rmtree(folder)


@pytest.mark.slow
def test_a_command_that_is_killed_again_and_again_comes_to_its_end(given: Path, tmp_path: Path) -> None:
    """Each time it has to come a little further: what was done is not done again."""
    words, kept = COMMANDS["run"], {}
    for place in range(8, 400, 8):
        going_on = crashed(words, given, place)
        found = whole_cases(given)
        assert kept.items() <= found.items()
        kept = found
        if not going_on:
            break
    assert not going_on and len(kept) == 4
    assert json.loads((given / "out" / "manifest.json").read_text(encoding="utf-8"))["title"] == "A small batch"
