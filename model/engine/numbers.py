"""What counts as a number in an argument: Python's and numpy's kinds alike, never True or False, never nan."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import TypeGuard


def is_number(value: object) -> TypeGuard[float]:
    """A finite number, such as 3, 0.5, `np.float32(0.5)` or `np.int64(3)`."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond what a float can hold
        return False


def is_whole_number(value: object) -> TypeGuard[int]:
    """A number of a whole type, such as 3 or `np.int64(3)`; 3.0 is not one."""
    return isinstance(value, Integral) and not isinstance(value, bool)
