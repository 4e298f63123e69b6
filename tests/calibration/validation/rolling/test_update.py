"""`corridor update`: newly published months condition the history, and the forecast is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import corridor
from corridor.calibration.fit import posterior
from corridor.calibration.fit.simulated import Simulated
from corridor.calibration.validation.rolling import update
from corridor.calibration.validation.rolling.update import new_months, record_with
from corridor.experiments.config.experiment import Experiment
from corridor.model.engine.errors import InputError
from corridor.model.inputs.entries import read_entries
from corridor.model.inputs.sea import read_record
from tests.support.batches import ended

NO_BOAT = "\n".join(f"new.csv, row {row}, boats: 0 is not allowed on a day with 50 people" for row in (2, 3, 4))


def published(folder: Path, first: str, last: str) -> Path:
    """A CSV with 50 people in a boat on every day."""
    days = pd.date_range(first, last)
    path = folder / "new.csv"
    pd.DataFrame({"date": days.strftime("%Y-%m-%d"), "people": 50, "boats": 1}).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A posterior of two draws, fitted to December 2025."""
    folder = tmp_path_factory.mktemp("until_2025_12")
    manifest = {"until": "2025-12", "world": "as_it_happened", "start": "2018-01-01", "given": {}}
    posterior.write(folder, pd.DataFrame({"p_retry": [0.85, 0.9]}), [1, 2], {**manifest, "table": {"scale": 1000}})
    assert json.loads((folder / "posterior.json").read_text(encoding="utf-8"))["until"] == "2025-12"
    return folder


def test_published_days_take_the_place_of_shipped_ones(tmp_path: Path) -> None:
    from corridor.calibration.evidence.publishers.home_office import read_published

    record = record_with(read_published(published(tmp_path, "2025-12-30", "2026-02-20")))
    assert record.people.loc["2025-12-30":"2026-02-20"].tolist() == [50.0] * 53
    assert record.index.is_unique and record.index.is_monotonic_increasing
    months = new_months(record, "2025-12")
    assert {name: series.to_dict() for name, series in months.items()} == {
        "arrivals_people": {"2026-01": 31 * 50.0},
        "arrivals_boats": {"2026-01": 31.0},
    }
    assert new_months(record, "2026-01") == {}


def test_a_year_is_forecast_and_its_record_is_kept(
    tmp_path: Path, history: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = published(tmp_path, "2026-01-01", "2026-02-20")
    asked = []

    def ahead(experiment: Experiment, world: str, entries: dict, names: list, jobs: int) -> dict[str, Simulated]:
        asked.append((experiment, world, entries))
        months = pd.period_range("2018-01", "2027-01", freq="M").strftime("%Y-%m")
        values = np.full((2, len(months)), 100.0) * np.array([[1.0], [1.1]])
        return {
            origin: Simulated(tuple(months), dict.fromkeys(names, values), (), np.empty((2, 0, 0)))
            for origin in entries
        }

    monkeypatch.setattr(update, "months_ahead", ahead)
    assert ended("update", file, "--posterior", history, "--out", tmp_path / "out", "--jobs", 1) == 0
    said = capsys.readouterr()
    assert "arrivals_people: median (90 %)\n  2026-02" in said.out
    assert f"Everything is in {tmp_path / 'out'}:\n  2026-02-corridor.csv, forecast.csv," in said.out
    assert said.err == "The members of the history run once more, and a year on: this takes some minutes.\n"
    ((experiment, world, given),) = asked
    assert (world, experiment.file.end) == ("as_it_happened", date(2027, 1, 31)) and list(given) == ["2026-02"]
    known = read_record(experiment.sea_record_of(world).path)
    assert known[date(2026, 2, 20)] > 0.0 and known[date(2024, 1, 1)] == 0.0
    entries = read_entries(given["2026-02"].entries, experiment.geography_of(world))
    assert entries.missing(date(2018, 1, 1), date(2027, 1, 31)) == []
    assert given["2026-02"].nights_until == date(2026, 1, 31)
    table = pd.read_csv(tmp_path / "out" / "forecast.csv")
    assert table.month.unique().tolist() == [str(month) for month in pd.period_range("2026-02", "2027-01", freq="M")]
    record = pd.read_csv(tmp_path / "out" / "2026-02-corridor.csv")
    assert list(record) == ["origin", "horizon", "target", "output_type", "output_type_id", "value"]
    assert sorted(record.horizon.unique()) == list(range(1, 13)) and np.isfinite(record.value).all()


def test_a_history_of_ones_own_is_continued_from_its_own_first_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = {"until": "2021-12", "world": "as_it_happened", "start": "2021-01-01", "given": {}}
    posterior.write(tmp_path, pd.DataFrame({"p_retry": [0.85, 0.9]}), [1, 2], {**manifest, "table": {"scale": 1000}})
    began = []

    def ahead(experiment: Experiment, *_: object) -> dict[str, Simulated]:
        began.append(experiment.first_day)
        raise StopIteration

    monkeypatch.setattr(update, "months_ahead", ahead)
    with pytest.raises(StopIteration):
        corridor.update(published(tmp_path, "2022-01-01", "2022-01-31"), posterior=tmp_path, out=tmp_path / "out")
    assert began == [date(2021, 1, 1)]


def test_a_gap_after_the_shipped_record_is_refused(tmp_path: Path, history: Path) -> None:
    with pytest.raises(InputError, match="begins after 2026-01-01, which no record has"):
        corridor.update(published(tmp_path, "2026-02-01", "2026-03-10"), posterior=history, out=tmp_path / "out")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda table: table.drop(columns="boats"), "new.csv: column boats is missing; expected: date, people, boats"),
        (
            lambda table: table.assign(boats=[0, 1, 1]),
            "new.csv, row 2, boats: 0 is not allowed on a day with 50 people",
        ),
    ],
)
def test_a_record_without_boats_is_refused_before_anything_runs(
    tmp_path: Path, history: Path, capsys: pytest.CaptureFixture[str], change: Callable, words: str
) -> None:
    file = published(tmp_path, "2026-01-01", "2026-01-03")
    change(pd.read_csv(file)).to_csv(file, index=False)
    assert ended("update", file, "--posterior", history, "--out", tmp_path / "out") == 2
    assert capsys.readouterr().err == f"{words}\n"
