"""Indices with the chance of runs taken out, from values of several seeds at each point.

The mean over seeds still holds chance, and squares and absolute values of it are too large by that: a parameter without
any effect gets a mu* and an ST above zero. Chance of different seeds is independent, so the product of what two seeds
say is on average the product of the true values (`product`). Squares, and with them ST, S1, S2 and sigma, are such
products; for the absolute value in mu* the sign of a change is taken from the other seeds (`absolute`). With one seed
nothing can be taken out.

Sources: M. D. Morris, Technometrics 33 (1991) 161-174, and F. Campolongo, J. Cariboni & A. Saltelli, Environmental
Modelling & Software 22 (2007) 1509-1518 (elementary effects); A. Saltelli et al., Computer Physics Communications 181
(2010) 259-270 and M. J. W. Jansen, ibid. 117 (1999) 35-43 (Sobol indices).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from corridor.results.tables.intervals import TAIL, reach

Floats = NDArray[np.float64]
RESAMPLES = 200  # of blocks, for intervals of Sobol indices


def product(first: Floats, second: Floats) -> Floats:
    """The product of two true values, from values of shape (..., seed): the mean over all pairs of different seeds.

    It may be below zero. With one seed it is the plain product, which holds the chance of both.
    """
    seeds = first.shape[-1]
    if seeds == 1:
        return np.asarray((first * second)[..., 0])
    return np.asarray((first.sum(-1) * second.sum(-1) - (first * second).sum(-1)) / (seeds * (seeds - 1)))


def absolute(changes: Floats) -> Floats:
    """The size of each change, from changes of shape (..., seed): each seed's with the sign that the others have.

    Its mean is zero where there is no change, and never above the true size |d|: for n seeds of standard deviation s it
    is |d| (2 Phi(|d| sqrt(n - 1) / s) - 1), too low by 0.34 s / sqrt(n - 1) at most. With one seed it is the absolute
    value.
    """
    if changes.shape[-1] == 1:
        return np.abs(changes[..., 0])
    others = changes.sum(axis=-1, keepdims=True) - changes
    return np.asarray((changes * np.sign(others)).mean(axis=-1))


def chance_of(changes: Floats) -> Floats:
    """Variance between seeds, from values of shape (..., seed); NaN with one seed."""
    if changes.shape[-1] == 1:
        return np.full(changes.shape[:-1], np.nan)
    return np.asarray(changes.var(axis=-1, ddof=1))


def elementary_effects(unit: Floats, values: Floats, labels: int) -> Floats:
    """Change of the value for each label (parameter or group) in each trajectory, for a step over the whole range;
    shape (label, trajectory, seed).

    `unit` has shape (point, factor) and `values` (point, seed); a trajectory has one point more than there are labels.
    Where several factors move together the change has no sign of theirs: labels are in order of their first factor.
    """
    paths = unit.reshape(-1, labels + 1, unit.shape[1])
    steps = np.diff(paths, axis=1)  # (trajectory, step, factor)
    first = np.abs(steps).argmax(axis=2)
    alone = (np.abs(steps) > 1e-9).sum(axis=2) == 1
    size = np.take_along_axis(steps, first[:, :, None], axis=2)[:, :, 0]
    size = np.where(alone, size, np.abs(size))
    changes = np.diff(values.reshape(len(paths), labels + 1, -1), axis=1) / size[:, :, None]
    order = np.argsort(first, axis=1, kind="stable")
    return np.asarray(np.take_along_axis(changes, order[:, :, None], axis=1).transpose(1, 0, 2))


def spread(effects: Floats) -> tuple[Floats, Floats, Floats]:
    """Sigma of effects (label, trajectory, seed): their standard deviation over trajectories without that of chance;
    and the ends of its 90 % interval, from variances without one trajectory each (jackknife)."""
    number = effects.shape[1]
    whole = variance_of(effects)
    without = np.stack([variance_of(np.delete(effects, k, axis=1)) for k in range(number)])
    half = reach(number - 1) * np.sqrt((number - 1) / number * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    low, middle, high = (np.sqrt(np.maximum(each, 0.0)) for each in (whole - half, whole, whole + half))
    return middle, low, high


def variance_of(effects: Floats) -> Floats:
    """Variance over trajectories of effects (label, trajectory, seed) whose chance was averaged out; below zero where
    seeds differ more than trajectories."""
    own = chance_of(effects).mean(axis=1) / effects.shape[2]
    return np.asarray(effects.mean(axis=2).var(axis=1, ddof=1) - np.nan_to_num(own))


def floor_of_effects(effects: Floats) -> Floats:
    """The mu* of each label that chance alone exceeds in one of twenty studies, if it had no effect but its own chance.

    For n seeds of variance v `absolute` has the variance v / n (1 + (n - 1) (2 / pi) / sqrt(2 n - 3)) about zero:
    E[x sgn(x + w)] = 2 phi(w), and w, the sum of the n - 2 other seeds, is normal.
    """
    _, trajectories, seeds = effects.shape
    if seeds == 1:
        return np.full(len(effects), np.nan)
    of_one = chance_of(effects).mean(axis=1) / seeds * (1.0 + (seeds - 1) * 2.0 / np.pi / np.sqrt(2.0 * seeds - 3.0))
    return np.asarray(reach(trajectories - 1) * np.sqrt(of_one / trajectories))


class SobolBlocks:
    """Values of Saltelli's sample by block: `a` and `b`, shape (block, seed); `ab` and, with second order, `ba`, shape
    (label, block, seed). Values are less their mean for each seed, as what a seed adds everywhere moves no index."""

    def __init__(self, values: Floats, labels: int, second_order: bool) -> None:
        blocks = values.reshape(-1, (1 + second_order) * labels + 2, values.shape[1])
        ends = blocks[:, [0, -1]]
        blocks = (blocks - ends.mean(axis=(0, 1))).transpose(1, 0, 2)
        self.a, self.b = blocks[0], blocks[-1]
        self.ab = blocks[1 : labels + 1]
        self.ba = blocks[labels + 1 : -1] if second_order else None

    @property
    def variance(self) -> Floats:
        """The part of each block in the variance of the values, shape (block,)."""
        return (product(self.a, self.a) + product(self.b, self.b)) / 2.0

    @property
    def first(self) -> Floats:
        """The part of each block in the variance that a label explains alone, shape (label, block)."""
        return product(np.broadcast_to(self.b, self.ab.shape), self.ab - self.a)

    @property
    def total(self) -> Floats:
        """The part of each block in the variance that is left when all but a label is known, shape (label, block)."""
        changes = self.ab - self.a
        return product(changes, changes) / 2.0

    def pair(self, j: int, k: int) -> Floats:
        """The part of each block in the variance that two labels explain together, shape (block,)."""
        assert self.ba is not None
        return product(self.ba[j], self.ab[k]) - product(self.a, self.b)

    def share(self, part: Floats, seed: int) -> tuple[Floats, Floats, Floats]:
        """A part over the variance, with its 90 % interval over resampled blocks; shape (label,)."""
        generator = np.random.default_rng(seed)
        number = part.shape[-1]
        rows = generator.integers(number, size=(RESAMPLES, number))
        own = self.variance
        value = divided(part.mean(axis=-1), own.mean())
        again = divided(part[..., rows].mean(axis=-1), own[rows].mean(axis=-1))
        half = stats.norm.ppf(1.0 - TAIL) * again.std(axis=-1, ddof=1)
        return value, value - half, value + half

    def floor(self) -> Floats:
        """The ST of each label that chance alone exceeds in one of twenty studies, if it had no effect.

        Then the mean squares of changes between blocks and within them have the F distribution, and ST is half of their
        difference for each seed.
        """
        _, blocks, seeds = self.ab.shape
        if seeds == 1:
            return np.full(len(self.ab), np.nan)
        own = chance_of(self.ab - self.a).mean(axis=1)
        most = stats.f.ppf(1.0 - TAIL, blocks, blocks * (seeds - 1)) - 1.0
        return np.asarray(divided(own * most / seeds / 2.0, self.variance.mean()))


def divided(part: Floats, whole: Floats | float) -> Floats:
    """A part over the whole; NaN where the whole is not above zero, because all of it may be chance."""
    return np.where(np.asarray(whole) > 0.0, part / np.where(np.asarray(whole) > 0.0, whole, 1.0), np.nan)


def chance_in_squares(changes: Floats) -> tuple[float, float]:
    """Which share of the mean squared change, of means over seeds, is chance; and how many seeds make it a tenth.

    Not known (NaN) with one seed; infinitely many seeds where nothing but chance is seen.
    """
    seeds = changes.shape[-1]
    if seeds == 1:
        return np.nan, np.nan
    whole, chance = float((changes.mean(axis=-1) ** 2).mean()), float(chance_of(changes).mean())
    true = whole - chance / seeds
    if whole == 0.0:
        return np.nan, np.nan
    needed = max(2.0, np.ceil(9.0 * chance / true)) if true > 0.0 else np.inf
    return min(1.0, chance / seeds / whole), needed
