"""What a report says of numbers that have no interval, or one that says nothing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from corridor.results.report.contents import read_contents
from corridor.results.report.evidence import unit_costs
from corridor.results.report.explore import point_of
from corridor.results.report.headline import all_worlds_table, answer_of, effects_table
from corridor.results.report.language import language_of
from corridor.results.report.sentences import Effect, interval_or_why
from corridor.results.store.yearly import WHOLE
from tests.support.result_folders import NAN, write_result

EN = language_of("en")
RATIO = {"stop_rate_people": {"mean": 0.1, "low": NAN, "high": NAN}}


def with_rows(folder: Path, changes: dict[str, dict[str, float]], seeds: int) -> Path:
    """A result whose rows of some indicators have other numbers, and so many seeds."""
    path = folder / "effects.csv"
    effects = pd.read_csv(path).assign(seeds=seeds)
    for name, numbers in changes.items():
        effects.loc[effects.indicator == name, list(numbers)] = list(numbers.values())
    effects.to_csv(path, index=False)
    return folder


def row_of(folder: Path, name: str) -> list[str]:
    """The cells of an indicator in the table of effects."""
    table = effects_table(read_contents(folder), "statement", "caption", EN)
    return next(row for row in table.rows if row[0].startswith(name))


@pytest.mark.parametrize(
    ("seeds", "with_value", "reading"),
    [
        (3, 2, "some pairs of runs have no value, so no interval"),
        (3, 1, "some pairs of runs have no value, so no interval"),
        (3, 0, "some pairs of runs have no value, so no interval"),
        (1, 1, "one pair of runs, nothing known of chance"),
        (3, 3, "no interval known"),
    ],
)
def test_a_ratio_that_some_runs_lack_is_not_called_that_of_one_pair_of_runs(
    tmp_path: Path, seeds: int, with_value: int, reading: str
) -> None:
    changes = {"stop_rate_people": {**RATIO["stop_rate_people"], "seeds": with_value}}
    folder = with_rows(write_result(tmp_path / "run"), changes, seeds)
    assert row_of(folder, "The share of attempts")[1:] == ["+10", "not known", reading]


EQUAL = {"arrivals_people": {"mean": 0.0, "low": 0.0, "high": 0.0}}


@pytest.mark.parametrize(("seeds", "interval"), [(3, "all equal"), (30, "0 to 0")])
def test_few_runs_that_are_all_equal_have_no_interval_in_a_table(tmp_path: Path, seeds: int, interval: str) -> None:
    contents = read_contents(with_rows(write_result(tmp_path / "run", worlds=("statement", "b")), EQUAL, seeds))
    arrivals = effects_table(contents, "statement", "caption", EN).rows[0]
    assert arrivals[1:3] == ["0", interval]
    assert all_worlds_table(contents, EN).rows[0][1] == f"0 ({interval})"
    assert effects_table(contents, "statement", "caption", EN).rows[1][2] == "−31,700 to −17,200"


def test_few_runs_that_are_all_equal_have_no_interval_in_a_chart_or_a_sentence() -> None:
    few, many = (Effect("deaths_channel", "deaths", 5.0, 5.0, 5.0, seeds=seeds) for seeds in (2, 30))
    assert point_of(few, "2023", EN).said == "2023: +5 (all equal)"
    assert point_of(many, "2023", EN).said == "2023: +5 (+5 to +5)"
    assert interval_or_why(5.0, 5.0, 0, 1.0, EN) == "+5 to +5"  # the number of runs is not known


def levels(folder: Path, low: float, high: float, seeds: int) -> str:
    """The first sentence of the answer of a world alone."""
    row = {"world": "a", "indicator": "arrivals_people", "unit": "people", "period": WHOLE, "observed": NAN}
    folder.mkdir()
    pd.DataFrame([{**row, "mean": 500.0, "low": low, "high": high, "seeds": seeds}]).to_csv(folder / "summary.csv")
    return answer_of(read_contents(folder), EN)[0]


def test_a_level_of_few_runs_has_no_interval_of_no_width(tmp_path: Path) -> None:
    assert levels(tmp_path / "one", NAN, NAN, 1) == "In “a” there are 500 arrivals by small boat."
    assert levels(tmp_path / "few", 500.0, 500.0, 3) == "In “a” there are 500 arrivals by small boat (all equal)."
    assert levels(tmp_path / "many", 400.0, 600.0, 3) == "In “a” there are 500 arrivals by small boat (400 to 600)."


def test_a_cost_of_few_runs_has_no_interval_of_no_width(tmp_path: Path) -> None:
    folder = write_result(tmp_path / "run", numbers={"cost_per_attempt_averted": ("EUR", 900.0, 900.0, 900.0, NAN)})
    (text,) = unit_costs(read_contents(with_rows(folder, {}, 3)), EN)
    assert "900 EUR (all equal)" in text
