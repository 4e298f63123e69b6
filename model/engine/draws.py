"""Keyed random numbers: a person's luck depends on who, which decision and which day, never on who else is in the run.

`uniform(key, decision, day)` hashes three integers with the finaliser of splitmix64 (Steele, Lea & Flood 2014,
doi:10.1145/2714064.2660195). So a person has the same luck in every policy world, in one process or in eight, alone or
beside other replicates (common random numbers), and a choice with Gumbel noise keyed by option changes only where a
policy moves that person's own best option.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_M1, _M2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_U1, _U2 = np.uint64(_M1), np.uint64(_M2)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_DECISIONS = 256  # salts that are made together for a day
_BLOCK = 8192  # keys that are hashed at a time, so that what is in work stays in the cache


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


@lru_cache(maxsize=16)
def salts(day: int) -> Keys:
    """The salts of the first decisions on a day, made in one pass."""
    decisions = np.arange(_DECISIONS, dtype=np.uint64)
    made = mixed(mixed(decisions + np.uint64(_GOLDEN)) + np.uint64(_GOLDEN + day))
    made.setflags(write=False)
    return made


def salt(decision: int, day: int) -> np.uint64:
    """The part of the hash that a whole stage shares: that of `key_of(decision, day)`."""
    found: np.uint64 = salts(day)[decision] if decision < _DECISIONS else np.uint64(key_of(decision, day))
    return found


def _as_uniform(x: Keys) -> Floats:
    """Uniform numbers from salted keys, which are overwritten."""
    if x.size > _BLOCK:
        keys, u = x.reshape(-1), np.empty(x.size)
        for start in range(0, x.size, _BLOCK):
            u[start : start + _BLOCK] = _as_uniform(keys[start : start + _BLOCK])
        return u.reshape(x.shape)
    shifted = x >> _S30
    x ^= shifted
    x *= _U1
    np.right_shift(x, _S27, out=shifted)
    x ^= shifted
    x *= _U2
    np.right_shift(x, _S31, out=shifted)
    x ^= shifted
    x >>= _S11
    u = x.view(np.int64).astype(np.float64)  # below 2^53, so that the sign bit is free; signed numbers convert faster
    u += 0.5
    u *= 2.0**-53
    return u


def uniform(key: Keys, decision: int, day: int) -> Floats:
    """Uniform numbers, one for each key, above 0, so that logarithms are finite, and at most 1 (chance 2^-53)."""
    return _as_uniform(key ^ salt(decision, day))


def uniforms(key: Keys, decisions: Sequence[int], day: int) -> Floats:
    """Uniform numbers of several decisions in one pass: shape (decisions, keys)."""
    return _as_uniform(key ^ salts(day)[list(decisions), None])


def gumbel(key: Keys, decision: int, n_options: int, day: int) -> Floats:
    """Standard Gumbel noise of shape (people, options): option o of a decision has the number `decision + o`."""
    u = _as_uniform(key[:, None] ^ salts(day)[decision : decision + n_options])
    np.log(u, out=u)
    np.negative(u, out=u)
    np.log(u, out=u)
    return np.negative(u, out=u)


def exponential(key: Keys, decision: int, day: int) -> Floats:
    """Exponential numbers of mean one."""
    waits: Floats = -np.log(uniform(key, decision, day))
    return waits


def normal(key: Keys, first: int, second: int, day: int) -> Floats:
    """Standard normal numbers from two decisions."""
    return box_muller(*uniforms(key, (first, second), day))


def box_muller(u: Floats, v: Floats) -> Floats:
    """Standard normal numbers from two uniform ones (Box & Muller 1958, doi:10.1214/aoms/1177706645)."""
    z: Floats = np.sqrt(-2.0 * np.log(u)) * np.cos(2.0 * np.pi * v)
    return z


def child_keys(parent: Keys, number: NDArray[np.integer]) -> Keys:
    """Keys of the numbered children of parents: rank 3 of an entry cell, boat 2 of a network."""
    return mixed(mixed(parent + np.uint64(_GOLDEN)) + (number.astype(np.uint64) + np.uint64(1)) * np.uint64(_GOLDEN))
