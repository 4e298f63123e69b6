"""What a report says of numbers that have no interval, or one that says nothing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from corridor.results.report.contents import read_contents
from corridor.results.report.headline import effects_table
from corridor.results.report.language import language_of
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
