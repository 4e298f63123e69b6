"""Text made from numbers: what may be said of an effect, in the words of a language.

An effect is *clear* where its 90 % interval, of counted things rounded to whole ones, does not hold zero; only then a
sentence says that something falls or rises. Numbers are rounded to what is known: to a tenth of the leading digit of
half of the interval. Person-attempts are never called people.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise

from corridor.results.report.language import Language, capitalised
from corridor.results.tables.intervals import of_few

LITTLE = 0.01  # an effect that cannot be larger than this share of the baseline's level is hardly one
COUNTED = ("people", "person-attempts", "deaths", "boats", "events", "networks", "arrests")  # whole units, own noun
NAMED = (*COUNTED, "people per boat", "attempts per arrival")  # units that the names of their indicators say
SHARE = "share"


class Kind(StrEnum):
    """What may be said of an effect."""

    MISSING = "missing"  # it has no value
    ALONE = "alone"  # it has no interval: one pair of runs
    PARTIAL = "partial"  # it has no interval: some pairs of runs have no value, as zero over zero has none
    OPEN = "open"  # it has no interval, and it is not known why
    SAME = "same"  # no pair of runs differs
    FEW = "few"  # all pairs of runs give the same, and they are few: their spread says nothing about chance
    FEWER = "fewer"
    MORE = "more"
    LITTLE = "little"  # both ends of the interval are small: one thing, or beside the baseline's level
    UNCLEAR = "unclear"  # the interval holds zero


@dataclass(frozen=True)
class Effect:
    """A difference from the baseline with its 90 % interval, in its unit; ends are NaN where they are not known.

    `level` is the value of the baseline, NaN where it is not known; `future_low` and `future_high` are the interval of
    the effect in one future, where the first one is that of the expected effect. `seeds` are the pairs of runs that
    have a value, `runs` all pairs; 0 where their number is not known.
    """

    indicator: str
    unit: str
    mean: float
    low: float
    high: float
    level: float = math.nan
    future_low: float = math.nan
    future_high: float = math.nan
    seeds: int = field(default=0, kw_only=True)
    runs: int = field(default=0, kw_only=True)

    @property
    def kind(self) -> Kind:
        """What may be said of it."""
        if math.isnan(self.mean):
            return Kind.MISSING
        if math.isnan(self.low) or math.isnan(self.high):
            return self.kind_without_interval
        if self.all_equal:
            return Kind.FEW
        if self.low == self.high == self.mean == 0.0:
            return Kind.SAME
        counted = self.unit in COUNTED
        low, high = (round(self.low), round(self.high)) if counted else (self.low, self.high)
        largest = max(abs(low), abs(high))
        if counted and largest <= 1:
            return Kind.LITTLE
        if high < 0.0:
            return Kind.FEWER
        if low > 0.0:
            return Kind.MORE
        return Kind.LITTLE if largest <= LITTLE * self.level else Kind.UNCLEAR

    @property
    def kind_without_interval(self) -> Kind:
        """Why it has no interval."""
        if self.seeds < self.runs:
            return Kind.PARTIAL
        return Kind.ALONE if self.seeds == 1 else Kind.OPEN

    @property
    def all_equal(self) -> bool:
        """Whether its interval has no width only because few pairs of runs are all equal, so that it says nothing."""
        return few_equal(self.low, self.high, self.seeds)

    @property
    def clear(self) -> bool:
        """Whether it has a direction."""
        return self.kind in (Kind.FEWER, Kind.MORE)

    @property
    def scaled(self) -> Effect:
        """The effect in the unit in which it is written: shares in percentage points."""
        if self.unit != SHARE:
            return self
        names = ("mean", "low", "high", "future_low", "future_high")
        percents = {name: 100.0 * getattr(self, name) for name in names}
        return replace(self, unit="points", level=math.nan, **percents)

    @property
    def step(self) -> float:
        """What its numbers are rounded to."""
        return step_of(self.mean, self.low, self.high, whole=self.unit in COUNTED)


def step_of(mean: float, low: float, high: float, whole: bool) -> float:
    """The power of ten to which a mean and its interval are rounded: a tenth of the leading digit of half of the
    interval (two significant digits of the mean, where it has none), and no coarser than an end that has a sign.

    Never below 1 for `whole` things.
    """
    half = (high - low) / 2.0
    decisive = half if math.isfinite(half) and half > 0.0 else abs(mean)
    exponent = leading(decisive) - 1
    if math.isfinite(half) and low * high > 0.0:  # an effect that is clear is not rounded away
        exponent = min(exponent, leading(min(abs(low), abs(high))))
    return 10.0 ** max(exponent, 0 if whole else -4)


def leading(value: float) -> int:
    """The exponent of the leading digit; 0 for zero and for what is no number."""
    return math.floor(math.log10(value)) if math.isfinite(value) and value > 0.0 else 0


def name_of(indicator: str, language: Language) -> str:
    """An indicator as the subject of a sentence."""
    return language.get(f"indicator.{indicator}.name", indicator.replace("_", " "))


def verb(key: str, indicator: str, language: Language) -> str:
    """A verb in the number of its subject."""
    number = language.get(f"indicator.{indicator}.number", "plural")
    return language.text(f"verb.{key}.{number}")


def unit_words(unit: str, language: Language) -> str:
    """The unit behind a number; nothing for what the name already counts."""
    if unit in NAMED:
        return ""
    return " " + language.get(f"unit.{unit}", unit)


def interval_text(low: float, high: float, step: float, language: Language, sign: bool = True) -> str:
    """An interval with the signs of its ends."""
    ends = language.number(low, step, sign), language.number(high, step, sign)
    return language.text("number.interval", low=ends[0], high=ends[1])


def few_equal(low: float, high: float, seeds: int) -> bool:
    """Whether an interval has no width only because few runs are all equal; not where their number is not known."""
    return seeds > 0 and bool(of_few(low, high, seeds))


def interval_or_why(low: float, high: float, seeds: int, step: float, language: Language, sign: bool = True) -> str:
    """An interval, or why there is none: it is not known, or few runs are all equal."""
    if math.isnan(low) or math.isnan(high):
        return language.text("number.missing")
    if few_equal(low, high, seeds):
        return language.text("number.all_equal")
    return interval_text(low, high, step, language, sign)


def effect_sentence(effect: Effect, language: Language) -> str:
    """What may be said of one effect, without a full stop."""
    kind, shown, words = effect.kind, effect.scaled, words_of(effect, language)
    if kind in (Kind.MISSING, Kind.SAME):
        return language.text(f"effect.{kind}", **words)
    step = shown.step
    if kind in (Kind.ALONE, Kind.PARTIAL, Kind.OPEN, Kind.FEW):
        return language.text(f"effect.{kind}", amount=language.number(shown.mean, step, sign=True), **words)
    if not effect.clear:
        return language.text(f"effect.{kind}", interval=interval_text(shown.low, shown.high, step, language), **words)
    low, high = sorted((abs(shown.low), abs(shown.high)))
    interval = interval_text(low, high, step, language, sign=False)
    part = part_of_level(effect, "effect.part", language)
    amount = language.number(abs(shown.mean), step)
    return language.text(f"effect.{kind}", amount=amount, interval=interval, part=part, **words)


def reading_of(effect: Effect, language: Language) -> str:
    """What may be said of an effect whose numbers stand beside it; with a warning where its expected value is clear but
    one future is not."""
    part = part_of_level(effect, "reading.part", language) if effect.clear else ""
    hidden = effect.clear and effect.future_low <= 0.0 <= effect.future_high
    text = language.text(f"reading.{effect.kind}", part=part, **words_of(effect, language))
    return text + (language.text("reading.hidden") if hidden else "")


def words_of(effect: Effect, language: Language) -> dict[str, str]:
    """The name of an effect's indicator, verbs in its number, its unit, and the number of seeds."""
    verbs = {key: verb(key, effect.indicator, language) for key in ("fall", "rise", "differ")}
    unit = unit_words(effect.scaled.unit, language)
    about = {"name": name_of(effect.indicator, language), "unit": unit, "seeds": language.number(effect.seeds)}
    return {**about, **verbs}


