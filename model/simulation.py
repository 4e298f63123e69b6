"""The day, the model that repeats it, and `simulate`, which runs several seeds side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import date, timedelta
from typing import Any, Self, TypeGuard

import numpy as np

from corridor.model.engine.errors import InputError
from corridor.model.engine.numbers import is_number, is_whole_number
from corridor.model.engine.stage import Stage, stage_name
from corridor.model.inputs.data_files import SHIPPED, DataFiles
from corridor.model.inputs.entries import Entries, read_entries
from corridor.model.inputs.geography import Geography
from corridor.model.inputs.map_files import load_geography
from corridor.model.parameters import Parameters
from corridor.model.policy import Policy, combination_problems, first_difference
from corridor.model.records import Records
from corridor.model.stages import (
    beliefs,
    coast,
    crossing,
    intelligence,
    migrants,
    patrols,
    policy,
    ports,
    reception,
    recording,
    routes,
    smugglers,
    weather,
)
from corridor.model.state import State

DAY: tuple[Stage, ...] = (
    policy.apply,  # levers in force today -> inputs of the day
    weather.turn,  # the sea in the Strait and in the Mediterranean
    migrants.arrive,  # today's new people at the departure shores and other entry points
    migrants.choose,  # who sets out, by which leg; what to do at the coast
    routes.travel,  # legs end; borders stop some; the Mediterranean kills some
    reception.offer,  # places offered, taken up, left
    smugglers.supply,  # boats and engines reach the depots, or are seized on the way
    smugglers.trade,  # networks set fares, launches, crowding, and tactic
    patrols.deploy,  # command spreads the teams over the sectors
    crossing.embark,  # places in boats are filled, sectors chosen
    patrols.stop,  # detect, alert, reach in time, then whether a team is free
    crossing.cross,  # rescue, death, arrival
    ports.search,  # lorries: dogs, CCTV, CO2
    intelligence.work,  # debriefs and seizures -> dismantling, arrests, replacement
    coast.settle,  # retry, detention, removal, give up
    beliefs.talk,  # what happened spreads at each place and between networks
    policy.review,  # the monitoring committee, every N days
    recording.record,  # flows and stocks of the day
)


GIVEN = (
    "params",
    "p",
    "conditions",
    "geography",
    "entries",
    "history",
    "climate",
    "windows",
    "own_sea",
    "sea_record",
    "groups",
    "seed_keys",
)


class MigrationModel(State):
    """One or several replicates of the corridor, and the day that they repeat.

    `seeds` has one whole number a replicate; replicate k gives the same bits alone as beside others. `params` is one
    set for all, or one for each replicate; then a seed may stand for several of them. Dates are inclusive; after the
    last, `running` is False and `step` raises RuntimeError. `scale` is the number of people that one agent stands for.
    With `past_from` the first day that is simulated is that one and the first that is recorded is `start`; without it
    a run begins on `start` with the small trade of a first day. Days of the past that a user's own sea leaves out are
    drawn. Raises InputError when dates, seeds or scale are not allowed, or entries or sea do not cover the dates.
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
        past_from: date | None = None,
    ) -> None:
        check_run(params, policy, seeds, start, end, scale, past_from)
        geography = geography or load_geography()
        entries = entries_of(files, geography, past_from or start, end)
        super().__init__(params, policy, seeds, start, end, scale, geography, entries, files, past_from)
        self.timings: dict[str, float] | None = {stage_name(s): 0.0 for s in DAY} if timed else None
        recording.begin_records(self)
        smugglers.found_networks(self)
        patrols.found_teams(self)
        migrants.found_camps(self)

    def step(self) -> None:
        """Simulate one day. Raises RuntimeError after the last day of the run."""
        self.refuse_after_end()
        if self.timings is None:
            for act in DAY:
                act(self)
        else:
            self._timed_step(self.timings)
        self.day += 1
        self.date += timedelta(days=1)
        self.running = self.date <= self.end

    def copy(self) -> Self:
        """This run as it stands, to be continued apart from it; only what is given and never written is shared."""
        shared: dict[int, Any] = {id(given): given for given in (getattr(self, name) for name in GIVEN)}
        return deepcopy(self, shared)

    def branch(self, policy: Policy) -> Self:
        """A copy that goes on with another policy: the same bits as a run that had it from the start.

        Raises InputError where the two policies differ on a day that is over.
        """
        self.check_branch(policy)
        branched = self.copy()
        branched.policy = policy
        return branched

    def turn_to(self, policy: Policy) -> None:
        """Go on with another policy, as `branch` does, without a copy. Raises InputError as `branch` does."""
        self.check_branch(policy)
        self.policy = policy

    def turn_to_files(self, files: DataFiles) -> None:
        """Go on with the entries and the record of the sea of other files; days that are over stay as they were.

        Other files among them do not count. Raises InputError with what is wrong with these two.
        """
        self.entries = entries_of(files, self.geography, self.past_from, self.end)
        self.luck.enter(self.entries)
        self.sea_record = self.recorded_sea(files)

    def check_branch(self, policy: Policy) -> None:
        """Raises InputError where a policy differs from that of this run on a day that is over."""
        if not isinstance(policy, Policy):
            raise InputError([f"policy: {policy!r} is not allowed; Policy(...)"])
        last = self.date - timedelta(days=1)
        if day := first_difference(self.policy, policy, self.past_from, last):
            raise InputError(
                [
                    f"policy: differs from that of the run on {day}, and the run has simulated the days up to {last}; "
                    f"allowed: policies that differ from {self.date} on"
                ]
            )

    def refuse_after_end(self) -> None:
        """Raises RuntimeError when the last day of the run is over."""
        if self.date > self.end:
            raise RuntimeError(f"the run ended on {self.end}; there is no day to simulate")

    def _timed_step(self, timings: dict[str, float]) -> None:
        for act in DAY:
            began = time.perf_counter()
            act(self)
            timings[stage_name(act)] += time.perf_counter() - began


