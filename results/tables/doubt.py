"""Chance and doubt of effects, where each draw of a posterior has several seeds.

An effect differs between replicates by chance (seeds of one draw), by doubt about behaviour (draws: parameters and
conditions of the time), and by doubt about how strong measures are (two sets of strengths in each draw). The parts of
its variance come from the nested analysis of variance (Searle, Casella & McCulloch 1992, Variance Components, ch. 3):
with n seeds in each of J sets of each draw, mean squares are expected to be V_c within sets, V_c + n V_s between the
sets of a draw, and V_c + n V_s + n J V_b between draws. A part that comes out below zero is zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from corridor.results.store.run_folder import DRAW, STRENGTH_SET
from corridor.results.tables.intervals import FEWEST, ends_of_draws, further_draw, half_width, reach

Floats = NDArray[np.float64]
ENDS = ("expected", "expected_low", "expected_high", "future_low", "future_high")
SHARES = ("share_chance", "share_behaviour", "share_strength")
COLUMNS = [*ENDS, *SHARES]


@dataclass(frozen=True)
class Parts:
    """Parts of a variance: of chance, of doubt about behaviour and of doubt about strengths (not a number where each
    draw has one set)."""

    chance: float
    behaviour: float
    strength: float

    @property
    def shares(self) -> tuple[float, float, float]:
        """Each as a share of their sum; not a number where nothing varies."""
        parts = np.array([self.chance, self.behaviour, self.strength])
        total = np.nansum(parts)
        shares = parts / total if total > 0.0 else np.full(3, np.nan)
        return float(shares[0]), float(shares[1]), float(shares[2])


def parts_of(differences: Floats) -> Parts:
    """The parts of the variance of differences of shape (draw, set, seed); at least two draws and two seeds."""
    draws, sets, seeds = differences.shape
    of_set, of_draw = differences.mean(axis=2), differences.mean(axis=(1, 2))
    within = ((differences - of_set[:, :, None]) ** 2).sum() / (draws * sets * (seeds - 1))
    between = sets * seeds * ((of_draw - of_draw.mean()) ** 2).sum() / (draws - 1)
    if sets == 1:
        return Parts(float(within), float(max(0.0, (between - within) / seeds)), np.nan)
    of_sets = seeds * ((of_set - of_draw[:, None]) ** 2).sum() / (draws * (sets - 1))
    strength, behaviour = (of_sets - within) / seeds, (between - of_sets) / (sets * seeds)
    return Parts(float(within), float(max(0.0, behaviour)), float(max(0.0, strength)))


def row_of(differences: Floats) -> list[float]:
    """The values of COLUMNS for differences of shape (draw, set, seed).

    The expected effect is the mean; its 90 % interval is for a further draw with chance averaged out: the means of sets
    drawn together to the variance of doubt, and the error of the mean itself. One future has all parts: quantiles of
    all differences. Fewer draws than `intervals.FEWEST` are taken to be normal, with the variances of the parts, so
    that one future is never surer than the expected effect. The variance of doubt is itself an estimate: with two
    seeds a draw and several times as much chance as doubt the interval is too narrow (it holds 0.8).
    """
    expected, parts = float(differences.mean()), parts_of(differences)
    of_set, draws = differences.mean(axis=2).ravel(), len(differences)
    doubt = np.nansum([parts.behaviour, parts.strength])
    drawn = (of_set - expected) * np.sqrt(doubt / of_set.var(ddof=1)) if of_set.var() > 0.0 else 0.0 * of_set
    error = float(reach(draws - 1)) * differences.mean(axis=(1, 2)).std(ddof=1) / np.sqrt(draws)
    if draws >= FEWEST:
        low, high = map(float, ends_of_draws(drawn, draws))
        future = further_draw(differences.ravel(), draws)
    else:
        low, high = float(reach(draws - 1)) * np.sqrt(doubt) * np.array([-1.0, 1.0])
        half = float(half_width(draws, np.sqrt(doubt + parts.chance)))
        future = expected - half, expected + half
    ends = expected - np.hypot(min(low, 0.0), error), expected + np.hypot(max(high, 0.0), error)
    return [expected, *map(float, ends), *map(float, future), *parts.shares]


def apart(dataset: xr.Dataset) -> bool:
    """Whether chance and doubt can be separated in a run."""
    return DRAW in dataset.coords and len(np.unique(dataset[DRAW])) > 1


def with_parts(rows: pd.DataFrame, differences: pd.Series, cell: list[str], dataset: xr.Dataset) -> pd.DataFrame:
    """Rows of effects with COLUMNS, which are empty where chance and doubt cannot be separated.

    `differences` are indexed by `cell` and seed.
    """
    if not apart(dataset):
        return rows.assign(**dict.fromkeys(COLUMNS, np.nan))
    names = {name: dataset[name].to_numpy() for name in (DRAW, STRENGTH_SET)}
    about = pd.DataFrame(names, index=pd.Index(dataset["seed"].to_numpy()))
    about = about.sort_values([DRAW, STRENGTH_SET], kind="stable")
    shape = (about[DRAW].nunique(), about[STRENGTH_SET].nunique(), -1)
    table = differences.unstack("seed")[about.index]
    unknown = [np.nan] * len(COLUMNS)
    found = [row_of(each.reshape(shape)) if np.isfinite(each).all() else unknown for each in table.to_numpy(float)]
    parts = pd.DataFrame(found, columns=COLUMNS, index=table.index).reset_index()
    return rows.merge(parts, on=cell, how="left", sort=False)
