"""Routes: random utility over the legs out of a place, travel, borders and the deadly legs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corridor.model.day_inputs import along
from corridor.model.decisions import Decision
from corridor.model.engine import draws, kernels
from corridor.model.engine.replicate_parameters import Value, by_row
from corridor.model.engine.stage import stage
from corridor.model.stages.weather import med_rough_chance
from corridor.model.state import State
from corridor.model.tables import UK, Status

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LOOK_AHEAD_DAYS = 30  # days between two searches of the whole map


def look_ahead(m: State) -> None:
    """What is known of the whole map: for each place, destination and way on, the utility of the way without borders
    ahead of it, and the cost of the border on it; used by all who choose until the next search."""
    g, legs = m.geography, np.maximum(m.geography.out_legs, 0)
    border = m.p.column.days_per_border_stop * border_tries(m)
    fixed = np.broadcast_to(fixed_cost(m), border.shape)
    ahead = cost_to_go(m, fixed + border)[:, :, g.destination[legs]]  # (replicate, destination, place, way)
    rationality = np.reshape(m.p.route_rationality, (-1, 1, 1, 1))
    utility = -rationality * (fixed[:, legs][:, None] + ahead)
    utility = np.where(g.out_legs >= 0, utility, -np.inf)
    m.legs.utility = np.ascontiguousarray(utility.swapaxes(1, 2)).reshape(-1, *utility.shape[1::2])
    m.legs.border_cost = border[:, legs].reshape(-1, legs.shape[1])


def fixed_cost(m: State) -> Floats:
    """Time and money of each leg, in days: shape (leg), or (replicate, leg)."""
    return m.geography.days + m.geography.cost_eur / 1000.0 * m.p.column.days_per_1000_eur


def border_tries(m: State) -> Floats:
    """Tries beyond the first that each leg's border takes, as believed, shape (replicate, leg)."""
    believed = np.minimum(m.legs.believed_stop, 0.95).reshape(m.replicates, -1)
    return believed / (1.0 - believed)


def cost_to_go(m: State, cost: Floats) -> Floats:
    """Least generalised cost from each place to each destination (Bellman 1958): (replicate, destination, place)."""
    g = m.geography
    n_places = len(g.places)
    goals: list[Ints] = [g.rows("camp"), *(np.array([place]) for place in m.groups.places)]
    value = np.full((m.replicates, len(goals), n_places), np.inf)
    for number, goal in enumerate(goals):
        value[:, number, goal] = 0.0
    legs = np.maximum(g.out_legs, 0)
    step = np.where(g.out_legs >= 0, cost[:, legs], np.inf)[:, None]  # (replicate, 1, place, way)
    for _ in range(n_places):
        ahead = np.min(step + value[:, :, g.destination[legs]], axis=3, initial=np.inf)
        nearer = np.minimum(value, ahead)
        if np.array_equal(nearer, value):
            break
        value = nearer
    return value


def choose_leg(m: State, rows: Ints) -> None:
    """People who wait on the way choose a leg; places with equally many ways together, to avoid empty columns."""
    if len(rows) == 0:
        return
    g = m.geography
    ways = g.ways[m.migrants.place[rows] % len(g.places)]
    m.migrants.status[rows[ways == 0]] = Status.SETTLED
    widest = g.out_legs.shape[1]
    alike = ((1, 1), (2, min(3, widest)), (4, widest))
    chosen = [chosen_leg(m, rows[(fewest <= ways) & (ways <= most)], most) for fewest, most in alike]
    depart(m, *(np.concatenate(parts) for parts in zip(*chosen, strict=True)))


