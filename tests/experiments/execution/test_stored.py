"""Stored batches: one lazy dataset, tidy tables, and the commands that read them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from corridor import results
from corridor.results.store import case_file, run_folder
from corridor.results.tables import summary as compare
from tests.support.batches import EXPERIMENT, cases, content_digest, ended, run_here

PLAIN = EXPERIMENT[: EXPERIMENT.index("design:")]


def test_a_batch_is_one_lazy_dataset(finished: Path) -> None:
    dataset = results.open_results(finished)
    assert dict(dataset.sizes) | {"world": 2, "point": 2, "seed": 2, "time": 20} == dict(dataset.sizes)
    assert not dataset.arrivals_people.variable._in_memory
    assert dataset.arrivals_people.attrs == {"units": "people", "long_name": "people who reached Kent by small boat"}
    assert list(dataset.world.values) == ["with_patrols", "without"]
    design = pd.read_csv(finished / "design.csv")
    assert np.allclose(dataset.p_retry.values, design.p_retry, rtol=1e-9)
    plan = run_folder.read_plan(finished)
    for world, point in (("without", 2), ("with_patrols", 1)):
        identity = plan.identities[world][point - 1]
        (path,) = (path for path in cases(finished) if identity[:16] in path.name)
        alone = case_file.open_case(path)
        here = dataset.sel(world=world, point=point)
        for name in alone.data_vars:
            assert np.array_equal(here[name].values, alone[name].values), name
    part = dataset.entered_people.isel(world=1, point=[1, 0], seed=slice(1, None), time=slice(5, 9))
    assert np.array_equal(part.values, dataset.entered_people.load().values[1, [1, 0], 1:, 5:9])


def test_what_is_missing_is_not_a_number(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_here()
    lost = next(path for path in cases(Path("out")) if path.name.startswith("without"))
    lost.unlink()
    dataset = results.open_results("out")
    assert dataset.attrs["missing"] == 2
    empty = dataset.entered_people.isnull().all("time")
    assert int(empty.sum()) == 2
    assert len(results.to_frame("out").drop_duplicates(["world", "point", "seed"])) == 6
    assert ended("digest", "out") == 1
    assert "2 of 8 replicates are missing" in capsys.readouterr().err
    assert ended("status", "out") == 1
    assert "done 6, missing 2, failed 0; tables: of this batch" in capsys.readouterr().out


def test_the_tidy_table_says_what_the_cases_say(finished: Path) -> None:
    frame = results.to_frame(finished)
    assert list(frame.columns) == [
        "world",
        "point",
        "p_retry",
        "boat_cost",
        "seed",
        "year",
        "indicator",
        "unit",
        "kind",
        "value",
    ]
    slow = compare.yearly(results.open_results(finished))
    totals = results.to_frame(finished, totals=True).assign(period="whole run")
    frame = pd.concat([frame.assign(period=frame.year.astype(str)), totals], ignore_index=True)
    keys = ["world", "point", "seed", "period", "indicator"]
    both = frame.merge(slow, on=keys, suffixes=("", "_slow"))
    assert len(both) == len(frame) == len(slow) == 2 * 2 * 2 * 2 * len(frame.indicator.unique())
    assert np.array_equal(both.value, both.value_slow, equal_nan=True)
    summary = pd.read_csv(finished / "summary.csv")
    assert list(summary.columns[:4]) == ["world", "baseline", "indicator", "unit"]
    cell = frame[(frame.world == "without") & (frame.point == 2) & (frame.indicator == "entered_people")]
    row = compare.cell(summary, world="without", point=2, indicator="entered_people", period="whole run")
    assert row is not None
    assert row["mean"] == pytest.approx(cell[cell.period == "whole run"].value.mean())


@pytest.mark.parametrize(("option", "read"), [("--csv", pd.read_csv), ("--parquet", pd.read_parquet)])
def test_export_writes_the_tidy_table(tmp_path: Path, finished: Path, option: str, read) -> None:
    path = tmp_path / "table"
    assert ended("export", finished, option, "--out", path) == 0
    table, frame = read(path), results.to_frame(finished)
    assert list(table.columns) == list(frame.columns)
    assert np.allclose(table.value, frame.value, rtol=1e-9, equal_nan=True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "out"], "give either --csv or --parquet"),
        (["export", "out", "--csv", "--parquet"], "give either --csv or --parquet"),
        (["status", "nowhere"], "nowhere: holds no plan.json"),
        (["digest", "policies"], "policies: holds no plan.json"),
        (["export", "x.yaml", "--csv"], "x.yaml: holds no plan.json"),
        (["reproduce", "x.yaml"], "x.yaml: cannot be read as a case"),
        (["reproduce", "nowhere.nc"], "nowhere.nc: cannot be read as a case"),
    ],
)
def test_wrong_commands_end_with_code_2(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert ended(*arguments) == 2
    printed = capsys.readouterr().err
    assert said in printed and "Traceback" not in printed


def test_digest_is_of_the_bits(folder: Path, finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("digest", finished) == 0
    assert capsys.readouterr().out == f"{content_digest(finished)}  8 replicates\n"
    run_here("--set", "design.seed=2")
    assert content_digest(folder / "out") != content_digest(finished)


def test_reproduce_runs_a_case_again_from_its_file_alone(
    tmp_path: Path, finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "alone.nc"
    path.write_bytes(cases(finished)[0].read_bytes())
    assert ended("reproduce", path) == 0
    assert "alone.nc: the same, bit for bit (2 seeds" in capsys.readouterr().out
    variables, attributes = case_file.read_netcdf(path)
    variables["entered_people"].values[1, 7] += 1.0
    path.write_bytes(case_file.netcdf(variables, attributes))
    assert ended("reproduce", path) == 1
    assert "entered_people: first differs at (1, 7)" in capsys.readouterr().err


@pytest.mark.slow
def test_reproduce_has_the_users_own_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from corridor.model.inputs.entries import DATA

    own = folder / "own.csv"
    lines = (DATA / "entries.csv").read_text(encoding="utf-8")
    own.write_text(lines, encoding="utf-8")
    run_here("--set", "entries=own.csv", "--set", "design.points=1")
    own.unlink()
    assert ended("reproduce", cases(Path("out"))[0]) == 0
    assert "the same, bit for bit" in capsys.readouterr().out


def test_a_case_opens_with_xarray_and_says_where_it_is_from(finished: Path) -> None:
    with xr.open_dataset(cases(finished)[0], engine="h5netcdf") as dataset:
        record = json.loads(dataset.attrs["provenance"])
        configuration = json.loads(dataset.attrs["configuration"])
        assert dataset.time.dtype.kind == "M"
    assert set(record) >= {"git_commit", "git_dirty", "packages", "machine", "python", "code_sha256", "data_sha256"}
    assert configuration["policy"][0]["changes"][0] == {
        "lever": "patrol_officers",
        "from": "2022-06-02",
        "over_days": 0,
        "to": 2.5,
    }
    manifest = json.loads((finished / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["git_commit"] == record["git_commit"]
    assert len(manifest["cases"]) == 4
    assert manifest["configuration"]["design"]["kind"] == "sobol"


def test_a_plain_experiment_has_figures_and_no_points(folder: Path) -> None:
    (folder / "x.yaml").write_text(PLAIN, encoding="utf-8")
    assert len(run_here()) == 2
    assert (folder / "out" / "figures" / "map.png").exists()
    assert not (folder / "out" / "design.csv").exists()
    assert results.open_results("out").arrivals_people.dims == ("world", "seed", "time")
    assert "point" not in results.to_frame("out")