def part_of_level(effect: Effect, key: str, language: Language) -> str:
    """How much of the baseline's level a clear effect is; nothing where that is not known or means little."""
    if effect.unit not in COUNTED or not effect.level > 0.0:
        return ""
    return language.text(key, percent=language.percent(abs(effect.mean) / effect.level))


def joined(effects: Sequence[Effect], language: Language) -> str:
    """Several effects in one sentence without a full stop: with "and" between those that agree (both clear in one
    direction, or neither clear), with "but" between those that do not; those without any difference are one part."""
    same = [effect for effect in effects if effect.kind is Kind.SAME]
    others = [(effect, effect_sentence(effect, language)) for effect in effects if effect.kind is not Kind.SAME]
    if same:
        names = language.listed([name_of(effect.indicator, language) for effect in same])
        others.append((same[0], language.text("effect.same", name=names)))
    text = others[0][1] if others else ""
    for (before, _), (effect, part) in pairwise(others):
        agree = before.kind is effect.kind or not (before.clear or effect.clear)
        text = language.text("list.and" if agree else "list.but", first=text, last=part)
    return text


def displacement_sentence(sectors: Mapping[str, Effect], language: Language) -> str:
    """In which coast sectors launches clearly fall or rise, without a full stop; `sectors` are effects by place."""
    if not sectors:
        return language.text("displacement.missing")
    less = [place for place, effect in sectors.items() if effect.kind is Kind.FEWER]
    more = [place for place, effect in sectors.items() if effect.kind is Kind.MORE]
    if not less and not more:
        return language.text("displacement.none", of=len(sectors))
    if less and more:
        return language.text("displacement.both", less=language.listed(less), more=language.listed(more))
    key, places = ("displacement.less", less) if less else ("displacement.more", more)
    return language.text(key, places=language.listed(places))


def shares_sentence(chance: float, behaviour: float, strength: float, language: Language) -> str:
    """Which shares of the spread of one future are chance and doubt, without a full stop."""
    parts = {"chance": language.percent(chance), "behaviour": language.percent(behaviour)}
    if math.isnan(strength):
        return language.text("shares.two", **parts)
    return language.text("shares.three", strength=language.percent(strength), **parts)


def sentence(text: str) -> str:
    """A text with a large first letter and a full stop; nothing stays nothing."""
    return f"{capitalised(text).rstrip('.')}." if text else ""
