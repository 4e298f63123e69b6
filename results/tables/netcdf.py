"""All records of a run as one NetCDF file after the CF conventions (version 1.8), for R, Panoply, CDO and others.

Names that are texts (worlds, legs, groups) are labels beside their dimension, replicates are the dimension
`realization`, and each day is a cell with bounds. UDUNITS knows no people or EUR: their unit is 1, and the attribute
`corridor_unit` says what is counted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corridor.results.store.case_file import EPOCH
from corridor.results.store.run_folder import inspect_run, known_indicators
from corridor.results.store.whole_files import write_whole
from corridor.results.tables.periods import complete_run

CONVENTIONS = "CF-1.8"
UDUNITS = {"nights": "day", "officer-days": "day", "days": "day"}  # what UDUNITS knows; all else is a number
METHODS = {"flow": "time: sum", "stock": "time: point", "ratio": "time: mean"}
MEMBER = {"standard_name": "realization", "long_name": "replicate", "units": "1"}
PACKED = {"zlib": True, "complevel": 4, "shuffle": True}


def write_netcdf(directory: str | Path, path: Path) -> dict[str, int]:
    """Write the records of a run as CF-NetCDF and give back the sizes of its dimensions. Raises StoreError for a run
    that is not complete."""
    folder = Path(directory)
    dataset = with_conventions(complete_run(folder), known_indicators(inspect_run(folder, verify_hashes=False)))
    encoding = {str(name): PACKED for name, values in dataset.data_vars.items() if values.dtype.kind == "f"}
    write_whole(path, lambda part: dataset.to_netcdf(part, engine="h5netcdf", encoding=encoding))
    return {str(name): size for name, size in dataset.sizes.items()}


def with_conventions(dataset: xr.Dataset, known: dict[str, dict[str, str]]) -> xr.Dataset:
    """A dataset of `open_run` with names, coordinates and attributes as CF asks for them."""
    found = with_members(with_days(dataset))
    for name, values in found.data_vars.items():
        about = known.get(str(name), {"unit": str(values.attrs.get("units", "1")), "kind": ""})
        values.attrs = {
            "long_name": str(values.attrs.get("long_name", name)),
            "units": UDUNITS.get(about["unit"], "1"),
            "corridor_unit": about["unit"],
        }
        values.attrs["cell_methods"] = METHODS[about["kind"]] if about["kind"] else "year: sum"
    found["time_bnds"] = (("time", "nv"), np.stack([found.time.values, found.time.values + 1], axis=1))
    found = found.assign_coords(year=("year", found.year.values.astype("int32"), {"long_name": "calendar year"}))
    found = with_labels(found)
    found.attrs = attributes_of(dataset)
    return found


def with_days(dataset: xr.Dataset) -> xr.Dataset:
    """The days as numbers since the epoch, each a cell from its midnight to the next."""
    days = (pd.DatetimeIndex(dataset.time.values) - pd.Timestamp(EPOCH)).days.to_numpy(dtype="int32")
    about = {
        "standard_name": "time",
        "long_name": "day",
        "units": f"days since {EPOCH} 00:00:00",
        "calendar": "standard",
        "axis": "T",
        "bounds": "time_bnds",
    }
    return dataset.assign_coords(time=("time", days, about))


def with_members(dataset: xr.Dataset) -> xr.Dataset:
    """Replicates counted from 1 along `realization`; seeds stand beside it."""
    if "seed" not in dataset.dims:  # every point has its own
        return dataset
    seeds = dataset.seed.values
    found = dataset.drop_vars("seed").rename_dims(seed="realization")
    numbers = np.arange(1, len(seeds) + 1, dtype="int32")
    return found.assign_coords(realization=("realization", numbers, MEMBER), seed=("realization", seeds))


def with_labels(dataset: xr.Dataset) -> xr.Dataset:
    """Coordinates with types and names that CF knows, each with a long name; those that are texts are labels with
    another name than their dimension."""
    coordinates = {}
    for key, values in dataset.coords.items():
        name = str(key).replace(".", "_")
        about = {"long_name": name.replace("_", " "), **values.attrs}
        if values.dtype.kind in "OU":
            label = f"{name}_name" if values.dims == (key,) else name
            coordinates[label] = (values.dims, values.values.astype(object), about)
        else:  # CF 1.8 does not know whole numbers of 64 bits; seeds need more than 32
            known = values.values.astype("float64") if values.dtype == np.int64 else values.values
            coordinates[name] = (values.dims, known, {"units": "1", **about})
    return dataset.drop_vars(list(dataset.coords)).assign_coords(coordinates)


def attributes_of(dataset: xr.Dataset) -> dict[str, Any]:
    """What CF says of a whole file; nothing that differs between equal runs."""
    return {
        "Conventions": CONVENTIONS,
        "title": str(dataset.attrs["title"]),
        "source": "Corridor, an agent-based simulation of migration; agents are synthetic",
        "history": "written by corridor export --netcdf",
        "references": "CITATION.cff and model/ODD.md of Corridor",
        "comment": "Attempts are events and are never added to people. Values are simulated, not observed.",
        "baseline": str(dataset.attrs["baseline"]),
        "people_per_agent": float(dataset.attrs["scale"]),
    }
