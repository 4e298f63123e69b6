"""The route walk on this project's tables, calendar, kernels and keyed draws: `python tables.py PEOPLE DAYS`."""

from __future__ import annotations

import math
import sys
from typing import ClassVar

import numpy as np

from corridor.experiments.benchmarks.route_walk.work import (
    P_STOPPED,
    RECEPTION_DAYS,
    Network,
    p_attempt,
    report,
    seconds_of,
)
from corridor.model.engine import draws, kernels
from corridor.model.engine.tables import Calendar, Column, Rows, Table

WAY, ATTEMPT, STOPPED, ORIGIN = range(1, 5)  # decisions
LONGEST_WAIT = 1000  # days at the coast that are looked ahead


class Walkers(Table):
    """People on the network."""

    COLUMNS: ClassVar[dict[str, Column]] = {
        "key": Column("u8", "", "hash of the rank"),
        "place": Column("i1", "", "where the person is, or will be when due"),
        "due": Column("i4", "day", "day of arrival there"),
        "attempts": Column("i4", "events", "attempts so far"),
    }


class RouteWalk:
    """The walk of so many people; `step` is a day.

    Whoever leaves for the coast draws the day of the attempt there and then, from the hazards of the days after the
    arrival, so that nobody is touched on a day on which nothing happens.
    """

    def __init__(self, people: int, days: int) -> None:
        self.network, self.walkers, self.calendar, self.day = Network(), Walkers(people), Calendar(), 0
        rows, t = self.walkers.add(people), self.walkers
        t.key[rows] = draws.child_keys(np.full(people, 7, dtype=np.uint64), rows)
        self.stopped = self.crossed = 0
        n = self.network
        self.leads, self.days = np.array(n.leads).ravel(), np.array(n.days).ravel()
        self.at_coast = np.isin(np.arange(len(n.out)), n.coast)
        self.origins = np.asarray(n.origins)
        daily = [-math.log1p(-p_attempt(day)) for day in range(days + LONGEST_WAIT)]
        self.hazard = np.cumsum([0.0, *daily])
        self.send(rows, self.origins[rows % len(n.origins)], np.ones(people, dtype=np.int64))

    def send(self, rows: Rows, place: Rows, days: Rows) -> None:
        """People arrive at a place after some days, or are at the coast and will try."""
        t, due = self.walkers, self.day - 1 + days
        to_coast = np.flatnonzero(self.at_coast[place])
        first = due[to_coast] + 1
        waits = draws.exponential(t.key[rows[to_coast]], ATTEMPT, self.day)
        due[to_coast] = np.searchsorted(self.hazard, self.hazard[first] + waits) - 1
        t.place[rows], t.due[rows] = place, due
        self.calendar.put(rows)

    def step(self) -> None:
        """Simulate a day: who has arrived chooses a way on, and whose day it is at the coast tries."""
        due = self.calendar.take(self.day, self.walkers.due)
        place = self.walkers.place[due]
        trying = self.at_coast[place]
        self.day += 1
        self.choose(due[~trying], place[~trying].astype(np.int64))
        self.attempt(due[trying])

    def choose(self, rows: Rows, place: Rows) -> None:
        """Draw a leg from the softmax of the day."""
        limits = np.array(self.network.limits(self.day - 1))
        u = draws.uniform(self.walkers.key[rows], WAY, self.day)
        leg = place * limits.shape[1] + kernels.pick_cumulated(limits.take(place, axis=0), u)
        self.send(rows, self.leads[leg], self.days[leg])

    def attempt(self, rows: Rows) -> None:
        """Try from the coast: stopped and brought to reception, or across and once more from an origin."""
        t = self.walkers
        t.attempts[rows] += 1
        u = draws.uniforms(t.key[rows], (STOPPED, ORIGIN), self.day)
        stopped = u[0] < P_STOPPED
        origin = self.origins[(u[1] * len(self.origins)).astype(np.int64)]
        place, days = np.where(stopped, self.network.reception, origin), np.where(stopped, RECEPTION_DAYS, 1)
        self.send(rows, place, days)
        self.stopped += int(stopped.sum())
        self.crossed += int((~stopped).sum())


def main(people: int, days: int) -> None:
    """Run it, and report."""
    walk = RouteWalk(people, days)
    report(seconds_of(walk.step, days), people, days, float(walk.walkers.column("attempts").sum()), walk.crossed)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
