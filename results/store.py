"""The store: one NetCDF file a case, written whole, and all cases of a run opened as one labelled dataset."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import pandas as pd
import xarray as xr

ENGINE: Literal["h5netcdf"] = "h5netcdf"


class StoreError(Exception):
    """A case file that cannot be read, or cases that do not belong together; the message names the file."""


class Records(Protocol):
    """What a simulation leaves behind (see `model.indicators.Records`); `yearly` holds flows over labels."""

    start: date
    end: date
    seeds: tuple[int, ...]
    scale: float

    @property
    def daily(self) -> Mapping[str, np.ndarray]: ...

    @property
    def yearly(self) -> Mapping[str, Any]: ...

    @property
    def dates(self) -> list[date]: ...

    @property
    def years(self) -> list[int]: ...


def to_dataset(records: Records, attributes: Mapping[str, str]) -> xr.Dataset:
    """A dataset with dimensions seed, time, year and one for each breakdown; every variable has unit and long name.

    `attributes` must hold `indicators`, the JSON of what each indicator is, and `world`.
    """
    known = json.loads(attributes["indicators"])
    variables: dict[str, Any] = {}
    coordinates: dict[str, Any] = {
        "seed": list(records.seeds),
        "time": pd.DatetimeIndex(records.dates),
        "year": records.years,
    }
    for name, values in records.daily.items():
        about = known[name]
        variables[name] = (("seed", "time"), values, {"units": about["unit"], "long_name": about["meaning"]})
    for name, part in records.yearly.items():
        coordinates[part.dimension] = list(part.labels)
        about = {"units": part.unit, "long_name": part.meaning}
        variables[name] = (("seed", "year", part.dimension), part.values, about)
    return xr.Dataset(variables, coordinates, {**attributes, "scale": records.scale})


def save(records: Records, path: Path, attributes: Mapping[str, str]) -> None:
    """Write one case; the file appears under its name only when it is whole (OSError if it cannot be written)."""
    dataset = to_dataset(records, attributes)
    packed: dict[str, dict[str, Any]] = {str(name): {"zlib": True, "complevel": 4} for name in dataset.data_vars}
    packed["time"] = {"units": "days since 1970-01-01", "dtype": "int64"}
    write_whole(path, lambda part: dataset.to_netcdf(part, engine=ENGINE, encoding=packed))


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file beside `path`, flush it to disk and rename it; on failure nothing is left."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    os.close(handle)
    part = Path(name)
    try:
        write(part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def open_case(path: Path) -> xr.Dataset:
    """One case, read into memory. Raises StoreError naming a file that is broken or not a case of Corridor."""
    try:
        with xr.open_dataset(path, engine=ENGINE) as dataset:
            case = dataset.load()
    except (OSError, ValueError, KeyError) as error:
        raise StoreError(f"{path}: cannot be read as a case: {error}") from error
    if "world" not in case.attrs or "indicators" not in case.attrs:
        raise StoreError(f"{path}: is no case of Corridor (it names no world)")
    return case


def open_cases(directory: Path) -> xr.Dataset:
    """All cases of a folder with dimensions world and seed in front, worlds in the order of the experiment.

    Raises StoreError when the folder has no case, a case is broken, or worlds do not have the same seeds and days.
    """
    paths = sorted(directory.glob("*.nc"))
    if not paths:
        raise StoreError(f"{directory}: holds no case")
    by_world: dict[str, list[xr.Dataset]] = {}
    for path in paths:
        case = open_case(path)
        by_world.setdefault(case.attrs["world"], []).append(case)
    worlds = world_order(by_world)
    joined = [xr.concat(by_world[world], "seed", combine_attrs="override").sortby("seed") for world in worlds]
    for world, dataset in zip(worlds, joined, strict=True):
        if not (dataset.seed.equals(joined[0].seed) and dataset.time.equals(joined[0].time)):
            raise StoreError(f"{directory}: world {world} has other seeds or days than world {worlds[0]}")
    titles = [dataset.attrs.get("world_title", world) for world, dataset in zip(worlds, joined, strict=True)]
    together = xr.concat(joined, pd.Index(worlds, name="world"), combine_attrs="override")
    return together.assign_coords(world_title=("world", titles))


def world_order(by_world: Mapping[str, list[xr.Dataset]]) -> list[str]:
    """Worlds as the experiment file lists them; in order of name where a case does not say."""
    configuration = next(iter(by_world.values()))[0].attrs.get("configuration", "{}")
    listed = list(json.loads(configuration).get("worlds", {}))
    return sorted(by_world, key=lambda world: (listed.index(world) if world in listed else len(listed), world))
