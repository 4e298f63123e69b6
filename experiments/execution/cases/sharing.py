"""Worlds that share their past: a tree of stretches of days, simulated once for all policies that are alike so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from corridor.model import DataFiles, Geography, MigrationModel, Parameters, Policy
from corridor.model.policy import Setting, moving_days
from corridor.model.records import Records
from corridor.model.simulation import step_to


@dataclass(frozen=True)
class Stretch:
    """Days on which some policies, by their numbers, pull the same levers to the same values; and the stretches into
    which they part on the day after, those of most policies last.

    `last` is the day before `first` where they part at once.
    """

    policies: tuple[int, ...]
    first: date
    last: date
    parts: tuple[Stretch, ...] = ()

    @property
    def days(self) -> int:
        """Days of the stretch itself."""
        return (self.last - self.first).days + 1

    @property
    def all_days(self) -> int:
        """Days to simulate for it and all that follows; without sharing they would be those of each policy."""
        return self.days + sum(part.all_days for part in self.parts)

    @property
    def copies(self) -> int:
        """Copies of the model that are held at most while it and all that follows are simulated.

        Parts are simulated one after another, to their ends, and the last goes on with the model itself. Every other
        part has at most half of the policies: the logarithm to base 2 of their number is a bound.
        """
        return max((part.copies + (part is not self.parts[-1]) for part in self.parts), default=0)


def shared_past(policies: Sequence[Policy], first: date, end: date) -> Stretch:
    """The tree of stretches from the first day to the last of a run; equal policies stay together to the end."""
    return _stretch(policies, tuple(range(len(policies))), first, end)


def _stretch(policies: Sequence[Policy], among: tuple[int, ...], first: date, end: date) -> Stretch:
    days = moving_days((policies[k] for k in among), first, end) if len(among) > 1 else []
    for day in days:
        alike: dict[tuple[tuple[str, Setting], ...], list[int]] = {}
        for k in among:
            pulls = tuple((lever.name, value) for lever, value in policies[k].pulls(day))
            alike.setdefault(pulls, []).append(k)
        if len(alike) > 1:
            parts = [_stretch(policies, tuple(group), day, end) for group in alike.values()]
            parts.sort(key=lambda part: len(part.policies))
            return Stretch(among, first, day - timedelta(days=1), tuple(parts))
    return Stretch(among, first, end)


@dataclass(frozen=True)
class Ended:
    """A run that is over: the policies that it holds for, its records, the seconds of all its days, and how many days
    were simulated for one of its policies, shared days in equal parts."""

    policies: tuple[int, ...]
    records: Records
    seconds: float
    days: float


def simulate_worlds(
    params: Parameters | Sequence[Parameters],
    policies: Sequence[Policy],
    seeds: Sequence[int],
    start: date,
    end: date,
    scale: float,
    *,
    geography: Geography,
    files: DataFiles,
    past_from: date,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Ended]:
    """Simulate the same replicates under each policy, days that are alike only once; arguments as for `simulate`.

    A run is given when it ends. At most as many copies of the model are held beside it as the logarithm to base 2 of
    the number of policies (see `Stretch.copies`).
    """
    tree = shared_past(policies, past_from, end)
    first = policies[tree.policies[0]]
    model = MigrationModel(
        params, first, seeds, start, end, scale, geography=geography, files=files, past_from=past_from
    )
    return simulate_stretches(model, tree, policies, progress)


def simulate_stretches(
    model: MigrationModel,
    tree: Stretch,
    policies: Sequence[Policy],
    progress: Callable[[int], None] | None,
    seconds: float = 0.0,
    days: float = 0.0,
) -> Iterator[Ended]:
    """Simulate a tree depth first, with a model that stands at its first day; each run is given when it ends."""
    began = time.perf_counter()
    step_to(model, tree.last, progress)
    seconds += time.perf_counter() - began
    days += tree.days / len(tree.policies)
    if not tree.parts:
        yield Ended(tree.policies, model.records, seconds, days)
        return
    *others, last = tree.parts
    for part in others:
        branch = policies[part.policies[0]]
        yield from simulate_stretches(model.branch(branch), part, policies, progress, seconds, days)
    model.turn_to(policies[last.policies[0]])
    yield from simulate_stretches(model, last, policies, progress, seconds, days)
