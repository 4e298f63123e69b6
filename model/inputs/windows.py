"""Which part of a night can be used to launch boats: the usable window, between 0 and 1, and what wind makes of it.

Two logistic curves of the night's mean wind, read off five years of nights (data/SOURCES.md, D36): the chance that
anybody crosses, and the mean number of people who do, relative to the calmest nights. A night is usable with the first
chance; its window is the second over the first, so that windows times chances give the mean number.
"""

from __future__ import annotations

from math import gamma

import numpy as np
from numpy.typing import NDArray

from corridor.model.engine.replicate_parameters import ParameterSets, RowValues, Value
from corridor.model.inputs.climate import SeaClimate

Floats = NDArray[np.float64]
Parameters = ParameterSets | RowValues
NODES = 65  # of the distribution of windows
STRONGEST = 30.0  # m/s of wind up to which distributions are added up
WINDS = np.arange(0.05, STRONGEST, 0.1)


def falling(value: Value, half: Value, scale: Value) -> Floats:
    """Logistic curve that falls from 1 to 0 and is a half at `half`."""
    curve: Floats = 1.0 / (1.0 + np.exp((value - half) / scale))
    return curve


def chance_usable(wind: Value, p: Parameters) -> Floats:
    """Chance that a night of this mean wind (m/s) can be used by anybody."""
    return falling(wind, p.wind_half_usable, p.wind_scale)


def window_by_wind(wind: Value, p: Parameters) -> Floats:
    """Usable window of a usable night of this mean wind (m/s)."""
    return falling(wind, p.wind_half_window, p.wind_scale) / chance_usable(wind, p)


def window_by_wave(height: Value, p: Parameters) -> Floats:
    """The most that waves of this height (m) leave of a night."""
    return falling(height, p.wave_half, p.wave_scale)


def wind_of_rank(rank: Value, mean: float, p: Parameters) -> Floats:
    """Wind (m/s) below which a share `rank` of nights stays: Weibull, the usual distribution of wind speeds."""
    scale = mean / gamma_at(1.0 + 1.0 / np.asarray(p.wind_shape))
    wind: Floats = scale * (-np.log1p(-np.asarray(rank))) ** (1.0 / p.wind_shape)
    return wind


def gamma_at(values: Value) -> Floats:
    """The gamma function of each value."""
    return np.reshape([gamma(value) for value in np.ravel(values)], np.shape(values))


class WindowClimate:
    """The distribution of windows in each calendar month for each replicate, from the climate of the wind.

    `chance` that a night is usable, shape (replicate, month); `quantiles` of the window of a usable night, increasing,
    shape (replicate, month, NODES); `mean` of the window over all nights of a year, 0 where not usable, and
    `roughness`, the mean factor of a year's launches on the risk of death, one value a replicate.
    """

    def __init__(self, climate: SeaClimate, p: ParameterSets, replicates: int) -> None:
        rows = p.at(np.arange(replicates)[:, None])
        usable, window = (
            np.broadcast_to(f(WINDS, rows), (replicates, len(WINDS))) for f in (chance_usable, window_by_wind)
        )
        edges = np.arange(0.0, STRONGEST + 0.05, 0.1)
        self.chance = np.empty((replicates, 12))
        self.quantiles = np.empty((replicates, 12, NODES))
        for month, mean in enumerate(climate.mean_wind):
            below = np.broadcast_to(share_below(edges, float(mean), rows), (replicates, len(edges)))
            nights = np.diff(below, axis=1)[:, : len(WINDS)] * usable
            self.chance[:, month] = nights.sum(axis=1)
            for row in range(replicates):
                passed = np.cumsum(nights[row, ::-1])
                self.quantiles[row, month] = np.interp(
                    np.linspace(0.0, 1.0, NODES), passed / passed[-1], window[row, ::-1]
                )
        launched = self.chance[:, :, None] * self.quantiles
        self.mean: Floats = launched.mean(axis=(1, 2))
        rough = np.power(np.reshape(p.death_rough_factor, (-1, 1, 1)), 1.0 - self.quantiles)
        self.roughness: Floats = (launched * rough).sum(axis=(1, 2)) / launched.sum(axis=(1, 2))


def share_below(wind: Floats, mean: float, p: Parameters) -> Floats:
    """Share of nights with a mean wind below the given ones (Weibull)."""
    scale = mean / gamma_at(1.0 + 1.0 / np.asarray(p.wind_shape))
    share: Floats = -np.expm1(-((wind / scale) ** p.wind_shape))
    return share
