"""Forecasts: entries extended, months with intervals, and `validate` and `forecast` as commands with small runs."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.evidence.observed import read_records
from corridor.calibration.fit import posterior, runs
from corridor.calibration.predict import forecast
from corridor.calibration.predict.forecast import Span
from corridor.calibration.predict.prediction import ORIGINS, folder_of, thinned
from corridor.calibration.validation.baselines import BENCHMARKS, seasonal_naive
from corridor.experiments.cli.app import main
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.interface import calibrating
from corridor.model.engine.errors import InputError
from tests.support.ensembles import prediction_of, spread_over_days

EXPERIMENT = """\
title: A small run
start: {start}
end: {end}
past: none
scale: 1000
seeds: 1
worlds:
  as_it_happened: {{title: As it happened, policies: []}}
  other: {{title: Other, policies: []}}
baseline: other
"""
DRAWS = pd.DataFrame({"p_retry": [0.80, 0.85, 0.90, 0.95], "boat_cost": [8000.0, 9000.0, 10000.0, 11000.0]})
SEEDS = [11, 12, 13, 14]


def ended(*arguments: object) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(each) for each in arguments])
    return int(end.value.code or 0)


def given(folder: Path, start: str, end: str, *cuts: str) -> Path:
    """An experiment file, and a posterior for each cut beside it."""
    for cut in cuts:
        manifest = {"until": cut, "world": "as_it_happened", "table": {"scale": 1000}, "start": start, "given": {}}
        posterior.write(folder / folder_of(cut), DRAWS, SEEDS, manifest)
    path = folder / "x.yaml"
    path.write_text(EXPERIMENT.format(start=start, end=end), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def quick_benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two that are fitted take seconds and are tested in test_scores.py."""
    for name in ("exponential_smoothing", "sarima"):
        monkeypatch.setitem(BENCHMARKS, name, seasonal_naive)


# --- entries ----------------------------------------------------------------------------------------------------------

KNOWN = pd.DataFrame(
    {
        "month": [f"2025-{month:02d}" for month in range(1, 13)],
        "place": "air",
        "group": "iran",
        "people": [10.0 * month for month in range(1, 13)],
    }
)


def test_entries_repeat_the_last_year():
    table = forecast.extended(KNOWN, "2027-02").set_index("month").people
    assert len(table) == 26
    assert (table["2026-03"], table["2026-12"], table["2027-02"]) == (30.0, 120.0, 20.0)


def test_a_users_months_stand_in_place_of_others_and_are_repeated():
    own = KNOWN[:2].assign(month=["2026-02", "2025-12"], group=["iran", "iraq"], people=[7.0, 1.0])
    result = forecast.extended(KNOWN, "2027-02", own)
    by_month = result.set_index("month")
    assert by_month.people["2026-02"] == by_month.people["2027-02"] == 7.0
    assert by_month.group["2025-12"] == by_month.group["2026-12"] == "iraq" and by_month.people["2026-01"] == 10.0


def test_a_forecast_goes_past_the_last_observed_month_and_not_too_far():
    records = read_records()
    span = forecast.span_of(records, date(2026, 2, 10))
    assert span == Span("2025-12", "2026-02") and span.end == date(2026, 2, 28)
    for day in (date(2025, 12, 31), date(2036, 1, 1)):
        with pytest.raises(InputError, match="allowed: a day after 2025-12"):
            forecast.span_of(records, day)


# --- the table --------------------------------------------------------------------------------------------------------


def test_months_have_their_quantiles_and_the_mean_without_errors_of_the_record():
    level = read_records().by_month("arrivals_people")["2023-01":"2025-12"].mean()
    months = pd.Series(level, index=[f"{y}-{m:02d}" for y in range(2023, 2027) for m in range(1, 13)])
    flat = prediction_of({"arrivals_people": spread_over_days(months, 300)}, "2023-01-01", "2026-12-31", 300)
    table = forecast.table_of(flat, Span("2025-12", "2026-12")).set_index(["indicator", "month"])
    assert table.columns.tolist() == ["mean", "q05", "q25", "q50", "q75", "q95"]
    arrivals = table.loc["arrivals_people"]
    assert arrivals.index.tolist() == [f"2026-{month:02d}" for month in range(1, 13)]
    assert (np.diff(arrivals[["q05", "q25", "q50", "q75", "q95"]].to_numpy(), axis=1) > 0).all()
    assert arrivals.q50.to_numpy() == pytest.approx(level, rel=0.06)
    assert arrivals["mean"].to_numpy() == pytest.approx(level, rel=0.01)


