"""The declaration of a layout, how it is recognised by content, and its rows as tidy records.

Records have the columns of the layout's texts, then `period`, `series`, `value`, `status`, `unit` and `note`; a record
whose status is not *counted* has no value, so that nothing that was not collected or is unknown can be summed as zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from corridor.calibration.evidence.publishers.cells import READ, WORDS, Kind, Status, count_of, text_of
from corridor.calibration.evidence.publishers.sheets import Sheet
from corridor.model.engine.errors import InputError
from corridor.model.inputs.reader import at_most_reported

HEADER_ROWS = 20  # among which the header is looked for
END = "end of table"
VALUES = ("value", "status", "unit", "note")


@dataclass(frozen=True)
class Field:
    """A column of a publisher: its titles in all editions, what it holds, and the unit of a count.

    A count that is `certain` must be a number: no code of the layout may stand in its place.
    """

    titles: tuple[str, ...]
    kind: Kind = "text"
    unit: str = ""
    required: bool = True
    certain: bool = False


@dataclass(frozen=True)
class Layout:
    """A table of a publisher. `fields` are its columns by our names; `period` is the one that says when.

    With `across` every further column whose title is such a period holds counts of one `series` in `unit`.
    """

    name: str
    frequency: str
    fields: Mapping[str, Field]
    period: str = "period"
    codes: Mapping[str, Status] = field(default_factory=lambda: {"": Status.NOT_REPORTED})
    negatives: Status | None = None
    flags: bool = False
    across: Kind | None = None
    series: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Found:
    """A layout in a sheet: the row of its header, the column of each field, and of each period across."""

    layout: Layout
    sheet: Sheet
    header: int
    columns: Mapping[str, int]
    periods: Mapping[int, str]


def recognised(sheets: Sequence[Sheet], layouts: Sequence[Layout]) -> list[Found]:
    """Each layout that a sheet has, at its first place. Raises InputError where there is none."""
    found = []
    for layout in layouts:
        places = (at for sheet in sheets if (at := place_of(sheet, layout)))
        if first := next(places, None):
            found.append(first)
    if not found:
        raise InputError(unrecognised(sheets, layouts))
    return found


def best(found: Sequence[Found]) -> Found:
    """Of layouts with the same columns the one whose kind of period the first row has."""
    return next((each for each in found if first_period_fits(each)), found[0])


def first_period_fits(found: Found) -> bool:
    """Whether the first row below the header has a period of the layout's kind."""
    row = next((row for _, row in rows_below(found)), None)
    if found.layout.across or row is None:
        return bool(found.periods)
    k = found.columns[found.layout.period]
    return k < len(row) and READ[found.layout.fields[found.layout.period].kind](row[k]) is not None


def place_of(sheet: Sheet, layout: Layout) -> Found | None:
    """Where a layout begins in a sheet."""
    for number, row in enumerate(sheet.rows[:HEADER_ROWS]):
        columns = columns_of(row, layout)
        if not missing_of(columns, layout):
            periods: dict[int, str] = {}
            if layout.across:
                for k, cell in enumerate(row):
                    if k not in columns.values() and (period := READ[layout.across](cell)):
                        periods[k] = period
                if not periods:
                    continue
            return Found(layout, sheet, number, columns, periods)
    return None


def columns_of(row: Sequence[Any], layout: Layout) -> dict[str, int]:
    """Our name of each field whose title a row holds -> its column; upper and lower case are alike."""
    titles = [text_of(cell).casefold() for cell in row]
    found = {}
    for name, each in layout.fields.items():
        places = [titles.index(title.casefold()) for title in each.titles if title.casefold() in titles]
        if places:
            found[name] = places[0]
    return found


def missing_of(columns: Mapping[str, int], layout: Layout) -> list[str]:
    """Required fields that are not among the columns."""
    return [name for name, each in layout.fields.items() if each.required and name not in columns]


def no_column(sheet: Sheet, number: int, layout: Layout, name: str) -> str:
    """That a header has no column of a field."""
    first, *others = layout.fields[name].titles
    titles = f"{first!r}" + (f" (or {', '.join(map(repr, others))})" if others else "")
    return f"{sheet.place(number)}: no column {titles}; the layout {layout.name} has it"


def incomplete(sheets: Sequence[Sheet], layout: Layout) -> list[str]:
    """What a table lacks that begins as one of a layout does: with the title of its period."""
    for sheet in sheets:
        for number, row in enumerate(sheet.rows[:HEADER_ROWS]):
            columns = columns_of(row, layout)
            if layout.period in columns and (missing := missing_of(columns, layout)):
                return [no_column(sheet, number, layout, name) for name in missing]
    return []


