"""The crossing: places in boats are filled, and what the sea does to those afloat."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from corridor.model.decisions import Decision
from corridor.model.engine import draws, kernels
from corridor.model.engine.replicate_parameters import Value, by_row
from corridor.model.engine.stage import stage
from corridor.model.stages.smugglers import boat_price, sector_shares, still_booked
from corridor.model.state import NOBODY, Boats, State
from corridor.model.tables import Status

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
SHORTEST_KM = 43.0  # Calais to Dover, from which the evidence counts extra exposure
AFLOAT = (Decision.CASUALTY, Decision.CASUALTY_SIZE, Decision.VICTIM)
IN_PANIC = (Decision.PANIC, Decision.PANIC_SIZE, Decision.PANIC_VICTIM)
WHEN_MET = (Decision.AFLOAT_PANIC, Decision.AFLOAT_PANIC_SIZE, Decision.AFLOAT_PANIC_VICTIM)


@stage(writes="networks.boats networks.clients market.launches_ever boats coast.booked")
def embark(m: State) -> None:
    """Those who booked first fill the boats of their network; each boat goes to a sector by quantal response."""
    people, t = m.migrants, m.networks
    booked = m.coast.booked = still_booked(m)
    if not t.launches[: t.n].any():
        m.boats = Boats.none()
        return
    rows = booked[t.launches[people.network[booked]] > 0]
    network = people.network[rows].astype(np.int64)
    queue = people.booked_on[rows] + draws.uniform(people.key[rows], Decision.SEAT, m.day)
    rank = kernels.rank_in_group(network, queue)
    seats = np.maximum(t.seats[network], 1)
    aboard = rank < t.launches[network] * seats
    first_boat = np.cumsum(t.launches[: t.n]) - t.launches[: t.n]
    boat = first_boat[network] + rank // seats
    m.boats = launch(m, rows[aboard], boat[aboard])
    t.boats[: t.n] -= t.launches[: t.n]
    t.clients[: t.n] -= np.bincount(network[aboard], minlength=t.n)
    launches = kernels.tally(m.boats.replicate, m.replicates)
    m.market.launches_ever += launches
    m.count("attempts_boats", launches)
    m.count("taxi_boats", kernels.tally(m.boats.replicate[m.boats.taxi], m.replicates))
    m.count_labels("launches_by_sector", m.boats.replicate, m.boats.sector, people=False)


def launch(m: State, aboard: Ints, boat: Ints) -> Boats:
    """One row for every boat of the day, with its sector and tactic drawn by its own key."""
    t = m.networks
    network = np.repeat(np.arange(t.n), t.launches[: t.n])
    number = np.arange(len(network)) - np.repeat(np.cumsum(t.launches[: t.n]) - t.launches[: t.n], t.launches[: t.n])
    key = draws.child_keys(t.key[network] + draws.salt(Decision.LAUNCH_COUNT, m.day), number)
    u = draws.uniforms(key, (Decision.SECTOR, Decision.TACTIC), m.day)
    return Boats(
        replicate=t.replicate[network].astype(np.int64),
        network=network,
        sector=kernels.pick(sector_shares(m, network), u[0]),
        taxi=u[1] < t.taxi_share[network],
        key=key,
        stopped=np.zeros(len(network), dtype=bool),
        aboard=aboard,
        boat=boat,
    )


@stage(
    writes="migrants.status migrants.network migrants.boat_attempts migrants.tried_on "
    "networks.margin networks.cash coast.stopped market.afloat_known"
)
def cross(m: State) -> None:
    """Boats afloat: some are met close to the shore, some people die, some boats are brought back, the others arrive
    and pay."""
    b, people = m.boats, m.migrants
    if len(b.network) == 0:
        return
    aboard = b.people()
    afloat = ~b.stopped & (aboard > 0)
    met_afloat = intercepted(m, afloat)
    returned = afloat & (met_afloat | (draws.uniform(b.key, Decision.SEA_RETURN, m.day) < p_returned(m)))
    sails = afloat[b.boat]
    rows, boat = b.aboard[sails], b.boat[sails]
    dead = drowned(m, rows, boat, deaths(m, aboard, afloat & ~met_afloat))
    dead |= die_when_met(m, rows, boat, aboard, met_afloat)
    people.status[rows[dead]] = Status.DEAD
    back = ~dead & returned[boat]
    across = ~dead & ~returned[boat]
    people.status[rows[across]] = Status.ARRIVED_BOAT
    on_beach = m.coast.stopped
    m.coast.stopped = np.concatenate([on_beach, rows[back]])
    arrived_boats = afloat & ~returned
    count_crossings(m, rows, boat, dead, back, across, arrived_boats, returned)
    count_intercepted(m, rows[met_afloat[boat]], rows[back & ~met_afloat[boat]], met_afloat)
    attempt(m, np.concatenate([rows, on_beach, m.coast.died_at_launch]))
    pay(m, boat[across])
    people.network[rows] = -1


def exposure(m: State) -> Floats:
    """How exposed each boat is to interception afloat: a taxi boat, which waits close to the shore, fully."""
    b = m.boats
    result: Floats = np.where(b.taxi, 1.0, m.p.at(b.replicate).afloat_beach_factor)
    return result


def intercepted(m: State, afloat: Bools) -> Bools:
    """Which boats are met within 300 m of the shore and brought back; networks learn the share of exposed boats met."""
    b = m.boats
    if not np.any(m.inputs.interception_afloat) and not m.market.afloat_known.any():
        return np.zeros(len(b.network), dtype=bool)
    exposed = exposure(m)
    chance = by_row(m.inputs.interception_afloat, b.replicate) * exposed
    met: Bools = afloat & (draws.uniform(b.key, Decision.AFLOAT_STOP, m.day) < chance)
    tried = kernels.tally(b.replicate[afloat], m.replicates, exposed[afloat])
    seen = np.flatnonzero(tried > 0)
    share = np.minimum(1.0, kernels.tally(b.replicate[met], m.replicates)[seen] / tried[seen])
    known = m.market.afloat_known
    known[seen] = kernels.approach(known[seen], share, m.p.at(seen).belief_memory_days)
    return met


def die_when_met(m: State, rows: Ints, boat: Ints, aboard: Ints, met: Bools) -> Bools:
    """Which of the people aboard die when their boat is met afloat: the fuller it is, the more."""
    if not met.any():
        return np.zeros(len(rows), dtype=bool)
    risk = m.p.at(m.boats.replicate).afloat_death_per_10k / 1e4 * crowded(m, aboard, 0.0)
    dying = casualties_of(m, aboard, met, risk, WHEN_MET)
    dead = drowned(m, rows, boat, dying, Decision.AFLOAT_PANIC_VICTIM)
    m.count_rows("deaths_at_interception", m.migrants.replicate[rows[dead]])
    return dead


def count_intercepted(m: State, met: Ints, rescued: Ints, boats: Bools) -> None:
    """Tally people in boats met close to the shore, people rescued farther out, and the boats that were met."""
    m.count_rows("intercepted_afloat_people", m.migrants.replicate[met])
    m.count_rows("returned_at_sea_people", m.migrants.replicate[rescued])
    m.count_rows("intercepted_afloat_boats", m.boats.replicate[boats])


def p_returned(m: State) -> Floats:
    """Chance that a boat afloat is brought back to France, by the length of its crossing."""
    extra = np.maximum(0.0, m.geography.sector_km[m.boats.sector] - SHORTEST_KM)
    p = m.p.at(m.boats.replicate)
    return np.minimum(0.9, p.p_sea_fail * np.exp(p.route_length_risk * extra))


def deaths(m: State, aboard: Ints, afloat: Bools) -> Ints:
    """Agents who die in each boat afloat: failures with a heavy tail, and the rare loss of a boat with most people."""
    b, p = m.boats, m.p.at(m.boats.replicate)
    lost = afloat & (draws.uniform(b.key, Decision.MASS_CASUALTY, m.day) < p.mass_event_chance)
    most = kernels.whole(np.rint(p.mass_event_share * aboard * m.scale) / m.scale, victim_luck(m, AFLOAT))
    few = casualties_of(m, aboard, afloat & ~lost, risk_afloat(m, aboard), AFLOAT)
    return np.where(lost, np.minimum(most, aboard), few)


def risk_afloat(m: State, aboard: Ints) -> Floats:
    """Mean number of dead per person afloat: `death_base_per_10k` at `crowding_reference` people aboard over a year's
    mix of launches; it grows with crowding, with distance, and as less of the night can be used (D38, D40)."""
    b, p = m.boats, m.p.at(m.boats.replicate)
    extra = np.maximum(0.0, m.geography.sector_km[b.sector] - SHORTEST_KM)
    rough = p.death_rough_factor ** (1.0 - m.sea.window[b.replicate]) / m.windows.roughness[b.replicate]
    risk: Floats = p.death_base_per_10k / 1e4 * crowded(m, aboard, p.route_length_risk * extra) * rough
    return risk


def panic_risk(m: State, aboard: Ints) -> Floats:
    """Mean number of dead per person at a launch that is stopped."""
    risk: Floats = m.p.at(m.boats.replicate).panic_death_per_10k / 1e4 * crowded(m, aboard, 0.0)
    return risk


def crowded(m: State, aboard: Ints, more: Floats | float) -> Floats:
    """Growth of a risk with the people aboard, and with the exponent of something else."""
    p = m.p.at(m.boats.replicate)
    factor: Floats = np.exp(p.death_crowding_slope * (aboard * m.scale - p.crowding_reference) + more)
    return factor


def casualties_of(m: State, aboard: Ints, exposed: Bools, risk: Floats, luck: tuple[int, int, int]) -> Ints:
    """Agents who die in each exposed boat in events with a heavy tail, whose chance gives the mean risk per person."""
    b, p = m.boats, m.p.at(m.boats.replicate)
    size = aboard * m.scale
    chance = np.minimum(0.5, size * risk / mean_casualties(m.p.death_tail, size, b.replicate))
    happens = exposed & (draws.uniform(b.key, luck[0], m.day) < chance)
    dead = kernels.casualties(draws.uniform(b.key, luck[1], m.day), p.death_tail, size.astype(np.int64))
    agents = kernels.whole(np.where(happens, dead, 0) / m.scale, victim_luck(m, luck))
    return np.minimum(agents, aboard)


def victim_luck(m: State, luck: tuple[int, int, int]) -> Floats:
    """The draw that rounds the dead of each boat to whole agents."""
    return draws.uniform(m.boats.key, luck[2], m.day)


def mean_casualties(tail: Value, aboard: NDArray[np.floating], replicate: Ints = NOBODY) -> Floats:
    """Mean of the Pareto number of dead, capped at the people aboard: sum of d^-tail for d from 1 to the cap.

    `tail` is one number, or one for each replicate; then `replicate` says to which each boat belongs.
    """
    sums = np.cumsum(np.arange(1, 201, dtype=np.float64) ** -np.expand_dims(tail, -1), axis=-1)
    cap = np.clip(aboard.astype(np.int64), 1, sums.shape[-1])
    means: Floats = sums[cap - 1] if sums.ndim == 1 else sums[replicate, cap - 1]
    return means


def drowned(m: State, rows: Ints, boat: Ints, dying: Ints, luck: int = Decision.VICTIM) -> Bools:
    """Which of the people aboard die: the first `dying` of each boat in a keyed order."""
    if not dying.any():
        return np.zeros(len(rows), dtype=bool)
    order = draws.uniform(m.migrants.key[rows], luck, m.day)
    return kernels.rank_in_group(boat, order) < dying[boat]


def count_crossings(
    m: State, rows: Ints, boat: Ints, dead: Bools, back: Bools, across: Bools, arrived: Bools, returned: Bools
) -> None:
    """Tally arrivals, returns and deaths of the day."""
    people, b = m.migrants, m.boats
    replicate = people.replicate[rows].astype(np.int64)
    m.count_rows("deaths_channel", replicate[dead])
    m.count_rows("prevented_people", replicate[back])
    m.count_rows("arrivals_people", replicate[across])
    m.count_rows("arrivals_boats", b.replicate[arrived])
    m.count_rows("prevented_boats", b.replicate[returned])
    m.count_rows("attempts_people", replicate)
    group = people.group[rows[across]]
    m.count_rows("arrivals_albania", replicate[across][group == 0])
    m.count_labels("arrivals_by_group", replicate[across], group)
    m.count_labels("leg_flows", replicate[across], m.geography.boat_legs[b.sector[boat[across]]])


def attempt(m: State, rows: Ints) -> None:
    """Everybody whose boat attempt met an outcome today: first of the recorded days, first of them in this year, one
    more of many."""
    people, recorded = m.migrants, (m.start - m.past_from).days
    this_year = max(recorded, (date(m.date.year, 1, 1) - m.past_from).days)
    before = people.tried_on[rows]
    m.count_rows("new_people_trying", people.replicate[rows[before < recorded]])
    m.count_rows("unique_people_trying", people.replicate[rows[before < this_year]])
    people.boat_attempts[rows] += 1
    people.tried_on[rows] = m.day


def pay(m: State, boat: Ints) -> None:
    """Fares: a share is paid on sailing, the rest released on arrival; profit per launch moves the running margin."""
    t, b = m.networks, m.boats
    released = m.p.at(b.replicate).pay_on_success
    arrived = np.bincount(boat, minlength=len(b.network)) * m.scale
    aboard = np.where(b.stopped, 0.0, b.people() * m.scale)
    fare = t.fare[b.network]
    earned = fare * (released * arrived + (1.0 - released) * aboard)
    cost = boat_price(m)[b.replicate]
    launches = np.bincount(b.network, minlength=t.n)
    profit = kernels.tally(b.network, t.n, earned - cost)
    active = np.flatnonzero(launches)
    mean = profit[active] / launches[active]
    t.margin[active] = kernels.approach(t.margin[active], mean, m.p.of(t, active).margin_memory_launches)
    t.cash[: t.n] += kernels.tally(b.network, t.n, earned)
    m.count("fares_paid", kernels.tally(b.replicate, m.replicates, earned))