def test_draws_are_thinned_evenly():
    assert thinned(DRAWS, 2).p_retry.tolist() == [0.80, 0.90]
    assert thinned(DRAWS, None).p_retry.tolist() == DRAWS.p_retry.tolist()
    with pytest.raises(InputError, match="allowed: at most 4"):
        thinned(DRAWS, 5)


# --- the commands -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_forecast_runs_past_the_last_month_and_goes_on_where_it_stopped(tmp_path, capsys):
    config = given(tmp_path, "2025-11-01", "2025-12-31", "2025-12")
    asked = (
        "forecast",
        config,
        "--to",
        "2026-02-05",
        "--posterior",
        tmp_path / "until_2025_12",
        "--draws",
        "3",
        "--out",
        tmp_path / "out",
        "--jobs",
        "1",
    )
    assert ended(*asked, "--dry-run") == 0
    assert "3 cases" in capsys.readouterr().out and not (tmp_path / "out").exists()
    assert ended(*asked) == 0
    table = pd.read_csv(tmp_path / "out" / "forecast.csv")
    assert table.columns.tolist() == ["month", "indicator", "mean", "q05", "q25", "q50", "q75", "q95"]
    assert set(table.month) == {"2026-01", "2026-02"} and "arrivals_people" in set(table.indicator)
    about = json.loads((tmp_path / "out" / "forecast.json").read_text())
    assert about["entries"] == "last year repeated" and about["forecast_to"] == "2026-02"
    assert (tmp_path / "out" / "figures" / "forecast_arrivals_people.png").exists()
    seeds = {path.name.split("-s")[1][:7] for path in (tmp_path / "out" / "prediction" / "cases").glob("*.nc")}
    assert len(seeds) == 3  # every draw has weather of its own
    written = (tmp_path / "out" / "forecast.csv").read_bytes()
    assert ended(*asked) == 0
    assert "all are in the store" in capsys.readouterr().err
    assert (tmp_path / "out" / "forecast.csv").read_bytes() == written


@pytest.mark.slow
def test_the_entries_of_a_run_from_an_earlier_cut_reach_to_its_end(tmp_path, monkeypatch):
    """What is derived anew at the cut must not take the place of the months to come."""
    monkeypatch.setattr(runs, "known_defaults", lambda until: {"p_retry": 0.9})
    asked: list[Experiment] = []

    class Asked(Exception):
        """The run is not wanted."""

    def ask(analysis, folder, options):
        asked.append(analysis.plan())
        raise Asked

    monkeypatch.setattr(calibrating, "analyse", ask)
    config = given(tmp_path, "2022-09-01", "2025-12-31", "2023-12")
    (tmp_path / "mine.csv").write_text("month,place,group,people\n2026-02,air,iran,55\n")
    with pytest.raises(Asked):
        calibrating.forecast(
            date(2026, 3, 1),
            config,
            posterior=tmp_path / "until_2023_12",
            entries=tmp_path / "mine.csv",
            out=tmp_path / "out",
        )
    (experiment,) = asked
    entries = pd.read_csv(experiment.data_files["entries"])
    people = entries.groupby("month").people.sum()
    assert people["2026-01"] == people["2025-01"] > 0 and people["2026-02"] == 55 and people["2026-03"] > 0
    assert experiment.data_files["groups"].parent == tmp_path / "out" / "inputs"  # that of the cut


