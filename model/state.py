"""The state of a run: tables of agents, and what places, legs, sectors, the market and the sea know today.

Stages read and write it, and it imports none of them. Arrays over places and legs hold the copies of the map one
after another: row = replicate x size + local row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from corridor.model.day_inputs import Inputs, baseline_inputs
from corridor.model.engine import draws
from corridor.model.engine.replicate_parameters import ParameterSets
from corridor.model.engine.tables import Calendar, Rows
from corridor.model.inputs.climate import SeaClimate
from corridor.model.inputs.data_files import DataFiles
from corridor.model.inputs.entries import Entries
from corridor.model.inputs.geography import Geography
from corridor.model.inputs.groups import GROUPS, Groups
from corridor.model.inputs.history import History
from corridor.model.inputs.recorded_sea import RecordedSea
from corridor.model.inputs.sea import read_sea
from corridor.model.inputs.windows import WindowClimate
from corridor.model.luck import Luck
from corridor.model.parameters import Parameters
from corridor.model.policy import Policy
from corridor.model.records import Records
from corridor.model.tables import MigrantTable, NetworkTable, PatrolTable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
NOBODY = np.zeros(0, dtype=np.int64)
BELIEFS = ("boat", "lorry", "death")
COMMITTEE_SHARES = ("patrols", "intelligence", "goods")
NETWORK_SLOTS = 200  # rows of the network table per replicate: the most networks that can trade at once
NO_SUPPLY = 1e-300  # boats a day in place of none, so that any order is too many and none is not
NO_STAFF = 1e-300  # mean of sizes to a power in place of none, by which nothing can be divided
FIRST_TEAMS = 400  # rows of the patrol table per replicate when a run begins; more are added where more are on duty


class Places:
    """What is said at each place, and who is sheltered there."""

    def __init__(self, replicates: int, n_places: int, p: ParameterSets) -> None:
        shape = (replicates * n_places, len(BELIEFS))
        here = p.at(np.repeat(np.arange(replicates), n_places))
        self.opinion, self.opinion_trust = np.empty(shape), np.empty(shape)  # (place, belief)
        for k, prior in enumerate((here.prior_boat_stopped, here.prior_lorry_found, here.prior_deaths_per_10k)):
            self.opinion[:, k], self.opinion_trust[:, k] = prior, here.prior_trust
        self.sheltered = np.zeros(shape[0], dtype=np.int64)


class Legs:
    """What is believed of each leg, and what is known of the ways on from each place."""

    def __init__(self, replicates: int, geography: Geography) -> None:
        self.believed_stop = np.tile(geography.p_stop, replicates)
        self.utility = np.zeros((0, 0, 0))  # (place, destination, way), filled by routes.look_ahead
        self.border_cost = np.zeros((0, 0))  # (place, way)


class Sectors:
    """Launches seen, officer-hours and teams of each coast sector, shape (replicate, sector)."""

    def __init__(self, replicates: int, n_sectors: int) -> None:
        self.launches_seen = np.full((replicates, n_sectors), 1e-3)
        self.officer_hours = np.zeros((replicates, n_sectors))
        self.teams = np.zeros((replicates, n_sectors), dtype=np.int64)


class Market:
    """The boat trade and the intelligence against it, one value a replicate."""

    def __init__(self, replicates: int, p: ParameterSets) -> None:
        self.supply = np.full(replicates, p.boat_supply_start)
        self.launches_ever = np.zeros(replicates)
        self.know_how = np.full(replicates, p.know_how_start)
        self.bookings = np.zeros(replicates)
        self.demand = np.zeros(replicates)
        self.wanted_staff = np.zeros(replicates)
        self.queue_days = np.zeros(replicates)
        self.scarcity = np.zeros(replicates)
        self.information = np.zeros(replicates)
        self.arrivals_known = np.zeros(replicates)
        self.chance_known = np.full(replicates, p.reference_chance)
        self.albania_belief = np.zeros(replicates)
        self.detained = np.zeros(replicates, dtype=np.int64)
        self.afloat_known = np.zeros(replicates)
        self.hull_seats = np.full(replicates, p.hull_seats_start)


class Coast:
    """Who does what today, handed from stage to stage; rows of the migrant table."""

    def __init__(self) -> None:
        self.booked = NOBODY
        self.present = NOBODY
        self.by_status = np.zeros((0, 0))
        self.begin_day(NOBODY, np.zeros(0))

    def begin_day(self, acting: Ints, fare: Floats) -> None:
        """Forget yesterday; `acting` are the rows whose clock has run out, `fare` the mean fare of each replicate."""
        self.acting, self.fare = acting, fare
        self.arrived = NOBODY
        self.seeking = NOBODY
        self.lorry = NOBODY
        self.stopped = NOBODY
        self.died_at_launch = NOBODY
        self.detected = NOBODY
        self.turned_away = NOBODY


@dataclass
class Boats:
    """Today's launches, one row a boat, and the people aboard as (migrant row, boat)."""

    replicate: Ints
    network: Ints
    sector: Ints
    taxi: Bools
    key: NDArray[np.uint64]
    stopped: Bools
    aboard: Ints
    boat: Ints

    @classmethod
    def none(cls) -> Boats:
        """A day without launches."""
        no = np.zeros(0, dtype=bool)
        return cls(NOBODY, NOBODY, NOBODY, no, np.zeros(0, dtype=np.uint64), no, NOBODY, NOBODY)

    def people(self) -> Ints:
        """Agents aboard each boat."""
        return np.bincount(self.boat, minlength=len(self.network))


