"""Stored batches: one lazy dataset, tidy tables, and the commands that read them."""

from __future__ import annotations

import json
import shutil
import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xarray as xr

import corridor
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


@pytest.mark.parametrize("kind", ["csv", "geojson", "geoparquet"])
def test_flows_along_legs_are_those_of_the_records(tmp_path: Path, finished: Path, kind: str) -> None:
    path = tmp_path / "flows"
    assert ended("export", finished, "--flows", kind, "--out", path) == 0
    read = {"csv": pd.read_csv, "geojson": features, "geoparquet": pd.read_parquet}[kind]
    table = read(path).astype({"period": str})
    dataset = results.open_results(finished)
    row = table[(table.world == "without") & (table.point == 2) & (table.period == "whole run")].set_index("origin")
    there = row.loc["western_sahara"]
    people = dataset.leg_flows.sel(world="without", point=2, leg="western_sahara>canaries").sum("year")
    assert there.people == pytest.approx(float(people.mean()))
    assert (there.replicates, there.destination, there["mode"]) == (2, "canaries", "sea")
    assert (there.origin_lon, there.destination_lat, there.destination_country) == (-15.9, 28.1, "ES")
    assert len(table) == 2 * 2 * 2 * dataset.sizes["leg"]  # worlds, points, a year and the whole run


def features(path: Path) -> pd.DataFrame:
    """The properties of lines in GeoJSON, whose ends are the places: longitude before latitude."""
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["type"] == "FeatureCollection"
    for each in found["features"]:
        own = each["properties"]
        ends = [[own[f"{end}_lon"], own[f"{end}_lat"]] for end in ("origin", "destination")]
        assert each["geometry"] == {"type": "LineString", "coordinates": ends}
    return pd.DataFrame([each["properties"] for each in found["features"]])


def test_geoparquet_says_where_its_lines_are(tmp_path: Path, finished: Path) -> None:
    path = tmp_path / "flows.parquet"
    assert ended("export", finished, "--flows", "geoparquet", "--out", path) == 0
    schema = pq.read_schema(path)
    geo = json.loads(schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    about = geo["columns"][geo["primary_column"]]
    table = pd.read_parquet(path)
    lons, lats = ([table[f"{end}_{axis}"] for end in ("origin", "destination")] for axis in ("lon", "lat"))
    edges = [min(map(min, lons)), min(map(min, lats)), max(map(max, lons)), max(map(max, lats))]
    assert about == {"encoding": "WKB", "geometry_types": ["LineString"], "bbox": edges}
    order, kind, points, *line = struct.unpack("<BII4d", table.geometry[0])
    assert (order, kind, points) == (1, 2, 2)
    assert line == [lons[0][0], lats[0][0], lons[1][0], lats[1][0]]


@pytest.mark.slow
def test_records_as_netcdf_follow_the_conventions(tmp_path: Path, finished: Path) -> None:
    """As a checker of CF 1.8 asks: units of UDUNITS, standard names, bounds of days, labels beside dimensions."""
    path = tmp_path / "records.nc"
    assert ended("export", finished, "--netcdf", "--out", path) == 0
    with xr.open_dataset(path, engine="h5netcdf", decode_cf=False) as raw:
        assert raw.attrs["Conventions"] == "CF-1.8"
        assert {values.attrs["units"] for values in raw.variables.values() if "units" in values.attrs} == {
            "1", "day", "days since 1970-01-01 00:00:00"
        }  # fmt: skip
        assert raw.time.attrs["standard_name"] == "time"
        assert raw.time.attrs["calendar"] == "standard"
        assert raw.time_bnds.values.tolist() == [[day, day + 1] for day in raw.time.values.tolist()]
        assert raw.realization.attrs["standard_name"] == "realization"
        assert raw.arrivals_people.attrs["cell_methods"] == "time: sum"
        assert raw.camp_stock.attrs["cell_methods"] == "time: point"
        assert raw.usable_nights.attrs["units"] == "day"
        assert "world_name" in raw.arrivals_people.attrs["coordinates"].split()
        assert all(name.replace("_", "").isalnum() for name in raw.variables)
        assert all("long_name" in values.attrs for name, values in raw.variables.items() if name != "time_bnds")
        assert not [name for name, values in raw.variables.items() if values.dtype == np.int64]
    with xr.open_dataset(path, engine="h5netcdf", decode_timedelta=False) as found:
        stored = results.open_results(finished)
        assert found.arrivals_people.values.tolist() == stored.arrivals_people.values.tolist()
        assert (found.time.values == stored.time.values).all()
        assert found.seed.values.tolist() == stored.seed.values.tolist()
        assert found.world_name.values.tolist() == stored.world.values.tolist()


def test_a_table_of_factors_that_a_run_wrote_is_a_design_of_another(folder: Path, finished: Path) -> None:
    """Scenarios to and from CSV."""
    shutil.copy(finished / "design.csv", "scenarios.csv")
    text = EXPERIMENT.replace(
        "{kind: sobol, points: 2, parameters: [p_retry, boat_cost]}", "{kind: csv, file: scenarios.csv}"
    )
    Path("x.yaml").write_text(text, encoding="utf-8")
    assert ended("check", "x.yaml") == 0
    again = corridor.load("x.yaml").definition.points
    stored = pd.read_csv(finished / "design.csv")
    assert [point.parameters for point in again] == stored[["p_retry", "boat_cost"]].to_dict("records")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "out"], "give one of --csv, --parquet, --netcdf and --flows"),
        (["export", "out", "--csv", "--parquet"], "give one of --csv, --parquet, --netcdf and --flows"),
        (["export", "out", "--csv", "--flows", "csv"], "give one of --csv, --parquet, --netcdf and --flows"),
        (["export", "out", "--netcdf", "--by", "month"], "--by are for --csv and --parquet alone"),
        (["status", "nowhere"], "nowhere: holds no plan.json"),
        (["digest", "policies"], "policies: holds no plan.json"),
        (["export", "x.yaml", "--csv"], "x.yaml: holds no plan.json"),
        (["reproduce", "x.yaml"], "x.yaml: cannot be read as a case"),
        (["reproduce", "nowhere.nc"], "nowhere.nc: no such file"),
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
