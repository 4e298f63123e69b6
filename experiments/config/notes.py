"""Notes on an experiment that is valid: what a reader of its results has to know and might not notice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from corridor.model import Geography
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.files import refusal
from corridor.model.inputs.reader import read_cells, read_text
from corridor.results.observed import is_of

CELLS_SHOWN = 3
Cell = tuple[str, str]  # place and group
MOST_TIMES = 5.0  # that the scale of a run may be from that of the fit; see "Scale" in calibration/VALIDATION.md
COARSE = 2.0  # times the scale of the fit, up to which the main indicators of a run are those of the fit


def entry_notes(path: Path, geography: Geography, start: date, end: date) -> Iterator[str]:
    """What a user's entries leave out in the months of a run: rows of a place and group that other months have, and
    whole entry points. The file must be valid.

    Rows that the shipped entries leave out, too, in the same month or (after their end) in that month of their last
    year, are not noted.
    """
    months, shipped = months_by_cell(path), shipped_months()
    last = max(month for there in shipped.values() for month in there)
    run = [f"{k // 12:04d}-{k % 12 + 1:02d}" for k in range(months_since_zero(start), months_since_zero(end) + 1)]
    alike = {month: month if month <= last else last[:4] + month[4:] for month in run}
    gaps = {
        cell: [m for m in run if m not in there and (cell not in shipped or alike[m] in shipped[cell])]
        for cell, there in months.items()
    }
    gaps = {cell: missing for cell, missing in gaps.items() if missing}
    if gaps:
        rows = sum(map(len, gaps.values()))
        listed = "; ".join(gap_words(cell, gaps[cell]) for cell in list(gaps)[:CELLS_SHOWN])
        more = f"; and {len(gaps) - CELLS_SHOWN} more" if len(gaps) > CELLS_SHOWN else ""
        yield f"{path.name}: {rows} rows are missing in the months of the run and count as zero people: {listed}{more}"
    entry_points = [geography.places[row] for row in geography.entry_point_rows()]
    silent = [place for place in entry_points if place not in {place for place, _ in months}]
    if silent:
        yield f"{path.name}: has no rows for {', '.join(silent)}; nobody enters there"


def network_notes(maps: Iterable[Geography]) -> Iterator[str]:
    """That a map of other sectors than the Channel's is not validated; nothing where there is none."""
    if not all(is_of(g.places[row] for row in g.rows("sector")) for g in maps):
        yield (
            "places: the sectors are not those of the Channel; the model is not validated on this network, and its "
            "parameters and record are those of the Channel"
        )


def months_since_zero(day: date) -> int:
    """The number of a day's month."""
    return day.year * 12 + day.month - 1


@cache
def shipped_months() -> dict[Cell, set[str]]:
    """Those of the shipped entries."""
    return months_by_cell(DATA / "entries.csv")


def months_by_cell(path: Path) -> dict[Cell, set[str]]:
    """Place and group -> the months that have a row, in the order of the file."""
    header, rows = read_cells(path.name, read_text(path))
    month, place, group = (header.index(name) for name in ("month", "place", "group"))
    found: dict[Cell, set[str]] = {}
    for _, row in rows:
        found.setdefault((row[place].strip(), row[group].strip()), set()).add(row[month].strip())
    return found


def gap_words(cell: Cell, missing: list[str]) -> str:
    """Which months of a place and group are missing."""
    when = missing[0] if len(missing) == 1 else f"{len(missing)} months from {missing[0]} on"
    return f"{cell[0]} {cell[1]}, {when}"


def posterior_manifest(draws: Path) -> Mapping[str, Any]:
    """What the manifest beside a file of draws says; nothing where there is none: draws of the user's own need none."""
    try:
        path = draws.with_suffix(".json")
        about = {} if refusal(path) else json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return about if isinstance(about, Mapping) else {}


def fitted_scale(draws: Path) -> float | None:
    """People per agent of the runs to which draws were fitted, where that is known."""
    table = posterior_manifest(draws).get("table")
    found = table.get("scale") if isinstance(table, Mapping) else None
    return float(found) if isinstance(found, int | float) else None


def scale_problem(draws: Path, scale: float) -> str:
    """Why draws of a posterior cannot run at a scale; nothing where they can."""
    fitted = fitted_scale(draws)
    if fitted is None or fitted / MOST_TIMES <= scale <= fitted * MOST_TIMES:
        return ""
    return (
        f"{scale:g} people per agent are more than {MOST_TIMES:g} times from {fitted:g}, at which {draws.parent.name} "
        f"was fitted; allowed: {fitted / MOST_TIMES:g} to {fitted * MOST_TIMES:g}, or any_scale: true for a trial "
        "whose numbers are not used"
    )


def posterior_notes(draws: Path, start: date, scale: float) -> Iterator[str]:
    """That draws were fitted with earlier rules, to runs that begin on another day than `start`, the first that is
    simulated, or at another scale, where the manifest beside their file says so."""
    about, fitted_at = posterior_manifest(draws), fitted_scale(draws)
    if isinstance(about.get("superseded"), str):
        yield f"parameters: {draws.name}: {about['superseded']}"
    fitted = about.get("start")
    if isinstance(fitted, str) and fitted != start.isoformat():
        yield (
            f"parameters: {draws.name} was fitted to runs that begin on {fitted}; this run begins on {start}, with the "
            "trade of a first day, so that its draws do not have the past to which they were fitted"
        )
    if fitted_at is not None and fitted_at != scale:
        coarse = ", and more die and fewer boats are launched the coarser it is" if scale > COARSE * fitted_at else ""
        yield (
            f"parameters: {draws.name} was fitted at {fitted_at:g} people per agent; this run has {scale:g}, so that a "
            f"draw with its seed does not repeat the past to which it was fitted{coarse}"
        )
