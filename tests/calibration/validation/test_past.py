"""`corridor validate --history`: what a conditioned past has to show, from members that run again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.fit.members import run_members
from corridor.calibration.fit.simulated import Simulated
from corridor.calibration.validation.past import Past, criteria_of
from corridor.experiments.config import loading
from corridor.experiments.config.settings import Setting
from corridor.experiments.config.shipped import shipped_experiments
from tests.support.batches import ended, write_experiment

FILE = """\
title: Two years
start: 2021-01-01
end: 2022-12-31
past: none
scale: 500
seeds: 2
parameters: mine.csv
worlds:
  with_patrols: {title: With patrols, policies: [patrols]}
  without: {title: Without, policies: []}
baseline: without
"""
FIRST_MEMBER = [550, 1870, 9750, 24250, 43930, 30890, 36370, 37480]  # people a year, 2018 to 2025, of the ninth fit
MONTHS = tuple(f"2023-{month:02d}" for month in range(1, 13))


def of_one_year(people: list[float], in_camps: float) -> Simulated:
    """Three members alike in 2023 but for deaths, of which there are 30 in the mean."""
    monthly = {"arrivals_people": np.array([people] * 3), "camp_stock": np.full((3, 12), in_camps)}
    monthly["deaths_channel"] = np.outer([0.0, 60.0, 30.0], np.arange(12) == 5)
    return Simulated(MONTHS, monthly, ("albania",), np.zeros((3, 1, 1)))


def test_each_criterion_says_what_is_found_and_whether_it_is_allowed():
    """The record has the same people each month; the members have all of them in the second half."""
    seen = [("arrivals_people", month, 100.0, 0.0) for month in MONTHS]
    scores = pd.DataFrame(
        [
            *seen,
            ("wape_months_2023_2023", "2023-01 to 2023-12", np.nan, 0.19),
            ("arrivals_people", "2023", 1200.0, 1.2),
            ("arrivals_boats", "2023", 30.0, 0.9),
            ("deaths_channel", "2023", 15.0, 2.0),
            ("deaths_channel", "2022", 9.0, 7.0),  # too few
        ],
        columns=["quantity", "period", "observed", "ratio"],
    )
    patterns = pd.DataFrame({"pattern": ["V1"] * 56 + ["V22"] * 9, "passes": [True] * 55 + [False] * 10})
    found = criteria_of(scores, of_one_year([0.0] * 6 + [200.0] * 6, 2500.0), patterns).set_index("criterion")
    assert found.met.to_dict() == {
        "WAPE of monthly people": True,
        "people of the year over the record": False,
        "boats of the year over the record": True,
        "deaths in the Channel over the record": True,
        "expected deaths in the Channel over the nearest count": True,
        "people in camps, mean of the year": False,
        "share of people in July to December, less the record": False,
        "values of V1 to V21 that pass": True,
    }
    nearest = "expected deaths in the Channel over the nearest count"
    assert (found.observed[nearest], found.value[nearest]) == (17.0, 30.0 / 17.0)  # sources of 2023 have 11 to 17
    assert found.value["share of people in July to December, less the record"] == 0.5
    assert found.value["values of V1 to V21 that pass"] == 55


@pytest.mark.slow
def test_members_run_again_and_are_held_against_the_record(tmp_path: Path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text("seed,p_retry\n7,0.8\n9,0.9\n", encoding="utf-8")
    write_experiment(tmp_path, FILE)
    policy = tmp_path / "policies" / "patrols.yaml"
    policy.write_text(policy.read_text().replace("to: 2.5", "to: {value: 2.5, low: 1.5, high: 3, grade: C}"))
    call = ("validate", "x.yaml", "--history", "--world", "with_patrols", "--seeds", 2, "--out", "out", "--jobs", 1)
    assert ended(*call) == 0
    said = capsys.readouterr().out
    assert "people of the year over the record (allowed: 0.85 to 1.15)" in said and "2022" in said
    table = pd.read_csv("out/history_criteria.csv")
    assert table.met.dtype == bool and {"2021", "2022"} <= set(table.period)
    assert Path("out/figures/history_months.png").exists() and Path("out/patterns.csv").exists()
    assert all(point.strengths for point in loading.load(tmp_path / "x.yaml").points)  # as in an effect
    assert not any(name.startswith("strength.") for name in pd.read_csv("out/design.csv"))  # as in the fit


@pytest.mark.parametrize(
    ("changed", "arguments", "said"),
    [
        ("", ("--rolling",), "command line --history: --rolling not used with it"),
        ("", ("--members", 24), "command line --history: --members not used with it"),
        ("", ("--world", "with_patrol"), "world: 'with_patrol' is none of the worlds; did you mean 'with_patrols'?"),
        ("parameters: mine.csv\n", (), "parameters: no draws; allowed with --history"),
    ],
)
def test_what_has_no_history_is_refused(tmp_path: Path, capsys, monkeypatch, changed, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text("seed,p_retry\n7,0.8\n9,0.9\n", encoding="utf-8")
    write_experiment(tmp_path, FILE.replace(changed, "") if changed else FILE)
    named = () if "--world" in arguments else ("--world", "without")
    assert ended("validate", "x.yaml", "--history", *named, *arguments, "--seeds", 2, "--out", "out") == 2
    assert said in " ".join(capsys.readouterr().err.split())


@pytest.mark.slow
def test_the_first_member_that_ships_still_has_the_past_of_its_fit():
    """A rule that moves it makes the posteriors, and all that is published of them, those of other rules."""
    shipped = loading.load(
        shipped_experiments()["joint_statement"], [Setting("a test", "seeds", "1")], only="as_it_happened"
    )
    experiment = Past(shipped).plan()
    assert experiment.point_seeds == (10001,)
    years = run_members(experiment, "as_it_happened").yearly("arrivals_people")[0]
    assert years.tolist() == FIRST_MEMBER
