"""What a check of a pattern is: an observed value, and how the same is read off the draws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corridor.calibration.evidence.observed import ObservedData, ObservedValue
from corridor.calibration.validation.patterns.readings import Reading, yearly

WEATHER = "weather is drawn, not that of the day"
HELD_OUT = ("V5", "V6", "V8", "V9", "V10", "V11", "V13", "V16", "V22", "V23", "V25", "V26")


@dataclass(frozen=True)
class Given:
    """What the simulator is given that a value is made of, or that is made of the value: in words, and the cut from
    which on it is known; empty for history and declared inputs, which do not ask for a cut."""

    words: str
    since: str = ""


NOTHING = Given("")
CROSSINGS = Given("the record of nights up to the cut: which had a crossing; curves of wind (D36)")
BOATS = Given("the record of nights up to the cut: their boats, from which windows are inferred (D42)")


@dataclass(frozen=True)
class PatternCheck:
    """One value of a pattern: what was observed, and how to read it off the draws (None: the records cannot say).

    `period` is a year (2022), a month (2022-11) or "first to last" of either, `given` what the value shares with the
    inputs, and `change` says that it is a relative change, or a difference of such, which may be negative.
    """

    pattern: str
    quantity: str
    period: str
    seen: ObservedValue | None
    read: Reading | None
    reason: str = ""
    given: Given = NOTHING
    change: bool = False

    @property
    def last(self) -> str:
        """The last month (YYYY-MM) that the value needs."""
        end = self.period.split()[-1]
        return end if "-" in end else f"{end}-12"

    def held_out(self, cut: str) -> bool:
        """Whether it is a test of what a fit to a cut (YYYY-MM) could not see."""
        return self.pattern in HELD_OUT and self.last > cut

    def input(self, cut: str) -> str:
        """What it shares with the inputs of a cut, in words; empty where nothing."""
        return self.given.words if self.given.since <= cut else ""


def in_year(
    records: ObservedData, pattern: str, name: str, *years: int, given: Given = NOTHING
) -> Iterator[PatternCheck]:
    """An annual indicator in some years, as it was published."""
    for year in years:
        seen = records.of_year(name, year)
        yield PatternCheck(pattern, name, str(year), seen, yearly(name, year), given=given)


def observed_change(records: ObservedData, name: str, first: int, second: int) -> ObservedValue:
    """The observed relative change."""
    moved = records.of_year(name, second).over(records.of_year(name, first))
    return ObservedValue(moved.value - 1.0, moved.low - 1.0, moved.high - 1.0)
