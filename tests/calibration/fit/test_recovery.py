"""Histories on simulated truth: what is found again, and that a procedure that is wrong is caught."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import corridor
from corridor.calibration.evidence.entries import groups
from corridor.calibration.fit import recovery
from corridor.calibration.fit.history import History
from corridor.calibration.fit.recovery import SimulatedTruth, found_again, problems, recovery_table
from corridor.calibration.fit.runs import at_cut, prior_of
from corridor.calibration.fit.simulated import Simulated, needed
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.loading import load
from corridor.experiments.execution.run import NotRun, ProgressCallbacks, RunEstimate
from corridor.model import PARAMETERS
from tests.support.batches import ended

FILE = """\
title: One year
start: 2021-01-01
end: 2021-12-31
past: none
scale: 1000
seeds: 1
worlds:
  as_it_happened: {title: As it happened, policies: []}
  other: {title: Another, policies: [patrols]}
baseline: as_it_happened
"""
FITTED = ("share_uk_scale", "news_pull", "p_retry")
UNTIL, MEMBERS, HISTORIES = "2021-12", 96, 100
Floats = np.ndarray


def scores(experiment: Experiment) -> Floats:
    """Where the values of the points lie in their ranges, shape (point, parameter)."""
    ranges = [(PARAMETERS[name].low, PARAMETERS[name].high) for name in FITTED]
    return np.array(
        [
            [(point.parameters[name] - low) / (high - low) for name, (low, high) in zip(FITTED, ranges, strict=True)]
            for point in experiment.points
        ]
    )


def toy(experiment: Experiment, world: str) -> Simulated:
    """A year in which parameters set level, slope, and the stock at the coast, which is what another world changes;
    every seed has a chance of its own."""
    a, b, c = scores(experiment).T[:, :, None]
    chance = np.array([np.random.default_rng(seed).standard_normal(12) for seed in experiment.point_seeds])
    less = 1.0 - 0.5 * c * (world == "other")
    people = 3000.0 * less * np.exp(a + b * np.linspace(0.0, 2.0, 12) + 0.1 * chance)
    stock = np.repeat(2000.0 * np.exp(2.0 * c + 0.1 * chance[:, :1]), 12, axis=1)
    monthly = dict.fromkeys(needed(), np.full_like(people, 50.0))
    monthly |= {"arrivals_people": people, "camp_stock": stock}
    months = tuple(f"2021-{month:02d}" for month in range(1, 13))
    labels = tuple(groups())
    return Simulated(months, monthly, labels, np.ones((len(people), 1, len(labels))))


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> tuple[History, dict[str, Experiment]]:
    """A history of the toy, and its other world."""
    folder = tmp_path_factory.mktemp("recovery")
    (folder / "x.yaml").write_text(FILE, encoding="utf-8")
    experiment = load(folder / "x.yaml")
    here, there = (at_cut(experiment, UNTIL, world, folder) for world in ("as_it_happened", "other"))
    return History(here, prior_of(FITTED, UNTIL, {}), UNTIL, MEMBERS, 4, 1, {}, ()), {"other": there}


def found(history: tuple[History, dict[str, Experiment]]) -> pd.DataFrame:
    asked, others = history
    rows = [found_again(asked, number, others, toy) for number in range(1, HISTORIES + 1)]
    return recovery_table(pd.concat(rows, ignore_index=True))


def test_a_procedure_that_is_correct_finds_what_was_planted(history) -> None:
    table = found(history)
    assert problems(table) == []
    of = table.set_index(["kind", "quantity"])
    assert list(of.index[:2]) == [("parameter", "all"), ("effect", "all")]
    assert of.learned["parameter", "share_uk_scale"] > 0.5 and of.learned["parameter", "news_pull"] > 0.5
    # Of p_retry the stock alone speaks: a tenth, where members that learn nothing explain no more than 0.
    assert 0.05 < of.learned["parameter", "p_retry"] < of.learned["parameter", "share_uk_scale"]
    assert of.histories["parameter", "all"] == 3 * HISTORIES and of.histories["effect", "other"] == HISTORIES


def blind(_self: SimulatedTruth, states: Floats, _runs: Simulated, _step: int, _move: Callable[..., Floats]) -> Floats:
    return states


def overconfident(
    self: SimulatedTruth, states: Floats, runs: Simulated, step: int, move: Callable[..., Floats]
) -> Floats:
    moved = move(self, states, runs, step)
    middle = moved.mean(axis=0)
    return middle + 0.7 * (moved - middle)


def biased(self: SimulatedTruth, states: Floats, runs: Simulated, step: int, move: Callable[..., Floats]) -> Floats:
    return move(self, states, runs, step) + 0.1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (blind, "nothing was learned"),
        (overconfident, "of truths in the 90% interval"),
        (biased, "ranks are not uniform"),
    ],
)
def test_a_procedure_that_is_wrong_is_caught(history, monkeypatch: pytest.MonkeyPatch, wrong, words: str) -> None:
    right = History.move
    monkeypatch.setattr(SimulatedTruth, "move", lambda self, *rest: wrong(self, *rest, right), raising=False)
    assert any(words in problem for problem in problems(found(history)))


def test_plants_differ_and_are_the_same_again(history) -> None:
    asked, others = history
    first, again, second = (found_again(asked, number, others, toy) for number in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert (first.truth != second.truth).all()


def test_plants_are_kept_and_not_run_again(history, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, others = history
    monkeypatch.setattr(recovery, "found_again", partial(found_again, run=toy))
    done: list[float] = []
    three = recovery.recovered(asked, 3, others, tmp_path, 1, done.append)
    times = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    four = recovery.recovered(asked, 4, others, tmp_path, 1, done.append)
    assert done == [1 / 3, 2 / 3, 1.0, 1.0]
    assert len(times) == 3 and all((tmp_path / name).stat().st_mtime_ns == at for name, at in times.items())
    pd.testing.assert_frame_equal(four.head(len(three)), three)


def test_the_command_plants_and_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.yaml").write_text(FILE, encoding="utf-8")
    given = ("--until", UNTIL, "--members", "24", "--steps", "1", "--scale", "1000", "--jobs", "1")
    out = ("--out", str(tmp_path / "out"), "--histories", "2", "--other", "other")
    assert ended("recovery", str(tmp_path / "x.yaml"), *given, *out) == 0
    printed, progress = capsys.readouterr()
    assert "2 cases to run, about" in progress
    assert "nothing was learned of any quantity" in printed
    assert "parameter" in printed and "condition" in printed and "effect" in printed
    table = pd.read_csv(tmp_path / "out" / "recovery.csv")
    assert (
        list(table.columns) == list(recovery.RECOVERY_COLUMNS) and (table.histories[table.quantity != "all"] == 2).all()
    )
    assert (tmp_path / "out" / "figures" / "ranks.png").is_file()


def test_nothing_runs_where_only_the_time_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(FILE, encoding="utf-8")
    asked: list[RunEstimate] = []

    def only_estimate(found: RunEstimate) -> bool:
        asked.append(found)
        return False

    small = {"members": 24, "steps": 1, "scale": 1000, "out": tmp_path / "out"}
    with pytest.raises(NotRun):
        corridor.recovery(tmp_path / "x.yaml", UNTIL, histories=5, callbacks=ProgressCallbacks(only_estimate), **small)
    (found,) = asked
    assert (found.cases, len(found.to_do), found.stored) == (5, 5, 0)
    assert found.seconds > 0.0
    assert not list((tmp_path / "out").glob("histories/*"))
