"""One smuggling network: orders, fare, launches, growth, tactic, and its end."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import mesa
import numpy as np

from corridor.model.decisions import Decision
from corridor.model.engine.tables import Table
from corridor.model.reference import formulas, luck
from corridor.model.reference.migrant import Migrant
from corridor.model.reference.world import World
from corridor.model.state import NETWORK_SLOTS, NO_STAFF, NO_SUPPLY
from corridor.model.tables import NetworkStatus, NetworkTable


class Network(mesa.Agent):
    """A smuggling network in its slot; attributes are the columns of `NetworkTable`."""

    TABLE: ClassVar[type[Table]] = NetworkTable

    def __init__(self, model: World, slot: int) -> None:
        super().__init__(model)
        self.m, self.p, self.slot = model, model.p, slot
        self.key = luck.child(luck.mixed(model.seed_key + 17), slot)
        self.status = NetworkStatus.ABSENT
        self.size = self.fare = self.margin = self.cash = 0.0
        self.boats = self.launches = self.seats = 0
        self.back_on = -1
        self.clients: list[Migrant] = []
        self.taxi_share = self.p.taxi_share_start
        self.sector_belief = [self.p.prior_boat_stopped] * len(model.sectors)

    @property
    def trades(self) -> bool:
        """Whether the network trades today."""
        return self.status == NetworkStatus.ACTIVE

    def draw(self, decision: int) -> float:
        """This network's luck today in a decision."""
        return luck.uniform(self.key, decision, self.m.day)

    def begin_trade(self, fare: float) -> None:
        """Set up with the size of a beginner and the fare of the market."""
        self.status = NetworkStatus.ACTIVE
        start = luck.exponential(self.key, Decision.NETWORK_SIZE, self.m.day)
        self.size = self.p.network_size_start * 0.5 * (1.0 + start)
        self.boats, self.fare, self.cash = 0, fare, 0.0
        self.margin = self.fare * self.m.market.hull_seats * self.believed_success() - boat_price(self.m)

    def believed_success(self) -> float:
        """Chance to get a boat off the beach in the sector thought best, never below 0.05."""
        return max(0.05, 1.0 - min(self.sector_belief))

    # --- boats on order

    def boats_wanted(self) -> int:
        """Boats that fill the depot, as far as clients are there to fill them, and one in reserve."""
        for_clients = len(self.clients) * self.m.scale / self.m.market.hull_seats + 1.0
        return max(0, max(1, round(min(self.size * self.p.depot_days, for_clients))) - self.boats)

    def receive(self, boats: int) -> None:
        """Take boats into the depot and pay for them."""
        self.boats += boats
        self.cash -= boats * boat_price(self.m)

    # --- the day's trade

    def set_fare(self) -> None:
        """Raise the fare while the trade wants more staff than it knows how to lead, lower it while it does not."""
        market = self.m.market
        excess = formulas.between(market.wanted_staff / market.know_how - 1.0, -1.0, 1.0)
        moved = float(self.fare * np.exp(self.p.fare_speed * excess))
        self.fare = formulas.between(moved, self.fare_floor(), self.p.fare_max)

    def fare_floor(self) -> float:
        """Lowest fare: a markup on the break-even fare of a full boat, and not below what passengers are taken for."""
        p, income = self.p, self.m.market.hull_seats * self.believed_success()
        return min(max(p.fare_min, p.fare_floor_markup * boat_price(self.m) / income), p.fare_max)

    def boats_ready(self) -> int:
        """Boats at hand that clients nearly fill."""
        wanted = math.floor(len(self.clients) / self.seats_of_hull() + 1.0 - self.p.fill_to_launch)
        return min(wanted, self.boats)

    def seats_of_hull(self) -> float:
        """Agents for whom a boat is made, at least one."""
        return max(1.0, self.m.market.hull_seats / self.m.scale)

    def fill(self, launches: int) -> None:
        """Tonight's launches, and how many are put in each: no more than a hull bears where boats are scarce."""
        crowding = 1.0 + (self.p.crowding_max - 1.0) * self.m.market.scarcity
        seated = luck.whole(self.seats_of_hull() * crowding, self.draw(Decision.SEATS_OF_BOAT))
        self.seats = min(math.ceil(len(self.clients) / max(launches, 1)), max(1, seated))
        self.launches = min(launches, math.ceil(len(self.clients) / max(self.seats, 1)))

    def resize(self, change: float) -> None:
        """Staff grow or shrink with the trade, up to the largest."""
        self.size = min(self.p.network_size_max, self.size * change)

    def sector_shares(self) -> list[float]:
        """Chance of each sector for a boat: quantal response to believed success and distance, where the sea allows."""
        nearest = min(sector.km for sector in self.m.sectors)
        value = [
            1.0 - belief - self.p.sector_cost_per_km * (sector.km - nearest) if usable else -math.inf
            for belief, sector, usable in zip(self.sector_belief, self.m.sectors, self.m.sea.usable, strict=True)
        ]
        return formulas.quantal_response(value, self.p.sector_rationality)

    def switch_tactic(self) -> None:
        """Use taxi boats more as they have the advantage in believed success."""
        p = self.p
        believed = float(np.sum(np.array(self.sector_shares()) * np.array(self.sector_belief)))
        risk = min(1.0, believed / (1.0 - self.taxi_share * (1.0 - p.taxi_stop_factor)))
        more = (1.0 - p.taxi_stop_factor * risk) - p.afloat_beach_factor * (1.0 - risk)
        advantage = risk * (1.0 - p.taxi_stop_factor) - p.taxi_cost - self.m.market.afloat_known * more
        self.taxi_share = formulas.replicator(self.taxi_share, advantage, p.taxi_speed)

    def see(self, sector: int, tried: int, failed: int) -> None:
        """Learn from what became of one's boats in a sector."""
        believed = self.sector_belief[sector]
        self.sector_belief[sector] = formulas.approach(believed, failed / tried, self.p.belief_memory_days)

    def earn(self, earned: list[float], price: float) -> None:
        """Money of today's boats; the mean profit of a launch moves the running margin."""
        profit = formulas.total(money - price for money in earned) / len(earned)
        self.margin = formulas.approach(self.margin, profit, self.p.margin_memory_launches)
        self.cash += formulas.total(earned)

    # --- dismantling and exit

    def bias(self) -> float:
        """How much likelier police are to hit this network, for its size."""
        return formulas.raised(self.size, self.p.largest_bias)

    def is_dismantled(self, force: float, mean_bias: float) -> bool:
        """Whether police take the network apart today."""
        hazard = self.p.dismantling_hazard * force * self.bias() / mean_bias
        return self.draw(Decision.DISMANTLING) < -float(np.expm1(-hazard))

    def falls_to_operation(self) -> bool:
        """Whether an operation against the largest network succeeds today, if this is the largest."""
        return bool(self.draw(Decision.LARGEST_HIT) < self.m.inputs.hit_largest)

    def recover(self) -> None:
        """Lose part of the size, and trade again after a while."""
        wait = self.p.recovery_days * luck.exponential(self.key, Decision.RECOVERY, self.m.day)
        self.status, self.back_on = NetworkStatus.RECOVERING, self.m.day + 1 + math.floor(wait)
        self.size = max(self.size * self.p.recovery_size, 1e-3)
        arrests = 2.0 * self.p.arrests_per_network * self.draw(Decision.ARRESTS)
        self.m.journal.count("networks_dismantled")
        self.m.journal.count("arrests", round(arrests))

    def leaves(self) -> bool:
        """Whether a network that loses money stops today."""
        return self.margin < 0 and self.draw(Decision.NETWORK_ENTRY) < self.p.network_exit_rate

    def as_row(self) -> dict[str, Any]:
        """This network as a row of the table."""
        row = {name: getattr(self, name, None) for name in NetworkTable.COLUMNS}
        return row | {"replicate": 0, "clients": len(self.clients)}


