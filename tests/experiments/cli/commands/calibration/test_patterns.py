"""`corridor patterns`: a stored run against the record that ships, one of the user's own, or none."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import corridor
from corridor.calibration.evidence.observed import read_daily
from corridor.model.engine.errors import InputError
from corridor.results import observed
from corridor.results.tables.intervals import further_draw
from tests.support.batches import cases, ended, write_experiment

pytestmark = pytest.mark.slow

EXPERIMENT = """\
title: A year and some months
start: 2021-12-01
end: 2022-12-31
past: none
scale: 500
seeds: 2
worlds:
  with_patrols: {title: With patrols, policies: [patrols]}
  without: {title: Without, policies: []}
baseline: without
"""
SHORT = EXPERIMENT.replace("2021-12-01", "2022-06-03").replace("2022-12-31", "2022-06-20")
FIRST = ["world", "pattern", "quantity", "period", "observed", "low", "median", "high", "passes"]
OF_A_RUN = {"summary.csv", "effects.csv"}


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("patterns")
    path = write_experiment(folder, EXPERIMENT)
    return corridor.run(path, out=folder / "out", jobs=1, figures=["monthly"]).folder


def own_record(folder: Path, *changes: tuple[str, str], first: str = "2022-01-01", last: str = "2022-12-31") -> Path:
    """Ten people on every second day, and changes of the text."""
    days = pd.date_range(first, last)
    people = np.where(np.arange(len(days)) % 2 == 0, 10, 0)
    text = pd.DataFrame({"date": days, "people": people}).to_csv(index=False)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "own.csv"
    path.write_text(text, encoding="utf-8")
    return path


def table_of(folder: Path) -> pd.DataFrame:
    table = pd.read_csv(folder / "patterns.csv", dtype={"period": str})
    return table.set_index(table.quantity + ", " + table.period)


def test_a_run_gets_the_table_and_the_figure_beside_its_own(run, capsys):
    assert ended("patterns", run) == 0
    printed = capsys.readouterr().out
    table = table_of(run)
    assert table.columns[: len(FIRST)].tolist() == FIRST and set(table.world) == {"with_patrols"}
    assert (run / "figures" / "patterns.png").exists() and (run / "figures" / "monthly.png").exists()
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    assert OF_A_RUN | {"patterns.csv", "figures"} <= set(manifest["files"])
    assert set(manifest["tables"]["patterns.csv"]["columns"]) == set(table.columns)
    described = pd.read_csv(run / "data_dictionary.csv").table
    assert OF_A_RUN | {"patterns.csv"} <= set(described)
    assert "people_per_crossing_day by gap 8+" in printed and "values pass; fail: " in printed
    assert "Few values can fail: " in printed and "give 19 seeds or more" in printed
    assert ended("status", run) == 0 and "tables: of this batch" in capsys.readouterr().out


def test_values_are_those_of_the_stored_days_and_of_the_record(run):
    table = corridor.patterns(run).tables["patterns"].set_index("quantity")
    days = corridor.open_results(run).arrivals_people.sel(world="with_patrols", time="2022").to_numpy()
    late = pd.date_range("2022-01-01", "2022-12-31").month > 6
    shares = days[:, late].sum(axis=1) / days.sum(axis=1)
    row = table[table.period == "2022"].loc["share of people in July to December"]
    low, high = further_draw(shares)
    assert row["median"] == pytest.approx(np.median(shares))
    assert (row.low, row.high) == pytest.approx((max(low, 0.0), high))
    seen = observed.daily().people["2022"]
    assert row.observed == pytest.approx(seen[late].sum() / seen.sum())
    assert table.loc["people_per_crossing_day by gap 0"].period == "2022"


def test_periods_that_the_run_does_not_cover_are_left_out_and_named(run):
    result = corridor.patterns(run, figures=())
    table = result.tables["patterns"]
    assert result.figures == []
    assert set(table[table.pattern == "V1"].period) == {"2022"} and "V5" not in set(table.pattern)
    (note,) = (text for text in result.notes if text.startswith("Left out"))
    assert "V1 (2021, 2023)" in note and "V27 (2021, 2023, 2024, 2025)" in note and "V2 (2022 to 2023)" in note


def test_worlds_are_named_or_refused(run, tmp_path, capsys):
    assert ended("patterns", run, "--world", "without,with_patrols", "--out", tmp_path / "both") == 0
    assert table_of(tmp_path / "both").world.unique().tolist() == ["without", "with_patrols"]
    plotted = {path.stem for path in (tmp_path / "both" / "figures").glob("*.png")}
    assert plotted == {"patterns_without", "patterns_with_patrols"}
    capsys.readouterr()
    assert ended("patterns", run, "--world", "with_patrol") == 2
    assert "'with_patrol' is none of the worlds" in capsys.readouterr().err


def test_an_own_record_takes_the_place_of_all_observed_values(run, tmp_path):
    corridor.patterns(run, record=own_record(tmp_path), out=tmp_path / "out")
    table = table_of(tmp_path / "out")
    assert table.observed["arrivals_people, 2022"] == 183 * 10
    assert table.observed["people_per_crossing_day by gap 1, 2022"] == pytest.approx(2.0, rel=0.01)
    boats = table.loc["arrivals_boats, 2022"]
    assert pd.isna(boats.observed) and pd.isna(boats.passes) and boats["median"] >= 0.0
    assert boats.reason == "the record does not have it" and table.input.isna().all()
    assert pd.isna(table.observed["deaths_channel, 2022"])


def test_without_a_record_values_have_nothing_beside_them(run, tmp_path):
    table = corridor.patterns(run, record="none", out=tmp_path / "out").tables["patterns"]
    assert table.observed.isna().all() and table.passes.isna().all()
    assert table["median"].notna().sum() > 35
    assert (tmp_path / "out" / "figures" / "patterns.png").exists()


def test_boats_of_an_own_record_are_read_and_days_may_come_in_any_order(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("date,people,boats\n2022-01-02,0,0\n2022-01-01,12,1\n", encoding="utf-8")
    table = read_daily(path)
    assert table.people.tolist() == [12, 0] and table.boats.tolist() == [1, 0]
    assert table.index.equals(pd.date_range("2022-01-01", "2022-01-02", name="date"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ((("2022-03-05", "2022-03-04"),), "the date '2022-03-04' appears more than once"),
        ((("2022-03-06,10", "2022-03-06,-1"), ("2022-03-08", "8 March")), "'8 March' is not allowed; a date such as"),
        ((("2022-03-06,10", "2022-03-06,-1"), ("2022-03-08", "8 March")), "'-1' is not allowed; a number from 0"),
        ((("people", "arrivals"),), "column 'people' is missing"),
        ((("2022-03-06,10\n", ""), ("2022-03-07,0\n", "")), "2 days between 2022-01-01 and 2022-12-31 have no row"),
        ((("people\n", "people,boats\n"), ("2022-03-06,10", "2022-03-06,10,1")), "cells; 3 are expected"),
    ],
)
def test_a_record_that_cannot_be_read_is_refused_in_words(run, tmp_path, capsys, changes, words):
    assert ended("patterns", run, "--record", own_record(tmp_path, *changes)) == 2
    assert words in capsys.readouterr().err


def test_boats_on_some_days_alone_are_refused(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("date,people,boats\n2022-01-01,12,1\n2022-01-02,0,\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"own\.csv, row 3, boats: is empty"):
        read_daily(path)


@pytest.mark.slow
def test_what_is_no_complete_run_or_covers_nothing_is_refused(tmp_path, capsys):
    assert ended("patterns", tmp_path / "nowhere") == 2
    assert "holds no plan.json" in capsys.readouterr().err
    assert ended("run", write_experiment(tmp_path, SHORT), "--out", tmp_path / "short", "--jobs", 1, "--quiet") == 0
    assert ended("patterns", tmp_path / "short") == 2
    assert "short: 2022-06-03 to 2022-06-20; allowed: days that hold the whole" in capsys.readouterr().err
    assert ended("patterns", tmp_path / "short", "--record", "none") == 2
    assert ended("patterns", tmp_path / "short", "--record", tmp_path / "none.csv") == 2
    assert "none.csv: no such file" in capsys.readouterr().err
    cases(tmp_path / "short")[0].unlink()
    assert ended("patterns", tmp_path / "short") == 2
    assert "replicates are missing" in capsys.readouterr().err
