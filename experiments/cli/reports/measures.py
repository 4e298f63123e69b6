"""The table of measures: one row a world, its effects over the whole run side by side."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from rich.console import Console

from corridor.experiments.cli.reports.columns import print_columns
from corridor.results.tables.measures import COLUMNS, note_of, rows_of


def print_measures(effects: pd.DataFrame, titles: Mapping[str, str], split: str, console: Console) -> None:
    """Print the table, the two ends of each interval under its mean."""
    rows = [
        (titles[world], [mean + "\n" + reach.replace(" to ", "\nto ") for mean, reach in cells])
        for world, cells in rows_of(effects).items()
    ]
    print_columns(console, "", "world", list(COLUMNS.values()), rows)
    console.print(note_of(effects, split))
