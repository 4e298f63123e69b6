"""The runs of a fit: priors, and experiments with the inputs known at a cut and a seed for every point.

Every cut has runs of its own, because defaults and entries that are derived from observed arrivals are derived again
with values up to the cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.calibration.evidence import entries
from corridor.calibration.evidence.derivations.cut import last_day
from corridor.calibration.evidence.derivations.defaults import defaults_at
from corridor.experiments.analyses import worlds
from corridor.experiments.config.cases import Condition, as_points
from corridor.experiments.config.designs.distributions import quantile
from corridor.experiments.config.designs.points import rounded
from corridor.experiments.config.experiment import Experiment
from corridor.model.engine.errors import InputError
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.reader import to_month
from corridor.model.parameters import FIXED, PARAMETERS, Parameter, Parameters
from corridor.results.store import whole_files

Floats = NDArray[np.float64]
HISTORY = DATA / "history.csv"
FIRST_CUT = f"{entries.FIRST_ARRIVAL_YEAR}-12"
EDGE = 1e-9  # of the unit cube, beyond which normal scores would not be finite


@dataclass(frozen=True)
class Prior:
    """Independent priors: the declared distributions of some parameters, with the defaults of a cut as their modes."""

    parameters: tuple[Parameter, ...]

    @property
    def names(self) -> list[str]:
        """Names of the parameters."""
        return [parameter.name for parameter in self.parameters]

    def values(self, cube: Floats) -> dict[str, list[float]]:
        """Values of every parameter at points of the unit cube, shape (point, parameter)."""
        columns = zip(self.parameters, cube.T, strict=True)
        return {parameter.name: rounded(quantile(parameter, u)) for parameter, u in columns}


def marked_fitted(declared: Mapping[str, Parameter]) -> list[str]:
    """The parameters that are fitted where no others are named; `model/data/SOURCES.md` says why the shipped ones."""
    return [name for name, parameter in declared.items() if parameter.fitted]


def prior_of(
    fitted: Sequence[str],
    until: str,
    given: Mapping[str, float],
    declared: Mapping[str, Parameter] = PARAMETERS,
) -> Prior:
    """The priors of the parameters to be fitted.

    `declared` are the parameters as the experiment declares them.
    Raises InputError for names that are not known, repeated, fixed, or given by the experiment file.
    """
    problems = name_problems(fitted, given, declared)
    if problems:
        raise InputError(problems)
    modes = declared_defaults(until, declared)
    return Prior(tuple(replace(declared[name], default=modes.get(name, declared[name].default)) for name in fitted))


def known_defaults(until: str) -> dict[str, float]:
    """The derived defaults of a cut; none at the last month, whose defaults are the declared ones."""
    return defaults_at(until) if until < entries.LAST_MONTH else {}


def declared_defaults(until: str, declared: Mapping[str, Parameter]) -> dict[str, float]:
    """The derived defaults of a cut, within the declared ranges; without those of parameters to which a user's own
    table gives another default than the shipped one, which holds at every cut."""
    return {
        name: min(max(value, declared[name].low), declared[name].high)
        for name, value in known_defaults(until).items()
        if declared[name].default == PARAMETERS[name].default
    }


def name_problems(
    names: Sequence[str], given: Mapping[str, float], declared: Mapping[str, Parameter] = PARAMETERS
) -> list[str]:
    """What is wrong with a list of parameters to be fitted."""
    where = "command line --parameter"
    problems = [
        f"{where}: {name!r} is not a known parameter; see `corridor list parameters`"
        for name in names
        if name not in declared
    ]
    problems += [
        f"{where}: {name!r} is fixed; it has no distribution"
        for name in names
        if name in declared and declared[name].distribution == FIXED
    ]
    problems += [
        f"{where}: {name!r} is given by the experiment file; allowed: in one of the two"
        for name in names
        if name in given
    ]
    if len(set(names)) < len(names) or not names:
        problems.append(f"{where}: allowed: at least one name, each once")
    return problems


def fit_problems(experiment: Experiment, until: str) -> Iterator[str]:
    """What is wrong with the cut or the days of a fit, in words."""
    if to_month(until) is None or not FIRST_CUT <= until <= entries.LAST_MONTH:
        yield f"command line --until {until!r}: allowed: a month from {FIRST_CUT} to {entries.LAST_MONTH}"
    start, end = experiment.file.start, experiment.file.end
    if (start.month, start.day, end.month, end.day) != (1, 1, 12, 31):
        yield f"{experiment.source}: runs from {start} to {end}; allowed: whole years, for annual values"


def at_cut(experiment: Experiment, until: str, world: str, inputs: Path) -> Experiment:
    """An experiment with one world, and the entries, shares and defaults of a cut, and the record of the sea up to it;
    their files go to `inputs`.

    At the last month files and defaults are those of the package, and no file is written. A sea of the user's own is
    used as it is given. Raises InputError for an unknown world or
    a file with a design.
    """
    if world not in experiment.file.worlds:
        names = ", ".join(experiment.file.worlds)
        raise InputError([f"command line --world: {world!r} is none of the worlds; allowed: {names}"])
    spec = worlds.own_worlds(experiment)[world]
    experiment = with_record_until(worlds.with_worlds(experiment, {world: spec}, world), last_day(until))
    if until >= entries.LAST_MONTH:
        return experiment
    given = {**declared_defaults(until, experiment.parameter_table), **experiment.file.values}
    return replace(
        experiment,
        file=experiment.file.model_copy(update={"parameters": given}),
        parameters=Parameters(given, experiment.parameter_table),
        data_files={**written_inputs(until, inputs), **experiment.data_files},
    )


def with_record_until(experiment: Experiment, last: date) -> Experiment:
    """The experiment with no later day of the record of the sea than `last`."""
    until = min(experiment.file.sea_record_until or last, last)
    return replace(experiment, file=experiment.file.model_copy(update={"sea_record_until": until}))


def written_inputs(until: str, folder: Path) -> dict[str, Path]:
    """The data files of a cut by their key in experiment files, written into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "entries": entries.as_csv(entries.derive(until)),
        "groups": entries.groups_table(until).to_csv(index=False, lineterminator="\n"),
        "history": history(until).to_csv(index=False, lineterminator="\n"),
    }
    paths = {key: folder / f"{key}.csv" for key in texts}
    for key, path in paths.items():
        whole_files.write_text(path, texts[key])
    return paths


def history(until: str) -> pd.DataFrame:
    """Officers on the coast, as given for all years, and access to lorries of years that are over at a cut.

    Access was derived from detections of its year; after the cut it stays at the last value.
    """
    table = pd.read_csv(HISTORY)
    known = (table.input != "lorry_access") | (table.date.str[:4] + "-12" <= until)
    return table[known]


def with_points(
    experiment: Experiment,
    values: dict[str, list[float]],
    seeds: Sequence[int],
    conditions: Sequence[tuple[Condition, ...]] = (),
) -> Experiment:
    """The experiment at given points, each with its own seed and, where there are any, its own conditions."""
    points = as_points(values)
    if conditions:
        points = tuple(replace(point, conditions=own) for point, own in zip(points, conditions, strict=True))
    kept = {name: value for name, value in experiment.file.values.items() if name not in values}
    return replace(
        experiment,
        points=points,
        point_seeds=tuple(seeds),
        from_posterior=False,
        parameters=Parameters(kept, experiment.parameter_table),
        file=experiment.file.model_copy(update={"seeds": (seeds[0],), "parameters": kept}),
    )
