"""The estimate of a run's time reads the user's own files where they are, so that a killed one leaves nothing."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from corridor.experiments.config.loading import load
from corridor.experiments.config.settings import Setting
from corridor.experiments.execution import timing
from corridor.experiments.execution.folders import scratch
from corridor.experiments.execution.run import estimate, plan_of
from corridor.model.inputs.data_files import DATA
from corridor.results.store import index
from corridor.results.store.index import Scan
from tests.support.batches import EXPERIMENT, run_here, write_experiment

OWN = ("entries", "places", "legs")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """An experiment whose entries, map and parameters are the user's own."""
    for key in OWN:
        shutil.copy(DATA / f"{key}.csv", tmp_path / f"{key}.csv")
    shutil.copy(DATA / "parameters.csv", tmp_path / "own.csv")
    lines = "".join(f"{key}: {key}.csv\n" for key in OWN)
    return write_experiment(tmp_path, EXPERIMENT + lines + "parameter_table: own.csv\n")


def test_an_estimate_makes_no_temporary_folder(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a temporary folder is made")

    experiment = load(source)
    monkeypatch.setattr(scratch.tempfile, "TemporaryDirectory", refused)
    found = estimate(experiment, plan_of(experiment), tmp_path / "out", 1)
    assert found.seconds > 0.0  # NaN where the cases of the timing fail
    assert not (tmp_path / "out").exists()


def test_a_case_that_is_short_beside_the_batch_is_timed_whole(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = load(source)
    cases, days = experiment.cases(), timing.days_of(experiment)
    asked = []

    def took(_: object, last: int) -> float:
        asked.append(last)
        return last / 1000.0 if last < days else 7.0

    monkeypatch.setattr(timing, "seconds", took)
    together = len(cases[0].seeds)
    few, many = (timing.timing(experiment, cases[:1], so_many * together) * together for so_many in (19, 20))
    timed = max(last for last in asked if last < days)
    assert few == pytest.approx((timed + timing.LATER * (days - timed)) / 1000.0)
    assert many == 7.0
    assert asked.count(days) == 1


def test_the_seconds_of_a_stored_case_file_count_once_for_all_its_replicates(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of two seeds that took 8 s each: 4 s a replicate. A third seed is to be run at two points, at each of which
    both worlds share the first of their 20 days: 1 + 19 + 19 days are simulated."""
    run_here()
    scanned = index.scan_cases

    def of_eight_seconds(out: Path) -> Scan:
        scan = scanned(out)
        return replace(scan, rows=scan.rows.assign(seconds=8.0))

    monkeypatch.setattr(index, "scan_cases", of_eight_seconds)
    experiment = load(Path("x.yaml"), [Setting("--seeds", "seeds", "3")])
    found = estimate(experiment, plan_of(experiment), Path("out"), 1)
    assert len(found.to_do) == 4
    assert found.seconds == pytest.approx(4.0 * 2 * (1 + 19 + 19) / 20)
