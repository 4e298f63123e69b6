"""`corridor score` and `corridor validate --rolling`: what is printed, written and refused."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import corridor
from corridor.calibration.validation.rolling import hub, validate
from corridor.calibration.validation.rolling.forecasts import ForecastKey
from corridor.calibration.validation.rolling.rules import RULES
from corridor.calibration.validation.rolling.series import months_between, observed_months, series_of
from corridor.model.engine.errors import InputError
from corridor.results.observed import daily
from tests.support.batches import ended

FEW = {name: RULES[name] for name in ("seasonal_naive", "half_shape")}
TABLES = ("rolling_scores", "rolling_years", "rolling_differences", "rolling_units")


@pytest.fixture(autouse=True)
def few_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are fitted take minutes and are tested beside their code."""
    for function in (validate.rolling_validation, validate.score_records):
        defaults = tuple(FEW if value is RULES else value for value in function.__defaults__)
        monkeypatch.setattr(function, "__defaults__", defaults)


@pytest.fixture
def record(tmp_path):
    """A forecast of people and boats from March 2024 that was twice too high."""
    seen = observed_months(series_of(daily()))
    spread = np.linspace(1.5, 2.5, 41)[:, None]
    months = months_between("2024-03", "2025-02")
    draws = {ForecastKey(name, "mine", "2024-03"): spread * each[months].to_numpy() for name, each in seen.items()}
    return hub.write_record(draws, tmp_path / "forecasts")


def test_a_stored_forecast_is_scored_and_all_is_written(record, tmp_path, capsys):
    out = tmp_path / "out"
    assert ended("score", record, "--out", out, "--jobs", 1) == 0
    printed = capsys.readouterr().out
    assert "arrivals_people, 1 origins: relative WIS by months ahead; over all months" in printed
    assert any(
        line.split()[0] == "mine" and line.split()[-2] == "1.00" for line in printed.splitlines() if line.strip()
    )
    for name in TABLES:
        assert len(pd.read_csv(out / f"{name}.csv")) > 0, name
    described = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["tables"]
    assert set(described) == {f"{name}.csv" for name in TABLES}
    assert (out / "figures" / "relative_wis.png").is_file()
    scores = pd.read_csv(out / "rolling_scores.csv")
    assert set(scores.method) == {"mine", "stacked", "median_of_baselines", *FEW}
    assert scores[scores.method == "mine"].wape.tolist() == pytest.approx([1.0] * 10)


@pytest.mark.slow
def test_nothing_is_printed_if_quiet_and_the_same_folder_can_be_used_again(record, tmp_path, capsys):
    for _ in range(2):
        assert ended("score", record, "--out", tmp_path / "out", "--jobs", 1, "--quiet") == 0
    assert capsys.readouterr().out == ""


def test_every_mistake_is_reported_and_nothing_is_written(record, tmp_path, capsys):
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("2024-03,1,arrivals_people", "2024-03,1,people"), encoding="utf-8")
    out = tmp_path / "out"
    assert ended("score", record, tmp_path / "none.csv", "--out", out, "--jobs", 1) == 2
    said = capsys.readouterr().err
    assert "row 2, target: 'people' is not allowed" in said and "no such file" in said and "Traceback" not in said
    assert not (out / "rolling_scores.csv").exists()
    assert ended("score", record, "--record", tmp_path / "none.csv", "--out", out) == 2
    assert "none.csv: no such file" in capsys.readouterr().err


def test_rolling_validation_says_that_the_simple_forecasts_are_alone(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("corridor.experiments.interface.rolling.FIRST_ORIGIN", "2024-06")
    assert ended("validate", "--rolling", "--out", tmp_path / "out", "--jobs", 1) == 0
    printed = capsys.readouterr().out
    assert "No fitted history is given: the simple forecasts alone are scored" in printed
    assert "half_shape" in printed and "corridor " not in printed


def test_options_that_mean_nothing_in_rolling_validation_are_refused(capsys):
    assert ended("validate", "--rolling", "--draws", 3, "--seeds", 2, "--dry-run") == 2
    said = capsys.readouterr().err
    assert said == (
        "command line --rolling: --draws, --seeds, --dry-run not used with it; "
        "allowed: --out, --jobs, --quiet; more with a CONFIG\n"
    )


def test_from_python_a_model_is_scored_beside_simple_forecasts(tmp_path):
    def flat(origin: str) -> dict[str, np.ndarray]:
        return {"arrivals_people": np.repeat([[2900.0], [3100.0]], 12, axis=1)}

    result = corridor.validate_rolling(flat, first="2024-01", last="2024-03", out=tmp_path, jobs=1, figures=[])
    scores = result.tables["rolling_scores"]
    own = scores[scores.method == "corridor"]
    assert set(own.target) == {"arrivals_people"} and set(own.origins) == {3} and result.figures == []
    with pytest.raises(InputError, match="origins 2019-01"):
        corridor.validate_rolling(flat, first="2019-01", last="2019-01", out=tmp_path, jobs=1)
