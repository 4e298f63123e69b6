"""The day, the model that repeats it, and `simulate`, which runs several seeds side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import TypeGuard

import mesa
import numpy as np
from numpy.typing import NDArray

from model import (
    beliefs,
    coast,
    crossing,
    draws,
    indicators,
    intelligence,
    migrants,
    patrols,
    policy,
    ports,
    reception,
    routes,
    smugglers,
    weather,
)
from model.agents import Model
from model.data_files import SHIPPED, DataFiles
from model.entries import Entries, read_entries
from model.geography import Geography, load_geography
from model.history import History
from model.indicators import INDICATORS, Records
from model.levers import baseline_inputs
from model.migrants import Groups
from model.params import Parameters, parameter_problems
from model.policy import Committee, Policy
from model.problems import InputError
from model.sets import ParameterSets
from model.stages import Stage, stage_name
from model.state import Boats, Coast, Legs, Market, Places, Sectors
from model.tables import Calendar, MigrantTable, NetworkTable, PatrolTable
from model.views import Migrant, Network, Patrol

DAY: tuple[Stage, ...] = (
    policy.apply,  # levers in force today -> inputs of the day
    weather.turn,  # the sea in the Strait and in the Mediterranean
    migrants.arrive,  # today's new people at the departure shores and other doors
    migrants.choose,  # who sets out, by which leg; what to do at the coast
    routes.travel,  # legs end; borders stop some; the Mediterranean kills some
    reception.offer,  # places offered, taken up, left
    smugglers.supply,  # boats and engines reach the depots, or are seized on the way
    smugglers.trade,  # networks set fares, launches, crowding, and tactic
    patrols.deploy,  # command spreads the teams over the sectors and hours
    crossing.embark,  # places in boats are filled, sectors chosen
    patrols.stop,  # detect, alert, reach in time, then whether a team is free
    crossing.cross,  # rescue, death, arrival
    ports.search,  # lorries: dogs, CCTV, CO2
    intelligence.work,  # debriefs and seizures -> dismantling, arrests, replacement
    coast.settle,  # retry, detention, removal, give up
    beliefs.talk,  # what happened spreads at each place and between networks
    policy.review,  # the monitoring committee, every N days
    indicators.record,
)

Floats = NDArray[np.float64]


class MigrationModel(Model):
    """One or several replicates of the corridor, as disjoint copies of the map in the same arrays.

    `seeds` has one whole number a replicate; replicate k gives the same bits alone as beside others. `params` is one
    set for all, or one for each replicate; then a seed may stand for several of them. Dates are inclusive; after the
    last, `running` is False. `scale` is the number of people that one agent stands for. No stage uses Mesa's random
    generator: it shuffles agent sets for whoever asks, and begins with the first seed.
    Raises InputError when dates, seeds or scale are not allowed, or entries or sea do not cover the dates.
    """

    def __init__(
        self,
        params: Parameters | Sequence[Parameters],
        policy: Policy,
        seeds: Sequence[int],
        start: date,
        end: date,
        scale: float = 1.0,
        *,
        geography: Geography | None = None,
        files: DataFiles = SHIPPED,
        timed: bool = False,
    ) -> None:
        check_run(params, policy, seeds, start, end, scale)
        super().__init__(seed=int(seeds[0]))
        self.policy, self.seeds, self.scale = policy, tuple(int(seed) for seed in seeds), float(scale)
        self.params = (params,) * len(seeds) if isinstance(params, Parameters) else tuple(params)
        self.p = ParameterSets(self.params)
        self.each = np.arange(len(seeds))[:, None]  # the replicates as a column
        self.start, self.end, self.date, self.day = start, end, start, 0
        self.geography = geography or load_geography()
        self.history = History(files.history)
        self.climate = weather.SeaClimate(files.sea_climate, files.sea_years)
        self.own_sea = weather.read_sea(files.sea, start, end) if files.sea else None
        self.groups = Groups(self.geography, self.p, files.groups)
        self.entries: Entries = read_entries(files.entries, self.geography)
        if missing := self.entries.missing(start, end):
            raise InputError([f"start, end: entries lack {len(missing)} months of the run, the first {missing[0]}"])
        self.seed_keys = np.array([draws.key_of(seed) for seed in self.seeds], dtype=np.uint64)
        self.timings: dict[str, float] | None = {stage_name(s): 0.0 for s in DAY} if timed else None
        self._lay_out()

    def _lay_out(self) -> None:
        g, replicates = self.geography, len(self.seeds)
        n_sectors = len(g.rows("sector"))
        self.inputs = baseline_inputs(self.p, g, self.history, self.date)
        self.standing: object = None
        self.committee = Committee(replicates)
        self.sea = weather.Sea(replicates)
        self.calendar = Calendar()
        self.places = Places(replicates, len(g.places), self.p)
        self.legs = Legs(replicates, g)
        self.sectors = Sectors(replicates, n_sectors)
        self.market = Market(replicates, self.p)
        self.coast = Coast()
        self.boats = Boats.none()
        self.migrants = MigrantTable(self.entries.expected(self.start, self.end, self.scale) * replicates)
        self.networks = NetworkTable(smugglers.SLOTS * replicates, n_sectors)
        self.patrols = PatrolTable(patrols.SLOTS * replicates)
        for table, kind in ((self.migrants, Migrant), (self.networks, Network), (self.patrols, Patrol)):
            self.hold(table, kind)
        self.today: dict[str, Floats] = {}
        self.records = indicators.empty_records(self)
        self.breakdowns = indicators.Breakdowns(self)
        indicators.begin_day(self)
        smugglers.found_networks(self)
        patrols.found_teams(self)
        migrants.found_camps(self)

    @property
    def replicates(self) -> int:
        """How many copies of the map run side by side."""
        return len(self.seeds)

    def labels(self, dimension: str) -> tuple[str, ...]:
        """Names along a dimension of the yearly breakdowns: leg, sector, group or door (any place)."""
        g = self.geography
        if dimension == "leg":
            return tuple(f"{g.places[a]}>{g.places[b]}" for a, b in zip(g.origin, g.destination, strict=True))
        if dimension == "sector":
            return tuple(g.places[row] for row in g.rows("sector"))
        return migrants.GROUPS if dimension == "group" else g.places

    def count(self, name: str, by_replicate: Floats) -> None:
        """Add to a flow of today; `by_replicate` in agents, boats or EUR as the flow declares."""
        self.today[name] += by_replicate

    def count_rows(self, name: str, replicate: NDArray[np.integer]) -> None:
        """Add one to a flow of today for every row of the given replicates."""
        self.today[name] += np.bincount(replicate, minlength=self.replicates)

    def step(self) -> None:
        """Simulate one day."""
        if self.timings is None:
            for act in DAY:
                act(self)
        else:
            self._timed_step(self.timings)
        self.day += 1
        self.date += timedelta(days=1)
        self.running = self.date <= self.end

    def _timed_step(self, timings: dict[str, float]) -> None:
        for act in DAY:
            began = time.perf_counter()
            act(self)
            timings[stage_name(act)] += time.perf_counter() - began


class Corridor(MigrationModel):
    """One seed by simple keywords, as `mesa.batch_run` and Mesa's tools want it: `Corridor(seed=3, p_retry=0.9)`.

    `start` and `end` are dates or text like 2022-10-01; further keywords are parameters of the model. After every day
    the indicators of that day are reported in `datacollector`; another `mesa.DataCollector` may be put in its place.
    `batch_run` gives all iterations the same arguments, hence the same luck: list the seeds instead. It goes on for
    `max_steps + 1` days, or until `end`. Raises InputError on arguments that are not allowed.
    """

    def __init__(
        self,
        seed: int = 1,
        start: date | str = "2022-01-01",
        end: date | str = "2022-12-31",
        scale: float = 10.0,
        policy: Policy | None = None,
        **parameters: float,
    ) -> None:
        check_keywords(seed, start, end, parameters)
        super().__init__(Parameters(parameters), policy or Policy(), [int(seed)], day_of(start), day_of(end), scale)
        reporters = {name: partial(latest, name) for name in self.records.daily}
        self.datacollector = mesa.DataCollector(model_reporters=reporters)

    def step(self) -> None:
        """Simulate one day and report it."""
        super().step()
        self.datacollector.collect(self)


def latest(name: str, m: MigrationModel) -> float:
    """The latest day's value of a flow or stock in the first replicate."""
    return float(m.records.daily[name][0, m.day - 1])


