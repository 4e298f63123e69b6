"""Entry points that take milliseconds: tables by the functions that read them, and short experiments and policies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from corridor.model.inputs.climate import read_sea_climate
from corridor.model.inputs.conditions import read_conditions
from corridor.model.inputs.entries import read_entries
from corridor.model.inputs.groups import read_groups
from corridor.model.inputs.history import History
from corridor.model.inputs.map_files import load_geography
from corridor.model.inputs.sea import read_record, read_sea
from tests.support import entry_points
from tests.support.entry_points import EXPERIMENT, OWN, SMALL, TABLES, experiment, of_data, of_tables
from tests.support.reading import EntryPoint, function

SHORT = {key: value for key, value in EXPERIMENT.items() if key not in (*OWN, "parameter_table")}
PLACES, LEGS = SMALL / "small_places.csv", SMALL / "small_legs.csv"
READERS: dict[str, Callable[[Path], Any]] = {
    "places": lambda path: load_geography(path, LEGS),
    "legs": lambda path: load_geography(PLACES, path),
    "entries": lambda path: read_entries(path, load_geography(PLACES, LEGS)),
    "groups": read_groups,
    "history": History,
    "sea": read_sea,
    "sea_climate": read_sea_climate,
    "sea_record": read_record,
    "conditions": read_conditions,
}


def tables() -> Iterator[EntryPoint]:
    """Every table that an experiment names, read by its function."""
    for key, read in READERS.items():

        def prepare(folder: Path, text: str = TABLES[key]()) -> None:
            (folder / "table.csv").write_text(text, encoding="utf-8")

        called = function(lambda _, read=read: read(Path("table.csv")))
        yield EntryPoint(f"{key} alone", "table.csv", of_tables, called, prepare)


def loaded(_: Path) -> object:
    """An experiment as it is loaded before anything else."""
    from corridor.experiments.config.loading import load

    return load(Path("x.yaml"))


def short() -> Iterator[EntryPoint]:
    """An experiment without tables of its own, and its policy."""
    yield EntryPoint("short experiment", "x.yaml", of_data(SHORT), function(loaded), experiment(SHORT))
    yield EntryPoint("its policy", "mine.yaml", of_data(entry_points.POLICY), function(loaded), experiment(SHORT))


def all_cheap() -> list[EntryPoint]:
    """Those, and the observed series, records, forecasts and manifests that are read as fast."""
    observed = ("observed series", "record", "published days", "forecast", "posterior.json")
    return [*tables(), *short(), *(entry for entry in entry_points.observed() if entry.name in observed)]
