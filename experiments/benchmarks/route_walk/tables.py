"""The route walk on this project's tables, calendar, kernels and keyed draws: `python tables.py PEOPLE DAYS`."""

from __future__ import annotations

import sys
import time
from typing import ClassVar

import numpy as np

from corridor.experiments.benchmarks.route_walk.work import P_STOPPED, RECEPTION_DAYS, Network, p_attempt, report
from corridor.model.engine import draws, kernels
from corridor.model.engine.tables import Calendar, Column, Rows, Table

WAY, ATTEMPT, STOPPED, ORIGIN = range(1, 5)  # decisions


class Walkers(Table):
    """People on the network."""

    COLUMNS: ClassVar[dict[str, Column]] = {
        "key": Column("u8", "", "hash of the rank"),
        "place": Column("i1", "", "where the person is, or will be when due"),
        "due": Column("i4", "day", "day of arrival there"),
        "attempts": Column("i4", "events", "attempts so far"),
    }


class RouteWalk:
    """The walk of so many people; `step` is a day."""

    def __init__(self, people: int) -> None:
        self.network, self.walkers, self.calendar, self.day = Network(), Walkers(people), Calendar(), 0
        rows, t = self.walkers.add(people), self.walkers
        t.key[rows] = draws.child_keys(np.full(people, 7, dtype=np.uint64), rows)
        self.waiting = np.zeros(0, dtype=np.int64)
        self.stopped = self.crossed = 0
        n = self.network
        self.leads, self.days = np.array(n.leads), np.array(n.days)
        self.at_coast = np.isin(np.arange(len(n.out)), n.coast)
        self.send(rows, np.asarray(n.origins)[rows % len(n.origins)], np.ones(people, dtype=np.int64))

    def send(self, rows: Rows, place: Rows, days: Rows) -> None:
        """People arrive at a place after some days."""
        t = self.walkers
        t.place[rows], t.due[rows] = place, self.day - 1 + days
        self.calendar.put(rows)

    def step(self) -> None:
        """Simulate a day: arrivals choose a way on, or wait at the coast from the day after; those who wait may try."""
        arrived, trying = self.calendar.take(self.day, self.walkers.due), self.waiting
        at_coast = self.at_coast[self.walkers.place[arrived]]
        self.day += 1
        self.choose(arrived[~at_coast])
        self.attempt(trying)
        self.waiting = np.concatenate([self.waiting, arrived[at_coast]])

    def choose(self, rows: Rows) -> None:
        """Draw a leg from the softmax of the day."""
        limits = np.array(self.network.limits(self.day - 1))
        t, ways = self.walkers, self.leads.shape[1]
        place = t.place[rows].astype(np.int64)
        way = kernels.pick_cumulated(limits.take(place, axis=0), draws.uniform(t.key[rows], WAY, self.day))
        leg = place * ways + way
        self.send(rows, self.leads.ravel()[leg], self.days.ravel()[leg])

    def attempt(self, rows: Rows) -> None:
        """Try from the coast: stopped and brought to reception, or across and once more from an origin."""
        t, n = self.walkers, self.network
        tries = draws.uniform(t.key[rows], ATTEMPT, self.day) < p_attempt(self.day - 1)
        self.waiting, rows = rows[~tries], rows[tries]
        t.attempts[rows] += 1
        u = draws.uniforms(t.key[rows], (STOPPED, ORIGIN), self.day)
        stopped = u[0] < P_STOPPED
        origin = np.asarray(n.origins)[(u[1] * len(n.origins)).astype(np.int64)]
        self.send(rows, np.where(stopped, n.reception, origin), np.where(stopped, RECEPTION_DAYS, 1))
        self.stopped += int(stopped.sum())
        self.crossed += int((~stopped).sum())


def main(people: int, days: int) -> None:
    """Run it, and report."""
    walk = RouteWalk(people)
    began = time.process_time()
    for _ in range(days):
        walk.step()
    report(time.process_time() - began, people, days, float(walk.walkers.column("attempts").sum()), walk.crossed)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
