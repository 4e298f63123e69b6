"""Dated policies, and the committee that reviews them. Measures of one policy each pull their own levers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.levers import LEVERS, Inputs, Lever, baseline_inputs
from model.problems import InputError
from model.stages import stage

if TYPE_CHECKING:
    from model.model import MigrationModel

Floats = NDArray[np.float64]
COMMITTEE_SHARES = ("patrols", "intelligence", "goods")


@dataclass(frozen=True)
class Change:
    """From `start`, a lever moves in a straight line to `to` over `over_days` days (0: at once)."""

    lever: str
    start: date
    over_days: int
    to: float


@dataclass(frozen=True)
class Measure:
    """A named set of dated changes: one policy file."""

    name: str
    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Policy:
    """Measures in force together; `Policy()` is no policy.

    Raises InputError on unknown levers and values out of range.
    """

    measures: tuple[Measure, ...] = ()

    def __post_init__(self) -> None:
        problems = [text for m in self.measures for c in m.changes for text in change_problems(m.name, c)]
        if problems:
            raise InputError(problems)

    def pulls(self, today: date) -> list[tuple[Lever, float]]:
        """Levers that stand off their baseline today, with their values, measure by measure."""
        found = []
        for measure in self.measures:
            for name in dict.fromkeys(change.lever for change in measure.changes):
                value = value_on(today, LEVERS[name].baseline, [c for c in measure.changes if c.lever == name])
                if value != LEVERS[name].baseline:
                    found.append((LEVERS[name], value))
        return found


def change_problems(measure: str, change: Change) -> list[str]:
    """What is wrong with one dated change, in words; empty if nothing is."""
    known = LEVERS.get(change.lever)
    if known is None:
        return [f"{measure}: {change.lever!r} is no lever; 'corridor list levers' shows all"]
    name, problems = f"{measure}: {change.lever}", []
    if not is_number(change.to) or not known.low <= change.to <= known.high:
        problems.append(f"{name}: {change.to!r} is out of range; allowed {known.low:g} to {known.high:g}")
    if type(change.start) is not date:
        problems.append(f"{name}: start {change.start!r} is not allowed; a date such as date(2022, 11, 14)")
    if not is_number(change.over_days) or change.over_days < 0:
        problems.append(f"{name}: over_days {change.over_days!r} is not allowed; 0 or more")
    return problems


def is_number(value: object) -> bool:
    """A finite number; True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def value_on(today: date, baseline: float, changes: Sequence[Change]) -> float:
    """The value of a lever on a day, from its changes in order of date."""
    value = baseline
    for change in sorted(changes, key=lambda c: c.start):
        elapsed = (today - change.start).days
        if elapsed < 0:
            break
        done = 1.0 if elapsed >= change.over_days else elapsed / change.over_days
        value += (change.to - value) * done
    return value


@stage(writes="inputs")
def apply(m: MigrationModel) -> None:
    """Levers in force today act on the inputs of the day; nothing is done while neither levers nor history move."""
    pulls = m.policy.pulls(m.date)
    standing = (m.history.values_on(m.date), [(found.name, value) for found, value in pulls])
    if standing == m.standing:
        return
    m.standing = standing
    m.inputs = baseline_inputs(m.p, m.geography, m.history, m.date)
    for found, value in pulls:
        found.pull(m.inputs, value, m.geography)


@stage(writes="committee")
def review(m: MigrationModel) -> None:
    """Every N days the committee moves effort towards the measure it last favoured, if its indicator got better.

    Hill climbing on a chosen mix of indicators: while the score improves the same measure is favoured again, when it
    worsens the next one is. All effort stays in the sum; each share stays above a tenth.
    """
    committee = m.committee
    committee.add_up(m)
    days = max(1, round(m.inputs.committee_days))
    if m.inputs.committee_share == 0.0 or m.day == 0 or m.day % days:
        return
    score = committee.score(m.inputs)
    worse = score < committee.last_score
    committee.favoured = np.where(worse, (committee.favoured + 1) % len(COMMITTEE_SHARES), committee.favoured)
    shifted = committee.effort * (1.0 - m.inputs.committee_share)
    moved = committee.effort.sum(axis=1) - shifted.sum(axis=1)
    shifted[np.arange(len(moved)), committee.favoured] += moved
    floor = 0.1
    kept = np.maximum(shifted, floor)
    committee.effort = kept * len(COMMITTEE_SHARES) / kept.sum(axis=1, keepdims=True)
    committee.begin_period(score)


class Committee:
    """The Joint Monitoring Committee of each replicate: effort factors for patrols, intelligence and goods."""

    def __init__(self, replicates: int) -> None:
        self.effort = np.ones((replicates, len(COMMITTEE_SHARES)))
        self.favoured = np.zeros(replicates, dtype=np.int64)
        self.last_score = np.full(replicates, -np.inf)
        self.sums = np.zeros((replicates, 3))

    def add_up(self, m: MigrationModel) -> None:
        """Add today's prevented, arrived and dead to the sums of the period."""
        for k, name in enumerate(("prevented_people", "arrivals_people", "deaths_channel")):
            self.sums[:, k] += m.today[name]

    def score(self, inputs: Inputs) -> Floats:
        """What the committee looks at, larger being better in its eyes."""
        prevented, arrivals, deaths = self.sums.T
        weighed: Floats = (
            inputs.count_prevented * prevented - inputs.count_arrivals * arrivals - inputs.count_deaths * deaths
        )
        return weighed

    def begin_period(self, score: Floats) -> None:
        """Remember the score and start counting anew."""
        self.last_score = score
        self.sums[:] = 0.0
