"""The cases of an experiment: each a world at a point of the design with a seed or a block of seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from corridor.experiments.config.policies.strengths import STRENGTH, at_strengths, drawn_strengths
from corridor.model import PARAMETERS, Policy
from corridor.model.policy import Change, Measure

HELD_BY_DESIGN = "levers_of_design"  # name of the measure by which a point of a design holds levers
Condition = tuple[date, str, float]  # from a date, a name, and its multiplier
LEVER = "lever_"  # put before the name of a lever as a column, since a parameter may have the same name


@dataclass(frozen=True)
class Point:
    """One point: its number from 1 (0 where an experiment has no design), and what it sets; `conditions` are the
    multipliers by date of a draw, in order of date and name, and `strengths` those of measures in doubt."""

    number: int = 0
    parameters: Mapping[str, float] = field(default_factory=dict)
    levers: Mapping[str, float] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    strengths: Mapping[str, float] = field(default_factory=dict)
    draw: int = 0
    """Which draw of a posterior it is, from 1, where each has several seeds."""
    strength_set: int = 0
    """Which strengths of the draw it has, from 1: draws with several seeds have one or two sets."""

    @property
    def factors(self) -> dict[str, float]:
        """All that the point sets, by name, levers with `lever_` before it and strengths with `strength.`."""
        levers = {LEVER + name: value for name, value in self.levers.items()}
        return {**self.parameters, **levers, **{STRENGTH + name: value for name, value in self.strengths.items()}}

    def policy(self, policy: Policy, start: date) -> Policy:
        """A world's policy at this point's strengths, and its levers as one measure that is in force from the first
        day on."""
        policy = at_strengths(policy, self.strengths)
        if not self.levers:
            return policy
        changes = tuple(Change(name, start, 0, value) for name, value in self.levers.items())
        held = Measure(HELD_BY_DESIGN, "Levers that the design holds over the whole period", changes)
        return Policy((*policy.measures, held))


NO_DESIGN = (Point(),)


def as_points(table: dict[str, list[float]]) -> tuple[Point, ...]:
    """Numbered points of a table of factors."""
    rows = [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]
    return (
        tuple(
            Point(
                number,
                {name: float(value) for name, value in row.items() if name in PARAMETERS},
                named_by(LEVER, row),
                strengths=named_by(STRENGTH, row),
            )
            for number, row in enumerate(rows, start=1)
        )
        or NO_DESIGN
    )


def named_by(prefix: str, row: Mapping[str, float]) -> dict[str, float]:
    """The factors of a row whose names begin so, without that."""
    return {
        name.removeprefix(prefix): float(value)
        for name, value in row.items()
        if name.startswith(prefix) and name not in PARAMETERS
    }


def with_strengths(points: Iterable[Point], measures: Sequence[Measure]) -> tuple[Point, ...]:
    """Draws with a strength of each measure in doubt, keyed by their number; strengths that they have are kept."""
    return tuple(
        replace(each, strengths={**drawn_strengths(each.number, measures), **each.strengths}) for each in points
    )


@dataclass(frozen=True)
class Case:
    """One world at one point of the design, with one seed or a block of seeds."""

    world: str
    seeds: tuple[int, ...]
    point: Point = Point()

    @property
    def name(self) -> str:
        """`as_it_happened-s003`, `as_it_happened-s001-008` for a block, `as_it_happened-p0012-s001` at point 12."""
        last = f"-{self.seeds[-1]:03d}" if len(self.seeds) > 1 else ""
        point = f"-p{self.point.number:04d}" if self.point.number else ""
        return f"{self.world}{point}-s{self.seeds[0]:03d}{last}"
