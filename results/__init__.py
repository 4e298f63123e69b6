"""Results: the store of cases, comparison between worlds, tables and figures. Imports none of the other packages.

`open_results("DIR")` is a run as one lazy dataset, `to_frame("DIR")` its yearly values as a table, `monthly("DIR")` its
months, `effects_between("DIR", first, last)` what its worlds differ by over some days, `latex_table("DIR")` its main
table in LaTeX. The imports stand inside,
because the processes that run cases need neither xarray nor pandas.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


def open_results(directory: str | Path) -> xr.Dataset:
    """All results of a batch as one dataset that is read when it is used (see
    `corridor.results.store.run_folder.open_run`)."""
    from corridor.results.store.run_folder import open_run

    return open_run(directory)


def to_frame(directory: str | Path, totals: bool = False) -> pd.DataFrame:
    """The values of every replicate of a run as a tidy table, by calendar year or, with `totals`, of the whole run (see
    `corridor.results.store.run_folder.to_frame`)."""
    from corridor.results.store import run_folder

    return run_folder.to_frame(directory, totals)


def monthly(directory: str | Path) -> pd.DataFrame:
    """The values of every replicate of a run by calendar month (see `corridor.results.tables.periods.monthly`)."""
    from corridor.results.tables import periods

    return periods.monthly(directory)


def effects_between(directory: str | Path, first: date, last: date) -> pd.DataFrame:
    """Effects over the days from `first` to `last` (see `corridor.results.tables.periods.effects_between`)."""
    from corridor.results.tables import periods

    return periods.effects_between(directory, first, last)


def latex_table(
    directory: str | Path,
    table: str | None = None,
    *,
    worlds: Sequence[str] = (),
    indicators: Sequence[str] = (),
    period: str | None = None,
    booktabs: bool = False,
) -> str:
    """A table of a run in LaTeX, by default its main one, which fits a page of A4.

    `table` is the name of a CSV file of the run without its ending. All worlds, the main indicators and the whole run
    by default; with `booktabs` for a document that has the packages booktabs and siunitx. Raises StoreError where the
    run or the table has no such.
    """
    from corridor.results.tables.latex import of_run

    return of_run.latex_table(
        directory, table, worlds=worlds, indicators=indicators, period=period, with_booktabs=booktabs
    )
