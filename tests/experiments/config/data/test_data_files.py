"""Data files of the user: what is wrong is refused with its file and row."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridor.experiments.config.loading import load
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.groups import GROUPS
from tests.support.refusals import EXPERIMENT, refused, replace

SMALL = Path(__file__).parents[3] / "data"


@pytest.mark.parametrize("key", ["entries", "groups", "history", "legs", "places", "sea", "sea_climate", "sea_record"])
def test_a_wrong_table_of_the_user_is_refused_by_its_name(
    folder: Path, capsys: pytest.CaptureFixture[str], key: str
) -> None:
    (folder / "mine.csv").write_text("month,place\n2018-01,nowhere\n", encoding="utf-8")
    replace(folder / "x.yaml", "seeds: 3", f"seeds: 3\n{key}: mine.csv")
    said = refused(capsys, "check", "x.yaml")
    assert said and all("mine.csv" in line for line in said)


def test_entries_must_cover_the_months_of_the_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"2022-{month:02d},libya_west,syria,10.0\n" for month in range(1, 11))
    (folder / "mine.csv").write_text("month,place,group,people\n" + rows, encoding="utf-8")
    replace(folder / "x.yaml", "seeds: 3", "seeds: 3\nentries: mine.csv")
    assert refused(capsys, "check", "x.yaml") == ["mine.csv, month: 2 months of the run are missing, the first 2022-11"]


def test_a_map_without_the_entry_points_of_the_shipped_entries_needs_entries_of_its_own(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = (DATA / "places.csv").read_text(encoding="utf-8").replace("minsk,", "brest,")
    (folder / "places.csv").write_text(rows, encoding="utf-8")
    (folder / "legs.csv").write_text(
        (DATA / "legs.csv").read_text(encoding="utf-8").replace("minsk,", "brest,"), encoding="utf-8"
    )
    replace(folder / "x.yaml", "seeds: 3", "seeds: 3\nplaces: places.csv\nlegs: legs.csv")
    assert refused(capsys, "check", "x.yaml") == [
        "x.yaml, line 6, places: lacks minsk, where shipped entries come in; allowed: your own entries, too"
    ]


def own_network(folder: Path, keys: str, old: str = "", new: str = "") -> None:
    """The network of the tests and its entries, with another text in its legs, named by some keys."""
    for name in ("places", "legs", "entries"):
        text = (SMALL / f"small_{name}.csv").read_text(encoding="utf-8")
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    if old:
        replace(folder / "legs.csv", old, new)
    named = "".join(f"{key}: {key}.csv\n" for key in keys.split())
    text = EXPERIMENT.replace("2022-01-01", "2022-10-01").replace("2022-12-31", "2022-10-31")
    (folder / "x.yaml").write_text(text + named, encoding="utf-8")


def test_a_mistake_of_the_map_says_nothing_of_its_entries(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own_network(folder, "places legs entries")
    assert load(Path("x.yaml")).data_files
    own_network(folder, "places legs entries", "293,1.5,3500,0.35", "293,1.5,3500,1.5")
    (said,) = refused(capsys, "check", "x.yaml")
    assert said.startswith("legs.csv, row 2, p_stop: '1.5' is not allowed")


@pytest.mark.parametrize("command", ["check", "check-map"])
def test_places_without_their_legs_are_refused_in_a_line(
    folder: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    own_network(folder, "places entries")
    (said,) = refused(capsys, command, "x.yaml")
    assert said.startswith("places is given, legs is not; the shipped legs do not fit these places: legs.csv, row ")
    assert said.endswith(" more")


def test_the_shipped_legs_may_have_the_users_values_of_their_places(folder: Path) -> None:
    text = (DATA / "places.csv").read_text(encoding="utf-8")
    (folder / "mine.csv").write_text(text.replace("Minsk", "Miensk"), encoding="utf-8")
    replace(folder / "x.yaml", "seeds: 3", "seeds: 3\nplaces: mine.csv")
    assert "Miensk" in load(Path("x.yaml")).geography_of("without").names


def test_more_people_than_a_machine_holds_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"2022-{month:02d},libya_west,syria,1e6\n" for month in range(1, 13))
    (folder / "mine.csv").write_text("month,place,group,people\n" + rows, encoding="utf-8")
    replace(folder / "x.yaml", "seeds: 3", "seeds: 3\nentries: mine.csv")
    assert load(Path("x.yaml")).expected_agents == 134_000
    (said,) = refused(capsys, "check", "x.yaml", "--scale", "0.5")
    assert said.startswith("command line --scale: gives about 26,402,000 agents; allowed: 20,000,000")


BAD_TABLES = [
    (
        "entries",
        "month,place,group,people\n2022-01,air,iran,5\n2022-01,air,iran,x\n2022-1,air,iran,-1\n",
        [
            "mine.csv, row 3, people: 'x' is not allowed; a number from 0 to 1e+06",
            "mine.csv, row 3: the entry '2022-01, air, iran' appears more than once; once each",
            "mine.csv, row 4, month: '2022-1' is not allowed; a month such as 2022-11",
            "mine.csv, row 4, people: '-1' is not allowed; a number from 0 to 1e+06",
        ],
    ),
    (
        "sea",
        "date,window,wind,wave\n2022-01-01,0.4,,\n2022-01-01,1.2,,\n2022-02-30,,-1,30\n",
        [
            "mine.csv, row 3, window: '1.2' is not allowed; a number from 0 to 1",
            "mine.csv, row 3: the day '2022-01-01' appears more than once; once each",
            "mine.csv, row 4, date: '2022-02-30' is not allowed; a date such as 2022-11-14",
            "mine.csv, row 4, wind: '-1' is not allowed; a number from 0 to 60",
            "mine.csv, row 4, wave: '30' is not allowed; a number from 0 to 20",
        ],
    ),
    (
        "sea",
        "date,window,wave\n2022-01-01,0,\n2022-01-02,,0.5\n",
        ["mine.csv, row 3: 2022-01-02 has neither window nor wind; one of them is needed"],
    ),
    (
        "sea",
        "date,state\n2022-01-01,red\n",
        ["mine.csv, row 1: column 'state' is not known; allowed: date, window, wind, wave"],
    ),
    (
        "sea_record",
        "date,people,boats\n2022-01-01,30,1\n2022-01-01,-2,\n",
        [
            "mine.csv, row 3, people: '-2' is not allowed; a number from 0",
            "mine.csv, row 3, boats: is empty; a number from 0 is expected",
            "mine.csv, row 3: the day '2022-01-01' appears more than once; once each",
        ],
    ),
    (
        "sea",
        "date;window\n2022-01-01;0,5\n",
        ["mine.csv, row 1: cells are separated by ';'; save it as CSV with commas, and decimals with points"],
    ),
    (
        "groups",
        "group,share_uk,low,high,removable\nalbania,1.2,0,1,0\nnorway,0.1,0,1,0\nalbania,0.5,0,1,\n",
        [
            "mine.csv, row 2, share_uk: '1.2' is not allowed; a number from 0 to 1",
            f"mine.csv, row 3, group: 'norway' is not allowed; one of {', '.join(GROUPS)}",
            "mine.csv, row 4, removable: is empty; a number from 0 to 1 is expected",
            "mine.csv, row 4: the group 'albania' appears more than once; once each",
        ],
    ),
    (
        "groups",
        "group,share_uk,low,high,removable\nalbania,0.5,0,1,0\n",
        [f"mine.csv, group: {', '.join(GROUPS[1:])} are missing; every group has a row"],
    ),
    (
        "groups",
        "group,share_uk,low,high,removable\n"
        + "".join(f"{group},{0.6 if group == 'albania' else 0.8},0.7,0.9,0\n" for group in GROUPS),
        ["mine.csv, row 2, share_uk: 0.6 is not between low 0.7 and high 0.9"],
    ),
    (
        "history",
        "date,input,value\n2018-01-01,officers,22\n",
        [
            "mine.csv, row 2, input: 'officers' is not allowed; one of officers_coast, lorry_access",
        ],
    ),
    (
        "history",
        "date,input,value\n2018-01-01,officers_coast,22\n",
        [
            "mine.csv, input: lorry_access is missing; allowed: a row or more of each of officers_coast, lorry_access",
        ],
    ),
    (
        "sea_climate",
        "month,mean_wind,celsius\n" + "".join(f"{k},8,12\n" for k in range(1, 12)),
        ["mine.csv, month: 12 are missing; every month has a row"],
    ),
    (
        "sea_climate",
        "month,mean_wind,celsius\n" + "".join(f"{k},{0 if k == 3 else 8},12\n" for k in range(1, 13)),
        ["mine.csv, row 4, mean_wind: '0' is not allowed; a number from 0.1 to 40"],
    ),
]


@pytest.mark.parametrize(("key", "content", "expected"), BAD_TABLES)
def test_every_mistake_of_a_table_is_reported_with_its_row(
    folder: Path, capsys: pytest.CaptureFixture[str], key: str, content: str, expected: list[str]
) -> None:
    (folder / "mine.csv").write_text(content, encoding="utf-8")
    replace(folder / "x.yaml", "seeds: 3", f"seeds: 3\n{key}: mine.csv")
    assert refused(capsys, "check", "x.yaml") == expected