def entries_of(files: DataFiles, geography: Geography, first: date, last: date) -> Entries:
    """The entries of some files. Raises InputError with what is wrong with them, and for months of a run they lack."""
    entries = read_entries(files.entries, geography)
    if missing := entries.missing(first, last):
        raise InputError([f"start, end: entries lack {len(missing)} months of the run, the first {missing[0]}"])
    return entries


def check_run(
    params: object,
    policy: object,
    seeds: object,
    start: object,
    end: object,
    scale: object,
    past_from: object = None,
) -> None:
    """Refuse impossible arguments of a run, all at once, with InputError."""
    problems = [] if are_parameters(params) else [f"params: {params!r} is not allowed; Parameters(...), or one a seed"]
    if not isinstance(policy, Policy):
        problems.append(f"policy: {policy!r} is not allowed; Policy(...)")
    elif type(start) is date and type(end) is date:
        first = past_from if type(past_from) is date else start
        problems += combination_problems(policy, first, end)
    if isinstance(policy, Policy) and are_seeds(seeds, differ=False):
        problems += [
            f"policy: has values for {number} replicates and there are {len(seeds)} seeds; allowed: one or all of them"
            for number in policy.replicates - {len(seeds)}
        ]
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
    if past_from is not None and not (type(past_from) is date and (type(start) is not date or past_from <= start)):
        problems.append(f"past_from: {past_from!r} is not allowed; None, or a date that is not after start")
    if not is_number(scale) or not 0.1 <= scale <= 1000.0:
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
    whole = all(is_whole_number(seed) and 0 <= seed < 2**63 for seed in seeds)
    return whole and (not differ or len(set(seeds)) == len(seeds))


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
    past_from: date | None = None,
) -> Records:
    """Run every seed from `start` to `end` (inclusive) and return the daily and yearly records.

    With `past_from` the days from that one on are simulated, and those from `start` on are recorded.

    `params` is one set for all seeds, or a sequence of as many sets as seeds: each replicate then has its own, gives
    the same bits as alone, and a seed may stand in the list several times; records keep the order of the list.
    `progress` is called with the number of days done since the last call, about every month.
    Raises InputError on bad input.
    """
    model = MigrationModel(
        params, policy, seeds, start, end, scale, geography=geography, files=files, past_from=past_from
    )
    step_to(model, end, progress)
    return model.records


def step_to(model: MigrationModel, last: date, progress: Callable[[int], None] | None = None) -> None:
    """Simulate the days up to and with `last`; `progress` is called as `simulate` says."""
    days, reported = (last - model.date).days + 1, 0
    for done in range(1, days + 1):
        model.step()
        if progress and (done - reported == 30 or done == days):
            progress(done - reported)
            reported = done
