"""What the policies of a run set, day by day: levers with their values, and policies that cannot act within the run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from corridor.experiments.config.cases import NO_DESIGN, Point
from corridor.model import LEVERS, Geography, Policy
from corridor.model.day_inputs import Inputs, baseline_inputs
from corridor.model.engine.replicate_parameters import ParameterSets
from corridor.model.inputs.geography import RECEPTION
from corridor.model.inputs.history import History
from corridor.model.policy import Measure, combination_problems, end_of

POINTS_EXAMINED = 16  # for measures that change nothing: whether one does hardly depends on by how much levers are held
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
        known = vars(inputs)
        found = {**known, "places_factor": self.geography.reception_places * inputs.places_factor}
        return {name: value for name, value in found.items() if inputs.committee_share or name not in COMMITTEE}


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether all inputs are equal."""
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def combined_problems(policies: Iterable[Policy], points: Sequence[Point], start: date, end: date) -> Iterator[str]:
    """Levers that policies, and what points of a design hold on top, together move out of their range within a run."""
    for policy in policies:
        settings = held_settings(points)
        for point in settings:
            yield from combination_problems(point.policy(policy, start), start, end)


def held_settings(points: Sequence[Point]) -> list[Point]:
    """One point for each different setting of levers that points hold."""
    return list({tuple(sorted(point.levers.items())): point for point in points}.values())


def idle_measures(policy: Policy, run: InputsOfRun, points: Sequence[Point] = NO_DESIGN) -> dict[str, tuple[str, str]]:
    """Measures that change nothing within a run, by name: what each would set, and why it does not, in words.

    Where points of a design hold levers on top, a measure is idle if it is at all points that are examined: as many as
    `POINTS_EXAMINED`, spread over all. Among the measures is then that of the held levers (`HELD_BY_DESIGN`).
    """
    settings = held_settings(points)
    examined = iter(settings[:: 1 + (len(settings) - 1) // POINTS_EXAMINED])
    found = idle_at(next(examined).policy(policy, run.start), run)
    for point in examined:
        if found:
            here = idle_at(point.policy(policy, run.start), run)
            found = {name: why for name, why in found.items() if name in here}
    return found


def idle_at(policy: Policy, run: InputsOfRun) -> dict[str, tuple[str, str]]:
    """The measures of one policy that change nothing within a run, as `idle_measures` has them."""
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


def held_notes(points: Sequence[Point]) -> Iterator[str]:
    """Which levers the points of a design hold beside the policies of worlds, and between which values."""
    values: dict[str, list[float]] = {}
    for point in points:
        for name, value in point.levers.items():
            values.setdefault(name, []).append(value)
    if values:
        held = ", ".join(f"{name} at {range_words(each)}" for name, each in values.items())
        yield f"design: points hold {held} over the whole run, on top of all policies; levers.csv is without them"


def range_words(values: Sequence[float]) -> str:
    """The lowest and the highest value, once where they are equal."""
    return " to ".join(dict.fromkeys(f"{value:g}" for value in (min(values), max(values))))


def idle_notes(policies: Mapping[str, Policy], run: InputsOfRun, points: Sequence[Point] = NO_DESIGN) -> Iterator[str]:
    """Policies that cannot act within the run, and why, in a line for each world and reason."""
    for world, policy in policies.items():
        by_reason: dict[str, list[str]] = {}
        for measure, (what, why) in idle_measures(policy, run, points).items():
            by_reason.setdefault(why, []).append(f"{measure} ({what})")
        for why, measures in by_reason.items():
            yield f"world {world}: cannot act, {why}: {', '.join(measures)}"


def unread_place_notes(policies: Mapping[str, Policy], held: Sequence[str], geography: Geography) -> Iterator[str]:
    """Reception places of the map on the way, of a region in which neither worlds nor levers held by a design open
    any."""
    opened = {name for policy in policies.values() for name in policy.levers} | set(held)
    for region, named in RECEPTION.items():
        here = geography.named(named)
        rows = [row for row in here if geography.reception_places[row] and geography.kinds[row] != "camp"]
        if rows and f"reception_{region}" not in opened:
            places = ", ".join(f"{geography.places[row]} {geography.reception_places[row]:g}" for row in rows)
            lever = f"reception_{region}"
            yield f"reception_places of {places} are not read: no policy moves {lever}, which opens them"
