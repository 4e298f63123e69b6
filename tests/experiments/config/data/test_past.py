"""The past of an experiment: which days are simulated before the first that is recorded, and where that is declared."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from corridor.experiments.config.data.past import covered_from, past_of
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.loading import load
from corridor.experiments.config.settings import Setting
from corridor.experiments.execution.cases import provenance
from corridor.experiments.execution.cases.case import Definition, run_definition
from corridor.model import load_geography
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.entries import read_entries
from tests.support.batches import ended

EXPERIMENT = """\
title: A late start
start: 2018-03-10
end: 2018-03-20
scale: 1000
seeds: 2
worlds:
  more: {title: More officers, policies: [officers.yaml]}
  fewer: {title: Fewer arrivals, policies: []}
baseline: fewer
"""
OFFICERS = "{title: More, reference: A test, levers: {patrol_officers: [{from: 2018-02-01, to: 2.5}]}}\n"
GEOGRAPHY = load_geography()
ENTRIES = pd.read_csv(DATA / "entries.csv")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the experiment, which is also the current directory."""
    (tmp_path / "x.yaml").write_text(EXPERIMENT, encoding="utf-8")
    (tmp_path / "officers.yaml").write_text(OFFICERS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def loaded(**keys: str) -> Experiment:
    return load(Path("x.yaml"), [Setting("--set", key.replace("__", "."), text) for key, text in keys.items()])


def definitions(experiment: Experiment) -> list[Definition]:
    inputs = provenance.inputs_of(experiment)
    return [provenance.definition_of(experiment, case, inputs) for case in experiment.cases()]


def months_without(*missing: str) -> pd.DataFrame:
    return ENTRIES[~ENTRIES.month.isin(missing)]


def test_a_later_start_has_a_past_from_2018_on_and_says_so(folder: Path) -> None:
    experiment = loaded()
    assert experiment.first_day == date(2018, 1, 1)
    assert "past: the days from 2018-01-01 to 2018-03-09 are simulated, too, and not recorded" in experiment.notes
    none, early = loaded(past="none"), loaded(start="2018-01-01")
    assert none.first_day == date(2018, 3, 10) and early.first_day == date(2018, 1, 1)
    assert not any(note.startswith("past") for each in (none, early) for note in each.notes)


def test_the_past_is_in_identity_and_configuration(folder: Path) -> None:
    with_past, without = loaded(), loaded(past="none")
    one, other = definitions(with_past)[0], definitions(without)[0]
    assert one.identity != other.identity
    assert (one.configuration["past_from"], one.configuration["start"]) == ("2018-01-01", "2018-03-10")
    assert other.configuration["past_from"] == "2018-03-10"
    written = provenance.configuration(with_past)
    assert (written["past"], written["past_from"]) == ("simulated", "2018-01-01")


def test_a_case_with_a_past_records_its_own_days_and_its_policy_acted_before(folder: Path) -> None:
    more, fewer = (run_definition(each, [1]) for each in definitions(loaded())[:2])
    late, _ = (run_definition(each, [1]) for each in definitions(loaded(past="none"))[:2])
    assert more.dates == late.dates and more.dates[0] == date(2018, 3, 10) and len(more.dates) == 11
    assert more.daily["patrol_teams"][0, 0] > fewer.daily["patrol_teams"][0, 0]
    assert (more.daily["camp_stock"] != late.daily["camp_stock"]).any()


@pytest.mark.slow
def test_entries_that_begin_later_shorten_the_past_of_all_worlds(folder: Path) -> None:
    months_without("2018-01").to_csv("own.csv", index=False)
    experiment = loaded(worlds__fewer__entries="own.csv")
    assert experiment.first_day == date(2018, 2, 1)
    (note,) = (note for note in experiment.notes if note.startswith("past"))
    assert note.startswith(
        "past: the days from 2018-02-01, the first day that the entries of all worlds cover, to 2018-03-09"
    )
    assert {each.configuration["past_from"] for each in definitions(experiment)} == {"2018-02-01"}
    months_without("2018-01", "2018-02").to_csv("own.csv", index=False)
    assert loaded(entries="own.csv").first_day == date(2018, 3, 1)
    assert loaded(entries="own.csv", start="2018-03-01").notes[0].startswith("past: the entries hold no month before")


def test_months_of_the_past_are_covered_without_a_gap(tmp_path: Path) -> None:
    months_without("2018-05").to_csv(tmp_path / "own.csv", index=False)
    entries = read_entries(tmp_path / "own.csv", GEOGRAPHY)
    assert covered_from(entries, date(2019, 2, 14)) == date(2018, 6, 1)
    assert covered_from(entries, date(2018, 5, 20)) == date(2018, 5, 20)
    assert covered_from(entries, date(2018, 4, 20)) == date(2018, 1, 1)
    assert past_of("simulated", date(2019, 2, 14), [entries]) == date(2018, 6, 1)
    assert past_of("none", date(2019, 2, 14), [entries]) is None
    assert past_of("simulated", date(2017, 2, 14), [entries]) is None


def test_nights_of_the_past_count_among_the_sources_of_the_sea(folder: Path) -> None:
    days = [date(2018, 2, 1) + timedelta(days=k) for k in range(60)]
    (folder / "sea.csv").write_text("date,window\n" + "".join(f"{day},0.4\n" for day in days), encoding="utf-8")
    experiment = loaded(sea="sea.csv")
    nights = experiment.nights_of(experiment.file.baseline)
    assert nights["own file"] == len([day for day in days if day <= experiment.file.end])
    assert sum(nights.values()) == (experiment.file.end - date(2018, 1, 1)).days + 1


def test_other_words_for_the_past_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("check", "x.yaml", "--set", "past=long") == 2
    assert "past: 'long' is not" in capsys.readouterr().err
