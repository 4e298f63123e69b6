"""Results that another version of Corridor stored: they open as today's do, or are refused with what to do."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path

from corridor.results.store.case_file import StoreError

TABLES = ("effects.csv", "summary.csv")
OLD_COLUMN, COLUMN = "year", "period"  # of these tables up to version 0.1.0, and since


def version_of(folder: Path) -> str:
    """The version of Corridor that wrote the manifest of a folder; nothing where it does not say."""
    try:
        return str(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["corridor_version"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def check_tables(folder: Path) -> None:
    """Raises StoreError where the tables of a run have the columns of a version whose tables are no longer read."""
    for path in (folder / name for name in TABLES):
        if OLD_COLUMN in (columns := header_of(path)) and COLUMN not in columns:
            raise StoreError(
                f"{path}: its columns are those of version {version_of(folder) or '0.1.0'} of Corridor, which this "
                f"version does not read; run the experiment again with --out {folder}, or open it with that version"
            )


def header_of(path: Path) -> list[str]:
    """The columns of a CSV file; none where it cannot be read."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return next(csv.reader(file), [])
    except (OSError, ValueError, csv.Error):
        return []


def newer_plan(path: Path, unknown: Iterable[str]) -> StoreError:
    """The refusal of a plan that says more than this version understands."""
    version = version_of(path.parent)
    which = f"version {version}" if version else "a newer version"
    return StoreError(
        f"{path}: says {', '.join(sorted(unknown))}, which this version of Corridor does not know; it was written by "
        f"{which}: open it with that"
    )
