"""The manifest and the tables of a folder of results, read as what they are: damaged ones are named, never used.

The manifest lists the tables by name with the meaning of their columns, and the SHA-256 of every file beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from corridor.model.inputs.files import refusal
from corridor.results.store.case_file import StoreError
from corridor.results.store.whole_files import sha256

MANIFEST = "manifest.json"
HASHES = "files_sha256"  # key of the manifest: file -> SHA-256
AGAIN = "the same command as before makes it again"
COLUMNS_OF_TEXT = ("period", "month", "origin", "horizon", "world", "baseline")  # that may look like numbers
TEXTS = dict.fromkeys(COLUMNS_OF_TEXT, str)
AS_THEY_ARE: dict[str, Any] = {"keep_default_na": False, "na_values": [""]}  # texts: a world may be called `null`
SET = ("lever:", "parameter:", "strength of the measure ")  # with which meanings of columns of what was set begin
NUMBERS = ("mean", "value", "share", "low", "high")  # columns, also behind another word and `_`


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object; an empty one where the file is missing. Raises StoreError for a damaged one."""
    try:
        if why := refusal(path):
            raise StoreError(f"{path}: {why}")
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise StoreError(f"{path}: cannot be read: {error}; {AGAIN}") from None
    if not isinstance(found, dict):
        raise StoreError(f"{path}: cannot be read: it holds no object; {AGAIN}")
    return found


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder of results; an empty one where there is none. Raises StoreError for a damaged one."""
    path = folder / MANIFEST
    manifest = read_json(path)
    if problems := list(manifest_problems(manifest)):
        raise StoreError("\n".join(f"{path}: {text}; {AGAIN}" for text in problems))
    return manifest


def manifest_problems(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Parts of a manifest that are not of the kind that a run writes."""
    kinds: dict[str, type] = {"tables": dict, "configuration": dict, "title": str, HASHES: dict, "packages": dict}
    for key, kind in kinds.items():
        if key in manifest and not isinstance(manifest[key], kind):
            yield f"{key} is damaged"
    for key in ("files", "notes"):
        if not is_list_of_texts(manifest.get(key, [])):
            yield f"{key} is damaged"
    tables = manifest.get("tables")
    for name, about in tables.items() if isinstance(tables, dict) else ():
        if not is_own_name(name) or not is_table(about):
            yield f"tables, {name!r}, is damaged"
    settings = manifest.get("configuration")
    yield from configuration_problems(settings if isinstance(settings, dict) else {})


def configuration_problems(settings: Mapping[str, Any]) -> Iterator[str]:
    """Settings that captions and reports use, and that are not of their kind."""
    kinds: dict[str, tuple[type, ...]] = {
        "start": (str,), "end": (str,), "title": (str,), "scale": (int, float), "seeds": (list,), "worlds": (dict,),
        "policy_files": (dict,), "baseline": (str,),
    }  # fmt: skip
    for key, kind in kinds.items():
        if settings.get(key) is not None and (not isinstance(settings[key], kind) or settings[key] is True):
            yield f"configuration, {key}, is damaged"
    for key in ("worlds", "policy_files"):
        parts = settings.get(key)
        if isinstance(parts, dict) and not all(isinstance(each, dict) for each in parts.values()):
            yield f"configuration, {key}, is damaged"


def is_list_of_texts(value: object) -> bool:
    """Whether this is a list of texts."""
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def is_own_name(name: object) -> bool:
    """Whether a name is that of a file of the folder itself, and not a path to somewhere else."""
    return isinstance(name, str) and name == Path(name).name and name not in ("", ".", "..") and "\0" not in name


def is_table(about: object) -> bool:
    """Whether this is what a manifest says of a table: its meaning and that of each column."""
    if not isinstance(about, dict) or not isinstance(about.get("meaning"), str):
        return False
    columns = about.get("columns")
    return isinstance(columns, dict) and all(isinstance(each, str) for each in columns.values())


def damaged_files(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """The files of a folder that are missing or not those that its manifest describes."""
    hashes = manifest.get(HASHES, {})
    return [name for name, each in hashes.items() if not (folder / name).is_file() or sha256(folder / name) != each]


def read_table(folder: Path, name: str, manifest: Mapping[str, Any], **how: Any) -> pd.DataFrame:
    """A table of a folder of results, empty where the file is. Only an empty cell is missing. `how` goes to pandas.

    Raises StoreError where it cannot be read, is not the file that the manifest describes or, where a manifest has no
    hashes, has text for a number.
    """
    path = folder / name
    try:
        expected = manifest.get(HASHES, {}).get(name)
        if expected is not None and sha256(path) != expected:
            raise StoreError(f"{path}: is not the file that {MANIFEST} describes; {AGAIN}")
        frame = pd.read_csv(path, dtype=TEXTS, **{**AS_THEY_ARE, **how})
    except pd.errors.EmptyDataError:
        return pd.DataFrame()
    except (OSError, ValueError) as error:
        raise StoreError(f"{path}: cannot be read: {error}") from None
    wrong = [str(column) for column in frame if is_number_column(column) and frame[column].dtype.kind == "O"]
    if wrong and len(frame) and expected is None:
        raise StoreError(f"{path}: text stands in {', '.join(wrong)}; numbers are expected")
    return frame


def is_number_column(name: object) -> bool:
    """Whether a column of a table holds numbers alone."""
    return str(name).rpartition("_")[2] in NUMBERS


def is_set(meaning: str) -> bool:
    """Whether a column with this meaning holds what was set: a lever, a parameter, or the strength of a measure."""
    return meaning.startswith(SET)


def set_columns(manifest: Mapping[str, Any], table: str) -> list[str]:
    """The columns of a table of a manifest that hold what was set."""
    about = ((manifest.get("tables") or {}).get(table) or {}).get("columns") or {}
    return [name for name, meaning in about.items() if is_set(str(meaning))]
