"""Reading CSV files with declared columns: the values read, and how every wrong cell is reported."""

from __future__ import annotations

import csv
import io
import math
import os
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.model.engine.errors import InputError
from corridor.model.inputs.reader import MOST_REPORTED, Column, read_cell, read_table

COLUMNS = {
    "place": Column("text", allowed=("north", "south")),
    "day": Column("date"),
    "month": Column("month"),
    "people": Column("number", low=0),
    "boats": Column("integer", 1, 9),
    "note": Column("text", required=False),
}
HEADER = "place,day,month,people,boats,note\n"
ROW = "north,2022-11-14,2022-11,12.5,3,\n"
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf"), exclude_characters="\r\n\0"), min_size=1).filter(
    lambda text: text == text.strip()
)


def read(folder, text, columns=COLUMNS):
    path = folder / "mine.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return read_table(path, columns)


def refused(folder, text, columns=COLUMNS):
    with pytest.raises(InputError) as error:
        read(folder, text, columns)
    return error.value.problems


def test_columns_come_back_by_their_kind(tmp_path):
    table = read(tmp_path, HEADER + ROW + "south, 2020-02-29 ,2020-02,1e3,9,by hand\n")
    assert table == {
        "place": ["north", "south"],
        "day": [date(2022, 11, 14), date(2020, 2, 29)],
        "month": ["2022-11", "2020-02"],
        "people": [12.5, 1000.0],
        "boats": [3, 9],
        "note": ["", "by hand"],
    }


def test_an_optional_column_may_be_absent_and_columns_may_stand_in_any_order(tmp_path):
    table = read(tmp_path, "boats,people,month,day,place\n3,1,2022-11,2022-11-14,north\n")
    assert table["boats"] == [3]
    assert table["note"] == [""]


def test_files_as_spreadsheets_save_them_are_read(tmp_path):
    for text in ("\ufeff" + HEADER + ROW, (HEADER + ROW).replace("\n", "\r\n"), (HEADER + ROW).strip()):
        assert read(tmp_path, text)["people"] == [12.5]


def test_commas_and_line_breaks_in_quotes_belong_to_the_cell(tmp_path):
    table = read(tmp_path, HEADER + ROW.replace("3,\n", '3,"a, b\nc"\n'))
    assert table["note"] == ["a, b\nc"]


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("place", "east", "place: 'east' is not allowed; one of north, south"),
        ("place", "", "place: is empty; one of north, south is expected"),
        ("day", "14/11/2022", "day: '14/11/2022' is not allowed; a date such as 2022-11-14"),
        ("day", "2022-02-30", "day: '2022-02-30' is not allowed; a date such as 2022-11-14"),
        ("day", "20221114", "day: '20221114' is not allowed; a date such as 2022-11-14"),
        ("month", "2022-13", "month: '2022-13' is not allowed; a month such as 2022-11"),
        ("people", "-1", "people: '-1' is not allowed; a number from 0"),
        ("people", "nan", "people: 'nan' is not allowed; a number from 0"),
        ("people", "inf", "people: 'inf' is not allowed; a number from 0"),
        ("people", "1e999", "people: '1e999' is not allowed; a number from 0"),
        ("people", "1_000", "people: '1_000' is not allowed; a number from 0"),
        ("people", "1,5", "people: '1,5' is not allowed; a number from 0, with a decimal point"),
        ("people", "\u0661\u0662", "people: '\u0661\u0662' is not allowed; a number from 0"),
        ("people", "twelve", "people: 'twelve' is not allowed; a number from 0"),
        ("boats", "10", "boats: '10' is not allowed; a whole number from 1 to 9"),
        ("boats", "2.0", "boats: '2.0' is not allowed; a whole number from 1 to 9"),
        ("boats", "9" * 5000, "is not allowed; a whole number from 1 to 9"),
    ],
)
def test_a_wrong_cell_is_reported_with_row_column_value_and_what_is_allowed(tmp_path, cell, value, expected):
    cells = dict(zip(HEADER.strip().split(","), ROW.strip().split(","), strict=True)) | {cell: value}
    problems = refused(tmp_path, HEADER + ROW + ",".join(f'"{text}"' for text in cells.values()) + "\n")
    assert len(problems) == 1
    assert problems[0].startswith("mine.csv, row 3, ")
    assert problems[0].endswith(expected)


