"""The Home Office's files: what is read of them, and what is refused; with small files of the same layout."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import corridor
from corridor.calibration.evidence.publishers.home_office import read_published
from corridor.calibration.evidence.targets import TARGETS, read_own
from corridor.model.engine.errors import InputError
from tests.support.batches import ended
from tests.support.spreadsheets import write_ods

FILES = Path(__file__).parents[5] / "shared" / "files"
UNCONTROLLED = "Boats arrived - involved in uncontrolled landings"
HEADER = ("Date", "Migrants arrived", "Boats arrived", UNCONTROLLED, "Notes")
WEEKLY = ("Week ending", *HEADER[1:4], "Migrants prevented", "Events prevented", "Notes")
DAYS = [("2026-01-01", 0, 0), ("2026-01-02", 61, 1), ("2026-01-03", 0, 0)]


def written(
    folder: Path, rows: list[tuple[object, ...]], sheet: str = "SB_01", header: tuple[str, ...] = HEADER
) -> Path:
    """A spreadsheet with these rows below the header."""
    return write_ods(folder / "boats.ods", {sheet: [header, *rows]})


def edition(path: Path, revised: int = 61) -> Path:
    """A file with two weeks, the first without preventions; a day of it may be revised."""
    days = [(f"{day:%Y-%m-%d}", 0, 0, "-", "") for day in pd.date_range("2024-04-29", "2024-05-31")]
    days[3] = ("2024-05-02", revised, 1, 1, "Revised")
    weeks = [("2024-05-05", revised, 1, "-", "-", "-", ""), ("2024-05-12", 0, 0, 0, 70, 3, "")]
    return write_ods(path, {"Notes": [("Notes",)], "SB_01": [HEADER, *days], "SB_02": [WEEKLY, *weeks]}, "2024-06-03")


def test_days_are_read_in_their_order(tmp_path: Path) -> None:
    rows = [(*day, "-", "") for day in DAYS[::-1]]
    found = read_published(written(tmp_path, rows))
    assert found.index.tolist() == pd.to_datetime([day for day, *_ in DAYS]).tolist()
    assert found.people.tolist() == [0.0, 61.0, 0.0] and found.boats.tolist() == [0.0, 1.0, 0.0]


def test_a_csv_of_the_same_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("date,people,boats\n" + "".join(f"{d},{p},{b}\n" for d, p, b in DAYS), encoding="utf-8")
    pd.testing.assert_frame_equal(read_published(path), read_published(written(tmp_path, DAYS)), check_freq=False)


def test_the_table_is_recognised_by_its_contents(tmp_path: Path) -> None:
    rows = [("Small boats, a title", "", ""), (), HEADER, *DAYS]
    moved = write_ods(tmp_path / "boats.ods", {"Sheet1": rows})
    assert read_published(moved).people.sum() == 61.0


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        (DAYS, {"header": ("Date", "Arrived", "Boats arrived")}, "sheet SB_01, row 1: no column 'Migrants arrived'"),
        ([("2026-01-01", "-", 0)], {}, "sheet SB_01, row 2, Migrants arrived: '-'; allowed: a number from 0"),
        ([("2026-01-01", 1, 1, "x")], {}, r"row 2, Boats arrived - involved .*: 'x'; .* '-' \(not collected\)"),
        ([("2026-01-01", 1.5, 1)], {}, "row 2, Migrants arrived: 1.5; allowed"),
        ([("2026-01-01", -1, 1)], {}, "row 2, Migrants arrived: -1.0; allowed"),
        ([("January", 1, 1)], {}, "row 2, Date: 'January'; allowed: a day"),
        ([*DAYS, DAYS[0]], {}, "row 5: 2026-01-01 stands there twice"),
        ([DAYS[0], DAYS[2]], {}, "boats.ods: the day 2026-01-02 has no row"),
        ([], {}, "no rows below the header"),
    ],
)
def test_what_is_wrong_is_refused(tmp_path: Path, rows: list, options: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_published(written(tmp_path, rows, **options))


def test_a_file_of_weeks_has_no_days_for_an_update(tmp_path: Path) -> None:
    weeks = [("2024-05-05", 0, 0, "-", "-", "-", "")]
    with pytest.raises(InputError, match="has no table of days"):
        read_published(written(tmp_path, weeks, "SB_02", WEEKLY))


def test_a_table_that_lacks_a_column_is_refused_beside_one_that_does_not(tmp_path: Path) -> None:
    book = {"SB_01": [HEADER, *DAYS], "SB_02": [WEEKLY[:4], ("2026-01-04", 61, 1, 0)]}
    with pytest.raises(InputError, match="sheet SB_02, row 1: no column 'Migrants prevented'"):
        corridor.import_file("home-office", write_ods(tmp_path / "a.ods", book), out=tmp_path / "out")


def test_a_table_that_is_not_there_is_a_warning(tmp_path: Path) -> None:
    result = corridor.import_file("home-office", written(tmp_path, DAYS), out=tmp_path / "out")
    assert "boats.ods: has no table of small boats by week" in result.warnings


def test_a_file_that_is_no_spreadsheet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.ods").write_bytes(b"PK\x03\x04nothing")
    with pytest.raises(InputError, match="cannot be read as a spreadsheet"):
        read_published(tmp_path / "x.ods")


def test_what_was_not_collected_is_no_zero(tmp_path: Path) -> None:
    weeks = corridor.import_file("home-office", edition(tmp_path / "a.ods"), out=tmp_path / "out").records["week"]
    prevented = weeks[weeks.series == "prevented_people"].set_index("period")
    assert prevented.status.to_dict() == {"2024-05-05": "not collected", "2024-05-12": "counted"}
    assert prevented.value.isna().tolist() == [True, False] and prevented.value["2024-05-12"] == 70.0
    assert prevented.unit.unique().tolist() == ["person-attempts"]


def test_files_for_our_commands_hold_whole_months(tmp_path: Path) -> None:
    result = corridor.import_file("home-office", edition(tmp_path / "a.ods"), out=tmp_path / "out")
    own = read_own(TARGETS["arrivals_people"], tmp_path / "out" / "arrivals_people.csv")
    assert own.to_dict() == {"2024-05": 61.0}  # two days of April are none
    assert "prevented_by_month" not in result.ready  # a week of May alone is known
    assert read_published(tmp_path / "out" / "daily.csv").people.sum() == 61.0


def test_an_edition_that_revises_is_kept_beside_the_first(tmp_path: Path) -> None:
    from corridor.calibration.evidence.publishers.archive import known_at

    out = tmp_path / "out"
    corridor.import_file("home-office", edition(tmp_path / "2024-06-03.ods"), out=out)
    second = corridor.import_file("home-office", edition(tmp_path / "2024-06-10.ods", revised=64), out=out)
    assert second.revised == 2  # a day and its week
    table = pd.read_csv(out / "days.csv", keep_default_na=False, na_values={"value": [""]})
    day = table[(table.period == "2024-05-02") & (table.series == "arrivals_people")]
    assert dict(zip(day.vintage, day.value, strict=True)) == {"2024-06-03": 61.0, "2024-06-10": 64.0}
    for when, people in (("2024-06-09", 61.0), ("2024-06-10", 64.0), ("2024-06-02", 0.0)):
        known = known_at(table, when)
        assert known[known.series == "arrivals_people"].value.sum() == people
    changed = pd.read_csv(out / "days_revisions.csv")
    assert changed[["value_before", "value"]].to_numpy().tolist() == [[61.0, 64.0]]
    again = corridor.import_file("home-office", tmp_path / "2024-06-10.ods", out=out)
    assert again.revised == 2 and len(pd.read_csv(out / "days.csv")) == len(table)
    facts = json.loads((out / "import.json").read_text(encoding="utf-8"))
    assert list(facts["editions"]) == ["2024-06-03", "2024-06-10"]
    assert facts["licence"] == "Open Government Licence v3.0"


@pytest.mark.parametrize(
    ("name", "vintage", "expected"),
    [("a.ods", None, "2024-06-03"), ("of_2024-06-10.ods", None, "2024-06-10"), ("a.ods", "2024-07-01", "2024-07-01")],
)
def test_the_day_of_a_file(tmp_path: Path, name: str, vintage: str | None, expected: str) -> None:
    result = corridor.import_file("home-office", edition(tmp_path / name), out=tmp_path / "out", vintage=vintage)
    assert f"{result.vintage}" == expected


def test_a_day_that_differs_from_ours_is_a_warning(tmp_path: Path) -> None:
    result = corridor.import_file("home-office", edition(tmp_path / "a.ods"), out=tmp_path / "out")
    assert any("days differ from results/observed/daily.csv" in line for line in result.warnings)


def test_the_command_prints_what_it_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("import", "home-office", edition(tmp_path / "a.ods"), "--out", tmp_path / "out") == 0
    said = capsys.readouterr().out
    assert "small boats by day, small boats by week; edition of 2024-06-03" in said
    assert "prevented_people, 2024-05-05 to 2024-05-12: 1 counted, 70 person-attempts in all; 1 not collected" in said
    assert f"corridor update {tmp_path / 'out' / 'daily.csv'}" in said


def test_the_command_refuses_without_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("import", "frontex", edition(tmp_path / "a.ods"), "--out", tmp_path / "out") == 2
    assert "has no table of a known layout in its sheets Notes, SB_01, SB_02" in capsys.readouterr().err
    assert ended("import", "home-office", tmp_path / "none.ods", "--out", tmp_path / "out") == 2
    assert "none.ods: no such file" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_holds_one_source(tmp_path: Path) -> None:
    corridor.import_file("home-office", edition(tmp_path / "a.ods"), out=tmp_path / "out")
    table = tmp_path / "b.csv"
    table.write_text("Route,BorderType,Nationality,JAN2020\nA,Sea,B,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="holds files of home-office"):
        corridor.import_file("frontex", table, out=tmp_path / "out")


def test_real_editions_are_read(tmp_path: Path) -> None:
    editions = sorted(FILES.glob("home_office_small_boats_time_series_*.ods"))
    if not editions:
        pytest.skip("the Home Office's files are not here: ../shared is absent")
    from corridor.results.observed import daily, read

    for path in editions:
        found = corridor.import_file("home-office", path, out=tmp_path / "out")
        known = daily().loc[found.ready["daily"].date.min() : found.ready["daily"].date.max()]
        assert found.ready["daily"].people.sum() == known.people.sum()
        assert f"{found.vintage}" in path.name
        assert [line for line in found.warnings if "2020: 8,462 people in the file, 8,466" in line]
    ours = read("monthly")
    ours = ours[ours.indicator == "prevented_people"].set_index("month").value
    theirs = found.ready["prevented_by_month"].set_index("month").value
    assert theirs.to_dict() == pytest.approx(ours[theirs.index].to_dict(), abs=0.06)
