"""What a report says of worlds at sampled points, and of packages within a budget."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from corridor.results.report.choices import best_sentences, threshold_words
from corridor.results.report.contents import read_contents
from corridor.results.report.document import TableBlock
from corridor.results.report.language import LANGUAGES, language_of
from corridor.results.report.report import write_report
from tests.results.report.test_studies import EN, folder_of, study

TITLES = {"explored": "choice.explore_title", "bought": "choice.front_title"}
UNITS = {"attempts_people": "person-attempts", "deaths_channel": "deaths", "cost_eur_million": "million EUR"}


def with_spaces(text: str) -> str:
    """A text with spaces where lines must not be broken."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def regrets() -> pd.DataFrame:
    """World a may be the best in attempts, both in deaths; b is cheaper, which the table of costs says."""
    best = {"attempts_people": ("a",), "deaths_channel": ("a", "b"), "cost_eur_million": ("b",)}
    rows = [
        (world, name, UNITS[name], 0.0 if world in good else 900.0, -100.0, 1200.0, world in good, 40)
        for name, good in best.items()
        for world in ("a", "b")
    ]
    columns = ["world", "indicator", "unit", "mean", "mean_low", "mean_high", "may_be_best", "points"]
    return pd.DataFrame(rows, columns=columns)


def explored(tmp_path: Path) -> Path:
    kept = pd.DataFrame(
        {
            "world": ["a", "b"],
            "threshold": "attempts_people <= -10 %",
            "share": [0.8, 0.25],
            "low": [0.6, 0.002],
            "high": [0.9, 0.5],
        }
    )
    return folder_of(tmp_path, regret=regrets(), satisficing=kept)


def test_a_threshold_is_kept_at_shares_of_points_and_equal_worlds_are_not_ranked(tmp_path: Path) -> None:
    found = study(explored(tmp_path))
    assert found.question == "How robust are the worlds at 40 sampled points of what is uncertain?"
    assert [with_spaces(each) for each in found.answer] == [
        "A change in attempts to cross by small boat of at most −10 %: kept at these shares of the points: "
        "“a” 80 % (60 % to 90 %) and “b” 25 % (less than 1 % to 50 %).",
        "In attempts to cross by small boat, “a” has the least mean regret.",
        "In deaths in the Channel, no world is clearly better than any other.",
    ]
    shares, regret = (block for block in found.section.blocks if isinstance(block, TableBlock))
    assert [row[0] for row in shares.rows] == ["a", "b"]
    assert len(regret.header) == 3  # cost is no objective of the tables here


def test_some_of_three_worlds_may_be_best(tmp_path: Path) -> None:
    two = regrets().query("indicator == 'deaths_channel'")
    three = pd.concat([two, two.tail(1).assign(world="c", may_be_best=False)])
    (text,) = best_sentences(three, read_contents(explored(tmp_path)), EN)
    assert text == "In deaths in the Channel, “a” and “b” may each have the least mean regret."


@pytest.mark.parametrize(
    ("threshold", "text"),
    [
        ("deaths_channel <= 0", "a change in deaths in the Channel of at most 0"),
        ("deaths_channel >= -2.5", "a change in deaths in the Channel of at least −2.5"),
        ("deaths_channel <= 12 %", "a change in deaths in the Channel of at most +12 %"),
        ("something else", "something else"),
        ("deaths_channel <= +-", "deaths_channel <= +-"),
    ],
)
def test_a_threshold_is_read_as_it_was_written(threshold: str, text: str) -> None:
    assert with_spaces(threshold_words(threshold, EN)) == text


def bought(tmp_path: Path, clear: bool) -> Path:
    numbers = {
        "cost_eur_million": (0.0, 15.0),
        "cost_eur_million_low": (0.0, 1.0),
        "cost_eur_million_high": (0.0, 28.0),
        "attempts_people": (0.0, -500.0),
        "attempts_people_low": (0.0, -700.0),
        "attempts_people_high": (0.0, -300.0),
        "deaths_channel": (0.0, 1.0),
        "deaths_channel_low": (0.0, -6.0),
        "deaths_channel_high": (0.0, 8.0),
        "budget_eur_million": (25.0, 25.0),
        "clear": (False, clear),
        "stays": (True, True),
    }
    front = pd.DataFrame(numbers).assign(package=["p0", "p1"], measures=["no measure", "goods + port_dogs"])
    return folder_of(tmp_path, front=front, packages=pd.concat([front, front]))


def test_a_package_that_is_clear_on_fresh_seeds_is_told_with_deaths(tmp_path: Path) -> None:
    found = study(bought(tmp_path, True))
    assert found.question == "Which packages of measures do most within a budget of 25 million euros?"
    assert found.answer == [
        "2 of 4 packages are on the front.",
        "With Goods and port dogs, attempts to cross by small boat fall by about 500 (300 to 700); "
        "it is not clear whether deaths in the Channel rise or fall (−6 to +8).",
    ]
    (table,) = (block for block in found.section.blocks if isinstance(block, TableBlock))
    assert table.rows[0][0] == "No measure"
    assert table.rows[1][1] == "15 (1 to 28)"


def test_no_package_is_praised_that_is_not_clear_of_chance(tmp_path: Path) -> None:
    assert study(bought(tmp_path, False)).answer[-1] == "On fresh seeds the effect of none of them is clear of chance."


@pytest.mark.parametrize("language", LANGUAGES)
def test_reports_of_both_are_written_in_every_language(language: str, tmp_path: Path) -> None:
    for name, folder in (("explored", explored), ("bought", lambda at: bought(at, True))):
        (tmp_path / name).mkdir()
        (page,) = write_report(folder(tmp_path / name), language, ["html"])
        text = page.read_text(encoding="utf-8")
        assert (
            language_of(language).text("choice.explore_title" if name == "explored" else "choice.front_title") in text
        )
