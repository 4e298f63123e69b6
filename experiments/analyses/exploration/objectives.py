"""Robust choice: objectives, regret and thresholds over worlds, points and seeds.

All worlds run at the same points (`p`) with the same seeds (`s`), so that values are arrays (world, point, seed), here
called cubes. Objectives are not weighed against each other: each has its own regret and its own rank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from corridor.experiments.config.documents.messages import allowed, shown
from corridor.model import INDICATORS
from corridor.model.engine.errors import InputError
from corridor.results.tables.intervals import CONFIDENCE, of_crossed_mean, reach

Floats = NDArray[np.float64]
T = TypeVar("T")
TAILS = [50.0 - 50.0 * CONFIDENCE, 50.0 + 50.0 * CONFIDENCE]
DRAWS, DRAWS_SEED = 1_000, 1
HIGH = 90.0  # the percentile of regret by which worlds are ranked
COST = "cost_eur_million"
DEATHS = "deaths_channel"
ARRIVALS = "arrivals_boat_or_lorry"  # each person once, so that those who change from boats to lorries still count
SUMS = {ARRIVALS: ("arrivals_people", "arrivals_lorry")}  # of indicators of the model, in one unit
OBJECTIVES = ("attempts_people", DEATHS, "unique_people_trying", ARRIVALS)
THRESHOLDS = (f"{ARRIVALS} <= -10 %", "attempts_people <= -10 %", "unique_people_trying <= -10 %", f"{DEATHS} <= 0")
KNOWN = (*INDICATORS, *SUMS)
FORM = re.compile(r"\s*(\w+)\s*(<=|>=)\s*([-+]?[\d.]+(?:e[-+]?\d+)?)\s*(%?)\s*", re.IGNORECASE)
HINT = "; see `corridor list indicators`"


@dataclass(frozen=True)
class Objective:
    """An indicator and whether less of it is better (`min`) or more (`max`)."""

    name: str
    direction: str = "min"

    @property
    def sign(self) -> float:
        """The factor of a value that makes less better."""
        return 1.0 if self.direction == "min" else -1.0

    @property
    def unit(self) -> str:
        """The unit of its values."""
        return unit_of(self.name)


@dataclass(frozen=True)
class Threshold:
    """A bound on the difference from the baseline: at most (`<=`) or at least (`>=`).

    A relative bound is a share of the baseline's value at that point.
    """

    indicator: str
    operator: str
    bound: float
    relative: bool

    def __str__(self) -> str:
        bound = f"{100.0 * self.bound:g} %" if self.relative else f"{self.bound:g}"
        return f"{self.indicator} {self.operator} {bound}"

    def excess(self, own: Floats, base: Floats) -> Floats:
        """How far a world goes beyond the bound at each point and seed, in the indicator's unit; kept where at most 0.

        NaN for a relative bound at points where the baseline is zero.
        """
        over = own - base - self.bound * (base if self.relative else 1.0)
        if self.relative:
            over = np.where(base.any(axis=1, keepdims=True), over, np.nan)
        return over if self.operator == "<=" else -over


def unit_of(name: str) -> str:
    """The unit of an indicator, or of a sum of indicators."""
    return INDICATORS[SUMS.get(name, (name,))[0]].unit


def objective_of(text: str) -> tuple[Objective | None, str]:
    """An objective as `NAME`, `NAME:min` or `NAME:max` on the command line; or None and what is wrong with it."""
    name, _, direction = text.partition(":")
    if name not in KNOWN:
        return None, f"{shown(name)} is not a known indicator{allowed(KNOWN, name, HINT)}"
    if direction not in ("", "min", "max"):
        return None, f"{shown(text)} cannot be read; allowed: {name}:min or {name}:max"
    return Objective(name, direction or "min"), ""


def threshold_of(text: str) -> tuple[Threshold | None, str]:
    """A threshold as `arrivals_people <= -10 %` or `deaths_channel <= 0`; or None and what is wrong with it."""
    found = FORM.fullmatch(text)
    try:
        bound = float(found[3]) if found else np.nan
    except ValueError:
        bound = np.nan
    if found is None or np.isnan(bound):
        return None, f"{shown(text)} cannot be read; allowed: NAME<=X, NAME>=X, with % as a share of the baseline"
    if found[1] not in KNOWN:
        return None, f"{shown(found[1])} is not a known indicator{allowed(KNOWN, found[1], HINT)}"
    relative = found[4] == "%"
    return Threshold(found[1], found[2], bound / 100.0 if relative else bound, relative), ""


def objectives_of(texts: Sequence[str]) -> tuple[Objective, ...]:
    """The objectives of some texts, or the declared ones; deaths are always among them.

    Raises InputError with all that cannot be read.
    """
    return with_deaths(read_all("--objective", texts or OBJECTIVES, objective_of))


def thresholds_of(texts: Sequence[str]) -> tuple[Threshold, ...]:
    """The thresholds of some texts, or the declared ones; one on deaths is always among them.

    Raises InputError with all that cannot be read.
    """
    return with_deaths_bound(read_all("--threshold", texts or THRESHOLDS, threshold_of))


def read_all(option: str, texts: Sequence[str], read: Callable[[str], tuple[T | None, str]]) -> list[T]:
    """What `read` makes of each text. Raises InputError with all that cannot be read."""
    found = [read(text) for text in texts]
    problems = [f"command line {option}: {problem}" for _, problem in found if problem]
    if problems:
        raise InputError(problems)
    return [each for each, _ in found if each is not None]


def with_deaths(objectives: Sequence[Objective]) -> tuple[Objective, ...]:
    """The objectives, each once, and deaths in the Channel if no deaths are among them."""
    named = {each.name: each for each in objectives}
    if not any(name.startswith("deaths_") for name in named):
        named[DEATHS] = Objective(DEATHS)
    return tuple(named.values())


def with_deaths_bound(thresholds: Sequence[Threshold]) -> tuple[Threshold, ...]:
    """The thresholds, each once, and no more deaths than in the baseline if none of them is on deaths."""
    found = dict.fromkeys(thresholds)
    if not any(each.indicator.startswith("deaths_") for each in found):
        found[Threshold(DEATHS, "<=", 0.0, relative=False)] = None
    return tuple(found)


def rows_of(whole: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """The rows of an indicator; those of a sum are the sums of its parts."""
    parts = SUMS.get(indicator, (indicator,))
    rows = whole[whole.indicator.isin(parts)]
    if len(parts) == 1:
        return rows
    keys = [column for column in rows if column not in ("indicator", "value")]
    summed = rows.groupby(keys, sort=False, observed=True).value.sum(min_count=len(parts)).reset_index()
    return summed.assign(indicator=indicator)[list(whole.columns)]


def cube(whole: pd.DataFrame, indicator: str, worlds: Sequence[str]) -> Floats:
    """Values of an indicator over the whole run as an array (world, point, seed).

    `whole` has the columns world, seed, indicator, value, and point where there is a design.
    """
    rows = rows_of(whole, indicator)
    rows = rows if "point" in rows else rows.assign(point=0)
    table = rows.pivot(index=["world", "point"], columns="seed", values="value")
    wanted = pd.MultiIndex.from_product([worlds, sorted(rows.point.unique())])
    return table.reindex(wanted).to_numpy(float).reshape(len(worlds), -1, table.shape[1])


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


def failures(threshold: Threshold, values: Floats, base: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """At which points a world breaks a threshold, on means over seeds, and at which points this is known; shape
    (point,)."""
    excess = threshold.excess(values, base).mean(axis=1)
    return np.asarray(excess > 0.0), ~np.isnan(excess)


def satisficing(
    thresholds: Sequence[Threshold], cubes: Mapping[str, Floats], worlds: Sequence[str], baseline: str
) -> pd.DataFrame:
    """The share of points at which each world but the baseline keeps each threshold (Starr 1963, Lempert 2003).

    Columns world, threshold, unit, share with its 90 % interval low to high (Wilson's over points, and wider by what
    seeds that are the same at all points may change), `surely` and `surely_not`: shares of points at which the 90 %
    interval over seeds lies on one side of the bound (NaN with one seed), points, seeds.
    """
    base = list(worlds).index(baseline)
    rows = []
    for number, world in enumerate(worlds):
        for each in thresholds if number != base else ():
            values = cubes[each.indicator]
            excess = each.excess(values[number], values[base])
            rows.append({"world": world, "threshold": str(each), "unit": unit_of(each.indicator), **share_kept(excess)})
    return pd.DataFrame(rows)


def share_kept(excess: Floats) -> dict[str, float]:
    """From the excess over a bound, an array (point, seed), in which share of the points the bound is kept.

    Points where it is not known are left out.
    """
    excess = excess[~np.isnan(excess).any(axis=1)]
    points, seeds = excess.shape
    if not points:
        return dict.fromkeys(("share", "low", "high", "surely", "surely_not"), np.nan) | {"points": 0, "seeds": seeds}
    mean, half = excess.mean(axis=1), half_interval(excess)
    kept = int((mean <= 0.0).sum())
    within = stats.binomtest(kept, points).proportion_ci(CONFIDENCE, "wilson")
    sure, sure_not = (np.nan, np.nan) if seeds < 2 else ((mean + half <= 0.0).mean(), (mean - half > 0.0).mean())
    share, by_seeds = kept / points, half_by_seeds(excess)
    return {
        "share": share,
        "low": max(0.0, share - float(np.hypot(share - within.low, by_seeds))),
        "high": min(1.0, share + float(np.hypot(within.high - share, by_seeds))),
        "surely": sure,
        "surely_not": sure_not,
        "points": points,
        "seeds": seeds,
    }


def half_by_seeds(excess: Floats) -> float:
    """Half of the 90 % interval of the share of points at which a bound is kept that is due to the seeds, which are the
    same at all points: from shares without one seed each (jackknife). 0 with one seed, of which nothing is known."""
    seeds = excess.shape[1]
    if seeds < 2:
        return 0.0
    total = excess.sum(axis=1, keepdims=True)
    shares = (total - excess <= 0.0).mean(axis=0)
    error = np.sqrt((seeds - 1) / seeds * ((shares - shares.mean()) ** 2).sum())
    return float(reach(seeds - 1) * error)


def half_interval(values: Floats) -> Floats:
    """Half of the 90 % t-interval of the mean over the last axis; NaN where that has one value."""
    n = values.shape[-1]
    if n < 2:
        return np.full(values.shape[:-1], np.nan)
    return np.asarray(reach(n - 1) / np.sqrt(n) * values.std(axis=-1, ddof=1))
