"""What `corridor sensitivity` runs and writes, beside the pure rules in `sensitivity`.

The points of a study are those of a design, so the cases are run and stored like every other; the indices are made from
the stored cases.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.experiments.analyses.comparison import Tables
from corridor.experiments.analyses.sensitivity import (
    METHODS,
    Floats,
    Study,
    converging,
    indices,
    noise,
    objection,
    survivors,
)
from corridor.experiments.config.designs import as_points, rounded
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.yaml import allowed
from corridor.model import INDICATORS, PARAMETERS
from corridor.model.engine.errors import InputError
from corridor.model.parameters import FIXED, Parameter
from corridor.results.store.yearly import WHOLE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DIFFERENCE = "_difference"  # behind the name of an indicator: the world less the baseline
COLUMNS = ["indicator", "method", "parameter", "index", "value", "low", "high"]
GRADES = ("A", "B", "C")


@dataclass(frozen=True)
class Choice:
    """Which parameters a study varies: those named, or those of groups and grades, or all that are not fixed.

    A group is the name of a declared one, or NAME=A,B,... of the user's own. `given` are those that the experiment file
    gives a value: they are not varied. `declared` are the parameters as the experiment declares them.
    """

    names: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    declared: Mapping[str, Parameter] = field(default_factory=lambda: PARAMETERS)

    @property
    def known_groups(self) -> frozenset[str]:
        """The declared groups."""
        return frozenset(p.group for p in self.declared.values())

    @property
    def own(self) -> dict[str, tuple[str, ...]]:
        """The user's own groups: name -> parameters."""
        pairs = [text.partition("=") for text in self.groups if "=" in text]
        return {name.strip(): tuple(each.strip() for each in members.split(",")) for name, _, members in pairs}

    def problems(self) -> Iterator[str]:
        """What is wrong with it, in words."""
        if self.names and (self.groups or self.grades):
            yield "--parameters: belongs with neither --group nor --grade"
        for k, name in enumerate(self.names):
            if name not in self.declared:
                yield f"--parameters: {name!r} is not a known parameter{allowed(self.declared, name, LIST)}"
            elif self.declared[name].distribution == FIXED:
                yield f"--parameters: {name!r} is fixed; it has no distribution to sample"
            elif name in self.given:
                yield f"--parameters: {name!r} has a value in the file; give it in one place"
            elif name in self.names[:k]:
                yield f"--parameters: {name!r} is listed twice"
        groups = [name for name in self.groups if "=" not in name]
        for option, given, right in (("--group", groups, self.known_groups), ("--grade", self.grades, GRADES)):
            for name in given:
                if name not in right:
                    yield f"{option}: {name!r} is none{allowed(right, name)}"
        yield from self.own_problems()

    def own_problems(self) -> Iterator[str]:
        """What is wrong with the user's own groups, in words."""
        members = [name for group in self.own.values() for name in group]
        for group in self.own:
            if not group or group in self.known_groups:
                yield f"--group: {group!r} cannot name your own group; allowed: a name that no declared group has"
        for name in dict.fromkeys(members):
            if name not in self.declared:
                yield f"--group: {name!r} is not a known parameter{allowed(self.declared, name, LIST)}"
            elif self.declared[name].distribution == FIXED:
                yield f"--group: {name!r} is fixed; it has no distribution to sample"
            elif members.count(name) > 1 or self.declared[name].group in self.groups:
                yield f"--group: {name!r} is in two groups; allowed: one"

    def factors(self) -> tuple[str, ...]:
        """The parameters that are varied, in the order in which they are declared or named."""
        return self.names or tuple(name for name in self.chosen() if name not in self.given)

    def skipped(self) -> tuple[str, ...]:
        """The parameters that would be varied if the file did not give their values."""
        return () if self.names else tuple(name for name in self.chosen() if name in self.given)

    def chosen(self) -> tuple[str, ...]:
        """The parameters of groups and grades, or all, that are not fixed."""
        return tuple(
            p.name
            for p in self.declared.values()
            if p.distribution != FIXED
            and (not self.groups or self.group_of(p.name) in (*self.groups, *self.own))
            and (not self.grades or p.grade in self.grades)
        )

    def group_of(self, parameter: str) -> str:
        """The user's own group of a parameter, else its declared one."""
        own = (group for group, members in self.own.items() if parameter in members)
        return next(own, self.declared[parameter].group)


