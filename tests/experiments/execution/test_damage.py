"""Damage in the folder of a finished run: what reads it names the file, and never gives values without it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from corridor import results
from corridor.results.plots.stored import ResultFolder
from corridor.results.store.case_file import StoreError
from tests.support.batches import cases, ended


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    """A finished run that may be damaged."""
    return Path(shutil.copytree(finished, tmp_path / "run"))


def test_a_damaged_case_is_not_left_out_of_tables(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worst = cases(run)[0]
    worst.write_bytes(worst.read_bytes()[:3000])
    capsys.readouterr()
    for form in ("--csv", "--parquet", "--netcdf"):
        assert ended("export", run, form, "--out", tmp_path / "made") == 2
        assert f"{worst}: " in capsys.readouterr().err
    assert not list(tmp_path.glob("made*"))


def test_effects_at_points_of_a_design_have_no_figure(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert ended("figures", run) == 2
    assert "holds no result of which there are figures" in capsys.readouterr().err


def test_a_case_of_which_a_bit_changed_is_not_read(run: Path) -> None:
    dataset = results.open_results(run)
    worst = cases(run)[0]
    content = bytearray(worst.read_bytes())
    content[len(content) // 2] ^= 1  # of the same size, so that only its hash says so
    worst.write_bytes(content)
    with pytest.raises(StoreError, match=f"{worst.name}: is missing or not the file that was written"):
        _ = dataset.arrivals_people.values
    with pytest.raises(StoreError, match=worst.name):
        results.to_frame(run)


def test_a_case_that_is_not_yet_there_is_only_missing(run: Path) -> None:
    whole = len(results.to_frame(run))
    cases(run)[0].unlink()
    assert len(results.to_frame(run)) == whole * 6 // 8
    assert results.open_results(run).attrs["missing"] == 2


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_text("world,mean\na,1\n", encoding="utf-8")])
def test_a_damaged_table_is_named(run: Path, capsys: pytest.CaptureFixture[str], damage) -> None:
    damage(run / "summary.csv")
    capsys.readouterr()
    assert ended("status", run) == 1
    assert "tables: damaged: summary.csv" in capsys.readouterr().out
    with pytest.raises(StoreError, match=r"summary\.csv"):
        ResultFolder(run).table("summary")


def test_a_damaged_plan_is_named_by_figures(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = json.loads((run / "plan.json").read_text(encoding="utf-8"))
    (run / "plan.json").write_text(json.dumps(plan | {"worlds": 3}), encoding="utf-8")
    capsys.readouterr()
    assert ended("figures", run) == 2
    assert "plan.json: cannot be read: worlds" in capsys.readouterr().err
