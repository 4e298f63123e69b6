"""`parameters:` that are drawn from a posterior: each seed has its own draw, and stands for it in every table."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor import results
from corridor.experiments.config.designs.point_files import draw_order
from corridor.experiments.config.loading import load
from corridor.experiments.execution.analysis import StoredCases
from corridor.model import Parameters, Policy, simulate
from corridor.results.store.run_folder import open_run
from tests.support.batches import EXPERIMENT, cases, ended, write_experiment

DRAWS = "chain,draw,p_retry,boat_cost\n0,1,0.8,9000\n0,2,0.82,9500\n0,3,0.9,10000\n0,4,0.95,12000\n"
DRAWN = EXPERIMENT.split("design:")[0] + "parameters: mine.csv\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an experiment of two seeds whose parameters are drawn from four rows."""
    monkeypatch.chdir(tmp_path)
    write_experiment(tmp_path, DRAWN)
    (tmp_path / "mine.csv").write_text(DRAWS, encoding="utf-8")
    return tmp_path


def test_each_seed_has_a_draw_and_all_seeds_spread_over_the_file(folder: Path) -> None:
    experiment = load(Path("x.yaml"))
    assert experiment.from_posterior and not experiment.designed
    assert {case.seeds[0]: case.point.parameters for case in experiment.cases()} == {
        1: {"p_retry": 0.8, "boat_cost": 9000.0},
        2: {"p_retry": 0.9, "boat_cost": 10000.0},
    }


def test_a_run_has_seeds_and_no_points_and_each_seed_is_its_draw_run_alone(folder: Path) -> None:
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 0
    dataset = open_run(Path("out"))
    assert dataset.arrivals_people.dims == ("world", "seed", "time")
    assert dataset.p_retry.values.tolist() == [0.8, 0.9] and dataset.p_retry.dims == ("seed",)
    second = Parameters(p_retry=0.9, boat_cost=10000.0)
    alone = simulate(second, Policy(), [2], date(2022, 6, 1), date(2022, 6, 20), 1000)
    assert np.array_equal(dataset.arrivals_people.sel(world="without", seed=2), alone.daily["arrivals_people"][0])
    assert pd.read_csv("out/design.csv").p_retry.tolist() == [0.8, 0.9]
    effects = pd.read_csv("out/effects.csv")
    assert "point" not in effects and effects.seeds.max() == 2
    assert list(Path("out/figures").glob("*.png"))
    assert list(results.to_frame("out").columns) == ["world", "seed", "year", "indicator", "unit", "kind", "value"]


def test_measures_are_compared_over_the_draws(folder: Path) -> None:
    assert ended("compare", "x.yaml", "--each-measure", "--out", "out", "--jobs", "1") == 0
    cases = StoredCases(load(Path("x.yaml")), Path("out"))
    dataset, values = cases.dataset, cases.values
    assert set(dataset.seed.values.tolist()) == {1, 2} and "point" not in values


@pytest.mark.parametrize(
    ("changed", "to", "expected"),
    [
        (
            "parameters: mine.csv",
            "parameters: yours.csv",
            "parameters: 'yours.csv' is no file; allowed: values by name, 'posterior', 'until_2022_10'",
        ),
        ("seeds: 2", "seeds: 5", "seeds: 5 is more than there are rows; allowed: at most 4"),
        ("parameters: mine.csv", "parameters: 3", "parameters"),
        (
            "parameters: mine.csv",
            "parameters: mine.csv\ndesign: {kind: sobol, points: 2, parameters: [p_retry]}",
            "draws and a design cannot both be there",
        ),
    ],
)
def test_draws_that_cannot_be_used_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], changed: str, to: str, expected: str
) -> None:
    write_experiment(folder, DRAWN.replace(changed, to))
    assert ended("check", "x.yaml") == 2
    assert expected in capsys.readouterr().err


