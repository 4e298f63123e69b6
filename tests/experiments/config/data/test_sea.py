"""Where the nights of an experiment come from: the user's own file, the record up to a day, or the climate."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

import corridor
from corridor.experiments.config.data.sea import SeaRecord
from corridor.experiments.config.loading import load
from corridor.experiments.config.settings import Setting
from corridor.experiments.execution.cases import provenance
from corridor.experiments.execution.cases.case import run_definition
from corridor.experiments.execution.run import plan_of
from corridor.results.observed import DAILY
from corridor.results.store import run_folder
from tests.support.batches import ended

TEXT = """\
title: Seas
start: 2022-10-01
end: 2022-10-31
scale: 500
seeds: 1
worlds:
  mine: {title: A sea of its own, policies: [], sea: mine.csv}
  plain: {title: As shipped, policies: []}
baseline: plain
past: none
"""
MINE = "date,window,wind,wave\n2022-10-03,0,,\n2022-10-04,,4.5,0.4\n2023-01-01,1,,\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an experiment of which one world has a sea of its own."""
    (tmp_path / "x.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "mine.csv").write_text(MINE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def identities(*settings: str) -> dict[str, str]:
    """World -> the identity of its cases, with some settings KEY=VALUE."""
    given = [Setting("--set", *text.split("=")) for text in settings]
    return {each.case.world: each.identity for each in plan_of(load(Path("x.yaml"), given))}


def test_nights_come_from_the_own_file_then_the_record_then_the_climate(folder: Path) -> None:
    experiment = load(Path("x.yaml"), [Setting("--set", "sea_record_until", "2022-10-10")])
    assert experiment.nights_of("mine") == {"own file": 2, "record": 8, "climate": 21}
    assert experiment.nights_of("plain") == {"own file": 0, "record": 10, "climate": 21}
    assert load(Path("x.yaml")).nights_of("plain") == {"own file": 0, "record": 31, "climate": 0}
    drawn = load(Path("x.yaml"), [Setting("--set", "sea", "sampled")])
    assert drawn.nights_of("mine") == {"own file": 2, "record": 0, "climate": 29}
    assert drawn.sea_record_of("plain") is None


def test_the_identity_of_a_case_holds_the_record_as_far_as_it_is_used(folder: Path) -> None:
    plain = identities()
    assert plain["mine"] != plain["plain"]
    assert identities("sea_record_until=2025-12-31") == plain == identities("sea_record_until=2030-01-01")
    others = [identities(f"sea_record_until={day}")["plain"] for day in ("2022-10-10", "2022-10-11")]
    drawn = identities("sea=sampled")["plain"]
    assert len({plain["plain"], drawn, *others}) == 4


def test_later_rows_of_a_record_of_ones_own_are_not_in_a_case(folder: Path) -> None:
    rows = DAILY.read_text(encoding="utf-8").splitlines()
    (folder / "own.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    before = identities("sea_record=own.csv", "sea_record_until=2022-10-10")["plain"]
    last = next(k for k, row in enumerate(rows) if row.startswith("2022-10-10"))
    (folder / "own.csv").write_text("\n".join(rows[: last + 1]) + "\n", encoding="utf-8")
    assert identities("sea_record=own.csv", "sea_record_until=2022-10-10")["plain"] == before
    (folder / "own.csv").write_text("\n".join(rows[:last]) + "\n", encoding="utf-8")
    assert identities("sea_record=own.csv", "sea_record_until=2022-10-10")["plain"] != before
    experiment = load(Path("x.yaml"), [Setting("--set", "sea_record", "own.csv")])
    assert "sea_record" in provenance.inputs_of(experiment)["plain"]


def test_a_case_runs_with_the_record_that_its_definition_names(folder: Path) -> None:
    """A shut sea of one's own lets nobody cross; the record has crossings in that month, and a case from it, too."""
    nights = "".join(f"2022-10-{day:02d},0\n" for day in range(1, 32))
    (folder / "mine.csv").write_text("date,window\n" + nights, encoding="utf-8")
    experiment = load(Path("x.yaml"))
    inputs = provenance.inputs_of(experiment)
    by_world = {
        case.world: run_definition(provenance.definition_of(experiment, case, inputs), case.seeds)
        for case in experiment.cases()
    }
    assert by_world["mine"].daily["crossing_nights"].sum() == 0
    crossed = [row.split(",")[1] != "0" for row in DAILY.read_text(encoding="utf-8").splitlines() if "2022-10-" in row]
    assert (by_world["plain"].daily["crossing_nights"][0][crossed] == 1).all() and any(crossed)


def test_a_run_says_how_many_nights_come_from_each_source(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("x.yaml", "--set", "sea_record_until=2022-10-10")
    assert ended("check", *asked) == 0
    said = capsys.readouterr().out
    assert "sea of mine: 2 nights from the file of your own, 8 nights from the record" in said
    assert "sea of plain: 10 nights from the record of boats by day (daily.csv), 21 nights sampled" in said
    assert ended("run", *asked, "--out", "out", "--jobs", "1") == 0
    manifest = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    assert manifest["sea_nights"]["mine"] == {"own file": 2, "record": 8, "climate": 21}
    assert manifest["sea_record"]["until"] == "2022-10-10"
    assert ended("reproduce", str(next(Path("out/cases").glob("*.nc")))) == 0
    assert not run_folder.inspect_run(Path("out")).missing.size


def test_the_record_is_the_default_from_python_too(folder: Path) -> None:
    assert corridor.load("x.yaml").definition.sea_record_of("plain") == SeaRecord(DAILY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sea: sampled\nsea_record_until: 2022-10-02\n", "line 12, sea_record_until: is not used, as `sea`"),
        ("sea: sampled\nsea_record: mine.csv\n", "line 12, sea_record: is not used, as `sea` is 'sampled'"),
        ("sea_record_until: soon\n", "line 11, sea_record_until: 'soon' is not a date"),
    ],
)
def test_keys_that_contradict_each_other_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, expected: str
) -> None:
    (folder / "x.yaml").write_text(TEXT + text, encoding="utf-8")
    assert ended("check", "x.yaml") == 2
    assert expected in capsys.readouterr().err


def test_a_single_world_cannot_be_drawn(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "x.yaml").write_text(TEXT.replace("sea: mine.csv", "sea: sampled"), encoding="utf-8")
    assert ended("check", "x.yaml") == 2
    assert capsys.readouterr().err.splitlines() == [
        "x.yaml, line 7, worlds.mine.sea: 'sampled' is not allowed; allowed: a CSV file, or this for all worlds"
    ]


def test_an_own_file_without_any_day_of_the_run_is_noted(folder: Path) -> None:
    (folder / "mine.csv").write_text("date,wind\n2021-01-01,3\n", encoding="utf-8")
    assert load(Path("x.yaml")).notes == (
        "mine.csv: has none of the days of the run, 2022-10-01 to 2022-10-31, and is not used",
    )


def test_a_record_is_cut_after_its_last_day() -> None:
    record = SeaRecord(DAILY, date(2022, 10, 31))
    assert record.identity["until"] == "2022-10-31"
    assert record.text.splitlines()[-1].startswith("2022-10-31,")
    assert SeaRecord(DAILY).text == DAILY.read_text(encoding="utf-8")
    assert SeaRecord(DAILY, date(2025, 12, 31)).identity == SeaRecord(DAILY).identity
