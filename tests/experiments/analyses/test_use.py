"""Use beside capacity: where a lever that is moved changes nothing any more."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from corridor import results
from corridor.experiments.analyses.use import BINDING, NOT_BINDING, Use, changes, south_places, step_back, use_columns
from corridor.model import Policy, load_geography
from corridor.model.policy import Change, Measure
from tests.support.batches import ended

EXPERIMENT = """\
title: Places
start: 2022-06-01
end: 2022-07-31
past: none
scale: 50
seeds: 2
worlds: {none: {title: None, policies: []}}
baseline: none
"""


def binding(lever: str, uses: dict[float, Use]) -> list[str]:
    points = [(value,) for value in uses]
    frame = use_columns(lever, 0, points, dict(zip(points, uses.values(), strict=True)))
    return frame[f"{lever}_binding"].tolist()


def test_places_that_nobody_takes_do_not_bind() -> None:
    uses = {0.0: Use(700.0, 700), 100.0: Use(790.0, 800), 3000.0: Use(2400.0, 3700), 6000.0: Use(2410.0, 6700)}
    assert binding("reception_south", uses) == ["", BINDING, BINDING, NOT_BINDING]


def test_a_factor_that_moves_no_use_does_not_bind() -> None:
    uses = {1.0: Use(50.0, None), 5.0: Use(80.0, None), 10.0: Use(80.0, None), 0.5: Use(25.0, None)}
    assert binding("detention", uses) == ["", BINDING, NOT_BINDING, BINDING]
    assert not changes(Use(0.0, None), Use(0.0, None), (2.0,), (1.0,), 0)


def test_the_step_is_from_the_next_value_nearer_to_the_baseline_all_else_equal() -> None:
    points = [(x, y) for x in (0.5, 1.0, 2.0, 3.0) for y in (1.0, 2.0)]
    assert step_back((3.0, 2.0), 0, points, 1.0) == (2.0, 2.0)
    assert step_back((0.5, 1.0), 0, points, 1.0) == (1.0, 1.0)
    assert step_back((1.0, 2.0), 0, points, 1.0) is None
    assert step_back((3.0, 2.0), 1, points, 1.0) == (3.0, 1.0)


def test_places_of_all_measures_are_added_on_each_day() -> None:
    first = Measure("a", "A", (Change("reception_south", date(2022, 1, 1), 0, 200.0),))
    second = Measure("b", "B", (Change("reception_south", date(2022, 1, 11), 10, 100.0),))
    policy = Policy((first, second))
    assert [south_places(policy, date(2022, 1, day)) for day in (1, 16, 30)] == [200.0, 250.0, 300.0]


@pytest.mark.slow
def test_a_flat_curve_is_marked_in_the_table_the_figure_and_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.yaml").write_text(EXPERIMENT, encoding="utf-8")
    options = ("--lever", "reception_south", "--values", "2000,6000,12000", "--jobs", 1)
    assert ended("dose", tmp_path / "x.yaml", *options, "--out", tmp_path / "out") == 0
    said = capsys.readouterr().out
    assert "NOT BINDING" in next(line for line in said.splitlines() if line.startswith("  reception_south 12000"))
    dose = pd.read_csv(tmp_path / "out" / "dose.csv")
    rows = dose[dose.indicator == "arrivals_people"].set_index("reception_south")
    assert rows.loc[12000, "mean"] == rows.loc[6000, "mean"]  # twice the places, the same people
    assert rows.loc[12000, "reception_south_binding"] == NOT_BINDING
    assert rows.loc[2000, "reception_south_binding"] == BINDING
    stock = results.open_results(tmp_path / "out").sheltered_stock.sel(world=rows.loc[2000, "world"])
    assert rows.loc[2000, "reception_south_use"] == pytest.approx(float(stock.mean()))
    of_the_map = float(load_geography().reception_places.sum())
    assert rows.loc[2000, "reception_south_capacity"] == pytest.approx(of_the_map + 2000)
