"""Smuggling networks: supply of boats, fares, launches, crowding, tactic; bookings and the entry of newcomers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corridor.model.decisions import Decision
from corridor.model.engine import draws, kernels
from corridor.model.engine.replicate_parameters import Value, by_row
from corridor.model.engine.stage import stage
from corridor.model.state import NETWORK_SLOTS, NO_SUPPLY, State
from corridor.model.tables import NetworkStatus, Status

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def found_networks(m: State) -> None:
    """Lay out the rows of all networks and let the first few trade."""
    t = m.networks
    rows = t.add(NETWORK_SLOTS * m.replicates)
    replicate, slot = np.divmod(rows, NETWORK_SLOTS)
    t.replicate[rows] = replicate
    t.key[rows] = draws.child_keys(draws.mixed(m.seed_keys[replicate] + np.uint64(17)), slot)
    t.taxi_share[rows] = m.p.at(replicate).taxi_share_start
    t.sector_belief[rows] = m.p.at(replicate[:, None]).prior_boat_stopped
    first = rows[slot < np.rint(m.p.at(replicate).networks_start)]
    begin_trade(m, first, m.p.of(t, first).fare_start)


def begin_trade(m: State, rows: Ints, fare: Value) -> None:
    """A new network in each row, with the size of a beginner and the fare of the market."""
    t, p = m.networks, m.p.of(m.networks, rows)
    t.status[rows] = NetworkStatus.ACTIVE
    t.size[rows] = p.network_size_start * 0.5 * (1.0 + draws.exponential(t.key[rows], Decision.NETWORK_SIZE, m.day))
    t.boats[rows], t.clients[rows], t.fare[rows], t.cash[rows] = 0, 0, fare, 0.0
    t.margin[rows] = expected_profit(m, rows)


def expected_profit(m: State, rows: Ints) -> Floats:
    """What a full boat brings at the fare of the network and its believed success in the best sector, less the boat."""
    t = m.networks
    replicate = t.replicate[rows]
    income = t.fare[rows] * m.market.hull_seats[replicate] * believed_success(m, rows)
    profit: Floats = income - boat_price(m)[replicate]
    return profit


def believed_success(m: State, rows: Ints) -> Floats:
    """Chance to get a boat off the beach in the sector that each network thinks best, never below 0.05."""
    success: Floats = np.maximum(0.05, 1.0 - m.networks.sector_belief.take(rows, axis=0).min(axis=1))
    return success


def active_rows(m: State) -> Ints:
    """Rows of the networks that trade."""
    return np.flatnonzero(m.networks.column("status") == NetworkStatus.ACTIVE)


def by_replicate(m: State, rows: Ints, weights: Floats | Ints | None = None) -> Floats:
    """Sum over the given networks, one value a replicate."""
    return kernels.tally(m.networks.replicate[rows], m.replicates, weights)


def mean_fare(m: State) -> Floats:
    """Mean fare of the trading networks of each replicate, infinite where nobody trades."""
    return trade_mean(m, m.networks.fare, np.inf)


def trade_mean(m: State, column: Floats, otherwise: Value) -> Floats:
    """Mean of a column over the networks of each replicate that trade; `otherwise` where nobody trades."""
    rows = active_rows(m)
    number, total = by_replicate(m, rows), by_replicate(m, rows, column[rows])
    return np.where(number > 0, total / np.maximum(number, 1.0), otherwise)


def market_shares(m: State) -> Floats:
    """Chance that a new client goes to each network, shape (replicate, slot): by size among those that trade, and the
    likelier the fuller its next boat, since that leaves sooner."""
    t, replicate = m.networks, m.networks.column("replicate")
    boats = t.column("clients") * m.scale / m.market.hull_seats[replicate]
    filled = 1.0 + by_row(m.p.full_boat_pull, replicate) * (boats - np.floor(boats))
    weight = np.where(t.column("status") == NetworkStatus.ACTIVE, t.column("size") * filled, 0.0).reshape(
        m.replicates, NETWORK_SLOTS
    )
    total = np.cumsum(weight, axis=1)[:, -1:]
    result: Floats = weight / np.maximum(total, 1e-300)
    return result


def book(m: State, rows: Ints) -> None:
    """Clients book with a network of their replicate, drawn by market share."""
    if len(rows) == 0:
        return
    people, t = m.migrants, m.networks
    waiting = still_booked(m)
    replicate = people.replicate[rows].astype(np.int64)
    cumulated = np.cumsum(market_shares(m), axis=1).take(replicate, axis=0)
    slot = kernels.pick_cumulated(cumulated, draws.uniform(people.key[rows], Decision.NETWORK_OF_CLIENT, m.day))
    network = replicate * NETWORK_SLOTS + slot
    people.network[rows], people.booked_on[rows], people.status[rows] = network, m.day, Status.BOOKED
    t.clients[: t.n] += np.bincount(network, minlength=t.n)
    m.market.bookings += np.bincount(replicate, minlength=m.replicates)
    m.coast.booked = np.concatenate([waiting, rows])
    m.set_due(rows, m.day + whole_days(m.p.at(replicate).booking_review_days))


def whole_days(days: Value) -> Ints:
    """The nearest whole number of days."""
    return np.rint(days).astype(np.int64)


def still_booked(m: State) -> Ints:
    """Rows on the waiting list that still have a booking; who left may book again and must not be listed twice."""
    listed = m.coast.booked
    result: Ints = listed[m.migrants.status[listed] == Status.BOOKED]
    return result


def cancel(m: State, rows: Ints) -> None:
    """Clients leave the books of their networks; their status is the caller's to set."""
    if len(rows) == 0:
        return
    people, t = m.migrants, m.networks
    t.clients[: t.n] -= np.bincount(people.network[rows], minlength=t.n)
    m.market.bookings -= np.bincount(people.replicate[rows], minlength=m.replicates)
    people.network[rows] = -1


