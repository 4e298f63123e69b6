"""A prediction: the simulator run at the draws of a posterior, stored as a batch like every other, and read back.

A folder `until_YYYY_MM` holds the posterior of a cut (`corridor.calibration.fit.posterior`); entries, shares and
defaults of the cut are derived anew (`corridor.calibration.fit.runs`), and nights are those of the record up to it.
Every draw runs with a seed of its own, which also draws the weather after the cut, so that a prediction includes
uncertainty of parameters, the weather, and chance.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.calibration.evidence.observed import MONTHS_A_YEAR
from corridor.calibration.evidence.targets import TARGETS, Error, Target
from corridor.calibration.fit import ensemble, posterior, runs
from corridor.calibration.fit.simulated import drawn_errors, scaled
from corridor.experiments.analyses.overview import design_table
from corridor.experiments.config.designs.point_files import draw_order
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.loading import load
from corridor.experiments.config.notes import posterior_notes, scale_problem
from corridor.experiments.config.settings import Setting
from corridor.experiments.config.shipped import CONFIGS, called
from corridor.experiments.execution.analysis import AnalysisResult, StoredCases, Table
from corridor.model.engine.errors import InputError
from corridor.results.store.yearly import annual
from corridor.results.tables import shapes

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]
CONFIG = CONFIGS / "joint_statement.yaml"
DRAWS = 256
ERROR_SEED = 1
QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)
MONTHS = "indicators by month over the draws, as the simulator gives them"
MONTHS_COLUMNS = {
    "month": "calendar month",
    "mean": "mean over draws, in the unit of the indicator",
    "q05": "5 % quantile over draws",
    "q25": "25 % quantile over draws",
    "q50": "median over draws",
    "q75": "75 % quantile over draws",
    "q95": "95 % quantile over draws",
}


@dataclass(frozen=True)
class Origin:
    """Where a prediction begins: the last month that the fit saw, and the last month that is scored."""

    cut: str
    last: str

    @property
    def folder(self) -> str:
        """The name of the cut's folder."""
        return folder_of(self.cut)


ORIGINS = (Origin("2022-10", "2023-12"), Origin("2023-12", "2025-12"))
LAST_CUT = "2025-12"


def folder_of(cut: str) -> str:
    """The folder of a posterior that was fitted to the months up to a cut (YYYY-MM)."""
    return f"until_{cut.replace('-', '_')}"


@dataclass(frozen=True)
class Request:
    """The options of a prediction; None where an option is not given."""

    config: Path = CONFIG
    world: str | None = None
    draws: int | None = None
    scale: str | None = None
    settings: tuple[Setting, ...] = ()


def experiment_at(request: Request, folder: Path, inputs: Path, more: Sequence[Setting] = ()) -> Experiment:
    """The experiment that predicts: one world of a file, at the draws of a posterior, with the inputs known at its cut.

    `folder` holds the posterior; data files of the cut are written into `inputs`. Scale and world are those of the fit
    unless the request gives others. `more` settings are of that world: its months to come are none of the others'.
    Raises InputError with what is wrong with file, command line or posterior.
    """
    held = posterior.load(folder)
    start, given = str(held.manifest["start"]), held.manifest["given"]
    scale = request.scale or str(held.manifest["table"]["scale"])
    settings = [*request.settings, Setting("--scale", "scale", scale), *more]
    world = request.world or str(held.manifest["world"])
    experiment = load(request.config, settings, draws=False, only=world if more else None)
    if (experiment.first_day.isoformat(), experiment.file.values) != (start, given):
        raise InputError(
            [
                f"{request.config}: begins on {experiment.first_day}, parameters: "
                f"{experiment.file.values or 'none'}; allowed: {start}, {given or 'none'}, as in the fit of "
                f"{called(folder)}, whose runs are continued"
            ]
        )
    here, fitted = experiment.parameter_table, held.declared
    if moved := [name for name, p in here.items() if p.default != fitted[name].default and name not in held.draws]:
        raise InputError(
            f"{request.config}, parameter_table: the default of {name} is {here[name].default:g}; allowed: "
            f"{fitted[name].default:g}, as in the fit of {called(folder)}, whose runs are continued"
            for name in moved
        )
    far = scale_problem(folder / posterior.CSV, experiment.file.scale)
    if far and not experiment.file.any_scale:
        raise InputError([f"--scale: {far}"])
    at_cut = runs.at_cut(experiment, str(held.manifest["until"]), world, inputs)
    draws = thinned(held.draws, request.draws)
    conditions = [held.conditions[k].rows for k in draws.index]
    predicted = runs.with_points(at_cut, parameters_of(draws), draws.seed.tolist(), conditions)
    of_fit = posterior_notes(folder / posterior.CSV, experiment.file.start, experiment.file.scale)
    return replace(predicted, notes=(*predicted.notes, *of_fit))


