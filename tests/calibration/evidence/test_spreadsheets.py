"""The Home Office's spreadsheet: what is read of it, and what is refused; with a small file of the same layout."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from corridor.calibration.evidence.spreadsheets import read_published
from corridor.model.engine.errors import InputError

HEADER = ("Date", "Migrants arrived", "Boats arrived", "Boats arrived - involved in uncontrolled landings", "Notes")
DAYS = [("2026-01-01", 0, 0), ("2026-01-02", 61, 1), ("2026-01-03", 0, 0)]
NAMES = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'  # noqa: E501
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    "</manifest:manifest>"
)


def cell(value: object) -> str:
    """A cell of an ODS: a day, a number, or text."""
    if isinstance(value, int):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    if str(value).startswith("20"):
        return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def written(
    folder: Path, rows: list[tuple[object, ...]], sheet: str = "SB_01", header: tuple[str, ...] = HEADER
) -> Path:
    """A spreadsheet with these rows below the header."""
    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in (header, *rows))
    body = f'<table:table table:name="{sheet}">{lines}</table:table>'
    content = f"<office:document-content {NAMES}><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"  # noqa: E501
    path = folder / "boats.ods"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("content.xml", content)
        file.writestr("META-INF/manifest.xml", MANIFEST)
    return path


def test_days_are_read_in_their_order(tmp_path: Path) -> None:
    rows = [(*day, "-", "") for day in DAYS[::-1]]
    found = read_published(written(tmp_path, rows))
    assert found.index.tolist() == pd.to_datetime([day for day, *_ in DAYS]).tolist()
    assert found.people.tolist() == [0.0, 61.0, 0.0] and found.boats.tolist() == [0.0, 1.0, 0.0]


def test_a_csv_of_the_same_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("date,people,boats\n" + "".join(f"{d},{p},{b}\n" for d, p, b in DAYS), encoding="utf-8")
    pd.testing.assert_frame_equal(read_published(path), read_published(written(tmp_path, DAYS)), check_freq=False)


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        (DAYS, {"sheet": "SB_02"}, "has no sheet 'SB_01'"),
        (DAYS, {"header": ("Date", "Arrived", "Boats arrived")}, "row 1: no column 'Migrants arrived'"),
        ([("2026-01-01", "-", 0)], {}, r"row 2, Migrants arrived: '-'; allowed: a number from 0"),
        ([("January", 1, 1)], {}, "row 2, Date: 'January'; allowed: a day"),
        ([*DAYS, DAYS[0]], {}, "2026-01-01 stands there twice"),
        ([DAYS[0], DAYS[2]], {}, "2026-01-02 has no row"),
    ],
)
def test_what_is_wrong_is_refused(tmp_path: Path, rows: list, options: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_published(written(tmp_path, rows, **options))


def test_a_file_that_is_no_spreadsheet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.ods").write_text("nothing", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read as a spreadsheet"):
        read_published(tmp_path / "x.ods")


def test_real_editions_are_read() -> None:
    folder = Path(__file__).parents[4] / "shared" / "files"
    editions = sorted(folder.glob("home_office_small_boats_time_series_*.ods"))
    if not editions:
        pytest.skip("the Home Office's files are not here: ../shared is absent")
    from corridor.results.observed import daily

    for path in editions:
        found = read_published(path)
        known = daily().loc[found.index[0] : found.index[-1]]
        assert found.people.sum() == pytest.approx(known.people.sum(), rel=0.01)
