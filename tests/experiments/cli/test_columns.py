"""Tables of many columns in a terminal: as wide as it is, with every number and every row."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from corridor.experiments.cli.reports.columns import NAMES, print_columns

HEADS = [f"indicator {k} [people]" for k in range(8)]
ROWS = [
    (
        "A world with a title that is longer than what stands beside it",
        [f"-{k},123\n-{k},999\nto -{k}" for k in range(8)],
    ),
    ("Alike [bold]", [f"+{k}.5" for k in range(8)]),
    ("Alike [bold]", [f"+{k}.7" for k in range(8)]),
]


def printed(width: int) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    print_columns(console, "Effects", "world", HEADS, ROWS)
    return console.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [60, 80, 116, 200])
def test_no_line_is_wider_than_the_terminal_and_no_number_is_cut(width: int) -> None:
    text = printed(width)
    assert max(map(len, text.splitlines())) <= width
    words = text.split()
    for _, cells in ROWS:
        assert all(part in words for cell in cells for part in cell.split())
    assert [f"{k}" for k in range(8)] == [word for word in words if word in set("01234567")]
    assert "…" not in text


def test_columns_that_do_not_fit_follow_below_with_all_names() -> None:
    narrow, wide = printed(80), printed(300)
    assert "Effects (continued)" in narrow
    assert "continued" not in wide
    assert wide.count("Alike [bold]") == 2
    assert narrow.count("Alike [bold]") == 2 * (1 + narrow.count("continued"))
    assert ROWS[0][0] in wide
    assert len(ROWS[0][0]) > NAMES
