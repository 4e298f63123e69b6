"""Where people go who flee: Flee's rules of movement as a policy of choice, one array operation for all agents.

Written from the published description (Suleimenova, Bell & Groen 2017, doi:10.1038/s41598-017-13828-9, Methods;
Anastasiadis et al. 2021, doi:10.1177/00375497211059253; flee.readthedocs.io). A day of an agent:

1. who is at a place leaves it with the place's chance (conflict zone 1, town 0.3, camp 0.001; hubs and markers 1);
2. who leaves takes a leg with a chance in proportion to its weight: the attractiveness of what lies at its end over
   its length plus a softening, summed over the places that are known (`awareness_level` legs ahead);
3. who is under way covers what the day allows, and who arrives before it is over decides again as in 1.

Camps attract less from 90 % of their capacity on and nobody sets out for a full one; closed legs are not taken. Forced
redirection sends everybody at a place along one leg.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corridor.experiments.flee.geography import CAMPS, Legs
from corridor.experiments.flee.scenario import Scenario
from corridor.experiments.flee.settings import Settings
from corridor.model.engine.draws import Keys, child_keys, key_of, uniform
from corridor.model.engine.kernels import Floats, Ints, ration, tally

SPAWN, LEAVE, LEG = 1, 2, 1_000_002  # numbers of decisions; those after the first of a day follow each
ALWAYS = ("hub", "marker")  # nobody stays there
MOST_ROUNDS = 10_000  # decisions of one agent within a day, for legs of no length


@dataclass(frozen=True)
class Outcome:
    """People at each place after each day, those under way, all who came so far, and who would have come but for an
    earlier fall of the total (the debt)."""

    people: Floats
    travelling: Floats
    spawned: Floats
    debt: Floats


@dataclass(frozen=True)
class Routes:
    """Ways of up to `awareness_level` legs that do not turn back: their first leg, all their legs (-1 pads), where
    they end, and their length [km]."""

    first: Ints
    legs: Ints
    end: Ints
    km: Floats


def routes_of(legs: Legs, level: int) -> Routes:
    """All routes of one to `level` legs."""
    ways: list[tuple[int, ...]] = [(leg,) for leg in range(len(legs.km))]
    onward: dict[int, list[int]] = {}
    for leg, origin in enumerate(legs.origin.tolist()):
        onward.setdefault(origin, []).append(leg)
    found = list(ways)
    for _ in range(level - 1):
        ways = [
            (*way, leg)
            for way in ways
            for leg in onward.get(int(legs.destination[way[-1]]), [])
            if legs.destination[leg] not in legs.origin[list(way)]
        ]
        found += ways
    padded = np.array([[*way, *[-1] * (level - len(way))] for way in found], dtype=np.int64).reshape(-1, level)
    last = np.array([way[-1] for way in found], dtype=np.int64)
    km = np.where(padded >= 0, legs.km[padded], 0.0).sum(axis=1)
    return Routes(padded[:, 0], padded, legs.destination[last], km)


class World:
    """The network of a scenario with what changes from day to day: conflicts, closures, and how full places are."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.settings = scenario, scenario.settings
        places, legs, settings = scenario.places, scenario.legs, scenario.settings
        self.n_places = len(places.names)
        self.camp = np.isin(places.kind, CAMPS)
        self.capacity = places.capacity * settings.capacity_scaling
        self.routes = routes_of(legs, settings.awareness_level)
        self.speed = speeds(legs, settings)
        self.marker = places.kind == "marker"
        self.foreign = np.where(places.country == places.country[0], 1.0, settings.foreign_weight)
        self.slots, self.slot_of = slots_of(legs, self.n_places)
        self.forced = np.full(self.n_places, -1)
        self.forced[legs.origin[legs.forced]] = np.flatnonzero(legs.forced)
        self.people = np.zeros(self.n_places, dtype=np.int64)  # agents at each place
        self.population = places.population.copy()

    def begin(self, day: int) -> None:
        """Conflicts and closures of a day."""
        settings, places = self.settings, self.scenario.places
        self.conflict = self.scenario.conflict[day]
        at_war = self.conflict > 0.0
        self.score = self.foreign * np.where(self.camp, settings.camp_weight, 1.0)
        self.score[at_war] *= settings.conflict_weight
        self.chance = np.full(self.n_places, settings.default_movechance)
        self.chance[places.kind == "camp"] = settings.camp_movechance
        self.chance[places.kind == "idpcamp"] = settings.idpcamp_movechance
        self.chance[at_war] = settings.conflict_movechance
        self.chance[np.isin(places.kind, ALWAYS) | (self.forced >= 0)] = 1.0
        self.open = np.ones(len(self.scenario.legs.km), dtype=bool)
        for closure in self.scenario.closures:
            if closure.holds(day):
                self.open &= ~closure.shut(places, self.scenario.legs)

    def weights(self) -> Floats:
        """The weight of each leg now: the attractiveness of the places that its routes lead to over their length."""
        settings, routes = self.settings, self.routes
        limited = np.isfinite(self.capacity)
        room = np.ones(self.n_places)
        left = self.capacity[limited] - self.people[limited] * settings.hasten
        room[limited] = np.clip(left / ((1.0 - settings.capacity_buffer) * self.capacity[limited]), 0.0, 1.0)
        passable = np.append(self.open, True)[routes.legs].all(axis=1)
        length = (routes.km + settings.distance_softening) ** settings.distance_power
        value = np.where(passable, self.score[routes.end] * room[routes.end] / length, 0.0) ** settings.weight_power
        return tally(routes.first, len(self.open), np.where(passable, value, 0.0))

    def free(self) -> Ints:
        """How many more agents each place takes."""
        free = np.full(self.n_places, np.iinfo(np.int64).max)
        limited = np.isfinite(self.capacity)
        free[limited] = np.maximum(self.capacity[limited] // self.settings.hasten - self.people[limited], 0).astype(int)
        return free


def speeds(legs: Legs, settings: Settings) -> Floats:
    """Speed on each leg [km a day]."""
    by_mode = {
        "drive": settings.max_move_speed,
        "walk": settings.max_walk_speed,
        "crossing": settings.max_crossing_speed,
    }
    return np.array([by_mode[mode] for mode in legs.mode.tolist()], dtype=float)


def slots_of(legs: Legs, n_places: int) -> tuple[Ints, Ints]:
    """The legs that leave each place, of shape (places, most legs), -1 where there are no more; and the place in its
    row of each leg."""
    order = np.argsort(legs.origin, kind="stable")
    first = np.searchsorted(legs.origin[order], np.arange(n_places))
    slot = np.empty(len(order), dtype=np.int64)
    slot[order] = np.arange(len(order)) - first[legs.origin[order]]
    slots = np.full((n_places, int(slot.max(initial=0)) + 1), -1)
    slots[legs.origin, slot] = np.arange(len(order))
    return slots, slot


@dataclass
class Agents:
    """One entry for each agent that ever comes: key, place, leg (-1: at the place), km left on it, and where it came
    from (-1: nowhere)."""

    key: Keys
    place: Ints
    leg: Ints
    km: Floats
    came: Ints
    n: int = 0


def simulate(scenario: Scenario, seed: int = 1) -> Outcome:
    """The scenario day by day. A run is the same for the same seed; agents keep their luck whatever else changes."""
    world, settings, days = World(scenario), scenario.settings, scenario.days
    initial, cumulated, debt = entries(scenario)
    agents = agents_of(int(initial.sum() + cumulated[-1]), seed)
    enter(agents, world, np.repeat(np.arange(world.n_places), initial))
    people, travelling = np.zeros((days, world.n_places)), np.zeros(days)
    for day, new in enumerate(np.diff(cumulated, prepend=0)):
        world.begin(day)
        if new:
            spawn(agents, world, int(new), day)
        move(agents, world, day)
        people[day] = world.people
        travelling[day] = agents.n - world.people.sum()
    spawned = (cumulated + initial.sum()) * settings.hasten
    return Outcome(people * settings.hasten, travelling * settings.hasten, spawned.astype(float), debt)


def entries(scenario: Scenario) -> tuple[Ints, Ints, Floats]:
    """Agents at each place before the first day, agents who came up to each day, and the debt of each day.

    People come as the total of all refugees grows. When it falls nobody leaves; nobody comes until it has grown beyond
    where it was.
    """
    settings, total = scenario.settings, scenario.total.by_day(scenario.days)
    highest = np.maximum.accumulate(total)
    initial = np.zeros(len(scenario.places.names), dtype=np.int64)
    if settings.insert_day0:
        for name, reports in scenario.targets.items():
            initial[scenario.places.numbers[name]] = int(reports.by_day(1)[0] // settings.hasten)
    begun = total[0] if settings.insert_day0 else 0.0
    return initial, ((highest - begun) // settings.hasten).astype(np.int64), highest - total


def agents_of(count: int, seed: int) -> Agents:
    """Agents who have not come yet."""
    key = child_keys(np.full(count, key_of(seed), dtype=np.uint64), np.arange(count))
    return Agents(key, np.zeros(count, np.int64), np.full(count, -1), np.zeros(count), np.full(count, -1))


def enter(agents: Agents, world: World, places: Ints) -> None:
    """The next agents begin at these places."""
    agents.place[agents.n : agents.n + len(places)] = places
    agents.n += len(places)
    world.people += np.bincount(places, minlength=world.n_places)


def spawn(agents: Agents, world: World, count: int, day: int) -> None:
    """Agents begin in conflict zones, in proportion to population and intensity; nowhere where nobody lives in one."""
    weight = np.cumsum(world.population * world.conflict)
    if weight[-1] <= 0.0:
        weight = np.cumsum((world.conflict > 0.0).astype(float))
    if weight[-1] <= 0.0:
        weight = np.cumsum((world.scenario.places.kind == "conflict").astype(float))
    luck = uniform(agents.key[agents.n : agents.n + count], SPAWN, day)
    places = np.searchsorted(weight, luck * weight[-1], side="right")
    enter(agents, world, places)
    if world.settings.take_from_population:
        taken = np.bincount(places, minlength=world.n_places) * world.settings.hasten
        world.population = np.maximum(world.population - taken, 0.0)


def move(agents: Agents, world: World, day: int) -> None:
    """One day: agents advance, arrive, and decide, until the day is over for each."""
    here = agents.leg[: agents.n] < 0
    leaving = here & (uniform(agents.key[: agents.n], LEAVE, day) < world.chance[agents.place[: agents.n]])
    under_way, deciding = np.flatnonzero(~here), np.flatnonzero(leaving)
    left = np.ones(agents.n)  # of the day
    for turn in range(MOST_ROUNDS):
        gone = depart(agents, world, deciding, day, turn)
        arrived = advance(agents, world, np.concatenate([under_way, gone]), left)
        deciding = arrived[left[arrived] > 0.0]
        luck = uniform(agents.key[deciding], LEAVE + 2 * (turn + 1), day)
        deciding = deciding[luck < world.chance[agents.place[deciding]]]
        under_way = under_way[:0]
        if not len(deciding):
            return


def depart(agents: Agents, world: World, who: Ints, day: int, turn: int) -> Ints:
    """Those of the agents who find a leg take it; the numbers of these."""
    if not len(who):
        return who
    place, luck = agents.place[who], uniform(agents.key[who], LEG + 2 * turn, day)
    leg = choose(world, world.weights(), place, agents.came[who], luck)
    free, destination = world.free(), world.scenario.legs.destination
    for _ in range(world.n_places):  # until nobody chose a place that fills up
        end = destination[leg]
        wanted = np.bincount(end[leg >= 0], minlength=world.n_places)
        over = np.flatnonzero(wanted > free)
        if not len(over):
            break
        late = (leg >= 0) & np.isin(end, over)
        late[late] = ~ration(end[late], luck[late], free)
        weights = world.weights()
        weights[np.isin(destination, over)] = 0.0
        free[over] = np.bincount(end[(leg >= 0) & ~late], minlength=world.n_places)[over]
        leg[late] = choose(world, weights, place[late], agents.came[who[late]], luck[late])
    going = leg >= 0
    who, leg = who[going], leg[going]
    agents.leg[who], agents.km[who] = leg, world.scenario.legs.km[leg]
    world.people -= np.bincount(agents.place[who], minlength=world.n_places)
    return who


def choose(world: World, weights: Floats, place: Ints, came: Ints, luck: Floats) -> Ints:
    """A leg for each agent at a place, with chances in proportion to weights; -1 where every weight is zero.

    Who passes a marker does not turn back there, and who is at a place of forced redirection takes its leg.
    """
    options = world.slots[place]
    weight = np.where(options >= 0, weights[options], 0.0)
    passing = world.marker[place]
    if passing.any():
        back = world.scenario.legs.destination[options] == came[:, None]
        weight[passing] = np.where(back[passing], 0.0, weight[passing])
    total = np.cumsum(weight, axis=1)
    slot = (total <= (luck * total[:, -1])[:, None]).sum(axis=1)
    leg = np.where(total[:, -1] > 0.0, options[np.arange(len(place)), np.minimum(slot, options.shape[1] - 1)], -1)
    forced = world.forced[place]
    return np.where((forced >= 0) & world.open[forced], forced, leg)


def advance(agents: Agents, world: World, who: Ints, left: Floats) -> Ints:
    """Agents cover what is left of their day; the numbers of those who arrive."""
    leg = agents.leg[who]
    need = agents.km[who] / world.speed[leg]
    arrives = need <= left[who]
    agents.km[who] -= np.minimum(need, left[who]) * world.speed[leg]
    left[who] = np.where(arrives, left[who] - need, 0.0)
    arrived, last = who[arrives], leg[arrives]
    agents.came[arrived] = world.scenario.legs.origin[last]
    agents.place[arrived] = world.scenario.legs.destination[last]
    agents.leg[arrived] = -1
    world.people += np.bincount(agents.place[arrived], minlength=world.n_places)
    return arrived
