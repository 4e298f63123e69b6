"""Members of a history, simulated once up to each of several origins, and from there a year ahead.

A member's past is the same for all origins up to the first of them: it is simulated once, and at every origin a copy
goes on with what is known there. Up to an origin nights are those of the record as it was known at the latest, and
after it they are drawn from the climate, unless the sea is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import joblib
import numpy as np
from numpy.typing import NDArray

from corridor.calibration.evidence.derivations.cut import last_day
from corridor.calibration.fit.members import begun, files_of
from corridor.calibration.fit.simulated import Simulated
from corridor.calibration.validation.rolling.series import YEAR, months_between, months_on
from corridor.experiments.config.experiment import Experiment
from corridor.model.simulation import step_to

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """What runs from an origin are given: a file of entries, and the last day of the record of the sea."""

    entries: Path
    nights_until: date


def months_ahead(
    experiment: Experiment, world: str, known: Mapping[str, Known], names: Sequence[str], jobs: int
) -> dict[str, Simulated]:
    """Monthly flows of all members from the first month to a year from each origin (the keys of `known`, in order).

    `experiment` has a point, with its seed and its conditions, for each member. Members are split over `jobs`
    processes.
    """
    bounds = np.linspace(0, len(experiment.points), jobs + 1).astype(int).tolist()
    parts = [slice(low, high) for low, high in pairwise(bounds) if high > low]
    found = joblib.Parallel(n_jobs=jobs)(
        joblib.delayed(ahead_of_part)(experiment, world, known, names, part) for part in parts
    )
    return {
        origin: Simulated(
            tuple(months_between(f"{experiment.first_day:%Y-%m}", months_on(origin, YEAR - 1))),
            {name: np.vstack([part[origin][name] for part in found]) for name in names},
            (),
            np.empty((len(experiment.points), 0, 0)),
        )
        for origin in known
    }


def ahead_of_part(
    experiment: Experiment, world: str, known: Mapping[str, Known], names: Sequence[str], part: slice
) -> dict[str, dict[str, Floats]]:
    """For each origin the monthly flows of some members, shape (member, month)."""
    files, model, found = files_of(experiment, world), None, {}
    for origin, given in known.items():
        own = replace(files, entries=given.entries, record_until=given.nights_until)
        if model is None:
            model = begun(experiment, world, own, part, last_day(months_on(list(known)[-1], YEAR - 1)))
        else:
            model.turn_to_files(own)
        step_to(model, last_day(months_on(origin, -1)))
        branch, end = model.copy(), last_day(months_on(origin, YEAR - 1))
        step_to(branch, end)
        found[origin] = {name: monthly(branch.records.daily[name], branch.start, end) for name in names}
    return found


def monthly(daily: Floats, first: date, last: date) -> Floats:
    """Sums by month of days from the first of a month to the last of another, shape (member, month)."""
    days = np.arange(np.datetime64(first), np.datetime64(last) + 1)
    months = days.astype("datetime64[M]")
    starts = np.flatnonzero(np.r_[True, months[1:] != months[:-1]])
    return np.asarray(np.add.reduceat(daily[:, : len(days)], starts, axis=1))
