"""Tables as files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from corridor.results.store.case_file import write_whole


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table whole, as `csv_text` gives it."""
    text = csv_text(frame)
    write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))


def csv_text(frame: pd.DataFrame) -> str:
    """A table as CSV, numbers with ten significant digits, so that equal runs give equal bytes."""
    return str(frame.to_csv(index=False, float_format="%.10g", lineterminator="\n"))
