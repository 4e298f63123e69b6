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
from scipy import stats

from corridor.results.tables.summary import CONFIDENCE

Floats = NDArray[np.float64]
Order = tuple[int, ...]
Coalition = frozenset[int]


@dataclass(frozen=True)
class Attribution:
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
        return np.asarray(stats.t.ppf(0.5 + CONFIDENCE / 2.0, self.freedom) * self.errors)

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


def shapley(
    value: Callable[[Coalition], Floats], sampled: Sequence[Order], alike: Sequence[Sequence[int]] = ()
) -> Attribution:
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
    return Attribution(additions.mean(axis=(0, 2)), *errors_of(pairs), float(whole.mean()))


def additions_of(order: Order, known: dict[Coalition, Floats]) -> Floats:
    """What each player adds when it joins in this order, shape (player, seed)."""
    path = [known[each] for each in prefixes(order)]
    added = np.empty((len(order), len(path[0])))
    for k, player in enumerate(order):
        added[player] = path[k + 1] - path[k]
    return added


def errors_of(parts: Floats) -> tuple[Floats, Floats, Floats]:
    """Standard errors of the means of parts (pair, player, seed), their part from the pairs, and degrees of freedom.

    Pairs and seeds are crossed: the variance of the mean is (pairs + seeds - rest) / number by their mean squares in
    the two-way analysis of variance, with Satterthwaite's degrees of freedom. One pair stands for complete orders,
    which add nothing to the error of the seeds.
    """
    pairs, players, seeds = parts.shape
    if seeds < 2:
        unknown = np.full(players, np.nan)
        return unknown, unknown, unknown
    mean, by_pair, by_seed = parts.mean(axis=(0, 2)), parts.mean(axis=2), parts.mean(axis=0)
    of_seeds = pairs * by_seed.var(axis=1, ddof=1)
    if pairs == 1:
        return np.sqrt(of_seeds / seeds), np.zeros(players), np.full(players, seeds - 1.0)
    of_pairs = seeds * by_pair.var(axis=0, ddof=1)
    rest = parts - by_pair[:, :, None] - by_seed[None] + mean[None, :, None]
    of_rest = (rest**2).sum(axis=(0, 2)) / ((pairs - 1) * (seeds - 1))
    total = np.maximum(of_pairs + of_seeds - of_rest, np.maximum(of_pairs, of_seeds))
    below = of_pairs**2 / (pairs - 1) + of_seeds**2 / (seeds - 1) + of_rest**2 / ((pairs - 1) * (seeds - 1))
    freedom = np.divide(total**2, below, out=np.full(players, np.inf), where=below > 0.0)
    number = pairs * seeds
    return np.sqrt(total / number), np.sqrt(of_pairs / number), np.maximum(freedom, 1.0)