def test_draws_that_bring_seeds_run_with_them(folder: Path) -> None:
    (folder / "mine.csv").write_text("seed,p_retry\n40,0.8\n30,0.9\n20,0.95\n10,0.99\n", encoding="utf-8")
    experiment = load(Path("x.yaml"))
    assert experiment.seeds == (20, 40) and experiment.point_seeds == (20, 40)
    assert [point.parameters["p_retry"] for point in experiment.points] == [0.95, 0.8]
    assert not load(Path("x.yaml"), draws=False).from_posterior
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 0
    assert open_run(Path("out")).seed.values.tolist() == [20, 40]


@pytest.mark.parametrize(
    ("table", "settings", "expected"),
    [
        ("seed,p_retry\n10,0.8\n10,0.9\n", "seeds=2", "has a seed twice"),
        ("seed,p_retry\n10,0.8\n11,0.9\n", "seeds=[1, 2]", "seeds: cannot be listed, as the draws bring their own"),
        ("seed,p_retry\n10.5,0.8\n11,0.9\n", "seeds=2", "mine.csv, row 2, seed"),
        ("seed,draw\n10,1\n11,2\n", "seeds=2", "no column is a parameter or lever"),
    ],
)
def test_seeds_of_draws_that_cannot_be_used_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], table: str, settings: str, expected: str
) -> None:
    (folder / "mine.csv").write_text(table, encoding="utf-8")
    assert ended("check", "x.yaml", "--set", settings) == 2
    assert expected in capsys.readouterr().err


def test_a_draw_out_of_bounds_is_refused_with_its_row(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "mine.csv").write_text(DRAWS.replace("0.95,", "1.95,"), encoding="utf-8")
    assert ended("check", "x.yaml") == 2
    assert "mine.csv, row 5, p_retry" in capsys.readouterr().err


@pytest.mark.parametrize("rows", [1, 2, 10, 64, 77])
def test_every_draw_has_one_place_in_an_order_that_is_spread_from_the_first_on(rows: int) -> None:
    order = draw_order(rows)
    assert sorted(order) == list(range(rows))
    for n in (2, 4, 8):
        gaps = np.diff([*sorted(order[:n]), rows])
        assert rows < n or gaps.max() <= 2 * rows / n + 1
    assert draw_order(64)[:8] == [0, 32, 16, 48, 8, 40, 24, 56]


@pytest.mark.parametrize("seeded", [True, False])
def test_fewer_seeds_are_always_the_same_and_more_extend_them(folder: Path, seeded: bool) -> None:
    rows = [(100 - k, 0.8 + k / 100) for k in range(10)]
    table = "".join(f"{seed},{value}\n" if seeded else f"{value}\n" for seed, value in rows)
    (folder / "mine.csv").write_text(("seed," if seeded else "") + "p_retry\n" + table, encoding="utf-8")

    def members(n: int) -> set[tuple[int, float]]:
        write_experiment(folder, DRAWN.replace("seeds: 2", f"seeds: {n}"))
        one = load(Path("x.yaml"))
        return {(s, p.parameters["p_retry"]) for s, p in zip(one.point_seeds, one.points, strict=True)}

    nested = [members(n) for n in range(1, 11)]
    assert all(fewer < more for fewer, more in pairwise(nested))
    assert [len(each) for each in nested] == list(range(1, 11))
    if seeded:
        assert {seed for seed, _ in nested[-1]} == {seed for seed, _ in rows}


@pytest.mark.slow
def test_the_draws_of_the_shipped_posterior_are_nested_and_more_seeds_run_only_the_new(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_experiment(folder, DRAWN.replace("mine.csv", "posterior") + "any_scale: true\n")
    assert ended("run", "x.yaml", "--seeds", "3", "--out", "out", "--jobs", "1") == 0
    first = set(cases(Path("out")))
    capsys.readouterr()
    assert ended("run", "x.yaml", "--seeds", "5", "--out", "out", "--jobs", "1") == 0
    assert "6 replicates are in the store; 4 cases to run" in " ".join(capsys.readouterr().err.split())
    assert first < set(cases(Path("out"))) and len(cases(Path("out"))) == 10
