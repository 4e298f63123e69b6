"""The model as a forecaster: a history that is fitted anew once a year and conditioned on every month between.

The members of a fit run once to every origin of the year after it, and from each to twelve months ahead (`members`),
with the nights and the entries that are known at the origin. After it nights are drawn from the climate, entries repeat
their last twelve months, and conditions go on as their prior has it. What was observed between the fit and the origin
then moves the months ahead by the update of the fit itself (`smoother.updated`, with the months to come as variables),
so that no further run is needed; so it is done with reservoirs, too (Sun & Durlofsky 2017,
doi:10.1007/s11004-016-9672-8).

Given the sea or the entries of the months to come, what is forecast shows how much of the error comes from not knowing
them. Such a forecast could not have been made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from corridor.calibration.evidence import entries, targets
from corridor.calibration.evidence.derivations.cut import last_day
from corridor.calibration.evidence.targets import TARGETS
from corridor.calibration.fit import smoother
from corridor.calibration.fit.history import History, Run, moved, observed_of
from corridor.calibration.fit.runs import at_cut, prior_of
from corridor.calibration.fit.simulated import Simulated, drawn_errors, scaled, simulated_part
from corridor.calibration.predict.forecast import extended
from corridor.calibration.predict.prediction import folder_of
from corridor.calibration.validation.rolling.members import Known, months_ahead
from corridor.calibration.validation.rolling.series import TARGETS as FORECAST
from corridor.calibration.validation.rolling.series import YEAR, Floats, months_on
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.execution.cases import provenance
from corridor.results.store import whole_files
from corridor.results.store.whole_files import write_whole

REFIT_MONTHS = 12
LAST_ORIGIN = months_on(entries.LAST_MONTH, 1 - YEAR)  # the months after later ones have not all been observed
SEA, ENTRIES = "sea", "entries"  # what a forecast may be given of the months to come
AHEAD, RECORD = 1, 2  # separate the chance of the last update from that of the errors of the record


@dataclass(frozen=True)
class ConditionedHistory:
    """A `Forecaster`: all runs are stored in `folder` by `run`, and are not run again.

    `definition` is the experiment whose `world` is forecast; `parameters` are inferred beside the conditions of the
    time, by `members` in so many `steps`. `given`: what is known of the months to come, SEA or ENTRIES.
    """

    definition: Experiment
    world: str
    parameters: tuple[str, ...]
    members: int
    steps: int
    sample: int
    folder: Path
    run: Run
    jobs: int = 1
    refit_months: int = REFIT_MONTHS
    given: tuple[str, ...] = ()
    _fits: dict[str, tuple[History, Floats]] = field(default_factory=dict)
    _ahead: dict[str, dict[str, Simulated]] = field(default_factory=dict)

    def __call__(self, origin: str) -> Mapping[str, Floats]:
        """Draws of monthly people and boats, shape (member, 12), from the origin's month on."""
        until = self.latest_fit(months_on(origin, -1))
        return self.moved_ahead(until, self.months_ahead(until)[origin], origin)

    def latest_fit(self, cut: str) -> str:
        """The latest month of a fit that is not after the cut: December where fits are a year apart."""
        return months_on(cut, -(int(cut[5:]) % self.refit_months))

    def fit(self, until: str) -> tuple[History, Floats]:
        """The history that is fitted to the months up to `until`, and the last states of its members."""
        if until not in self._fits:
            out = self.folder / folder_of(until)
            cut = at_cut(self.definition, until, self.world, out / "inputs")
            declared = self.definition.parameter_table
            prior = prior_of(self.parameters, until, self.definition.file.values, declared)
            history = History(cut, prior, until, self.members, self.steps, self.sample, {})
            self._fits[until] = history, moved(history, out, self.run)[1]
        return self._fits[until]

    def months_ahead(self, until: str) -> dict[str, Simulated]:
        """The monthly values of all members to a year after each origin of a fit; kept in a file once they are run."""
        if until not in self._ahead:
            history, states = self.fit(until)
            origins = [months_on(until, k + 1) for k in range(self.refit_months)]
            known = {each: self.known_at(each) for each in origins if each <= LAST_ORIGIN}
            end = last_day(months_on(list(known)[-1], YEAR - 1))
            longer = history.experiment.file.model_copy(update={"end": end})
            runs = history.runs_of(replace(history.experiment, file=longer), states)
            path = self.folder / f"{folder_of(until)}-{identity_of(runs, known.values())}.parquet"
            if not path.exists():
                write_months(months_ahead(runs, self.world, known, list(FORECAST), self.jobs), path)
            self._ahead[until] = read_months(path)
        return self._ahead[until]

    def given_also(self, what: str) -> ConditionedHistory:
        """The same fits with forecasts that are given one thing more of the months to come."""
        return replace(self, given=(*self.given, what), _ahead={})

    def known_at(self, origin: str) -> Known:
        """Entries and nights that are known at an origin, or given."""
        cut = entries.LAST_MONTH if SEA in self.given else months_on(origin, -1)
        return Known(self.entries_at(origin), last_day(cut))

    def entries_at(self, origin: str) -> Path:
        """The file of the entries that are known at an origin: after it the twelve months before it again; where they
        are given, those of all months."""
        cut = months_on(origin, -1)
        fit, path = self.latest_fit(cut), self.folder / "inputs" / f"entries_{origin}.csv"
        if ENTRIES in self.given:
            cut, path = entries.LAST_MONTH, path.with_name(f"entries_given_{fit}.csv")
        known = entries.derive(cut, shares_until=cut, fit=fit)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = entries.as_csv(extended(known[known.month <= cut], months_on(LAST_ORIGIN, YEAR - 1)))
        whole_files.write_text(path, text)
        return path

    def moved_ahead(self, until: str, runs: Simulated, origin: str) -> dict[str, Floats]:
        """The months from the origin on, moved by what was observed since the fit, with the errors of the record."""
        return moved_months(runs, since(until, months_on(origin, -1)), origin, self.sample)