def boat_price(m: World) -> float:
    """Price of a boat and engine, up to twice its cost where boats are scarce."""
    return m.p.boat_cost * (1.0 + m.market.scarcity)


def found_networks(m: World) -> list[Network]:
    """All slots, of which the first few trade."""
    networks = [Network(m, slot) for slot in range(NETWORK_SLOTS)]
    for network in networks[: round(m.p.networks_start)]:
        network.begin_trade(m.p.fare_start)
    return networks


def supply(m: World) -> None:
    """Networks order up to a stock, the supply line carries what it can, police take a share of that; whole boats."""
    p, market = m.p, m.market
    trading = list(m.trading)
    wishes = [network.boats_wanted() for network in trading]
    orders = formulas.total(wishes)
    share = min(1.0, m.inputs.boat_supply * market.supply / max(orders, 1.0))
    seized_share = formulas.between((1.0 - m.inputs.boats_through) * m.committee.effort[2], 0.0, 1.0)
    market.scarcity = min(1.0, orders / max(m.inputs.boat_supply * market.supply, NO_SUPPLY) / p.depot_days)
    for network, wish in zip(trading, wishes, strict=True):
        carried = luck.whole(wish * share, network.draw(Decision.BOATS_CARRIED))
        seized = luck.whole(carried * seized_share, network.draw(Decision.BOATS_SEIZED))
        network.receive(carried - seized)
        m.journal.count("boats_delivered", carried - seized)
        m.journal.count("boats_seized_upstream", seized)
    wanted = min(p.boat_supply_per_day, max(orders, p.boat_supply_start))
    market.supply = formulas.approach(market.supply, wanted, p.supply_adjust_days)


