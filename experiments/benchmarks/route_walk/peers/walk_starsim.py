"""The route walk as a module of Starsim, on its arrays of states: `python walk_starsim.py PEOPLE DAYS`."""

from __future__ import annotations

import sys
import time

import numpy as np
import starsim as ss
from work import P_STOPPED, RECEPTION_DAYS, Network, p_attempt, report


class Walkers(ss.Module):
    """People on the network."""

    def __init__(self) -> None:
        super().__init__()
        self.define_states(*(ss.IntArr(name, default=0) for name in ("place", "due", "attempts")))
        self.network, self.luck, self.crossed = Network(), np.random.default_rng(1), 0
        self.leads, self.lengths = np.array(self.network.leads), np.array(self.network.days)
        self.at_coast = np.isin(np.arange(len(self.network.out)), self.network.coast)

    def init_post(self) -> None:
        """People at the places where they start."""
        super().init_post()
        self.place[:] = np.arange(len(self.place)) % len(self.network.origins)
        self.due[:] = 1

    def step(self) -> None:
        """A day of all."""
        luck, origins = self.luck, len(self.network.origins)
        waiting = (self.due <= 0).uids
        moving = (self.due > 0).uids
        self.due[moving] = self.due[moving] - 1
        arrived = moving[self.due[moving] == 0]
        arrived = arrived[~self.at_coast[self.place[arrived].astype(int)]]
        here = self.place[arrived].astype(int)
        limits = np.array(self.network.limits(self.ti))
        way = (luck.random(len(arrived))[:, None] >= limits[here]).sum(axis=1)
        self.place[arrived], self.due[arrived] = self.leads[here, way], self.lengths[here, way]
        trying = waiting[luck.random(len(waiting)) < p_attempt(self.ti)]
        self.attempts[trying] = self.attempts[trying] + 1
        met = luck.random(len(trying)) < P_STOPPED
        stopped, across = trying[met], trying[~met]
        self.place[stopped], self.due[stopped] = self.network.reception, RECEPTION_DAYS
        self.place[across], self.due[across] = luck.integers(0, origins, len(across)), 1
        self.crossed += len(across)


def main(people: int, days: int) -> None:
    """Run it, and report."""
    sim = ss.Sim(modules=Walkers(), n_agents=people, start=0, dur=days - 1, dt=1, rand_seed=1, verbose=0)
    sim.init()
    began = time.process_time()
    sim.run()
    seconds = time.process_time() - began
    walkers = next(each for each in sim.modules if isinstance(each, Walkers))
    report(seconds, people, days, float(walkers.attempts.sum()), walkers.crossed)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
