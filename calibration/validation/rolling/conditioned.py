"""The model as a forecaster: a history that is fitted anew once a year and conditioned on every month between.

At an origin the members of the latest fit run once, from the first day to twelve months ahead, with the nights and the
entries that are known at the origin. After it nights are drawn from the climate, entries repeat their last twelve
months, and conditions go on as their prior has it. What was observed between the fit and the origin then moves the
months ahead by the update of the fit itself (`smoother.updated`, with the months to come as variables), so that no
further run is needed; so it is done with reservoirs, too (Sun & Durlofsky 2017, doi:10.1007/s11004-016-9672-8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from corridor.calibration.evidence import entries, targets
from corridor.calibration.evidence.targets import TARGETS
from corridor.calibration.fit import smoother
from corridor.calibration.fit.distance import Simulated, scaled, simulated, simulated_part
from corridor.calibration.fit.history import History, deviation_of, moved, observed_of
from corridor.calibration.fit.runs import at_cut, last_day, prior_of, with_record_until
from corridor.calibration.predict.forecast import extended
from corridor.calibration.validation.rolling.series import TARGETS as FORECAST
from corridor.calibration.validation.rolling.series import YEAR, Floats, months_on
from corridor.experiments.config.experiment import Experiment
from corridor.results.store import case_file

REFIT_MONTHS = 12
AHEAD, RECORD = 1, 2  # separate the chance of the last update from that of the errors of the record
Run = Callable[[Experiment, Path], None]


@dataclass(frozen=True)
class ConditionedHistory:
    """A `Forecaster`: all runs are stored in `folder` by `run`, and are not run again.

    `definition` is the experiment whose `world` is forecast; `parameters` are inferred beside the conditions of the
    time, by `members` in so many `steps`.
    """

    definition: Experiment
    world: str
    parameters: tuple[str, ...]
    members: int
    steps: int
    sample: int
    folder: Path
    run: Run
    refit_months: int = REFIT_MONTHS
    _fits: dict[str, tuple[History, Floats]] = field(default_factory=dict)

    def __call__(self, origin: str) -> Mapping[str, Floats]:
        """Draws of monthly people and boats, shape (member, 12), from the origin's month on."""
        cut = months_on(origin, -1)
        history, states = self.fit(self.latest_fit(cut))
        where = self.folder / "forecasts" / origin
        self.run(history.runs_of(self.known_at(history, origin), states), where)
        return self.ahead(history, simulated(where, self.world), origin)

    def latest_fit(self, cut: str) -> str:
        """The latest month of a fit that is not after the cut: December where fits are a year apart."""
        return months_on(cut, -(int(cut[5:]) % self.refit_months))

    def fit(self, until: str) -> tuple[History, Floats]:
        """The history that is fitted to the months up to `until`, and the last states of its members."""
        if until not in self._fits:
            out = self.folder / f"until_{until.replace('-', '_')}"
            cut = at_cut(self.definition, until, self.world, out / "inputs")
            declared = self.definition.parameter_table
            prior = prior_of(self.parameters, until, False, self.definition.file.values, declared)
            history = History(cut, prior, until, self.members, self.steps, self.sample, {})
            self._fits[until] = history, moved(history, out, self.run)[1]
        return self._fits[until]

    def known_at(self, history: History, origin: str) -> Experiment:
        """The experiment to twelve months ahead, with the nights and the entries that are known at the origin."""
        cut, last = months_on(origin, -1), months_on(origin, YEAR - 1)
        known = entries.derive(cut)
        path = self.folder / "inputs" / f"entries_{origin}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        case_file.write_text(path, entries.as_csv(extended(known[known.month <= cut], last)))
        longer = history.experiment.file.model_copy(update={"end": last_day(last), "sea_record_until": None})
        experiment = replace(history.experiment, file=longer)
        experiment = replace(experiment, data_files={**experiment.data_files, "entries": path})
        return with_record_until(experiment, last_day(cut))

    def ahead(self, history: History, runs: Simulated, origin: str) -> dict[str, Floats]:
        """The months from the origin on, moved by what was observed since the fit, with the errors of the record."""
        months = [months_on(origin, k) for k in range(YEAR)]
        logs = {name: log_months(runs, name, months) for name in FORECAST}
        after = np.hstack(list(logs.values()))
        seen = since(history.until, months_on(origin, -1))
        number = int(origin[:4]) * YEAR + int(origin[5:])
        if seen:
            observed = observed_of(simulated_part(seen, runs), runs)
            sees = smoother.correlated(after, observed.simulated)
            random = np.random.default_rng([self.sample, number, AHEAD])
            after = smoother.updated(after, observed.simulated, observed.values, observed.deviation, 1.0, sees, random)
        random = np.random.default_rng([self.sample, number, RECORD])
        parts = zip(FORECAST, np.split(after, len(FORECAST), axis=1), strict=True)
        return {name: recorded(part, name, random) for name, part in parts}


def since(fit: str, cut: str) -> dict[str, pd.Series]:
    """The observed months of what is forecast, after the fit and up to the cut."""
    known = {name: series[series.index > fit] for name, series in targets.observed_at(cut).items() if name in FORECAST}
    return {name: series for name, series in known.items() if len(series)}


def log_months(runs: Simulated, name: str, months: list[str]) -> Floats:
    """Simulated months on the scale of their target, shape (member, month)."""
    periods, values = runs.series(TARGETS[name])
    return scaled(TARGETS[name].error, values[:, [periods.index(month) for month in months]])


def recorded(logarithms: Floats, name: str, random: np.random.Generator) -> Floats:
    """Months as a record has them: with its errors, and never below zero."""
    noise = deviation_of(name) * random.standard_normal(logarithms.shape)
    return np.maximum(0.0, np.exp(logarithms + noise) - TARGETS[name].error.offset)
