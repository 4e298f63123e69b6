"""The index of a batch: one row for each seed of a stored case and each year, with all yearly figures.

`DIR/index/*.parquet` is read as one table (`pandas.read_parquet("DIR/index")`, in R `arrow::open_dataset`). It says
which file holds a seed, the hashes of file and contents, and the figures of `results.annual`. It saves time and holds
nothing of its own: what it lacks is read from the case files, and a deleted index is made anew by the next run.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from results.annual import annual, labels
from results.store import StoreError, Variable, days_of, digests, read_netcdf, write_whole

CASES, INDEX = "cases", "index"
ABOUT = ["identity", "seed", "file", "position", "size", "file_sha256", "content_sha256", "seconds"]


def case_name(world: str, seeds: tuple[int, ...], identity: str) -> str:
    """The name of a case's file: its world and seeds for reading, and the start of its identity to find it by."""
    last = f"-{seeds[-1]:03d}" if len(seeds) > 1 else ""
    return f"{world}-s{seeds[0]:03d}{last}-{identity[:16]}.nc"


def examine(path: Path) -> dict[str, Any]:
    """Read a case file whole, check it against its own hashes, and describe it. Raises StoreError if it is damaged."""
    variables, attributes = read_netcdf(path)
    if " ".join(digests(variables)) != attributes.get("content_sha256"):
        raise StoreError(f"{path}: its contents are not what was written")
    configuration = str(attributes.get("configuration", ""))
    if hashlib.sha256(configuration.encode()).hexdigest() != attributes.get("identity"):
        raise StoreError(f"{path}: its configuration is not what was run")
    return describe(path, variables, attributes)


def describe(path: Path, variables: Mapping[str, Variable], attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The rows of the index for a case file with these contents, as columns: every seed, and of it every year."""
    daily = {name: variable.values for name, variable in variables.items() if variable.dims == ("seed", "time")}
    years = np.array([day.year for day in days_of(variables)])
    figures = annual(daily, years, json.loads(attributes["indicators"]))
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
        **{name: values.reshape(-1) for name, values in figures.items()},
    }


def sha256(path: Path) -> str:
    """SHA-256 of a file, as `sha256sum` prints it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def add(directory: Path, described: Iterable[dict[str, Any]]) -> None:
    """Add cases to the index of a batch's directory as one more file of it, written whole."""
    tables = [pa.table(columns) for columns in described]
    if tables:
        (directory / INDEX).mkdir(exist_ok=True)
        path = directory / INDEX / f"{time.time_ns()}-{os.getpid()}.parquet"
        table = pa.concat_tables(tables, promote_options="default")
        write_whole(path, lambda part: pq.write_table(table, part, compression="zstd"))


def read(directory: Path, columns: list[str] | None = None) -> pd.DataFrame:
    """The index, of every case the latest rows; parts that cannot be read are passed over, as files say the same."""
    wanted = None if columns is None else [*ABOUT, "year", *columns]
    frames = []
    for path in sorted((directory / INDEX).glob("*.parquet")):
        try:
            frames.append(pq.read_table(path, columns=wanted).to_pandas())
        except (OSError, pa.ArrowInvalid):
            continue
    if not frames:
        return pd.DataFrame(columns=[*ABOUT, "year"])
    together = pd.concat(frames, ignore_index=True)
    return together.drop_duplicates(["identity", "seed", "year"], keep="last", ignore_index=True)


@dataclass(frozen=True)
class Survey:
    """What the case files of a directory are: `rows` one for each seed (columns ABOUT), `fresh` what the index lacked
    (columns of `describe`, one a file), `damaged` file name -> what is wrong."""

    rows: pd.DataFrame
    fresh: list[dict[str, Any]]
    damaged: dict[str, str]


def survey(directory: Path, thorough: bool = True) -> Survey:
    """Look at every case file: those of the index by their hash, or only by their size, the others by reading them."""
    known = read(directory, []).drop_duplicates(["identity", "seed"])
    files = known.drop_duplicates("file", keep="last").set_index("file")
    sizes, hashes = files["size"].to_dict(), files["file_sha256"].to_dict()
    whole, fresh, damaged = [], [], {}
    for path in sorted((directory / CASES).glob("*.nc")):
        expected = sizes.get(path.name)
        if expected == path.stat().st_size and (not thorough or sha256(path) == hashes[path.name]):
            whole.append(path.name)
            continue
        try:
            fresh.append(examine(path))
        except StoreError as error:
            damaged[path.name] = str(error).removeprefix(f"{path}: ")
    rows = [known.loc[known.file.isin(whole), ABOUT]]
    rows += [pd.DataFrame({name: columns[name] for name in ABOUT}) for columns in fresh]
    together = pd.concat([each for each in rows if len(each)] or rows[:1], ignore_index=True)
    return Survey(together.drop_duplicates(["identity", "seed"], keep="last", ignore_index=True), fresh, damaged)
