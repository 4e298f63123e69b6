"""Strengths in doubt: measures whose values in the policy file carry a range.

With drawn parameters each draw has one strength for each measure: a share between 0, where every value of the measure
is at that end of its range that is nearer to no policy, and 1, where all are at the other; between the ends values
follow their distributions. It is keyed by draw and measure, so that it is the same in every world that has the measure,
and stays when draws or measures are added.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from corridor.model import LEVERS
from corridor.model.decisions import Decision
from corridor.model.engine import draws
from corridor.model.parameters import Parameter
from corridor.model.policy import Change, Doubt, Measure, Policy

STRENGTH = "strength."  # before the name of a measure as a factor
GROUP = "strengths"
SHOWN = 3  # measures that a note names
DIGITS = 10  # of a value that is drawn, so that a last bit of a library never makes another case
WEAKEST, STRONGEST = 0.0, 1.0


def in_doubt(measures: Iterable[Measure]) -> dict[str, Measure]:
    """Those of some measures that have values with a range, by name, each once."""
    return {m.name: m for m in measures if any(change.doubt for change in m.changes)}


def strength_of(draw: int, measure: str) -> float:
    """The strength of a measure in a draw, by the number of the draw in its fixed order: uniform between 0 and 1."""
    name = int.from_bytes(hashlib.sha256(measure.encode()).digest()[:8], "big")
    key = np.array([draws.key_of(draw, name)], dtype=np.uint64)
    return float(f"{float(draws.uniform(key, Decision.STRENGTH, 0)[0]):.{DIGITS}g}")


def at_strengths(policy: Policy, strengths: Mapping[str, float]) -> Policy:
    """The policy with the values that its measures have at their strengths; a measure that has none keeps its own."""
    measures = tuple(at_strength(each, strengths.get(each.name)) for each in policy.measures)
    return policy if measures == policy.measures else Policy(measures)


def at_strength(measure: Measure, strength: float | None) -> Measure:
    """The measure at a strength; None is the measure as in its file."""
    if strength is None or not in_doubt([measure]):
        return measure
    return replace(measure, changes=tuple(drawn(change, strength) for change in measure.changes))


@lru_cache(maxsize=8192)
def drawn(change: Change, strength: float) -> Change:
    """A change with its value at a strength; one without a range as it is."""
    if change.doubt is None:
        return change
    (nominal,), doubt = change.values, change.doubt
    share = strength if grows(change.lever, nominal, doubt) else 1.0 - strength
    return replace(change, to=value_at(nominal, doubt, share), nominal=nominal)


def grows(lever: str, nominal: float, doubt: Doubt) -> bool:
    """Whether a stronger measure sets a lever higher: where the middle of its range is above the baseline."""
    middle = nominal if nominal != LEVERS[lever].baseline else (doubt.low + doubt.high) / 2.0
    return middle > LEVERS[lever].baseline


def value_at(nominal: float, doubt: Doubt, share: float) -> float:
    """The value at a share of its distribution, from the low end (0) to the high end (1)."""
    from corridor.experiments.config.designs.distributions import quantile

    spread = Parameter("", "", nominal, doubt.low, doubt.high, doubt.distribution, "", doubt.grade, "", "")
    return float(f"{float(quantile(spread, share)):.{DIGITS}g}")


def strength_factors(measures: Iterable[Measure]) -> dict[str, Parameter]:
    """The strengths of measures as factors that an analysis can vary, by name: uniform between 0 and 1."""
    found = {}
    for name, measure in in_doubt(measures).items():
        grade = max(change.doubt.grade for change in measure.changes if change.doubt)
        meaning = f"strength of the measure {name!r} within the range of its values: 0 weakest, 1 strongest"
        factor = STRENGTH + name
        found[factor] = Parameter(factor, GROUP, 0.5, 0.0, 1.0, "uniform", "share", grade, "policy file", meaning)
    return found


def unused_range_notes(measures: Iterable[Measure], used: Collection[str]) -> Iterator[str]:
    """Which measures have values with a range that a run does not use, where the strengths of those in `used` are
    drawn."""
    if unused := [name for name in in_doubt(measures) if name not in used]:
        names = ", ".join(unused[:SHOWN]) + (f" and {len(unused) - SHOWN} more" if len(unused) > SHOWN else "")
        yield f"range not used, as parameters are not drawn: {names}; an analysis of strength.NAME varies it"


def drawn_strengths(draw: int, measures: Sequence[Measure]) -> dict[str, float]:
    """The strengths of all measures in doubt in a draw, by measure."""
    return {name: strength_of(draw, name) for name in in_doubt(measures)}
