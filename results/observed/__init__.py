"""Observed series, used for tables, plots and fits: CSV files with unit, source, licence and quality (README.md)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).parent
DAILY = FOLDER / "daily.csv"


def read(name: str) -> pd.DataFrame:
    """The table `name`.csv; months are text such as 2022-11."""
    import pandas as pd

    return pd.read_csv(FOLDER / f"{name}.csv", dtype={"month": str})


def is_of(sectors: Iterable[str]) -> bool:
    """Whether the record, which is of the Channel, is of a map with these sectors: some are those of the map that
    ships."""
    from corridor.model import load_geography

    shipped = load_geography()
    return not {shipped.places[row] for row in shipped.rows("sector")}.isdisjoint(map(str, sectors))


def daily() -> pd.DataFrame:
    """People and boats that arrived on each day from 2018-01-01 to 2025-12-31, indexed by date: the Home Office's
    record (README.md). Every day has a row; on a day without a crossing both are zero."""
    import pandas as pd

    return pd.read_csv(DAILY, parse_dates=["date"], index_col="date")
