"""Regret of worlds over points and seeds, with ranks that hold their doubt; values are cubes (world, point, seed)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from corridor.experiments.analyses.exploration.objectives import COST, Floats, Objective
from corridor.results.tables.intervals import CONFIDENCE, of_crossed_mean

TAILS = [50.0 - 50.0 * CONFIDENCE, 50.0 + 50.0 * CONFIDENCE]
DRAWS, DRAWS_SEED = 1_000, 1
HIGH = 90.0  # the percentile of regret by which worlds are ranked


def regrets(values: Floats, sign: float = 1.0) -> Floats:
    """Regret of each world at each point and seed, shape (world, point, seed): how much worse it is than the world that
    is best at the same point by the other seeds.

    Savage 1951, doi:10.1080/01621459.1951.10500768. The best of several noisy means looks better than it is; a world
    that is picked by other seeds does not, so that the mean regret of equal worlds is zero, and never above the true
    one. With one seed it is that of the best world by this seed, and too high by its chance.
    """
    cost = sign * values
    seeds = cost.shape[-1]
    others = (cost.sum(axis=-1, keepdims=True) - cost) if seeds > 1 else cost
    best = np.take_along_axis(cost, others.argmin(axis=0)[None], axis=0)
    return np.asarray(cost - best)


def without_chance(found: Floats) -> Floats:
    """Regret at each point, shape (world, point), from that of each seed: means over seeds, drawn together so that
    their variance over points is without the chance in them."""
    means = found.mean(axis=-1)
    seeds = found.shape[-1]
    if seeds == 1 or means.shape[-1] == 1:
        return np.asarray(means)
    middle, whole = means.mean(axis=-1, keepdims=True), means.var(axis=-1, ddof=1, keepdims=True)
    chance = found.var(axis=-1, ddof=1).mean(axis=-1, keepdims=True) / seeds
    kept = np.divide(whole - chance, whole, out=np.zeros_like(whole), where=whole > chance)
    return np.asarray(middle + np.sqrt(kept) * (means - middle))


def resampled(values: Floats, draws: int = DRAWS) -> Iterator[Floats]:
    """Means over seeds, shape (world, point), with points and seeds each resampled with replacement.

    Both at once, as seeds are the same at every point (Owen 2007, doi:10.1214/07-AOAS122). Where there is one point,
    or one seed, it stays.
    """
    generator = np.random.default_rng(DRAWS_SEED)
    _, points, seeds = values.shape
    for _ in range(draws):
        p, s = generator.integers(points, size=points), generator.integers(seeds, size=seeds)
        yield values[:, p][:, :, s].mean(axis=2)


def regret_table(cubes: Mapping[Objective, Floats], worlds: Sequence[str]) -> pd.DataFrame:
    """Columns world, objective, direction, unit; regret over the points: mean, 90th percentile, maximum; rank.

    Means have 90 % t-intervals over points and seeds, which are crossed; percentiles, of regret without its chance,
    those of resampled points; a maximum of sampled points has none. Rank 1 has the lowest 90th percentile, then the
    lowest mean; `may_be_best` says of which worlds that may be chance: by intervals that hold for all worlds at once,
    their mean regret may be the least.
    """
    return pd.concat([regret_rows(each, values, worlds) for each, values in cubes.items()], ignore_index=True)


def regret_rows(objective: Objective, values: Floats, worlds: Sequence[str]) -> pd.DataFrame:
    """The rows of an objective; `values` is an array (world, point, seed)."""
    found = regrets(values, objective.sign)
    mean, low, high = of_crossed_mean(found)
    _, all_low, all_high = of_crossed_mean(found, intervals=len(worlds))
    at_points = without_chance(found)
    generator, points = np.random.default_rng(DRAWS_SEED), found.shape[1]
    again = [without_chance(found[:, generator.integers(points, size=points)]) for _ in range(DRAWS)]
    ends = np.percentile([np.percentile(each, HIGH, axis=1) for each in again], TAILS, axis=0)
    rows = pd.DataFrame(
        {
            "world": list(worlds),
            "indicator": objective.name,
            "direction": objective.direction,
            "unit": objective.unit,
            "mean": mean,
            "mean_low": low,
            "mean_high": high,
            "p90": np.percentile(at_points, HIGH, axis=1),
            "p90_low": ends[0],
            "p90_high": ends[1],
            "maximum": at_points.max(axis=1),
            "may_be_best": ~(all_low > np.nanmin(all_high, initial=np.inf)),
            "points": points,
            "seeds": found.shape[2],
        }
    )
    return ranked(rows)


def ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of an objective with their rank; equal regret has equal rank, unknown regret has none."""
    order = rows[["p90", "mean"]].round(9).apply(tuple, axis=1)
    known = sorted({each for each in order if not np.isnan(each).any()})
    below = {each: 1 + sum(other < each for other in order if not np.isnan(other).any()) for each in known}
    return rows.assign(rank=order.map(below).astype("Int64"))


def cost_rows(costs: pd.DataFrame, worlds: Sequence[str], baseline: str, points: int, seeds: int) -> pd.DataFrame:
    """Regret in cost, which is the same at every point: what a world costs more than the cheapest, the baseline.

    `costs` has the columns world, mean, low, high (million EUR; the interval holds the split); unknown costs are NaN.
    """
    known = costs.set_index("world")[["mean", "low", "high"]]
    known.loc[baseline] = 0.0
    cost = known.reindex(list(worlds))
    rows = pd.DataFrame(
        {
            "world": list(worlds),
            "indicator": COST,
            "direction": "min",
            "unit": "EUR million",
            "mean": cost["mean"].to_numpy(),
            "mean_low": cost.low.to_numpy(),
            "mean_high": cost.high.to_numpy(),
            "p90": cost["mean"].to_numpy(),
            "p90_low": cost.low.to_numpy(),
            "p90_high": cost.high.to_numpy(),
            "maximum": cost["mean"].to_numpy(),
            "may_be_best": ~(cost.low.to_numpy() > 0.0),
            "points": points,
            "seeds": seeds,
        }
    )
    return ranked(rows)
