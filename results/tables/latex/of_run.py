"""The tables of a run's folder in LaTeX, from its manifest and CSV files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from corridor.results.store.case_file import StoreError
from corridor.results.store.result_files import MANIFEST, read_manifest, read_table
from corridor.results.store.run_folder import PLAN, read_plan
from corridor.results.store.versions import check_tables
from corridor.results.tables import selection
from corridor.results.tables.latex.booktabs import booktabs
from corridor.results.tables.latex.tabular import Caption, latex
from corridor.results.tables.summary import INTERVALS, interval_of_values

IN_SMALL_TYPE = "In small type"


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
) -> tuple[selection.Layout, Caption]:
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
    shown = selection.layout(rows, about["columns"], titles)
    return shown, caption_of(manifest, about["meaning"], rows, titles)


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


def caption_of(manifest: dict[str, Any], meaning: str, rows: pd.DataFrame, titles: dict[str, str]) -> Caption:
    """Title, meaning, baseline, period, scale, seeds or draws, and what the interval is."""
    settings = manifest.get("configuration", {})
    periods = list(dict.fromkeys(rows.period)) if "period" in rows else []
    bases = [titles.get(name, name) for name in dict.fromkeys(rows.get("baseline", pd.Series(dtype=str)).dropna())]
    seeds, drawn = settings.get("seeds", []), bool(settings.get("draws"))
    of_seeds = seeds_words(len(seeds), int(settings.get("seeds_per_draw") or 1), drawn) if seeds else ""
    runs = f"{manifest['runs']} runs, each with its own parameters and seed" if "runs" in manifest else of_seeds
    days = days_of(str(periods[0]), settings) if periods and "start" in settings else ""
    return Caption(
        str(manifest.get("title") or "Results"),
        (
            f"{meaning[:1].upper()}{meaning[1:]}",
            f"Compared with: {', '.join(bases)}" if bases else "",
            f"{', '.join(map(str, periods)).capitalize()}{days}" if len(periods) == 1 else "",
            f"{settings['scale']:g} people per agent" if "scale" in settings else "",
            runs,
            interval_words(rows, drawn),
        ),
    )


def days_of(period: str, settings: Mapping[str, Any]) -> str:
    """The days of a period that the run has, in brackets: those of a year, or of the whole run."""
    first, last = str(settings["start"]), str(settings["end"])
    if period.isdigit():
        first, last = max(first, f"{period}-01-01"), min(last, f"{period}-12-31")
    return f" ({first} to {last})"


def seeds_words(seeds: int, per_draw: int, drawn: bool) -> str:
    """How many seeds, or draws of a posterior with how many seeds each."""
    if not drawn:
        return f"{seeds} seeds"
    each = f"{per_draw} seeds" if per_draw > 1 else "its seed"
    return f"{seeds // per_draw} draws of the posterior, each with {each}"


def interval_words(rows: pd.DataFrame, drawn: bool) -> str:
    """What the small type is."""
    if "interval" in rows:
        return f"{IN_SMALL_TYPE}: 90 % interval {INTERVALS.get(rows.interval.iloc[0], '')}"
    if "simulated" in rows:
        return f"{IN_SMALL_TYPE}: 90 % interval"
    if {"observed", "mean"} <= set(rows):
        return f"{IN_SMALL_TYPE}: 90 % prediction interval {interval_of_values(drawn)}"
    if set(selection.QUANTILES) <= set(rows):
        return f"{IN_SMALL_TYPE}: 5 % and 95 % quantiles"
    if "standard_error" in rows and "low" in rows:
        return f"{IN_SMALL_TYPE}: 90 % interval of the mean share (Student's t)"
    return f"{IN_SMALL_TYPE}: 90 % interval" if any(str(name).endswith("low") for name in rows) else ""
