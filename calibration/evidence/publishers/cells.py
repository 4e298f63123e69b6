"""What a cell says: days, months, quarters, years and counts in the forms in which publishers write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

Kind = Literal["text", "day", "month", "quarter", "year", "count"]
EPOCH = date(1899, 12, 30)  # day 0 of spreadsheets
SERIALS = range(32_874, 73_051)  # serial numbers of 1990-01-01 to 2100-01-01: what is taken for a day
DAY_FORMS = (
    "%Y-%m-%d",
    "%d-%b-%y",
    "%d-%b-%Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%a, %m/%d/%Y - %H:%M",
    "%a, %m/%d/%Y",
)
MONTH_FORMS = ("%b%Y", "%Y-%m", "%YM%m", "%Y-M%m", "%b-%y", "%b %Y", "%B %Y")
WHOLE = re.compile(r"\d+(\.0+)?|\d{1,3}(,\d{3})+")
FLAGGED = re.compile(r"(.*?)\s*([a-z]{1,3})")


class Status(StrEnum):
    """What stands behind a value; only what is counted has one."""

    COUNTED = "counted"
    NOT_COLLECTED = "not collected"
    UNKNOWN = "unknown"
    NOT_REPORTED = "not reported"
    NOT_AVAILABLE = "not available"
    NOT_APPLICABLE = "not applicable"
    CONFIDENTIAL = "confidential"


def text_of(cell: Any) -> str:
    """A cell as text, without spaces around it; whole numbers without a decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def day_of(cell: Any) -> str | None:
    """The day of a cell as YYYY-MM-DD: a date, a serial number of a spreadsheet, or text; None where it is none."""
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, int | float):
        return f"{EPOCH + timedelta(days=int(cell)):%Y-%m-%d}" if cell in SERIALS else None
    return parsed(text_of(cell), DAY_FORMS, "%Y-%m-%d")


def month_of(cell: Any) -> str | None:
    """The month of a cell as YYYY-MM: text such as JAN2009 or 2008M01, or a day in it."""
    if isinstance(cell, date | int | float):
        day = day_of(cell)
        return day[:7] if day else None
    return parsed(text_of(cell), MONTH_FORMS, "%Y-%m")


def parsed(text: str, forms: tuple[str, ...], as_form: str) -> str | None:
    """A date in the first form that fits, written in another."""
    for form in forms:
        try:
            return datetime.strptime(text, form).strftime(as_form)
        except ValueError:
            continue
    return None


def quarter_of(cell: Any) -> str | None:
    """A quarter such as 2018 Q1 as 2018-Q1."""
    found = re.fullmatch(r"(\d{4})[ -]?Q([1-4])", text_of(cell))
    return f"{found[1]}-Q{found[2]}" if found else None


def year_of(cell: Any) -> str | None:
    """A year; a part of one, as `2025 (Jan - Sep)`, is none."""
    return text_of(cell) if re.fullmatch(r"(19|20)\d{2}", text_of(cell)) else None


def count_of(
    cell: Any, codes: Mapping[str, Status], negatives: Status | None, flags: bool
) -> tuple[float, Status, str] | None:
    """Value, status and flag of a cell that holds a count, or None where it holds none.

    `codes` are signs that stand for a value that is not there, `negatives` says what numbers below zero stand for,
    `flags` whether letters may follow (`12 p`).
    """
    text, flag = text_of(cell), ""
    if text not in codes and flags and (found := FLAGGED.fullmatch(text)):
        text, flag = found[1], found[2]
        if text in codes and flag == "c":
            return float("nan"), Status.CONFIDENTIAL, flag
    if text in codes:
        return float("nan"), codes[text], flag
    if WHOLE.fullmatch(text):
        return float(text.replace(",", "")), Status.COUNTED, flag
    if negatives and re.fullmatch(r"-\d+", text):
        return float("nan"), negatives, text
    return None


READ: dict[Kind, Callable[[Any], str | None]] = {
    "text": text_of,
    "day": day_of,
    "month": month_of,
    "quarter": quarter_of,
    "year": year_of,
}
WORDS: dict[Kind, str] = {
    "text": "some text",
    "day": "a day",
    "month": "a month",
    "quarter": "a quarter such as 2018 Q1",
    "year": "a year",
    "count": "a number from 0",
}
