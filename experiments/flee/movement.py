"""Where people go who flee: Flee's rules of movement as a policy of choice, one array operation for all agents.

Written from the published description (Suleimenova, Bell & Groen 2017, doi:10.1038/s41598-017-13828-9, Methods;
Suleimenova & Groen 2020, doi:10.18564/jasss.4193, for closures and redirection; flee.readthedocs.io for the settings of
Flee 3). A day of an agent:

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
from corridor.model.engine.kernels import Bools, Floats, Ints, ration, tally

SPAWN, LEAVE, AGAIN = 1, 2, 1_002  # numbers of decisions: LEAVE + k in turn k of a day, AGAIN + k for a new choice
MOST_TURNS = AGAIN - LEAVE  # decisions of one agent within a day: legs may have no length
ANOTHER = 1_000_000  # days between the turns of a day, in the keys of new choices
UNLIMITED = float(np.iinfo(np.int32).max)


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
        self.origin, self.destination = legs.origin, legs.destination
        camp = np.isin(places.kind, CAMPS)
        foreign = np.where(places.country == places.country[0], 1.0, settings.foreign_weight)
        self.attraction = foreign * np.where(camp, settings.camp_weight, 1.0)
        by_kind = {"camp": settings.camp_movechance, "idpcamp": settings.idpcamp_movechance, "hub": 1.0, "marker": 1.0}
        self.usual_chance = np.array([by_kind.get(kind, settings.default_movechance) for kind in places.kind.tolist()])
        self.forced = np.full(self.n_places, -1)
        self.forced[legs.origin[legs.forced]] = np.flatnonzero(legs.forced)
        self.marker = places.kind == "marker"
        self.has_forced, self.has_markers = bool(legs.forced.any()), bool(self.marker.any())
        self.routes = routes_of(legs, settings.awareness_level)
        self.length = (self.routes.km + settings.distance_softening) ** settings.distance_power
        self.speed = speeds(legs, settings)
        self.slots = slots_of(legs, self.n_places)
        self.limited = np.flatnonzero(np.isfinite(places.capacity))  # places with a capacity, [agents]
        self.capacity = places.capacity[self.limited] * settings.capacity_scaling / settings.hasten
        self.people = np.zeros(self.n_places, dtype=np.int64)  # agents at each place
        self.population = places.population.copy()
        self.shut = [closure.shut(places, legs) for closure in scenario.closures]

    def begin(self, day: int) -> None:
        """Conflicts and closures of a day."""
        self.conflict = self.scenario.conflict[day]
        at_war = self.conflict > 0.0
        score = np.where(at_war, self.settings.conflict_weight, 1.0) * self.attraction
        self.chance = np.where(at_war, self.settings.conflict_movechance, self.usual_chance)
        self.chance[self.forced >= 0] = 1.0
        self.open = np.ones(len(self.destination), dtype=bool)
        for closure, shut in zip(self.scenario.closures, self.shut, strict=True):
            if closure.holds(day):
                self.open &= ~shut
        passable = np.append(self.open, True)[self.routes.legs].all(axis=1)
        self.value = np.where(passable, score[self.routes.end] / self.length, 0.0)
        self.room_of_table = np.empty(0)

    def room(self) -> Floats:
        """How much of its attractiveness each place has left: less from a share of its capacity on, 0 where full."""
        room = np.ones(self.n_places)
        if not len(self.limited):
            return room
        left = (self.capacity - self.people[self.limited]) / ((1.0 - self.settings.capacity_buffer) * self.capacity)
        room[self.limited] = np.clip(left, 0.0, 1.0)
        return room

    def table(self, room: Floats) -> Floats:
        """Cumulated weights of the legs that leave each place, of shape (places, most legs); kept while `room` is."""
        if not np.array_equal(room, self.room_of_table):
            value = self.value * room[self.routes.end]
            if self.settings.weight_power != 1.0:
                value = np.where(value > 0.0, value, 0.0) ** self.settings.weight_power * (value > 0.0)
            weights = tally(self.routes.first, len(self.open), value)
            self.cumulated = np.cumsum(np.append(weights, 0.0)[self.slots], axis=1)
            self.room_of_table = room
        return self.cumulated

    def free(self) -> Floats:
        """How many more agents each place takes, as whole numbers."""
        free = np.full(self.n_places, UNLIMITED)
        free[self.limited] = np.maximum(np.floor(self.capacity) - self.people[self.limited], 0.0)
        return free


def speeds(legs: Legs, settings: Settings) -> Floats:
    """Speed on each leg [km a day]."""
    by_mode = {
        "drive": settings.max_move_speed,
        "walk": settings.max_walk_speed,
        "crossing": settings.max_crossing_speed,
    }
    return np.array([by_mode[mode] for mode in legs.mode.tolist()], dtype=float)


def slots_of(legs: Legs, n_places: int) -> Ints:
    """The legs that leave each place, of shape (places, most legs), -1 where there are no more."""
    order = np.argsort(legs.origin, kind="stable")
    origin = legs.origin[order]
    slot = np.arange(len(order)) - np.searchsorted(origin, origin)
    slots = np.full((n_places, int(slot.max(initial=0)) + 1), -1)
    slots[origin, slot] = order
    return slots


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
    """Agents begin in conflict zones, in proportion to population times intensity; where nobody lives in one, in all
    alike, and on a day without conflict in the places that are declared as zones."""
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
    place, leg = agents.place[: agents.n], agents.leg[: agents.n]
    luck, chance = uniform(agents.key[: agents.n], LEAVE, day), world.chance[place]
    who, under_way = np.flatnonzero((luck < chance) & (leg < 0)), np.flatnonzero(leg >= 0)
    luck, left = luck[who] / chance[who], np.ones(len(who))  # left: of the day
    arrived, its_left = advance(agents, world, under_way, np.ones(len(under_way)))
    for turn in range(1, MOST_TURNS):
        if len(arrived):
            its_luck, chance = uniform(agents.key[arrived], LEAVE + turn, day), world.chance[agents.place[arrived]]
            leaves = (its_luck < chance) & (its_left > 0.0)
            who = np.concatenate([who, arrived[leaves]])
            left = np.concatenate([left, its_left[leaves]])
            luck = np.concatenate([luck, its_luck[leaves] / chance[leaves]])
        if not len(who):
            return
        goes = depart(agents, world, who, luck, day + turn * ANOTHER)
        arrived, its_left = advance(agents, world, who[goes], left[goes])
        who, left, luck = who[:0], left[:0], luck[:0]


def depart(agents: Agents, world: World, who: Ints, luck: Floats, occasion: int) -> Bools:
    """Agents who leave take a leg, if there is one; which of them do. `luck` is uniform among those who leave: the
    draw by which they do, over the chance to leave."""
    place, room = agents.place[who], world.room()
    leg = choose(world, world.table(room), place, agents.came[who], luck)
    if len(world.limited):
        turn_away(agents, world, who, leg, room, occasion)
    goes = leg >= 0
    agents.leg[who[goes]], agents.km[who[goes]] = leg[goes], world.scenario.legs.km[leg[goes]]
    world.people -= np.bincount(place[goes], minlength=world.n_places)
    return goes


def turn_away(agents: Agents, world: World, who: Ints, leg: Ints, room: Floats, occasion: int) -> None:
    """Agents who chose a place that others of them fill up choose anew, without it: `leg` is changed."""
    free, full = world.free(), np.zeros(world.n_places, dtype=bool)
    for again in range(len(world.limited)):  # each time at least one place closes
        end = np.where(leg >= 0, world.destination[leg], world.n_places)
        wanted = np.bincount(end, minlength=world.n_places + 1)[:-1]
        over = (wanted > free) & ~full
        if not over.any():
            return
        late = np.flatnonzero(np.append(over, False)[end])
        late = late[~ration(end[late], np.zeros(len(late)), free.astype(np.int64))]
        full |= over
        luck = uniform(agents.key[who[late]], AGAIN + again, occasion)
        table = world.table(np.where(full, 0.0, room))
        leg[late] = choose(world, table, agents.place[who[late]], agents.came[who[late]], luck)


def choose(world: World, table: Floats, place: Ints, came: Ints, luck: Floats) -> Ints:
    """A leg for each agent at a place, with chances in proportion to weights; -1 where every weight is zero.

    Who passes a marker does not turn back there, and who is at a place of forced redirection takes its leg.
    """
    options, cumulated = world.slots[place], table[place]
    if world.has_markers:
        weight = np.diff(cumulated, prepend=0.0, axis=1)
        weight[world.marker[place][:, None] & (world.destination[options] == came[:, None])] = 0.0
        cumulated = np.cumsum(weight, axis=1)
    total = cumulated[:, -1]
    slot = np.minimum((cumulated <= (luck * total)[:, None]).sum(axis=1), options.shape[1] - 1)
    leg = np.where(total > 0.0, options[np.arange(len(place)), slot], -1)
    if world.has_forced:
        forced = world.forced[place]
        leg = np.where((forced >= 0) & world.open[forced], forced, leg)
    return leg


def advance(agents: Agents, world: World, who: Ints, left: Floats) -> tuple[Ints, Floats]:
    """Agents cover what is left of their day; those who arrive, and what is left of theirs."""
    leg = agents.leg[who]
    need = agents.km[who] / world.speed[leg]
    arrives = need <= left
    agents.km[who] -= np.minimum(need, left) * world.speed[leg]
    arrived, last = who[arrives], leg[arrives]
    agents.came[arrived], agents.place[arrived] = world.origin[last], world.destination[last]
    agents.leg[arrived] = -1
    world.people += np.bincount(agents.place[arrived], minlength=world.n_places)
    return arrived, (left - need)[arrives]