class Sea:
    """The sea of each replicate today."""

    def __init__(self, replicates: int, n_sectors: int) -> None:
        self.wind_rank = np.zeros(replicates)
        self.window = np.zeros(replicates)
        self.usable = np.zeros((replicates, n_sectors), dtype=bool)
        self.med_rough = np.zeros(replicates, dtype=bool)


class Committee:
    """The Joint Monitoring Committee of each replicate: effort factors for patrols, intelligence and goods."""

    def __init__(self, replicates: int) -> None:
        self.effort = np.ones((replicates, len(COMMITTEE_SHARES)))
        self.favoured = np.zeros(replicates, dtype=np.int64)
        self.last_score = np.full(replicates, -np.inf)
        self.sums, self.days = np.zeros((replicates, 3)), np.zeros(replicates, dtype=np.int64)

    def rest(self, where: Bools) -> None:
        """All effort is as usual where no committee sits; when one begins it has no earlier score to compare with."""
        self.effort[where], self.favoured[where] = 1.0, 0
        self.last_score[where], self.sums[where], self.days[where] = -np.inf, 0.0, 0

    def add_up(self, today: Mapping[str, Floats], where: Bools) -> None:
        """Add a day, and its flows that are prevented, arrived and dead, to the sums of the period where one sits."""
        self.days[where] += 1
        for k, name in enumerate(("prevented_people", "arrivals_people", "deaths_channel")):
            self.sums[where, k] += today[name][where]

    def score(self, inputs: Inputs) -> Floats:
        """What the committee looks at, a day of the period; larger is better."""
        prevented, arrivals, deaths = self.sums.T / np.maximum(1, self.days)
        weighed: Floats = (
            inputs.count_prevented * prevented - inputs.count_arrivals * arrivals - inputs.count_deaths * deaths
        )
        return weighed

    def begin_period(self, score: Floats, where: Bools) -> None:
        """Remember the score and start counting anew where a review is over."""
        self.last_score[where], self.sums[where], self.days[where] = score[where], 0.0, 0


