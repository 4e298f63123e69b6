"""Shapley attribution: the share of each measure in a package's effect, with its uncertainty.

A measure's share is what it adds when it joins, averaged over the orders in which the measures may join (Shapley
1953). Orders are sampled, each with its reverse (antithetic pairs: Mitchell et al. 2022, "Sampling permutations for
Shapley value estimation"), on the same seeds. Along one order the additions telescope, so shares sum to the effect of
the package whatever the sample.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Order = tuple[int, ...]
Coalition = frozenset[int]


@dataclass(frozen=True)
class Attribution:
    """Shares of the players, shape (player,), their standard errors, and the effect of all players together.

    The errors hold the chance of the sampled orders and of the seeds (NaN for one seed); see `standard_errors`.
    """

    shares: Floats
    errors: Floats
    effect: float

    @property
    def gap(self) -> float:
        """The effect less the sum of the shares: only rounding."""
        return float(abs(self.shares.sum() - self.effect))


def orders(players: int, permutations: int, seed: int) -> list[Order]:
    """All orders where there are no more than `permutations`, else that many sampled ones, each followed by its
    reverse.

    Raises ValueError where a sample would have fewer than two pairs, which give no standard error.
    """
    if math.factorial(players) <= permutations:
        return list(itertools.permutations(range(players)))
    if permutations < 4 or permutations % 2:
        raise ValueError(f"{permutations} permutations; allowed: an even number from 4 on")
    generator = np.random.default_rng(seed)
    sampled = [tuple(generator.permutation(players).tolist()) for _ in range(permutations // 2)]
    return [order for each in sampled for order in (each, each[::-1])]


def prefixes(order: Order) -> list[Coalition]:
    """The coalitions of an order, from the empty one to that of all players."""
    return [frozenset(order[:k]) for k in range(len(order) + 1)]


def coalitions_of(sampled: Sequence[Order]) -> list[Coalition]:
    """All coalitions of some orders, each once."""
    return list(dict.fromkeys(each for order in sampled for each in prefixes(order)))


def shapley(value: Callable[[Coalition], Floats], sampled: Sequence[Order]) -> Attribution:
    """Shares from the value of each coalition, shape (seed,), computed once for each coalition."""
    known = {each: np.asarray(value(each), dtype=np.float64) for each in coalitions_of(sampled)}
    additions = np.array([additions_of(order, known) for order in sampled])
    whole = known[frozenset(sampled[0])] - known[frozenset()]
    complete = len(set(sampled)) == math.factorial(len(sampled[0]))
    return Attribution(additions.mean(axis=(0, 2)), standard_errors(additions, complete), float(whole.mean()))


def additions_of(order: Order, known: dict[Coalition, Floats]) -> Floats:
    """What each player adds when it joins in this order, shape (player, seed)."""
    path = [known[each] for each in prefixes(order)]
    added = np.empty((len(order), len(path[0])))
    for k, player in enumerate(order):
        added[player] = path[k + 1] - path[k]
    return added


def standard_errors(additions: Floats, complete: bool) -> Floats:
    """Standard errors of the means of additions (order, player, seed), each order next to its reverse.

    Orders and seeds are crossed, so the two variances are added: that of the pairs' means (none where the orders are
    complete) and that of the seeds' means. It counts their interaction twice, so errors are rather too large.
    """
    seeds = additions.shape[2]
    if seeds < 2:
        return np.full(additions.shape[1], np.nan)
    by_seed = additions.mean(axis=0).var(axis=1, ddof=1) / seeds
    if complete:
        return np.asarray(np.sqrt(by_seed))
    pairs = (additions[0::2] + additions[1::2]).mean(axis=2) / 2.0
    return np.asarray(np.sqrt(by_seed + pairs.var(axis=0, ddof=1) / len(pairs)))
