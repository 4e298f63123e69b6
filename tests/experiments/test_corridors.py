"""Another corridor by files alone: it begins from those that ship, its map is checked, and its data are as stated."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import corridor
from corridor.experiments.config.data import map_check
from corridor.experiments.config.starter import CORRIDORS, corridors
from corridor.model import load_geography
from corridor.model.inputs.data_files import DATA, DataFiles
from corridor.results.plots.network import FLAGGED, draw_network
from tests.support.batches import ended

ATLANTIC = CORRIDORS / "atlantic"


def test_a_corridor_that_ships_is_copied_whole_and_valid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert corridors() == ["atlantic"]
    assert ended("init", "mine", "--from", "atlantic") == 0
    copied = {path.relative_to("mine"): path.read_bytes() for path in Path("mine").rglob("*") if path.is_file()}
    assert copied == {path.relative_to(ATLANTIC): path.read_bytes() for path in ATLANTIC.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert ended("check", "mine/experiment.yaml") == 0
    assert "sampled from the climate" in capsys.readouterr().out
    assert ended("init", "other", "--from", "atlantis") == 2
    assert "--from: 'atlantis' is no corridor that ships; did you mean 'atlantic'?" in capsys.readouterr().err
    assert not Path("other").exists()


def test_entries_of_the_atlantic_are_those_that_ship_for_its_shore() -> None:
    shipped = pd.read_csv(DATA / "entries.csv")
    shipped = shipped[shipped.place == "western_sahara"].groupby(["month", "group"]).people.sum().round(1)
    own = pd.read_csv(ATLANTIC / "entries.csv").groupby(["month", "group"]).people.sum().round(1)
    pd.testing.assert_series_equal(own, shipped)


def test_every_row_of_the_atlantic_has_a_grade_and_a_source() -> None:
    for name in ("places", "legs", "groups", "history", "sea_climate", "parameters"):
        table = pd.read_csv(ATLANTIC / f"{name}.csv")
        assert table.grade.isin(["A", "B", "C"]).all(), name
        assert table.source.notna().all(), name
    (risk,) = pd.read_csv(ATLANTIC / "parameters.csv").set_index("name").default.loc[["death_base_per_10k"]]
    assert risk == round(4721 / 153115 * 1e4)
    assert "4,721 of 153,115" in (ATLANTIC / "README.md").read_text(encoding="utf-8")


def test_the_map_of_the_atlantic_has_no_remark_and_is_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("check-map", ATLANTIC, "--out", tmp_path / "map") == 0
    said = capsys.readouterr().out
    assert "14 places (3 entry, 1 hub, 4 camp, 4 sector, 1 port, 1 kent)" in said
    assert "0 remarks; figures: " in said
    assert (tmp_path / "map.png").exists()
    geography = load_geography(ATLANTIC / "places.csv", ATLANTIC / "legs.csv")
    axes = draw_network(geography, "x", places={0}, legs={3}).axes[0]
    assert {text.get_text(): text.get_color() for text in axes.texts}["bamako"] == FLAGGED
    lines = axes.collections[2]
    assert len(lines.get_segments()) == len(geography.mode)
    assert [k for k, width in enumerate(lines.get_linewidths()) if width > 1.0] == [3]


def own_map(folder: Path, more_places: str = "", more_legs: str = "") -> str:
    """The folder of the Atlantic's map with further rows."""
    for name, more in (("places", more_places), ("legs", more_legs)):
        text = (ATLANTIC / f"{name}.csv").read_text(encoding="utf-8")
        (folder / f"{name}.csv").write_text(text + more, encoding="utf-8")
    return str(folder)


def test_places_that_no_way_reaches_and_lengths_that_cannot_be_are_remarked_on(tmp_path: Path) -> None:
    place = "atar,Atar,MR,hub,20.5,-13.0,,,,A,map,\n"
    leg = "atar,camp_nouadhibou,road,9000,2,0,0,0,,C,x,\n"
    geography = map_check.read_map_of(own_map(tmp_path, place, leg))
    texts = [each.text for each in map_check.remarks(geography)]
    assert texts[0] == "atar: no way leads there from any entry point"
    assert texts[1].startswith("atar to camp_nouadhibou: 9000 km is more than 4 times the 4")
    assert texts[2] == "atar to camp_nouadhibou: 9000 km in 2 days are 4500 km a day by road; at most 1300"
    assert len(texts) == 3


def test_dead_ends_are_remarked_on() -> None:
    geography = load_geography()
    assert not map_check.dead_ends(geography)
    kent = int(geography.rows("kent")[0])
    as_hub = dataclasses.replace(geography, kinds=(*geography.kinds[:kent], "hub", *geography.kinds[kent + 1 :]))
    assert [each.text for each in map_check.dead_ends(as_hub)] == ["kent: no leg leads on from this hub"]


def test_mistakes_that_stop_a_run_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lost = own_map(tmp_path, "atar,Atar,MR,hub,20.5,-13.0,,,,A,map,\n", "bamako,atar,road,100,2,0,0,0,,C,x,\n")
    assert ended("check-map", lost) == 2
    said = capsys.readouterr().err
    assert "legs.csv: no way leads from 'atar' to any camp" in said
    assert "100 is less than the" in said
    assert ended("check-map", "nowhere.yaml") == 2
    assert "nowhere.yaml: is no file; allowed: an experiment file" in capsys.readouterr().err


@pytest.mark.slow
def test_a_map_on_which_no_place_has_more_than_two_ways_runs(tmp_path: Path) -> None:
    folder = Path(own_map(tmp_path))
    legs = (folder / "legs.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    third = ("nouakchott,camp_mbour", "nouakchott,camp_dakhla")
    (folder / "legs.csv").write_text("".join(row for row in legs if not row.startswith(third)), encoding="utf-8")
    geography = load_geography(folder / "places.csv", folder / "legs.csv")
    assert geography.out_legs.shape[1] == 2
    days = (date(2023, 8, 1), date(2023, 8, 20))
    files = DataFiles(entries=ATLANTIC / "entries.csv", groups=ATLANTIC / "groups.csv")
    records = corridor.simulate(
        corridor.Parameters(), corridor.Policy(), [1], *days, 100, geography=geography, files=files
    )
    assert records.daily["entered_people"].sum() > 0.0


@pytest.mark.slow
def test_the_atlantic_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = {"start": "2023-08-01", "end": "2023-10-31"}
    options = {"seeds": 1, "scale": 100, "settings": settings, "jobs": 1, "figures": ()}
    result = corridor.run(ATLANTIC / "experiment.yaml", out="out", **options)
    dataset = corridor.open_results(result.folder)
    assert float(dataset.arrivals_people.sum()) > 0.0
    assert float(dataset.lorry_attempts.sum()) == 0.0
    assert set(dataset.sector.values) == {"sector_senegal", "sector_mauritania", "sector_dakhla", "sector_tarfaya"}