def day_of(given: date | str) -> date:
    """A date, or the date that a text says. Raises ValueError or TypeError if there is none."""
    return given if isinstance(given, date) else date.fromisoformat(given)


def check_keywords(seed: object, start: date | str, end: date | str, parameters: dict[str, float]) -> None:
    """Refuse keywords of a Corridor that cannot be read, all at once, with InputError."""
    problems = [text for name, value in parameters.items() for text in parameter_problems(name, value)]
    if not isinstance(seed, int | np.integer):
        problems.append(f"seed: {seed!r} is not allowed; a whole number from 0")
    for key, given in (("start", start), ("end", end)):
        try:
            day_of(given)
        except (TypeError, ValueError):
            problems.append(f"{key}: {given!r} is not allowed; a date like 2022-10-01")
    if problems:
        raise InputError(problems)


def check_run(params: object, policy: object, seeds: object, start: object, end: object, scale: object) -> None:
    """Refuse impossible arguments of a run, all at once, with InputError."""
    problems = [] if are_parameters(params) else [f"params: {params!r} is not allowed; Parameters(...), or one a seed"]
    if not isinstance(policy, Policy):
        problems.append(f"policy: {policy!r} is not allowed; Policy(...)")
    sets = len(params) if isinstance(params, Sequence) else None
    if not are_seeds(seeds, differ=sets is None):
        kind = "different whole numbers" if sets is None else "whole numbers"
        problems.append(f"seeds: {seeds!r} is not allowed; a list of {kind} from 0, as in [1, 2]")
    elif sets not in (None, len(seeds)):
        problems.append(f"params: {sets} sets for {len(seeds)} seeds; allowed: one for all, or one for each")
    for name, value in (("start", start), ("end", end)):
        if type(value) is not date:
            problems.append(f"{name}: {value!r} is not allowed; a date such as date(2022, 11, 14)")
    if type(start) is date and type(end) is date and end < start:
        problems.append(f"end: {end} is before start {start}")
    if isinstance(scale, bool) or not isinstance(scale, int | float) or not 0.1 <= scale <= 1000.0:
        problems.append(f"scale: {scale!r} is not allowed; 0.1 to 1000 people per agent")
    if problems:
        raise InputError(problems)


