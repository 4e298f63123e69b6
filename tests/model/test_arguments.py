"""The Python interface: what `simulate` and `Policy` refuse, and in which words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

import numpy as np
import pytest

from corridor.model import Change, DataFiles, Measure, Parameters, Policy, simulate
from corridor.model.engine.errors import InputError

BAD_RUNS: list[tuple[dict[str, Any], str]] = [
    ({"params": {"p_retry": 0.9}}, "params: {'p_retry': 0.9} is not allowed; Parameters(...)"),
    ({"policy": None}, "policy: None is not allowed; Policy(...)"),
    *(
        ({"seeds": seeds}, f"seeds: {seeds!r} is not allowed; a list of different whole numbers from 0, as in [1, 2]")
        for seeds in ([], [1, 1], [-1], ["a"], [1.5], [True], 5, None, "12", [2**64])
    ),
    ({"start": "2022-01-01"}, "start: '2022-01-01' is not allowed; a date such as date(2022, 11, 14)"),
    ({"end": datetime(2022, 1, 3)}, "end: datetime.datetime(2022, 1, 3, 0, 0) is not allowed; a date such as"),
    ({"end": date(2021, 1, 1)}, "end: 2021-01-01 is before start 2022-01-01"),
    ({"start": date(2017, 12, 31)}, "start, end: entries lack 1 months of the run, the first 2017-12"),
    ({"end": date(2026, 2, 1)}, "start, end: entries lack 2 months of the run, the first 2026-01"),
    *(
        ({"scale": scale}, f"scale: {scale!r} is not allowed; 0.1 to 1000")
        for scale in (0, -1, float("nan"), "9", None)
    ),
    ({"files": DataFiles(entries="gone.csv")}, "gone.csv: no such file"),
    ({"files": DataFiles(sea="gone.csv")}, "gone.csv: no such file"),
]


@pytest.mark.parametrize(("changes", "expected"), BAD_RUNS)
def test_a_run_that_cannot_be_is_refused_in_words(changes: dict[str, Any], expected: str) -> None:
    arguments: dict[str, Any] = {
        "params": Parameters(),
        "policy": Policy(),
        "seeds": [1],
        "start": date(2022, 1, 1),
        "end": date(2022, 1, 3),
        "scale": 1000,
    }
    with pytest.raises(InputError) as refused:
        simulate(**arguments | changes)
    (problem,) = refused.value.problems
    assert problem.startswith(expected)


def test_all_that_is_wrong_with_a_run_is_reported_at_once() -> None:
    with pytest.raises(InputError) as refused:
        simulate(Parameters(), Policy(), [], date(2022, 1, 3), date(2022, 1, 1), 0)
    assert [problem.split(":")[0] for problem in refused.value.problems] == ["seeds", "end", "scale"]


def test_whole_numbers_of_numpy_are_seeds() -> None:
    records = simulate(Parameters(), Policy(), np.array([1, 2]), date(2022, 1, 1), date(2022, 1, 2), 1000)
    assert len(records.seeds) == 2


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            Change("patrols", date(2022, 1, 1), 0, 1.0),
            ["a: 'patrols' is not a lever; 'corridor list levers' shows all"],
        ),
        (
            Change("patrol_officers", cast(date, "2022-01-01"), -1, 9.0),
            [
                "a: patrol_officers: 9.0 is out of range; allowed: 0 to 3 (factor)",
                "a: patrol_officers: start '2022-01-01' is not allowed; a date such as date(2022, 11, 14)",
                "a: patrol_officers: over_days -1 is not allowed; 0 to 3650 whole days",
            ],
        ),
        (
            Change("patrol_officers", date(2022, 1, 1), 0, cast(float, "x")),
            ["a: patrol_officers: 'x' is out of range; allowed: 0 to 3 (factor)"],
        ),
    ],
)
def test_a_change_that_cannot_be_is_refused_in_words(change: Change, expected: list[str]) -> None:
    with pytest.raises(InputError) as refused:
        Policy((Measure("a", "A", (change,)),))
    assert list(refused.value.problems) == expected
