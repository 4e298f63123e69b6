"""Tables of names beside columns of numbers, in as many parts below each other as the width of the console needs."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

GAP, EDGES = 3, 2  # characters between two columns (a space on each side and the rule), and left and right of all
NAMES = 26  # characters to which names are wrapped where columns would not fit beside them
HEAD = 10  # characters up to which a head is not wrapped


def print_columns(
    console: Console, title: str, name: str, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]
) -> None:
    """Print a row for each name with a cell below each head. No number is cut: columns that do not fit follow below.

    Cells may have several lines. Names wrap, `name` stands above them, and an empty title is left out.
    """
    wrapped = [wrapped_head(head, [cells[k] for _, cells in rows]) for k, head in enumerate(heads)]
    widths = [width_of([head, *(cells[k] for _, cells in rows)]) for k, head in enumerate(wrapped)]
    longest = width_of([name, *(words for words, _ in rows)])
    beside = longest if longest + EDGES + sum(width + GAP for width in widths) <= console.width else min(longest, NAMES)
    for k, some in enumerate(split(widths, console.width - beside - EDGES)):
        table = Table(
            title=f"{title}{' (continued)' * bool(k)}" if title else None,
            title_justify="left",
            box=box.HORIZONTALS,
            show_lines=True,
            pad_edge=False,
            padding=(0, 1),
        )
        table.add_column(name, width=beside)
        for head in wrapped[some]:
            table.add_column(Text(head), justify="right", no_wrap=True)
        for words, cells in rows:
            table.add_row(Text(words), *map(Text, cells[some]))
        console.print(table)


def wrapped_head(head: str, cells: Sequence[str]) -> str:
    """A head in lines that are about as wide as the cells below it."""
    return textwrap.fill(head, max(HEAD, width_of(cells)), break_long_words=False, break_on_hyphens=False)


def width_of(texts: Sequence[str]) -> int:
    """Characters of the longest line."""
    return max((len(line) for text in texts for line in text.splitlines()), default=0)


def split(widths: Sequence[int], room: int) -> list[slice]:
    """Groups of neighbouring columns that fit into a width, at least one in each."""
    parts, first, used = [], 0, 0
    for k, width in enumerate(widths):
        if k > first and used + GAP + width > room:
            parts.append(slice(first, k))
            first, used = k, 0
        used += GAP + width
    return [*parts, slice(first, len(widths))]