@pytest.mark.slow
def test_validate_predicts_scores_and_goes_on_where_it_stopped(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(runs, "known_defaults", lambda until: {"p_retry": 0.9})  # deriving them takes seconds
    config = given(tmp_path, "2022-09-01", "2022-12-31", *(origin.cut for origin in ORIGINS))
    asked = ("validate", config, "--posteriors", tmp_path, "--draws", "2", "--out", tmp_path / "out", "--jobs", "1")
    assert ended(*asked) == 0
    printed = capsys.readouterr().out
    assert "fitted to 2022-10, 14 months after it" in printed and "Nothing to score after 2023-12" in printed
    scores = pd.read_csv(tmp_path / "out" / "scores.csv")
    assert scores.columns[:8].tolist() == [
        "target",
        "origin",
        "horizon_months",
        "method",
        "wape",
        "crps",
        "cover50",
        "cover90",
    ]
    assert set(scores["values"]) == {2} and set(scores.origin) == {"2022-10"}
    written = (tmp_path / "out" / "scores.csv").read_bytes()
    assert ended(*asked) == 0
    assert capsys.readouterr().err.count("all are in the store") == 2
    assert (tmp_path / "out" / "scores.csv").read_bytes() == written


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--to", "2025-06-01"), "allowed: a day after 2025-12"),
        (("--to", "2026-06-01", "--world", "nowhere"), "'nowhere' is none of the worlds"),
        (("--to", "2026-06-01", "--draws", "99"), "allowed: at most 4"),
        (("--to", "2026-06-01", "--scale", "0"), "--scale: 0 is out of range"),
        (("--to", "2026-06-01", "--observed", "arrivals"), "allowed: NAME=FILE"),
        (("--to", "2026-06-01", "--observed", "arrivals_people=nothing.csv"), "nothing.csv: no such file"),
        (("--to", "2026-06-01", "--entries", "nothing.csv"), "nothing.csv: no such file"),
        (("--to", "2026-06-01", "--posterior", "nowhere"), "holds no posterior"),
        (("--to", "June"), "'June' is not allowed; a date such as 2022-11-14"),
    ],
)
def test_what_is_wrong_is_reported_before_anything_runs(tmp_path, capsys, arguments, expected):
    config = given(tmp_path, "2025-11-01", "2025-12-31", "2025-12")
    out = ("--posterior", tmp_path / "until_2025_12", "--out", tmp_path / "out")
    assert ended("forecast", config, *out, *arguments) == 2
    error = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert expected in error and "Traceback" not in error
    assert not (tmp_path / "out" / "prediction").exists()


def test_wrong_entries_are_refused_row_by_row(tmp_path, capsys):
    config = given(tmp_path, "2025-11-01", "2025-12-31", "2025-12")
    (tmp_path / "mine.csv").write_text("month,place,group,people\n2026-01,atlantis,iran,5\n2026-02,air,iran,many\n")
    assert (
        ended(
            "forecast",
            config,
            "--to",
            "2026-03-01",
            "--posterior",
            tmp_path / "until_2025_12",
            "--out",
            tmp_path / "out",
            "--entries",
            tmp_path / "mine.csv",
        )
        == 2
    )
    error = capsys.readouterr().err
    assert "mine.csv, row 2, place" in error and "mine.csv, row 3, people" in error


def test_a_posterior_that_saw_the_scored_months_is_refused(tmp_path, capsys):
    config = given(tmp_path, "2022-09-01", "2022-12-31", *(origin.cut for origin in ORIGINS))
    manifest = {"until": "2025-12", "world": "x", "table": {"scale": 1}, "start": "2022-09-01", "given": {}}
    posterior.write(tmp_path / "until_2022_10", DRAWS, SEEDS, manifest)
    assert ended("validate", config, "--posteriors", tmp_path, "--out", tmp_path / "out") == 2
    error = " ".join(capsys.readouterr().err.split())
    assert "fitted to 2025-12; allowed: 2022-10" in error and "allowed: 2023-12" not in error


@pytest.mark.parametrize("command", ["validate", "forecast"])
def test_a_manifest_that_lacks_what_is_needed_is_refused_in_words(tmp_path, capsys, command):
    config = given(tmp_path, "2022-09-01", "2022-12-31", "2023-12")
    posterior.write(tmp_path / "until_2022_10", DRAWS, SEEDS, {"table": {}})
    where = {
        "validate": ("--posteriors", tmp_path),
        "forecast": ("--to", "2026-02-01", "--posterior", tmp_path / "until_2022_10"),
    }[command]
    assert ended(command, config, *where, "--out", tmp_path / "out") == 2
    error = capsys.readouterr().err
    assert all(word in error for word in ("until is missing", "world is missing", "scale is missing", "start or given"))
    assert "Traceback" not in error


def test_a_file_that_begins_elsewhere_than_the_fit_is_refused(tmp_path, capsys):
    """Its runs would have another past than the one that the fit found."""
    config = given(tmp_path, "2022-09-01", "2022-12-31", "2022-10", "2023-12")
    assert (
        ended(
            "validate",
            config,
            "--posteriors",
            tmp_path,
            "--out",
            tmp_path / "out",
            "--set",
            "start=2022-10-01",
            "--set",
            "parameters.p_retry=0.9",
        )
        == 2
    )
    error = " ".join(capsys.readouterr().err.split())
    assert "begins on 2022-10-01, parameters: {'p_retry': 0.9}; allowed: 2022-09-01, none" in error


def test_validate_wants_a_posterior_for_every_cut(tmp_path, capsys):
    config = given(tmp_path, "2022-09-01", "2022-12-31")
    assert ended("validate", config, "--posteriors", tmp_path, "--out", tmp_path / "out") == 2
    error = capsys.readouterr().err
    assert "until_2022_10: holds no posterior" in error and "until_2023_12: holds no posterior" in error