def trade(m: World) -> None:
    """Each network sets its fare, how many boats it launches today, how full, and grows if it earns."""
    p, market, trading = m.p, m.market, m.trading
    m.agents_by_type[Network].set("launches", 0)
    learned = -float(np.expm1(-market.launches_ever / p.hull_learning_launches))
    market.hull_seats = p.hull_seats_start + (p.hull_seats_max - p.hull_seats_start) * learned
    plan_staff(m)
    for network in trading:
        network.set_fare()
    plan_launches(m)
    for network in trading:
        network.switch_tactic()


def plan_staff(m: World) -> None:
    """Staff for those who book a day, and to clear a list longer than liked; no more than the trade knows to lead."""
    p, market, trading = m.p, m.market, list(m.trading)
    staff = formulas.total(network.size for network in trading)
    waiting = formulas.total(len(network.clients) for network in trading) * m.scale
    market.demand = formulas.approach(market.demand, market.bookings * m.scale, p.demand_memory_days)
    market.bookings = 0
    carried = market.demand * (1.0 - p.queue_target_days / p.queue_clear_days) + waiting / p.queue_clear_days
    a_launch = market.hull_seats * float(m.windows.mean[0])
    market.wanted_staff = max(0.0, carried) / a_launch
    market.know_how = market.know_how + p.imitation_rate * min(staff, market.know_how)
    longest = p.longest_queue_days
    market.queue_days = min(waiting / max(staff * a_launch, 1e-9), longest) if staff > 0 else longest
    planned = min(market.wanted_staff, market.know_how)
    if mean([network.margin for network in trading], 0.0) < 0:
        planned = min(planned, staff)
    change = formulas.approach(1.0, planned / max(staff, 1e-9), p.staff_adjust_days)
    for network in trading:
        network.resize(change)


def plan_launches(m: World) -> None:
    """Boats that are ready leave in a random order, whoever's they are, until tonight's launches are made."""
    trading = list(m.trading)
    staff = formulas.total(network.size for network in trading) * m.sea.window
    tonight = luck.whole(staff, luck.uniform(m.seed_key, Decision.LAUNCH_COUNT, m.day))
    ready = [(network, number) for network in trading for number in range(network.boats_ready())]

    def order(boat: tuple[Network, int]) -> float:
        return luck.uniform(luck.child(boat[0].key, boat[1]), Decision.LAUNCH_ORDER, m.day)

    leaving = luck.first_served(ready, order, tonight)
    for network in trading:
        network.fill(sum(owner is network for owner, _ in leaving))


