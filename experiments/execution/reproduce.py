"""Runs a stored case again from the settings in its file, and compares the two bit for bit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from corridor.experiments.config.data.sea import SeaRecord
from corridor.experiments.execution.cases import provenance
from corridor.experiments.execution.cases.case import Definition, run_definition
from corridor.results.observed import DAILY
from corridor.results.store.case_file import Variable, check_attributes, read_netcdf, variables_of


@dataclass(frozen=True)
class Reproduction:
    """The differences, variable by variable, and changes of code, data and packages since the case was run."""

    variables: int
    seeds: tuple[int, ...]
    differences: tuple[str, ...]
    changes: tuple[str, ...]


def reproduce(path: Path) -> Reproduction:
    """Run a case again and compare.

    Raises StoreError when the file cannot be read, is no case of a batch, or holds other settings than were written.
    """
    stored, attributes = read_netcdf(path)
    check_attributes(path, attributes)
    definition = Definition(attributes["configuration"], json.loads(attributes["inputs"]))
    seeds = tuple(stored["seed"].values.tolist())
    known = json.loads(attributes["indicators"])
    again = variables_of(run_definition(definition, seeds), known)
    return Reproduction(
        len(stored), seeds, tuple(differences(stored, again)), tuple(changes(definition, attributes["provenance"]))
    )


def differences(stored: Mapping[str, Variable], again: Mapping[str, Variable]) -> list[str]:
    """Variables that only one of the two has, or whose shape or bits differ, in words."""
    found = [f"{name}: only in one of the two" for name in sorted(stored.keys() ^ again.keys())]
    for name in sorted(stored.keys() & again.keys()):
        one, other = stored[name].values, again[name].values
        if one.shape != other.shape:
            found.append(f"{name}: shape {one.shape} is now {other.shape}")
        elif not np.array_equal(one, other, equal_nan=one.dtype.kind == "f"):
            at = tuple(np.argwhere(~((one == other) | ((one != one) & (other != other))))[0].tolist())
            found.append(f"{name}: first differs at {at}: {one[at]!s} is now {other[at]!s}")
    return found


def changes(definition: Definition, stored: str) -> list[str]:
    """Code, data and packages that are not those of the case, in words."""
    then, now = json.loads(stored), provenance.provenance()
    found = []
    if definition.configuration["code_sha256"] != now["code_sha256"]:
        found.append(f"the code of model/ has changed since (commit then: {then['git_commit']})")
    if definition.configuration["data_sha256"]["shipped"] != now["data_sha256"]:
        found.append("the data of model/data have changed since")
    record = definition.configuration.get("sea_record")
    if record and SeaRecord(DAILY, date.fromisoformat(record["until"])).identity != record:
        found.append("the record of the sea has changed since")
    for name, old in sorted(then["packages"].items()):
        if old != now["packages"].get(name):
            found.append(f"{name} was {old}, is {now['packages'].get(name)}")
    return found
