"""Observed series, used for tables, plots and fits: CSV files with unit, source, licence and quality (README.md)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).parent


def read(name: str) -> pd.DataFrame:
    """The table `name`.csv; months are text such as 2022-11."""
    import pandas as pd

    return pd.read_csv(FOLDER / f"{name}.csv", dtype={"month": str})
