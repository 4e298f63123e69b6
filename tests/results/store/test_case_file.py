"""The store: exact round trips, whole files or none, and broken files refused by name."""

from __future__ import annotations

import errno
import json
import os
import re
from dataclasses import asdict
from datetime import date
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr

from corridor.model.indicators import INDICATORS
from corridor.model.records import Breakdown, Records
from corridor.results.store import case_file, whole_files

ABOUT = {"indicators": json.dumps({n: asdict(i) for n, i in INDICATORS.items()}), "title": "t"}


def fake_records(seeds=(1, 2), start=date(2022, 11, 1), end=date(2023, 1, 31), shift=0.0) -> Records:
    """Records with every indicator, different in every cell."""
    records = Records(start, end, tuple(seeds), 1.0)
    shape = (len(seeds), len(records.dates))
    for k, (name, indicator) in enumerate(INDICATORS.items()):
        if indicator.kind != "ratio":
            records.daily[name] = np.arange(np.prod(shape), dtype=float).reshape(shape) + k + shift
    values = np.arange(len(seeds) * len(records.years) * 2, dtype=float).reshape(len(seeds), -1, 2)
    records.yearly["leg_flows"] = Breakdown("people", "people along a leg", "leg", ("a>b", "b>c"), values)
    records.yearly["launches_by_sector"] = Breakdown("boats", "launches", "sector", ("north", "south"), values)
    return records


def save(directory: Path, world: str, records: Records, name: str = "") -> Path:
    path = directory / f"{name or world}.nc"
    worlds = {"worlds": {"with": {}, "without": {}}}
    case_file.save(
        records, path, {**ABOUT, "world": world, "world_title": world.title(), "configuration": json.dumps(worlds)}
    )
    return path


def test_a_case_comes_back_bit_for_bit(tmp_path):
    records = fake_records()
    case = case_file.open_case(save(tmp_path, "with", records))
    for name, values in records.daily.items():
        assert np.array_equal(case[name].values, values)
        assert case[name].attrs["units"] == INDICATORS[name].unit
        assert case[name].attrs["long_name"]
    assert np.array_equal(case.leg_flows.values, records.yearly["leg_flows"].values)
    assert list(case.leg.values) == ["a>b", "b>c"]
    assert str(case.time.values[0])[:10] == "2022-11-01"


def test_xarray_reads_a_case_as_we_do(tmp_path):
    path = save(tmp_path, "with", fake_records())
    with xr.open_dataset(path, engine="h5netcdf") as dataset:
        assert case_file.open_case(path).identical(dataset.load())


def test_worlds_and_seeds_are_joined_in_the_order_of_the_experiment(tmp_path):
    save(tmp_path, "without", fake_records((1,)), "z1")
    save(tmp_path, "without", fake_records((2,), shift=5.0), "a2")
    save(tmp_path, "with", fake_records((1, 2), shift=9.0))
    dataset = case_file.open_cases(tmp_path)
    assert list(dataset.world.values) == ["with", "without"]
    assert list(dataset.seed.values) == [1, 2]
    assert dataset.world_title.sel(world="with").item() == "With"
    first = dataset.arrivals_people.sel(world="without", seed=2).values[0]
    assert first == fake_records((2,), shift=5.0).daily["arrivals_people"][0, 0]


def test_worlds_with_other_seeds_are_refused(tmp_path):
    save(tmp_path, "with", fake_records((1, 2)))
    save(tmp_path, "without", fake_records((1, 3)))
    with pytest.raises(case_file.StoreError, match="without has other seeds"):
        case_file.open_cases(tmp_path)


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b"not a case" * 50])
def test_a_broken_case_is_refused_by_name(tmp_path, damage):
    path = save(tmp_path, "with", fake_records())
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(case_file.StoreError, match=r"with\.nc"):
        case_file.open_cases(tmp_path)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.mkdir(), "is a folder"),
        pytest.param(
            lambda path: os.mkfifo(path),
            "is a device or a pipe",
            marks=pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have no names here"),
        ),
        (lambda _: None, "no such file"),
        (lambda path: path.write_bytes(b"text"), "cannot be read as a case: it is damaged, cut off or of another kind"),
        (lambda path: path.write_bytes(save(path.parent, "with", fake_records()).read_bytes()[:3000]), "cut off"),
    ],
)
def test_what_is_no_case_is_refused_in_our_own_words(tmp_path, make, words):
    path = tmp_path / "x.nc"
    make(path)
    with pytest.raises(case_file.StoreError) as raised:
        case_file.read_netcdf(path)
    said = str(raised.value)
    assert said.startswith(f"{path}: ") and words in said and said.endswith(case_file.EXPECTED)
    assert not re.search(r"Errno|0x|time =|synchronously|\n", said)


def test_the_reason_of_the_system_is_kept(tmp_path):
    said = str(case_file.unreadable(tmp_path, PermissionError(errno.EACCES, "Unable to open (buf = 0x7fff)")))
    assert f"cannot be read as a case: {os.strerror(errno.EACCES)}; expected" in said and "0x" not in said


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(case_file.StoreError, match="holds no case"):
        case_file.open_cases(tmp_path)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("old")

    def fail(part: Path) -> None:
        part.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        whole_files.write_whole(path, fail)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["x.txt"]
    whole_files.write_whole(path, lambda part: part.write_text("new"))
    assert path.read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["x.txt"]


@pytest.mark.parametrize("name", ["indicators", "configuration"])
def test_an_attribute_that_is_damaged_is_named(tmp_path: Path, name: str) -> None:
    path = save(tmp_path, "with", fake_records())
    with h5py.File(path, "r+") as file:
        file.attrs[name] = str(file.attrs[name])[:-1]
    with pytest.raises(case_file.StoreError, match=f"its attribute {name} is not the one"):
        case_file.open_case(path)
