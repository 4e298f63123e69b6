"""Settings of the page as text behind the `?` of its address, as links hold it. Bad ones are refused in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from corridor.model import INDICATORS, LEVERS
from corridor.model.engine.errors import InputError

FIRST = date(2022, 11, 1)  # the first day on which the two worlds may differ
LAST = date(2024, 12, 31)
MONTHS = (LAST.year - FIRST.year) * 12 + LAST.month - FIRST.month + 1
REFERENCES = ("no_policy", "joint_statement")
MEASURES = (
    "joint_statement", "patrols", "surveillance", "embedded_officers", "joint_intelligence_cell", "near_neighbours",
    "albania", "french_command", "goods", "port_dogs", "port_cctv", "removals", "reception_south", "committee",
    "communication",
)  # fmt: skip
LONGEST = 2000  # characters
MOST_WORLDS = 20
EXPLORE, PLAY = "explore", "play"
WHOLE = "whole"


def month_days(count: int = MONTHS) -> list[date]:
    """The first days of the months that can be chosen."""
    months = [FIRST.month - 1 + k for k in range(count)]
    return [date(FIRST.year + month // 12, month % 12 + 1, 1) for month in months]


@dataclass(frozen=True)
class PlaySettings:
    """Two worlds: the `reference`, and one with `measures` of the joint statement and own `levers` on top of it.

    Levers hold from the day `start` on; both worlds run for `months` from `FIRST`. `draw` is the one whose days are
    shown. Raises InputError with all that is not allowed.
    """

    reference: str = REFERENCES[0]
    measures: tuple[str, ...] = ("joint_statement",)
    levers: Mapping[str, float] = field(default_factory=dict)
    start: date = FIRST
    months: int = 12
    draw: int = 1

    def __post_init__(self) -> None:
        if problems := list(self.problems()):
            raise InputError(problems)

    def problems(self) -> Iterator[str]:
        """What is not allowed, in words."""
        if self.reference not in REFERENCES:
            yield f"reference: {self.reference!r} is not allowed; {' or '.join(REFERENCES)}"
        for name in self.measures:
            if name not in MEASURES:
                yield f"measures: {name!r} is not a measure; allowed: {', '.join(MEASURES)}"
        for name, value in self.levers.items():
            if name not in LEVERS:
                yield f"{name}: is not a lever; 'corridor list levers' shows all"
            elif not LEVERS[name].allows(value):
                yield f"{name}: {value!r} is out of range; allowed: {LEVERS[name].bounds}"
        if self.start not in month_days():
            yield f"start: {self.start} is not allowed; the first of a month from {FIRST} to {month_days()[-1]}"
        if not 1 <= self.months <= MONTHS:
            yield f"months: {self.months} is not allowed; 1 to {MONTHS}"
        if self.draw < 1:
            yield f"draw: {self.draw} is not allowed; a whole number from 1"

    @property
    def end(self) -> date:
        """The last day that is simulated."""
        following = [*month_days()[1:], date(LAST.year + 1, 1, 1)]
        return date.fromordinal(following[self.months - 1].toordinal() - 1)

    @property
    def alike(self) -> PlaySettings:
        """What an effect depends on: all but which draw is shown."""
        return replace(self, draw=1)

    @property
    def query(self) -> str:
        """The settings as text of an address."""
        pairs = [("view", PLAY), ("reference", self.reference), ("measures", ",".join(self.measures))]
        pairs += [("start", f"{self.start:%Y-%m}"), ("months", str(self.months)), ("draw", str(self.draw))]
        return urlencode(pairs + [(name, f"{value:.6g}") for name, value in self.levers.items()], safe=",")


@dataclass(frozen=True)
class ExploreSettings:
    """What is shown of a stored result: a run by its name, some of its worlds (none: the first), an indicator and a
    period; `table` is one of its tables."""

    run: str = ""
    worlds: tuple[str, ...] = ()
    indicator: str = "arrivals_people"
    period: str = WHOLE
    table: str = ""

    def __post_init__(self) -> None:
        if problems := list(self.problems()):
            raise InputError(problems)

    def problems(self) -> Iterator[str]:
        """What is not allowed, in words; whether a result has them is seen when it is read."""
        if self.indicator not in INDICATORS:
            yield f"indicator: {self.indicator!r} is not known; 'corridor list indicators' shows all"
        if self.period != WHOLE and not (self.period.isdecimal() and len(self.period) == 4):
            yield f"period: {self.period!r} is not allowed; a year such as 2023, or {WHOLE}"
        if len(self.worlds) > MOST_WORLDS:
            yield f"world: {len(self.worlds)} are given; at most {MOST_WORLDS}"

    @property
    def query(self) -> str:
        """The settings as text of an address."""
        pairs = [("view", EXPLORE), ("run", self.run), *(("world", name) for name in self.worlds)]
        pairs += [("indicator", self.indicator), ("period", self.period), ("table", self.table)]
        return urlencode([(key, value) for key, value in pairs if value])


Settings = PlaySettings | ExploreSettings


def read_query(text: str) -> Settings | None:
    """The settings in the text of an address; None where it has none. Raises InputError with all that is wrong."""
    if len(text) > LONGEST:
        raise InputError([f"address: has {len(text)} characters behind the ?; at most {LONGEST}"])
    if not text:
        return None
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise InputError(["address: what stands behind the ? cannot be read; KEY=VALUE with & between"]) from None
    if bad := next((key for key, value in pairs if not (key + value).isprintable()), None):
        raise InputError([f"{bad!r}: holds characters that cannot be shown"])
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    view = found.pop("view", [""])
    if view == [PLAY]:
        return play_settings(found)
    if view == [EXPLORE]:
        return explore_settings(found)
    raise InputError([f"view: {', '.join(view)!r} is not allowed; {EXPLORE} or {PLAY}"])


def play_settings(found: Mapping[str, list[str]]) -> PlaySettings:
    """Settings to play with, from texts. Raises InputError with all that is wrong."""
    problems = [f"{key}: is given {len(values)} times" for key, values in found.items() if len(values) > 1]
    given: dict[str, Any] = {}
    levers: dict[str, float] = {}
    for key, values in found.items():
        try:
            if key in READ:
                given[key] = READ[key](values[0])
            else:
                levers[key] = float(values[0])
        except ValueError:
            allowed = "a month such as 2022-12" if key == "start" else "a number"
            problems.append(f"{key}: {values[0]!r} is not allowed; {allowed}")
    try:
        settings = PlaySettings(levers=levers, **given)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    return settings


READ: dict[str, Callable[[str], Any]] = {
    "reference": str,
    "measures": lambda text: tuple(dict.fromkeys(name for name in text.split(",") if name)),
    "start": lambda text: date.fromisoformat(f"{text}-01"),
    "months": int,
    "draw": int,
}


def explore_settings(found: Mapping[str, list[str]]) -> ExploreSettings:
    """What to show of a result, from texts. Raises InputError with all that is wrong."""
    single = ("run", "indicator", "period", "table")
    problems = [f"{key}: is not allowed; {', '.join((*single, 'world'))}" for key in found.keys() - {*single, "world"}]
    problems += [f"{key}: is given {len(found[key])} times" for key in single if len(found.get(key, [])) > 1]
    given = {key: found[key][0] for key in single if key in found}
    try:
        settings = ExploreSettings(worlds=tuple(dict.fromkeys(found.get("world", []))), **given)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    return settings
