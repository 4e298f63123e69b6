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

from corridor.experiments.config.cases import Condition
from corridor.experiments.config.data.data_files import PARAMETER_TABLE
from corridor.experiments.config.data.sea import SEA_RECORD
from corridor.experiments.execution.cases.sharing import simulate_worlds
from corridor.experiments.execution.folders.scratch import temporary_folder
from corridor.model import Geography, Policy, load_geography
from corridor.model.inputs.conditions import Conditions
from corridor.model.inputs.data_files import SHIPPED, DataFiles
from corridor.model.parameters import PARAMETERS, Parameter, Parameters, own_parameters
from corridor.model.policy import Change, Measure
from corridor.model.records import Records
from corridor.results.observed import DAILY

MAP = ("places", "legs")  # data files that make the geography
NOMINAL = "drawn_around"  # key of the value of the policy file, where a draw has one of its own
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
    days: tuple[date, date, date],
    scale: float,
    parameters: Mapping[str, float],
    policy: Policy,
    hashes: Mapping[str, str],
    conditions: Sequence[Condition] = (),
) -> str:
    """The configuration of a case as JSON with sorted keys: equal configurations give equal text.

    `days` are the first that is simulated, the first that is recorded, and the last. Conditions are left out where
    there are none.
    """
    past_from, start, end = days
    configuration = {
        "past_from": past_from.isoformat(),
        "start": start.isoformat(),
        "end": end.isoformat(),
        "scale": float(scale),
        "parameters": parameters,
        "policy": [{"name": m.name, "changes": [changes_of(c) for c in m.changes]} for m in policy.measures],
        **hashes,
    }
    if conditions:
        configuration["conditions"] = [[day.isoformat(), name, value] for day, name, value in conditions]
    return json.dumps(configuration, sort_keys=True)


def changes_of(change: Change) -> dict[str, Any]:
    """A dated change of a lever as plain data; with the value of its file where it was drawn from a range."""
    (value,) = change.values
    plain = {
        "lever": change.lever,
        "from": change.start.isoformat(),
        "over_days": change.over_days,
        "to": float(value),
    }
    return plain if change.nominal is None else {**plain, NOMINAL: float(change.nominal)}


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
    """The records of cases that are simulated together as `run_family` says, in their order."""
    found = {done.number: done.records for done in run_family(definitions, seeds, progress, scratch)}
    return [found[number] for number in range(len(definitions))]


@dataclass(frozen=True)
class SimulatedCase:
    """A case of a simulation, by its number there: its records, the seconds that its days took, and the days of a
    replicate that were simulated for it; days that it shares with other cases count there in parts."""

    number: int
    records: Records
    seconds: float
    days: float


def run_family(
    definitions: Sequence[Definition],
    seeds: Sequence[Sequence[int]],
    progress: Callable[[int], None] | None = None,
    scratch: Path | None = None,
) -> Iterator[SimulatedCase]:
    """Simulate cases together, each from its definition with its seeds, and give each when it ends; results are the
    same as alone.

    Cases with other parameters and seeds run side by side, and for each policy there are the same of them; policies
    share the days on which they are alike. Data files are written below `scratch` while they are needed (in the
    system's temporary directory by default). Raises ValueError when the definitions differ in more than policies and
    parameters, or policies have other parameters or seeds.
    """
    configurations = [definition.configuration for definition in definitions]
    first, rows = configurations[0], rows_by_policy(configurations)
    kept = {"parameters": first["parameters"], "policy": first["policy"], "conditions": []}
    replicates = [[(behaviour_of(configurations[k]), tuple(seeds[k])) for k in row] for row in rows]
    if any({**each, **kept} != {**first, **kept} for each in configurations) or any(
        each != replicates[0] for each in replicates
    ):
        raise ValueError("cases that run together may differ in policies, parameters and seeds alone")
    past_from, start, end = (date.fromisoformat(first[key]) for key in ("past_from", "start", "end"))
    inputs = definitions[0].inputs
    declared = parameter_table_of(inputs.get(PARAMETER_TABLE), scratch)
    sets = [(parameters_of(behaviour, declared), of_case) for behaviour, of_case in replicates[0]]
    bounds = list(pairwise(accumulate((len(of_case) for _, of_case in sets), initial=0)))
    with written(inputs, scratch) as paths:
        for done in simulate_worlds(
            [params for params, of_case in sets for _ in of_case] if len(sets) > 1 else sets[0][0],
            [policy_of([configurations[k]["policy"] for k in row], [len(seeds[k]) for k in row]) for row in rows],
            [seed for _, of_case in sets for seed in of_case],
            start,
            end,
            first["scale"],
            geography=geography_of(inputs.get("places"), inputs.get("legs"), scratch),
            files=data_files(paths, first),
            past_from=past_from,
            progress=progress,
        ):
            for number, (low, high) in (k for row in done.policies for k in zip(rows[row], bounds, strict=True)):
                seconds = done.seconds * (high - low) / bounds[-1][1]
                yield SimulatedCase(number, done.records.part(slice(low, high)), seconds, done.days * (high - low))


def behaviour_of(configuration: Mapping[str, Any]) -> tuple[dict[str, float], list[list[Any]]]:
    """What a draw sets in a configuration: the parameters, and the conditions of the time."""
    return configuration["parameters"], configuration.get("conditions", [])


def parameters_of(
    behaviour: tuple[Mapping[str, float], Sequence[Sequence[Any]]], declared: Mapping[str, Parameter]
) -> Parameters:
    """The parameters of a draw, with its conditions."""
    values, rows = behaviour
    conditions = Conditions([(date.fromisoformat(day), name, value) for day, name, value in rows])
    return Parameters(values, declared, conditions)


def rows_by_policy(configurations: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """The numbers of configurations, in a list for each policy; policies that differ in drawn strengths alone are
    one."""
    rows: dict[str, list[int]] = {}
    for number, each in enumerate(configurations):
        as_in_file = [[m["name"], [{**c, "to": c.get(NOMINAL, c["to"])} for c in m["changes"]]] for m in each["policy"]]
        rows.setdefault(json.dumps(as_in_file), []).append(number)
    return list(rows.values())


def data_files(own: Mapping[str, Path], configuration: Mapping[str, Any]) -> DataFiles:
    """The model's data files: the user's own, and the shipped record of the sea where the configuration has it."""
    given: dict[str, Any] = {key: path for key, path in own.items() if key not in READ_HERE}
    files = replace(SHIPPED, **given)
    record = configuration.get(SEA_RECORD)
    return replace(files, sea_record=DAILY, record_until=date.fromisoformat(record["until"])) if record else files


def policy_of(policies: Sequence[Sequence[Mapping[str, Any]]], seeds: Sequence[int]) -> Policy:
    """The policy of cases that run side by side, from those of their configurations, which differ in drawn strengths
    alone; `seeds` are how many each case has."""
    measures = []
    for several in zip(*policies, strict=True):
        changes = [change_of(same, seeds) for same in zip(*(m["changes"] for m in several), strict=True)]
        measures.append(Measure(several[0]["name"], several[0]["name"], tuple(changes)))
    return Policy(tuple(measures))


def change_of(several: Sequence[Mapping[str, Any]], seeds: Sequence[int]) -> Change:
    """One dated change of cases that run side by side; with a value for each replicate where they differ."""
    first = several[0]
    values = tuple(each["to"] for each, number in zip(several, seeds, strict=True) for _ in range(number))
    to = values if len(set(values)) > 1 else first["to"]
    return Change(first["lever"], date.fromisoformat(first["from"]), first["over_days"], to)


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
