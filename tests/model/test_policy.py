"""Policies from Python are refused for what a policy file is refused for, and for what several measures combine to."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest

from corridor.model.engine.errors import InputError
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.map_files import load_geography
from corridor.model.parameters import Parameters
from corridor.model.policy import Change, Measure, Policy, combination_problems
from corridor.model.simulation import simulate

START, LATE = date(2023, 1, 1), date(2023, 6, 1)


def officers(start: date, over_days: int, to: float) -> Change:
    return Change("patrol_officers", start, over_days, to)


def problems_of(*measures: Measure) -> list[str]:
    with pytest.raises(InputError) as refused:
        Policy(measures)
    return list(refused.value.problems)


def together(*measures: Measure, start: date = date(2022, 1, 1), end: date = date(2025, 12, 31)) -> list[str]:
    return list(combination_problems(Policy(measures), start, end))


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (officers(date(2023, 1, 11), 0, 2.0), "m: patrol_officers: 2023-01-11 is not after 2023-01-31"),
        (officers(date(2023, 1, 31), 0, 2.0), "m: patrol_officers: 2023-01-31 is not after 2023-01-31"),
        (officers(START, 0, 2.0), "m: patrol_officers: 2023-01-01 is not after 2023-01-31"),
        (officers(date(2022, 1, 1), 0, 2.0), "m: patrol_officers: 2022-01-01 is not after 2023-01-31"),
        (officers(date(2023, 6, 1), 4000, 2.0), "over_days 4000 is not allowed; 0 to 3650 whole days"),
        (officers(date(1999, 6, 1), 0, 2.0), "start 1999-06-01 is out of range; allowed: 2000-01-01 to 2100-12-31"),
    ],
)
def test_moves_that_overlap_are_refused_as_in_a_file(second: Change, words: str) -> None:
    (problem,) = problems_of(Measure("m", "M", (officers(START, 30, 1.4), second)))
    assert words in problem


def test_two_moves_on_one_day_are_refused() -> None:
    (problem,) = problems_of(Measure("m", "M", (officers(START, 0, 1.4), officers(START, 0, 2.0))))
    assert problem == "m: patrol_officers: 2023-01-01 is not after 2023-01-01, when the move before it ends"


def test_moves_that_follow_one_another_are_taken() -> None:
    moves = (officers(START, 30, 1.4), Change("campaign", START, 0, 0.1), officers(date(2023, 2, 1), 0, 2.0))
    assert Policy((Measure("m", "M", moves),)).value("patrol_officers", date(2023, 1, 16)) == 1.2


def test_measures_that_together_pass_the_bounds_of_a_lever_are_refused() -> None:
    shipped, more = officers(date(2022, 11, 14), 150, 1.4), officers(START, 0, 3.0)
    both = Measure("patrols", "P", (shipped,)), Measure("more", "M", (more,))
    expected = "patrols and more: patrol_officers is 4.2 on 2023-04-13, set by them together; allowed: 0 to 3 (factor)"
    assert together(*both) == [expected]
    with pytest.raises(InputError, match=r"patrol_officers is 4\.2 on 2023-04-13"):
        simulate(Parameters(), Policy(both), [1], date(2023, 4, 1), date(2023, 4, 30), 1000)


def test_bounds_hold_on_the_days_of_a_run_alone() -> None:
    early = Measure("early", "E", (officers(date(2022, 1, 1), 0, 2.0), officers(date(2022, 2, 1), 0, 1.0)))
    steady = Measure("steady", "S", (officers(date(2022, 1, 1), 0, 2.0),))
    late = Measure("late", "L", (officers(LATE, 0, 2.0),))
    assert together(early, steady, start=date(2022, 2, 1)) == []
    assert "is 4 on 2022-01-31" in together(early, steady, start=date(2022, 1, 31))[0]  # it began before the run
    assert together(steady, late, end=date(2023, 5, 31)) == []
    assert "is 4 on 2023-06-01" in together(steady, late, end=LATE)[0]


def test_ramps_that_pass_the_bounds_only_where_they_cross_are_refused() -> None:
    rises = Measure("rises", "R", (officers(START, 100, 3.0),))
    falls = Measure("falls", "F", (officers(date(2022, 1, 1), 0, 3.0), officers(date(2023, 1, 1), 100, 1.0)))
    late = Measure("falls", "F", (officers(date(2023, 1, 2), 0, 1.5),))
    assert together(rises, falls) == [
        "rises and falls: patrol_officers is 4 on 2023-02-20, set by them together; allowed: 0 to 3 (factor)"
    ]
    assert "4.5 on 2023-04-11" in together(rises, late)[0]


def test_sums_have_bounds_too_and_a_last_bit_is_no_excess() -> None:
    thirds = [Measure(f"m{k}", "M", (Change("campaign", START, 0, 0.1),)) for k in range(3)]
    assert math.isclose(Policy(tuple(thirds)).value("campaign", START), 0.3)
    fourth = Measure("m3", "M", (Change("campaign", START, 0, 0.05),))
    assert "campaign is 0.35 on 2023-01-01" in together(*thirds, fourth)[0]


def test_one_name_for_two_measures_is_refused() -> None:
    same = Measure("m", "M", (officers(START, 0, 1.1),))
    assert problems_of(same, same) == ["m: is the name of two measures"]


def test_reception_places_that_no_rule_reads_are_refused(tmp_path: Path) -> None:
    text = (DATA / "places.csv").read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("lille,")]
    cells = line.split(",")
    cells[8] = "6000"
    (tmp_path / "places.csv").write_text(text.replace(line, ",".join(cells)), encoding="utf-8")
    with pytest.raises(InputError, match=r"reception_places: 6000 is given for 'lille', a hub, and nothing reads it"):
        load_geography(tmp_path / "places.csv")


@pytest.mark.parametrize("place", ["nice", "paris", "brussels"])
def test_reception_places_of_camps_and_on_the_way_are_read(place: str, tmp_path: Path) -> None:
    text = (DATA / "places.csv").read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith(f"{place},")]
    cells = line.split(",")
    cells[8] = "60"
    (tmp_path / "places.csv").write_text(text.replace(line, ",".join(cells)), encoding="utf-8")
    assert load_geography(tmp_path / "places.csv").reception_places.sum() == 700 + 60
