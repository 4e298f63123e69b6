"""An ensemble: the values of all draws of a stored batch by day and month.

A draw is one parameter point with one seed. With one seed a point, draws have the numbers of their points; several
seeds of a point are separate draws, numbered on, and never averaged, because a forecast has to hold chance as well.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.results.store.yearly import per_of, sum_over_sum

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]


def opened(source: str | Path | xr.Dataset) -> xr.Dataset:
    """The dataset of a batch's directory, or the dataset itself."""
    if isinstance(source, str | Path):
        from corridor.results.store.run_folder import open_run

        return open_run(source)
    return source


def one_world(dataset: xr.Dataset, world: str) -> xr.Dataset:
    """A world of a batch. Raises KeyError when the batch has no such world."""
    return dataset.sel(world=world)


def daily(source: str | Path | xr.Dataset, world: str, indicator: str) -> Floats:
    """A flow or stock of every draw and day, shape (draw, day); NaN where a case is missing.

    Raises KeyError when the batch has no such world or indicator, or the indicator is a ratio.
    """
    return by_draw(opened(source), world, indicator)


def by_draw(dataset: xr.Dataset, world: str, name: str) -> Floats:
    """A variable of a world with its draws in front, shape (draw, ...)."""
    chosen = one_world(dataset, world)
    front = [axis for axis in ("point", "seed") if axis in chosen.sizes]
    values = chosen[name].transpose(*front, ...).to_numpy()
    return np.asarray(values.reshape(-1, *values.shape[len(front) :]), dtype=np.float64)


def months_of(dataset: xr.Dataset) -> tuple[list[str], NDArray[np.intp]]:
    """The months of the records (YYYY-MM), in order, and the position of each one's first day."""
    names = pd.DatetimeIndex(dataset.time.to_numpy()).strftime("%Y-%m").to_numpy()
    months, first = np.unique(names, return_index=True)
    return months.tolist(), first


def monthly_arrays(
    source: str | Path | xr.Dataset, world: str, indicators: Sequence[str] | None = None
) -> tuple[list[str], dict[str, Floats]]:
    """The months, and for each indicator its values, shape (draw, month).

    Flows are monthly sums, stocks monthly means, ratios a month's sum over a month's sum (NaN over zero). Raises
    StoreError when nothing is stored there, KeyError for an unknown world or indicator.
    """
    dataset = opened(source)
    known: dict[str, dict[str, str]] = json.loads(dataset.attrs["indicators"])
    months, first = months_of(dataset)
    days = np.diff(np.append(first, dataset.sizes["time"]))

    def values_of(name: str) -> Floats:
        about = known[name]
        if about["kind"] == "ratio":
            return sum_over_sum(values_of(about["numerator"]), values_of(about["denominator"]), per_of(about))
        sums: Floats = np.add.reduceat(by_draw(dataset, world, name), first, axis=1)
        return sums / days if about["kind"] == "stock" else sums

    return months, {name: values_of(name) for name in indicators or known}