class State:
    """One or several replicates of the corridor, as disjoint copies of the map in the same arrays.

    What is given (`p`, `policy`, `geography`, `entries`, `groups`, `history`, `climate`, `luck`), the tables of agents
    (`migrants`, `networks`, `patrols`), what is known today (`places`, `legs`, `sectors`, `market`, `coast`, `boats`,
    `sea`, `committee`, `inputs`), and what is recorded (`today`, `records`). `date` is the day that comes next, and
    `day` its number: 0 is `past_from`, the first day that is simulated; days before `start` are not recorded.
    """

    def __init__(
        self,
        params: Parameters | Sequence[Parameters],
        policy: Policy,
        seeds: Sequence[int],
        start: date,
        end: date,
        scale: float,
        geography: Geography,
        entries: Entries,
        files: DataFiles,
        past_from: date | None = None,
    ) -> None:
        self.policy, self.seeds, self.scale = policy, tuple(int(seed) for seed in seeds), float(scale)
        self.params = (params,) * len(seeds) if isinstance(params, Parameters) else tuple(params)
        self.p = ParameterSets([each.values() for each in self.params])
        self.conditions = [each.conditions for each in self.params]
        self.each = np.arange(len(seeds))[:, None]  # the replicates as a column
        self.past_from, self.start, self.end = past_from or start, start, end
        self.date, self.day, self.running = self.past_from, 0, True
        self.geography, self.entries = geography, entries
        self.history = History(files.history)
        self.climate = SeaClimate(files.sea_climate)
        self.windows = WindowClimate(self.climate, self.p, len(seeds))
        self.own_sea = read_sea(files.sea) if files.sea else {}
        self.sea_record = self.recorded_sea(files)
        self.groups = Groups(geography, self.p.share_uk_scale, files.groups)
        self.seed_keys = np.array([draws.key_of(seed) for seed in self.seeds], dtype=np.uint64)
        self.luck = Luck(self.seed_keys, geography, entries)
        self._lay_out(len(geography.rows("sector")))

    def recorded_sea(self, files: DataFiles) -> RecordedSea:
        """The nights of the record in these files."""
        return RecordedSea(files.sea_record, files.record_until, self.climate, self.p, self.replicates)

    def _lay_out(self, n_sectors: int) -> None:
        g, replicates = self.geography, self.replicates
        self.inputs: Inputs = baseline_inputs(self.p, g, self.history, self.date)
        self.standing: object = None  # the levers and history that `inputs` are made of
        self.committee, self.sea = Committee(replicates), Sea(replicates, n_sectors)
        self.places, self.legs = Places(replicates, len(g.places), self.p), Legs(replicates, g)
        self.sectors, self.market = Sectors(replicates, n_sectors), Market(replicates, self.p)
        self.coast, self.boats, self.calendar = Coast(), Boats.none(), Calendar()
        expected = self.entries.expected(self.past_from, self.end, self.scale)
        self.migrants = MigrantTable(expected * replicates, self.calendar)
        self.networks = NetworkTable(NETWORK_SLOTS * replicates, n_sectors)
        self.patrols = PatrolTable(FIRST_TEAMS * replicates)
        self.today: dict[str, Floats] = {}
        self.records = Records(self.start, self.end, self.seeds, self.scale)

    @property
    def replicates(self) -> int:
        """How many copies of the map run side by side."""
        return len(self.seeds)

    @property
    def recorded_day(self) -> int:
        """The number of today in the records, below zero on the days before `start`."""
        return (self.date - self.start).days

    def labels(self, dimension: str) -> tuple[str, ...]:
        """Names along a dimension of the yearly breakdowns: leg, sector, group or entry_point (any place)."""
        g = self.geography
        if dimension == "leg":
            return tuple(f"{g.places[a]}>{g.places[b]}" for a, b in zip(g.origin, g.destination, strict=True))
        if dimension == "sector":
            return tuple(g.places[row] for row in g.rows("sector"))
        return GROUPS if dimension == "group" else g.places

    def set_due(self, rows: Rows, days: int | NDArray[np.integer]) -> None:
        """Set the day of people's next decision, one for all or one for each, and file them under it."""
        self.migrants.due[rows] = days
        self.calendar.put(rows)

    def count(self, name: str, by_replicate: Floats) -> None:
        """Add to a flow of today; `by_replicate` in agents, boats or EUR as the flow declares."""
        self.today[name] += by_replicate

    def count_rows(self, name: str, replicate: NDArray[np.integer]) -> None:
        """Add one to a flow of today for every row of the given replicates."""
        if len(replicate):
            self.today[name] += np.bincount(replicate, minlength=self.replicates)

    def count_labels(
        self, name: str, replicate: NDArray[np.integer], label: NDArray[np.integer], people: bool = True
    ) -> None:
        """Add one (agent or boat) to a yearly breakdown for each pair of replicate and label, on recorded days."""
        if self.recorded_day < 0 or len(replicate) == 0:
            return
        values = self.records.yearly[name].values
        size = values.shape[2]
        cell = replicate.astype(np.int64) * size + label
        counts = np.bincount(cell, minlength=len(values) * size).reshape(-1, size)
        values[:, self.date.year - self.start.year] += counts * (self.scale if people else 1.0)
