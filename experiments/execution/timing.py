"""How long a replicate takes, from a short simulation before a run; nothing is written."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from corridor.experiments.config.cases import Case
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.execution.cases.case import READ_HERE
from corridor.model import simulate
from corridor.model.inputs.data_files import SHIPPED
from corridor.model.parameters import Parameters

TIMED_DAYS = 60
TIMED_SHARE = 20  # a timing runs at most a twentieth of a case, or of a batch
LONGEST = 10.0  # seconds of a simulation that is timed whole
LATER = (
    1.6  # a later day over one of the first sixty, as more people are there: measured 1.1 (one coarse) to 2.0 (twelve)
)


def days_of(experiment: Experiment) -> int:
    """How many days are simulated for a case."""
    return (experiment.file.end - experiment.first_day).days + 1


def timing(experiment: Experiment, cases: Sequence[Case], replicates: float = 1.0) -> float:
    """Seconds of one replicate, from running the last days of cases side by side; their first day gives the time that
    the start takes. NaN when a case fails.

    Days take longer when more people are there, which is after years. So where the cases are a small part of so many
    `replicates`, and short, they are run whole.
    """
    days, together = days_of(experiment), sum(len(case.seeds) for case in cases)
    timed = max(2, min(TIMED_DAYS, days // TIMED_SHARE))
    try:
        run_last = last_days(experiment, cases)
        seconds(run_last, 1)  # files that are read only once
        begins = seconds(run_last, 1)
        a_day = max(0.0, seconds(run_last, timed) - begins) / (timed - 1)
        whole = begins + a_day * (timed - 1 + LATER * (days - timed))
        if replicates >= TIMED_SHARE * together and whole <= LONGEST:
            whole = seconds(run_last, days)
    except Exception:  # is reported, with its traceback, when the case itself is run
        return math.nan
    return whole / together


def seconds(run_last: Callable[[int], object], days: int) -> float:
    """How long the last days take."""
    began = time.perf_counter()
    run_last(days)
    return time.perf_counter() - began


def last_days(experiment: Experiment, cases: Sequence[Case]) -> Callable[[int], object]:
    """A function that simulates the last days of cases of one world, side by side.

    It reads the user's own data files where they are, so that it needs no folder.
    """
    file, world = experiment.file, cases[0].world
    own: dict[str, Any] = {key: path for key, path in experiment.files_of(world).items() if key not in READ_HERE}
    files, geography = replace(SHIPPED, **own), experiment.geography_of(world)
    if record := experiment.sea_record_of(world):
        files = replace(files, sea_record=record.path, record_until=record.until)
    policy = cases[0].point.policy(experiment.policies[world], file.start)
    sets = [
        Parameters(
            {**file.values, **case.point.parameters},
            experiment.parameter_table,
            experiment.conditions_of(world, case.point),
        )
        for case in cases
    ]
    several = [params for params, case in zip(sets, cases, strict=True) for _ in case.seeds]
    seeds = [seed for case in cases for seed in case.seeds]

    def run_last(days: int) -> None:
        start = max(experiment.first_day, file.end - timedelta(days=days - 1))
        params = several if len(cases) > 1 else sets[0]
        simulate(params, policy, seeds, start, file.end, file.scale, geography=geography, files=files)

    return run_last
