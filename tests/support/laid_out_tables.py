"""Every table that is published is laid out for readers, too, as its shape declares it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pandas as pd
import pytest

from corridor.experiments.execution.analysis import Table
from corridor.experiments.execution.folders import publishing
from corridor.results.store.result_files import TEXTS
from corridor.results.tables.exporting import markdown
from corridor.results.tables.latex.booktabs import booktabs
from corridor.results.tables.latex.captions import caption_of, interval_sentences
from corridor.results.tables.latex.tabular import latex
from corridor.results.tables.layout import layout
from corridor.results.tables.selection import chosen_rows
from corridor.results.tables.writing import csv_text

SHOWN = 200  # rows that are laid out


def lay_out(table: Table) -> None:
    """Lay out a table that was written as CSV, and check that all of its numbers are there."""
    if table.frame.empty:
        return
    frame = pd.read_csv(io.StringIO(csv_text(table.frame)), dtype=TEXTS)
    rows = chosen_rows(frame, (), (), None).head(SHOWN)
    shown = layout(rows, table.shape, {})
    shape = table.shape.of(rows.columns)
    caption = caption_of({}, table.meaning, shown.shared, interval_sentences(rows, shape), "")
    for write in (markdown, latex, booktabs):
        assert shown.of_rows and write(shown, caption)
    cells = [value for name in shown.columns if name not in shown.texts for value, _ in shown.cells[name].values()]
    known = sum(int(rows[each.column].notna().sum()) for each in shape.numbers)
    assert sum(value != "-" for value in cells) == known


@contextmanager
def tables_laid_out() -> Iterator[None]:
    """While this is entered, every table that this process publishes is laid out."""
    described = publishing.described

    def and_laid_out(tables: Mapping[str, Table]) -> dict[str, Any]:
        found = described(tables)
        for table in tables.values():
            lay_out(table)
        return found

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(publishing, "described", and_laid_out)
        yield
