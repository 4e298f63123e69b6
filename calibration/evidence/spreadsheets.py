"""The daily record of small boats as it is published: the Home Office's spreadsheet (ODS or XLSX), or a CSV."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from corridor.calibration.evidence.observed import read_daily
from corridor.model.engine.errors import InputError

SHEET = "SB_01"
COLUMNS = {"Date": "date", "Migrants arrived": "people", "Boats arrived": "boats"}


def read_published(path: Path) -> pd.DataFrame:
    """`people` and `boats` of every day, by date: from the Home Office's spreadsheet, or a CSV `date,people,boats`.

    Raises InputError with all that is wrong: no such sheet or column, cells that are no numbers, days that are missing
    or given twice.
    """
    if path.suffix.lower() not in (".ods", ".xlsx"):
        return read_daily(path)
    try:
        book = CalamineWorkbook.from_path(path)
        rows = book.get_sheet_by_name(SHEET).to_python(skip_empty_area=False) if SHEET in book.sheet_names else []
    except (CalamineError, OSError) as error:
        raise InputError([f"{path}: cannot be read as a spreadsheet ({error})"]) from None
    if not rows:
        raise InputError([f"{path.name}: has no sheet {SHEET!r} with days; sheets: {', '.join(book.sheet_names)}"])
    header = [str(cell).strip() for cell in rows[0]]
    if missing := [name for name in COLUMNS if name not in header]:
        raise InputError([f"{path.name}, sheet {SHEET}, row 1: no column {name!r}" for name in missing])
    table = pd.DataFrame(
        [[row[header.index(name)] for name in COLUMNS] for row in rows[1:]], columns=[*COLUMNS.values()]
    )
    table = table[table.date.map(bool)]  # rows below the last day are empty
    if problems := cell_problems(table, path.name):
        raise InputError(problems)
    days = table.astype({"people": float, "boats": float}).set_index(pd.DatetimeIndex(table.date, name="date"))
    return days[["people", "boats"]].sort_index()


def cell_problems(table: pd.DataFrame, file: str) -> list[str]:
    """Cells that are no days or counts, days that are given twice, and days without a row; rows are the sheet's."""
    problems = []
    for row, day, people, boats in table.itertuples(name=None):
        if not isinstance(day, date):
            problems.append(f"{file}, sheet {SHEET}, row {row + 2}, Date: {day!r}; allowed: a day")
        for name, value in (("Migrants arrived", people), ("Boats arrived", boats)):
            if not isinstance(value, int | float) or value < 0:
                problems.append(f"{file}, sheet {SHEET}, row {row + 2}, {name}: {value!r}; allowed: a number from 0")
    if problems:
        return problems
    days = pd.DatetimeIndex(table.date)
    problems += [f"{file}, sheet {SHEET}: {day:%Y-%m-%d} stands there twice" for day in days[days.duplicated()]]
    missing = pd.date_range(days.min(), days.max()).difference(days)
    return problems + [f"{file}, sheet {SHEET}: {day:%Y-%m-%d} has no row" for day in missing]
