"""The route walk in C, with gcc: `python walk_c.py PEOPLE DAYS`."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from work import P_STOPPED, RECEPTION_DAYS, Network, p_attempt, report

SOURCE = Path(__file__).with_name("walk.c")
WALKER = np.dtype([("place", np.int8), ("days", np.int8), ("attempts", np.int16)])


def compiled(folder: Path) -> ctypes.CDLL:
    """The program, compiled for this machine."""
    library = folder / "walk.so"
    subprocess.run(
        ["gcc", "-O3", "-march=native", "-ffast-math", "-shared", "-fPIC", "-o", str(library), str(SOURCE)], check=True
    )
    found = ctypes.CDLL(str(library))
    found.walk_a_day.restype = ctypes.c_int64
    return found


def address(array: np.ndarray) -> ctypes.c_void_p:
    """Where an array begins."""
    return array.ctypes.data_as(ctypes.c_void_p)


def main(people: int, days: int, folder: Path) -> None:
    """Run it, and report."""
    library, network = compiled(folder), Network()
    walkers = np.zeros(people, dtype=WALKER)
    walkers["place"], walkers["days"] = np.arange(people) % len(network.origins), 1
    leads, lengths = (np.array(table, dtype=np.int8) for table in (network.leads, network.days))
    at_coast = np.isin(np.arange(len(network.out)), network.coast).astype(np.uint8)
    state, crossed = ctypes.c_uint64(1), 0
    began = time.process_time()
    for day in range(days):
        limits = np.array(network.limits(day))
        crossed += library.walk_a_day(
            ctypes.c_int64(people),
            address(walkers),
            network.most_ways,
            address(limits),
            address(leads),
            address(lengths),
            address(at_coast),
            ctypes.c_double(p_attempt(day)),
            ctypes.c_double(P_STOPPED),
            ctypes.c_int8(network.reception),
            ctypes.c_int8(RECEPTION_DAYS),
            len(network.origins),
            ctypes.byref(state),
        )
    report(time.process_time() - began, people, days, float(walkers["attempts"].sum(dtype=np.int64)), crossed)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        main(int(sys.argv[1]), int(sys.argv[2]), Path(scratch))
