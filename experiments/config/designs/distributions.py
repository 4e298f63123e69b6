"""How a parameter is spread between its low and high: its quantiles, by which designs map the unit cube.

scipy.stats, which takes long to import, is imported by those that need it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.model.parameters import Parameter

Floats = NDArray[np.float64]
TAIL = 0.025  # a log-normal has this much beyond low and beyond high, before it is cut there


def quantile(parameter: Parameter, u: Floats | float) -> Floats:
    """The values of a parameter at shares `u` of its distribution, from low (0) to high (1); any shape.

    Raises KeyError when its distribution is not one of DISTRIBUTIONS.
    """
    values = DISTRIBUTIONS[parameter.distribution](parameter, np.asarray(u, dtype=np.float64))
    return np.clip(values, parameter.low, parameter.high)


def uniform(p: Parameter, u: Floats) -> Any:
    """Uniform from low to high."""
    return p.low + (p.high - p.low) * u


def log_uniform(p: Parameter, u: Floats) -> Any:
    """Uniform in logs from low to high."""
    return np.exp(math.log(p.low) + math.log(p.high / p.low) * u)


def triangular(p: Parameter, u: Floats) -> Any:
    """A triangle with its peak at the default: the inverse of its distribution function, a parabola on either side."""
    width = p.high - p.low
    peak = (p.default - p.low) / width
    return p.low + width * np.where(u < peak, np.sqrt(peak * u), 1.0 - np.sqrt((1.0 - peak) * (1.0 - u)))


def lognormal(p: Parameter, u: Floats) -> Any:
    """Normal in logs around the default, cut at low and high, which span 95 % of it before the cut."""
    from scipy import stats

    spread = math.log(p.high / p.low) / (2.0 * stats.norm.ppf(1.0 - TAIL))
    low, high = (math.log(bound / p.default) / spread for bound in (p.low, p.high))
    return p.default * np.exp(spread * stats.truncnorm.ppf(u, low, high))


def beta(p: Parameter, u: Floats) -> Any:
    """The beta distribution of PERT (Malcolm et al. 1959, doi:10.1287/opre.7.5.646) with its mode at the default."""
    from scipy import stats

    width = p.high - p.low
    a, b = 1.0 + 4.0 * (p.default - p.low) / width, 1.0 + 4.0 * (p.high - p.default) / width
    return p.low + width * stats.beta.ppf(u, a, b)


def fixed(p: Parameter, u: Floats) -> Any:
    """Always the default."""
    return np.full(np.shape(u), p.default)


DISTRIBUTIONS: dict[str, Callable[[Parameter, Floats], Any]] = {
    "uniform": uniform,
    "log-uniform": log_uniform,
    "triangular": triangular,
    "lognormal": lognormal,
    "beta": beta,
    "fixed": fixed,
}
