"""Robust choice: the objectives and thresholds that can be named, and their values over worlds, points and seeds.

All worlds run at the same points (`p`) with the same seeds (`s`), so that values are arrays (world, point, seed), here
called cubes. Objectives are not weighed against each other: each has its own regret and its own rank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.experiments.config.documents.messages import allowed, shown
from corridor.model import INDICATORS
from corridor.model.engine.errors import InputError

Floats = NDArray[np.float64]
T = TypeVar("T")
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
