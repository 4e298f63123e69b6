"""The store: one NetCDF file a case, written whole, that carries its own configuration and the hash of its contents.

xarray and pandas are imported only where a dataset is made, because the processes that run cases need neither.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import h5py
import numpy as np

from corridor.results.store.whole_files import sha256, write_whole
from corridor.results.store.yearly import annual, labels

if TYPE_CHECKING:
    import xarray as xr

FORMAT = "v110"  # of HDF5 (2016), which R and the netCDF library have read for years
COMPRESSION = {"compression": "gzip", "compression_opts": 4, "shuffle": True}
SMALLEST_PACKED = 64  # values; packing fewer costs more than it saves
EPOCH = date(1970, 1, 1)
ATTRIBUTES = "attributes_sha256"
EXPECTED = "expected: a whole case file of a run, such as DIR/cases/NAME.nc"


class StoreError(Exception):
    """A case file that cannot be read, or cases that do not belong together; the message names the file."""


class Records(Protocol):
    """What a simulation leaves behind (see `model.indicators.Records`); `yearly` holds flows over labels."""

    start: date
    end: date
    seeds: tuple[int, ...]
    scale: float

    @property
    def daily(self) -> Mapping[str, np.ndarray]:
        """Indicator -> values of shape (seed, day)."""
        ...

    @property
    def yearly(self) -> Mapping[str, Any]:
        """Breakdown -> values of shape (seed, year, label), with unit, meaning, dimension and labels."""
        ...

    @property
    def dates(self) -> list[date]:
        """The days, in order."""
        ...

    @property
    def years(self) -> list[int]:
        """The calendar years, in order."""
        ...


@dataclass(frozen=True)
class Variable:
    """One array with the names of its dimensions and what it is; the first dimension of records is the seed."""

    dims: tuple[str, ...]
    values: np.ndarray
    about: dict[str, str] = field(default_factory=dict)


def variables_of(records: Records, known: Mapping[str, Mapping[str, str]]) -> dict[str, Variable]:
    """Coordinates (seed, time, year and one for each breakdown), then the records, each with unit and long name."""
    since = {"units": f"days since {EPOCH}", "calendar": "proleptic_gregorian"}
    days = np.arange(len(records.dates), dtype=np.int64) + (records.start - EPOCH).days
    found = {
        "seed": Variable(("seed",), np.array(records.seeds, dtype=np.int64)),
        "time": Variable(("time",), days, since),
        "year": Variable(("year",), np.array(records.years, dtype=np.int64)),
    }
    for part in records.yearly.values():
        found[part.dimension] = Variable((part.dimension,), np.array(part.labels, dtype=object))
    for name, values in records.daily.items():
        about = {"units": known[name]["unit"], "long_name": known[name]["meaning"]}
        found[name] = Variable(("seed", "time"), np.ascontiguousarray(values, dtype=np.float64), about)
    for name, part in records.yearly.items():
        about = {"units": part.unit, "long_name": part.meaning}
        values = np.ascontiguousarray(part.values, dtype=np.float64)
        found[name] = Variable(("seed", "year", part.dimension), values, about)
    return found


def digests(variables: Mapping[str, Variable]) -> list[str]:
    """SHA-256 over the contents of each seed: names, coordinates and the bits of all records, in order of name."""
    shared = hashlib.sha256()
    for name, variable in sorted(variables.items()):
        if name in variable.dims and name != "seed":
            shared.update(f"{name} {variable.values.tolist()}\n".encode())
    found = []
    for k, seed in enumerate(variables["seed"].values.tolist()):
        digest = shared.copy()
        digest.update(f"seed {seed}\n".encode())
        for name, variable in sorted(variables.items()):
            if name not in variable.dims:
                digest.update(f"{name} {variable.dims} {variable.values.shape[1:]}\n".encode())
                digest.update(variable.values[k].astype("<f8").tobytes())
        found.append(digest.hexdigest())
    return found


def save(records: Records, path: Path, attributes: Mapping[str, str]) -> tuple[dict[str, Variable], dict[str, Any]]:
    """Write one case, which appears under its name only when it is whole, and return what was written.

    `attributes` must hold `world` and `indicators`, the JSON of what each indicator is. The digest of each seed is
    added to them, so that damage is detected. Raises OSError if it cannot be written.
    """
    variables = variables_of(records, json.loads(attributes["indicators"]))
    content = " ".join(digests(variables))
    kept = {"Conventions": "CF-1.8", **attributes, "content_sha256": content, "scale": records.scale}
    kept[ATTRIBUTES] = attributes_sha256(kept)
    content_of_file = netcdf(variables, kept)
    write_whole(path, lambda part: part.write_bytes(content_of_file))
    return variables, kept


def attributes_sha256(attributes: Mapping[str, Any]) -> str:
    """SHA-256 over the attributes of a case file, but for itself."""
    digest = hashlib.sha256()
    for name, value in sorted(attributes.items()):
        if name != ATTRIBUTES:
            digest.update(f"{name} {value}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def netcdf(variables: Mapping[str, Variable], attributes: Mapping[str, Any]) -> bytes:
    """The content of a NetCDF4 file, made by its HDF5 layer: dimensions are scales that the variables are attached to.

    xarray's own writer takes ten times as long for fifty small variables, which would be half of a short case. The
    file is made in memory, because HDF5 reports a full disk badly.
    """
    memory = io.BytesIO()  # not the image of an open file, to which HDF5 before 2.0 gives a wrong checksum
    with h5py.File(memory, "w", libver=(FORMAT, FORMAT), track_order=True) as file:
        for name, variable in variables.items():
            data = put(file, name, variable)
            if name in variable.dims:
                data.make_scale(name)
            else:
                for axis, dimension in enumerate(variable.dims):
                    data.dims[axis].attach_scale(file[dimension])
        file.attrs.update(attributes)
    return memory.getvalue()


def put(file: h5py.File, name: str, variable: Variable) -> Any:
    """One variable with its attributes; numbers are packed without loss."""
    numeric = variable.values.dtype.kind in "fi"
    packing = COMPRESSION if numeric and variable.values.size >= SMALLEST_PACKED else {}
    kind = variable.values.dtype if numeric else h5py.string_dtype()
    data = file.create_dataset(name, data=variable.values, dtype=kind, track_order=True, **packing)
    data.attrs.update(variable.about)
    return data


def read_netcdf(path: Path) -> tuple[dict[str, Variable], dict[str, Any]]:
    """All variables and attributes of a case file. Raises StoreError when it cannot be read or is no case."""
    if not path.exists():
        raise StoreError(f"{path}: no such file; {EXPECTED}")
    if not path.is_file():  # opening a pipe may never end
        raise StoreError(f"{path}: is {'a folder' if path.is_dir() else 'a device or a pipe'}; {EXPECTED}")
    try:
        with h5py.File(path) as file:
            variables = {name: take(data) for name, data in file.items()}
            attributes = dict(file.attrs)
    except Exception as error:  # HDF5 raises nearly everything on a damaged file
        raise unreadable(path, error) from error
    if "world" not in attributes or "indicators" not in attributes or "seed" not in variables:
        raise StoreError(f"{path}: is not a case of Corridor (it names no world)")
    for name in ("indicators", "configuration"):
        if not is_object(attributes.get(name, "{}")):
            raise StoreError(f"{path}: its attribute {name} is not the one that was written")
    return variables, attributes


def unreadable(path: Path, error: Exception) -> StoreError:
    """The refusal of a file that HDF5 cannot read, in words; its own hold addresses in memory and the time."""
    number = error.errno if isinstance(error, OSError) else None
    why = os.strerror(number) if number else "it is damaged, cut off or of another kind"
    return StoreError(f"{path}: cannot be read as a case: {why}; {EXPECTED}")


def is_object(text: object) -> bool:
    """Whether this is the JSON of an object."""
    try:
        return isinstance(json.loads(str(text)), dict)
    except ValueError:
        return False


def take(data: Any) -> Variable:
    """A variable as it was stored."""
    values = data.asstr()[()].astype(object) if h5py.check_string_dtype(data.dtype) else data[()]
    own = data.name.removeprefix("/")
    dims = (own,) if data.is_scale else tuple(str(dim[0].name).removeprefix("/") for dim in data.dims)
    return Variable(dims, values, {key: str(data.attrs[key]) for key in ("units", "long_name") if key in data.attrs})


def days_of(variables: Mapping[str, Variable]) -> list[date]:
    """The days of the records."""
    return [EPOCH + timedelta(days=day) for day in variables["time"].values.tolist()]


def case_name(world: str, seeds: tuple[int, ...], identity: str) -> str:
    """The name of a case's file: its world and seeds, and the start of its identity."""
    last = f"-{seeds[-1]:03d}" if len(seeds) > 1 else ""
    return f"{world}-s{seeds[0]:03d}{last}-{identity[:16]}.nc"


