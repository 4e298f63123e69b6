"""Tables as files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

from corridor.results.store.whole_files import write_whole

FORMULA = ("=", "+", "-", "@", "\t")  # first characters of what spreadsheets compute
NUMBER = re.compile(r"[+-][\d.,:%-]*\d[\d.,:%-]*(e[+-]?\d+)?", re.IGNORECASE)


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table whole, as `csv_text` gives it."""
    text = csv_text(frame)
    write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))


def csv_text(frame: pd.DataFrame) -> str:
    """A table as CSV, numbers with ten significant digits, so that equal runs give equal bytes.

    Texts that a spreadsheet would take for a formula have an apostrophe in front, as OWASP advises on CSV injection.
    """
    safe = frame.copy(deep=False)
    for name, column in frame.select_dtypes(["object", "string", "category"]).items():
        safe[name] = pd.Series([without_formula(value) for value in column], frame.index, dtype=object)
    return str(safe.to_csv(index=False, float_format="%.10g", lineterminator="\n"))


def without_formula(value: Any) -> Any:
    """A cell that no spreadsheet runs; numbers, and what is no text, stay as they are.

    A carriage return becomes a space: what follows it would begin a line of its own.
    """
    if not isinstance(value, str):
        return value
    value = value.replace("\r", " ")
    if not value.startswith(FORMULA) or len(value) == 1:
        return value
    return value if NUMBER.fullmatch(value) else f"'{value}"
