"""A batch whose workers are lost goes on while cases are done in between, and gives up after three losses in a row."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from corridor.experiments.config.loading import load
from corridor.experiments.config.settings import Setting
from corridor.experiments.execution.errors import RunError
from corridor.experiments.execution.processes import parallel
from corridor.experiments.execution.processes.backends import WorkerLost
from corridor.experiments.execution.processes.parallel import Execution, Work
from corridor.experiments.execution.run import sharing_of
from tests.support.batches import write_experiment


class LosingWorkers:
    """Workers that are lost in every try after so many cases, by the number of the try."""

    here, workers = False, 1

    def __init__(self, done_in: Callable[[int], int]) -> None:
        self.done_in, self.tries = done_in, 0

    def run(self, calls: Iterable[Any]) -> Iterator[SimpleNamespace]:
        """The outcomes of the first tasks; raises WorkerLost where there are more."""
        self.tries += 1
        done = self.done_in(self.tries)
        tasks = [task for call in calls for task in call[0]]
        for task in tasks[:done]:
            yield SimpleNamespace(path=task.path, days=1.0)
        if len(tasks) > done:
            raise WorkerLost


@pytest.fixture
def work(tmp_path: Path) -> Work:
    """Eight cases, none of which is run."""
    experiment = load(write_experiment(tmp_path), [Setting("--set", "design.points", "4")])
    cases = {tmp_path / f"{number}.nc": case for number, case in enumerate(experiment.cases())}
    assert len(cases) == 8
    return Work(cases, lambda path, _: SimpleNamespace(path=path), sharing_of(experiment), 1, tmp_path)


def outcomes(work: Work, workers: LosingWorkers, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The outcomes of a batch with these workers."""
    monkeypatch.setattr(parallel, "backend", lambda *_: contextlib.nullcontext(workers))
    return list(Execution(1).run(work, lambda _: None))


def test_a_batch_gives_up_at_the_third_loss_in_a_row(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    workers = LosingWorkers(lambda _: 0)
    with pytest.raises(RunError, match=r"ended from outside 3 times.*8 cases are not done"):
        outcomes(work, workers, monkeypatch)
    assert workers.tries == 3


def test_losses_with_a_case_done_in_between_are_not_in_a_row(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    workers = LosingWorkers(lambda _: 1)
    assert len(outcomes(work, workers, monkeypatch)) == workers.tries == 8


def test_two_losses_before_every_case_are_never_three_in_a_row(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    workers = LosingWorkers(lambda number: 1 if number % 3 == 0 else 0)
    assert len(outcomes(work, workers, monkeypatch)) == 8
    assert workers.tries == 24