def examine(path: Path) -> dict[str, Any]:
    """Read a whole case file of a store, check it against its own hashes and its name, and describe it. Raises
    StoreError if it is damaged, or another's."""
    variables, attributes = read_whole(path)
    own = case_name(attributes["world"], tuple(variables["seed"].values.tolist()), attributes["identity"])
    if path.name != own:
        raise StoreError(f"{path}: holds the case of {own}")
    return describe(path, variables, attributes)


def read_whole(path: Path) -> tuple[dict[str, Variable], dict[str, Any]]:
    """All variables and attributes of a case file that is what was written. Raises StoreError where it is not."""
    variables, attributes = read_netcdf(path)
    try:
        content = " ".join(digests(variables))
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{path}: its contents are not those that were written ({error})") from None
    if content != attributes.get("content_sha256"):
        raise StoreError(f"{path}: its contents are not those that were written")
    check_attributes(path, attributes)
    return variables, attributes


def check_attributes(path: Path, attributes: Mapping[str, Any]) -> None:
    """Raises StoreError where the attributes of a case file are not those that were written."""
    configuration = str(attributes.get("configuration", ""))
    if hashlib.sha256(configuration.encode("utf-8", "surrogatepass")).hexdigest() != attributes.get("identity"):
        raise StoreError(f"{path}: its configuration is not the one that was run")
    if attributes_sha256(attributes) != attributes.get(ATTRIBUTES):
        raise StoreError(f"{path}: its attributes are not those that were written")


