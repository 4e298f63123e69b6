"""One case: the configuration that identifies it, and its simulation from that configuration alone.

The configuration is plain data that holds all that the result depends on: days, scale, every parameter, every dated
change of a lever, the hashes of the data files, of the record of the sea and of the code of model/. Its hash is the
identity of the case; a seed of an identity that is in the store is never run again. Titles, notes and the names of
worlds are not in it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from corridor.experiments.config.data_files import PARAMETER_TABLE
from corridor.experiments.config.sea import SEA_RECORD
from corridor.experiments.execution.scratch import temporary_folder
from corridor.model import Geography, Policy, load_geography, simulate
from corridor.model.inputs.data_files import DataFiles
from corridor.model.parameters import PARAMETERS, Parameter, Parameters, own_parameters
from corridor.model.policy import Change, Measure
from corridor.model.records import Records
from corridor.results.observed import DAILY

MAP = ("places", "legs")  # data files that make the geography
READ_HERE = (*MAP, PARAMETER_TABLE)  # and so are not among the model's `DataFiles`


@dataclass(frozen=True)
class Definition:
    """The inputs of a case: its canonical JSON, and the text of the user's own data files by their key."""

    canonical: str
    inputs: Mapping[str, str]

    @property
    def identity(self) -> str:
        """SHA-256 of the canonical configuration."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    @property
    def configuration(self) -> dict[str, Any]:
        """The canonical configuration as plain data."""
        plain: dict[str, Any] = json.loads(self.canonical)
        return plain


def canonical(
    start: date, end: date, scale: float, parameters: Mapping[str, float], policy: Policy, hashes: Mapping[str, str]
) -> str:
    """The configuration of a case as JSON with sorted keys: equal configurations give equal text."""
    configuration = {
        "start": start.isoformat(),
        "end": end.isoformat(),
        "scale": float(scale),
        "parameters": parameters,
        "policy": [{"name": m.name, "changes": [changes_of(c) for c in m.changes]} for m in policy.measures],
        **hashes,
    }
    return json.dumps(configuration, sort_keys=True)


def changes_of(change: Change) -> dict[str, Any]:
    """A dated change of a lever as plain data."""
    return {
        "lever": change.lever,
        "from": change.start.isoformat(),
        "over_days": change.over_days,
        "to": float(change.to),
    }


def run_definition(
    definition: Definition, seeds: Sequence[int], progress: Callable[[int], None] | None = None
) -> Records:
    """Simulate a case from its definition."""
    return run_together([definition], [seeds], progress)[0]


def run_together(
    definitions: Sequence[Definition],
    seeds: Sequence[Sequence[int]],
    progress: Callable[[int], None] | None = None,
    scratch: Path | None = None,
) -> list[Records]:
    """Simulate cases side by side, each from its definition with its seeds; results are the same as alone.

    Data files are written below `scratch` while they are needed (in the system's temporary directory by default).
    Raises ValueError when the definitions differ in more than parameters.
    """
    first, *others = (definition.configuration for definition in definitions)
    declared = parameter_table_of(definitions[0].inputs.get(PARAMETER_TABLE), scratch)
    sets = [Parameters(each["parameters"], declared) for each in (first, *others)]
    if any({**each, "parameters": first["parameters"]} != first for each in others):
        raise ValueError("cases that run side by side may differ in parameters and seeds alone")
    start, end = date.fromisoformat(first["start"]), date.fromisoformat(first["end"])
    inputs, counts = definitions[0].inputs, [len(each) for each in seeds]
    with written(inputs, scratch) as paths:
        records = simulate(
            [params for params, number in zip(sets, counts, strict=True) for _ in range(number)] if others else sets[0],
            policy_of(first["policy"]),
            [seed for each in seeds for seed in each],
            start,
            end,
            first["scale"],
            geography=geography_of(inputs.get("places"), inputs.get("legs"), scratch),
            files=data_files(paths, first),
            progress=progress,
        )
    ends = list(accumulate(counts, initial=0))
    return [records.part(slice(first, last)) for first, last in pairwise(ends)]


def data_files(own: Mapping[str, Path], configuration: Mapping[str, Any]) -> DataFiles:
    """The model's data files: the user's own, and the shipped record of the sea where the configuration has it."""
    files = DataFiles(**{key: path for key, path in own.items() if key not in READ_HERE})
    record = configuration.get(SEA_RECORD)
    return replace(files, sea_record=DAILY, record_until=date.fromisoformat(record["until"])) if record else files


def policy_of(measures: Sequence[Mapping[str, Any]]) -> Policy:
    """The policy that a configuration describes."""
    return Policy(
        tuple(
            Measure(
                m["name"],
                m["name"],
                tuple(Change(c["lever"], date.fromisoformat(c["from"]), c["over_days"], c["to"]) for c in m["changes"]),
            )
            for m in measures
        )
    )


@lru_cache(maxsize=4)
def geography_of(places: str | None, legs: str | None, scratch: Path | None = None) -> Geography:
    """The map of these texts, the shipped tables where there is none; kept from one case to the next."""
    given = {"places": places, "legs": legs}
    with written({key: text for key, text in given.items() if text is not None}, scratch) as paths:
        return load_geography(paths.get("places"), paths.get("legs"))


@lru_cache(maxsize=1)
def parameter_table_of(text: str | None, scratch: Path | None = None) -> Mapping[str, Parameter]:
    """All declared parameters with the rows of a user's own table, the shipped ones where there is no text; kept from
    one case to the next."""
    if text is None:
        return PARAMETERS
    with written({PARAMETER_TABLE: text}, scratch) as paths:
        return own_parameters(paths[PARAMETER_TABLE])


@contextlib.contextmanager
def written(texts: Mapping[str, str], scratch: Path | None) -> Iterator[dict[str, Path]]:
    """Data files of the user, written from their stored texts while a block lasts; for none no folder is made."""
    if not texts:
        yield {}
        return
    with temporary_folder(scratch) as folder:
        paths = {key: folder / f"{key}.csv" for key in texts}
        for key, path in paths.items():
            path.write_text(texts[key], encoding="utf-8")
        yield paths
