"""Files of the other publishers: every layout that is known, with small files of the same shape."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import corridor
from corridor.calibration.evidence.publishers import SOURCES
from corridor.calibration.evidence.targets import TARGETS, read_own
from corridor.model.engine.errors import InputError
from tests.support.spreadsheets import write_ods

FILES = Path(__file__).parents[5] / "shared" / "files"
QUARTERLY = ["Year", "Quarter", "Method of entry", "Nationality", "Region", "Sex", "Age Group", "Number of detections"]
WEB = "Web ID,Region of Incident,Reported Date,Number Dead,Total Dead and Missing,Cause of Death,Location Coordinates,Migration Route"  # noqa: E501
MAIN = "Main ID,Incident ID,Incident Date,Number of Dead,Total Number of Dead and Missing,Cause of Death,Coordinates,Migration Route"  # noqa: E501
LABELS = '"TIME","GEO","CITIZEN","SEX","AGE","ASYL_APP","UNIT","Value"'
SDMX = "DATAFLOW,LAST UPDATE,freq,unit,citizen,sex,applicant,age,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG"


def imported(source: str, path: Path, text: str = "") -> pd.DataFrame:
    """The records of a file with this text."""
    if text:
        path.write_text(text, encoding="utf-8")
    (frame,) = corridor.import_file(source, path, out=path.parent / "out").records.values()
    return frame


def refusal(source: str, path: Path, text: str = "") -> str:
    """What is said of a file with this text."""
    with pytest.raises(InputError) as error:
        imported(source, path, text)
    return "\n".join(error.value.problems)


def test_every_source_says_who_and_under_which_licence() -> None:
    assert all(each.publisher and each.licence and each.layouts for each in SOURCES.values())
    assert len({layout.name for each in SOURCES.values() for layout in each.layouts}) == sum(
        len(each.layouts) for each in SOURCES.values()
    )


def test_an_unknown_source_is_refused(tmp_path: Path) -> None:
    assert "allowed: home-office, " in refusal("homeoffice", tmp_path / "x.ods")


@pytest.mark.parametrize("sheet", ["Data - Irr_D01", "Data_IER_D01"])
def test_quarters_of_the_home_office(tmp_path: Path, sheet: str) -> None:
    rows = [
        [2020, f"2020 Q{quarter}", "Small boat arrivals", nation, "Europe", "Male", "25-39", count]
        for quarter in (1, 2, 3, 4)
        for nation, count in (("Albania", quarter), ("Iran", 100))
    ]
    rows.append([2021, "2021 Q1", "Small boat arrivals", "Albania", "Europe", "Male", "25-39", "[c]"])
    rows.append([2020, "2020 Q1", "Recorded detections in the UK", "Albania", "Europe", "Male", "25-39", 7])
    book = {"Cover": [["Irregular migration"]], sheet: [["A title"], QUARTERLY, *rows, ["End of table"], ["A note"]]}
    path = write_ods(tmp_path / "q.ods", book, "2021-05-27")
    result = corridor.import_file("home-office-quarterly", path, out=tmp_path / "out")
    frame = result.records["quarter"]
    assert len(frame) == len(rows) and frame.period.iloc[0] == "2020-Q1" and f"{result.vintage}" == "2021-05-27"
    assert frame[frame.status == "confidential"].value.isna().tolist() == [True]
    own = read_own(TARGETS["arrivals_albania"], tmp_path / "out" / "arrivals_albania.csv")
    assert own.to_dict() == {"2020": 10.0}  # 2021 is not whole; other methods are none
    assert [line for line in result.warnings if line.startswith("small boats 2020: 410 people in the file, 8,466")]


def test_quarters_that_are_none_are_refused(tmp_path: Path) -> None:
    row = [2020, "2025 (Jan - Sep)", "Small boat arrivals", "Iran", "x", "Male", "25-39", 1]
    path = write_ods(tmp_path / "q.ods", {"Data_IER_D01": [["A title"], QUARTERLY, row]})
    said = refusal("home-office-quarterly", path)
    assert said == ("q.ods, sheet Data_IER_D01, row 3, Quarter: '2025 (Jan - Sep)'; allowed: a quarter such as 2018 Q1")


@pytest.mark.parametrize(
    "head",
    [
        [["Route", "Border type or inland", "Nationality", "JAN2020", "FEB2020"]],
        [[], ["Route", "BorderLocation", "NationalityLong", 43831, 43862]],
        [[""], ["Route", "BorderType", "Nationality", "2020-01-01", "2020-02-01"]],
    ],
)
def test_detections_of_frontex(tmp_path: Path, head: list) -> None:
    rows = [["Western Balkan Route", "Land", "Kosovo*", 3, 4], ["Western Balkan Route", "Land", "Syria", 10, 20]]
    book = {"Detections": [*head, *rows], "Notes": [["Source: FRAN data as of 03JUN25"]]}
    result = corridor.import_file("frontex", write_ods(tmp_path / "f.ods", book), out=tmp_path / "out")
    frame = result.records["month"]
    assert frame[["nationality", "period", "value"]].to_numpy().tolist() == [
        ["Kosovo*", "2020-01", 3.0],
        ["Kosovo*", "2020-02", 4.0],
        ["Syria", "2020-01", 10.0],
        ["Syria", "2020-02", 20.0],
    ]
    assert f"{result.vintage}" == "2025-06-03" and set(frame.unit) == {"detections"}
    assert result.ready["frontex_monthly"].detections.tolist() == [13.0, 24.0]
    assert any("results/observed" in line for line in result.warnings)


def test_detections_that_are_none_are_refused(tmp_path: Path) -> None:
    book = {"Data": [["Route", "BorderType", "Nationality", "JAN2020"], ["A", "Sea", "B", "many"]]}
    said = refusal("frontex", write_ods(tmp_path / "f.ods", book))
    assert said == "f.ods, sheet Data, row 2, JAN2020: 'many'; allowed: a number from 0"


def test_no_column_with_a_month_is_refused(tmp_path: Path) -> None:
    book = {"Data": [["Route", "BorderType", "Nationality", "January"], ["A", "Sea", "B", 1]]}
    assert "row 1: no column is titled with a month; one is expected" in refusal(
        "frontex", write_ods(tmp_path / "f.ods", book)
    )


@pytest.mark.parametrize(
    ("header", "row", "day", "route"),
    [
        (WEB, '52519,Europe,29-Oct-19,4,"1,022",Drowning,"51.0, 1.5",Calais to United Kingdom', "2019-10-29", 0),
        (WEB, '1,Europe,"January 05, 2020",4,"1,022",Drowning,"51.0, 1.5",English Channel to the UK', "2020-01-05", 1),
        (MAIN, '2023.M1,2023.M1a,2023-01-06,4,"1,022",Drowning,"51.0, 1.5",Mainland Europe to the UK', "2023-01-06", 2),
        (
            MAIN.replace("Incident Date", "Website Date"),
            '2026.M1,a,"Thu, 01/08/2026 - 12:00",4,"1,022",Drowning,"51.0, 1.5",English Channel to the UK',
            "2026-01-08",
            1,
        ),
        ("Reported Date,Total Number of Dead and Missing,Coordinates", '"January 6, 2014","1,022","51.0, 1.5"', "", 3),
    ],
)
def test_incidents_of_iom(tmp_path: Path, header: str, row: str, day: str, route: int) -> None:
    frame = imported("iom-missing-migrants", tmp_path / "i.csv", f"\ufeff{header}\n{row}\n")
    total = frame[frame.series == "dead_and_missing"].iloc[0]
    assert (total.value, total.lat, total.lon, total.status) == (1022.0, 51.0, 1.5, "counted")
    assert total.period == (day or "2014-01-06")
    routes = ("Calais to United Kingdom", "English Channel to the UK", "Mainland Europe to the UK", "")
    assert total.route == routes[route]


@pytest.mark.parametrize("code", ["-1", "-2", "-5"])
def test_unknown_numbers_are_no_counts(tmp_path: Path, code: str) -> None:
    text = f'{MAIN}\n2023.M1,a,2023-01-06,{code},2,Drowning,"51, 1.5",\n2023.M1,b,2023-01-06,,3,Drowning,,\n'
    dead = imported("iom-missing-migrants", tmp_path / "i.csv", text).query("series == 'dead'")
    assert dead.status.tolist() == ["unknown", "not reported"] and dead.value.isna().all()
    assert dead.note.tolist() == [code, ""] and dead.main_incident.tolist() == ["2023.M1", "2023.M1"]


def test_the_drowned_of_the_channel_by_year(tmp_path: Path) -> None:
    rows = [
        ("a", "2021-01-02", 3, "Drowning", "English Channel to the UK"),
        ("b", "2021-11-24", 31, "Mixed or unknown, drowning", "Mainland Europe to the UK"),
        ("c", "2021-12-01", 39, "Vehicle accident", "Mainland Europe to the UK"),  # a lorry
        ("d", "2021-12-02", 50, "Drowning", "Central Mediterranean"),
        ("e", "2022-03-02", 4, "Drowning", "English Channel to the UK"),  # a year that is not whole
    ]
    lines = [f'm,{name},{day},,{dead},"{cause}",,{route}' for name, day, dead, cause, route in rows]
    (tmp_path / "i.csv").write_text("\n".join([MAIN, *lines]), encoding="utf-8")
    result = corridor.import_file("iom-missing-migrants", tmp_path / "i.csv", out=tmp_path / "out")
    own = read_own(TARGETS["deaths_channel"], tmp_path / "out" / "deaths_channel.csv")
    assert own.to_dict() == {"2021": 34.0}
    assert any(line == "deaths_channel 2021: 34 deaths in the file, 37 in results/observed" for line in result.warnings)


@pytest.mark.parametrize(("day", "known"), [("2021-12-05", False), ("2022-01-20", True)])
def test_a_year_is_whole_only_when_it_is_over_on_the_day_of_the_file(tmp_path: Path, day: str, known: bool) -> None:
    rows = [f"m,{month},2021-{month}-02,,3,Drowning,,English Channel to the UK" for month in ("01", "11", "12")]
    path = tmp_path / f"incidents_{day}.csv"
    path.write_text("\n".join([MAIN, *rows]), encoding="utf-8")
    result = corridor.import_file("iom-missing-migrants", path, out=tmp_path / "out")
    assert ("deaths_channel" in result.ready) == known


def test_a_tab_within_a_text_does_not_part_it(tmp_path: Path) -> None:
    text = f"{MAIN}\nm,a,2023-01-06,4,2,Drowning\tat a beach,,English Channel to the UK\n"
    dead = imported("iom-missing-migrants", tmp_path / "i.csv", text).query("series == 'dead'")
    assert dead.value.tolist() == [4.0] and dead.cause.tolist() == ["Drowning at a beach"]


def test_an_incident_that_appears_twice_is_refused(tmp_path: Path) -> None:
    text = f"{MAIN}\nm,a,2023-01-06,1,2,x,,\nm,a,2023-02-06,1,2,x,,\n"
    assert (
        refusal("iom-missing-migrants", tmp_path / "i.csv", text) == "i.csv, row 3: a stands there twice; allowed: once"
    )


def test_a_day_that_may_be_read_in_two_ways_is_refused(tmp_path: Path) -> None:
    said = refusal("iom-missing-migrants", tmp_path / "i.csv", f"{MAIN}\nm,a,01/02/2023,1,2,x,,\n")
    assert "row 2, Incident Date: '01/02/2023'; allowed: a day" in said


@pytest.mark.parametrize(
    ("answer", "period", "series"),
    [
        ({"data": {"timeseries": [{"data_date": "2022-03-01", "individuals": "1022"}]}}, "2022-03-01", "individuals"),
        ({"data": {"timeseries": [{"year": 2022, "month": 3, "individuals": 1022}]}}, "2022-03", "individuals"),
        (
            {"data": [{"geomaster_name": "Italy", "date": "2022-03-01", "individuals": 1022}]},
            "2022-03-01",
            "individuals",
        ),
        ({"items": [{"year": 2022, "coo_name": "Syria", "coa_name": "Italy", "refugees": 1022}]}, "2022", "refugees"),
    ],
)
def test_answers_of_unhcr(tmp_path: Path, answer: dict, period: str, series: str) -> None:
    frame = imported("unhcr", tmp_path / "u.json", json.dumps(answer))
    assert frame[["period", "series", "value"]].to_numpy().tolist() == [[period, series, 1022.0]]


def test_tables_of_unhcr(tmp_path: Path) -> None:
    header = "Year,Country of origin,Country of origin (ISO),Country of asylum,Country of asylum (ISO),Refugees under UNHCR's mandate,Asylum-seekers"  # noqa: E501
    frame = imported(
        "unhcr", tmp_path / "u.csv", f"{header}\n2022,Syria,SYR,Italy,ITA,*,-\n2023,Syria,SYR,Italy,ITA,5,0\n"
    )
    assert frame.status.tolist() == ["confidential", "not available", "counted", "counted"]
    assert frame.value.tolist()[2:] == [5.0, 0.0] and frame.value.isna().sum() == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ('{"page": 1}', "holds no list of objects"),
        ('{"items": [{"year": "x", "country_name": "Italy", "value": 1}]}', "row 2, year: 'x'; allowed: a year"),
    ],
)
def test_answers_that_are_none_are_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal("unhcr", tmp_path / "u.json", text)


@pytest.mark.parametrize(
    "text",
    [
        f'{LABELS}\n"2008M01","Belgium","Total","Total","Total","Asylum applicant","Person","18,420"\n'
        '"2008M02","Belgium","Total","Total","Total","Asylum applicant","Person",":"\n',
        f"{SDMX}\nESTAT:MIGR(1.0),25/11/25 23:00:00,M,PER,TOTAL,T,ASY_APP,TOTAL,BE,2008-01,18420,p\n"
        "ESTAT:MIGR(1.0),25/11/25 23:00:00,M,PER,TOTAL,T,ASY_APP,TOTAL,BE,2008-02,:,c\n",
        "freq,unit,citizen,sex,asyl_app,age,geo\\TIME_PERIOD\t2008-01 \t2008-02 \n"
        "M,PER,TOTAL,T,ASY_APP,TOTAL,BE\t18420 p\t: \n",
        "unit,citizen,sex,applicant,age,geo\\time\t2008M01 \t2008M02 \nPER,TOTAL,T,FRST,TOTAL,BE\t18420 \t:c \n",
    ],
)
def test_applicants_of_eurostat(tmp_path: Path, text: str) -> None:
    frame = imported("eurostat", tmp_path / "e.csv", text)
    assert frame.period.tolist() == ["2008-01", "2008-02"] and frame.value.iloc[0] == 18_420.0
    assert frame.status.iloc[0] == "counted" and frame.value.isna().tolist() == [False, True]
    assert frame.status.iloc[1] == ("confidential" if ":c" in text else "not available")
    assert frame.note.iloc[0] == ("p" if "20 p" in text or ",p\n" in text else "")


def test_years_of_eurostat(tmp_path: Path) -> None:
    text = (
        "freq,unit,citizen,sex,applicant,age,geo\\TIME_PERIOD\t2008 \t2009 \nA,PER,TOTAL,T,FRST,TOTAL,BE\t10 \t20 b\n"
    )
    frame = imported("eurostat", tmp_path / "e.tsv", text)
    assert frame.period.tolist() == ["2008", "2009"] and frame.applicant.unique().tolist() == ["FRST"]


def test_real_files_are_read(tmp_path: Path) -> None:
    if not FILES.is_dir():
        pytest.skip("the publishers' files are not here: ../shared is absent")
    iom = []
    for path in sorted(FILES.glob("iom_missing_migrants_*_layout.csv")):
        (frame,) = corridor.import_file("iom-missing-migrants", path, out=tmp_path / path.stem).records.values()
        iom.append(frame[frame.series == "dead_and_missing"])
    assert [len(each) for each in iom] == [199, 199, 199] and all((each.status == "counted").all() for each in iom)
    asylum = corridor.import_file("eurostat", FILES / "eurostat_asylum_monthly_labels.csv", out=tmp_path / "e")
    assert asylum.records["month"].status.value_counts().to_dict() == {"counted": 396, "not available": 3}


@pytest.mark.slow
def test_the_real_detections_agree_with_ours(tmp_path: Path) -> None:
    path = FILES / "frontex_detections_2025-06.xlsx"
    if not path.is_file():
        pytest.skip("Frontex's file is not here: ../shared is absent")
    result = corridor.import_file("frontex", path, out=tmp_path)
    assert not result.warnings and f"{result.vintage}" == "2025-06-03"
    assert {"Kosovo*", "Palestine^"} <= set(result.records["month"].nationality)
