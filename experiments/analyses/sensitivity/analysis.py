"""`corridor sensitivity`: which parameters an indicator, or a difference between worlds, depends on.

The points of a study are those of a design, so that its cases are run and stored like all others.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from corridor.experiments.analyses import overview, worlds
from corridor.experiments.analyses.sensitivity import meanings
from corridor.experiments.analyses.sensitivity.indices import converging, indices, noise, objection, survivors
from corridor.experiments.analyses.sensitivity.methods import METHODS, Floats, Study
from corridor.experiments.analyses.sensitivity.resampling import CHANCE, WORDS
from corridor.experiments.config.cases import Point, as_points
from corridor.experiments.config.designs.points import rounded
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.policies.strengths import STRENGTH
from corridor.experiments.execution.analysis import AnalysisResult, Draw, StoredCases, Table
from corridor.model import INDICATORS
from corridor.model.engine.errors import InputError
from corridor.results.store import run_folder
from corridor.results.store.yearly import WHOLE

DIFFERENCE = "_difference"  # behind the name of an indicator: the world less the baseline
COLUMNS = ["indicator", "method", "parameter", "index", "value", "low", "high", "floor"]


@dataclass(frozen=True)
class SensitivityTarget:
    """The quantities analysed: indicators of a world, and their difference from the baseline."""

    world: str
    baseline: str
    indicators: tuple[str, ...]
    difference: bool = False

    @property
    def worlds(self) -> list[str]:
        """The worlds that have to be run."""
        return [self.world, self.baseline] if self.difference else [self.world]

    def outputs(self, values: pd.DataFrame, points: int) -> dict[tuple[str, str], Floats]:
        """(indicator, year) -> its values of shape (point, seed), from yearly values of the stored cases.

        The whole period comes first. A difference is formed with the same point and seed.
        """
        table = values.pivot(index=["point", "seed"], columns=["world", "indicator", "period"], values="value")
        seeds = len(table) // points
        years = sorted(set(values.period), key=lambda year: (year != WHOLE, year))
        found = {}
        for year, name in itertools.product(years, self.indicators):
            own = table[self.world, name, year].to_numpy()
            found[name, year] = own.reshape(-1, seeds)
            if self.difference:
                less = own - table[self.baseline, name, year].to_numpy()
                found[name + DIFFERENCE, year] = less.reshape(-1, seeds)
        return found


def unit_of(name: str) -> str:
    """The unit of an indicator or of its difference."""
    return INDICATORS[name.removesuffix(DIFFERENCE)].unit


def at_study_points(experiment: Experiment, study: Study, chosen: Sequence[str]) -> Experiment:
    """The experiment with some of its worlds at the points of a study, each parameter by its own distribution, or at
    draws of the posterior that are mixed.

    For Morris each trajectory has seeds of its own, the same at all its points: trajectories are then independent, and
    changes along one have as little chance as can be. Its points stand there once for each seed.
    The other parameters stay at the file's value or the default.
    Raises InputError where the experiment has a design of its own.
    """
    from corridor.experiments.config.designs.distributions import quantile

    several = with_worlds_of_study(experiment, chosen)
    if METHODS[study.method].of_draws:
        return at_mixed_draws(several, study)
    unit, declared = study.unit(), experiment.factor_table
    table = {name: rounded(quantile(declared[name], unit[:, k])) for k, name in enumerate(study.factors)}
    at_points = worlds.at_points(several, None, as_points(table))
    return (
        worlds.with_own_seeds(at_points, study.points // study.samples) if METHODS[study.method].paired else at_points
    )


def with_worlds_of_study(experiment: Experiment, chosen: Sequence[str]) -> Experiment:
    """The experiment with some of its worlds, the last of which is the baseline.

    Raises InputError where the experiment has a design of its own.
    """
    if experiment.designed:
        raise InputError([f"{experiment.source}, design: cannot be used here; allowed: a file without a design"])
    kept = {name: experiment.file.worlds[name] for name in chosen}
    return replace(
        experiment,
        file=experiment.file.model_copy(update={"worlds": kept, "baseline": chosen[-1]}),
        policies={name: experiment.policies[name] for name in chosen},
    )


def at_mixed_draws(experiment: Experiment, study: Study) -> Experiment:
    """The experiment at draws of its posterior in which factors of a study take their values from other draws.

    Each point has a seed of its own: that of its draw or, for the factor of chance, of the other one.
    """
    rows = study.unit().astype(int)
    base = np.repeat(np.arange(study.samples), 1 + len(study.labels))
    draws, seeds = experiment.draws.points, seeds_of_draws(experiment)
    factors = {name: k for k, name in enumerate(study.factors)}

    def of(number: int, row: int, factor: str) -> Point:
        return draws[rows[number - 1, factors[factor]] if factor in factors else row]

    points = [
        Point(
            number,
            {name: of(number, row, name).parameters[name] for name in draws[row].parameters},
            draws[row].levers,
            draws[row].conditions,
            {name: of(number, row, STRENGTH + name).strengths[name] for name in draws[row].strengths},
        )
        for number, row in enumerate(base.tolist(), start=1)
    ]
    own = tuple(seeds[row] for row in rows[:, factors[CHANCE]])
    at_points = worlds.at_points(experiment, None, points)
    return replace(at_points, point_seeds=own, file=at_points.file.model_copy(update={"seeds": own[:1]}))


def seeds_of_draws(experiment: Experiment) -> list[int]:
    """A seed for every draw of the posterior, in their fixed order: its own, or that of the file and then unused
    ones."""
    draws = experiment.draws
    if draws.seeds:
        return list(draws.seeds)
    own = experiment.point_seeds[: draws.wanted]
    unused = (seed for seed in itertools.count(1) if seed not in own)
    return [*own, *itertools.islice(unused, len(draws.points) - len(own))]


@dataclass(frozen=True)
class SensitivityAnalysis:
    """Indices of a study for the indicators of its target, their convergence, and the part of chance.

    `screened` is the result of a screening before it, if any (columns parameter, share, kept).
    """

    experiment: Experiment
    study: Study
    target: SensitivityTarget
    screened: pd.DataFrame | None = None

    def plan(self) -> Experiment:
        """The worlds of the target at the points of the study."""
        return at_study_points(self.experiment, self.study, self.target.worlds)

    def results(self, cases: StoredCases) -> AnalysisResult:
        """`indices` of the whole run, `indices_by_year`, `convergence`, `noise`, `design` and the figures.

        Raises InputError where an indicator allows no indices over the whole run; years that allow none are left out.
        """
        known = {name: cases.indicators[name] for name in self.target.indicators}
        outputs = self.target.outputs(run_folder.yearly_values(cases.contents, known), self.study.points)
        self.refuse(outputs)
        seeds = len(cases.experiment.seeds)
        tables = {**self.index_tables(outputs, seeds), **overview.design_table(cases)}
        around_draws = METHODS[self.study.method].of_draws
        if not around_draws:
            of_noise = self.named(noise_table(self.study, outputs)), meanings.NOISE
            tables["noise"] = Table(*of_noise, meanings.noise_shape(self.study.method), meanings.NOISE_COLUMNS)
        if self.screened is not None:
            tables["screening"] = Table(
                self.screened, meanings.SCREENING, meanings.SCREENING_SHAPE, meanings.SCREENING_COLUMNS
            )
        settings = json.dumps(self.settings(seeds), indent=1) + "\n"
        figures = self.figures({name: table.frame for name, table in tables.items()}, cases.titles, seeds)
        return AnalysisResult(tables, figures, {"sensitivity.json": settings}, (WORDS,) if around_draws else ())

    def index_tables(self, outputs: dict[tuple[str, str], Floats], seeds: int) -> dict[str, Table]:
        """The tables of indices."""
        by_year, shape = self.by_year(outputs), meanings.index_shape(self.study.method, self.study.samples * seeds)
        found = {
            "indices": (by_year[by_year.period == WHOLE][COLUMNS], meanings.INDICES),
            "indices_by_year": (by_year[by_year.period != WHOLE], f"{meanings.INDICES}, by year"),
            "convergence": (self.convergence(outputs), meanings.CONVERGENCE),
        }
        return {
            name: Table(self.named(frame), meaning, shape, meanings.INDEX_COLUMNS)
            for name, (frame, meaning) in found.items()
        }

    def named(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table with the world that its values are of and, for differences, the world that is subtracted; with unit
        and kind of the indicator."""
        less = frame.indicator.str.endswith(DIFFERENCE)
        about = frame.indicator.str.removesuffix(DIFFERENCE).map(INDICATORS)
        return frame.assign(
            world=self.target.world,
            baseline=np.where(less, self.target.baseline, ""),
            unit=[each.unit for each in about],
            kind=[each.kind for each in about],
        )

    def settings(self, seeds: int) -> dict[str, object]:
        """The settings on which the indices depend, beside the cases."""
        return {**asdict(self.study), **asdict(self.target), "points": self.study.points, "seeds": seeds}

    def refuse(self, outputs: dict[tuple[str, str], Floats]) -> None:
        """Raise InputError where SALib would return zeros."""
        why_not = {name: objection(values.mean(axis=1)) for (name, year), values in outputs.items() if year == WHOLE}
        problems = [
            f"--indicator: {name} {why}, so it has no indices; the cases are kept, choose another"
            for name, why in why_not.items()
            if why
        ]
        if problems:
            raise InputError(problems)

    def by_year(self, outputs: dict[tuple[str, str], Floats]) -> pd.DataFrame:
        """The indices of the whole period and of all years that have any."""
        frames = [
            indices(self.study, values).assign(indicator=name, period=year, method=self.study.method)
            for (name, year), values in outputs.items()
            if not objection(values.mean(axis=1))
        ]
        return pd.concat(frames, ignore_index=True)[[COLUMNS[0], "period", *COLUMNS[1:]]]

    def convergence(self, outputs: dict[tuple[str, str], Floats]) -> pd.DataFrame:
        """The indices of the whole period as the sample doubles."""
        frames = [
            converging(self.study, values).assign(indicator=name, method=self.study.method)
            for (name, year), values in outputs.items()
            if year == WHOLE
        ]
        return pd.concat(frames, ignore_index=True)[["samples", "points", *COLUMNS]]

    def figures(self, tables: dict[str, pd.DataFrame], titles: dict[str, str], seeds: int) -> dict[str, Draw]:
        """The figures of every indicator."""
        from corridor.results.plots.sensitivity import choice
        from corridor.results.plots.sensitivity.about import About

        found: dict[str, Draw] = {}
        for name in dict.fromkeys(tables["indices"].indicator):
            about = About(
                name.removesuffix(DIFFERENCE),
                unit_of(name),
                self.words(name, titles),
                self.study.method,
                METHODS[self.study.method].leading,
                self.study.points,
                seeds,
                self.study.samples,
            )
            some = {key: frame[frame.indicator == name] for key, frame in tables.items() if "indicator" in frame}
            for kind, draw in choice.choose(some, about).items():
                found[f"{kind}_{name}"] = partial(draw, some, about)
        return found

    def words(self, name: str, titles: dict[str, str]) -> str:
        """Which number of an indicator is meant, in words."""
        first, last = (titles[world] for world in (self.target.worlds[0], self.target.worlds[-1]))
        return f"“{first}” minus “{last}”" if name.endswith(DIFFERENCE) else f"“{first}”"


def noise_table(study: Study, outputs: dict[tuple[str, str], Floats]) -> pd.DataFrame:
    """Chance in every indicator and its indices, over the whole period and by year (`indices.noise`)."""
    rows = [
        {
            "indicator": name,
            "period": year,
            "points": len(values),
            "seeds": values.shape[1],
            "mean": values.mean(),
            **noise(study, values),
        }
        for (name, year), values in outputs.items()
        if np.isfinite(values).all()
    ]
    return pd.DataFrame(rows)


def left_out(indices_by_year: pd.DataFrame, whole: pd.DataFrame, years: Sequence[str]) -> list[tuple[str, str]]:
    """(indicator, year) without indices, because nothing varied or a value is not known."""
    there = set(zip(indices_by_year.indicator, indices_by_year.period, strict=True))
    return [each for each in itertools.product(dict.fromkeys(whole.indicator), years) if each not in there]


def kept_study(study: Study, found: pd.DataFrame, keep: int) -> tuple[Study, pd.DataFrame]:
    """The study on the parameters that screening keeps, and what screening found."""
    table = survivors(found, keep)
    kept = set(table[table.kept].parameter)
    return replace(study, factors=tuple(name for name in study.factors if name in kept)), table
