"""The table of parameters: what it declares, that it declares what it always did, and how a bad one is refused."""

from __future__ import annotations

import csv
import hashlib
import math
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest

from corridor.model import PARAMETERS, InputError, Parameters
from corridor.model.inputs.data_files import DATA
from corridor.model.parameters import COLUMNS, FIXED, IN_LOGS, Parameter, own_parameters, parameter_problems

# Of all rows without the columns `meaning` and `fitted`, numbers in hexadecimal, as they were last changed on purpose.
# Where a value is meant to move, put the new digest here and say so in CHANGELOG.md as **[numbers]**.
FROZEN = "77e2f618981e12075a96cabd38c1cfa00be5425122777fba40144e5dcb6e618f"
FITTED = {
    *("news_pull", "network_size_start", "money_median", "share_uk_scale", "fare_floor_markup", "news_arrivals"),
    *("boat_cost", "boat_preference", "lorry_preference", "death_weight", "premium_reference", "network_entry_rate"),
    *("prior_boat_stopped", "fare_speed", "recovery_size", "p_sea_fail", "imitation_rate", "hull_learning_launches"),
    *("know_how_start", "queue_target_days", "set_out_rate", "set_out_per_degree", "stuck_hazard"),
    *("panic_death_per_10k", "death_crowding_slope"),
    *("officers_per_person", "death_base_per_10k", "p_retry", "albania_deterrence", "albania_flow_floor"),
}
HEADER = ",".join(COLUMNS)
ROW = "boat_cost,smuggling,12500,6000,30000,triangular,EUR,A,my survey,boat and engine delivered,yes"


def written(folder: Path, *rows: str, header: str = HEADER) -> Path:
    """A user's own table."""
    path = folder / "mine.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def refused(folder: Path, *rows: str, header: str = HEADER) -> tuple[str, ...]:
    """What is wrong with a user's own table."""
    with pytest.raises(InputError) as error:
        own_parameters(written(folder, *rows, header=header))
    return error.value.problems


def row(**changes: object) -> str:
    """The row of boat_cost with some of its cells changed."""
    cells = dict(zip(COLUMNS, ROW.split(","), strict=True)) | changes
    return ",".join(map(str, cells.values()))


def test_no_value_moves_unnoticed() -> None:
    cells = [astuple(p)[:-2] for p in PARAMETERS.values()]
    lines = ["\t".join(each if isinstance(each, str) else each.hex() for each in of_row) for of_row in cells]
    assert len(lines) == 167
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == FROZEN
    assert {name for name, p in PARAMETERS.items() if p.fitted} == FITTED


def test_numbers_are_written_as_short_as_they_are_exact() -> None:
    with (DATA / "parameters.csv").open(encoding="utf-8", newline="") as file:
        for cells in csv.DictReader(file):
            for name in ("default", "low", "high"):
                assert cells[name] == repr(float(cells[name])).removesuffix(".0"), (cells["name"], name)


def test_the_shipped_rows_could_all_be_rows_of_a_users_own() -> None:
    assert own_parameters(DATA / "parameters.csv") == PARAMETERS
    for p in PARAMETERS.values():
        assert p.low <= p.default <= p.high and (p.low < p.high or p.distribution == FIXED), p.name
        assert p.distribution not in IN_LOGS or p.low > 0.0, p.name


def test_rows_of_a_users_own_take_the_place_of_shipped_rows_and_the_others_stay(tmp_path: Path) -> None:
    found = own_parameters(written(tmp_path, ROW))
    assert list(found) == list(PARAMETERS)
    assert found["boat_cost"] == Parameter(
        *("boat_cost", "smuggling", 12500.0, 6000.0, 30000.0, "triangular", "EUR", "A", "my survey"),
        *("boat and engine delivered", True),
    )
    assert {name: p for name, p in found.items() if name != "boat_cost"} == {
        name: p for name, p in PARAMETERS.items() if name != "boat_cost"
    }


def test_tables_as_spreadsheets_save_them_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, ROW)
    plain, text = own_parameters(path), path.read_text(encoding="utf-8")
    for changed in (
        "\ufeff" + text,
        text.replace("\n", "\r\n"),
        "\ufeff" + text.replace("\n", "\r\n") + ",,,,,,,,,,\r\n",
    ):
        path.write_bytes(changed.encode("utf-8"))
        assert own_parameters(path) == plain
    path.write_text(text.replace(",", ";"), encoding="utf-8")
    with pytest.raises(InputError, match="cells are separated by ';'; save it as CSV with commas"):
        own_parameters(path)


