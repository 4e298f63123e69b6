"""`corridor history`: members of an ensemble whose past is conditioned on the record, by an ensemble smoother.

A member is a set of parameters, conditions of the time and a seed, which it keeps; the sea of the past is given by the
record. Every step runs all members, stores them, and moves them towards the observed values (`smoother`); what is
stored is not run again, so that a history goes on where it was stopped. The last runs are those of the posterior.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import block_diag

from corridor.calibration.evidence import targets
from corridor.calibration.evidence.targets import TARGETS
from corridor.calibration.fit import smoother
from corridor.calibration.fit.conditions import DECLARED, ConditionPrior, Shocks
from corridor.calibration.fit.posterior import normal_scores, unit_cube
from corridor.calibration.fit.runs import EDGE, Prior, fit_problems, with_points
from corridor.calibration.fit.simulated import Simulated, least_of, scaled, simulated_part, within
from corridor.experiments.config.cases import Condition
from corridor.experiments.config.designs.distributions import quantile
from corridor.experiments.config.experiment import Experiment
from corridor.model.engine.errors import InputError
from corridor.model.parameters import Parameter

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MONTHS_A_YEAR = 12
PRIOR_SPREAD = 0.5  # of parameters, in normal scores of their declared distributions, around their defaults
MONTHLY_ERROR = {"arrivals_people": 0.12, "arrivals_boats": 0.15}  # of a month given sea and conditions: judgement
POOLED = ("deaths_channel",)  # seen as a mean over all years: one year has as few agents as chance alone may give
FARTHEST = 0.02  # from the ends of a distribution, beyond which a default is not taken to lie
AFTER_CUT = 2018  # separates the chance of the conditions after the cut from that of the steps
FEWEST = 24  # members, below which correlations of nothing look like something
MOST_MEMBERS, MOST_STEPS = 10_000, 16
WIDEST = 4.0  # spread of the conditions over the declared one, beyond which multipliers reach the limits of files
INPUTS = "inputs"  # folder of the data files of a fit
Run = Callable[[Experiment, Path], Simulated]
"""Runs the members of a step, stored in a folder, and gives the values that the fit uses."""


@dataclass(frozen=True)
class Observed:
    """Observed values on their targets' scales: names, the month at which each is known (counted from January of
    the year 0), values and covariance of their errors; and the same of the runs, shape (member, value)."""

    names: tuple[str, ...]
    months: Ints
    values: Floats
    covariance: Floats
    simulated: Floats


@dataclass(frozen=True)
class History:
    """One history: the experiment that is run, the priors, the cut, and the ensemble.

    `shocks` are the conditions of the time that are inferred; without any only parameters are.
    """

    experiment: Experiment
    prior: Prior
    until: str
    members: int
    steps: int
    sample: int
    own: Mapping[str, Path]
    shocks: tuple[Shocks, ...] = DECLARED

    @property
    def world(self) -> str:
        """The world whose past is conditioned."""
        return self.experiment.file.baseline

    @property
    def conditions(self) -> ConditionPrior:
        """The conditions of the time that are inferred."""
        return self.conditions_to(self.until)

    def conditions_to(self, month: str) -> ConditionPrior:
        """The conditions of all months from the first of the runs to another."""
        first = self.experiment.first_day
        return ConditionPrior.of(first.year, months_from(first.year, month), self.shocks)

    def rows(self, states: Floats, last: str) -> list[tuple[Condition, ...]]:
        """The conditions of each member by date and name; those after the cut go on from the last by chance, which is a
        member's own as its seed is."""
        known, longer = len(self.prior.parameters), self.conditions_to(max(last, self.until))
        after = self.conditions.continued(states[:, known:], longer, (self.sample, AFTER_CUT))
        return [longer.rows(each) for each in after]

    @property
    def seeds(self) -> range:
        """The seed of each member, which it keeps over all steps."""
        return range(self.sample * 10_000 + 1, self.sample * 10_000 + 1 + self.members)

    def first_states(self) -> Floats:
        """Members of the prior, shape (member, variable): normal scores of parameters, logarithms of conditions."""
        return self.prior_states(self.members, np.random.default_rng(self.sample))

    def prior_states(self, members: int, random: np.random.Generator) -> Floats:
        """So many members of the prior."""
        middle = normal_scores(np.array([share_of_default(p) for p in self.prior.parameters]))
        scores = middle + PRIOR_SPREAD * random.standard_normal((members, len(middle)))
        return np.hstack([scores, self.conditions.sample(members, random)])

    def runs(self, states: Floats) -> Experiment:
        """The experiment that runs every member once, to the end of the year of the cut."""
        return self.runs_of(self.shortened(self.experiment), states)

    def shortened(self, experiment: Experiment) -> Experiment:
        """An experiment that ends with the year of the cut at the latest."""
        end = min(experiment.file.end, date(int(self.until[:4]), 12, 31))
        return replace(experiment, file=experiment.file.model_copy(update={"end": end}))

    def runs_of(self, experiment: Experiment, states: Floats, seeds: Sequence[int] = ()) -> Experiment:
        """An experiment at the members, each with its seed (or those given) and its conditions up to the end."""
        cube = np.clip(unit_cube(states[:, : len(self.prior.parameters)]), EDGE, 1.0 - EDGE)
        rows = self.rows(states, f"{experiment.file.end:%Y-%m}")
        return with_points(experiment, self.prior.values(cube), seeds or self.seeds, rows)

    def observed(self, runs: Simulated) -> Observed:
        """The observed values that the cut knows, beside those of runs."""
        return observed_of(simulated_part(self.known, runs), runs)

    @cached_property
    def known(self) -> dict[str, pd.Series]:
        """All observed values up to the cut, by target."""
        return targets.observed_at(self.until, self.own)

    def move(self, states: Floats, runs: Simulated, step: int) -> Floats:
        """The members after a step."""
        seen = self.observed(runs)
        sees = self.sees(states, seen)
        random = np.random.default_rng([self.sample, 1 + step])  # a last zero would give the numbers of the prior again
        inflation = smoother.inflations(self.steps)[step]
        return smoother.updated(states, seen.simulated, seen.values, seen.covariance, inflation, sees, random)

    def sees(self, states: Floats, seen: Observed) -> NDArray[np.bool_]:
        """Which variables learn from which values, shape (variable, value): those with which the members correlate
        beyond chance, and of these for a condition those of its own time."""
        sees = smoother.correlated(states, seen.simulated)
        sees[len(self.prior.parameters) :] &= self.conditions.sees(seen.months - MONTHS_A_YEAR * self.conditions.year)
        return sees


