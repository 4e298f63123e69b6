"""Which part of a night can be used to launch boats: the usable window, between 0 and 1, and what wind makes of it.

Two logistic curves of the night's mean wind, read off five years of nights (data/SOURCES.md, D36): the chance that a
night can be used at all, and the mean number of people who cross, relative to the calmest nights. A night is usable
with the first chance; what the wind leaves of it is the second over the first, so that the mean number follows. Nights
of the same wind differ by much else (swell, tide in the dark hours, fog, forecasts): of what the wind leaves, a random
part can be used, U ** window_spread with U uniform (D42, from the boats of recorded nights).
"""

from __future__ import annotations

from math import gamma

import numpy as np
from numpy.typing import NDArray

from corridor.model.engine.replicate_parameters import ParameterSets, RowValues, Value
from corridor.model.inputs.climate import SeaClimate

Floats = NDArray[np.float64]
Parameters = ParameterSets | RowValues
NODES = 65  # of the distribution of what the wind leaves
PARTS = (np.arange(16) + 0.5) / 16  # chances that stand for the part of that which can be used
LEAST_SPREAD = 1e-3  # in place of none: nearly all windows within a hundredth of what the wind leaves
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
    """The most that this mean wind (m/s) leaves of a usable night."""
    return falling(wind, p.wind_half_window, p.wind_scale) / chance_usable(wind, p)


def usable_part(rank: Value, p: Parameters) -> Floats:
    """The part of what the wind leaves that can be used, by its rank among nights of the same wind."""
    return power(rank, p.window_spread)


def share_of_smaller_parts(part: Floats, p: Parameters) -> Floats:
    """Share of nights of the same wind on which no more than this part of what the wind leaves can be used."""
    return power(np.clip(part, 0.0, 1.0), 1.0 / np.maximum(p.window_spread, LEAST_SPREAD))


def power(base: Value, exponent: Value) -> Floats:
    """A power by exponential and logarithm: `**` has other last bits for some exponents (0.5, 2) when they are one
    number, and replicates must have the bits together that they have alone."""
    with np.errstate(divide="ignore"):  # the logarithm of 0 is minus infinity, and its power 0
        found: Floats = np.exp(exponent * np.log(base))
    return found


def window_by_wave(height: Value, p: Parameters) -> Floats:
    """The most that waves of this height (m) leave of a night."""
    return falling(height, p.wave_half, p.wave_scale)


def wind_of_rank(rank: Value, mean: float, p: Parameters) -> Floats:
    """Wind (m/s) below which a share `rank` of nights stays: Weibull, the usual distribution of wind speeds."""
    scale = mean / gamma_at(1.0 + 1.0 / np.asarray(p.wind_shape))
    return scale * power(-np.log1p(-np.asarray(rank)), 1.0 / p.wind_shape)


def gamma_at(values: Value) -> Floats:
    """The gamma function of each value."""
    return np.reshape([gamma(value) for value in np.ravel(values)], np.shape(values))


class WindowClimate:
    """The distribution of windows in each calendar month for each replicate, from the climate of the wind.

    `chance` that a night is usable, shape (replicate, month); `quantiles` of what the wind leaves of a usable night,
    increasing, shape (replicate, month, NODES); `mean` of the window over all nights of a year, 0 where not usable, and
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
        parts = usable_part(PARTS, rows)
        windows = self.quantiles[..., None] * np.broadcast_to(parts, (replicates, len(PARTS)))[:, None, None]
        launched = self.chance[:, :, None, None] * windows
        self.mean: Floats = launched.mean(axis=(1, 2, 3))
        rough = np.power(np.reshape(p.death_rough_factor, (-1, 1, 1, 1)), 1.0 - windows)
        self.roughness: Floats = (launched * rough).sum(axis=(1, 2, 3)) / launched.sum(axis=(1, 2, 3))


def share_below(wind: Floats, mean: float, p: Parameters) -> Floats:
    """Share of nights with a mean wind below the given ones (Weibull)."""
    scale = mean / gamma_at(1.0 + 1.0 / np.asarray(p.wind_shape))
    share: Floats = -np.expm1(-power(wind / scale, p.wind_shape))
    return share
