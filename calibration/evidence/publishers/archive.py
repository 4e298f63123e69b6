"""Imported files on disk: tidy CSV of all vintages, what they are in JSON, revisions, and files for our commands.

A folder keeps every edition that was imported into it. `known_at` gives what was known on a day.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from corridor.calibration.evidence.publishers.cells import Status
from corridor.calibration.evidence.publishers.source import Imported, keys_of
from corridor.model.engine.errors import InputError
from corridor.results.store.whole_files import write_text
from corridor.results.tables.writing import write_csv

FACTS = "import.json"
COLUMNS = {
    "period": "day, week ending on a day, month, quarter or year",
    "series": "what is counted",
    "value": "empty unless counted",
    "status": f"one of {', '.join(Status)}",
    "unit": "unit of the value",
    "note": "what the publisher says of the value, or the code in its place",
    "vintage": "day of the publisher's file: what was known then",
}


def write(found: Imported, folder: Path) -> tuple[list[Path], int]:
    """Write an imported file into a folder, beside its earlier editions; the files, and how many values were revised.

    Raises InputError for a folder that holds files of another source.
    """
    facts = read_facts(folder)
    if facts and facts["source"] != found.source.name:
        raise InputError([f"{folder}: holds files of {facts['source']}; allowed: one source in a folder"])
    folder.mkdir(parents=True, exist_ok=True)
    paths, revised = [], 0
    for frequency, frame in found.records.items():
        path = folder / f"{named(frequency)}.csv"
        table = with_earlier(frame, path)
        write_csv(table, path)
        changes = revisions(table)
        write_csv(changes, folder / f"{named(frequency)}_revisions.csv")
        paths += [path, folder / f"{named(frequency)}_revisions.csv"]
        revised += len(changes)
    for name, frame in found.ready.items():
        write_csv(frame, folder / f"{name}.csv")
        paths.append(folder / f"{name}.csv")
    write_text(folder / FACTS, json.dumps(facts_of(found, facts), indent=2, ensure_ascii=False) + "\n")
    return [*paths, folder / FACTS], revised


def named(frequency: str) -> str:
    """The name of a table: days, weeks, ..., incidents."""
    return f"{frequency}s"


def read_facts(folder: Path) -> dict[str, Any]:
    """What a folder holds; empty where nothing was imported into it."""
    path = folder / FACTS
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return facts


def facts_of(found: Imported, earlier: dict[str, Any]) -> dict[str, Any]:
    """Source, licence, columns and units of a folder, and each edition in it."""
    edition = {"file": found.file.name, "sha256": found.sha256, "layouts": list(found.layouts)}
    units = {
        series: unit
        for frame in found.records.values()
        for series, unit in frame[["series", "unit"]].drop_duplicates().itertuples(index=False)
    }
    return {
        "source": found.source.name,
        "publisher": found.source.publisher,
        "licence": found.source.licence,
        "units": {**earlier.get("units", {}), **units},
        "columns": COLUMNS,
        "editions": dict(sorted({**earlier.get("editions", {}), str(found.vintage): edition}.items())),
    }


def with_earlier(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The records of a vintage below those of the others; an edition that is imported again takes its own place."""
    if not path.is_file():
        return frame
    numbers = [name for name in ("value", "lat", "lon") if name in frame]
    texts = {name: str for name in frame if name not in numbers}
    kept = pd.read_csv(path, dtype=texts, keep_default_na=False, na_values={name: [""] for name in numbers})
    kept = kept[kept.vintage != frame.vintage.iloc[0]]
    return pd.concat([kept, frame], ignore_index=True).sort_values("vintage", kind="stable", ignore_index=True)


def known_at(table: pd.DataFrame, day: str) -> pd.DataFrame:
    """Of each thing the record of the last edition up to a day (YYYY-MM-DD)."""
    known = table[table.vintage <= day]
    return known.drop_duplicates(keys_of(table), keep="last", ignore_index=True)


def revisions(table: pd.DataFrame) -> pd.DataFrame:
    """Values that an edition gives otherwise than the one before that has them."""
    keys = keys_of(table)
    before = table.groupby(keys, sort=False, dropna=False)[["value", "status", "vintage"]].shift()
    changed = before.vintage.notna() & ~((table.value == before.value) | (table.status != Status.COUNTED))
    changed |= before.vintage.notna() & (table.status != before.status)
    rows = table.loc[changed, [*keys, "value", "status", "unit", "vintage"]]
    return rows.assign(**{f"{name}_before": before.loc[changed, name] for name in ("value", "status", "vintage")})
