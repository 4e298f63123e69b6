"""Results that another version stored open, or are refused in words; an index without Parquet holds the same."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from corridor.results.report.contents import read_contents
from corridor.results.store import index, run_folder
from corridor.results.store.case_file import StoreError
from corridor.results.tables.latex.of_run import latex_table
from tests.support.result_folders import write_result


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A folder with a manifest and tables as version 0.1.0 wrote them."""
    folder = write_result(tmp_path / "old")
    for name in ("effects.csv", "summary.csv"):
        table = pd.read_csv(folder / name, dtype=str).rename(columns={"period": "year"})
        table.drop(columns=["baseline", "kind"], errors="ignore").to_csv(folder / name, index=False)
    return folder


def test_tables_of_an_old_version_are_refused_with_what_to_do(old: Path) -> None:
    expected = f"effects.csv: its columns are those of version 0.1.0 .* --out {old}, or open it with that version"
    for read in (read_contents, latex_table):
        with pytest.raises(StoreError, match=expected):
            read(old)


def test_a_manifest_of_an_old_version_with_todays_tables_opens(tmp_path: Path) -> None:
    folder = write_result(tmp_path / "x")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["corridor_version"] == "0.1.0"
    assert read_contents(folder).manifest["title"] == "A title"


def test_a_plan_of_an_old_version_opens_and_one_of_a_newer_version_is_refused(old: Path) -> None:
    plan = json.loads((old / "plan.json").read_text(encoding="utf-8"))
    assert not {"point_seeds", "draws", "strength_sets"} & set(plan)  # what 0.1.0 did not know
    assert run_folder.read_plan(old).baseline == "without"
    manifest = json.loads((old / "manifest.json").read_text(encoding="utf-8"))
    (old / "manifest.json").write_text(json.dumps(manifest | {"corridor_version": "7.0.0"}), encoding="utf-8")
    (old / "plan.json").write_text(json.dumps(plan | {"planets": 9}), encoding="utf-8")
    with pytest.raises(StoreError, match=r"plan.json: says planets, .* written by version 7.0.0: open it with that"):
        run_folder.read_plan(old)


def described(seed: int) -> dict[str, list[object]]:
    """What the index says of a case with one seed and a year."""
    about = {"identity": ["1e5", "1e5"], "seed": [seed] * 2, "file": ["a.nc"] * 2, "position": [0, 0], "size": [9, 9]}
    hashes = {"file_sha256": ["07"] * 2, "content_sha256": ["1e2"] * 2, "seconds": [0.1 + 0.2] * 2}
    return {**about, **hashes, "year": ["2022", "whole"], "x": [1 / 3, float("nan")]}


def test_an_index_in_csv_holds_the_same_as_one_in_parquet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet, csv = tmp_path / "parquet", tmp_path / "csv"
    for folder, there in ((parquet, True), (csv, False)):
        monkeypatch.setattr(index, "installed", lambda _, there=there: there)
        folder.mkdir()
        index.add(folder, [described(1), described(2)])
        assert [path.suffix for path in (folder / "index").iterdir()] == [f".{folder.name}"]
    pd.testing.assert_frame_equal(index.read(parquet), index.read(csv), check_exact=True)
    pd.testing.assert_frame_equal(index.read(parquet, ["x"]), index.read(csv, ["x"]), check_exact=True)
    index.add(parquet, [described(3)])  # a part of each kind in one folder
    assert sorted(set(index.read(parquet).seed)) == [1, 2, 3]
