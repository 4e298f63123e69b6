"""Dated policies, and the committee that reviews them. Measures of one policy each pull their own levers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from corridor.model.engine.errors import InputError
from corridor.model.engine.numbers import is_number
from corridor.model.levers import LEVERS, Lever


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
        """Levers that differ from their baseline today, with their values, measure by measure."""
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
        return [f"{measure}: {change.lever!r} is not a lever; 'corridor list levers' shows all"]
    name, problems = f"{measure}: {change.lever}", []
    if not is_number(change.to) or not known.low <= change.to <= known.high:
        problems.append(f"{name}: {change.to!r} is out of range; allowed {known.low:g} to {known.high:g}")
    if type(change.start) is not date:
        problems.append(f"{name}: start {change.start!r} is not allowed; a date such as date(2022, 11, 14)")
    if not is_number(change.over_days) or change.over_days < 0:
        problems.append(f"{name}: over_days {change.over_days!r} is not allowed; 0 or more")
    return problems


def value_on(today: date, baseline: float, changes: Sequence[Change]) -> float:
    """The value of a lever on a day, from its changes in order of date."""
    value = baseline
    for change in sorted(changes, key=lambda c: c.start):
        elapsed = (today - change.start).days
        if elapsed < 0:
            break
        to, over_days = float(change.to), float(change.over_days)  # numpy's kinds would spread into the inputs
        done = 1.0 if elapsed >= over_days else elapsed / over_days
        value += (to - value) * done
    return value
