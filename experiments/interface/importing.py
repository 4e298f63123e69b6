"""Files of publishers as a function: read, checked, and written as tidy CSV that our commands take."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from corridor.model.engine.errors import InputError


@dataclass(frozen=True)
class ImportResult:
    """An imported file: its folder and the files in it, records by frequency and the tables made of them as pandas
    frames, warnings, and how many values were revised since earlier editions in the folder."""

    folder: Path
    files: list[Path]
    records: dict[str, pd.DataFrame]
    ready: dict[str, pd.DataFrame]
    vintage: date
    layouts: tuple[str, ...]
    warnings: tuple[str, ...]
    revised: int


def import_file(
    source: str,
    file: str | os.PathLike[str],
    *,
    out: str | os.PathLike[str] | None = None,
    vintage: date | str | None = None,
) -> ImportResult:
    """Read a file as its publisher made it and write it as tidy CSV, below results/runs/imports/ by default.

    `source` is home-office, home-office-quarterly, frontex, iom-missing-migrants, unhcr or eurostat; `vintage` is the
    day of the file, where the file does not say it. A folder keeps every edition that is imported into it. Raises
    InputError with all that is wrong: an unknown source, a layout that is not known, cells that are no counts.
    """
    from corridor.calibration.evidence.publishers import SOURCES, archive
    from corridor.calibration.evidence.publishers.source import read

    if source not in SOURCES:
        raise InputError([f"import: source {source!r} is not known; allowed: {', '.join(SOURCES)}"])
    day = date.fromisoformat(vintage) if isinstance(vintage, str) else vintage
    found = read(SOURCES[source], Path(file), day)
    folder = Path(out) if out else Path("results", "runs", "imports", source)
    files, revised = archive.write(found, folder)
    return ImportResult(
        folder, files, found.records, found.ready, found.vintage, found.layouts, found.warnings, revised
    )
