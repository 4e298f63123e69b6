"""Results: the store of cases, comparison between worlds, tables and figures. Imports none of the other packages.

`results.open("DIR")` is a batch as one lazy dataset, `results.to_frame("DIR")` its yearly figures as a table. The
imports stand inside, because the processes that run cases need neither xarray nor pandas.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


def open(directory: str | Path) -> xr.Dataset:
    """All results of a batch as one dataset that is read when it is used (see
    `corridor.results.store.run_folder.open_batch`)."""
    from corridor.results.store.run_folder import open_batch

    return open_batch(directory)


def to_frame(directory: str | Path) -> pd.DataFrame:
    """The yearly figures of every replicate of a batch as a tidy table (see
    `corridor.results.store.run_folder.to_frame`)."""
    from corridor.results.store import run_folder

    return run_folder.to_frame(directory)
