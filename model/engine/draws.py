"""Keyed random numbers: a person's luck depends on who, which decision and which day, never on who else is in the run.

`uniform(key, decision, day)` hashes three integers with the finaliser of splitmix64 (Steele, Lea & Flood 2014,
doi:10.1145/2714064.2660195). So a person has the same luck in every policy world, in one process or in eight, alone or
beside other replicates (common random numbers), and a choice with Gumbel noise keyed by option changes only where a
policy moves that person's own best option.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_M1, _M2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_U1, _U2 = np.uint64(_M1), np.uint64(_M2)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


def _mix(x: int) -> int:
    """The splitmix64 finaliser on one Python integer."""
    x = ((x ^ (x >> 30)) * _M1) & _MASK
    x = ((x ^ (x >> 27)) * _M2) & _MASK
    return x ^ (x >> 31)


def key_of(*parts: int) -> int:
    """One 64-bit key from whole numbers, in order: (seed, cell, day, rank) names a person."""
    x = 0
    for part in parts:
        x = _mix((x + _GOLDEN + (part & _MASK)) & _MASK)
    return x


def mixed(x: Keys) -> Keys:
    """The splitmix64 finaliser on an array; wraps around on purpose."""
    x = (x ^ (x >> _S30)) * _U1
    x = (x ^ (x >> _S27)) * _U2
    return x ^ (x >> _S31)


def salt(decision: int, day: int) -> np.uint64:
    """The part of the hash that a whole stage shares."""
    return np.uint64(key_of(decision, day))


def uniform(key: Keys, decision: int, day: int) -> Floats:
    """Uniform numbers in (0, 1), one for each key; open at both ends, so that logarithms are finite."""
    return ((mixed(key ^ salt(decision, day)) >> _S11).astype(np.float64) + 0.5) * 2.0**-53


def gumbel(key: Keys, decision: int, n_options: int, day: int) -> Floats:
    """Standard Gumbel noise of shape (people, options): option o of a decision has the number `decision + o`."""
    salts = np.array([key_of(decision + option, day) for option in range(n_options)], dtype=np.uint64)
    u = ((mixed(key[:, None] ^ salts) >> _S11).astype(np.float64) + 0.5) * 2.0**-53
    np.log(u, out=u)
    np.negative(u, out=u)
    np.log(u, out=u)
    return np.negative(u, out=u)


def exponential(key: Keys, decision: int, day: int) -> Floats:
    """Exponential numbers of mean one."""
    waits: Floats = -np.log(uniform(key, decision, day))
    return waits


def normal(key: Keys, first: int, second: int, day: int) -> Floats:
    """Standard normal numbers from two decisions (Box & Muller 1958, doi:10.1214/aoms/1177706645)."""
    radius = np.sqrt(-2.0 * np.log(uniform(key, first, day)))
    z: Floats = radius * np.cos(2.0 * np.pi * uniform(key, second, day))
    return z


def child_keys(parent: Keys, number: NDArray[np.integer]) -> Keys:
    """Keys of the numbered children of parents: rank 3 of an entry cell, boat 2 of a network."""
    return mixed(mixed(parent + np.uint64(_GOLDEN)) + (number.astype(np.uint64) + np.uint64(1)) * np.uint64(_GOLDEN))
