"""Scenario discovery: the box of parameters in which a package breaks a threshold (PRIM of ema_workbench).

Friedman & Fisher 1999, doi:10.1023/A:1008894516817; Bryant & Lempert 2010, doi:10.1016/j.techfore.2009.08.002; Kwakkel
2017, doi:10.1016/j.envsoft.2017.06.054.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.results.store.optional import need

Flags = NDArray[np.bool_]
FEWEST = 5  # least numbers of points that break and that keep the threshold; with fewer, no box is sought
CHANCE = 0.05  # an end with a larger quasi-p-value is dropped again
FOLDS, FOLDS_SEED = 4, 1
BOX_COLUMNS = [
    "parameter",
    "low",
    "high",
    "sampled_low",
    "sampled_high",
    "quasi_p_low",
    "quasi_p_high",
    "coverage",
    "density",
    "mass",
    "share_failing",
    "coverage_held_out",
    "density_held_out",
    "points",
]
PEELING_COLUMNS = ["step", "coverage", "density", "mass", "parameters", "chosen"]


@dataclass(frozen=True)
class Box:
    """Where failures lie: `limits` has a row for each restricted parameter, `peeling` one for each box in the
    sequence."""

    limits: pd.DataFrame
    peeling: pd.DataFrame


def need_workbench() -> None:
    """Raises InputError where ema_workbench is not installed."""
    need("ema_workbench")


def workbench(module: str = "ema_workbench") -> ModuleType:
    """ema_workbench or a module of it, without its warnings about optional packages that are not used here."""
    need_workbench()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return import_module(module)


def failure_box(points: pd.DataFrame, fails: Flags) -> Box | None:
    """The box of parameters in which failures are common; None where too few points fail, or hold, or no box helps.

    `points` has a row for each point and a column for each parameter. Of the boxes that PRIM peels off one after the
    other that with the largest harmonic mean of coverage (share of the failures that lie inside) and density (share of
    failures inside) is chosen; its restrictions that may be chance are dropped. The held-out values are those of boxes
    found without a quarter of the points and counted on that quarter, in turn: how well a box does on new points.
    """
    if min(fails.sum(), (~fails).sum()) < FEWEST:
        return None
    found, chosen = peel(points, fails)
    step = pd.Series(found.box_lims[0].to_dict("list"))
    limits, quasi = found.box_lims[chosen], found.qp[chosen]
    if not quasi:
        return None
    box = found.peeling_trajectory.iloc[chosen]
    held = held_out(points, fails)
    rows = [
        (
            name,
            *restricted(limits[name], step[name]),
            *step[name],
            *known(quasi[name]),
            box.coverage,
            box.density,
            box.mass,
            fails.mean(),
            *held,
            len(points),
        )
        for name in quasi
    ]
    return Box(pd.DataFrame(rows, columns=BOX_COLUMNS), peeling_of(found, chosen))


def peel(points: pd.DataFrame, fails: Flags) -> tuple[Any, int]:
    """The boxes of PRIM and the number of the chosen one."""
    prim = workbench("ema_workbench.analysis.prim")
    found = prim.Prim(points.reset_index(drop=True), fails, threshold=0.5, peel_alpha=0.05).find_box()
    chosen = best(found.peeling_trajectory)
    whole = found.box_lims[0]
    while doubtful := chances(found.qp[chosen]):
        name, end = max(doubtful, key=lambda each: doubtful[each])
        wider = found.box_lims[chosen].copy()
        wider.loc[end, name] = whole.loc[end, name]
        found.update(wider, np.flatnonzero(in_box(points, wider, whole)))
        chosen = len(found.peeling_trajectory) - 1
    return found, chosen


def chances(quasi: Any) -> dict[tuple[str, int], float]:
    """The quasi-p-values of the ends (parameter; 0 low, 1 high) of a box that may be restricted by chance."""
    ends = {(name, end): value for name, both in quasi.items() for end, value in enumerate(known(both))}
    return {each: value for each, value in ends.items() if value > CHANCE}


def best(peeling: pd.DataFrame) -> int:
    """The box with the largest harmonic mean of coverage and density, of equal ones the first."""
    both = peeling.coverage + peeling.density
    return int((2.0 * peeling.coverage * peeling.density / both.where(both > 0.0, 1.0)).to_numpy().argmax())


def known(ends: Any) -> list[float]:
    """Quasi-p-values of the two ends; NaN for an end that is not restricted, which the workbench marks by -1."""
    return [np.nan if value < 0.0 else float(value) for value in ends]


def restricted(limits: Any, whole: Any) -> tuple[float, float]:
    """The two limits of a parameter; NaN at an end where all sampled values are inside."""
    low, high = limits
    return (float(low) if low > whole[0] else np.nan, float(high) if high < whole[1] else np.nan)


def peeling_of(found: Any, chosen: int) -> pd.DataFrame:
    """The sequence of boxes, the chosen one marked."""
    boxes = found.peeling_trajectory
    return pd.DataFrame(
        {
            "step": np.arange(len(boxes)),
            "coverage": boxes.coverage,
            "density": boxes.density,
            "mass": boxes.mass,
            "parameters": boxes.res_dim.astype(int),
            "chosen": np.arange(len(boxes)) == chosen,
        }
    )[PEELING_COLUMNS]


def held_out(points: pd.DataFrame, fails: Flags) -> tuple[float, float]:
    """Coverage and density of boxes found without a quarter of the points and counted on it, all four ways together.

    NaN where too few fail or hold to find a box.
    """
    inside = np.zeros(len(points), dtype=bool)
    fold = folds(len(points))
    for left_out in (fold == k for k in range(FOLDS)):
        kept = ~left_out
        if min(fails[kept].sum(), (~fails[kept]).sum()) < 2:
            return np.nan, np.nan
        found, chosen = peel(points[kept], fails[kept])
        inside[left_out] = in_box(points[left_out], found.box_lims[chosen], found.box_lims[0])
    caught = (inside & fails).sum()
    return float(caught / fails.sum()), float(caught / inside.sum()) if inside.any() else np.nan


def folds(points: int) -> NDArray[np.intp]:
    """The fold of each point, random but always the same; every fourth point of a Sobol sample is no random
    sample."""
    return np.asarray(np.random.default_rng(FOLDS_SEED).permutation(points) % FOLDS)


def in_box(points: pd.DataFrame, limits: pd.DataFrame, whole: pd.DataFrame) -> Flags:
    """Which points lie within the restricted ends of a box."""
    inside = np.ones(len(points), dtype=bool)
    for name in points:
        low, high = restricted(limits[name], whole[name])
        values = points[name].to_numpy()
        inside &= ~(values < low) & ~(values > high)
    return inside
