"""Shapley attribution: the share of each measure in a package's effect, with its uncertainty.

A measure's share is what it adds when it joins, averaged over the orders in which the measures may join (Shapley
1953). Orders are sampled, each with its reverse (antithetic pairs: Mitchell et al. 2022, "Sampling permutations for
Shapley value estimation"), on the same seeds. Along one order the additions telescope, so shares sum to the effect of
the package whatever the sample; interactions of two measures are shared without error by a pair. Measures that move the
same levers alike have the same share by symmetry (their additions are averaged).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corridor.results.tables.intervals import crossed_error, reach

Floats = NDArray[np.float64]
Order = tuple[int, ...]
MOST_ORDERS = 10_000
Coalition = frozenset[int]


@dataclass(frozen=True)
class ShapleyShares:
    """Shares of the players, shape (player,), and the effect of all players together.

    `errors` are the standard errors of the shares, `order_errors` their part from the sampled orders, and `freedom` the
    degrees of freedom of the t interval. They hold the sampled orders and what differs between seeds (or draws) on
    which all coalitions were run; NaN for one seed.
    """

    shares: Floats
    errors: Floats
    order_errors: Floats
    freedom: Floats
    effect: float

    @property
    def half(self) -> Floats:
        """Half of the 90 % interval of the mean share."""
        return reach(self.freedom) * self.errors

    @property
    def gap(self) -> float:
        """The effect less the sum of the shares: only rounding."""
        return float(abs(self.shares.sum() - self.effect))


def orders(players: int, permutations: int, seed: int) -> list[Order]:
    """All orders where there are no more than `permutations`, else that many sampled ones, each followed by its
    reverse.

    Raises ValueError where a sample would have fewer than two pairs, which give no standard error, or too many.
    """
    if permutations > MOST_ORDERS:
        raise ValueError(f"{permutations} permutations; allowed: at most {MOST_ORDERS}")
    if math.factorial(players) <= permutations:
        return list(itertools.permutations(range(players)))
    if permutations < 4 or permutations % 2:
        raise ValueError(f"{permutations} permutations; allowed: an even number from 4 to {MOST_ORDERS}")
    generator = np.random.default_rng(seed)
    sampled = [tuple(generator.permutation(players).tolist()) for _ in range(permutations // 2)]
    return [order for each in sampled for order in (each, each[::-1])]


def prefixes(order: Order) -> list[Coalition]:
    """The coalitions of an order, from the empty one to that of all players."""
    return [frozenset(order[:k]) for k in range(len(order) + 1)]


def coalitions_of(sampled: Sequence[Order]) -> list[Coalition]:
    """All coalitions of some orders, each once."""
    return list(dict.fromkeys(each for order in sampled for each in prefixes(order)))


def shapley(
    value: Callable[[Coalition], Floats], sampled: Sequence[Order], alike: Sequence[Sequence[int]] = ()
) -> ShapleyShares:
    """Shares from the value of each coalition, shape (seed,), computed once for each coalition.

    `alike` has groups of players that are the same in the game but for their names, and so have equal shares.
    """
    known = {each: np.asarray(value(each), dtype=np.float64) for each in coalitions_of(sampled)}
    whole = known[frozenset(sampled[0])] - known[frozenset()]
    complete = len(set(sampled)) == math.factorial(len(sampled[0]))
    additions = np.array([additions_of(order, known) for order in sampled])
    for group in alike:
        additions[:, list(group)] = additions[:, list(group)].mean(axis=1, keepdims=True)
    pairs = additions.mean(axis=0, keepdims=True) if complete else (additions[0::2] + additions[1::2]) / 2.0
    return ShapleyShares(additions.mean(axis=(0, 2)), *crossed_error(pairs.swapaxes(0, 1)), float(whole.mean()))


def additions_of(order: Order, known: dict[Coalition, Floats]) -> Floats:
    """What each player adds when it joins in this order, shape (player, seed)."""
    path = [known[each] for each in prefixes(order)]
    added = np.empty((len(order), len(path[0])))
    for k, player in enumerate(order):
        added[player] = path[k + 1] - path[k]
    return added
