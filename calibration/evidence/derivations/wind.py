"""Nights in the Strait by their wind, and by what else makes them differ: D36, D42."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.optimize import least_squares

from corridor.calibration.evidence import sea
from corridor.calibration.evidence.derivations.cut import Cut, LaterValue, known, last_day
from corridor.calibration.evidence.entries import Floats
from corridor.model.engine.replicate_parameters import ParameterSets
from corridor.model.inputs.climate import SeaClimate
from corridor.model.inputs.recorded_sea import RecordedSea
from corridor.model.inputs.windows import PARTS, WindowClimate, falling, share_below, usable_part
from corridor.model.parameters import Parameters
from corridor.results.observed import DAILY

LAST_NIGHT = "2025-12"  # month of the last night of the table by wind, which is known as a whole or not at all
NIGHTS_OF = range(2021, 2026)  # years of that table
SPREADS = np.arange(0.5, 1.525, 0.05)


def people_curve(cut: Cut) -> tuple[float, float]:
    """D36: wind of a night at which half as many people cross as in a calm one, nights without a crossing among them,
    and the scale of their fall (both m/s). Their number in a calm night is fitted, too."""
    half, scale, _ = fitted(cut, "people_relative", lambda wind, x: x[2] * falling(wind, x[0], x[1]), [6.0, 1.0, 3.0])
    return half, scale


def usable_curve(cut: Cut) -> tuple[float, float]:
    """D36: wind of a night at which half of the nights can be used, and the scale of the fall (both m/s).

    A crossing is seen on a usable night on which one boat leaves at least: a Poisson number with as many boats in a
    whole night as came in the mean year of these nights, over the windows of a year at the declared defaults.
    """
    years = [cut.annual("arrivals_boats")[year] for year in NIGHTS_OF]
    p = ParameterSets([Parameters().values()])
    boats = float(np.mean(years)) / windows_a_year(p)

    def crossing(wind: Floats, x: Floats) -> Floats:
        usable = falling(wind, x[0], x[1])
        most = falling(wind, p.wind_half_window, x[1]) / usable
        nobody = np.exp(-boats * most[:, None] * usable_part(PARTS, p)).mean(axis=1)
        share: Floats = usable * (1.0 - nobody)
        return share

    half, scale = fitted(cut, "share_with_crossing", crossing, [7.0, 1.0])
    return half, scale


def fitted(cut: Cut, column: str, curve: Callable[[Floats, Floats], Floats], start: list[float]) -> list[float]:
    """Least squares of a curve of the wind to the mean of a quantity in each class of wind and season, weighted by
    nights."""
    if cut.until < LAST_NIGHT:
        raise LaterValue(LAST_NIGHT)
    nights = sea.nights_by_wind()
    wind, weight = nights.wind.to_numpy(), np.sqrt(nights.nights.to_numpy())

    def misfit(x: Floats) -> Floats:
        result: Floats = weight * (curve(wind, x) - nights[column].to_numpy())
        return result

    found: list[float] = least_squares(misfit, start).x.tolist()
    return found


def wind_half_usable(cut: Cut) -> float:
    """D36: wind of a night at which half of the nights can be used."""
    return usable_curve(cut)[0]


def wind_half_window(cut: Cut) -> float:
    """D36: wind of a night at which half as many people cross as in a calm one."""
    return people_curve(cut)[0]


def wind_scale(cut: Cut) -> float:
    """D36: mean of the scales of the two curves, which the model takes to be equal."""
    return float(np.mean([curve(cut)[1] for curve in (usable_curve, people_curve)]))


@cache
def window_spread(cut: Cut) -> float:
    """D42: the spread with which the boats of the nights recorded up to the cut are the most likely, as windows are
    inferred from them, with what is known of the wind."""
    names = (wind_half_usable, wind_half_window, wind_scale, wind_shape, weather_persistence)
    of_wind = {derivation.__name__: known(derivation, cut) for derivation in names}
    sets = ParameterSets([of_wind | {"window_spread": float(spread)} for spread in SPREADS])
    sea_of_record = RecordedSea(DAILY, last_day(cut.until), SeaClimate(), sets, len(SPREADS))
    return float(SPREADS[np.argmax(sea_of_record.log_likelihood)])


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
    names = (wind_half_usable, wind_half_window, wind_scale, wind_shape, window_spread)
    values = Parameters().values() | {derivation.__name__: known(derivation, cut) for derivation in names}
    return windows_a_year(ParameterSets([values]))


def windows_a_year(p: ParameterSets) -> float:
    """Windows of the nights of a mean year, summed."""
    return 365.0 * float(WindowClimate(SeaClimate(), p, 1).mean[0])
