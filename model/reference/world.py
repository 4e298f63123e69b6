"""The world in which the reference's agents act: places, sectors, market, calendar. It imports none of them."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import mesa

from corridor.model.day_inputs import baseline_inputs
from corridor.model.engine import draws
from corridor.model.engine.replicate_parameters import ParameterSets
from corridor.model.inputs.climate import SeaClimate
from corridor.model.inputs.data_files import DataFiles
from corridor.model.inputs.entries import Entries, read_entries
from corridor.model.inputs.geography import ON_FOOT, Geography
from corridor.model.inputs.groups import Groups
from corridor.model.inputs.history import History
from corridor.model.inputs.recorded_sea import RecordedSea
from corridor.model.inputs.sea import read_sea
from corridor.model.inputs.windows import WindowClimate
from corridor.model.parameters import Parameters
from corridor.model.policy import Policy
from corridor.model.reference.formulas import total
from corridor.model.tables import Status


@dataclass
class Place:
    """A place: the ways on from it, what is known of them, and what is said there."""

    row: int
    kind: str
    ways: list[int]
    opinion: list[float]
    opinion_trust: list[float]
    ways_known: dict[int, list[float]] = field(default_factory=dict)  # destination -> utility of each way
    border_costs: list[float] = field(default_factory=list)


@dataclass
class Sector:
    """A stretch of the French or Belgian coast."""

    km: float
    coast_km: float
    commanded: bool
    boat_leg: int
    launches_seen: float = 1e-3
    officer_hours: float = 0.0
    teams: int = 0


@dataclass
class Sea:
    """The sea today."""

    wind_rank: float = 0.0
    window: float = 0.0
    usable: list[bool] = field(default_factory=list)  # by sector
    med_rough: bool = False


@dataclass
class Market:
    """The boat trade and the intelligence against it."""

    supply: float
    hull_seats: float
    know_how: float
    chance_known: float
    launches_ever: float = 0.0
    bookings: int = 0
    demand: float = 0.0
    wanted_staff: float = 0.0
    queue_days: float = 0.0
    scarcity: float = 0.0
    information: float = 0.0
    arrivals_known: float = 0.0
    albania_belief: float = 0.0
    afloat_known: float = 0.0


@dataclass
class Committee:
    """The Joint Monitoring Committee: effort on patrols, intelligence and goods."""

    effort: list[float] = field(default_factory=lambda: [1.0, 1.0, 1.0])
    favoured: int = 0
    last_score: float = float("-inf")
    sums: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])  # prevented, arrived, dead since a review
    days: int = 0  # since a review, or since the committee began

    def rest(self) -> None:
        """All effort is as usual; count nothing, and forget the last score."""
        self.effort, self.favoured = [1.0, 1.0, 1.0], 0
        self.last_score, self.sums, self.days = float("-inf"), [0.0, 0.0, 0.0], 0


class World(mesa.Model):
    """All that the reference's agents read and write, and the lists that hold them."""

    def __init__(
        self,
        params: Parameters,
        policy: Policy,
        seed: int,
        start: date,
        end: date,
        scale: float,
        geography: Geography,
        files: DataFiles,
        past_from: date | None = None,
    ) -> None:
        super().__init__(rng=seed)
        self.p, self.policy, self.scale = params, policy, float(scale)
        self.past_from, self.start, self.end = past_from or start, start, end
        self.date, self.day = self.past_from, 0
        self.geography = geography
        self.history, self.climate = History(files.history), SeaClimate(files.sea_climate)
        sets = ParameterSets([params.values()])
        self.windows = WindowClimate(self.climate, sets, 1)
        self.own_sea = read_sea(files.sea) if files.sea else {}
        self.sea_record = RecordedSea(files.sea_record, files.record_until, self.climate, sets, 1)
        self.conditions = params.conditions
        self.groups = Groups(self.geography, params.share_uk_scale, files.groups)
        self.entries: Entries = read_entries(files.entries, self.geography)
        self.seed_key = draws.key_of(seed)
        self._lay_out()

    def _lay_out(self) -> None:
        g, p = self.geography, self.p
        self.inputs = baseline_inputs(p, g, self.history, self.date)
        self.committee, self.sea = Committee(), Sea()
        self.market = Market(p.boat_supply_start, p.hull_seats_start, p.know_how_start, p.reference_chance)
        self.places = [place_of(g, row, p) for row in range(len(g.places))]
        self.sectors = [sector_of(g, int(row)) for row in g.rows("sector")]
        self.lorry_legs = [leg_by("lorry", g, int(row)) for row in g.rows("port")]
        self.believed_stop = [float(x) for x in g.p_stop]
        self._reach: dict[int, set[int]] = {}
        self.calendar: dict[int, list[Any]] = {}  # of people, by the day on which they are due
        self.people: list[Any] = []  # Migrant
        self.waiting_list: list[Any] = []  # those of them who have booked
        self.boats: list[Any] = []  # Boat
        self.networks: list[Any] = []  # Network
        self.teams: list[Any] = []  # Patrol
        self.journal: Any = None  # Journal
        self.begin_day([])

    def begin_day(self, acting: list[Any]) -> None:
        """Forget who did what yesterday."""
        self.acting = acting
        self.seeking: list[Any] = []
        self.lorry: list[Any] = []
        self.reached_on_the_way: list[Any] = []
        self.stopped: list[Any] = []
        self.died_at_launch: list[Any] = []
        self.detected: list[Any] = []
        self.turned_away: list[Any] = []

    def due_today(self) -> list[Any]:
        """People whose clock has run out, each once, in the order in which they entered."""
        due = {person for person in self.calendar.pop(self.day, []) if person.due == self.day}
        return sorted(due, key=lambda person: person.unique_id)

    def mean_fare(self) -> float:
        """Mean fare of the networks that trade, infinite where nobody does."""
        fares = [network.fare for network in self.trading]
        return total(fares) / len(fares) if fares else float("inf")

    def market_shares(self) -> list[float]:
        """Chance that a new client goes to each network that trades: by size, and by how full its next boat is."""
        weights = []
        for network in self.trading:
            boats = len(network.clients) * self.scale / self.market.hull_seats
            filled = 1.0 + self.p.full_boat_pull * (boats - math.floor(boats))
            weights.append(network.size * filled)
        everybody = total(weights)
        return [weight / everybody for weight in weights]

    def within_reach(self, place: int) -> set[int]:
        """Places to which some way leads from a place, itself among them."""
        if place not in self._reach:
            reach, edge = {place}, [place]
            while edge:
                ahead = {int(self.geography.destination[leg]) for leg in self.places[edge.pop()].ways}
                edge += ahead - reach
                reach |= ahead
            self._reach[place] = reach
        return self._reach[place]

    def still_booked(self) -> list[Any]:
        """People on the waiting list who still have a booking, first come first."""
        self.waiting_list = [person for person in self.waiting_list if person.status == Status.BOOKED]
        return list(self.waiting_list)

    def sheltered(self) -> Counter[int]:
        """People in the reception places of each place."""
        return Counter(person.place for person in self.people if person.status == Status.SHELTERED)

    def detained(self) -> int:
        """People in detention."""
        return sum(person.status == Status.DETAINED for person in self.people)

    @property
    def trading(self) -> list[Any]:
        """Networks that trade, in the order of their slots."""
        return [network for network in self.networks if network.trades]


def place_of(g: Geography, row: int, p: Parameters) -> Place:
    """A place of the map, with the legs that a person may choose there, in the order of the file."""
    ways = [
        leg
        for leg in range(len(g.origin))
        if g.origin[leg] == row and g.mode[leg] in ON_FOOT and g.kinds[g.destination[leg]] not in ("sector", "port")
    ]
    priors = [p.prior_boat_stopped, p.prior_lorry_found, p.prior_deaths_per_10k]
    return Place(row, g.kinds[row], ways, priors, [p.prior_trust] * len(priors))


def sector_of(g: Geography, row: int) -> Sector:
    """A sector of the map, with its leg to Kent."""
    leg = leg_by("boat", g, row)
    return Sector(float(g.km[leg]), float(g.coast_km[row]), g.own_officers[row] == 0.0, leg)


def leg_by(mode: str, g: Geography, row: int) -> int:
    """The leg by boat or lorry that leaves a place."""
    return next(leg for leg in range(len(g.origin)) if g.origin[leg] == row and g.mode[leg] == mode)
