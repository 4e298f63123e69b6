"""What is known of the map: the least cost from each place to each destination, computed way by way."""

from __future__ import annotations

import math

from corridor.model.reference.world import World
from corridor.model.tables import UK


def look_ahead(m: World) -> None:
    """For each place and destination, the utility of every way on, and the cost of the border on it."""
    g, p = m.geography, m.p
    legs = range(len(g.origin))
    fixed = [float(g.days[leg] + g.cost_eur[leg] / 1000.0 * p.days_per_1000_eur) for leg in legs]
    border = [p.days_per_border_stop * tries_at_border(m.believed_stop[leg]) for leg in legs]
    goals = {UK: [int(row) for row in g.rows("camp")]}
    goals |= {number: [int(place)] for number, place in enumerate(m.groups.places, start=UK + 1)}
    cost = [fixed[leg] + border[leg] for leg in legs]
    for destination, goal in goals.items():
        to_go = cost_to_go(m, goal, cost)
        for place in m.places:
            ahead = [fixed[leg] + to_go[int(g.destination[leg])] for leg in place.ways]
            place.ways_known[destination] = [-p.route_rationality * days for days in ahead]
    for place in m.places:
        place.border_costs = [border[leg] for leg in place.ways]


def tries_at_border(believed_stop: float) -> float:
    """Tries beyond the first that a border takes."""
    believed = min(believed_stop, 0.95)
    return believed / (1.0 - believed)


def cost_to_go(m: World, goal: list[int], cost: list[float]) -> list[float]:
    """Least cost from each place to the nearest goal: improve costs until none can be improved (Bellman 1958)."""
    to_go = [0.0 if place.row in goal else math.inf for place in m.places]
    shorter = True
    while shorter:
        shorter = False
        for place in m.places:
            for leg in place.ways:
                this_way = cost[leg] + to_go[int(m.geography.destination[leg])]
                if this_way < to_go[place.row]:
                    to_go[place.row], shorter = this_way, True
    return to_go