@stage(writes="networks.boats networks.cash market.supply market.scarcity")
def supply(m: State) -> None:
    """Boats reach the depots: networks order up to a stock, the supply line carries what it can, police take a share.

    The line follows its orders within `supply_adjust_days`, up to its ceiling, so that a trade that grows finds boats
    later than it wants them. Boats are whole: an order comes, or is taken on the way, or waits for another day.
    """
    t, p, market = m.networks, m.p, m.market
    rows = active_rows(m)
    replicate = t.replicate[rows]
    wish = np.maximum(0, boats_in_depot(m, rows) - t.boats[rows])
    orders = by_replicate(m, rows, wish)
    share = np.minimum(1.0, m.inputs.boat_supply * market.supply / np.maximum(orders, 1.0))
    u = draws.uniforms(t.key[rows], (Decision.BOATS_CARRIED, Decision.BOATS_SEIZED), m.day)
    carried = kernels.whole(wish * share[replicate], u[0])
    seized_share = np.clip((1.0 - m.inputs.boats_through) * m.committee.effort[:, 2], 0.0, 1.0)
    seized = kernels.whole(carried * seized_share[replicate], u[1])
    t.boats[rows] += carried - seized
    supply = np.maximum(m.inputs.boat_supply * market.supply, NO_SUPPLY)
    market.scarcity = np.minimum(1.0, orders / supply / p.depot_days)
    t.cash[rows] -= (carried - seized) * boat_price(m)[replicate]
    wanted = np.minimum(p.boat_supply_per_day, np.maximum(orders, p.boat_supply_start))
    market.supply = kernels.approach(market.supply, wanted, p.supply_adjust_days)
    m.count("boats_delivered", by_replicate(m, rows, carried - seized))
    m.count("boats_seized_upstream", by_replicate(m, rows, seized))


