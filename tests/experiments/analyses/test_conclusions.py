"""`conclusions`: statements are read, refused with all their mistakes, and counted over points and draws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import corridor
from corridor.experiments.analyses.conclusions.analysis import numbered_units, share_of, values_by_unit
from corridor.experiments.analyses.conclusions.statements import SHIPPED, inequality_of, read_statements
from corridor.experiments.analyses.worlds import with_own_seeds
from corridor.experiments.config.loading import load
from corridor.experiments.config.shipped import CONFIGS
from corridor.model.engine.errors import InputError
from corridor.results.store.run_folder import Plan
from corridor.results.store.yearly import WHOLE
from tests.support.batches import EXPERIMENT, write_experiment

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
    assert counted.in_words[("more_officers", "all")] == "at 2 of 2 points"
    assert (counted.seeds == 2).all()


WITH_DRAWS = EXPERIMENT.replace(EXPERIMENT.splitlines()[-1], "parameters: posterior\nany_scale: true")
VARIANTS = """\
title: Draws in two structures
statements:
  many_try: {words: many try, world: with_patrols, indicator: attempts_people, holds: value > 0}
variants:
  nobody_retries: {words: hardly anybody retries, settings: {in_every_draw.p_retry: 0.8, seeds: 3}}
"""


def test_statements_are_counted_at_the_draws_of_each_variant(tmp_path: Path):
    (tmp_path / "variants.yaml").write_text(VARIANTS, encoding="utf-8")
    options = {"points": 2, "selection": corridor.Selection(("p_retry",)), "out": tmp_path / "out", "jobs": 1}
    path = write_experiment(tmp_path, WITH_DRAWS)
    found = corridor.conclusions(path, tmp_path / "variants.yaml", **options).tables["conclusions"]
    counted = found.set_index(["sample", "variant"]).points
    assert counted.to_dict() == {("ranges", ""): 2, ("posterior", ""): 2, ("variants", "nobody_retries"): 3}
    drawn = pd.read_csv(tmp_path / "out" / "nobody_retries" / "design.csv")
    assert (drawn.p_retry == 0.8).all() and drawn.money_median.nunique() == 3


def test_settings_of_a_variant_that_the_experiment_does_not_take_are_refused(tmp_path: Path):
    (tmp_path / "variants.yaml").write_text(VARIANTS.replace("p_retry", "p_retri"), encoding="utf-8")
    path = write_experiment(tmp_path, WITH_DRAWS)
    with pytest.raises(InputError, match=r"variant nobody_retries, in_every_draw\.p_retri: is not a known parameter"):
        corridor.conclusions(path, tmp_path / "variants.yaml", out=tmp_path / "out")


def test_the_shipped_statements_fit_the_main_experiment():
    file = read_statements(SHIPPED, load(CONFIGS / "joint_statement.yaml"))
    assert {"with_trade", "near_observed"} == set(file.conditions)
    numbers = [len(file.in_sample(sample)) for sample in ("posterior", "variants", "ranges")]
    assert numbers[0] == len(file.statements) > numbers[1] > numbers[2] > 0


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
    tenth = inequality_of("difference <= -10 %")
    assert tenth is not None
    holds, known = tenth.outcome(own, other)
    assert holds.tolist() == [True, False, False, False] and known.tolist() == [True, True, False, False]
    assert inequality_of("value > 10 %") is None and inequality_of("difference = 0") is None


def test_the_interval_of_a_share_is_that_of_wilson():
    count = share_of(np.arange(32) < 21, np.ones(32, dtype=bool))
    z, share = 1.6448536269514722, 21 / 32
    middle = (share + z**2 / 64) / (1 + z**2 / 32)
    half = z / (1 + z**2 / 32) * np.sqrt(share * (1 - share) / 32 + z**2 / (4 * 32**2))
    assert (count["low"], count["high"]) == pytest.approx((middle - half, middle + half))


def test_points_of_a_grid_are_not_independent_and_have_no_interval():
    count = share_of(np.arange(32) < 21, np.ones(32, dtype=bool), independent=False)
    assert (count["holds"], count["points"], count["share"]) == (21, 32, 21 / 32)
    assert np.isnan([count["low"], count["high"]]).all()
    assert share_of(np.arange(32) < 21, np.ones(32, dtype=bool), "draws")["in_words"] == "in 21 of 32 draws"


def test_seeds_of_a_draw_are_one_draw_and_points_stand_for_all_their_seeds():
    """Four seeds of two draws: their means are 1 and -1; three points with two seeds each."""
    plan = Plan("T", "b", {"a": "A"}, [], [], {}, {}, point_seeds=[11, 12, 21, 22], draws=[1, 2, 1, 2])
    rows = [("a", seed, "x", WHOLE, value) for seed, value in ((11, 5.0), (12, -5.0), (21, -3.0), (22, 3.0))]
    values = pd.DataFrame(rows, columns=["world", "seed", "indicator", "period", "value"])
    experiment = load(CONFIGS / "quick.yaml")
    assert values_by_unit(numbered_units(values, plan, experiment))["a", "x", WHOLE].tolist() == [1.0, -1.0]
    number = len(experiment.seeds)
    at_points = pd.DataFrame(
        [("a", p + 1, 1, "x", WHOLE, float(p // number)) for p in range(3 * number)],
        columns=["world", "point", "seed", "indicator", "period", "value"],
    )
    assert values_by_unit(numbered_units(at_points, plan, experiment))["a", "x", WHOLE].tolist() == [0.0, 1.0, 2.0]


def test_every_point_has_seeds_of_its_own(tmp_path: Path):
    experiment = load(write_experiment(tmp_path))
    own = with_own_seeds(experiment)
    seeds = len(experiment.seeds)
    assert len(own.points) == len(experiment.points) * seeds and len(set(own.point_seeds)) == len(own.points)
    assert own.points[0].parameters == own.points[seeds - 1].parameters != own.points[seeds].parameters
    assert own.point_seeds[:seeds] == experiment.seeds


def test_the_interval_covers_where_points_are_independent_and_not_where_they_come_in_trajectories():
    """The toy of the audit: 29 points of each of 18 trajectories that agree hold as one point does."""
    generator = np.random.default_rng(1)
    apart, alike = [], []
    for _ in range(400):
        coins = generator.random(18) < 0.7
        found = share_of(coins, np.ones(18, dtype=bool))
        apart.append(found["low"] <= 0.7 <= found["high"])
        found = share_of(np.repeat(coins, 29), np.ones(18 * 29, dtype=bool))
        alike.append(found["low"] <= 0.7 <= found["high"])
    assert np.mean(apart) > 0.85 > 0.4 > np.mean(alike)