LIST = "; see `corridor list parameters`"


@dataclass(frozen=True)
class Aim:
    """The numbers whose sensitivity is asked: indicators of a world, and of its difference from the baseline."""

    world: str
    baseline: str
    indicators: tuple[str, ...]
    difference: bool = False

    @property
    def worlds(self) -> list[str]:
        """The worlds that have to be run."""
        return [self.world, self.baseline] if self.difference else [self.world]

    def outputs(self, values: pd.DataFrame) -> dict[tuple[str, str], Floats]:
        """(indicator, year) -> its values of shape (point, seed), from yearly figures of the stored cases.

        The whole period comes first. A difference is formed with the same point and seed.
        """
        table = values.pivot(index=["point", "seed"], columns=["world", "indicator", "year"], values="value")
        years = sorted(set(values.year), key=lambda year: (year != WHOLE, year))
        seeds = values.seed.nunique()
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


def varied(experiment: Experiment, study: Study, worlds: Sequence[str]) -> Experiment:
    """The experiment with some of its worlds at the points of a study, each parameter by its own distribution.

    The other parameters stay at the file's value or the default.
    Raises InputError where the experiment has a design of its own.
    """
    from corridor.experiments.config.distributions import quantile

    if experiment.designed:
        raise InputError([f"{experiment.path}, design: is of no use here; allowed: a file without a design"])
    unit, declared = study.unit(), experiment.parameter_table
    table = {name: rounded(quantile(declared[name], unit[:, k])) for k, name in enumerate(study.factors)}
    kept = {name: experiment.file.worlds[name] for name in worlds}
    return replace(
        experiment,
        file=experiment.file.model_copy(update={"worlds": kept, "baseline": worlds[-1]}),
        policies={name: experiment.policies[name] for name in worlds},
        points=as_points(table),
        point_seeds=(),
        drawn=False,
    )


