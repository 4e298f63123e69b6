"""Groups of cases that run side by side in one simulation: those that differ only in parameters and seeds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeVar

from corridor.experiments.config.cases import Case

Key = TypeVar("Key")


def group_cases(cases: Mapping[Key, Case], together: int, workers: int) -> list[list[Key]]:
    """The keys of cases in groups, in their order, of at most `together` replicates unless one case has more.

    All workers get groups of about equal length, so that none is idle at the end while another has several left.
    """
    replicates = sum(len(case.seeds) for case in cases.values())
    rounds = math.ceil(replicates / (together * workers))
    share = math.ceil(replicates / max(1, rounds * workers))
    alike: dict[object, list[Key]] = {}
    for key, case in cases.items():
        alike.setdefault((case.world, tuple(case.point.levers.items())), []).append(key)
    return [group for keys in alike.values() for group in split_group(keys, cases, share)]


def split_group(keys: list[Key], cases: Mapping[Key, Case], share: int) -> list[list[Key]]:
    """Cases in order, split before the one that would make more than `share` replicates."""
    found: list[list[Key]] = []
    held = 0
    for key in keys:
        number = len(cases[key].seeds)
        if not found or held + number > share:
            found.append([])
            held = 0
        found[-1].append(key)
        held += number
    return found
