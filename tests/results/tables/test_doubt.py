"""Chance and doubt of effects: known parts of a variance are found, and the columns say what they are of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from corridor.experiments.analyses.comparison import replicates
from corridor.experiments.config.loading import load
from corridor.model.engine.errors import InputError
from corridor.results.store.run_folder import open_run
from corridor.results.tables.doubt import COLUMNS, parts_of, row_of
from corridor.results.tables.intervals import further_draw
from tests.support.batches import ended

FILE = """\
title: Chance and doubt
start: 2022-06-01
end: 2022-06-10
past: none
scale: 500
seeds: 3
parameters: draws.csv
seeds_per_draw: 4
worlds:
  none: {title: Nothing, policies: []}
  more: {title: More officers, policies: [more.yaml]}
baseline: none
"""
DRAWS = """\
seed,p_retry,know_how_start,boat_supply_start
11,0.8,1,1
12,0.9,1,1
13,0.95,1,1
14,0.97,1,1
"""
POLICY = """\
title: More officers
reference: A test
levers: {patrol_officers: [{from: 2022-06-02, to: {value: 2.0, low: 1.2, high: 3.0, grade: C}}]}
"""


def nested(draws: int, sets: int, seeds: int, parts: tuple[float, float, float], mean: float = 0.0) -> np.ndarray:
    """Normal differences whose parts of variance (chance, behaviour, strength) are known."""
    random = np.random.default_rng(7)
    shapes = ((draws, sets, seeds), (draws, 1, 1), (draws, sets, 1))
    each = [np.sqrt(part) * random.standard_normal(shape) for part, shape in zip(parts, shapes, strict=True)]
    return mean + sum(each)


def test_parts_are_those_of_a_small_table_by_hand():
    table = np.array([[[1.0, 3.0], [5.0, 7.0]], [[0.0, 2.0], [2.0, 4.0]]])
    within = 4 * 2.0 / 4  # four sets, each with squares of 2, and one degree of freedom each
    of_sets = 2 * (4.0 + 4.0 + 1.0 + 1.0) / 2
    between = 4 * (1.0 + 1.0) / 1
    parts = parts_of(table)
    assert parts.chance == within == 2.0
    assert parts.strength == (of_sets - within) / 2 == 4.0
    assert parts.behaviour == max(0.0, (between - of_sets) / 4) == 0.0


@pytest.mark.parametrize("parts", [(4.0, 1.0, 2.0), (1.0, 9.0, 0.0), (1.0, 0.0, 0.0)])
def test_known_parts_are_found(parts: tuple[float, float, float]):
    found = parts_of(nested(4000, 2, 4, parts))
    assert (found.chance, found.behaviour, found.strength) == pytest.approx(parts, abs=0.35)


def test_without_a_second_set_strength_is_part_of_behaviour():
    found = parts_of(nested(4000, 1, 2, (4.0, 1.0, 2.0)))
    assert found.chance == pytest.approx(4.0, abs=0.3) and found.behaviour == pytest.approx(3.0, abs=0.4)
    assert np.isnan(found.strength)
    assert np.nansum(found.shares) == pytest.approx(1.0)


def test_the_expected_effect_leaves_chance_out_and_one_future_does_not():
    row = dict(zip(COLUMNS, row_of(nested(6000, 2, 4, (9.0, 1.0, 0.0), mean=5.0)), strict=True))
    assert row["expected"] == pytest.approx(5.0, abs=0.1)
    assert (row["expected_low"], row["expected_high"]) == pytest.approx((5 - 1.645, 5 + 1.645), abs=0.25)
    assert (row["future_low"], row["future_high"]) == pytest.approx((5 - 1.645 * 10**0.5, 5 + 1.645 * 10**0.5), abs=0.3)
    assert row["share_chance"] == pytest.approx(0.9, abs=0.03)


def test_the_expected_effect_has_the_error_of_its_mean_where_chance_explains_all_that_varies():
    """Draws have means of 5, 5 and 6.5, which is less than chance within them would give: no doubt is left, and the
    interval is that of a mean of three units, with t(2, 0.95) = 2.919986."""
    table = np.array([[[0.0, 10.0]], [[1.0, 9.0]], [[5.0, 8.0]]])
    row = dict(zip(COLUMNS, row_of(table), strict=True))
    assert parts_of(table).behaviour == 0.0
    half = 2.919986 * np.std([5.0, 5.0, 6.5], ddof=1) / np.sqrt(3)
    assert (row["expected_low"], row["expected_high"]) == pytest.approx((5.5 - half, 5.5 + half), rel=1e-5)


def test_a_few_draws_are_taken_to_be_normal_in_both_intervals():
    """Eight draws with two sets of two seeds: a ninth, with chance averaged out, lies within nine in ten times."""
    random, held, studies = np.random.default_rng(3), np.zeros(2), 1500
    for _ in range(studies):
        behaviour, strength = random.standard_normal((9, 1, 1)), random.standard_normal((9, 2, 1))
        effects = behaviour + strength + random.standard_normal((9, 2, 2))
        row = dict(zip(COLUMNS, row_of(effects[:8]), strict=True))
        further = float((behaviour + strength)[8, 0, 0]), float(effects[8, 0, 0])
        held += [
            row["expected_low"] <= further[0] <= row["expected_high"],
            row["future_low"] <= further[1] <= row["future_high"],
        ]
    assert (held / studies > 0.87).all() and (held / studies < 0.97).all()


@given(arrays.arrays(np.float64, (3, 2, 2), elements=st.floats(-1e6, 1e6)))
def test_parts_are_never_below_zero_and_intervals_hold_the_mean(table: np.ndarray):
    row = dict(zip(COLUMNS, row_of(table), strict=True))
    shares = np.array([row[name] for name in COLUMNS if name.startswith("share")])
    assert np.isnan(shares).all() or ((shares >= 0.0).all() and shares.sum() == pytest.approx(1.0))
    assert row["expected_low"] <= row["expected"] <= row["expected_high"]
    least = 1e-6 * (row["future_high"] - row["future_low"])
    assert row["future_low"] <= row["expected_low"] + least and row["expected_high"] <= row["future_high"] + least


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an experiment of three draws, each with four seeds and two sets of strengths."""
    (tmp_path / "x.yaml").write_text(FILE, encoding="utf-8")
    (tmp_path / "more.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "draws.csv").write_text(DRAWS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_draws_have_their_seeds_and_half_of_them_other_strengths(folder: Path):
    experiment = load(folder / "x.yaml")
    assert len(experiment.points) == 12
    assert replicates(experiment) == "3 draws of the posterior, each with 4 seeds"
    assert experiment.point_seeds[:3] == (11, 12, 13)
    assert experiment.point_seeds[3:6] == (1000011, 1000012, 1000013)
    by_draw = {}
    for point in experiment.points:
        by_draw.setdefault(point.draw, []).append(point)
    for draw in by_draw.values():
        assert len({point.parameters["p_retry"] for point in draw}) == 1
        assert [point.strength_set for point in draw] == [1, 2, 1, 2]
        strengths = [point.strengths["more"] for point in draw]
        assert strengths[0] == strengths[2] != strengths[1] == strengths[3]


@pytest.mark.slow
def test_a_run_tells_chance_from_doubt(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 0
    said = capsys.readouterr().out
    assert "Expected effects of more" in said and "chance" in said
    effects = pd.read_csv("out/effects.csv").set_index(["indicator", "period"])
    dataset = open_run(Path("out"))
    assert dataset.sizes["seed"] == 12 and sorted(set(dataset["draw"].values)) == [1, 2, 3]
    row = effects.loc["officer_days", "whole run"]
    values = dataset.officer_days.sum("time")
    assert row.expected == pytest.approx(float((values.sel(world="more") - values.sel(world="none")).mean()))
    assert row.expected_low < row.expected < row.expected_high
    assert row.share_chance == pytest.approx(0.0, abs=1e-6)  # officers are as many whatever happens
    assert row.share_behaviour + row.share_strength == pytest.approx(1.0)


def test_levels_count_draws_and_not_their_seeds(folder: Path):
    """Twenty draws of two seeds: the ends of the interval of one further draw are those of twenty, not of forty."""
    rows = "".join(f"{11 + k},{0.78 + 0.01 * k:g},1,1\n" for k in range(20))
    (folder / "draws.csv").write_text(DRAWS.splitlines()[0] + "\n" + rows, encoding="utf-8")
    text = FILE.replace("seeds: 3", "seeds: 20").replace("seeds_per_draw: 4", "seeds_per_draw: 2")
    (folder / "x.yaml").write_text(text, encoding="utf-8")
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1", "--quiet", "--scale", "20") == 0
    levels = pd.read_csv("out/summary.csv").set_index(["world", "indicator", "period"])
    row = levels.loc["none", "camp_stock", "whole run"]
    values = open_run(Path("out")).camp_stock.sel(world="none").mean("time").to_numpy()
    assert (row.low, row.high) == pytest.approx(further_draw(values, draws=20))
    assert row.low < further_draw(values)[0] < further_draw(values)[1] < row.high


def test_one_seed_for_each_draw_leaves_the_columns_empty(folder: Path):
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1", "--set", "seeds_per_draw=1") == 0
    assert pd.read_csv("out/effects.csv")[COLUMNS].isna().all(axis=None)
    assert "draw" not in open_run(Path("out")).coords


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("seeds_per_draw: 4", "seeds_per_draw: 5", "5 is odd; allowed: 1, 2, or an even number"),
        ("parameters: draws.csv\n", "", "4 is given, and parameters are no draws"),
        ("seeds_per_draw: 4", "seeds_per_draw: 65", "65"),
    ],
)
def test_numbers_that_cannot_be_split_are_refused(folder: Path, old: str, new: str, said: str):
    (folder / "x.yaml").write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        load(folder / "x.yaml")
