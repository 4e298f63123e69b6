"""The formulas of `model.engine.kernels` once more, for one number at a time; sources are given there.

Powers and exponentials are numpy's, whose last bit may differ from that of the built-in ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np


def raised(base: float, exponent: float) -> float:
    """A power, computed as numpy does on arrays."""
    return float((np.array([base], dtype=np.float64) ** exponent)[0])


def total(values: Iterable[float]) -> float:
    """A sum in the order given; the built-in `sum` of newer Pythons corrects its rounding, which arrays do not."""
    added = 0.0
    for value in values:
        added += value
    return added


def between(x: float, low: float, high: float) -> float:
    """`x`, or the bound that it passes."""
    return max(low, min(high, x))


def detection(effort: float, length_km: float, sweep: float) -> float:
    """Random search of a coast."""
    return -float(np.expm1(-sweep * effort / length_km))


def reached_in_time(launch_min: float, alert_min: float, response_min: float) -> float:
    """Alert and response both beat the launch."""
    return (launch_min / (launch_min + alert_min)) * (launch_min / (launch_min + response_min))


def nth_nearest(n: int, points: float, length_km: float) -> float:
    """Mean distance to the n-th nearest of points strewn along a closed line, in km."""
    return n * length_km / (2.0 * (points + 1.0))


def erlang_b(load: float, servers: int) -> float:
    """Share of calls that find all servers busy."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def any_of(*chances: float) -> float:
    """Chance that at least one of several independent checks finds somebody."""
    missed = 1.0
    for chance in chances:
        missed *= 1.0 - chance
    return 1.0 - missed


def quantal_response(values: Sequence[float], rationality: float) -> list[float]:
    """Logit choice shares."""
    weights = np.exp(rationality * (np.array(values) - max(values)))
    return [float(share) for share in weights / np.sum(weights)]


def casualties(u: float, tail: float, aboard: int) -> int:
    """Dead of a failure: a Pareto number, at most all aboard."""
    return min(math.floor(raised(u, -1.0 / tail)), aboard)


def exchange(
    v: float, t: float, v2: float, t2: float, convince: float, convert: float, confuse: float, span: float
) -> tuple[float, float]:
    """Value and trust after one exchange of a trusted value with a voice."""
    d, d2 = 1.0 - t, 1.0 - t2
    distance = min(1.0, abs(v - v2) / span)
    doubt = d * d2 + d * t2 * (1.0 - convince) + t * t2 * confuse * distance
    settled = t * t2 * (1.0 - confuse * distance)
    weighed = t * d2 * v + d * t2 * convince * v2 + settled * ((1.0 - convert) * v + convert * v2)
    trust = 1.0 - doubt
    return (weighed / trust if trust > 1e-9 else v), between(trust, 0.0, 1.0)


def replicator(share: float, advantage: float, speed: float) -> float:
    """One day of the replicator equation, kept off 0 and 1."""
    return between(share + speed * share * (1.0 - share) * advantage, 1e-6, 1.0 - 1e-6)


def approach(value: float, target: float, days: float) -> float:
    """A running mean with memory `days`, one day on."""
    return value + (target - value) * -float(np.expm1(-1.0 / days))
