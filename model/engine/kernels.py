"""Pure rules on arrays: no state, no names of tables; each is a published formula or a counting argument."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
FEW_OPTIONS = 16  # columns
SHORT_CUTS = (-1.0, 0.0, 0.5, 1.0, 2.0)  # exponents that numpy computes by a shortcut when there is only one exponent


def detection(effort: Floats, length_km: Floats, sweep: Floats) -> Floats:
    """Random search: P = 1 - exp(-k s E / l) (Koopman 1980, Search and Screening; Washburn, Search and Detection).

    `effort` in officer-hours, `length_km` of the searched coast, `sweep` = k s in km per officer-hour.
    """
    p: Floats = -np.expm1(-sweep * effort / length_km)
    return p


def reached_in_time(launch_min: Floats, alert_min: Floats, response_min: Floats) -> Floats:
    """Chance that alert and response both beat the launch: product of two races of exponential times (evidence 1.2)."""
    p: Floats = (launch_min / (launch_min + alert_min)) * (launch_min / (launch_min + response_min))
    return p


def nth_nearest(n: Ints, points: Floats, length_km: Floats) -> Floats:
    """Mean distance (km) to the n-th nearest of points strewn at random along a closed line: n l / (2 (N + 1)).

    Distances to N points on a circle of length l are N uniform numbers on (0, l / 2); the mean of the n-th smallest is
    n / (N + 1) of that (order statistics). Beyond the N-th the same spacing goes on: help from further away.
    """
    km: Floats = n * length_km / (2.0 * (points + 1.0))
    return km


def erlang_b(load: Floats, servers: Ints) -> Floats:
    """Share of calls that find all servers busy, by Erlang's recursion B(n) = a B(n-1) / (n + a B(n-1)), B(0) = 1."""
    blocked = np.ones_like(load)
    for n in range(1, int(servers.max(initial=0)) + 1):
        blocked = np.where(servers >= n, load * blocked / (n + load * blocked), blocked)
    return blocked


def any_of(*p: Floats) -> Floats:
    """Chance that at least one of several independent checks finds somebody: 1 - prod(1 - p)."""
    missed = np.ones_like(p[0])
    for chance in p:
        missed = missed * (1.0 - chance)
    return 1.0 - missed


def choose(utility: Floats, noise: Floats) -> Ints:
    """Random utility: the option with the largest utility plus Gumbel noise (McFadden 1974); -inf is no option."""
    best: Ints = np.argmax(utility + noise, axis=1)
    return best


def raised(base: Floats, exponent: float | Floats) -> Floats:
    """A power, the same to the last bit for one exponent and for an array of them.

    With one exponent of SHORT_CUTS numpy takes a shortcut (a square, a root, a division); with an array it does not.
    """
    result: Floats = base**exponent
    if isinstance(exponent, np.ndarray):
        base, exponent = np.broadcast_arrays(base, exponent)
        for one in SHORT_CUTS:
            alike = exponent == one
            if alike.any():
                result[alike] = base[alike] ** one
    return result


def quantal_response(value: Floats, rationality: float | Floats) -> Floats:
    """Logit choice shares along the last axis (McKelvey & Palfrey 1995, doi:10.1006/game.1995.1023)."""
    raised = np.exp(rationality * (value - value.max(axis=-1, keepdims=True)))
    shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def pick(shares: Floats, u: Floats) -> Ints:
    """The option of each row in which the cumulated shares pass `u`; shares of shape (rows, options) sum to one."""
    return pick_cumulated(np.cumsum(shares, axis=1), u)


def pick_cumulated(cumulated: Floats, u: Floats) -> Ints:
    """As `pick`, from shares that are cumulated already."""
    last = cumulated.shape[1] - 1
    if last >= FEW_OPTIONS:
        passed = np.count_nonzero(cumulated[:, :last] < u[:, None], axis=1)
    else:  # column by column is ten times faster than along short rows
        passed = np.zeros(len(u), dtype=np.int8)
        for option in range(last):
            passed += cumulated[:, option] < u
    result: Ints = passed.astype(np.int64, copy=False)
    return result


def whole(mean: Floats, u: Floats) -> Ints:
    """A whole number with the given mean: the integer part, and one more with the chance of the fraction."""
    return np.floor(mean + u).astype(np.int64)


def rank_in_group(group: Ints, priority: Floats) -> Ints:
    """Position of each row in its group when sorted by priority, from zero; ties keep their order."""
    order = np.lexsort((priority, group))
    sorted_group = group[order]
    first = np.searchsorted(sorted_group, sorted_group, side="left")
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - first
    return rank


def ration(group: Ints, priority: Floats, free: Ints) -> Bools:
    """Who gets one of the `free[group]` places, in order of priority: exactly min(free, demand) of each group."""
    served: Bools = rank_in_group(group, priority) < free[group]
    return served


def casualties(u: Floats, tail: float | Floats, aboard: Ints) -> Ints:
    """Deaths in a boat failure: a Pareto number of people, P(D >= d) = d^-tail, at least one and at most all aboard."""
    return np.minimum(np.floor(u ** (-1.0 / tail)), aboard).astype(np.int64)


def exchange(
    v: Floats,
    t: Floats,
    v2: Floats,
    t2: Floats,
    convince: float | Floats,
    convert: float | Floats,
    confuse: float | Floats,
    span: float | Floats,
) -> tuple[Floats, Floats]:
    """One exchange of a trusted value (Hinsch & Bijak 2023, Artificial Life 29(1), 3; evidence section 1.16).

    A person holds value `v` with trust `t`, the voice says `v2` with trust `t2`; `span` scales their distance to 0..1.
    Returns the new value and trust; trust stays in 0..1 and the value between the two that met.
    """
    d, d2 = 1.0 - t, 1.0 - t2
    distance = np.minimum(1.0, np.abs(v - v2) / span)
    doubt = d * d2 + d * t2 * (1.0 - convince) + t * t2 * confuse * distance
    settled = t * t2 * (1.0 - confuse * distance)
    weighed = t * d2 * v + d * t2 * convince * v2 + settled * ((1.0 - convert) * v + convert * v2)
    trust = 1.0 - doubt
    return np.where(trust > 1e-9, weighed / np.maximum(trust, 1e-9), v), np.clip(trust, 0.0, 1.0)


def replicator(share: Floats, advantage: Floats, speed: float | Floats) -> Floats:
    """One day of the replicator equation: x' = x + g x (1 - x) (u1 - u2) (Taylor & Jonker 1978)."""
    moved: Floats = np.clip(share + speed * share * (1.0 - share) * advantage, 1e-6, 1.0 - 1e-6)
    return moved


def approach(value: Floats, target: Floats, days: float | Floats) -> Floats:
    """Running mean with memory `days`: the step of one day towards the target."""
    moved: Floats = value + (target - value) * (-np.expm1(-1.0 / days))
    return moved


def tally_columns(index: NDArray[np.integer], size: int, weights: Floats) -> Floats:
    """What weight falls on each index in each column of `weights`: shape (size, columns); added as `tally` does."""
    columns = weights.shape[1]
    cell = index.astype(np.int64)[:, None] * columns + np.arange(columns)
    return tally(cell.ravel(), size * columns, weights.ravel()).reshape(size, columns)


def tally(index: NDArray[Any], size: int, weights: NDArray[Any] | None = None) -> Floats:
    """How many (or what weight) fall on each index, as floats; sums run in row order, so that copies add alike."""
    counts: Floats = np.bincount(index, weights, minlength=size).astype(np.float64)
    return counts
