"""Sentences made from numbers: the verb fits the interval, numbers are rounded to what is known."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.results.report import sentences
from corridor.results.report.language import LANGUAGES, language_of
from corridor.results.report.sentences import Effect, Kind

EN, FR = language_of("en"), language_of("fr")
NAN = math.nan
NAMES = sorted(key.split(".")[1] for key in EN.texts if re.fullmatch(r"indicator\.\w+\.name", key))
OF_EVENTS = ("attempts_people", "prevented_people", "lorry_attempts", "lorry_detected")
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)
CLAIMS = {"en": r"\b(falls?|rises?) by\b", "fr": r"\b(baisse|baissent|augmente|augmentent) d’environ\b"}


@st.composite
def effects(draw: st.DrawFn, names: tuple[str, ...] = (*NAMES, "name_of_a_user"), unit: str | None = None) -> Effect:
    """Effects with an interval around their mean."""
    low, mean, high = sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS)))
    return Effect(
        draw(st.sampled_from(names)),
        unit or draw(st.sampled_from([*sentences.NAMED, "share", "EUR", "days"])),
        mean,
        low,
        high,
    )


def arrivals(mean: float, low: float, high: float, level: float = NAN, **more: float) -> Effect:
    return Effect("arrivals_people", "people", mean, low, high, level, **more)


@pytest.mark.parametrize(
    ("effect", "kind", "english", "french"),
    [
        (
            arrivals(-26039, -30100, -20800, 200_000),
            Kind.FEWER,
            "arrivals by small boat fall by about 26,000 (20,800 to 30,100; 13\xa0% of the baseline)",
            "les arrivées en petit bateau baissent d’environ 26\u202f000 (20\u202f800 à 30\u202f100\u202f; "
            "13\u202f% du niveau de référence)",
        ),
        (
            arrivals(512, 300, 777),
            Kind.MORE,
            "arrivals by small boat rise by about 510 (300 to 780)",
            "les arrivées en petit bateau augmentent d’environ 510 (300 à 780)",
        ),
        (
            arrivals(23, -34, 97, 5000),
            Kind.UNCLEAR,
            "it is not clear whether arrivals by small boat rise or fall (−34 to +97)",
            "on ne peut pas dire si les arrivées en petit bateau augmentent ou baissent (−34 à +97)",
        ),
        (
            arrivals(23, -34, 97, 100_000),
            Kind.LITTLE,
            "arrivals by small boat hardly differ (−34 to +97)",
            "les arrivées en petit bateau ne changent guère (−34 à +97)",
        ),
        (
            arrivals(0, 0, 0),
            Kind.SAME,
            "for arrivals by small boat the two worlds do not differ in any run",
            "pour les arrivées en petit bateau, les deux mondes ne diffèrent dans aucune simulation",
        ),
        (
            arrivals(-8535, NAN, NAN, seeds=1, runs=1),
            Kind.ALONE,
            "one pair of runs gives −8,500 for arrivals by small boat, which says nothing about chance",
            "une seule paire de simulations donne −8\u202f500 pour les arrivées en petit bateau, ce qui ne dit rien du "
            "hasard",
        ),
        (
            arrivals(-8535, NAN, NAN, seeds=1, runs=3),
            Kind.PARTIAL,
            "for arrivals by small boat, some pairs of runs have no value, so that −8,500 has no interval",
            "pour les arrivées en petit bateau, certaines paires de simulations n’ont pas de valeur, et −8\u202f500 "
            "est donc sans intervalle",
        ),
        (
            arrivals(-8535, NAN, NAN),
            Kind.OPEN,
            "for arrivals by small boat the difference is −8,500, of which no interval is known",
            "pour les arrivées en petit bateau, la différence est de −8\u202f500, sans intervalle connu",
        ),
        (
            arrivals(0, 0, 0, seeds=2),
            Kind.FEW,
            "for arrivals by small boat, 2 pairs of runs all give 0, too few to say more",
            "pour les arrivées en petit bateau, 2 paires de simulations donnent toutes 0\xa0: trop peu pour en dire "
            "plus",
        ),
        (
            arrivals(-100, -100, -100, seeds=2),  # one agent less in both
            Kind.FEW,
            "for arrivals by small boat, 2 pairs of runs all give −100, too few to say more",
            "pour les arrivées en petit bateau, 2 paires de simulations donnent toutes −100\xa0: trop peu pour en dire "
            "plus",
        ),
        (
            arrivals(NAN, NAN, NAN),
            Kind.MISSING,
            "nothing is known of arrivals by small boat",
            "on ne sait rien de ceci\xa0: les arrivées en petit bateau",
        ),
        (
            Effect("stop_rate_people", "share", 0.034, 0.023, 0.05, 0.4),
            Kind.MORE,
            "the share of attempts that is stopped rises by about 3.4 percentage points (2.3 to 5.0)",
            "la part des tentatives empêchées augmente d’environ 3,4 points de pourcentage (2,3 à 5,0)",
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, Kind) else "",
)
def test_each_kind_of_effect_has_its_sentence(effect: Effect, kind: Kind, english: str, french: str) -> None:
    assert effect.kind is kind
    assert sentences.effect_sentence(effect, EN) == english
    assert sentences.effect_sentence(effect, FR) == french


@pytest.mark.parametrize("code", LANGUAGES)
@given(effect=effects())
def test_nothing_is_said_to_fall_or_rise_where_the_interval_holds_zero(code: str, effect: Effect) -> None:
    text = sentences.effect_sentence(effect, language_of(code))
    claimed = re.search(CLAIMS[code], text) is not None
    assert claimed == effect.clear
    if effect.low <= 0.0 <= effect.high:
        assert not claimed
        assert "reduc" not in text
        assert "réduis" not in text


@given(effect=effects(unit="people"))
def test_a_direction_is_that_of_the_numbers_and_no_end_of_a_clear_effect_is_zero(effect: Effect) -> None:
    text = sentences.effect_sentence(effect, EN)
    if effect.kind is Kind.FEWER:
        assert " fall" in text
        assert " rise" not in text
    if effect.clear:
        amounts = [float(each.replace(",", "")) for each in re.findall(r"\d[\d,.]*", text.split(" by about ")[1])]
        assert min(amounts[:3]) > 0.0
        assert amounts[1] <= amounts[0] <= amounts[2]


@pytest.mark.parametrize("code", LANGUAGES)
@given(effect=effects(names=OF_EVENTS, unit="person-attempts"))
def test_events_are_never_called_people(code: str, effect: Effect) -> None:
    text = sentences.effect_sentence(effect, language_of(code)) + sentences.reading_of(effect, language_of(code))
    assert not re.search(r"\b(people|persons?|personnes?|gens|migrants?)\b", text)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_verbs_have_the_number_of_their_subject(code: str, name: str) -> None:
    language = language_of(code)
    text = sentences.effect_sentence(Effect(name, "people", -500, -900, -100), language)
    singular = re.match(r"(the|le|la) ", sentences.name_of(name, language)) is not None
    assert singular == (re.search(r" (falls|baisse) (by|d)", text) is not None), text
    assert singular == (language.text(f"indicator.{name}.number") == "singular")


@given(effects(unit="people"))
def test_numbers_are_rounded_to_a_tenth_of_the_leading_digit_of_half_of_the_interval(effect: Effect) -> None:
    half = (effect.high - effect.low) / 2.0
    if half >= 1.0:
        assert effect.step <= max(1.0, half / 10.0 * (1.0 + 1e-9))
        assert effect.step >= 1.0
    assert effect.step == 10.0 ** round(math.log10(effect.step))


@pytest.mark.parametrize(
    ("mean", "low", "high", "step"),
    [(-26039, -30100, -20800, 100), (23, -34, 97, 1), (5e6, 4e6, 6e6, 1e5), (40, 0.7, 80, 0.1), (12, NAN, NAN, 1)],
)
def test_steps(mean: float, low: float, high: float, step: float) -> None:
    assert sentences.step_of(mean, low, high, whole=False) == pytest.approx(step)


def test_less_than_one_thing_is_no_direction() -> None:
    effect = Effect("deaths_mediterranean", "deaths", 0.4, 0.1, 0.7)
    assert effect.kind is Kind.LITTLE
    assert sentences.effect_sentence(effect, EN) == "deaths in the Mediterranean hardly differ (0 to +1)"
    assert Effect("deaths_channel", "deaths", 20.0, 0.3, 40.0).kind is Kind.UNCLEAR


def test_what_is_equal_in_few_pairs_of_runs_is_not_clear() -> None:
    few = arrivals(0, 0, 0, seeds=2)
    assert not few.clear
    assert sentences.reading_of(few, EN) == "not clear: few runs, all equal"
    assert Effect("stop_rate_people", "share", 0.1, 0.1, 0.1, seeds=2).scaled.kind is Kind.FEW
    assert arrivals(0, 0, 0, seeds=30).kind is Kind.SAME
    assert arrivals(-50, -70, -30, seeds=2).kind is Kind.FEWER


def test_effects_that_agree_are_joined_by_and_and_others_by_but() -> None:
    fewer, more, unclear = arrivals(-50, -70, -30), arrivals(50, 30, 70), arrivals(5, -30, 40)
    same = Effect("deaths_channel", "deaths", 0, 0, 0)
    other = Effect("deaths_mediterranean", "deaths", 0, 0, 0)
    assert "(30 to 70), and arrivals" in sentences.joined([fewer, fewer], EN)
    assert "(30 to 70), but arrivals by small boat rise" in sentences.joined([fewer, more], EN)
    assert "(30 to 70), but it is not clear" in sentences.joined([fewer, unclear], EN)
    assert "(−30 to +40), and it is not clear" in sentences.joined([unclear, unclear], EN)
    both = "for deaths in the Channel and deaths in the Mediterranean the two worlds do not differ in any run"
    assert sentences.joined([same, other], EN) == both
    assert sentences.joined([], EN) == ""


def test_a_reading_warns_where_chance_may_hide_the_effect_in_one_future() -> None:
    clear = arrivals(-50, -70, -30, 1000, future_low=-200, future_high=60)
    assert sentences.reading_of(clear, EN) == "fall, 5\xa0% of the baseline; chance may hide it in one future"
    assert sentences.reading_of(arrivals(-50, -70, -30, 1000, future_low=-200, future_high=-6), EN).endswith("baseline")
    assert sentences.reading_of(arrivals(-5, -70, 30, future_low=-200, future_high=60), EN) == "not clear"


def sectors(*signs: int) -> Iterator[tuple[str, Effect]]:
    for place, sign in zip(("Calais", "Berck", "Dieppe"), signs, strict=False):
        middle = 50.0 * sign
        yield place, Effect("launches", "boats", middle, middle - 30.0, middle + 30.0)


@pytest.mark.parametrize(
    ("signs", "text"),
    [
        ((), "effects on launches by coast sector are not in these tables (corridor compare works them out)"),
        ((0, 0), "none of the 2 coast sectors has clearly more or fewer launches"),
        ((-1, 0, -1), "launches fall clearly in the sectors of Calais and Dieppe, and rise clearly in none"),
        ((0, 1), "launches rise clearly in the sectors of Berck, and fall clearly in none"),
        ((-1, 1, 0), "launches fall clearly in the sectors of Calais but rise clearly in those of Berck"),
    ],
)
def test_displacement(signs: tuple[int, ...], text: str) -> None:
    assert sentences.displacement_sentence(dict(sectors(*signs)), EN) == text


def test_shares_of_chance_and_uncertainty() -> None:
    assert "54\xa0% is chance and 46\xa0% is uncertainty" in sentences.shares_sentence(0.54, 0.46, NAN, EN)
    three = sentences.shares_sentence(0.46, 0.448, 0.002, EN)
    assert "46\xa0% is chance, 45\xa0% is uncertainty of behaviour, and less than 1\xa0% is uncertainty" in three


@given(st.text())
def test_a_sentence_has_a_large_first_letter_and_one_full_stop(text: str) -> None:
    made = sentences.sentence(text)
    assert made == "" if not text else made.endswith(".")
    assert not made.endswith("..")
