"""Bundles of cases that one process simulates together: cases that differ only in parameters and seeds run side by
side, and worlds that differ only in their policies share their past."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Generic, TypeVar

from corridor.experiments.config.cases import Case
from corridor.experiments.execution.cases.sharing import Stretch, shared_past
from corridor.model import Policy

Key = TypeVar("Key")
Column = tuple[Hashable, Hashable, tuple[int, ...], int]  # data files, parameters and seeds; and which of equal ones
Columns = list[list[Key]]  # the keys of cases: for each column one of each policy, in one order
MOST_POLICIES = 32  # in a bundle: more would save at most one part in 32 of the days, and be lost with it when killed
MOST_AGENTS = 16_000_000  # of a simulation and the copies that it holds; about two gigabytes


@dataclass(frozen=True)
class Sharing:
    """What cases need to share their past: the first and the last day that are simulated, the policy of a case,
    what else its world has (worlds in which it is equal differ in their policies alone), and agents of a replicate."""

    first: date
    end: date
    policy: Callable[[Case], Policy]
    world: Callable[[Case], Hashable]
    agents: int


@dataclass(frozen=True)
class Bundle(Generic[Key]):
    """Cases for one process: `columns` of them side by side for each policy, policy by policy; and the days of a
    replicate that are simulated for all of them together."""

    keys: list[Key]
    columns: int
    days: int


def group_cases(cases: Mapping[Key, Case], sharing: Sharing, together: int, workers: int) -> list[Bundle[Key]]:
    """The cases in bundles of at most `together` replicates side by side, unless one case has more.

    All workers get about equally long bundles; where there are fewer bundles than workers, policies are split among
    them, and each simulates the past for itself.
    """
    blocks = _blocks(cases, sharing)
    total = sum(len(block) * len(block[0]) for block in blocks)
    found = []
    for block in blocks:
        mine = max(1, math.ceil(workers * len(block) * len(block[0]) / total))
        found += _best_bundles(block, cases, sharing, together, mine)
    return found


def _blocks(cases: Mapping[Key, Case], sharing: Sharing) -> list[Columns[Key]]:
    """Columns of cases in blocks of those that have the same policies, at most `MOST_POLICIES`."""
    columns: dict[Column, dict[Hashable, Key]] = {}
    times: Counter[Hashable] = Counter()
    for key, case in cases.items():
        policy = (case.world, tuple(case.point.levers.items()))
        behaviour = (tuple(case.point.parameters.items()), case.point.conditions)
        alike = (sharing.world(case), behaviour, case.seeds)
        columns.setdefault((*alike, times[alike, policy]), {})[policy] = key
        times[alike, policy] += 1
    blocks: dict[Hashable, Columns[Key]] = {}
    for (world, *_), by_policy in columns.items():
        names, keys = list(by_policy), list(by_policy.values())
        for k in range(0, len(keys), MOST_POLICIES):
            part = slice(k, k + MOST_POLICIES)
            blocks.setdefault((world, tuple(names[part])), []).append(keys[part])
    return list(blocks.values())


def _best_bundles(
    block: Columns[Key], cases: Mapping[Key, Case], sharing: Sharing, together: int, workers: int
) -> list[Bundle[Key]]:
    """The bundles of a block with as many policies in one as memory allows and as end first."""
    policies = [sharing.policy(cases[key]) for key in block[0]]
    largest = max(_replicates(column, cases) for column in block)
    choices = []
    for most in halvings(len(policies)):
        families = families_of(policies, sharing.first, sharing.end, most)
        side = _side_by_side(families, sharing.agents, together)
        if most == 1 or largest <= side:
            choices.append(_bundles(block, cases, families, side, workers))
    return min(choices, key=lambda bundles: _elapsed([bundle.days for bundle in bundles], workers))


def halvings(number: int) -> list[int]:
    """A number, its half rounded up, and so on down to 1."""
    return [number] if number == 1 else [number, *halvings(math.ceil(number / 2))]


def families_of(policies: Sequence[Policy], first: date, end: date, most: int) -> list[Stretch]:
    """Policies in families of about equal size, at most `most`, that share at least a day, by their numbers."""
    number = math.ceil(len(policies) / most)
    bounds = [round(k * len(policies) / number) for k in range(number + 1)]
    order = leaves(shared_past(policies, first, end)) if most > 1 else list(range(len(policies)))
    found: list[Stretch] = []
    for low, high in pairwise(bounds):
        among = sorted(order[low:high])
        tree = shared_past([policies[k] for k in among], first, end)
        parts = [tree] if tree.days or not tree.parts else list(tree.parts)
        found += [_renumbered(part, among) for part in parts]
    return sorted(found, key=lambda family: family.policies)


def leaves(tree: Stretch) -> list[int]:
    """The numbers of the policies in the order of a tree, so that those that share most are neighbours."""
    return [k for part in tree.parts for k in leaves(part)] if tree.parts else list(tree.policies)


def _renumbered(tree: Stretch, numbers: Sequence[int]) -> Stretch:
    parts = tuple(_renumbered(part, numbers) for part in tree.parts)
    return Stretch(tuple(numbers[k] for k in tree.policies), tree.first, tree.last, parts)


def _side_by_side(families: Sequence[Stretch], agents: int, together: int) -> int:
    """How many replicates may run side by side with the copies that families hold; those without copies as ever."""
    copies = max(family.copies for family in families)
    return min(together, MOST_AGENTS // ((1 + copies) * max(agents, 1))) if copies else together


def _bundles(
    block: Columns[Key], cases: Mapping[Key, Case], families: Sequence[Stretch], side: int, workers: int
) -> list[Bundle[Key]]:
    """The columns of a block, for each family of policies split into groups of about equal length."""
    replicates = len(families) * sum(_replicates(column, cases) for column in block)
    rounds = math.ceil(replicates / (side * workers))
    groups = _split(block, cases, math.ceil(replicates / (rounds * workers)))
    return [
        Bundle(
            [column[k] for k in family.policies for column in group],
            len(group),
            family.all_days * sum(_replicates(column, cases) for column in group),
        )
        for family in families
        for group in groups
    ]


def _split(block: Columns[Key], cases: Mapping[Key, Case], share: int) -> list[Columns[Key]]:
    """Columns in order, split before the one that would make more than `share` replicates."""
    found: list[Columns[Key]] = []
    held = 0
    for column in block:
        number = _replicates(column, cases)
        if not found or held + number > share:
            found.append([])
            held = 0
        found[-1].append(column)
        held += number
    return found


def _replicates(column: Sequence[Key], cases: Mapping[Key, Case]) -> int:
    return len(cases[column[0]].seeds)


def _elapsed(costs: Sequence[int], workers: int) -> int:
    """When workers end that take the longest bundle that is left whenever they are free."""
    ends = [0] * workers
    for cost in sorted(costs, reverse=True):
        heapq.heapreplace(ends, ends[0] + cost)
    return max(ends)
