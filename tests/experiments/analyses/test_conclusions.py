"""`conclusions`: statements are read, refused with all their mistakes, and counted over points and draws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import corridor
from corridor.experiments.analyses.conclusions.analysis import share_of
from corridor.experiments.analyses.conclusions.statements import SHIPPED, comparison_of, read_statements
from corridor.experiments.config.loading import load
from corridor.experiments.config.shipped import CONFIGS
from corridor.model.engine.errors import InputError
from tests.support.batches import write_experiment

STATEMENTS = """\
title: Statements of which the counts are known
conditions:
  always: {words: everybody, world: without, indicator: entered_people, holds: value >= 0}
  never: {words: nobody, world: without, indicator: entered_people, holds: value < 0}
statements:
  more_officers:
    {words: more officer-days, world: with_patrols, indicator: officer_days, holds: difference > 0}
  by_half_or_more:
    {words: half as many again, world: with_patrols, indicator: officer_days, holds: difference >= 50 %}
  tenfold: {words: ten times as many, world: with_patrols, indicator: officer_days, holds: difference > 1000 %}
"""
WRONG = """\
title: Mistakes
statements:
  one: {words: a, world: with_patrol, indicator: officer_days, holds: difference > 0}
  two: {words: b, world: with_patrols, indicator: officers, holds: difference is small}
  three: {words: c, world: without, indicator: officer_days, holds: difference > 0}
"""


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("conclusions")
    (folder / "statements.yaml").write_text(STATEMENTS, encoding="utf-8")
    found = corridor.conclusions(write_experiment(folder), folder / "statements.yaml", out=folder / "out", jobs=1)
    assert pd.read_csv(folder / "out" / "conclusions.csv").shape == found.tables["conclusions"].shape
    return found.tables["conclusions"].set_index(["statement", "condition"])


def test_a_statement_is_counted_at_all_points_and_at_those_that_meet_a_condition(counted):
    assert len(counted) == 3 * 3
    holds = {name: counted.loc[(name, "all"), "holds"] for name in ("more_officers", "by_half_or_more", "tenfold")}
    assert holds == {"more_officers": 2, "by_half_or_more": 2, "tenfold": 0}
    assert (counted.xs("all", level="condition").points == 2).all()
    assert (counted.xs("always", level="condition").holds == counted.xs("all", level="condition").holds).all()
    nobody = counted.xs("never", level="condition")
    assert (nobody.points == 0).all() and nobody.share.isna().all()


def test_the_shipped_statements_fit_the_main_experiment():
    file = read_statements(SHIPPED, load(CONFIGS / "joint_statement.yaml"))
    assert {"with_trade", "near_observed"} == set(file.conditions)
    assert len(file.in_sample("posterior")) == len(file.statements) > len(file.in_sample("ranges")) > 0


def test_all_mistakes_of_a_file_are_reported_at_once(tmp_path: Path):
    (tmp_path / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_statements(tmp_path / "wrong.yaml", load(write_experiment(tmp_path)))
    text = "\n".join(refused.value.problems)
    assert "did you mean 'with_patrols'" in text and "'officers' is not a known indicator" in text
    assert "'difference is small' cannot be read" in text and "compared with itself" in text
    assert "wrong.yaml" in text and "line 3" in text


def test_comparisons_know_shares_of_the_other_value_and_where_nothing_can_be_said():
    own, other = np.array([80.0, 95.0, 0.0, np.nan]), np.array([100.0, 100.0, 0.0, 1.0])
    tenth = comparison_of("difference <= -10 %")
    assert tenth is not None
    holds, known = tenth.outcome(own, other)
    assert holds.tolist() == [True, False, False, False] and known.tolist() == [True, True, False, False]
    assert comparison_of("value > 10 %") is None and comparison_of("difference = 0") is None


def test_the_interval_of_a_share_is_that_of_wilson():
    count = share_of(np.arange(32) < 21, np.ones(32, dtype=bool))
    z, share = 1.6448536269514722, 21 / 32
    middle = (share + z**2 / 64) / (1 + z**2 / 32)
    half = z / (1 + z**2 / 32) * np.sqrt(share * (1 - share) / 32 + z**2 / (4 * 32**2))
    assert (count["low"], count["high"]) == pytest.approx((middle - half, middle + half))
