"""The keyed draws of `model.engine.draws` for a single key, and the rules that turn one draw into a choice."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from corridor.model.engine import draws

Agent = TypeVar("Agent")
WRAP = 1 << 64


def _keys(key: int) -> NDArray[np.uint64]:
    return np.array([key], dtype=np.uint64)


def uniform(key: int, decision: int, day: int) -> float:
    """A number in (0, 1)."""
    return float(draws.uniform(_keys(key), decision, day)[0])


def exponential(key: int, decision: int, day: int) -> float:
    """A waiting time of mean one."""
    return float(draws.exponential(_keys(key), decision, day)[0])


def normal(key: int, first: int, second: int, day: int) -> float:
    """A standard normal number from two decisions."""
    return float(draws.normal(_keys(key), first, second, day)[0])


def gumbel(key: int, decision: int, n_options: int, day: int) -> list[float]:
    """Noise for each option of a choice."""
    return [float(x) for x in draws.gumbel(_keys(key), decision, n_options, day)[0]]


def child(parent: int, number: int) -> int:
    """The key of a numbered child."""
    return int(draws.child_keys(_keys(parent), np.array([number], dtype=np.uint64))[0])


def mixed(key: int) -> int:
    """A key hashed once more; sums of keys wrap around at 64 bits."""
    return int(draws.mixed(_keys(key % WRAP))[0])


def salt(decision: int, day: int) -> int:
    """The part of the hash that a decision and a day share."""
    return int(draws.salt(decision, day))


def pick(shares: Iterable[float], u: float) -> int:
    """The first option at which the shares, added up one by one, reach `u`; the last if rounding leaves none."""
    passed, number = 0.0, 0
    for number, share in enumerate(shares):  # noqa: B007 (the last number is the answer when none is reached)
        passed += share
        if passed >= u:
            break
    return number


def best(utilities: Sequence[float], noise: Sequence[float]) -> int:
    """The option with the largest utility plus noise; the first of equals."""
    felt = [u + e for u, e in zip(utilities, noise, strict=True)]
    return felt.index(max(felt))


def whole(mean: float, u: float) -> int:
    """A whole number with the given mean."""
    return math.floor(mean + u)


def first_served(people: Iterable[Agent], priority: Callable[[Agent], float], free: int) -> list[Agent]:
    """Those who get one of the `free` places, smallest priority first."""
    return sorted(people, key=priority)[: max(0, free)]
