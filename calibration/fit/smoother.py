"""Ensemble smoother with multiple data assimilation: members are moved towards what was observed in several steps.

Emerick & Reynolds 2013 (doi:10.1016/j.cageo.2012.03.011). Each of the steps uses the observed values with errors whose
variance is multiplied by its inflation; the inverses of the inflations sum to one, so that in the linear, normal case
the steps together are the exact posterior of the ensemble.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
# Standard deviations of a correlation of nothing, in a sample as large as the ensemble. Linear worlds hardly tell 2
# from 2.5; 2 was taken after a look at the history, which fits the months better with it (calibration/HISTORY.md).
CHANCE_CORRELATION = 2.0


def updated(
    states: Floats,
    simulated: Floats,
    observed: Floats,
    covariance: Floats,
    inflation: float,
    sees: Bools,
    random: np.random.Generator,
) -> Floats:
    """Members after one step: shapes (member, variable) for `states`, (member, value) for `simulated`, (value, value)
    for the `covariance` of the errors of what was observed.

    Each variable is updated from the observed values that it may see, `sees` of shape (variable, value): the local
    analysis keeps chance correlations of distant things out. Variables that see the same are solved together. Values
    that are not finite in some member are not used.
    """
    usable = np.isfinite(simulated).all(axis=0) & np.isfinite(observed)
    inflated = inflation * covariance
    noise = random.standard_normal(simulated.shape) @ np.linalg.cholesky(inflated).T
    moved = states.copy()
    patterns, which = np.unique(sees & usable, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        if pattern.any():
            own = np.flatnonzero(which == number)
            misfit = observed[pattern] + noise[:, pattern] - simulated[:, pattern]
            weights = gain_weights(simulated[:, pattern], inflated[np.ix_(pattern, pattern)], misfit)
            centred = states[:, own] - states[:, own].mean(axis=0)
            moved[:, own] += weights @ centred
    return moved


def gain_weights(simulated: Floats, covariance: Floats, misfit: Floats) -> Floats:
    """Weights (member, member) with which the deviations of members move each member.

    The Kalman gain C_sd (C_dd + R)^-1 in the space of the ensemble, by the Woodbury identity: with s the simulated
    deviations over the root of R, it is s'(I + s s')^-1 per member, so that the matrix to solve is as large as the
    ensemble, whatever the number of values.
    """
    members, root = len(simulated), np.linalg.cholesky(covariance)
    centred = (simulated - simulated.mean(axis=0)) / np.sqrt(members - 1)
    spread, off = (solve_triangular(root, each.T, lower=True).T for each in (centred, misfit))
    moves: Floats = np.linalg.solve(np.eye(members) + spread @ spread.T, spread @ off.T).T / np.sqrt(members - 1)
    return moves


def correlated(states: Floats, simulated: Floats) -> Bools:
    """Which variables correlate with which values beyond what chance gives, shape (variable, value)."""
    a = states - states.mean(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        b = simulated - simulated.mean(axis=0)
        correlation = (a.T @ b) / np.outer(np.sqrt((a**2).sum(axis=0)), np.sqrt((b**2).sum(axis=0)))
    return np.asarray(np.abs(np.nan_to_num(correlation)) > CHANCE_CORRELATION / np.sqrt(len(states)))


def inflations(steps: int) -> Sequence[float]:
    """Equal inflations, whose inverses sum to one."""
    return [float(steps)] * steps