def test_columns_may_stand_in_any_order_and_a_unit_may_be_empty(tmp_path: Path) -> None:
    cells = dict(zip(COLUMNS, ROW.split(","), strict=True)) | {"unit": ""}
    turned = dict(reversed(cells.items()))
    found = own_parameters(written(tmp_path, ",".join(turned.values()), header=",".join(turned)))
    assert found["boat_cost"].unit == "" and found["boat_cost"].default == 12500.0


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"low": 40000}, "low: 40000 is above high, 30000; allowed: low below high"),
        ({"default": 5000}, "default: 5000 is out of range; allowed: 6000 to 30000"),
        ({"default": ""}, "default: is empty; a number is expected"),
        ({"default": "inf"}, "default: 'inf' is not allowed; a number"),
        ({"distribution": "normal"}, "distribution: 'normal' is not allowed; one of uniform, triangular, beta, log-"),
        ({"low": 12500, "high": 12500}, "distribution: 'triangular' needs low below high; allowed for a single value"),
        ({"low": 0}, "low: 0 is not allowed; a number above 0"),
        ({"grade": "D"}, "grade: 'D' is not allowed; one of A, B, C"),
        ({"grade": ""}, "grade: is empty; one of A, B, C is expected"),
        ({"source": ""}, "source: is empty; some text is expected"),
        ({"fitted": "TRUE"}, "fitted: 'TRUE' is not allowed; one of yes, no"),
        ({"distribution": "fixed"}, "fitted: 'yes' is not allowed for a parameter that is fixed; allowed: no"),
        ({"name": "boat_cots"}, "name: 'boat_cots' is not a known parameter; did you mean 'boat_cost'?"),
        ({"name": "zzz"}, "name: 'zzz' is not a known parameter; 'corridor list parameters' shows all"),
    ],
)
def test_a_wrong_cell_is_refused_with_row_column_value_and_what_is_allowed(
    tmp_path: Path, changes: dict[str, object], problem: str
) -> None:
    problems = refused(tmp_path, row(**changes))
    assert len(problems) == 1 and problems[0].startswith(f"mine.csv, row 2, {problem}")


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ("p_retry,g,0.9,0.7,1.2,beta,probability,C,s,m,no", "high: 1.2 is not allowed; a number up to 1 (probability)"),
        ("convince,g,0.5,0.2,2,uniform,share,C,s,m,no", "high: 2 is not allowed; a number up to 1 (share)"),
        (
            "taxi_stop_factor,g,0.5,0.2,1.5,uniform,factor,C,s,m,no",
            "high: 1.5 is not allowed; a number up to 1 (factor)",
        ),
        ("taxi_cost,g,0.1,-0.1,0.2,uniform,success,C,s,m,no", "low: -0.1 is not allowed; a number from 0"),
        ("med_rough_share,g,0.1,0,0.2,lognormal,share,C,s,m,no", "low: 0 is not allowed for lognormal; a number above"),
    ],
)
def test_a_wider_range_keeps_its_sign_and_a_probability_stays_one(tmp_path: Path, cells: str, problem: str) -> None:
    assert refused(tmp_path, cells)[0].startswith(f"mine.csv, row 2, {problem}")


def test_all_problems_of_a_table_are_reported_at_once(tmp_path: Path) -> None:
    problems = refused(tmp_path, row(grade="D", low=40000), ROW, row(name="p_retri"), "short,row")
    assert [text.partition(": ")[0] for text in problems] == [
        "mine.csv, row 2, grade",
        "mine.csv, row 5",
        "mine.csv, row 3",
        "mine.csv, row 2, low",
        "mine.csv, row 4, name",
    ]
    assert problems[1].endswith("2 cells; 11 are expected") and "'boat_cost' appears more than once" in problems[2]


def test_columns_that_are_missing_or_not_known_and_tables_without_rows_are_refused(tmp_path: Path) -> None:
    problems = refused(tmp_path, ROW, header=HEADER.replace("unit", "units"))
    assert [text.partition(";")[0] for text in problems] == [
        "mine.csv, row 1: column 'unit' is missing",
        "mine.csv, row 1: column 'units' is not known",
    ]
    assert refused(tmp_path) == ("mine.csv: has no rows; at least one is expected",)


def test_values_are_checked_against_the_table_that_declares_them() -> None:
    wide = {**PARAMETERS, "boat_cost": replace(PARAMETERS["boat_cost"], default=25000.0, high=30000.0)}
    assert Parameters({}, wide).boat_cost == 25000.0 and Parameters().boat_cost == 10000.0
    assert Parameters({"boat_cost": 28000}, wide).boat_cost == 28000.0
    with pytest.raises(InputError, match=r"boat_cost: 28000 is out of range; allowed 6000 to 20000 \(EUR\)"):
        Parameters(boat_cost=28000)
    with pytest.raises(InputError, match=r"boat_cost: 31000 is out of range; allowed 6000 to 30000 \(EUR\)"):
        Parameters({"boat_cost": 31000}, wide)


@pytest.mark.parametrize("value", [True, np.True_, "0.9", None, math.nan, np.float32(math.inf)])
def test_what_is_no_finite_number_is_no_value(value: object) -> None:
    (problem,) = parameter_problems("p_retry", value)
    assert "is not allowed; a number from 0.75 to 0.99 (probability)" in problem


@pytest.mark.parametrize("value", [5, 5.0, np.int64(5), np.float32(5)])
def test_a_number_of_python_or_numpy_is_a_value(value: float) -> None:
    assert Parameters(booking_review_days=value).booking_review_days == 5.0
