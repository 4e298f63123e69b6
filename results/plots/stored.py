"""A stored result as figures read it: tables, daily records, titles and the record, each read when it is used."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from corridor.model import Geography, load_geography
from corridor.results import observed
from corridor.results.store.case_file import StoreError
from corridor.results.store.index import CASES
from corridor.results.store.result_files import read_json, read_manifest, read_table, set_columns
from corridor.results.store.run_folder import open_run, plan_if_any
from corridor.results.store.versions import header_of
from corridor.results.tables import imposed
from corridor.results.tables.flows import map_of


class ResultFolder:
    """What a folder holds. Nothing is written."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise StoreError(f"{self.folder}: is no folder; give the folder of a result")

    @cached_property
    def tables(self) -> dict[str, Path]:
        """The tables by name."""
        return {path.stem: path for path in sorted(self.folder.glob("*.csv"))}

    def table(self, name: str) -> pd.DataFrame:
        """A table by the name of its file without the ending. Raises StoreError where it is missing or damaged."""
        if name not in self.tables:
            raise StoreError(f"{self.folder}: holds no {name}.csv")
        return read_table(self.folder, f"{name}.csv", self.manifest)

    def columns(self, name: str) -> list[str]:
        """The columns of a table; none where it cannot be read."""
        return header_of(self.tables[name])

    def json(self, name: str) -> dict[str, Any]:
        """A JSON file of the folder; empty where there is none. Raises StoreError for a damaged one."""
        return read_json(self.folder / name)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest of the result; empty where there is none. Raises StoreError for a damaged one."""
        return read_manifest(self.folder)

    @cached_property
    def plan(self) -> dict[str, Any]:
        """The plan of the run; empty where there is none. Raises StoreError for a damaged one."""
        return plan_if_any(self.folder)

    @cached_property
    def titles(self) -> dict[str, str]:
        """World -> its title, as far as they are recorded."""
        return dict(self.plan.get("worlds") or {})

    def set_columns(self, name: str) -> list[str]:
        """The columns of a table that hold what was set: levers, or a parameter. The manifest says which these are."""
        return [column for column in set_columns(self.manifest, f"{name}.csv") if column in self.columns(name)]

    @property
    def policy_files(self) -> dict[str, dict[str, Any]]:
        """Measure -> what its policy file holds, as far as it is recorded."""
        return dict((self.manifest.get("configuration") or {}).get("policy_files") or {})

    @cached_property
    def measure_titles(self) -> dict[str, str]:
        """Measure -> its title, as far as it is recorded."""
        return {name: str(about["title"]) for name, about in self.policy_files.items() if about.get("title")}

    @property
    def imposing_measures(self) -> dict[str, list[str]]:
        """Measure -> the levers by which its policy file sets entries; only measures that do."""
        return imposed.that_set_entries({name: about.get("levers") or () for name, about in self.policy_files.items()})

    @property
    def imposing_worlds(self) -> dict[str, list[str]]:
        """World -> the levers by which its policy sets entries, from the notes of effects; only worlds that do."""
        return imposed.entry_levers_of(self.table("effects")) if "effects" in self.tables else {}

    @property
    def baseline(self) -> str:
        """The world that the others are compared with; empty where it is not recorded."""
        return str(self.plan.get("baseline") or (self.manifest.get("configuration") or {}).get("baseline") or "")

    @cached_property
    def has_days(self) -> bool:
        """Whether daily records of worlds by seed are there, other than those at points of a design."""
        designed = bool(self.plan.get("points")) and not self.plan.get("from_posterior")
        return bool(self.plan) and not designed and any((self.folder / CASES).glob("*.nc"))

    @cached_property
    def dataset(self) -> xr.Dataset:
        """Daily records, read when used. Raises StoreError where there are none by world and seed."""
        if not self.has_days:
            raise StoreError(f"{self.folder}: holds no daily records of worlds by seed (folder {CASES})")
        return open_run(self.folder)

    def world(self, name: str | None, beside: bool = False) -> str:
        """A world that is named; else the first one, or with `beside` the first that is not the baseline."""
        names = [str(world) for world in self.dataset.world.values]
        if name is not None and name not in names:
            raise StoreError(f"{self.folder}: has no world {name!r}; its worlds are {', '.join(names)}")
        others = [world for world in names if world != self.baseline]
        return name or ((others or names)[0] if beside else names[0])

    def geography(self, world: str) -> Geography:
        """The map on which a world was simulated; the shipped one where there are no daily records."""
        return map_of(self.folder, world) if self.has_days and world else load_geography()

    @cached_property
    def monthly_record(self) -> pd.DataFrame:
        """The record by month: indicator, month, value; no rows where it is of another coast."""
        return self.record("monthly")

    @cached_property
    def yearly_record(self) -> pd.DataFrame:
        """The record by year: indicator, year, value; no rows where it is of another coast."""
        return self.record("annual")

    def record(self, name: str) -> pd.DataFrame:
        """A table of the record, without its rows where the run is of another coast."""
        found = observed.read(name)
        return found if not self.has_days or observed.is_of(self.dataset.sector.values) else found.iloc[:0]

    def record_of(self, indicator: str) -> pd.Series:
        """The observed months of an indicator, by month; people per boat is a ratio of sums."""
        if indicator == "people_per_boat":
            return self.record_of("arrivals_people") / self.record_of("arrivals_boats")
        rows = self.monthly_record[self.monthly_record.indicator == indicator]
        return rows.set_index("month").value.astype(float)

    @property
    def summary(self) -> pd.DataFrame:
        """The table of values; empty where there is none."""
        return self.table("summary") if "summary" in self.tables else pd.DataFrame()