def boats_in_depot(m: State, rows: Ints) -> Ints:
    """Stock that each network orders up to: one boat, or what its staff or its clients need in the days of a depot."""
    most = np.minimum(m.networks.size[rows] * m.p.of(m.networks, rows).depot_days, clients_in_boats(m, rows))
    return np.maximum(1, np.rint(most)).astype(np.int64)


def clients_in_boats(m: State, rows: Ints) -> Floats:
    """Boats that the waiting clients of each network would fill, and one in reserve."""
    seats = m.market.hull_seats[m.networks.replicate[rows]]
    result: Floats = m.networks.clients[rows] * m.scale / seats + 1.0
    return result


def boat_price(m: State) -> Floats:
    """Price of a boat and engine: up to twice its cost when orders wait as long as a depot lasts."""
    return m.p.boat_cost * (1.0 + m.market.scarcity)


@stage(
    writes="networks.fare networks.launches networks.seats networks.size networks.taxi_share market.hull_seats "
    "market.demand market.bookings market.wanted_staff market.know_how market.queue_days"
)
def trade(m: State) -> None:
    """The trade plans its staff; each network sets its fare, how many boats it launches tonight, and how full."""
    t, market = m.networks, m.market
    rows = active_rows(m)
    t.launches[: t.n] = 0
    market.hull_seats = hull_seats(m)
    plan_staff(m, rows)
    set_fares(m, rows)
    plan_launches(m, rows)
    switch_tactic(m, rows)


def hull_seats(m: State) -> Floats:
    """Seats of the hulls on order: an experience curve of the launches that the trade has made (D28)."""
    p = m.p
    learned = -np.expm1(-m.market.launches_ever / p.hull_learning_launches)
    seats: Floats = p.hull_seats_start + (p.hull_seats_max - p.hull_seats_start) * learned
    return seats


def set_fares(m: State, rows: Ints) -> None:
    """Fares rise while the trade wants more staff than it knows how to lead, and fall while it does not."""
    t, p = m.networks, m.p.of(m.networks, rows)
    excess = np.clip(m.market.wanted_staff / m.market.know_how - 1.0, -1.0, 1.0)[t.replicate[rows]]
    t.fare[rows] = np.clip(t.fare[rows] * np.exp(p.fare_speed * excess), fare_floor(m, rows), p.fare_max)


def plan_staff(m: State, rows: Ints) -> None:
    """Staff follow those who book: they carry what is booked a day, and work off a list longer than they like.

    With d people a day who come to the lists (those who hid at a stopped launch among them, and less those who leave
    without a boat) and q who wait, staff for d + (q - w d) / h people a day brings the list to q = w d, a wait of w
    days (Little 1961, doi:10.1287/opre.9.3.383). No more than the trade knows how to launch; that grows by imitation of
    those who launch (Bass 1969). Nobody hires while the trade loses money.
    """
    t, p, market = m.networks, m.p, m.market
    staff, waiting = by_replicate(m, rows, t.size[rows]), by_replicate(m, rows, t.clients[rows]) * m.scale
    market.demand = kernels.approach(market.demand, market.bookings * m.scale, p.demand_memory_days)
    market.bookings = np.zeros(m.replicates)
    carried = market.demand * (1.0 - p.queue_target_days / p.queue_clear_days) + waiting / p.queue_clear_days
    a_launch = market.hull_seats * m.windows.mean  # people a day by staff for one launch in a usable night
    market.wanted_staff = np.maximum(0.0, carried) / a_launch
    market.know_how = market.know_how + p.imitation_rate * np.minimum(staff, market.know_how)
    days = np.minimum(waiting / np.maximum(staff * a_launch, 1e-9), p.longest_queue_days)
    market.queue_days = np.where(staff > 0, days, p.longest_queue_days)
    planned = np.minimum(market.wanted_staff, market.know_how)
    planned = np.where(trade_mean(m, t.margin, 0.0) < 0, np.minimum(planned, staff), planned)
    change = kernels.approach(np.ones(1), planned / np.maximum(staff, 1e-9), p.staff_adjust_days)[t.replicate[rows]]
    t.size[rows] = np.minimum(m.p.of(t, rows).network_size_max, t.size[rows] * change)


