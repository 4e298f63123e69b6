"""Members of an ensemble side by side in one model, in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.calibration.evidence.targets import BY_GROUP
from corridor.calibration.fit.simulated import Simulated, needed
from corridor.experiments.config.experiment import Experiment
from corridor.model import INDICATORS, MigrationModel
from corridor.model.inputs.data_files import DataFiles
from corridor.model.parameters import Parameters
from corridor.model.simulation import step_to

Floats = NDArray[np.float64]


def begun(experiment: Experiment, world: str, files: DataFiles, part: slice, end: date) -> MigrationModel:
    """Some members, the points of an experiment, side by side before their first day."""
    points = experiment.points[part]
    values, declared = experiment.file.values, experiment.parameter_table
    return MigrationModel(
        [Parameters({**values, **each.parameters}, declared, experiment.conditions_of(world, each)) for each in points],
        experiment.policies[world],
        experiment.point_seeds[part],
        experiment.first_day,
        end,
        experiment.file.scale,
        geography=experiment.geography_of(world),
        files=files,
    )


def files_of(experiment: Experiment, world: str) -> DataFiles:
    """The data files of a world, among them the record of its sea, to the last day that is known."""
    named = experiment.files_of(world).items()
    own: dict[str, Any] = {key: path for key, path in named if key in DataFiles.__dataclass_fields__}
    record = experiment.sea_record_of(world)
    return replace(
        DataFiles(**own), sea_record=record.path if record else None, record_until=record.until if record else None
    )


def run_members(experiment: Experiment, world: str) -> Simulated:
    """The values that a fit uses of all members, run from the first day of a whole year to the last."""
    model = begun(experiment, world, files_of(experiment, world), slice(None), experiment.file.end)
    step_to(model, experiment.file.end)
    records = model.records
    days = np.arange(np.datetime64(records.start), np.datetime64(records.end) + 1)
    months, first, counts = np.unique(days.astype("datetime64[M]"), return_index=True, return_counts=True)
    monthly = {}
    for name in needed():
        sums = np.add.reduceat(records.daily[name], first, axis=1)
        monthly[name] = sums / counts if INDICATORS[name].kind == "stock" else sums
    by_group = records.yearly[BY_GROUP]
    return Simulated(tuple(np.datetime_as_string(months, "M").tolist()), monthly, by_group.labels, by_group.values)
