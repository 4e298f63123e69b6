"""Nights in the Strait by their wind: D36."""

from __future__ import annotations

import numpy as np
from scipy.optimize import least_squares

from corridor.calibration.evidence import sea
from corridor.calibration.evidence.derivations.cut import Cut, LaterValue, known
from corridor.calibration.evidence.entries import Floats
from corridor.model.engine.replicate_parameters import ParameterSets
from corridor.model.inputs.climate import SeaClimate
from corridor.model.inputs.windows import WindowClimate, falling, share_below
from corridor.model.parameters import Parameters

LAST_NIGHT = "2025-12"  # month of the last night of the table by wind, which is known as a whole or not at all


def fitted_curve(cut: Cut, column: str) -> tuple[float, float]:
    """Wind at which a quantity of nights is half of that of calm ones, and the scale of its fall (both m/s).

    Least squares of a logistic curve to the mean of the quantity in each class of wind and season, weighted by nights.
    The height is fitted too, unless the quantity is a share of nights, which is 1 without wind.
    """
    if cut.until < LAST_NIGHT:
        raise LaterValue(LAST_NIGHT)
    nights = sea.nights_by_wind()
    wind, weight = nights.wind.to_numpy(), np.sqrt(nights.nights.to_numpy())
    share = column.startswith("share")

    def misfit(x: Floats) -> Floats:
        height = 1.0 if share else x[2]
        result: Floats = weight * (height * falling(wind, x[0], x[1]) - nights[column].to_numpy())
        return result

    half, scale = least_squares(misfit, [6.0, 1.0, 1.0 if share else nights[column].max()]).x[:2]
    return float(half), float(scale)


def wind_half_usable(cut: Cut) -> float:
    """D36: wind of a night at which half of the nights see a crossing."""
    return fitted_curve(cut, "share_with_crossing")[0]


def wind_half_window(cut: Cut) -> float:
    """D36: wind of a night at which half as many people cross as in a calm one, nights without a crossing among
    them."""
    return fitted_curve(cut, "people_relative")[0]


def wind_scale(cut: Cut) -> float:
    """D36: mean of the scales of the two curves, which the model takes to be equal."""
    return float(np.mean([fitted_curve(cut, name)[1] for name in ("share_with_crossing", "people_relative")]))


def wind_shape(_: Cut) -> float:
    """D36: shape of the Weibull distributions of a month's nights, by least squares to the shares of nights below 4 to
    8 m/s in each month. A climate, taken to be known at every cut."""
    climate = sea.nights_by_month()
    limits = np.arange(4.0, 9.0)
    shares = climate[[f"share_below_{limit:.0f}" for limit in limits]].to_numpy()

    def misfit(x: Floats) -> Floats:
        p = ParameterSets([{"wind_shape": float(x[0])}])
        below = [share_below(limits, mean, p) for mean in climate.mean_wind]
        return (np.array(below) - shares).ravel()

    return float(least_squares(misfit, [2.0]).x[0])


def weather_persistence(_: Cut) -> float:
    """D36: lag-1 autocorrelation of the mean wind of nights, which is the chance of keeping the rank of the night
    before. A climate, taken to be known at every cut."""
    return float(sea.nights_by_month().lag1_autocorrelation.mean())


def usable_nights(cut: Cut) -> float:
    """Windows of the nights of a mean year, summed: launches a year of somebody who launches once in a whole night."""
    names = (wind_half_usable, wind_half_window, wind_scale, wind_shape)
    values = Parameters().values() | {derivation.__name__: known(derivation, cut) for derivation in names}
    return 365.0 * float(WindowClimate(SeaClimate(), ParameterSets([values]), 1).mean[0])