def plan_launches(m: State, rows: Ints) -> None:
    """Boats launched tonight: what staff can in the usable window, in boats that are at hand and nearly full.

    Staff and beaches are shared: those boats that are ready leave in a random order, whoever's they are, until
    tonight's launches are made. Boats carry what they are made for, and more where boats are scarce, up to what the
    hull bears (evidence 1.8).
    """
    t, p = m.networks, m.p.of(m.networks, rows)
    replicate = t.replicate[rows].astype(np.int64)
    seats = np.maximum(1.0, m.market.hull_seats[replicate] / m.scale)
    wanted = np.floor(t.clients[rows] / seats + 1.0 - p.fill_to_launch).astype(np.int64)
    ready = np.minimum(wanted, t.boats[rows])
    staff = by_replicate(m, rows, t.size[rows]) * m.sea.window
    tonight = kernels.whole(staff, m.luck.of_replicates(Decision.LAUNCH_COUNT, m.day))
    boat = np.repeat(np.arange(len(rows)), ready)
    number = np.arange(len(boat)) - np.repeat(np.cumsum(ready) - ready, ready)
    order = draws.uniform(draws.child_keys(t.key[rows[boat]], number), Decision.LAUNCH_ORDER, m.day)
    leaves = kernels.ration(replicate[boat], order, tonight)
    boats = np.bincount(boat[leaves], minlength=len(rows))
    each = np.ceil(t.clients[rows] / np.maximum(boats, 1))
    most = seats * (1.0 + (p.crowding_max - 1.0) * m.market.scarcity[replicate])
    seated = kernels.whole(most, draws.uniform(t.key[rows], Decision.SEATS_OF_BOAT, m.day))
    t.seats[rows] = np.minimum(each, np.maximum(1, seated)).astype(np.int64)
    t.launches[rows] = np.minimum(boats, np.ceil(t.clients[rows] / np.maximum(t.seats[rows], 1)))


def fare_floor(m: State, rows: Ints) -> Floats:
    """Lowest fare of each network: a markup on the break-even fare of a full boat at its believed success (D7), and
    not below what passengers are taken for however many they are."""
    t, p = m.networks, m.p.of(m.networks, rows)
    replicate = t.replicate[rows]
    income = m.market.hull_seats[replicate] * believed_success(m, rows)
    floor = np.maximum(p.fare_min, p.fare_floor_markup * boat_price(m)[replicate] / income)
    result: Floats = np.minimum(floor, p.fare_max)
    return result


def sector_shares(m: State, networks: Ints) -> Floats:
    """Chance that a boat of each network goes to each sector, by quantal response to believed success and distance."""
    km, p = m.geography.sector_km, m.p.of(m.networks, networks[:, None])
    value = 1.0 - m.networks.sector_belief.take(networks, axis=0) - p.sector_cost_per_km * (km - km.min())
    open_tonight = m.sea.usable.take(m.networks.replicate[networks], axis=0)
    return kernels.quantal_response(np.where(open_tonight, value, -np.inf), p.sector_rationality)


def switch_tactic(m: State, rows: Ints) -> None:
    """Share of taxi boats by the replicator equation: it grows with its advantage in believed success.

    What a network believes is of all its launches; a launch from the beach alone is stopped with r = B / (1 - x + s x).
    With a chance of r to be stopped on the beach and of a to be met afloat (s r and f a for the other tactic) that is
    (1 - s r)(1 - a) - (1 - r)(1 - f a).
    """
    t, p = m.networks, m.p.of(m.networks, rows)
    believed = np.sum(sector_shares(m, rows) * t.sector_belief.take(rows, axis=0), axis=1)
    risk = np.minimum(1.0, believed / (1.0 - t.taxi_share[rows] * (1.0 - p.taxi_stop_factor)))
    afloat = m.market.afloat_known[t.replicate[rows]]
    more = (1.0 - p.taxi_stop_factor * risk) - p.afloat_beach_factor * (1.0 - risk)
    advantage = risk * (1.0 - p.taxi_stop_factor) - p.taxi_cost - afloat * more
    t.taxi_share[rows] = kernels.replicator(t.taxi_share[rows], advantage, p.taxi_speed)


