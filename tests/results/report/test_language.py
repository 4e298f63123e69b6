"""Languages: the same keys and fields in each, and numbers as each writes them."""

from __future__ import annotations

import ast
import math
import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.results.plots.catalogue.index import FIGURES
from corridor.results.report import language
from corridor.results.report.appendix import caption_of
from corridor.results.report.language import LANGUAGES, TEXTS, language_of
from corridor.results.tables.summary import INTERVALS, interval_of_values

EN, FR = language_of("en"), language_of("fr")
CODE = sorted(Path(language.__file__).parent.glob("*.py"))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_file_of_texts_is_a_language() -> None:
    assert {path.stem for path in TEXTS.glob("*.toml")} == set(LANGUAGES)


@pytest.mark.parametrize("code", LANGUAGES)
def test_all_languages_have_the_same_keys_with_the_same_fields(code: str) -> None:
    other = language_of(code).texts
    assert set(other) == set(EN.texts)
    assert {key for key in other if fields(other[key]) != fields(EN.texts[key])} == set()
    assert all(other.values())


def test_languages_differ() -> None:
    alike = {key for key in EN.texts if EN.texts[key] == FR.texts[key]}
    by_nature = ("place.", "number.", "versions.", "unit.", "list.", "indicator.", "date.", "explore.")
    by_nature += ("displacement.", "reading.")
    assert {key for key in alike if not key.startswith(by_nature)} <= {"figures.title", "imposed.source"}


def test_every_key_that_the_code_names_is_there_and_every_text_is_used() -> None:
    named, prefixes = set(), set()
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                prefixes.add(str(node.values[0].value))
    templates = "".join(path.read_text(encoding="utf-8") for path in (TEXTS.parent / "templates").glob("*"))
    named |= set(re.findall(r't\(["\'](\w+\.\w+)["\']\)', templates))
    sections = {key.split(".")[0] for key in EN.texts}
    keys = {name for name in named if re.fullmatch(r"[a-z]+\.[a-z_0-9]+", name) and name.split(".")[0] in sections}
    keys -= prefixes
    assert keys - set(EN.texts) - {"report.json", "report.typ", "report.css", "report.js", "report.html"} == set()
    begun = {prefix for prefix in prefixes if "." in prefix}
    unused = {key for key in set(EN.texts) - keys if not any(key.startswith(prefix) for prefix in begun)}
    assert {key for key in unused if not re.search(r"_undated$|\.p\d$", key)} == set()


def test_intervals_have_the_same_words_in_report_terminal_and_figures() -> None:
    assert {kind: EN.text(f"interval.{kind}") for kind in INTERVALS} == INTERVALS
    assert {interval_of_values(drawn) for drawn in (True, False)} == {
        EN.text("interval.draw"),
        EN.text("interval.seed"),
    }
    assert not [key for key, text in EN.texts.items() if "doubt" in text]
    assert not [key for key, text in FR.texts.items() if re.search(r"\bdoute\b|[Ii]nterception", text)]


@pytest.mark.parametrize(
    ("value", "step", "sign", "english", "french"),
    [
        (-26039.4, 100, True, "−26,000", "−26\u202f000"),
        (26039.4, 1, True, "+26,039", "+26\u202f039"),
        (0.034, 0.001, False, "0.034", "0,034"),
        (-0.4, 1, True, "0", "0"),
        (math.inf, 1, False, "no end", "sans limite"),
        (math.nan, 1, False, "not known", "inconnu"),
        (1234.5, 0.1, False, "1,234.5", "1\u202f234,5"),
    ],
)
def test_numbers(value: float, step: float, sign: bool, english: str, french: str) -> None:
    assert (EN.number(value, step, sign), FR.number(value, step, sign)) == (english, french)


@given(st.floats(-1e9, 1e9), st.integers(-4, 6))
def test_a_rounded_number_is_within_half_a_step(value: float, exponent: int) -> None:
    step = 10.0**exponent
    read = float(EN.number(value, step, sign=True).replace(",", "").replace("−", "-"))
    assert abs(read - value) <= step * 0.5001 + 1e-9 * abs(value)


def test_days_and_lists() -> None:
    assert (EN.day("2022-11-14"), FR.day("2022-11-14")) == ("14 November 2022", "14 novembre 2022")
    assert (EN.day("2018-01-01"), FR.day("2018-08-01")) == ("1 January 2018", "1er août 2018")
    assert [EN.listed(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert FR.listed(["a", "b", "c"]) == "a, b et c"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_figure_of_the_catalogue_has_a_caption(code: str) -> None:
    captions = {name: caption_of(name, language_of(code)) for name in FIGURES}
    other = {name: language_of(code).text("figures.other", name=name) for name in FIGURES}
    assert [name for name, caption in captions.items() if caption == other[name]] == []
    assert len(set(captions.values())) == len(captions)


def test_the_caption_of_a_figure_says_of_what_it_is() -> None:
    assert caption_of("history_months", EN) == "The conditioned past by month, beside the record"
    assert caption_of("pit_arrivals_people", EN).endswith("rolling forecasts: arrivals by small boat")
    assert caption_of("tornado_deaths_channel_difference", EN).endswith(": the effect on deaths in the Channel")
    assert caption_of("own", EN) == "Figure own of the analysis"