def chosen_leg(m: State, rows: Ints, most: int) -> tuple[Ints, Ints]:
    """Random utility over at most `most` legs: the leg and what lies ahead, and borders, more so for the wary.

    Returns rows and legs of those for whom a way leads to their destination; the others settle where they are.
    """
    if len(rows) == 0:
        return rows, rows
    t, g = m.migrants, m.geography
    place, (_, goals, ways) = t.place[rows], m.legs.utility.shape
    felt_alike = m.legs.utility.reshape(-1, ways)  # rows are gathered by `take`, many times faster than by an index
    utility = felt_alike.take(place.astype(np.int64) * goals + t.destination[rows], axis=0)[:, :most]
    way = np.zeros(len(rows), dtype=np.int64)
    if most > 1:
        wary = m.p.of(t, rows).route_rationality * t.risk_aversion[rows].astype(np.float64)
        felt = utility - wary[:, None] * m.legs.border_cost.take(place, axis=0)[:, :most]
        way = kernels.choose(felt, draws.gumbel(t.key[rows], Decision.ROUTE, most, m.day))
    open_way = np.isfinite(utility[np.arange(len(rows)), way])
    t.status[rows[~open_way]] = Status.SETTLED
    return rows[open_way], g.out_legs[place % len(g.places), way][open_way]


def set_out(m: State, rows: Ints, leg: Ints) -> tuple[Ints, Ints]:
    """Who goes today: those whose leg leads to the camps wait inland for better days, or stay where they are for good.

    The readiness to set out grows with the temperature of the water and falls with the wait that is heard of from the
    coast; it is thought over once in `coast_review_days`.
    """
    t, p = m.migrants, m.p
    near = m.geography.to_camp[leg]
    who = rows[near]
    if len(who) == 0:
        return rows, leg
    u = draws.uniforms(t.key[who], (Decision.SET_OUT, Decision.INLAND_SETTLE), m.day)
    water = m.climate.water(m.date) - p.mild_water
    rate = p.set_out_rate * np.exp(p.set_out_per_degree * water + p.set_out_per_wait_day * m.market.queue_days)
    goes = -np.expm1(-p.coast_review_days * rate)[t.replicate[who]]
    stays = by_row(-np.expm1(-p.coast_review_days * p.stuck_hazard), t.replicate[who])
    go = u[0] < goes
    settle = ~go & (u[1] < stays)
    t.status[who[settle]] = Status.SETTLED
    later = who[~(go | settle)]
    m.set_due(later, m.day + np.rint(m.p.of(t, later).coast_review_days).astype(np.int64))
    today = ~near
    today[near] = go
    return rows[today], leg[today]


def depart(m: State, rows: Ints, leg: Ints) -> None:
    """Set out on a leg, or wait at a shore while the sea is rough."""
    t, g = m.migrants, m.geography
    rows, leg = set_out(m, rows, leg)
    if m.sea.med_rough.any():
        held = m.sea.med_rough[t.replicate[rows]] & g.by_sea[leg]
        late, rows, leg = rows[held], rows[~held], leg[~held]
        wait = draws.exponential(t.key[late], Decision.DEPARTURE_WAIT, m.day)
        m.set_due(late, m.day + 1 + wait.astype(np.int64))
    t.status[rows], t.leg[rows] = Status.TRAVELLING, leg
    days = g.days[leg] * (0.5 + 0.5 * draws.exponential(t.key[rows], Decision.TRAVEL_DAYS, m.day))
    m.set_due(rows, m.day + np.maximum(1, np.rint(days).astype(np.int64)))


@stage(
    writes="migrants.status migrants.place migrants.leg migrants.due migrants.failed migrants.reached_coast "
    "legs.believed_stop coast.arrived coast.present"
)
def travel(m: State) -> None:
    """Legs end: some die, some are turned back, the others reach the place ahead."""
    t, g = m.migrants, m.geography
    acting = m.coast.acting
    rows = acting[(t.status[acting] == Status.TRAVELLING) & (t.due[acting] == m.day)]  # not those who left today
    if len(rows) == 0:
        return
    leg, u = t.leg[rows], draws.uniforms(t.key[rows], (Decision.DEATH_ON_LEG, Decision.BORDER), m.day)
    way = t.replicate[rows].astype(np.int64) * len(g.origin) + leg
    dies = u[0] < p_death(m).ravel()[way]
    turned = ~dies & (u[1] < p_stop(m).ravel()[way])
    learn_of_borders(m, way, turned)
    bury(m, rows[dies], leg[dies])
    turn_back(m, rows[turned], leg[turned])
    arrives = ~(dies | turned)
    reach(m, rows[arrives], leg[arrives])