def moved_months(
    runs: Simulated, seen: Mapping[str, pd.Series], origin: str, sample: int, names: Sequence[str] = tuple(FORECAST)
) -> dict[str, Floats]:
    """Draws of the twelve months from an origin on, shape (member, 12), by name.

    They are those of the runs, moved by what was observed after the fit (`seen`, months by name), with the errors of
    the record added.
    """
    months = [months_on(origin, k) for k in range(YEAR)]
    after = np.hstack([log_months(runs, name, months) for name in names])
    number = int(origin[:4]) * YEAR + int(origin[5:])
    if seen:
        observed = observed_of(simulated_part(seen, runs), runs)
        sees = smoother.correlated(after, observed.simulated)
        random = np.random.default_rng([sample, number, AHEAD])
        after = smoother.updated(after, observed.simulated, observed.values, observed.covariance, 1.0, sees, random)
    random = np.random.default_rng([sample, number, RECORD])
    parts = zip(names, np.split(after, len(names), axis=1), strict=True)
    return {name: recorded(part, name, months, random) for name, part in parts}


def identity_of(runs: Experiment, given: Iterable[Known]) -> str:
    """What the values of these runs depend on, as the beginning of a hash: their cases, and what is known."""
    inputs, total = provenance.inputs_of(runs), hashlib.sha256()
    for case in runs.cases():
        total.update(f"{provenance.definition_of(runs, case, inputs).identity} {case.seeds}".encode())
    for known in given:
        total.update(known.entries.read_bytes() + known.nights_until.isoformat().encode())
    return total.hexdigest()[:16]


def since(fit: str, cut: str) -> dict[str, pd.Series]:
    """The observed months of what is forecast, after the fit and up to the cut."""
    known = {name: series[series.index > fit] for name, series in targets.observed_at(cut).items() if name in FORECAST}
    return {name: series for name, series in known.items() if len(series)}


def log_months(runs: Simulated, name: str, months: list[str]) -> Floats:
    """Simulated months on the scale of their target, shape (member, month)."""
    periods, values = runs.series(TARGETS[name])
    return scaled(TARGETS[name].error, values[:, [periods.index(month) for month in months]])


def recorded(logarithms: Floats, name: str, months: list[str], random: np.random.Generator) -> Floats:
    """Months as a record has them: with the errors that its target declares, as in a forecast, and never below zero."""
    noise = drawn_errors(TARGETS[name], months, len(logarithms), random)
    return np.maximum(0.0, np.exp(logarithms + noise) - TARGETS[name].error.offset)


def write_months(ahead: Mapping[str, Simulated], path: Path) -> None:
    """Write monthly values by origin, indicator, member and month, whole or not at all."""
    tables = [
        pd.DataFrame(values, columns=list(runs.months))
        .rename_axis("member")
        .reset_index()
        .melt("member", var_name="month")
        .assign(origin=origin, indicator=name)
        for origin, runs in ahead.items()
        for name, values in runs.monthly.items()
    ]
    write_whole(path, pd.concat(tables, ignore_index=True).to_parquet)


def read_months(path: Path) -> dict[str, Simulated]:
    """What `write_months` wrote, by origin."""
    ahead = {}
    for origin, rows in pd.read_parquet(path).groupby("origin"):
        monthly = {
            str(name): each.pivot(index="member", columns="month", values="value")
            for name, each in rows.groupby("indicator")
        }
        months = tuple(next(iter(monthly.values())).columns)
        values = {name: table.to_numpy(float) for name, table in monthly.items()}
        ahead[str(origin)] = Simulated(months, values, (), np.empty((len(next(iter(values.values()))), 0, 0)))
    return ahead
