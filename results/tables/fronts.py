"""Which of several options no other beats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def nondominated(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The non-dominated rows of (option, objective): no other row is as small in all objectives and smaller in one.

    Rows that are equal are all kept; rows with values that are not known are beaten, and beat none.
    """
    known: NDArray[np.bool_] = np.asarray(np.isfinite(values).all(axis=1))
    filled = np.where(known[:, None], values, np.inf)
    no_worse = (filled[:, None, :] <= filled[None, :, :]).all(axis=2)
    better = (filled[:, None, :] < filled[None, :, :]).any(axis=2)
    return np.asarray(known & ~(no_worse & better).any(axis=0))
