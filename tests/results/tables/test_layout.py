"""Tables as they are laid out for Markdown and LaTeX: no row is lost, and every number has its own unit, decimals and
interval."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from corridor.calibration.fit.history_tables import SCORE_SHAPE
from corridor.calibration.validation.meanings import pattern_shape
from corridor.experiments.analyses.comparison import JOINT_SHAPE, VARIANCE_SHAPE
from corridor.experiments.analyses.exploration.analysis import REGRET_SHAPE, SATISFICING_SHAPE
from corridor.experiments.analyses.levers import LEVER_SHAPE
from corridor.experiments.analyses.sensitivity.meanings import index_shape
from corridor.results.store.result_files import TEXTS
from corridor.results.tables import shapes
from corridor.results.tables.latex.captions import interval_sentences
from corridor.results.tables.layout import Layout, layout, plainly
from corridor.results.tables.selection import chosen_rows
from corridor.results.tables.shape import Number, Shape
from tests.support.published_shapes import shape_of

PUBLISHED = Path(__file__).parents[3] / "results" / "published"
TABLES = sorted(path for path in PUBLISHED.rglob("*.csv") if path.name not in ("data_dictionary.csv",))
ARRIVALS = {"indicator": "arrivals_people", "unit": "people"}


def lines(shown: Layout) -> list[list[str]]:
    """The titles of the columns, then each row: its title and its cells, an interval in brackets."""
    body = [
        [title, *(joined(*shown.cells[name].get(row, ("", ""))) for name in shown.columns)]
        for row, title in shown.rows.items()
    ]
    return [[shown.of_rows, *shown.columns.values()], *body]


def joined(value: str, reach: str) -> str:
    return f"{value} ({reach})" if reach else value


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_every_number_of_every_published_row_is_shown(path: Path) -> None:
    rows = chosen_rows(pd.read_csv(path, dtype=TEXTS), (), (), None)
    shape = shape_of(path.stem, rows)
    shown = layout(rows, shape, {})
    known = sum(int(rows[each.column].notna().sum()) for each in shape.numbers)
    cells = [value for name in shown.columns if name not in shown.texts for value, _ in shown.cells[name].values()]
    assert sum(value != "-" for value in cells) == known > 0
    assert set(shown.rows) >= {key for cells in shown.cells.values() for key in cells}


def test_rows_that_no_label_tells_apart_stay_apart() -> None:
    rows = pd.DataFrame({"world": "a", "period": "2023", **ARRIVALS, "mean": [1.0, 2.0]})
    assert lines(layout(rows, shapes.EFFECTS, {})) == [["World", "arrivals [people]"], ["a", "+1"], ["a", "+2"]]


def test_indicators_are_columns_and_what_all_rows_share_is_in_the_caption() -> None:
    rows = pd.DataFrame(
        {
            "world": ["a", "a", "b", "b"],
            "baseline": "c",
            "period": "whole run",
            "indicator": ["arrivals_people", "cost_per_attempt_averted"] * 2,
            "unit": ["people", "EUR"] * 2,
            "mean": [-40.0, 1901.4, 70.0, float("nan")],
            "low": [-50.0, 1400.0, 60.0, 900.0],
            "high": [-30.0, float("inf"), 80.0, float("inf")],
            "note": ["", "", "a note", "a note"],
        }
    )
    shown = layout(rows, shapes.EFFECTS, {"a": "All", "c": "None"})
    assert lines(shown) == [
        ["World", "arrivals [people]", "EUR per attempt averted", "note"],
        ["All", "-40 (-50 to -30)", "1,901 (1,400 to no end)", ""],
        ["b", "+70 (+60 to +80)", "- (900 to no end)", "a note"],
    ]
    assert shown.shared == {"baseline": "None", "period": "whole run"}


def test_few_runs_that_are_all_equal_have_no_interval() -> None:
    zero = {"world": ["few", "many"], "seeds": [2, 30], **ARRIVALS, "mean": 0.0, "low": 0.0, "high": 0.0}
    rows = pd.DataFrame({**zero, "interval": "mean"})
    assert lines(layout(rows, shapes.EFFECTS, {}))[1:] == [["few", "0 (all equal)"], ["many", "0 (0 to 0)"]]
    said = interval_sentences(rows, shapes.EFFECTS)
    assert said[0].endswith("90 % interval of the mean: chance only")
    assert "all equal" in said[1]
    assert interval_sentences(rows.iloc[1:], shapes.EFFECTS)[1] == ""
    assert interval_sentences(rows.iloc[:1], shapes.EFFECTS)[0] == ""


def test_rows_of_different_units_have_their_own_decimals_and_name_them() -> None:
    rows = pd.DataFrame(
        {
            "world": "a",
            "lever": ["albania_returns", "patrol_officers"],
            "from": "2023-01-01",
            "setting": [0.8, 2.5],
            "weakest": [0.6, 2.5],
            "strongest": [0.9, 2.5],
            "value": [0.8, 1500.0],
            "without": [0.0, 600.0],
            "unit": ["probability", "officers"],
            "where": ["Albania", "the coast"],
            "then": "stays",
        }
    )
    shown = layout(rows, LEVER_SHAPE, {})
    assert lines(shown) == [
        ["Lever", "setting", "value", "without", "where"],
        ["albania_returns [probability]", "0.800 (0.600 to 0.900)", "0.800", "0", "Albania"],
        ["patrol_officers [officers]", "2.50", "1,500", "600", "the coast"],
    ]
    assert shown.shared == {"world": "a", "from": "2023-01-01", "then": "stays"}


def test_a_series_of_shares_keeps_its_decimals_beside_one_of_people() -> None:
    scores = {"quantity": ["arrivals_people", "stop_rate_boats"], "period": "2022", "observed": [45755.0, 0.43]}
    rows = pd.DataFrame({**scores, "low": [36071.0, 0.31], "median": [42860.0, 0.42], "high": [47208.0, 0.5]})
    assert lines(layout(rows.assign(ratio=[0.937, 0.977]), SCORE_SHAPE, {}))[1:] == [
        ["arrivals_people", "45,755", "42,860 (36,071 to 47,208)", "0.937"],
        ["stop_rate_boats", "0.430", "0.420 (0.310 to 0.500)", "0.977"],
    ]


@pytest.mark.parametrize(
    ("method", "title", "head"),
    [("sobol", "arrivals", "value [share]"), ("morris", "arrivals [people]", "value")],
)
def test_indices_are_shares_or_in_the_unit_of_the_indicator(method: str, title: str, head: str) -> None:
    both = {"world": "a", "baseline": "", "indicator": ["arrivals_people", "deaths_channel"]}
    rows = pd.DataFrame({**both, "unit": ["people", "deaths"], "index": "ST", "value": [0.5, 0.25], "low": 0.1})
    shown = lines(layout(rows.assign(high=0.6), index_shape(method, 40), {}))
    assert shown[0][1] == head
    assert [row[0] for row in shown[1:]] == [title, "deaths, Channel"]


def test_a_table_of_one_indicator_names_it_with_its_unit() -> None:
    rows = pd.DataFrame({"world": ["a", "b"], **ARRIVALS, "unpaired": 9.0, "paired": 4.5, "ratio": 2.0})
    shown = layout(rows, VARIANCE_SHAPE, {})
    assert shown.shared == {"indicator": "arrivals [people]"}
    assert lines(shown)[:2] == [
        ["World", "unpaired [people squared]", "paired [people squared]", "ratio"],
        ["a", "9", "4.50", "2"],
    ]


def test_shares_of_points_do_not_stand_below_a_unit() -> None:
    rows = pd.DataFrame(
        {"world": "a", "threshold": "arrivals_people <= -10 %", **ARRIVALS, "share": [0.25], "low": 0.1}
    )
    rows = rows.assign(high=0.4, surely=0.2, surely_not=0.5, points=40, seeds=2)
    assert lines(layout(rows, SATISFICING_SHAPE, {})) == [
        ["World", "share", "surely [share]", "surely not [share]"],
        ["a", "0.25 (0.10 to 0.40)", "0.20", "0.50"],
    ]


def test_a_published_range_is_told_from_an_interval() -> None:
    rows = pd.DataFrame(
        {
            "pattern": ["V1", "V2"],
            "quantity": "q",
            "period": "2022",
            "observed": [7.0, 9.0],
            "low": [5.0, 8.0],
            "median": [6.0, 9.0],
            "high": [7.0, 10.0],
            "passes": [True, None],
            "observed_low": [6.5, 9.0],
            "observed_high": [7.5, 9.0],
            "reason": [None, "one draw"],
        }
    )
    shape = pattern_shape().of(rows.columns)
    assert lines(layout(rows, shape, {})) == [
        ["Pattern", "observed", "median", "passes", "reason"],
        ["V1", "7.00 (6.50 to 7.50)", "6 (5 to 7)", "yes", ""],
        ["V2", "9", "9 (8 to 10)", "", "one draw"],
    ]
    assert interval_sentences(rows, shape)[0] == (
        "In small type: of observed: least and largest published values; of median: 90 % interval for one further draw"
    )


def test_costs_have_their_assumption_and_no_interval_where_none_is_split() -> None:
    rows = pd.DataFrame({"measure": ["a", "b"], "unit": "EUR million", "mean": [5.5, 9.0], "low": [5.5, 8.0]})
    rows = rows.assign(high=[5.5, 10.0], assumption=["as published", "split assumed (grade C)"])
    assert lines(layout(rows, shapes.COSTS, {})) == [
        ["Measure", "mean [EUR million]", "assumption"],
        ["a", "5.5", "as published"],
        ["b", "9.0 (8.0 to 10.0)", "split assumed (grade C)"],
    ]


def test_points_of_a_design_have_what_they_set_as_numbers() -> None:
    rows = pd.DataFrame({"point": [1, 2], "p_retry": [0.9, 0.025], "fare_speed": [0.002, 0.0031]})
    shape = shapes.design({"p_retry": "probability", "fare_speed": ""})
    assert lines(layout(rows, shape, {})) == [
        ["Point", "p retry [probability]", "fare speed"],
        ["1", "0.90", "0.0020"],
        ["2", "0.03", "0.0031"],
    ]


def test_a_table_of_texts_has_no_numbers() -> None:
    rows = pd.DataFrame({"world": ["a", "b"], "key": "conditions", "file": ["none", "supply.csv"]})
    shown = layout(rows, shapes.DATA_FILES, {})
    assert lines(shown) == [["World", "file"], ["a", "none"], ["b", "supply.csv"]]
    assert tuple(shown.texts) == ("file",) and shown.shared == {"key": "conditions"}
    assert lines(layout(rows.iloc[1:], shapes.DATA_FILES, {})) == [["World", "file"], ["b", "supply.csv"]]


def test_observed_values_stand_beside_the_levels() -> None:
    rows = pd.DataFrame({"world": ["a", "b"], **ARRIVALS, "period": "2023", "mean": [9.5, 11.5], "low": 8.0})
    rows = rows.assign(high=12.0, seeds=30, observed=[10.0, 10.0])
    shape = shapes.levels("for one further seed")
    assert lines(layout(rows, shape, {}))[:2] == [
        ["World", "mean [people]", "observed [people]"],
        ["a", "9.5 (8.0 to 12.0)", "10"],
    ]
    assert lines(layout(rows.assign(observed=float("nan")), shape, {}))[0] == ["World", "mean [people]"]


def test_joint_effects_are_beside_each_other() -> None:
    frame = pd.DataFrame({"world": ["w"], "baseline": ["b"], **ARRIVALS, "measures": 2, "seeds": 30})
    for k, part in enumerate(("package", "singles", "difference")):
        frame = frame.assign(**{part: float(k), f"{part}_low": k - 1.0, f"{part}_high": k + 1.0})
    assert lines(layout(frame, JOINT_SHAPE, {"w": "World"})) == [
        ["World", "together [people]", "sum of each alone [people]", "difference [people]"],
        ["World", "0 (-1 to +1)", "+1 (0 to +2)", "+2 (+1 to +3)"],
    ]


def test_numbers_that_have_no_end_are_infinite() -> None:
    rows = pd.DataFrame({"world": ["a", "b"], "indicator": "x", "unit": "u", "mean": [float("inf"), 1.5], "rank": 1})
    assert [row[1] for row in lines(layout(rows, REGRET_SHAPE, {}))[1:]] == ["infinite", "1.50"]


def test_a_column_that_the_shape_does_not_name_is_refused() -> None:
    rows = pd.DataFrame({"world": ["a"], "mean": 1.0, "new": 2.0})
    with pytest.raises(KeyError, match="does not name once: new"):
        layout(rows, Shape(("world",), (Number("mean"),)), {})


def test_a_table_of_unknown_shape_is_shown_as_it_is() -> None:
    rows = pd.DataFrame({"world": ["a", "a"], "holds": [True, False], "mean": [0.25, float("nan")], "seeds": 3})
    assert lines(plainly(rows)) == [
        ["World", "holds", "mean", "seeds"],
        ["a", "yes", "0.25", "3"],
        ["a", "no", "", "3"],
    ]
