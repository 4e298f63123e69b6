"""What all engines do: 40 places in six layers and a reception centre, 80 legs, daily steps.

Somebody on a leg arrives after its days. At a place on the way a leg is drawn from the softmax of the day; at a coast
an attempt is made with a chance that has a season. It is stopped with a chance of 0.4, and leads to reception for three
days; else it is a crossing, and the person starts again at a random origin the day after. People never leave, so that a
run is people x days steps.
"""

from __future__ import annotations

import itertools
import json
import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

LAYERS = (6, 7, 7, 7, 7, 4)
DAYS_OF_LEGS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20)
P_STOPPED, RECEPTION_DAYS = 0.4, 3
LENGTH_WEIGHT, RISK_WEIGHT, SEASON = 1.0, 2.0, 0.3


@dataclass(frozen=True)
class Leg:
    """A way from one place to another: days, a risk that people shun, and the phase of its month."""

    origin: int
    destination: int
    days: int
    risk: float
    phase: float


class Network:
    """The places by number, layer by layer and reception last, and the legs out of each."""

    def __init__(self, seed: int = 1) -> None:
        luck = random.Random(seed)
        starts = [sum(LAYERS[:k]) for k in range(len(LAYERS) + 1)]
        layers = [list(range(a, b)) for a, b in itertools.pairwise(starts)]
        self.origins, self.coast, self.reception = layers[0], layers[-1], starts[-1]
        pairs = [(here, there) for k in range(5) for here in layers[k] for there in luck.sample(layers[k + 1], 2)]
        pairs += [(layer[a], layer[b]) for layer in layers[1:5] for a, b in ((0, 3), (5, 2))]
        pairs += [(self.reception, there) for there in (*self.coast[:2], *layers[4][1:3])]
        self.legs = [Leg(a, b, luck.choice(DAYS_OF_LEGS), luck.random(), luck.random()) for a, b in pairs]
        self.out = [[leg for leg in self.legs if leg.origin == place] for place in range(self.reception + 1)]

    @cached_property
    def most_ways(self) -> int:
        """Legs out of the place that has most."""
        return max(map(len, self.out))

    @cached_property
    def leads(self) -> list[list[int]]:
        """Where the legs out of each place lead, filled up with zeros."""
        return [[leg.destination for leg in legs] + [0] * (self.most_ways - len(legs)) for legs in self.out]

    @cached_property
    def days(self) -> list[list[int]]:
        """The days of the legs out of each place, filled up with ones."""
        return [[leg.days for leg in legs] + [1] * (self.most_ways - len(legs)) for legs in self.out]

    def limits(self, day: int) -> list[list[float]]:
        """As `cumulated`, with 2 for the last leg and what is filled up: the way is how many a uniform draw reaches."""
        return [passed[:-1] + [2.0] * (self.most_ways - len(passed[:-1])) for passed in self.cumulated(day)]

    def cumulated(self, day: int) -> list[list[float]]:
        """Chance of each leg out of each place on a day, cumulated."""
        table = []
        for legs in self.out:
            weights = [math.exp(utility(leg, day)) for leg in legs]
            total, passed = sum(weights), 0.0
            table.append([passed := passed + weight / total for weight in weights])
        return table


def utility(leg: Leg, day: int) -> float:
    """Of a leg on a day: long and risky ones are shunned, and risk has a month of its own."""
    month = 1.0 + SEASON * math.sin(2.0 * math.pi * (day / 30.0 + leg.phase))
    return -LENGTH_WEIGHT * leg.days / 10.0 - RISK_WEIGHT * leg.risk * month


def p_attempt(day: int) -> float:
    """Chance that somebody at the coast tries on a day."""
    return 0.15 + 0.1 * math.sin(2.0 * math.pi * day / 365.0)


def seconds_of(step: Callable[[], None], days: int) -> float:
    """Processor time of so many days."""
    began = time.process_time()
    for _ in range(days):
        step()
    return time.process_time() - began


def report(seconds: float, people: int, days: int, attempts: float, crossings: float) -> None:
    """Print processor time without set-up, and what happened a year and person."""
    years = people * days / 365.0
    print(json.dumps({"seconds": seconds, "attempts": attempts / years, "crossings": crossings / years}))
