"""Sensitivity around a posterior: draws of it in which one parameter, or one group, takes its value from another draw.

A block has a draw and, for every parameter or group, the same draw with this one replaced (pick-freeze). The index is
Jansen's: half of the mean squared change over the variance between draws. Where parameters are independent in the draws
it is the total Sobol index. In draws of a posterior they are not: the fit ties parameters together, and replacing one
breaks its ties to the others. The index then says how far the conclusion would move if the parameter were known by
itself alone; indices are no shares of a sum, and one above 1 says that the fit knows the parameter mainly together with
others. A larger sample begins with the smaller ones.

Source: M. J. W. Jansen, Computer Physics Communications 117 (1999) 35-43.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RESAMPLES = 1000
CHANCE = "seed"  # the factor that stands for the chance of a run: another draw's seed
WORDS = (
    "Around the posterior: ST is half the mean squared change when a parameter (or group) takes its value from another "
    "draw and all else stays, over the variance between draws; 'seed' is the chance of a run. The fit ties parameters "
    "together, so that these indices are no shares of a sum; above 1, a parameter is known mainly together with others."
)


def mixed_rows(groups: Sequence[str], samples: int, draws: int, seed: int) -> NDArray[np.int64]:
    """For every point and factor the number of the draw from which its value comes, shape (point, factor).

    `groups` has the group of each factor; the blocks are those of the first `samples` of the `draws`.
    """
    other = np.random.default_rng(seed).integers(1, draws, size=samples)
    blocks = []
    for base in range(samples):
        labels = list(dict.fromkeys(groups))
        rows = np.full((1 + len(labels), len(groups)), base, dtype=np.int64)
        for k, label in enumerate(labels, start=1):
            rows[k, np.array(groups) == label] = (base + other[base]) % draws
        blocks.append(rows)
    return np.concatenate(blocks)


def intervals(values: Floats, samples: int, seed: int) -> tuple[Floats, Floats]:
    """Ends of the 90 % intervals of the indices of values at all points: quantiles over resampled blocks, since ratios
    are skewed."""
    blocks = values.reshape(samples, -1)
    rng = np.random.default_rng(seed)
    again = np.array([total_indices(blocks[rng.integers(len(blocks), size=len(blocks))]) for _ in range(RESAMPLES)])
    again[np.isnan(again).any(axis=1)] = np.inf  # the same draw again and again: no spread to compare with
    low, high = np.quantile(again, [0.05, 0.95], axis=0, method="lower")
    return low, high


def total_indices(blocks: Floats) -> Floats:
    """Jansen's index from blocks of shape (block, 1 + label); NaN where the draws do not differ."""
    base = blocks[:, 0]
    squares = ((blocks[:, 1:] - base[:, None]) ** 2).mean(axis=0)
    variance = base.var(ddof=1)
    return np.asarray(squares / (2.0 * variance) if variance > 0.0 else np.full(len(squares), np.nan))
