"""The table of measures: one row a world, its effects over the whole run side by side."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

from corridor.results.tables.measures import COLUMNS, note_of, rows_of

LEAST_WIDTH, LEAST_TITLE, TO = 116, 26, "\nto "


def print_measures(effects: pd.DataFrame, titles: Mapping[str, str], split: str, console: Console) -> None:
    """Print the table, the two ends of each interval under its mean; the console has to be LEAST_WIDTH wide."""
    table = Table(box=box.HORIZONTALS, show_lines=True, pad_edge=False, padding=(0, 1))
    table.add_column("world", min_width=LEAST_TITLE)
    for words in COLUMNS.values():
        table.add_column("\n".join(words.split()), justify="right", no_wrap=True)
    for world, cells in rows_of(effects).items():
        table.add_row(titles[world], *(f"{mean}\n{reach.replace(' to ', TO)}" for mean, reach in cells))
    console.print(table)
    console.print(note_of(effects, split))
