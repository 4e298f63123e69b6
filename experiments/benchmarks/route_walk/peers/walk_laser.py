"""The route walk on laser-core, columns and a loop compiled by numba: `python walk_laser.py PEOPLE DAYS`."""

from __future__ import annotations

import sys
import time

import numba
import numpy as np
from laser.core import LaserFrame
from laser.core.random import seed
from work import P_STOPPED, RECEPTION_DAYS, Network, p_attempt, report


@numba.njit(parallel=True, nogil=True)
def walk_a_day(people, place, due, attempts, limits, leads, days, at_coast, chance, reception, origins, crossed):
    """A day of all; crossings are counted by thread."""
    for k in numba.prange(people):
        if due[k] > 0:
            due[k] -= 1
            here = place[k]
            if due[k] == 0 and not at_coast[here]:
                way, u = 0, np.random.random()
                while u >= limits[here, way]:
                    way += 1
                place[k], due[k] = leads[here, way], days[here, way]
        elif np.random.random() < chance:
            attempts[k] += 1
            if np.random.random() < P_STOPPED:
                place[k], due[k] = reception, RECEPTION_DAYS
            else:
                crossed[numba.get_thread_id()] += 1
                place[k], due[k] = int(np.random.random() * origins), 1


def frame(people: int, origins: int) -> LaserFrame:
    """People at the places where they start."""
    walkers = LaserFrame(people, initial_count=people)
    for name in ("place", "due", "attempts"):
        walkers.add_scalar_property(name, dtype=np.int16)
    walkers.place[:], walkers.due[:] = np.arange(people) % origins, 1
    return walkers


def main(people: int, days: int) -> None:
    """Run it after the loop is compiled, in one thread, and report."""
    numba.set_num_threads(1)
    seed(1)
    network = Network()
    leads, lengths = (np.array(table, dtype=np.int16) for table in (network.leads, network.days))
    at_coast = np.isin(np.arange(len(network.out)), network.coast)
    for size, length in ((64, 1), (people, days)):
        walkers, crossed = frame(size, len(network.origins)), np.zeros(64, dtype=np.int64)
        began = time.process_time()
        for day in range(length):
            walk_a_day(
                walkers.count,
                walkers.place,
                walkers.due,
                walkers.attempts,
                np.array(network.limits(day)),
                leads,
                lengths,
                at_coast,
                p_attempt(day),
                network.reception,
                len(network.origins),
                crossed,
            )
    attempts = float(walkers.attempts.sum(dtype=np.int64))
    report(time.process_time() - began, people, days, attempts, int(crossed.sum()))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