def unrecognised(sheets: Sequence[Sheet], layouts: Sequence[Layout]) -> list[str]:
    """What was expected, beside what comes nearest in the file."""
    near = [
        (len(missing_of(columns, layout)), k, number, sheet, layout, columns)
        for sheet in sheets
        for number, row in enumerate(sheet.rows[:HEADER_ROWS])
        for k, layout in enumerate(layouts)
        if (columns := columns_of(row, layout))
    ]
    if near:
        _, _, number, sheet, layout, columns = min(near, key=lambda each: each[:3])
        if not missing_of(columns, layout):
            return [
                f"{sheet.place(number)}: no column is titled with {WORDS[layout.across or 'month']}; one is expected"
            ]
        return [no_column(sheet, number, layout, name) for name in missing_of(columns, layout)]
    names = ", ".join(sheet.name for sheet in sheets if sheet.name)
    lines = [f"{sheets[0].file}: has no table of a known layout" + (f" in its sheets {names}" if names else "")]
    for layout in layouts:
        titles = ", ".join(each.titles[0] for each in layout.fields.values() if each.required)
        lines.append(f"  expected for {layout.name}: a row with {titles}")
    return lines


def records_of(found: Found) -> tuple[pd.DataFrame, list[str]]:
    """The tidy records of a table, and every cell that is wrong. Records hold their `row`, as spreadsheets count."""
    layout, sheet = found.layout, found.sheet
    texts = [name for name, each in layout.fields.items() if each.kind == "text" and name != "note"]
    records: list[tuple[Any, ...]] = []
    problems: list[str] = []
    for number, row in rows_below(found):
        cells = {name: row[k] if k < len(row) else "" for name, k in found.columns.items()}
        period = "" if layout.across else period_of(cells, layout, sheet, number, problems)
        own = tuple(text_of(cells.get(name, "")) for name in texts)
        note = text_of(cells.get("note", ""))
        for when, series, unit, title, cell, certain in counts_of(found, row, cells, period):
            codes = {} if certain else layout.codes
            value = count_of(cell, codes, None if certain else layout.negatives, layout.flags)
            if value is None:
                said = f"{WORDS['count']}" + ("" if certain or not layout.codes else codes_in_words(layout))
                problems.append(f"{sheet.place(number, title)}: {cell!r}; allowed: {said}")
            else:
                records.append((number + 1, *own, when, series, *value[:2], unit, value[2] or note))
    columns = ["row", *texts, "period", "series", *VALUES]
    return pd.DataFrame(records, columns=columns), at_most_reported(problems, f"{sheet.place()}: {{}} more wrong cells")


def rows_below(found: Found) -> Iterator[tuple[int, Sequence[Any]]]:
    """Rows below a header that hold anything, up to the end of the table."""
    for number, row in enumerate(found.sheet.rows[found.header + 1 :], start=found.header + 1):
        if row and text_of(row[0]).casefold() == END:
            return
        if any(cell != "" for cell in row):
            yield number, row


def period_of(cells: Mapping[str, Any], layout: Layout, sheet: Sheet, number: int, problems: list[str]) -> str:
    """The period of a row; what is wrong with it is added to the problems."""
    each = layout.fields[layout.period]
    period = READ[each.kind](cells[layout.period])
    if period is None:
        title = f"{each.titles[0]}: {cells[layout.period]!r}"
        problems.append(f"{sheet.place(number, title)}; allowed: {WORDS[each.kind]}")
    return period or ""


def counts_of(
    found: Found, row: Sequence[Any], cells: Mapping[str, Any], period: str
) -> Iterator[tuple[str, str, str, str, Any, bool]]:
    """Period, series, unit, title, cell of every count in a row, and whether it must be a number."""
    layout = found.layout
    for k, when in found.periods.items():
        title = text_of(found.sheet.rows[found.header][k])
        yield when, layout.series, layout.unit, title, row[k] if k < len(row) else "", False
    for name, each in layout.fields.items():
        if each.kind == "count" and name in cells:
            yield period, name, each.unit, each.titles[0], cells[name], each.certain


def codes_in_words(layout: Layout) -> str:
    """The codes of a layout, in words."""
    return "".join(f", {code!r} ({status})" for code, status in layout.codes.items() if code)
