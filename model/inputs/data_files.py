"""The data files of a run: a user's own in place of the shipped ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"  # the shipped files


@dataclass(frozen=True)
class DataFiles:
    """CSV files of the user's own; None is the shipped file, and for `sea` random weather.

    `entries`: people by month, entry point and group; `groups`: shares bound for the United Kingdom; `history`:
    officers and access to lorries by date; `sea`: the colour of each day; `sea_climate`: chances of colours by month;
    `sea_years`: red days by period. Places and legs make a `Geography` of their own.
    """

    entries: str | Path | None = None
    groups: str | Path | None = None
    history: str | Path | None = None
    sea: str | Path | None = None
    sea_climate: str | Path | None = None
    sea_years: str | Path | None = None


SHIPPED = DataFiles()
