"""Cells and columns of the tables behind a report."""

from __future__ import annotations

import pandas as pd
import pytest

from corridor.results.report.appendix import cell, table_block
from corridor.results.report.language import language_of
from tests.support.result_folders import NAN


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (72.2, "72.2"),
        (0.0, "0"),
        (-12345.0, "−12,345"),
        (2018, "2018"),
        (1e-5, "0.00001"),
        (NAN, ""),
        (float("inf"), "no end"),
        (True, "True"),
        ("a", "a"),
        (123456.78, "123,457"),
        (1898.23, "1898.2"),
    ],
)
def test_cells(value: object, text: str) -> None:
    assert cell(value, language_of("en")) == text


def test_columns_that_say_nothing_are_named_above_a_table() -> None:
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "x"], "c": [NAN, NAN]})
    block = table_block("t", frame, "meaning", language_of("en"))
    assert (block.header, block.rows) == (["a"], [["1"], ["2"]])
    assert list(block.notes) == ["In all rows: b = x."]
