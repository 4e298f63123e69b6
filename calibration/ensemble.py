"""An ensemble: what the draws of a stored batch say, month by month, as one tidy table.

A draw is one parameter point with one seed. With one seed a point, draws have the numbers of their points; several
seeds of a point are separate draws, numbered on, and never averaged, because a forecast has to hold chance as well.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]
COLUMNS = ["draw", "month", "indicator", "value"]


def opened(source: str | Path | xr.Dataset) -> xr.Dataset:
    """The dataset of a batch's directory, or the dataset itself."""
    if isinstance(source, str | Path):
        from results.batch import open_batch

        return open_batch(source)
    return source


def draws_of(source: str | Path | xr.Dataset, world: str) -> pd.DataFrame:
    """One row for each draw of a world: draw, point (0 without a design), seed, and what the point sets."""
    dataset = one_world(opened(source), world)
    seeds = np.broadcast_to(dataset.seed.to_numpy(), cells(dataset)).ravel()
    per_point = len(seeds) // dataset.sizes.get("point", 1)
    columns: dict[str, Any] = {"draw": np.arange(1, len(seeds) + 1), "point": 0, "seed": seeds}
    for name, values in dataset.coords.items():
        if values.dims == ("point",) and name != "seed":
            columns[str(name)] = np.repeat(values.to_numpy(), per_point)
    return pd.DataFrame(columns)


def one_world(dataset: xr.Dataset, world: str) -> xr.Dataset:
    """A world of a batch. Raises KeyError when the batch has no such world."""
    return dataset.sel(world=world)


def cells(dataset: xr.Dataset) -> tuple[int, ...]:
    """The shape of points and seeds in one world."""
    return tuple(dataset.sizes[axis] for axis in ("point", "seed") if axis in dataset.sizes)


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
    """The months, and for each indicator its figures, shape (draw, month).

    Flows are monthly sums, stocks monthly means, ratios a month's sum over a month's sum (NaN over nought).
    """
    dataset = opened(source)
    known: dict[str, dict[str, str]] = json.loads(dataset.attrs["indicators"])
    months, first = months_of(dataset)
    days = np.diff(np.append(first, dataset.sizes["time"]))

    def figures(name: str) -> Floats:
        about = known[name]
        if about["kind"] == "ratio":
            above, below = figures(about["numerator"]), figures(about["denominator"])
            return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
        sums: Floats = np.add.reduceat(by_draw(dataset, world, name), first, axis=1)
        return sums / days if about["kind"] == "stock" else sums

    return months, {name: figures(name) for name in indicators or known}


def monthly(
    source: str | Path | xr.Dataset, world: str, indicators: Sequence[str] | None = None
) -> pd.DataFrame:
    """A tidy table of a batch's world: draw, month (YYYY-MM), indicator, value; all indicators by default.

    `source` is the directory of a stored batch or its dataset. Flows are monthly sums, stocks monthly means, ratios a
    sum over a sum. Raises StoreError when nothing is stored there, KeyError for an unknown world or indicator.
    """
    months, values = monthly_arrays(source, world, indicators)
    frames = [tidy(name, months, figures) for name, figures in values.items()]
    return pd.concat(frames, ignore_index=True)[COLUMNS]


def tidy(indicator: str, months: Sequence[str], figures: Floats) -> pd.DataFrame:
    """Rows of one indicator, in order of draw and month."""
    draws = np.arange(1, len(figures) + 1)
    return pd.DataFrame({
        "draw": np.repeat(draws, len(months)), "month": np.tile(np.array(months, dtype=object), len(draws)),
        "indicator": indicator, "value": figures.ravel(),
    })
