"""Publishes the results of an analysis in its folder: tables first, then figures, the manifest last.

Everything is written into a hidden folder and then moved, so that a folder never holds half of its results. The
manifest lists all files of the run, with the meaning of each table and its columns, and its shape; files that only an
earlier manifest lists are removed.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from corridor.experiments.execution.analysis import AnalysisResult, Table
from corridor.experiments.execution.folders.locking import LOCK
from corridor.results.store import destinations, result_files, run_folder, whole_files
from corridor.results.tables.dictionary import describe_columns
from corridor.results.tables.shape import as_json
from corridor.results.tables.writing import write_csv

STAGING = ".unfinished-"  # prefix of a folder that is being written
FIGURES, DICTIONARY = "figures", "data_dictionary.csv"
OWN = (LOCK, run_folder.PLAN, result_files.MANIFEST)  # files that identify the folder of a run


@dataclass(frozen=True)
class Published:
    """The paths of the figures that were made, and the error of each that failed, by name."""

    figures: list[Path]
    failed_figures: dict[str, str]


def prepare_folder(folder: Path, cases: bool = True) -> None:
    """Make the folder of a run, or of results that have no cases of their own.

    Raises InputError when it cannot be written, when it holds files and none that a run of Corridor wrote, or when
    results without cases would take the place of those of a run.
    """
    destinations.check_folder(folder, cases).mkdir(parents=True, exist_ok=True)
    there = sorted(path.name for path in folder.iterdir() if not is_run(path))
    if there and not is_run(folder):
        names = ", ".join(there[:5]) + ", ..." * (len(there) > 5)
        raise destinations.refused(folder, f"holds {names} but no {run_folder.PLAN} of a run; give another folder")


def is_run(folder: Path) -> bool:
    """Whether this is a folder in which a run of Corridor worked."""
    return any((folder / name).is_file() for name in OWN)


def clear_unfinished(folder: Path) -> None:
    """Remove what a killed command was writing in its folder."""
    for half in folder.glob(f"{STAGING}*"):
        shutil.rmtree(half)
    whole_files.remove_halves(folder)


def publish(results: AnalysisResult, folder: Path, about: Mapping[str, Any]) -> Published:
    """Write all tables, texts and figures of an analysis, and a manifest with what is known `about` the run."""
    clear_unfinished(folder)
    staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=folder))
    try:
        for name, table in results.tables.items():
            write_csv(table.frame, staging / f"{name}.csv")
        for name, text in results.texts.items():
            whole_files.write_text(staging / name, text)
        write_csv(data_dictionary(results.tables), staging / DICTIONARY)
        paths, failed = draw(results, staging / FIGURES)
        files = sorted(path.name for path in staging.iterdir())
        hashes = {name: whole_files.sha256(staging / name) for name in files if name != FIGURES}
        manifest = {
            **about,
            "files": files,
            result_files.HASHES: hashes,
            "tables": described(results.tables),
            "figures_that_failed": failed,
        }
        whole_files.write_text(staging / result_files.MANIFEST, json.dumps(manifest, indent=2) + "\n")
        replace_files(staging, folder, [*files, result_files.MANIFEST])
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Published([folder / FIGURES / path.name for path in paths], failed)


def add_to_run(results: AnalysisResult, folder: Path) -> Published:
    """Write the tables and figures of an analysis beside those of a run, into its manifest and data dictionary, too.

    They are of this run: when its results are written again, they are removed with the others. A folder without a
    manifest gets the files alone.
    """
    for name, table in results.tables.items():
        write_csv(table.frame, folder / f"{name}.csv")
    paths, failed = draw(results, folder / FIGURES)
    path = folder / result_files.MANIFEST
    if path.is_file():
        manifest = result_files.read_manifest(folder)
        made = [f"{name}.csv" for name in results.tables] + [FIGURES] * bool(paths)
        manifest["files"] = sorted({*manifest["files"], *made})
        manifest["tables"] |= described(results.tables)
        write_csv(dictionary_of(manifest["tables"]), folder / DICTIONARY)
        written = [DICTIONARY, *(f"{name}.csv" for name in results.tables)]
        hashes = {name: whole_files.sha256(folder / name) for name in written}
        manifest[result_files.HASHES] = {**manifest.get(result_files.HASHES, {}), **hashes}
        whole_files.write_text(path, json.dumps(manifest, indent=2) + "\n")
    return Published(paths, failed)


def draw(results: AnalysisResult, folder: Path) -> tuple[list[Path], dict[str, str]]:
    """Draw the figures into a folder; one that fails is reported, so that finished tables are not lost."""
    if not results.figures:
        return [], {}
    from corridor.results.plots.files import write_styled

    folder.mkdir(exist_ok=True)
    paths: list[Path] = []
    failed: dict[str, str] = {}
    for name, make in results.figures.items():
        try:
            paths += write_styled(make, folder / name)
        except OSError:
            raise  # the disk, not the figure
        except Exception as error:
            failed[name] = f"{type(error).__name__}: {error}"
    return paths, failed


def described(tables: Mapping[str, Table]) -> dict[str, Any]:
    """For each file of a table its meaning and that of each column, and its shape.

    Raises KeyError for columns without a meaning, and for those that the shape does not name once.
    """
    return {
        f"{name}.csv": {
            "meaning": table.meaning,
            "columns": describe_columns(table.frame, table.columns),
            "shape": as_json(table.shape.of(table.frame.columns)),
        }
        for name, table in tables.items()
    }


def data_dictionary(tables: Mapping[str, Table]) -> pd.DataFrame:
    """The same as a table: table, column, meaning."""
    return dictionary_of(described(tables))


def dictionary_of(about: Mapping[str, Any]) -> pd.DataFrame:
    """What `described` gives, as a table."""
    rows = [
        (file, column, meaning)
        for file, table in about.items()
        for column, meaning in {"": table["meaning"], **table["columns"]}.items()
    ]
    return pd.DataFrame(rows, columns=["table", "column", "meaning"])


def replace_files(staging: Path, folder: Path, names: list[str]) -> None:
    """Replace the results of an earlier run; the manifest is removed first and written last."""
    manifest = folder / result_files.MANIFEST
    earlier = run_folder.published_files(folder)
    manifest.unlink(missing_ok=True)
    for name in dict.fromkeys([*earlier, *names]):
        if (folder / name).is_dir():
            shutil.rmtree(folder / name)
        else:
            (folder / name).unlink(missing_ok=True)
    for name in names:
        (staging / name).replace(folder / name)


def older_note(names: Sequence[str]) -> Iterator[str]:
    """That the folder has files of an earlier run, in words; nothing where there are none."""
    if names:
        yield f"Older than this run: {', '.join(names)} in its folder; make them again, or remove them"
