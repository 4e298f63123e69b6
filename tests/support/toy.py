"""A cheap stand-in for the simulator: twelve parameters, ninety-six monthly counts, and chance that is not small."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
PARAMETERS, MONTHS = 12, 96


def simulate(cube: Floats, seed: int) -> Floats:
    """Counts of 96 months at points of the unit cube, shape (point, 12); rows have luck of their own.

    A trade grows logistically, follows a season and a policy, is thinned by stops that people may try to overcome, and
    is counted with noise; three parameters (9 to 11) hardly matter, and some only matter together.
    """
    random = np.random.default_rng(seed)
    u = cube[:, :, None]
    month = np.arange(MONTHS)[None, :]
    year = month / 12.0
    growth, middle, ceiling = 0.8 + 1.6 * u[:, 0], 1.0 + 3.0 * u[:, 1], np.exp(6.0 + 2.0 * u[:, 2])
    demand = ceiling / (1.0 + np.exp(-growth * (year - middle)))
    season = np.exp((0.3 + 1.2 * u[:, 3]) * np.cos(2.0 * np.pi * (month - 4.0 - 5.0 * u[:, 4]) / 12.0))
    stopped = 0.2 + 0.5 * u[:, 5] * (1.0 - 0.5 * u[:, 9] * (year > 4.0))
    again = 0.6 + 0.38 * u[:, 6]
    passed = (1.0 - stopped) / (1.0 - stopped * again)
    deterred = np.exp(-(0.7 * u[:, 7]) * (year > 4.9))
    echo = 1.0 + 0.2 * u[:, 10] * np.sin(year) * u[:, 11]
    shocks = np.cumsum(0.35 * (0.3 + u[:, 8]) * random.normal(size=(len(cube), MONTHS)) * 0.7, axis=1)
    level = demand * season * passed * deterred * echo * np.exp(shocks - 0.9 * np.roll(shocks, 1, axis=1))
    return random.poisson(np.clip(level, 0.0, 1e7)).astype(np.float64)


def statistics(counts: Floats) -> Floats:
    """Logs of the counts of each year and quarter, and the season of the last four years, shape (point, statistic)."""
    years, quarters = (np.log1p(counts.reshape(len(counts), -1, size).sum(axis=2)) for size in (12, 3))
    late = np.log1p(counts.reshape(len(counts), -1, 12)[:, 4:].mean(axis=1))
    return np.hstack([years, quarters, late - late.mean(axis=1, keepdims=True)])