def months_from(year: int, last: str) -> int:
    """Months from January of a year to a month, both included."""
    return (int(last[:4]) - year) * MONTHS_A_YEAR + int(last[5:])


def share_of_default(parameter: Parameter) -> float:
    """The share of a parameter's declared distribution below its default, kept off the ends."""
    shares = np.linspace(FARTHEST, 1.0 - FARTHEST, 481)
    return float(np.interp(parameter.default, quantile(parameter, shares), shares))


def check(experiment: Experiment, until: str, members: int, steps: int, conditions: float = 1.0) -> None:
    """Check the options; raises InputError with all that is wrong."""
    problems = [*fit_problems(experiment, until)]
    if not FEWEST <= members <= MOST_MEMBERS:
        problems.append(f"command line --members {members}: allowed: {FEWEST} to {MOST_MEMBERS}")
    if not 1 <= steps <= MOST_STEPS:
        problems.append(f"command line --steps {steps}: allowed: 1 to {MOST_STEPS}")
    if not 0.0 <= conditions <= WIDEST:
        problems.append(f"command line --conditions {conditions}: allowed: 0 to {WIDEST:g}")
    if problems:
        raise InputError(problems)


def fitted(history: History, out: Path, run: Run) -> tuple[Floats, Floats]:
    """The first and the last states of the members, which are run once more."""
    first, last = moved(history, out, run)
    run(history.runs(last), members_folder(out))
    return first, last


