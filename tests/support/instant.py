"""Simulations that take no time: numbers that follow from the identity of a case and its seeds.

Everything else is the code that runs batches, so that tests of what is written can repeat it hundreds of times.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd

from corridor.calibration.evidence.targets import BY_GROUP, FITTED_GROUPS
from corridor.calibration.validation.rolling import members
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.execution import run
from corridor.experiments.execution.cases.case import SimulatedCase
from corridor.experiments.execution.processes import worker
from corridor.experiments.execution.processes.worker import Task
from corridor.model.indicators import INDICATORS
from corridor.model.records import Breakdown, Records

EVERY = tuple(name for name, indicator in INDICATORS.items() if indicator.kind != "ratio")
SECTORS = ("calais", "dunkirk")
LABELS = {  # of each breakdown its dimension and the labels along it
    "leg_flows": ("leg", ("a>b", "b>c")),
    "launches_by_sector": ("sector", SECTORS),
    "prevented_by_sector": ("sector", SECTORS),
    BY_GROUP: ("group", FITTED_GROUPS),
}


def records_of(task: Task, names: Sequence[str] = EVERY) -> Records:
    """Records of a case: whole numbers from 0 to 8 a day."""
    asked = task.definition.configuration
    start, end = (date.fromisoformat(str(asked[key])[:10]) for key in ("start", "end"))
    records = Records(start, end, task.case.seeds, float(asked["scale"]))
    luck = [np.random.default_rng([int(task.definition.identity[:12], 16), seed]) for seed in task.case.seeds]
    for name in names:
        records.daily[name] = np.array([each.integers(0, 9, len(records.dates)).astype(float) for each in luck])
    for name, (dimension, labels) in LABELS.items():
        shape = (len(records.years), len(labels))
        values = np.array([each.integers(0, 9, shape).astype(float) for each in luck])
        records.yearly[name] = Breakdown("people", name, dimension, labels, values)
    return records


def with_few(task: Task, names: Sequence[str]) -> Task:
    """A case that has these indicators alone."""
    known = json.loads(task.attributes["indicators"])
    few = json.dumps({name: known[name] for name in names})
    return replace(task, attributes={**task.attributes, "indicators": few})


def at_once(tasks: Sequence[Task], *_: object) -> Iterator[SimulatedCase]:
    """Cases as they end (see `worker.attempted`), with the indicators that their attributes name."""
    for number, task in enumerate(tasks):
        names = [name for name in EVERY if name in json.loads(task.attributes["indicators"])]
        yield SimulatedCase(number, records_of(task, names), 0.01, 3)


def ahead_at_once(
    experiment: Experiment, world: str, entries: Mapping[str, Path], names: Sequence[str], part: slice
) -> dict[str, dict[str, np.ndarray]]:
    """Months of members of a history and a year ahead of it (see `members.ahead_of_part`)."""
    drawn = range(len(experiment.points))[part]
    found = {}
    for origin in entries:
        months = len(pd.period_range(experiment.first_day, origin, freq="M")) - 1 + 12
        luck = [np.random.default_rng([7, number]) for number in drawn]
        found[origin] = {
            name: np.array([each.integers(1, 900, months).astype(float) for each in luck]) for name in names
        }
    return found


@contextlib.contextmanager
def instantly() -> Iterator[None]:
    """Simulations of this process take no time; nor does finding out how long they take."""
    with (
        patch.object(worker, "attempted", at_once),
        patch.object(members, "ahead_of_part", ahead_at_once),
        patch.object(run, "timing", lambda *_: 1.0),
    ):
        yield
