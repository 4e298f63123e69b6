"""The tables of a run's folder in LaTeX, from its manifest and CSV files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from corridor.results.store.case_file import StoreError
from corridor.results.store.result_files import AGAIN, MANIFEST, read_manifest, read_table
from corridor.results.store.run_folder import PLAN, read_plan
from corridor.results.store.versions import check_tables
from corridor.results.tables import selection
from corridor.results.tables.latex.booktabs import booktabs
from corridor.results.tables.latex.captions import caption_of, interval_sentences
from corridor.results.tables.latex.tabular import Caption, latex
from corridor.results.tables.layout import Layout, layout, plainly
from corridor.results.tables.shape import Shape, from_json


def latex_table(
    directory: str | Path,
    table: str | None = None,
    *,
    worlds: Sequence[str] = (),
    indicators: Sequence[str] = (),
    period: str | None = None,
    with_booktabs: bool = False,
) -> str:
    """A table of a run in LaTeX; see `corridor.results.latex_table`."""
    shown, caption = laid_out(directory, table, worlds, indicators, period)
    return booktabs(shown, caption) if with_booktabs else latex(shown, caption)


def laid_out(
    directory: str | Path, table: str | None, worlds: Sequence[str], indicators: Sequence[str], period: str | None
) -> tuple[Layout, Caption]:
    """The cells of a table of a run that are shown, and its caption. Raises StoreError."""
    folder = Path(directory)
    manifest = manifest_of(folder)
    name = known_table(folder, manifest, table)
    about = manifest["tables"][name]
    frame = read_table(folder, name, manifest)
    try:
        rows = selection.chosen_rows(frame, worlds, indicators, period)
    except selection.Unknown as error:
        raise StoreError("\n".join(f"{folder / name}, {each}" for each in error.problems)) from None
    if rows.empty:
        raise StoreError(f"{folder / name}: has no such rows")
    titles = read_plan(folder).worlds if (folder / PLAN).exists() else {}
    shape = shape_of(folder / MANIFEST, name, about)
    if shape is None:
        return plainly(rows), caption_of(manifest, about["meaning"], {}, (), "")
    try:
        shown = layout(rows, shape, titles)
    except (KeyError, ValueError) as error:
        raise StoreError(f"{folder / name}: is not what {MANIFEST} describes: {error}; {AGAIN}") from None
    left_out = "" if indicators else main_ones(frame, rows, name)
    sentences = interval_sentences(rows, shape.of(rows.columns))
    return shown, caption_of(manifest, about["meaning"], shown.shared, sentences, left_out)


def shape_of(manifest: Path, table: str, about: Mapping[str, Any]) -> Shape | None:
    """The shape of a table as its manifest has it; None in a manifest of before shapes were declared.

    Raises StoreError for one that is damaged.
    """
    if "shape" not in about:
        return None
    try:
        return from_json(about["shape"])
    except ValueError as error:
        raise StoreError(f"{manifest}: tables, {table!r}, is damaged: {error}; {AGAIN}") from None


def main_ones(frame: pd.DataFrame, rows: pd.DataFrame, table: str) -> str:
    """That only the main indicators of a table are shown, in words; nothing where all are."""
    if "indicator" not in frame or (there := frame.indicator.nunique()) == rows.indicator.nunique():
        return ""
    return f"Main indicators; {table} has {there}"


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a run. Raises StoreError where there is none with tables, or a damaged one."""
    if not (folder / MANIFEST).is_file():
        raise StoreError(f"{folder}: holds no {MANIFEST} of a finished run")
    manifest = read_manifest(folder)
    if not manifest.get("tables"):
        raise StoreError(f"{folder / MANIFEST}: names no tables")
    check_tables(folder)
    return manifest if "title" in manifest else {**about_runs_within(folder), **manifest}


def about_runs_within(folder: Path) -> dict[str, Any]:
    """Title, scale and number of runs of the runs within the folder of a fit, a validation or a forecast, as far as
    these are the same in all."""
    within = [each.parent for each in sorted(folder.glob(f"*/{MANIFEST}")) if (each.parent / PLAN).exists()]
    manifests = [read_manifest(each) for each in within]
    found: dict[str, Any] = {}
    if titles := list(dict.fromkeys(each.get("title") for each in manifests)):
        found["title"] = titles[0]
    if len(scales := {each.get("configuration", {}).get("scale") for each in manifests} - {None}) == 1:
        found["configuration"] = {"scale": scales.pop()}
    if len(runs := {len(read_plan(each).points) for each in within}) == 1:
        found["runs"] = runs.pop()
    return found


def known_table(folder: Path, manifest: dict[str, Any], table: str | None) -> str:
    """The file of a table, by default of the main one, which is the first. Raises StoreError."""
    names = {Path(name).stem: name for name in manifest["tables"]}
    if table is None:
        return next(iter(names.values()))
    if table.removesuffix(".csv") not in names:
        raise StoreError(f"{folder}, --table {table}: is none of its tables; allowed: {', '.join(names)}")
    return names[table.removesuffix(".csv")]
