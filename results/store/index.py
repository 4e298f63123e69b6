"""The index of a batch: one row for each seed of a stored case and each year, with all yearly values.

`DIR/index/*.parquet` is read as one table (`pandas.read_parquet("DIR/index")`, in R `arrow::open_dataset`). It says
which file holds a seed, the hashes of file and contents, and the values of `corridor.results.store.yearly`.
It only saves time: what it lacks is read from the case files, and the next run makes a deleted index anew.
Where pyarrow is not installed its parts are CSV with the same columns; both kinds are read side by side.
"""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd

from corridor.model.inputs.files import refusal
from corridor.results.store.case_file import StoreError, examine
from corridor.results.store.optional import installed
from corridor.results.store.whole_files import sha256, write_whole

CASES, INDEX = "cases", "index"
ABOUT = ["identity", "seed", "file", "position", "size", "file_sha256", "content_sha256", "seconds"]
SOURCE = ["identity", "seed", "file", "file_sha256"]  # a replicate, and the file with these bytes that holds it
TEXTS = {"identity": str, "file": str, "file_sha256": str, "content_sha256": str, "year": str}


def add(directory: Path, described: Iterable[dict[str, Any]]) -> None:
    """Add cases to the index of a batch's directory as one more file of it, written whole."""
    tables = [pd.DataFrame(columns) for columns in described]
    if tables:
        (directory / INDEX).mkdir(exist_ok=True)
        table = pd.concat(tables, ignore_index=True)
        kind = ".parquet" if installed("pyarrow") else ".csv"
        content = io.BytesIO()
        if kind == ".parquet":
            table.to_parquet(content, compression="zstd")
        else:
            table.to_csv(content, index=False)
        name = f"{time.time_ns()}-{os.getpid()}-{hash_of(content.getvalue())}{kind}"
        write_whole(directory / INDEX / name, lambda part: part.write_bytes(content.getvalue()))


def hash_of(content: bytes) -> str:
    """The start of the SHA-256 of a part of the index, which its name ends with."""
    return hashlib.sha256(content).hexdigest()[:16]


def read_part(path: Path, columns: list[str] | None) -> pd.DataFrame | None:
    """A part of the index; None where it cannot be read (a device among them) or is not what was written."""
    try:
        if refusal(path):
            return None
        content = path.read_bytes()
        if not path.stem.endswith(f"-{hash_of(content)}"):
            return None
        return READERS[path.suffix](io.BytesIO(content), columns)
    except (OSError, ValueError, ImportError):  # of Parquet without pyarrow, too
        return None


def read(directory: Path, columns: list[str] | None = None) -> pd.DataFrame:
    """The index, the rows of a case once for each file that holds or held it; damaged parts are skipped, as the case
    files hold the same."""
    wanted = None if columns is None else [*ABOUT, "year", *columns]
    paths = sorted(path for path in (directory / INDEX).glob("*") if path.suffix in READERS)
    frames = [part for part in (read_part(path, wanted) for path in paths) if part is not None]
    if not frames:
        return pd.DataFrame(columns=[*ABOUT, "year"])
    together = pd.concat(frames, ignore_index=True)
    return together.drop_duplicates([*SOURCE, "year"], keep="last", ignore_index=True)


def read_parquet(content: BinaryIO, columns: list[str] | None) -> pd.DataFrame:
    """These columns (None: all) of a part in Parquet. Raises ImportError where pyarrow is not installed."""
    return pd.read_parquet(content, columns=columns)


def read_csv(content: BinaryIO, columns: list[str] | None) -> pd.DataFrame:
    """These columns (None: all) of a part in CSV, with the bits that were written."""
    return pd.read_csv(
        content,
        usecols=lambda name: columns is None or name in columns,
        dtype=TEXTS,  # type: ignore[arg-type]
        float_precision="round_trip",
    )


READERS = {".parquet": read_parquet, ".csv": read_csv}


@dataclass(frozen=True)
class Scan:
    """The case files of a directory: `rows` one for each seed (columns ABOUT), `fresh` what the index lacked
    (columns of `describe`, one a file), `damaged` file name -> what is wrong."""

    rows: pd.DataFrame
    fresh: list[dict[str, Any]]
    damaged: dict[str, str]


def scan_cases(directory: Path, verify_hashes: bool = True) -> Scan:
    """Look at every case file: those of the index by their hash, or only by their size, the others by reading them.

    A name may have been that of several files, one after the other: rows count whose hash is that of the last.
    """
    known = read(directory, []).drop_duplicates(SOURCE, keep="last")
    files = known.drop_duplicates("file", keep="last").set_index("file")
    sizes, hashes = files["size"].to_dict(), files["file_sha256"].to_dict()
    known = known[known.file_sha256 == known.file.map(hashes)]
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