@dataclass(frozen=True)
class Analysing:
    """Writes what `corridor sensitivity` leaves: indices, their convergence, noise and figures.

    `screened` is what screening found, where it came before (columns parameter, share, kept).
    """

    study: Study
    aim: Aim
    screened: pd.DataFrame | None = None

    def __call__(self, experiment: Experiment, out: Path, staging: Path) -> Tables:
        """Write into `staging` from the cases in `out`; the indices of the whole period, by year, and the figures.

        Raises InputError where an indicator allows no indices over the whole period; years that allow none are left
        out.
        """
        from corridor.results.store import run_folder
        from corridor.results.store.case_file import write_text
        from corridor.results.tables import summary

        looked = run_folder.look(out, thorough=False)
        known = run_folder.known_indicators(looked)
        values = run_folder.figures(looked, {name: known[name] for name in self.aim.indicators})
        outputs = self.aim.outputs(values)
        self.refuse(outputs)
        by_year = self.by_year(outputs)
        whole = by_year[by_year.year == WHOLE][COLUMNS]
        tables = {
            "indices": whole,
            "indices_by_year": by_year[by_year.year != WHOLE],
            "convergence": self.convergence(outputs),
            "noise": noise_table(outputs),
            "design": looked.plan.design(),
        } | ({} if self.screened is None else {"screening": self.screened})
        for name, frame in tables.items():
            summary.write_csv(frame, staging / f"{name}.csv")
        write_text(staging / "sensitivity.json", json.dumps(self.settings(len(experiment.seeds)), indent=1) + "\n")
        return whole, tables["indices_by_year"], self.draw(tables, experiment, staging / "figures")

    def settings(self, seeds: int) -> dict[str, object]:
        """All that the indices depend on beside the cases."""
        return {**asdict(self.study), **asdict(self.aim), "points": self.study.points, "seeds": seeds}

    def refuse(self, outputs: dict[tuple[str, str], Floats]) -> None:
        """Tell of what SALib would answer with zeros."""
        told = {name: objection(values.mean(axis=1)) for (name, year), values in outputs.items() if year == WHOLE}
        problems = [
            f"--indicator: {name} {why}, so it has no indices; the cases are kept, choose another"
            for name, why in told.items()
            if why
        ]
        if problems:
            raise InputError(problems)

    def by_year(self, outputs: dict[tuple[str, str], Floats]) -> pd.DataFrame:
        """The indices of all years and of the whole period that have any."""
        frames = [
            indices(self.study, values.mean(axis=1)).assign(indicator=name, year=year, method=self.study.method)
            for (name, year), values in outputs.items()
            if not objection(values.mean(axis=1))
        ]
        return pd.concat(frames, ignore_index=True)[[COLUMNS[0], "year", *COLUMNS[1:]]]

    def convergence(self, outputs: dict[tuple[str, str], Floats]) -> pd.DataFrame:
        """The indices of the whole period as the sample doubles."""
        frames = [
            converging(self.study, values.mean(axis=1)).assign(indicator=name, method=self.study.method)
            for (name, year), values in outputs.items()
            if year == WHOLE
        ]
        return pd.concat(frames, ignore_index=True)[["samples", "points", *COLUMNS]]

    def draw(self, tables: dict[str, pd.DataFrame], experiment: Experiment, folder: Path) -> list[Path]:
        """The figures of every indicator."""
        from corridor.results.plots import sensitivity as figures
        from corridor.results.plots.style import styled

        folder.mkdir()
        drawn: dict[str, Callable[[], Figure]] = {}
        for name in dict.fromkeys(tables["indices"].indicator):
            about = figures.About(
                name.removesuffix(DIFFERENCE),
                unit_of(name),
                self.told(name, experiment),
                self.study.method,
                METHODS[self.study.method].leading,
                self.study.points,
                len(experiment.seeds),
            )
            some = {key: frame[frame.indicator == name] for key, frame in tables.items() if "indicator" in frame}
            for kind, draw in figures.choose(some, about).items():
                drawn[f"{kind}_{name}"] = partial(draw, some, about)
        return styled(drawn, folder)

    def told(self, name: str, experiment: Experiment) -> str:
        """Which number of an indicator is meant, in words."""
        titles = [experiment.file.worlds[world].title for world in self.aim.worlds]
        return f"{titles[0]}, less: {titles[-1]}" if name.endswith(DIFFERENCE) else titles[0]


def noise_table(outputs: dict[tuple[str, str], Floats]) -> pd.DataFrame:
    """Variance components of every indicator, over the whole period and by year (columns of `sensitivity.noise`)."""
    rows = [
        {
            "indicator": name,
            "year": year,
            "points": len(values),
            "seeds": values.shape[1],
            "mean": values.mean(),
            **noise(values),
        }
        for (name, year), values in outputs.items()
        if np.isfinite(values).all()
    ]
    return pd.DataFrame(rows)


def left_out(indices_by_year: pd.DataFrame, whole: pd.DataFrame, years: Sequence[str]) -> list[tuple[str, str]]:
    """(indicator, year) that have no indices, as nothing varied or something is not known."""
    there = set(zip(indices_by_year.indicator, indices_by_year.year, strict=True))
    return [each for each in itertools.product(dict.fromkeys(whole.indicator), years) if each not in there]


def kept_study(study: Study, found: pd.DataFrame, keep: int) -> tuple[Study, pd.DataFrame]:
    """The study on the parameters that screening keeps, and what screening found."""
    table = survivors(found, keep)
    kept = set(table[table.kept].parameter)
    return replace(study, factors=tuple(name for name in study.factors if name in kept)), table
