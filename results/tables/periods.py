"""Values of a run by calendar month, and effects over any days of it.

People who tried are left out: they are counted once a year, so a part of a year holds only those who tried first in it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import xarray as xr

from corridor.results.store.case_file import StoreError
from corridor.results.store.result_files import read_manifest, read_table
from corridor.results.store.run_folder import open_run, plan_sha256
from corridor.results.store.yearly import WHOLE
from corridor.results.tables.keys import with_keys
from corridor.results.tables.summary import by_period, effects, indicators_of

OF_RUN = ("world", "indicator", "imposed", "note")  # columns of effects.csv that do not depend on days
CENTURY = 100  # months are numbered 202211 while they are formed


def monthly(directory: str | Path) -> pd.DataFrame:
    """The values of every replicate of a run by calendar month, the first and the last of which the run may cut.

    Columns world, point (with a design), seed, month (as 2022-11), indicator, unit, kind, value: a flow is the sum of
    the days, a stock their mean, a ratio a sum over a sum. Raises StoreError when the run is not complete.
    """
    dataset = complete_run(directory)
    known = indicators_of(dataset)
    days = dataset.time.dt
    values = counted_in_any_period(by_period(dataset, (days.year * CENTURY + days.month).values), known)
    values = values[values.period != WHOLE]
    values["month"] = values.period.str[:4] + "-" + values.period.str[4:]
    for name in ("unit", "kind"):
        values[name] = values.indicator.map({indicator: about[name] for indicator, about in known.items()})
    if "seed" not in values:  # every point has its own
        values["seed"] = values.point.map(dataset.seed.to_series())
    keys = [name for name in ("world", "point", "seed") if name in values]
    return values[[*keys, "month", "indicator", "unit", "kind", "value"]].reset_index(drop=True)


def effects_between(directory: str | Path, first: date, last: date) -> pd.DataFrame:
    """Paired differences of every world from the baseline over the days from `first` to `last`, with the columns of
    effects.csv; `imposed` and `note` are those of the whole run, and left out where it has no such table.

    Raises StoreError when the run is not complete, has no such days, has one world alone, or a seed of its own at each
    point of a design.
    """
    whole = complete_run(directory)
    begins, ends = (pd.Timestamp(whole.time.values[k]).date() for k in (0, -1))
    if not begins <= first <= last <= ends:
        raise StoreError(f"{directory}: {first} to {last}; allowed: days from {begins} to {ends}, in order")
    if whole.sizes["world"] < 2:
        raise StoreError(f"{directory}: has one world, so no effects")
    if "seed" not in whole.dims:
        raise StoreError(f"{directory}: has another seed at each point, so that effects over days have no interval")
    found = with_keys(effects_of_days(whole.sel(time=slice(str(first), str(last)))), indicators_of(whole))
    return with_notes_of_run(found, Path(directory))


def with_notes_of_run(effects: pd.DataFrame, directory: Path) -> pd.DataFrame:
    """Effects with what effects.csv says of the whole run: what a policy file imposes itself, and the notes."""
    manifest = read_manifest(directory)
    if manifest.get("plan_sha256") != plan_sha256(directory):
        return effects
    stored = read_table(directory, "effects.csv", manifest, usecols=lambda name: name in OF_RUN, keep_default_na=False)
    if not set(OF_RUN) <= set(stored):
        return effects
    imposed = stored.drop_duplicates(["world", "indicator"])[["world", "indicator", "imposed"]]
    notes = stored.drop_duplicates("world").set_index("world").note
    found = effects.merge(imposed, how="left", on=["world", "indicator"])
    return found.assign(imposed=found.imposed.fillna(""), note=found.world.map(notes).fillna(""))


def complete_run(directory: str | Path) -> xr.Dataset:
    """The dataset of a run; raises StoreError where replicates are missing."""
    dataset = open_run(directory)
    if missing := dataset.attrs.get("missing", 0):
        raise StoreError(f"{directory}: {missing} replicates are missing; corridor status {directory}")
    return dataset


def effects_of_days(dataset: xr.Dataset) -> pd.DataFrame:
    """Effects over all days of a dataset, which are named as the period."""
    known = indicators_of(dataset)
    values = counted_in_any_period(by_period(dataset, dataset.time.dt.year.values), known)
    found = effects(dataset, str(dataset.attrs["baseline"]), values[values.period == WHOLE])
    first, last = (str(dataset.time.values[k])[:10] for k in (0, -1))
    return found.assign(period=f"{first} to {last}")


def counted_in_any_period(values: pd.DataFrame, known: dict[str, dict[str, str]]) -> pd.DataFrame:
    """The values without those of people who are counted once a year."""
    yearly = [name for name, about in known.items() if about["whole_period"]]
    return values[~values.indicator.isin(yearly)].copy()