def describe(path: Path, variables: Mapping[str, Variable], attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The rows of the index for a case file with these contents, as columns: every seed, and of it every year."""
    daily = {name: variable.values for name, variable in variables.items() if variable.dims == ("seed", "time")}
    years = np.array([day.year for day in days_of(variables)])
    yearly = annual(daily, years, json.loads(attributes["indicators"]))
    seeds, periods = variables["seed"].values, labels(years)
    rows = len(seeds) * len(periods)
    return {
        "identity": [attributes["identity"]] * rows,
        "seed": np.repeat(seeds, len(periods)),
        "file": [path.name] * rows,
        "position": np.repeat(np.arange(len(seeds)), len(periods)),
        "size": np.full(rows, path.stat().st_size),
        "file_sha256": [sha256(path)] * rows,
        "content_sha256": np.repeat(attributes["content_sha256"].split(), len(periods)),
        "seconds": np.full(rows, float(attributes["seconds"])),
        "year": periods * len(seeds),
        **{name: values.reshape(-1) for name, values in yearly.items()},
    }


def open_case(path: Path) -> xr.Dataset:
    """One case, read into memory. Raises StoreError naming a file that is broken or not a case of Corridor."""
    import xarray as xr

    variables, attributes = read_netcdf(path)
    raw = xr.Dataset({name: (each.dims, each.values, each.about) for name, each in variables.items()}, attrs=attributes)
    return xr.decode_cf(
        raw, decode_timedelta=False
    )  # numbers in days stay numbers; takes a sixth of the time of open_dataset


def open_cases(directory: Path) -> xr.Dataset:
    """All cases of a folder with dimensions world and seed in front, worlds in the order of the experiment.

    For a few case files without a plan beside them; a whole batch is opened with `results.open`.
    Raises StoreError when the folder has no case, a case is broken, or worlds do not have the same seeds and days.
    """
    import pandas as pd
    import xarray as xr

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
        if not dataset.seed.to_index().is_unique:
            raise StoreError(f"{directory}: world {world} has a seed twice, under different configurations")
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