def work_of_police(m: World) -> None:
    """Information ages and grows; networks are dismantled, rebuilt, replaced, and some leave."""
    p, market, today = m.p, m.market, m.journal.today
    gained = m.inputs.debrief_yield * today["prevented_people"] * m.scale
    gained = gained + p.seizure_yield * today["boats_seized_upstream"]
    market.information = market.information * float(np.exp(-1.0 / p.intelligence_memory_days)) + gained
    force = m.inputs.dismantling * m.committee.effort[1] * (1.0 + p.intelligence_gain * market.information)
    biases = [network.bias() for network in m.trading]
    mean_bias = max(formulas.total(biases) / max(len(biases), 1), NO_STAFF)
    most = max((network.size for network in m.trading), default=0.0)
    largest = [network for network in m.trading if network.size == most][:1]
    hit = [
        network
        for network in m.trading
        if network.is_dismantled(force, mean_bias) or (network in largest and network.falls_to_operation())
    ]
    lose_boats(m, hit)
    for network in hit:
        network.recover()
    drop_clients(m, hit, p.clients_move_share)
    enter_and_exit(m)


def lose_boats(m: World, networks: list[Network]) -> None:
    """The boats of networks that are dismantled or stop are gone."""
    m.journal.count("boats_lost", formulas.total(network.boats for network in networks))
    for network in networks:
        network.boats = 0


def enter_and_exit(m: World) -> None:
    """Networks whose recovery ends trade again, newcomers enter while fares are above their floor, losers leave."""
    for network in m.networks:
        if network.status == NetworkStatus.RECOVERING and network.back_on <= m.day:
            network.status = NetworkStatus.ACTIVE
            m.journal.count("networks_entered")
    trading = list(m.trading)
    empty = [network for network in m.networks if network.status == NetworkStatus.ABSENT]
    fare = mean([network.fare for network in trading], m.p.fare_start)
    tactic = mean([network.taxi_share for network in trading], m.p.taxi_share_start)
    sectors = range(len(m.sectors))
    beliefs = [mean([network.sector_belief[k] for network in trading], m.p.prior_boat_stopped) for k in sectors]
    for network in empty[: newcomers_today(m, trading)]:
        network.taxi_share, network.sector_belief = tactic, list(beliefs)
        network.begin_trade(fare)
        m.journal.count("networks_entered")
    losers = [network for network in trading if network.leaves()]
    for network in losers:
        network.status = NetworkStatus.ABSENT
    lose_boats(m, losers)
    drop_clients(m, losers, 1.0)


def mean(values: list[float], otherwise: float) -> float:
    """Mean over the networks that trade, with which newcomers begin; `otherwise` if nobody does."""
    return formulas.total(values) / len(values) if values else otherwise


def newcomers_today(m: World, trading: list[Network]) -> int:
    """How many networks enter: at the entry rate where fares are well above their floor, or staff far too few."""
    number = max(len(trading), 1)
    premium = formulas.total(network.fare / network.fare_floor() - 1.0 for network in trading) / number
    staff = formulas.total(network.size for network in trading)
    short = m.market.wanted_staff / max(m.p.short_of_staff * staff, 1e-9) - 1.0
    pull = formulas.between(premium / m.p.premium_reference + short, 0.0, 1.0) if trading else 1.0
    u = luck.uniform(m.seed_key, Decision.NETWORK_ENTRY, m.day)
    return luck.whole(m.p.network_entry_rate * number * pull, u)


def drop_clients(m: World, stopped: list[Network], move_share: float) -> None:
    """Clients of networks that stop: a share books with a rival at once, the others are back at the coast."""
    clients = [person for person in m.still_booked() if person.network in stopped]
    for person in clients:
        person.cancel()
    moving = [person for person in clients if m.trading and person.draw(Decision.CLIENT_MOVES) < move_share]
    shares = m.market_shares() if moving else []
    for person in moving:
        person.book(shares)
    for person in clients:
        if person not in moving:
            person.act_on(m.day + 1)
