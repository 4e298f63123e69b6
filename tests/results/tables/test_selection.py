"""Tables as they are laid out for Markdown and LaTeX: no row is lost, and an interval stands beside its own number."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from corridor.results.store.result_files import TEXTS
from corridor.results.tables.latex.of_run import interval_words
from corridor.results.tables.selection import MOST_SET, Layout, chosen_rows, layout

PUBLISHED = Path(__file__).parents[3] / "results" / "published"
TABLES = sorted(path for path in PUBLISHED.rglob("*.csv") if path.name not in ("data_dictionary.csv",))
ARRIVALS = {"indicator": "arrivals_people", "unit": "people"}
POINT = "lever: times the history"


def cells(shown: Layout) -> dict[tuple[str, str], tuple[float, float, float]]:
    """Title of row and column of each cell -> value, low and high; zero for those without interval."""
    known = shown.values.fillna(0.0)
    titles = [(shown.rows[row], column) for row, column in zip(known.row, known.column, strict=True)]
    found = dict(zip(titles, known[["value", "low", "high"]].itertuples(index=False, name=None), strict=True))
    assert len(found) == len(known), "two cells have one name"
    return found


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_every_published_row_has_cells_of_its_own(path: Path) -> None:
    rows = chosen_rows(pd.read_csv(path, dtype=TEXTS), (), (), None)
    numbers = cells(layout(rows, {}, {}))
    assert len(numbers) >= len(rows) > 0


def test_points_seeds_and_samples_tell_rows_apart() -> None:
    points = pd.DataFrame({"world": "a", "baseline": "b", "point": [1, 2, 3], **ARRIVALS, "mean": [-40.0, -5.0, 70.0]})
    assert cells(layout(points, {}, {})) == {
        ("1", "arrivals_people"): (-40.0, 0.0, 0.0),
        ("2", "arrivals_people"): (-5.0, 0.0, 0.0),
        ("3", "arrivals_people"): (70.0, 0.0, 0.0),
    }
    seeds = pd.DataFrame(
        {"world": ["a", "a", "b", "b"], "seed": [1, 2, 1, 2], **ARRIVALS, "value": [1.0, 9.0, 2.0, 8.0]}
    )
    assert [name for name, _ in cells(layout(seeds, {}, {"a": "All"}))] == ["All, 1", "All, 2", "b, 1", "b, 2"]
    samples = pd.DataFrame({"parameter": "p_retry", **ARRIVALS, "samples": [5, 10], "value": [999.0, 300.0]})
    assert [value for value, _, _ in cells(layout(samples, {}, {})).values()] == [999.0, 300.0]


def test_worlds_at_what_a_design_sets_are_all_shown() -> None:
    rows = pd.DataFrame({"world": ["a", "b"], "patrol_officers": 1.2, **ARRIVALS, "mean": [1.0, 2.0]})
    found = cells(layout(rows, {"patrol_officers": POINT}, {}))
    assert {name for name, _ in found} == {"1.2, a", "1.2, b"}


def test_points_that_set_much_are_named_by_their_number() -> None:
    settings = {f"lever_{k}": 0.5 for k in range(MOST_SET + 1)}
    rows = pd.DataFrame({"point": [1, 2], **settings, **ARRIVALS, "mean": [1.0, 2.0]})
    found = cells(layout(rows, dict.fromkeys(settings, POINT), {}))
    assert found == {("1", "arrivals_people"): (1.0, 0.0, 0.0), ("2", "arrivals_people"): (2.0, 0.0, 0.0)}


@pytest.mark.parametrize(
    ("columns", "upper_ends"),
    [
        ({"value": 400.0, "difference": -30.0, "low": -40.0, "high": -20.0}, {"value": 0.0, "difference": -20.0}),
        ({"observed": 7.0, "low": 0.0, "median": 10.0, "high": 24.0}, {"observed": 0.0, "median": 24.0}),
        ({"origins": 36, "difference": -46.0, "low": -199.0, "high": 108.0}, {"origins": 0.0, "difference": 108.0}),
        ({"coverage": 1.0, "low": 900.0, "high": 2000.0}, {"coverage": 0.0, "low": 0.0, "high": 0.0}),
        ({"effect": 5.0, "low": 1.0, "high": 9.0, "width": 8.0}, {"effect": 9.0, "width": 0.0}),
    ],
)
def test_an_interval_is_that_of_its_number(columns: dict[str, float], upper_ends: dict[str, float]) -> None:
    found = cells(layout(pd.DataFrame({"quantity": ["a", "b"], **columns}), {}, {}))
    assert {column: high for (row, column), (_, _, high) in found.items() if row == "a"} == upper_ends


def test_indicators_are_named_where_their_numbers_are_the_columns() -> None:
    both = {"world": "a", "parameter": "p_retry", "unit": "people"}
    rows = pd.DataFrame({**both, "indicator": ["arrivals_people", "camp_stock"], "break_even": [0.8, 0.9]})
    assert {name for name, _ in cells(layout(rows, {}, {}))} == {"arrivals [people]", "camp stock [people]"}
    noise = pd.DataFrame({**ARRIVALS, "mean": [77.0], "seeds_alike": [1.0], "seeds_apart": [3.0]})
    assert {column for _, column in cells(layout(noise, {}, {}))} == {"mean", "seeds_alike", "seeds_apart"}


def test_only_values_of_a_run_have_a_prediction_interval() -> None:
    run = pd.DataFrame({"observed": [1.0], "mean": [1.0], "low": [0.0], "high": [2.0]})
    assert "one further seed" in interval_words(run, drawn=False)
    assert interval_words(run.rename(columns={"mean": "median"}), drawn=False) == "In small type: 90 % interval"
    assert interval_words(run[["observed"]].assign(value=1.0), drawn=True) == ""