def p_death(m: State) -> Floats:
    """Chance to die on each leg today, shape (replicate, leg)."""
    p = m.p.column
    rough = np.where(m.sea.med_rough[:, None], p.med_rough_death_factor, 1.0)
    chance: Floats = np.minimum(1.0, m.geography.p_death * rough / along(mean_roughness(m)))
    return chance


def p_stop(m: State) -> Floats:
    """Chance to be turned back on each leg today, shape (replicate, leg)."""
    shares: Floats = 1.0 - (1.0 - m.geography.p_stop) * m.inputs.leg_pass
    return np.broadcast_to(shares, (m.replicates, shares.shape[-1]))


def mean_roughness(m: State) -> Value:
    """Mean factor on deaths over calm and rough days of this season, so that a leg's mean risk is the declared one."""
    chance = med_rough_chance(m)
    return 1.0 - chance + chance * m.p.med_rough_death_factor


def learn_of_borders(m: State, way: Ints, turned: NDArray[np.bool_]) -> None:
    """What is believed of a leg moves towards the share turned back today, with the memory of the place; `way` is the
    leg in its copy of the map."""
    believed = m.legs.believed_stop
    tried, back = kernels.tally(way, len(believed)), kernels.tally(way[turned], len(believed))
    seen = np.flatnonzero(tried)
    days = m.p.at(seen // len(m.geography.origin)).route_memory_days
    believed[seen] = kernels.approach(believed[seen], back[seen] / tried[seen], days)


def bury(m: State, rows: Ints, leg: Ints) -> None:
    """Deaths on the way: Atlantic from Western Sahara, else Mediterranean, Evros and Belarus borders among them."""
    if len(rows) == 0:
        return
    t, g = m.migrants, m.geography
    t.status[rows], t.leg[rows] = Status.DEAD, -1
    atlantic = g.atlantic[leg]
    m.count_rows("deaths_atlantic", t.replicate[rows[atlantic]])
    m.count_rows("deaths_mediterranean", t.replicate[rows[~atlantic]])


def turn_back(m: State, rows: Ints, leg: Ints) -> None:
    """Turned back at a leg: wait and choose again, or settle where one is."""
    t, g, key = m.migrants, m.geography, m.migrants.key[rows]
    t.failed[rows] += 1
    t.leg[rows] = -1
    inland = ~g.from_shore[leg]
    settles = inland & (draws.uniform(key, Decision.BORDER_GIVE_UP, m.day) < m.p.of(t, rows).border_give_up)
    t.status[rows] = np.where(settles, Status.SETTLED, Status.WAITING)
    again = rows[~settles]
    wait = m.p.of(t, again).border_wait_days * draws.exponential(t.key[again], Decision.RETRY_WAIT, m.day)
    m.set_due(again, m.day + 1 + wait.astype(np.int64))
    m.count_rows("border_stops", t.replicate[rows[inland]])
    m.count_rows("menton_stops", t.replicate[rows[g.menton[leg]]])


def reach(m: State, rows: Ints, leg: Ints) -> None:
    """Arrive at the place ahead: settle if it is the destination, join the coast if it is a camp, else go on."""
    t, g = m.migrants, m.geography
    replicate = t.replicate[rows].astype(np.int64)
    local = g.destination[leg]
    t.place[rows], t.leg[rows] = replicate * len(g.places) + local, -1
    destination = t.destination[rows]
    goal, bound = np.append(m.groups.places, -1)[destination - 1], destination == UK
    camp = bound & g.to_camp[leg]
    t.status[rows] = np.where(local == goal, Status.SETTLED, np.where(camp, Status.COAST, Status.WAITING))
    first = rows[camp & (t.reached_coast[rows] < 0)]
    t.reached_coast[first] = m.day
    m.coast.present = np.concatenate([m.coast.present, rows[camp]])
    m.set_due(rows[local != goal], m.day + 1)
    m.coast.arrived = rows[bound & ~camp]
    m.count_rows("coast_arrivals", t.replicate[first])
    m.count_rows("landed_people", t.replicate[rows[g.from_shore[leg]]])
    m.count_labels("leg_flows", replicate, leg)