def check_posteriors(cuts: Mapping[Path, str]) -> None:
    """Raises InputError with what is wrong with any of several posteriors, before time is spent on one.

    `cuts` says for each folder to which month its posterior has to be fitted: one that saw more would be scored on
    months that it knows.
    """
    problems: list[str] = []
    for folder, cut in cuts.items():
        try:
            until = posterior.load(folder).manifest["until"]
        except InputError as error:
            problems.extend(error.problems)
        else:
            if until != cut:
                problems.append(
                    f"{folder / posterior.MANIFEST}, until: fitted to {until}; allowed: {cut}, after which it is scored"
                )
    if problems:
        raise InputError(problems)


def parameters_of(draws: pd.DataFrame) -> dict[str, list[float]]:
    """Parameter -> its value in every draw."""
    return {str(name): column.tolist() for name, column in draws.drop(columns=list(posterior.NUMBERS)).items()}


def thinned(draws: pd.DataFrame, wanted: int | None) -> pd.DataFrame:
    """As many draws as wanted, the first of their fixed order, as rows in the order of the file; raises InputError when
    there are fewer."""
    n = wanted or min(DRAWS, len(draws))
    if n > len(draws):
        raise InputError([f"command line --draws {n}: allowed: at most {len(draws)}, all draws of the posterior"])
    return draws.iloc[sorted(draw_order(len(draws))[:n])]


class PredictionData:
    """The values of a stored prediction, of one world; first axis of every array is the draw."""

    def __init__(self, source: Path | xr.Dataset) -> None:
        self.dataset: xr.Dataset = ensemble.opened(source)
        self.world = str(self.dataset.world.values[0])
        self._daily: dict[str, Floats] = {}

    @cached_property
    def days(self) -> pd.DatetimeIndex:
        """The days of the run."""
        return pd.DatetimeIndex(self.dataset.time.to_numpy())

    @cached_property
    def months(self) -> list[str]:
        """The months of the run."""
        return list(dict.fromkeys(self.days.strftime("%Y-%m")))

    @cached_property
    def known(self) -> Mapping[str, Mapping[str, str]]:
        """What each indicator is, as the store says."""
        indicators: dict[str, dict[str, str]] = json.loads(self.dataset.attrs["indicators"])
        return indicators

    def daily(self, name: str) -> Floats:
        """A flow or stock by day."""
        if name not in self._daily:
            self._daily[name] = ensemble.daily(self.dataset, self.world, name)
        return self._daily[name]

    def by_month(self, name: str) -> Floats:
        """An indicator by month: a flow's sum, a stock's mean, a ratio's sum over sum."""
        labels = pd.factorize(self.days.strftime("%Y-%m"))[0]
        return self._by(name, labels)

    @cached_property
    def whole_months(self) -> list[str]:
        """The months that lie wholly in the run."""
        first, last = self.days[0], self.days[-1]
        return self.months[first.day > 1 : len(self.months) - (last.day < last.days_in_month)]

    @cached_property
    def whole_years(self) -> list[int]:
        """The calendar years that lie wholly in the run."""
        years = pd.Series(self.whole_months, dtype=str).str[:4].astype(int).value_counts()
        return sorted(int(str(year)) for year, months in years.items() if months == MONTHS_A_YEAR)

    def by_year(self, name: str) -> dict[int, Floats]:
        """An indicator by whole calendar year, formed in the same way."""
        values = self._by(name, self.days.year.to_numpy())
        years = np.unique(self.days.year).tolist()
        return {year: values[:, years.index(year)] for year in self.whole_years}

    def _by(self, name: str, labels: NDArray[np.integer]) -> Floats:
        about = self.known[name]
        needed = [about["numerator"], about["denominator"]] if about["kind"] == "ratio" else [name]
        known = {name: {**about, "whole_period": ""}}
        return annual({each: self.daily(each) for each in needed}, labels, known)[name][..., :-1]

    def of_label(self, breakdown: str, label: str) -> dict[int, Floats]:
        """One label of a yearly breakdown (a leg, sector or group), by year. Raises KeyError when it has no such
        label."""
        values, labels = self.breakdown(breakdown)
        if label not in labels:
            raise KeyError(label)
        years = self.dataset.year.values.tolist()
        return {year: values[:, years.index(year), labels.index(label)] for year in self.whole_years}

    def breakdown(self, name: str) -> tuple[Floats, list[str]]:
        """A yearly breakdown, shape (draw, year, label), and its labels."""
        dimension = str(self.dataset[name].dims[-1])
        return ensemble.by_draw(self.dataset, self.world, name), [str(x) for x in self.dataset[dimension].values]


