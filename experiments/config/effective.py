"""What the policies of a run set, day by day: levers with their values, and policies that cannot act within the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from corridor.model import LEVERS, Geography, Policy
from corridor.model.day_inputs import Inputs, baseline_inputs
from corridor.model.engine.replicate_parameters import ParameterSets
from corridor.model.inputs.geography import SOUTH
from corridor.model.inputs.history import History
from corridor.model.policy import Measure, end_of

COMMITTEE = ("committee_days", "count_prevented", "count_arrivals", "count_deaths")  # inputs that it alone reads


@dataclass(frozen=True)
class InputsOfRun:
    """The days of a run with the outside history, map and parameters that its levers act on."""

    start: date
    end: date
    geography: Geography
    history: History
    parameters: ParameterSets

    def inputs(self, policy: Policy, today: date) -> Inputs:
        """The inputs of a day with the levers of a policy applied."""
        inputs = baseline_inputs(self.parameters, self.geography, self.history, today)
        for lever, value in policy.pulls(today):
            lever.pull(inputs, value, self.geography)
        return inputs

    def turning_days(self, policies: Sequence[Policy]) -> list[date]:
        """The days of the run on which a lever begins or ends a move, or the outside history changes; and its ends."""
        moves = [change for policy in policies for measure in policy.measures for change in measure.changes]
        days = {self.start, self.end, *self.history.days}
        days |= {day for move in moves for day in (move.start, end_of(move))}
        return sorted(day for day in days if self.start <= day <= self.end)

    def differs(self, one: Policy, other: Policy) -> bool:
        """Whether two policies ever set different inputs of what this run has, so that their effects can differ."""
        days = self.turning_days([one, other])
        return any(
            not same(self.read(self.inputs(one, day)), self.read(self.inputs(other, day))) for day in reversed(days)
        )

    def read(self, inputs: Inputs) -> dict[str, Any]:
        """The inputs that some rule of the day reads, on this map and with this committee."""
        found = {**vars(inputs), "south_places": inputs.south_places * self.geography.south_shares}
        return {name: value for name, value in found.items() if inputs.committee_share or name not in COMMITTEE}


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether all inputs are equal."""
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def idle_measures(policy: Policy, run: InputsOfRun) -> dict[str, tuple[str, str]]:
    """Measures that change nothing within a run, by name: what each would set, and why it does not, in words."""
    found = {}
    for measure in policy.measures:
        others = replace(policy, measures=tuple(each for each in policy.measures if each != measure))
        if not run.differs(policy, others):
            found[measure.name] = why_idle(measure, run)
    return found


def why_idle(measure: Measure, run: InputsOfRun) -> tuple[str, str]:
    """What a measure that changes nothing would set, or from when, and why it does not, in words."""
    first = min((change.start for change in measure.changes), default=run.start)
    if first > run.end:
        return f"from {first}", f"as the run ends on {run.end}"
    days = run.turning_days([Policy((measure,))])
    moved = [name for name in measure.levers if any(measure.value(name, d) != LEVERS[name].baseline for d in days)]
    if not moved:
        at = ", ".join(f"{name} {LEVERS[name].baseline:g}" for name in measure.levers)
        return at, f"as levers stay at their baseline from {run.start} to {run.end}"
    return ", ".join(f"{name}: {LEVERS[name].acts_on}" for name in moved), "as this run has nothing that they move"


def idle_notes(policies: Mapping[str, Policy], run: InputsOfRun) -> Iterator[str]:
    """Policies that cannot act within the run, and why, in a line for each world and reason."""
    for world, policy in policies.items():
        by_reason: dict[str, list[str]] = {}
        for measure, (what, why) in idle_measures(policy, run).items():
            by_reason.setdefault(why, []).append(f"{measure} ({what})")
        for why, measures in by_reason.items():
            yield f"world {world}: cannot act, {why}: {', '.join(measures)}"


def unread_place_notes(policies: Mapping[str, Policy], held: Sequence[str], geography: Geography) -> Iterator[str]:
    """Reception places of the map in the south where neither worlds nor levers held by a design open any."""
    rows = [row for row in geography.named(SOUTH) if geography.reception_places[row] and geography.kinds[row] != "camp"]
    opened = {name for policy in policies.values() for name in policy.levers} | set(held)
    if rows and "reception_south" not in opened:
        places = ", ".join(f"{geography.places[row]} {geography.reception_places[row]:g}" for row in rows)
        yield f"reception_places of {places} are not read: no policy moves reception_south, which opens the south"
