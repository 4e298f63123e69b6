"""The index of a batch: one row for each seed of a stored case and each year, with all yearly values.

`DIR/index/*.parquet` is read as one table (`pandas.read_parquet("DIR/index")`, in R `arrow::open_dataset`). It says
which file holds a seed, the hashes of file and contents, and the values of `corridor.results.store.yearly`.
It only saves time: what it lacks is read from the case files, and the next run makes a deleted index anew.
"""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from corridor.results.store.case_file import StoreError, examine, sha256, write_whole

CASES, INDEX = "cases", "index"
ABOUT = ["identity", "seed", "file", "position", "size", "file_sha256", "content_sha256", "seconds"]


def add(directory: Path, described: Iterable[dict[str, Any]]) -> None:
    """Add cases to the index of a batch's directory as one more file of it, written whole."""
    tables = [pa.table(columns) for columns in described]
    if tables:
        (directory / INDEX).mkdir(exist_ok=True)
        content = io.BytesIO()
        pq.write_table(pa.concat_tables(tables, promote_options="default"), content, compression="zstd")
        name = f"{time.time_ns()}-{os.getpid()}-{hash_of(content.getvalue())}.parquet"
        write_whole(directory / INDEX / name, lambda part: part.write_bytes(content.getvalue()))


def hash_of(content: bytes) -> str:
    """The start of the SHA-256 of a part of the index, which its name ends with."""
    return hashlib.sha256(content).hexdigest()[:16]


def read_part(path: Path, columns: list[str] | None) -> pd.DataFrame | None:
    """A part of the index; None where it cannot be read or is not what was written."""
    try:
        content = path.read_bytes()
        if not path.stem.endswith(f"-{hash_of(content)}"):
            return None
        return pq.read_table(io.BytesIO(content), columns=columns).to_pandas()
    except (OSError, pa.ArrowException):
        return None


def read(directory: Path, columns: list[str] | None = None) -> pd.DataFrame:
    """The index, of every case the latest rows; damaged parts are skipped, as the case files hold the same."""
    wanted = None if columns is None else [*ABOUT, "year", *columns]
    parts = (read_part(path, wanted) for path in sorted((directory / INDEX).glob("*.parquet")))
    frames = [part for part in parts if part is not None]
    if not frames:
        return pd.DataFrame(columns=[*ABOUT, "year"])
    together = pd.concat(frames, ignore_index=True)
    return together.drop_duplicates(["identity", "seed", "year"], keep="last", ignore_index=True)


@dataclass(frozen=True)
class Scan:
    """The case files of a directory: `rows` one for each seed (columns ABOUT), `fresh` what the index lacked
    (columns of `describe`, one a file), `damaged` file name -> what is wrong."""

    rows: pd.DataFrame
    fresh: list[dict[str, Any]]
    damaged: dict[str, str]


def scan_cases(directory: Path, verify_hashes: bool = True) -> Scan:
    """Look at every case file: those of the index by their hash, or only by their size, the others by reading them."""
    known = read(directory, []).drop_duplicates(["identity", "seed"])
    files = known.drop_duplicates("file", keep="last").set_index("file")
    sizes, hashes = files["size"].to_dict(), files["file_sha256"].to_dict()
    whole, fresh, damaged = [], [], {}
    for path in sorted((directory / CASES).glob("*.nc")):
        if not path.is_file():
            damaged[path.name] = "is no ordinary file"
            continue
        expected = sizes.get(path.name)
        if expected == path.stat().st_size and (not verify_hashes or sha256(path) == hashes[path.name]):
            whole.append(path.name)
            continue
        try:
            fresh.append(examine(path))
        except StoreError as error:
            damaged[path.name] = str(error).removeprefix(f"{path}: ")
    rows = [known.loc[known.file.isin(whole), ABOUT]]
    rows += [pd.DataFrame({name: columns[name] for name in ABOUT}) for columns in fresh]
    together = pd.concat([each for each in rows if len(each)] or rows[:1], ignore_index=True)
    return Scan(together.drop_duplicates(["identity", "seed"], keep="last", ignore_index=True), fresh, damaged)
