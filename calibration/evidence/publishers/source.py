"""A publisher's source as it is declared, and one of its files as it is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from corridor.calibration.evidence.publishers import layouts, sheets
from corridor.calibration.evidence.publishers.cells import Status
from corridor.calibration.evidence.publishers.layouts import VALUES, Layout
from corridor.model.engine.errors import InputError
from corridor.results import observed

Frames = dict[str, pd.DataFrame]


def nothing_ready(_: Frames) -> Frames:
    """No file for a command of ours."""
    return {}


def nothing_wrong(_: Frames) -> list[str]:
    """No sentence."""
    return []


def unchanged(frame: pd.DataFrame) -> pd.DataFrame:
    """Records as they are read."""
    return frame


def undated(_: Sequence[sheets.Sheet]) -> date | None:
    """A file that does not say of which day it is."""
    return None


@dataclass(frozen=True)
class Source:
    """A source: who publishes it under which licence, its layouts, and what is made of its records by frequency.

    Of layouts that are `together` in a file all are read, otherwise the first that fits. `ready` makes the files that
    our commands take, `problems` says why records are refused as a whole, `warnings` where they differ from ours;
    `dated` reads the day of the file from its contents, `shaped` changes columns of texts, `sheets` reads the cells.
    """

    name: str
    publisher: str
    licence: str
    layouts: tuple[Layout, ...]
    together: bool = False
    dated: Callable[[Sequence[sheets.Sheet]], date | None] = undated
    ready: Callable[[Frames], Frames] = nothing_ready
    problems: Callable[[Frames], list[str]] = nothing_wrong
    warnings: Callable[[Frames], list[str]] = nothing_wrong
    shaped: Callable[[pd.DataFrame], pd.DataFrame] = unchanged
    sheets: Callable[[Path], list[sheets.Sheet]] = sheets.read_sheets


@dataclass(frozen=True)
class Imported:
    """A file of a publisher: its records by frequency (columns in `layouts`, and `vintage`, the day of the file), and
    the files that our commands take, by name."""

    source: Source
    file: Path
    sha256: str
    layouts: tuple[str, ...]
    vintage: date
    records: Frames
    ready: Frames
    warnings: tuple[str, ...] = field(default=())


def read(source: Source, path: Path, vintage: date | None = None) -> Imported:
    """A file of a source. `vintage` is its day, where the file does not say it.

    Raises InputError with all that is wrong: no known layout, cells that are neither counts nor known codes, rows that
    are given twice, and what the source refuses.
    """
    book = source.sheets(path)
    found = layouts.recognised(book, source.layouts)
    found = found if source.together else [layouts.best(found)]
    absent = [layout for layout in source.layouts if source.together and layout not in [each.layout for each in found]]
    records: Frames = {}
    problems = [line for layout in absent for line in layouts.incomplete(book, layout)]
    for each in found:
        frame, wrong = layouts.records_of(each)
        problems += wrong or repeated(frame, each)
        if frame.empty and not wrong:
            problems.append(f"{each.sheet.place(each.header)}: no rows below the header; at least one is expected")
        records[each.layout.frequency] = source.shaped(frame)
    if not problems:
        problems = source.problems(records)
    if problems:
        raise InputError([line if line.startswith(path.name) else f"{path.name}: {line}" for line in problems])
    day, doubts = date_of(source, path, book, records, vintage)
    records = {name: frame.drop(columns="row").assign(vintage=f"{day}") for name, frame in records.items()}
    return Imported(
        source,
        path,
        sheets.sha256_of(path),
        tuple(each.layout.name for each in found),
        day,
        records,
        {name: frame for name, frame in source.ready(records).items() if len(frame)},
        (*doubts, *(f"{path.name}: has no table of {layout.name}" for layout in absent), *source.warnings(records)),
    )


def keys_of(frame: pd.DataFrame) -> list[str]:
    """The columns that say what a record is of; an incident is known by its number alone."""
    if "incident" in frame:
        return ["incident", "series"]
    return [str(name) for name in frame if name not in ("row", "vintage", *VALUES)]


def repeated(frame: pd.DataFrame, found: layouts.Found) -> list[str]:
    """Rows that say of the same thing what a row above said."""
    twice = frame[frame.duplicated(keys_of(frame))].drop_duplicates("row")
    lines = []
    for row in twice.head(layouts.HEADER_ROWS).to_dict("records"):
        name = ", ".join(str(row[key]) for key in keys_of(frame) if key != "series" and row[key] != "")
        lines.append(f"{found.sheet.place(int(row['row']) - 1)}: {name} stands there twice; allowed: once")
    return lines


def date_of(
    source: Source, path: Path, book: Sequence[sheets.Sheet], records: Frames, given: date | None
) -> tuple[date, list[str]]:
    """The day of a file: as given, as its contents, its name or its metadata say, or else its last period."""
    found = given or source.dated(book) or sheets.date_of_name(path) or sheets.date_of_metadata(path)
    if found:
        return found, []
    last = max(str(frame.period.max()) for frame in records.values())
    day = last_day_of(last)
    return day, [f"{path.name}: nothing says of which day it is; taken: {day}, its last period; --vintage sets it"]


def last_day_of(period: str) -> date:
    """The last day of a day, month, quarter or year."""
    freq = "Q" if "Q" in period else {4: "Y", 7: "M"}.get(len(period), "D")
    return pd.Period(period.replace("-Q", "Q"), freq).end_time.date()


def counted(frame: pd.DataFrame, series: str) -> pd.DataFrame:
    """The records of a series that have a value."""
    return frame[(frame.series == series) & (frame.status == Status.COUNTED)]


def whole_months(days: pd.Series) -> pd.DataFrame:
    """Sums of the months of which every day is there, as `month,value`; `days` is indexed by date."""
    dates = pd.DatetimeIndex(days.index)
    months = days.groupby(dates.strftime("%Y-%m"))
    lengths = months.size()
    whole = lengths == pd.PeriodIndex(lengths.index, freq="M").days_in_month
    return months.sum()[whole].rename_axis("month").rename("value").reset_index()


def differing(theirs: pd.Series, ours: pd.Series, what: str, unit: str) -> list[str]:
    """A warning for each thing of which both have a value and these differ; both are indexed by it."""
    both = pd.concat([theirs.rename("theirs"), ours.rename("ours")], axis=1, join="inner").astype(float)
    lines = []
    for name, row in both[(both.theirs - both.ours).abs() > 1e-6 * both.ours.abs().clip(lower=1.0)].iterrows():
        of = " ".join(map(str, name)) if isinstance(name, tuple) else name
        lines.append(f"{what} {of}: {row.theirs:,.10g} {unit} in the file, {row.ours:,.10g} in results/observed")
    return lines


def annual(indicator: str) -> pd.Series:
    """Our annual values of an indicator, by year as text."""
    table = observed.read("annual")
    rows = table[table.indicator == indicator]
    return rows.set_index(rows.year.astype(str)).value
