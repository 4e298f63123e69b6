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
from corridor.model.state import NETWORK_SLOTS
from corridor.model.tables import NetworkStatus, NetworkTable

QUEUE_MEMORY_DAYS = 7.0  # memory of the trade for its queue
LONGEST_QUEUE = 60.0  # days that count as an endless queue, and the queue where nobody trades


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

    def full_boats_waiting(self) -> float:
        """Boats that the clients would fill beyond the one that is filling."""
        return max(0.0, len(self.clients) * self.m.scale / self.m.market.hull_seats - 1.0)

    def set_fare(self) -> None:
        """Raise the fare while the trade's queue is longer than its target, lower it while it is shorter."""
        excess = formulas.between(self.m.market.queue_days / self.p.queue_target_days - 1.0, -1.0, 1.0)
        moved = float(self.fare * np.exp(self.p.fare_speed * excess))
        self.fare = formulas.between(moved, self.fare_floor(), self.p.fare_max)

    def fare_floor(self) -> float:
        """Lowest fare: a markup on the break-even fare of a full boat at its believed success."""
        income = self.m.market.hull_seats * self.believed_success()
        return min(self.p.fare_floor_markup * boat_price(self.m) / income, self.p.fare_max)

    def plan_launches(self) -> None:
        """How many boats today, and how full: no more than sea, staff, boats and clients allow."""
        m, p, clients = self.m, self.p, len(self.clients)
        seats = max(1.0, m.market.hull_seats / m.scale)
        most = max(1.0, float(np.rint(seats * (1.0 + (p.crowding_max - 1.0) * m.market.scarcity))))
        surge = 1.0 + p.surge_gain * min(m.sea.bad_days, p.surge_days)
        staff = luck.whole(self.size * surge, self.draw(Decision.LAUNCH_COUNT))
        loads = clients / seats
        wanted = max(1, round(loads)) if loads >= p.fill_to_launch else 0
        self.launches = min(staff, wanted, self.boats) if m.sea.open else 0
        self.seats = int(min(math.ceil(clients / max(self.launches, 1)), most))

    def grow(self) -> None:
        """Take on staff if the network earns while the trade has more than a day's clients waiting."""
        if self.m.market.queue_days > 1.0 and self.margin >= 0:
            self.size = self.size * (1.0 + self.p.network_growth)
        self.size = min(self.p.network_size_max, self.size)

    def sector_shares(self) -> list[float]:
        """Chance of each sector for a boat: quantal response to believed success and distance."""
        nearest = min(sector.km for sector in self.m.sectors)
        value = [
            1.0 - belief - self.p.sector_cost_per_km * (sector.km - nearest)
            for belief, sector in zip(self.sector_belief, self.m.sectors, strict=True)
        ]
        return formulas.quantal_response(value, self.p.sector_rationality)

    def switch_tactic(self) -> None:
        """Use taxi boats more as they have the advantage in believed success."""
        p = self.p
        risk = float(np.sum(np.array(self.sector_shares()) * np.array(self.sector_belief)))
        advantage = risk * (1.0 - p.taxi_stop_factor) - p.taxi_cost
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
        return self.draw(Decision.LARGEST_HIT) < self.m.inputs.hit_largest

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
    share = min(1.0, market.supply / max(orders, 1.0))
    seized_share = formulas.between((1.0 - m.inputs.boats_through) * m.committee.effort[2], 0.0, 1.0)
    market.scarcity = min(1.0, orders / market.supply / p.depot_days)
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
    market.queue_days = formulas.approach(market.queue_days, queue_days(m), QUEUE_MEMORY_DAYS)
    for act in (Network.set_fare, Network.plan_launches, Network.grow, Network.switch_tactic):
        for network in trading:
            act(network)


def queue_days(m: World) -> float:
    """Usable days that the trade needs for those who wait beyond the boats that are filling."""
    staff = formulas.total(network.size for network in m.trading)
    boats = formulas.total(network.full_boats_waiting() for network in m.trading)
    return min(boats / max(staff, 1e-9), LONGEST_QUEUE) if staff > 0 else LONGEST_QUEUE


def work_of_police(m: World) -> None:
    """Information ages and grows; networks are dismantled, rebuilt, replaced, and some leave."""
    p, market, today = m.p, m.market, m.journal.today
    gained = m.inputs.debrief_yield * today["prevented_people"] * m.scale
    gained = gained + p.seizure_yield * today["boats_seized_upstream"]
    market.information = market.information * float(np.exp(-1.0 / p.intelligence_memory_days)) + gained
    force = m.inputs.dismantling * m.committee.effort[1] * (1.0 + p.intelligence_gain * market.information)
    biases = [network.bias() for network in m.trading]
    mean_bias = formulas.total(biases) / max(len(biases), 1)
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
    """How many networks enter: at the entry rate where the fare is well above its floor, none where it equals it."""
    number = max(len(trading), 1)
    premium = formulas.total(network.fare / network.fare_floor() - 1.0 for network in trading) / number
    pull = formulas.between(premium / m.p.premium_reference, 0.0, 1.0) if trading else 1.0
    u = luck.uniform(m.seed_key, Decision.NETWORK_ENTRY, m.day)
    return luck.whole(m.p.network_entry_rate * number * pull, u)


def drop_clients(m: World, stopped: list[Network], move_share: float) -> None:
    """Clients of networks that stop: a share books with a rival at once, the others are back at the coast."""
    clients = [person for person in m.still_booked() if person.network in stopped]
    for person in clients:
        person.cancel()
    moving = [person for person in clients if m.trading and person.draw(Decision.CLIENT_MOVES) < move_share]
    for person in moving:
        person.book()
    for person in clients:
        if person not in moving:
            person.act_on(m.day + 1)
