"""The data files of a run: a user's own in place of the shipped ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"  # the shipped files


@dataclass(frozen=True)
class DataFiles:
    """CSV files of the user's own; None is the shipped file, and for `sea` random weather.

    `entries`: people by month, entry point and group; `groups`: shares bound for the United Kingdom; `history`:
    officers and access to lorries by date; `sea`: window, or wind, of nights; `sea_record`: people and boats of days
    on record, up to `record_until`; `sea_climate`: wind and water by month. Nights that neither `sea` nor
    `sea_record` has are drawn from the climate. Places and legs make a `Geography` of their own.
    """

    entries: str | Path | None = None
    groups: str | Path | None = None
    history: str | Path | None = None
    sea: str | Path | None = None
    sea_climate: str | Path | None = None
    sea_record: str | Path | None = None
    record_until: date | None = None


SHIPPED = DataFiles()
