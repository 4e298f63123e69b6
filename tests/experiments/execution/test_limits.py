"""What is too large for memory, disk or patience is refused before it begins, and the limits can be moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridor.experiments.config.loading import load
from corridor.experiments.execution import limits
from corridor.model.engine.errors import InputError
from tests.support.batches import ended, write_experiment


def test_a_run_that_does_not_fit_is_refused_with_all_that_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = load(write_experiment(tmp_path))
    limits.check_size(experiment, 8, tmp_path / "out", 2, here=True)
    monkeypatch.setenv(limits.MEMORY, "1e-6")
    monkeypatch.setenv(limits.DISK, "1e-6")
    with pytest.raises(InputError) as refused:
        limits.check_size(experiment, 8, tmp_path / "out", 2, here=True)
    assert [problem.split(":")[0] for problem in refused.value.problems] == ["memory", f"--out {tmp_path / 'out'}"]
    with pytest.raises(InputError) as refused:
        limits.check_size(experiment, 8, tmp_path / "out", 2, here=False)  # the memory is that of other machines
    assert len(refused.value.problems) == 1


def test_memory_is_that_of_the_agents_of_all_processes_at_a_time(tmp_path: Path) -> None:
    experiment = load(write_experiment(tmp_path))
    together = experiment.max_replicates_per_simulation
    one_process = limits.AGENT * experiment.expected_agents * together / 1e9
    assert limits.memory(experiment, 4 * together, 1) == pytest.approx(one_process)
    assert limits.memory(experiment, 4 * together, 3) == pytest.approx(3.0 * one_process)
    assert limits.memory(experiment, together, 3) == pytest.approx(one_process)  # there is work for one process


def test_a_run_of_many_years_of_computing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    limits.check_time(3600.0 * limits.MOST_HOURS)
    limits.check_time(float("nan"))
    with pytest.raises(InputError, match=r"time: about 3,000 hours are needed; allowed: 2,000 .CORRIDOR_MOST_HOURS"):
        limits.check_time(3600.0 * 3000.0)
    monkeypatch.setenv(limits.HOURS, "4000")
    limits.check_time(3600.0 * 3000.0)


@pytest.mark.parametrize("text", ["", "0", "-1", "many", "nan"])
def test_a_limit_that_is_none_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(limits.HOURS, text)
    with pytest.raises(InputError, match=f"{limits.HOURS}: '{text}' is not allowed; a number above 0"):
        limits.check_time(1.0)


def test_the_command_says_so_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(limits.MEMORY, "1e-6")
    assert ended("run", write_experiment(tmp_path), "--out", tmp_path / "out", "--jobs", "1") == 2
    said = capsys.readouterr()
    assert said.out == "" and "\nmemory: about " in said.err and "Traceback" not in said.err
    assert not (tmp_path / "out").exists()