def enter_and_exit(m: State) -> None:
    """Networks whose recovery ends trade again, losers leave, and newcomers enter: the more, the higher fares are above
    their floor and the shorter staff is; ample staff outweighs high fares."""
    t, p = m.networks, m.p
    status = t.column("status")
    back = np.flatnonzero((status == NetworkStatus.RECOVERING) & (t.column("back_on") <= m.day))
    t.status[back] = NetworkStatus.ACTIVE
    rows = active_rows(m)
    number = by_replicate(m, rows)
    staff = by_replicate(m, rows, t.size[rows])
    premium = by_replicate(m, rows, t.fare[rows] / fare_floor(m, rows) - 1.0) / np.maximum(number, 1.0)
    short = m.market.wanted_staff / np.maximum(p.short_of_staff * staff, 1e-9) - 1.0
    pull = np.where(number > 0, np.clip(premium / p.premium_reference + short, 0.0, 1.0), 1.0)
    mean = p.network_entry_rate * np.maximum(number, 1.0) * pull
    new = kernels.whole(mean, m.luck.of_replicates(Decision.NETWORK_ENTRY, m.day))
    empty = status.reshape(m.replicates, NETWORK_SLOTS) == NetworkStatus.ABSENT
    chosen = np.flatnonzero(empty & (np.cumsum(empty, axis=1) <= new[:, None]))
    enter(m, chosen)
    m.count("networks_entered", by_replicate(m, chosen) + by_replicate(m, back))
    losers = rows[t.margin[rows] < 0]
    quits = draws.uniform(t.key[losers], Decision.NETWORK_ENTRY, m.day) < m.p.of(t, losers).network_exit_rate
    leaves = losers[quits]
    t.status[leaves] = NetworkStatus.ABSENT
    m.count("boats_lost", by_replicate(m, leaves, t.boats[leaves]))
    t.boats[leaves] = 0
    drop_clients(m, leaves, 1.0)


def enter(m: State, rows: Ints) -> None:
    """Newcomers begin with the fare, the tactic and the beliefs of the trade: its means."""
    if len(rows) == 0:
        return
    t, p, replicate = m.networks, m.p, m.networks.replicate[rows]
    fare = trade_mean(m, t.fare, p.fare_start)[replicate]
    t.taxi_share[rows] = trade_mean(m, t.taxi_share, p.taxi_share_start)[replicate]
    for sector in range(t.sector_belief.shape[1]):
        t.sector_belief[rows, sector] = trade_mean(m, t.sector_belief[:, sector], p.prior_boat_stopped)[replicate]
    begin_trade(m, rows, fare)


def drop_clients(m: State, networks: Ints, move_share: Value) -> None:
    """Clients of networks that stop: a share books with a rival at once, the others are back at the coast."""
    if len(networks) == 0:
        return
    people = m.migrants
    booked = still_booked(m)
    rows = booked[np.isin(people.network[booked], networks)]
    if len(rows) == 0:
        return
    cancel(m, rows)
    people.status[rows] = Status.COAST
    trading = by_replicate(m, active_rows(m)) > 0
    moves = draws.uniform(people.key[rows], Decision.CLIENT_MOVES, m.day) < by_row(move_share, people.replicate[rows])
    moves &= trading[people.replicate[rows]]
    book(m, rows[moves])
    m.set_due(rows[~moves], m.day + 1)
