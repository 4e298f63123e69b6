"""Dated policies. Measures of one policy each pull their own levers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from corridor.model.engine.errors import InputError
from corridor.model.engine.numbers import is_whole_number
from corridor.model.levers import LEVERS, Lever

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)  # on which a lever may begin to move
LONGEST_MOVE = 3650  # days
Setting = float | tuple[float, ...]  # of a lever: one value, or one for each replicate


@dataclass(frozen=True)
class Doubt:
    """Where a value that a lever is moved to may lie, how it is spread between, and the grade of that range."""

    low: float
    high: float
    distribution: str = "triangular"
    grade: str = "C"


@dataclass(frozen=True)
class Change:
    """From `start`, a lever moves in a straight line to `to` over `over_days` days (0: at once).

    `to` is one value, or one for each replicate. `doubt` is the range of that value where it has one, and `nominal`
    the value that stands in the policy file where `to` was drawn from that range.
    """

    lever: str
    start: date
    over_days: int
    to: Setting
    doubt: Doubt | None = None
    nominal: float | None = None

    @property
    def values(self) -> tuple[float, ...]:
        """All values of `to`."""
        return self.to if isinstance(self.to, tuple) else (self.to,)


@dataclass(frozen=True)
class Measure:
    """A named set of dated changes: one policy file. The changes of one lever are in order of their dates."""

    name: str
    title: str
    changes: tuple[Change, ...]

    @property
    def levers(self) -> list[str]:
        """The levers that it moves, each once."""
        return list(dict.fromkeys(change.lever for change in self.changes))

    def moves(self, lever: str) -> list[Change]:
        """The changes of one lever."""
        return [change for change in self.changes if change.lever == lever]

    def value(self, lever: str, today: date) -> Setting:
        """The value that it gives to a lever on a day."""
        return value_on(today, LEVERS[lever].baseline, self.moves(lever))


@dataclass(frozen=True)
class Policy:
    """Measures in force together; `Policy()` is no policy.

    Raises InputError, all at once: for unknown levers, values out of range, moves of a lever that overlap or are out of
    order, and a name given to two measures. Whether measures together stay in range depends on the days of a run
    (`combination_problems`).
    """

    measures: tuple[Measure, ...] = ()

    def __post_init__(self) -> None:
        problems = [text for measure in self.measures for text in measure_problems(measure)]
        names = [measure.name for measure in self.measures]
        problems += [f"{name}: is the name of two measures" for name in dict.fromkeys(names) if names.count(name) > 1]
        if problems:
            raise InputError(problems)

    @property
    def levers(self) -> list[str]:
        """The levers that its measures move, each once."""
        return list(dict.fromkeys(name for measure in self.measures for name in measure.levers))

    def of(self, replicate: int) -> Policy:
        """The policy of one replicate, where strengths differ between them."""
        return Policy(
            tuple(
                replace(
                    measure,
                    changes=tuple(replace(c, to=c.values[replicate % len(c.values)]) for c in measure.changes),
                )
                for measure in self.measures
            )
        )

    @property
    def replicates(self) -> set[int]:
        """For how many replicates its changes have values of their own, without those that have one for all."""
        changes = (change for measure in self.measures for change in measure.changes)
        return {len(change.to) for change in changes if isinstance(change.to, tuple)}

    def pulls(self, today: date) -> list[tuple[Lever, Setting]]:
        """Levers that differ from their baseline today, with their values, measure by measure."""
        found = []
        for measure in self.measures:
            for name in measure.levers:
                value = measure.value(name, today)
                if value != LEVERS[name].baseline:
                    found.append((LEVERS[name], value))
        return found

    def moving(self, lever: str) -> list[Measure]:
        """The measures that move a lever."""
        return [measure for measure in self.measures if lever in measure.levers]

    def value(self, lever: str, today: date) -> float:
        """The value of a lever on a day, to which those of all measures combine; of a policy with one value each."""
        return LEVERS[lever].together(as_number(measure.value(lever, today)) for measure in self.moving(lever))


def measure_problems(measure: Measure) -> Iterator[str]:
    """What is wrong with a measure, in words."""
    wrong = [text for change in measure.changes for text in change_problems(measure.name, change)]
    yield from wrong
    for lever in [] if wrong else measure.levers:
        moves = measure.moves(lever)
        for k, end in overlapping(moves):
            yield f"{measure.name}: {lever}: {not_after(moves[k].start, end)}"


def change_problems(measure: str, change: Change) -> list[str]:
    """What is wrong with one dated change, in words; empty if nothing is."""
    known = LEVERS.get(change.lever)
    if known is None:
        return [f"{measure}: {change.lever!r} is not a lever; 'corridor list levers' shows all"]
    name, problems = f"{measure}: {change.lever}", []
    for value in change.values:
        if not known.allows(value):
            problems.append(f"{name}: {value!r} is out of range; allowed: {known.bounds}")
    if type(change.start) is not date:
        problems.append(f"{name}: start {change.start!r} is not allowed; a date such as date(2022, 11, 14)")
    elif not FIRST_DAY <= change.start <= LAST_DAY:
        problems.append(f"{name}: start {change.start} is out of range; allowed: {FIRST_DAY} to {LAST_DAY}")
    if not is_whole_number(change.over_days) or not 0 <= change.over_days <= LONGEST_MOVE:
        problems.append(f"{name}: over_days {change.over_days!r} is not allowed; 0 to {LONGEST_MOVE} whole days")
    return problems


def overlapping(moves: Sequence[Change]) -> Iterator[tuple[int, date]]:
    """Numbers of those moves of one lever that do not begin after the move before them ends; with the day of that."""
    last: date | None = None
    for k, move in enumerate(moves):
        if last and move.start <= last:
            yield k, last
        last = max(last or move.start, end_of(move))


def not_after(start: date, end: date) -> str:
    """That a move begins too early, in words."""
    return f"{start} is not after {end}, when the move before it ends"


def end_of(move: Change) -> date:
    """The first day on which a lever has the value that a change moves it to."""
    return move.start + timedelta(days=int(move.over_days))


def combination_problems(policy: Policy, start: date, end: date) -> Iterator[str]:
    """Levers that several measures together move out of their range on a day of a run: where it is farthest, in
    words."""
    if policy.replicates:
        texts = (text for k in range(max(policy.replicates)) for text in combination_problems(policy.of(k), start, end))
        yield from dict.fromkeys(texts)
        return
    for name in policy.levers:
        measures, lever = policy.moving(name), LEVERS[name]
        if len(measures) < 2:
            continue
        days = [start, *(day for day in days_of_moves(measures, name) if start < day <= end)]
        values = {day: policy.value(name, day) for day in days}
        beyond = {day: max(value - lever.high, lever.low - value) for day, value in values.items()}
        worst = max(beyond, key=lambda day: (round(beyond[day], 9), -day.toordinal()))
        if not lever.allows(values[worst]):
            together = " and ".join(measure.name for measure in measures)
            yield f"{together}: {name} is {values[worst]:g} on {worst}, set by them together; allowed: {lever.bounds}"


def days_of_moves(measures: Sequence[Measure], lever: str) -> list[date]:
    """Every day on which one of the measures moves a lever; on all others its value is that of the day before."""
    moves = [move for measure in measures for move in measure.moves(lever)]
    return sorted({move.start + timedelta(days=day) for move in moves for day in range(int(move.over_days) + 1)})


def moving_days(policies: Iterable[Policy], first: date, last: date) -> list[date]:
    """The days of a period on which a lever of some policy may differ from its value on the day before, in order; and
    the first day."""
    changes = {change for policy in policies for measure in policy.measures for change in measure.changes}
    days = {first}
    for change in changes:
        begin, end = max(first, change.start), min(last, end_of(change))
        days.update(begin + timedelta(days=k) for k in range((end - begin).days + 1))
    return sorted(days)


def first_difference(one: Policy, other: Policy, first: date, last: date) -> date | None:
    """The first day of a period on which two policies pull levers to different values; None where there is none."""
    days = moving_days((one, other), first, last) if first <= last else []
    return next((day for day in days if one.pulls(day) != other.pulls(day)), None)


def as_number(setting: Setting) -> float:
    """A setting that is one value. Raises TypeError where replicates differ."""
    if isinstance(setting, tuple):
        raise TypeError("the value of a lever differs between replicates; ask for the policy of one of them")
    return setting


def value_on(today: date, baseline: float, changes: Sequence[Change]) -> Setting:
    """The value of a lever on a day, from its changes in order of date; one for each replicate where they differ."""
    values = np.array([baseline])
    for change in sorted(changes, key=lambda c: c.start):
        elapsed = (today - change.start).days
        if elapsed < 0:
            break
        done = 1.0 if elapsed >= change.over_days else elapsed / float(change.over_days)
        values = values + (np.array(change.values, dtype=np.float64) - values) * done
    several = tuple(values.tolist())
    return several if len(set(several)) > 1 else several[0]
