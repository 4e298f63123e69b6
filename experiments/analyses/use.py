"""The use of what a lever sets, beside its capacity: whether a lever that is moved still changes anything.

A lever that sets a capacity has an effect only while the capacity is short: twice as many reception places as anybody
takes give the results of half as many, and a flat curve that looks like an effect.

A lever is *not binding* at a value if moving it there from the next value nearer to its baseline hardly changed its
use, on the same seeds: of added places less than one in a hundred is used; or, where the lever is a factor, one per
cent more of it changes the use by less than a hundredth of one per cent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import xarray as xr

from corridor.model import INDICATORS, Geography, Policy
from corridor.model.levers import LEVERS

USED = {  # lever -> the indicator that records its use
    "reception_south": "sheltered_stock",
    "patrol_officers": "officer_days",
    "detention": "detained_people",
    "assisted_return": "assisted_returns",
}
PLACES = "reception_south"  # sets a capacity: the places of the map and these
LEAST = 0.01
BINDING, NOT_BINDING = "binding", "not binding"
Point = tuple[float, ...]


@dataclass(frozen=True)
class Use:
    """Use and capacity (None where a lever sets none) in one world, a day on average since the lever is held."""

    used: float
    capacity: float | None


def uses_of(
    lever: str, dataset: xr.Dataset, policies: Mapping[str, Policy], geography: Geography, start: date
) -> dict[str, Use]:
    """World -> use of what a lever sets, mean over seeds and the days from `start` on; empty where none is recorded."""
    if lever not in USED:
        return {}
    days = dataset.time.sel(time=slice(str(start), None))
    means = dataset[USED[lever]].sel(time=days).mean(["seed", "time"])
    found = {}
    for world in map(str, dataset.world.values):
        capacity = None
        if lever == PLACES:
            first = pd.Timestamp(days.values[0]).date()
            held = [south_places(policies[world], first + timedelta(days=k)) for k in range(days.size)]
            capacity = float(geography.reception_places.sum()) + sum(held) / len(held)
        found[world] = Use(float(means.sel(world=world)), capacity)
    return found


def south_places(policy: Policy, today: date) -> float:
    """Reception places in the south that a policy pays for on a day."""
    return policy.value(PLACES, today)


def use_columns(lever: str, position: int, points: Sequence[Point], uses: Mapping[Point, Use]) -> pd.DataFrame:
    """Columns `LEVER_use`, `LEVER_capacity` and `LEVER_binding`, a row for each point; `position` is the lever's place
    in a point. Where the lever is at its baseline nothing is said of binding."""
    rows = []
    for point in points:
        nearer = step_back(point, position, points, LEVERS[lever].baseline)
        use = uses[point]
        binds = (
            "" if nearer is None else BINDING if changes(use, uses[nearer], point, nearer, position) else NOT_BINDING
        )
        rows.append((use.used, use.capacity, binds))
    return pd.DataFrame(rows, columns=[f"{lever}_{name}" for name in ("use", "capacity", "binding")])


def step_back(point: Point, position: int, points: Sequence[Point], baseline: float) -> Point | None:
    """The point with the next value of one lever nearer to its baseline, all else equal; None at the baseline."""

    def distance(each: Point) -> float:
        return abs(each[position] - baseline)

    def alike(each: Point) -> bool:
        others = [k for k in range(len(point)) if k != position]
        one_side = (each[position] - baseline) * (point[position] - baseline) >= 0.0
        return one_side and all(each[k] == point[k] for k in others)

    nearer = [each for each in points if alike(each) and distance(each) < distance(point)]
    return max(nearer, key=distance, default=None)


def changes(use: Use, before: Use, point: Point, nearer: Point, position: int) -> bool:
    """Whether moving a lever changed its use (see above)."""
    change = abs(use.used - before.used)
    if use.capacity is not None and before.capacity is not None:
        return change >= LEAST * abs(use.capacity - before.capacity)
    largest, moved = max(use.used, before.used), abs(point[position] - nearer[position])
    return largest > 0.0 and change / largest >= LEAST * moved / max(point[position], nearer[position])


def meanings(lever: str) -> dict[str, str]:
    """What the columns mean."""
    indicator = INDICATORS[USED[lever]]
    return {
        f"{lever}_use": f"use of the lever: {indicator.name}, mean a day since it is held [{indicator.unit}]",
        f"{lever}_capacity": "places there are, mean a day since the lever is held; empty where it sets no capacity",
        f"{lever}_binding": "whether the step to this value from the next one nearer to the baseline still changed the "
        "use ('not binding': by less than a hundredth of the step); empty at the baseline",
    }