def are_parameters(params: object) -> TypeGuard[Parameters | Sequence[Parameters]]:
    """Whether this is one set of parameters, or a sequence of sets."""
    several = isinstance(params, Sequence) and all(isinstance(each, Parameters) for each in params)
    return isinstance(params, Parameters) or several


def are_seeds(seeds: object, differ: bool) -> TypeGuard[Sequence[int]]:
    """Whether these are seeds: one or more whole numbers from 0 that 64 bits hold, each once if they must differ."""
    if isinstance(seeds, str) or not isinstance(seeds, Sequence | np.ndarray) or len(seeds) == 0:
        return False
    whole = all(isinstance(seed, int | np.integer) and not isinstance(seed, bool) for seed in seeds)
    distinct = not differ or len(set(seeds)) == len(seeds)
    return whole and distinct and all(0 <= seed < 2**63 for seed in seeds)


def simulate(
    params: Parameters | Sequence[Parameters],
    policy: Policy,
    seeds: Sequence[int],
    start: date,
    end: date,
    scale: float = 1.0,
    *,
    geography: Geography | None = None,
    files: DataFiles = SHIPPED,
    progress: Callable[[int], None] | None = None,
) -> Records:
    """Run every seed from `start` to `end` (inclusive) and return the daily and yearly records.

    `params` is one set for all seeds, or a sequence of as many sets as seeds: each replicate then has its own, gives
    the same bits as alone, and a seed may stand in the list several times; records keep the order of the list.
    `progress` is called with the number of days done since the last call, about every month.
    Raises InputError on bad input.
    """
    model = MigrationModel(params, policy, seeds, start, end, scale, geography=geography, files=files)
    days, told = (end - start).days + 1, 0
    for done in range(1, days + 1):
        model.step()
        if progress and (done - told == 30 or done == days):
            progress(done - told)
            told = done
    return model.records


__all__ = ["DAY", "INDICATORS", "Corridor", "MigrationModel", "Records", "simulate"]