def moved(history: History, out: Path, run: Run) -> tuple[Floats, Floats]:
    """The first and the last states of the members; `run` has the members of a step run and stored."""
    first = states = history.first_states()
    for step in range(history.steps):
        states = history.move(states, run(history.runs(states), step_folder(out, step)), step)
    return first, states


def check_fitted(own: Mapping[str, Path]) -> None:
    """Raises InputError for a user's series of a target that no fit uses, because it would have no effect."""
    unused = [name for name in own if name not in targets.FITTED]
    if unused:
        raise InputError(
            f"command line --observed {name}: no fit uses it; allowed: {', '.join(targets.FITTED)}" for name in unused
        )


def left_out(experiment: Experiment, until: str, own: Mapping[str, Path]) -> list[str]:
    """Observed values up to a cut that lie outside of the run, in words: the fit cannot use them.

    Raises InputError where nothing that is observed lies in the run.
    """
    known = targets.observed_at(until, own)
    start, end = experiment.file.start, experiment.file.end
    covered = within(known, pd.period_range(start, end, freq="M").strftime("%Y-%m").tolist())
    if not covered:
        raise InputError(
            [
                f"{experiment.source}: runs from {start} to {end}; allowed: a run that holds some of what is "
                f"observed from {targets.FIRST_MONTH} to {until}"
            ]
        )
    lost = {name: len(series) - len(covered.get(name, ())) for name, series in known.items()}
    return [f"{name} ({n} of {len(known[name])} values)" for name, n in lost.items() if n]


def step_folder(out: Path, step: int) -> Path:
    """Where the runs of a step are stored."""
    return out / "steps" / f"{step}"


def members_folder(out: Path) -> Path:
    """Where the runs of the posterior are stored."""
    return out / "members"


def observed_of(known: Mapping[str, pd.Series], runs: Simulated) -> Observed:
    """Every observed value on its target's scale, beside those of the runs; all periods must have been simulated."""
    names: list[str] = []
    parts: list[tuple[Ints, Floats, Floats, Floats]] = []
    for name, series in known.items():
        error = TARGETS[name].error
        periods, values = runs.series(TARGETS[name])
        wanted = series.index.tolist()
        chosen, seen = values[:, [periods.index(period) for period in wanted]], series.to_numpy(float)
        months = np.array([month_number(period) for period in wanted], dtype=np.int64)
        covariance = covariance_of(name, wanted)
        if name in POOLED:
            wanted, months = [f"{wanted[0]} to {wanted[-1]}"], months[-1:]
            part = seen + error.offset  # the error of the mean's logarithm: errors in logs, each by its part of the sum
            covariance = (part @ covariance @ part / part.sum() ** 2).reshape(1, 1)
            chosen, seen = chosen.mean(axis=1, keepdims=True), seen.mean(keepdims=True)
        least = least_of(error, seen[None, :])
        names += [f"{name} {period}" for period in wanted]
        parts.append((months, scaled(error, seen, least), covariance, scaled(error, chosen, least)))
    at, seen_values, covariances, table = zip(*parts, strict=True)
    return Observed(
        tuple(names),
        np.concatenate(at),
        np.concatenate(seen_values),
        block_diag(*covariances),
        np.hstack(table),
    )


def covariance_of(name: str, periods: Sequence[str]) -> Floats:
    """Covariance of the errors of a target's values: each has its own, those of a year have one in common, and those of
    the series."""
    error, alike = TARGETS[name].error, np.ones((len(periods), len(periods)))
    years = np.array([period[:4] for period in periods])
    if name in MONTHLY_ERROR:
        return np.eye(len(periods)) * MONTHLY_ERROR[name] ** 2 / TARGETS[name].weight
    own = error.value**2 * np.eye(len(periods)) + error.year**2 * (years[:, None] == years)
    return np.asarray((own + error.series**2 * alike) / TARGETS[name].weight)


def month_number(period: str) -> int:
    """The number of a month, counted from January of the year 0; of a year its last month, at which it is known."""
    return MONTHS_A_YEAR * int(period[:4]) + int(period[5:] or MONTHS_A_YEAR) - 1