def test_all_problems_are_reported_at_once_in_the_order_of_the_file(tmp_path):
    problems = refused(tmp_path, HEADER + "east,2022-11-14,2022-11,-1,3,\n\n" + ROW + "north,2022\nsouth,x,y,z,0,\n")
    assert [problem.split(": ")[0] for problem in problems] == [
        "mine.csv, row 2, place",
        "mine.csv, row 2, people",
        "mine.csv, row 5",
        "mine.csv, row 6, day",
        "mine.csv, row 6, month",
        "mine.csv, row 6, people",
        "mine.csv, row 6, boats",
    ]


def test_of_very_many_problems_the_rest_is_counted(tmp_path):
    problems = refused(tmp_path, HEADER + ROW.replace("12.5", "x") * (MOST_REPORTED + 7))
    assert len(problems) == MOST_REPORTED + 1
    assert problems[-1] == "mine.csv: 7 more wrong cells"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("place,day,month,people,boat,note", ["column 'boats' is missing", "column 'boat' is not known"]),
        ("place,day,month,people,boats,boats", ["column 'boats' appears more than once"]),
        ("place;day;month;people;boats;note", ["cells are separated by ';'; save it as CSV with commas"]),
        ("place\tday\tmonth\tpeople\tboats\tnote", ["cells are separated by tabs"]),
        ("PLACE,DAY,MONTH,PEOPLE,BOATS,NOTE", ["has no known column; expected, spelled exactly so: place, day"]),
        ("north,2022-11-14,2022-11,12.5,3,", ["has no known column"]),
        ("place,day,month,people,boats,", ["a column has no name; delete it or name it"]),
    ],
)
def test_a_wrong_header_is_reported(tmp_path, header, expected):
    problems = refused(tmp_path, header + "\n" + ROW)
    assert len(problems) == len(expected)
    for problem, words in zip(problems, expected, strict=True):
        assert problem.startswith("mine.csv, row 1: ")
        assert words in problem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is empty; a header and rows are expected"),
        ("\n\n,,,\n", "is empty; a header and rows are expected"),
        (HEADER, "has no rows; at least one is expected"),
        (HEADER + " , ,,,,\n", "has no rows; at least one is expected"),
        (HEADER + '"north', "is not a CSV file"),
        (HEADER.encode("utf-16"), "is not UTF-8 text"),
        (b"place\n\xe9", "is not UTF-8 text (byte 0xe9 in line 2); save it as CSV in UTF-8"),
    ],
)
def test_a_file_without_a_table_is_reported(tmp_path, text, expected):
    problems = refused(tmp_path, text)
    assert len(problems) == 1
    assert expected in problems[0]


def test_a_file_that_is_not_there_or_may_not_be_read_is_reported(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv: no such file"):
        read_table(tmp_path / "none.csv", COLUMNS)
    with pytest.raises(InputError, match="is a directory"):
        read_table(tmp_path, COLUMNS)
    path = tmp_path / "locked.csv"
    path.write_text(HEADER + ROW)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read every file, so that none can be locked")
    with pytest.raises(InputError, match="cannot be read"):
        read_table(path, COLUMNS)


@given(st.lists(st.tuples(WORDS, st.floats(0, 1e12), st.integers(1, 10**6)), min_size=1, max_size=8))
def test_what_is_written_is_read(tmp_path_factory, rows):
    out = io.StringIO()
    csv.writer(out).writerows([("name", "people", "boats"), *rows])
    columns = {"name": Column(), "people": Column("number", 0), "boats": Column("integer", 1)}
    table = read(tmp_path_factory.mktemp("csv"), out.getvalue(), columns)
    assert list(zip(*table.values(), strict=True)) == rows


@given(st.text(), st.sampled_from(["number", "integer", "date", "month"]))
def test_a_cell_is_of_its_kind_and_in_its_range_or_refused(text, kind):
    value, problem = read_cell(text, Column(kind, -5, 5))
    if problem:
        assert value in (None, "")
    elif kind in ("number", "integer"):
        assert math.isfinite(value) and -5 <= value <= 5
    else:
        assert str(value) == text


@given(st.binary(max_size=200))
def test_no_bytes_end_in_a_traceback(tmp_path_factory, junk):
    with pytest.raises(InputError):
        read(tmp_path_factory.mktemp("csv"), junk)
