"""The shape of a table: every column is named once, and a manifest gives it back as it was declared."""

from __future__ import annotations

import json

import pytest

from corridor.results.tables.shape import MIXED, Number, Shape, as_json, from_json
from corridor.results.tables.shapes import EFFECTS

LEVERS = Shape(
    ("lever", "from"), (Number("setting", "weakest", "strongest", "a range", MIXED, span=True),), ("where",), ("then",)
)
COLUMNS = ["lever", "from", "setting", "weakest", "strongest", "where", "then", "unit"]


def test_a_shape_is_reduced_to_the_columns_of_its_table() -> None:
    assert LEVERS.of(COLUMNS) == LEVERS
    found = LEVERS.of(["lever", "where", "seeds"])
    assert (found.labels, found.numbers, found.facts, found.hidden) == (("lever",), (), ("where",), ())


@pytest.mark.parametrize("column", ["new", "lever_use"])
def test_a_column_that_no_part_names_is_refused(column: str) -> None:
    with pytest.raises(KeyError, match=f"does not name once: {column}"):
        LEVERS.of([*COLUMNS, column])


def test_a_column_that_two_parts_name_is_refused() -> None:
    with pytest.raises(KeyError, match="does not name once: lever"):
        Shape(("lever",), hidden=("lever",)).of(["lever"])
    with pytest.raises(KeyError, match="does not name once: seeds"):
        Shape(("seeds",), (Number("seeds"),)).of(["seeds"])


def test_a_table_without_labels_or_without_what_columns_are_for_is_refused() -> None:
    with pytest.raises(KeyError, match="has no column of lever, from"):
        LEVERS.of(["setting"])
    with pytest.raises(KeyError, match="has no column of world, baseline, point, period, indicator"):
        EFFECTS.of(["world", "mean"])


def test_columns_for_each_indicator_have_one_number() -> None:
    with pytest.raises(ValueError, match="one number, not 2"):
        Shape(("world",), (Number("mean"), Number("observed")), across="indicator")


@pytest.mark.parametrize("shape", [LEVERS, EFFECTS, Shape(("world",))])
def test_a_manifest_gives_a_shape_back(shape: Shape) -> None:
    assert from_json(json.loads(json.dumps(as_json(shape)))) == shape


@pytest.mark.parametrize(
    "damaged",
    [
        [],
        {},
        {"labels": ["world"]},
        {"labels": [1], "numbers": []},
        {"labels": 3, "numbers": []},
        {"labels": ["world"], "numbers": [{"colum": "mean"}]},
        {"labels": ["world"], "numbers": ["mean"]},
        {"labels": ["world"], "numbers": [{"column": "mean", "unit": 3}]},
        {"labels": ["world"], "numbers": [{"column": "mean", "runs": "many"}]},
        {"labels": ["world"], "numbers": [], "across": "indicator"},
    ],
)
def test_a_damaged_shape_is_refused(damaged: object) -> None:
    with pytest.raises(ValueError, match="shape"):
        from_json(damaged)
