"""The route walk with one Mesa agent for each person: `python objects.py PEOPLE DAYS`."""

from __future__ import annotations

import sys
from bisect import bisect_left

import mesa

from corridor.experiments.benchmarks.route_walk.work import (
    P_STOPPED,
    RECEPTION_DAYS,
    Network,
    p_attempt,
    report,
    seconds_of,
)


class Walker(mesa.Agent):
    """A person with a place, the days until it is reached, and the attempts so far."""

    def __init__(self, model: Walk, place: int) -> None:
        super().__init__(model)
        self.place, self.days, self.attempts = place, 1, 0

    def step(self) -> None:
        """A day: under way, at a place on the way, or at the coast."""
        walk: Walk = self.model
        if self.days > 0:
            self.days -= 1
            if self.days == 0 and self.place not in walk.coast:
                way = bisect_left(walk.cumulated[self.place][:-1], walk.random.random())
                leg = walk.network.out[self.place][way]
                self.place, self.days = leg.destination, leg.days
        elif walk.random.random() < walk.chance:
            self.attempts += 1
            if walk.random.random() < P_STOPPED:
                self.place, self.days = walk.network.reception, RECEPTION_DAYS
            else:
                walk.crossed += 1
                self.place, self.days = walk.random.choice(walk.network.origins), 1


class Walk(mesa.Model):
    """The walk of so many people."""

    def __init__(self, people: int) -> None:
        super().__init__(seed=1)
        self.network, self.day, self.crossed = Network(), 0, 0
        self.coast = frozenset(self.network.coast)
        origins = self.network.origins
        Walker.create_agents(self, people, [origins[k % len(origins)] for k in range(people)])

    def step(self) -> None:
        """A day of all."""
        self.cumulated, self.chance = self.network.cumulated(self.day), p_attempt(self.day)
        self.agents.do("step")
        self.day += 1


def main(people: int, days: int) -> None:
    """Run it, and report."""
    walk = Walk(people)
    report(seconds_of(walk.step, days), people, days, walk.agents.agg("attempts", sum), walk.crossed)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
