"""How people move in a scenario: Flee's settings (simsetting.yml, in older scenarios simsetting.csv)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from corridor.experiments.config.documents.yaml import read as read_yaml
from corridor.experiments.flee.tables import number_of, read_rows
from corridor.model.engine.errors import InputError
from corridor.model.inputs.files import is_taken

MOST_LEGS = 3  # that people can know of
ABOVE_ZERO = ("max_move_speed", "max_walk_speed", "max_crossing_speed", "capacity_scaling")


@dataclass(frozen=True)
class Settings:
    """Speeds [km a day], chances to leave within a day, attractiveness, and what is known of the network.

    Names and defaults are those of Flee 3 (flee.readthedocs.io); `hasten` is how many people an agent stands for.
    """

    max_move_speed: float = 360.0
    max_walk_speed: float = 35.0
    max_crossing_speed: float = 20.0
    foreign_weight: float = 1.0
    camp_weight: float = 1.0
    conflict_weight: float = 10.0**-0.5
    conflict_movechance: float = 1.0
    camp_movechance: float = 0.001
    idpcamp_movechance: float = 0.1
    default_movechance: float = 0.3
    awareness_level: int = 1
    capacity_scaling: float = 1.0
    capacity_buffer: float = 0.9
    weight_power: float = 1.0
    distance_power: float = 1.0
    distance_softening: float = 10.0
    take_from_population: bool = False
    insert_day0: bool = True
    hasten: int = 1


OF_OLD = {  # names in simsetting.csv
    "maxmovespeed": "max_move_speed",
    "maxwalkspeed": "max_walk_speed",
    "maxcrossingspeed": "max_crossing_speed",
    "awarenesslevel": "awareness_level",
    "campweight": "camp_weight",
    "conflictweight": "conflict_weight",
    "campmovechance": "camp_movechance",
    "conflictmovechance": "conflict_movechance",
    "defaultmovechance": "default_movechance",
    "populationscaledownfactor": "hasten",
}
ALSO = {"softening": "distance_softening"}
GROUPS = ("move_rules", "spawn_rules", "optimisations")
OFF = {"conflict_zone_spawning_only": True}  # what a switch that is not simulated may be
PASSED = ("log_levels", "log_levels_file")


def read_settings(folder: Path) -> tuple[Settings, list[str]]:
    """The settings of a scenario, and what of them is not used.

    Raises InputError for values that are none, and for rules that are not simulated (floods, demographics, ...).
    """
    for name, read in (("simsetting.yml", of_yaml), ("simsetting.csv", of_csv)):
        if is_taken(folder / name):
            return settled(read(folder / name), name)
    return Settings(), ["simsetting.yml is not there: settings are Flee's defaults"]


def of_yaml(path: Path) -> dict[str, Any]:
    """The keys of a YAML file, without their groups."""
    document = read_yaml(path)
    for name in GROUPS:
        if not isinstance(document.data.get(name) or {}, Mapping):
            document.report((name,), "is no mapping of settings")
    if document.problems:
        raise InputError(document.problems)
    groups = [document.data.get(name) or {} for name in GROUPS]
    others = {key: value for key, value in document.data.items() if key not in (*GROUPS, *PASSED)}
    return {str(key): value for group in (*groups, others) for key, value in group.items()}


def of_csv(path: Path) -> dict[str, Any]:
    """The rows of an older file."""
    rows = read_rows(path).rows
    return {OF_OLD.get(row[0].strip().casefold(), row[0].strip()): row[1].strip() for _, row in rows if len(row) > 1}


def settled(given: Mapping[str, Any], file: str) -> tuple[Settings, list[str]]:
    """Settings with the given values. Raises InputError with everything that is wrong with them."""
    known = {each.name: each.type for each in fields(Settings)}
    found: dict[str, Any] = {}
    problems, unused = [], []
    if floods := [key for key, value in given.items() if "flood" in key and value not in (False, None)]:
        problems.append(f"{file}: {', '.join(floods)}; floods are not simulated; allowed: scenarios of conflict")
    for key, value in given.items():
        name = ALSO.get(key, key)
        if name not in known:
            if key in floods or value in (False, None, OFF.get(name)):
                continue
            if value is True or isinstance(value, Mapping):
                problems.append(f"{file}, {key}: {plain(value)}; it is not simulated; allowed: False")
            else:
                unused.append(f"{file}, {key}: {plain(value)} is not used")
        elif known[name] == "bool":
            found[name] = value is True or str(value).casefold() == "true"
        elif (number := number_of(str(value))) is None:
            problems.append(f"{file}, {key}: {value!r}; allowed: a number from 0")
        else:
            found[name] = int(number) if known[name] == "int" else number
    settings = replace(Settings(), **found)
    if not 1 <= settings.awareness_level <= MOST_LEGS:
        problems.append(f"{file}, awareness_level: {settings.awareness_level}; allowed: 1 to {MOST_LEGS}")
    for name in ABOVE_ZERO:
        if getattr(settings, name) <= 0.0:
            problems.append(f"{file}, {name}: {getattr(settings, name):g}; allowed: a number above 0")
    if settings.capacity_buffer >= 1.0:
        problems.append(f"{file}, capacity_buffer: {settings.capacity_buffer:g}; allowed: a number from 0, below 1")
    if settings.hasten < 1:
        problems.append(f"{file}, hasten: {settings.hasten}; allowed: a whole number from 1")
    if problems:
        raise InputError(problems)
    return settings, unused


def plain(value: Any) -> str:
    """A value in a message."""
    return ", ".join(map(str, value)) if isinstance(value, Mapping) else str(value)