def as_recorded(values: Floats, target: Target, months: Sequence[str]) -> Floats:
    """Simulated values with the errors of a record, shape (draw, month): with the errors that the target declares.

    The same errors that the fit assumes (`corridor.calibration.evidence.targets`): chance of recording, and how far
    the model is
    expected to be off, declared beforehand. Only for targets on the scale of logs. No value is below zero.
    """
    errors = drawn_errors(target, list(months), len(values), np.random.default_rng([ERROR_SEED, *target.name.encode()]))
    recorded: Floats = np.maximum(0.0, np.exp(scaled(target.error, values) + errors) - target.error.offset)
    return recorded


def spread_of(values: Floats, months: Sequence[str], indicator: str) -> pd.DataFrame:
    """Mean and quantiles of an ensemble by month (columns of forecast.csv)."""
    ends = np.quantile(values, QUANTILES, axis=0)
    table = pd.DataFrame({"month": list(months), "indicator": indicator, "mean": values.mean(axis=0)})
    for quantile, row in zip(QUANTILES, ends, strict=True):
        table[f"q{round(100 * quantile):02d}"] = row
    return table


SUMMARISED = ("arrivals_people", "arrivals_boats", "prevented_people", "attempts_people", "deaths_channel")


@dataclass(frozen=True)
class Prediction:
    """The runs of a prediction, and the simulator's own months."""

    experiment: Experiment

    def plan(self) -> Experiment:
        """The experiment itself."""
        return self.experiment

    def results(self, cases: StoredCases) -> AnalysisResult:
        """`months`, and `design`: the draws."""
        data = PredictionData(cases.folder)
        months = [spread_of(data.by_month(name), data.months, name) for name in SUMMARISED]
        table = Table(pd.concat(months, ignore_index=True), MONTHS, shapes.MONTHS, MONTHS_COLUMNS)
        return AnalysisResult({"months": table, **design_table(cases)})


TARGET_OF = {"prevented_people": "prevented_by_month"}  # the target that declares the errors, where it has another name
PER_BOAT_BY_MONTH = replace(  # its target is annual: the error of a year is common to the months, which scatter around
    # their year by 0.10 in logs in the middle one of 2020 to 2025 (0.26 in 2021, when loads grew within the year)
    TARGETS["people_per_boat"],
    frequency="monthly",
    error=Error(value=0.10, year=0.07, series=0.03),
)


def filled(values: Floats) -> Floats:
    """An ensemble with the median of the month where a draw has no value (a ratio over zero), or zero."""
    known = ~np.isnan(values)
    columns = zip(values.T, known.T, strict=True)
    return np.where(known, values, [float(np.median(month[here])) if here.any() else 0.0 for month, here in columns])


def target_of(indicator: str) -> Target:
    """The target that declares the errors of an indicator's monthly record."""
    if indicator == PER_BOAT_BY_MONTH.indicator:
        return PER_BOAT_BY_MONTH
    return TARGETS[TARGET_OF.get(indicator, indicator)]
