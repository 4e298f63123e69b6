"""The store against a model of what must be in it, while runs begin, stop, change, and their files are damaged.

A few courses of a few steps here, 500 of 30 steps with `make fuzz`. Simulations are replaced by numbers that follow
from the identity of a case and its seed; everything else is the code that runs batches.
`tests/experiments/execution/test_faults.py` does the same with real processes, signals and disks.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.loading import load
from corridor.experiments.execution import run
from corridor.experiments.execution.errors import RunError
from corridor.experiments.execution.folders.locking import locked
from corridor.experiments.execution.processes import worker
from corridor.experiments.execution.processes.parallel import Work
from corridor.experiments.execution.processes.worker import Outcome
from corridor.results.store import index, run_folder, whole_files
from corridor.results.store.case_file import StoreError
from tests.support.effort import THOROUGH, effort
from tests.support.instant import instantly, with_few

SMALL = Path(__file__).parents[2] / "data"
Key = tuple[str, int]  # identity of a case, seed
FEW = ("attempts_people", "arrivals_people", "deaths_channel")  # indicators: a file of all takes ten times longer
FULL = OSError(errno.ENOSPC, "No space left on device", "case.nc")


@lru_cache(maxsize=16)
def experiment(retry: float, seeds: int) -> Experiment:
    """A small experiment; with another `retry` all its cases are others."""
    files = {key: str(SMALL / f"small_{key}.csv") for key in ("places", "legs", "entries")}
    worlds = {
        "with": {"title": "With", "policies": ["patrols"]},
        "without": {"title": "Without", "policies": []},
    }
    text = {"title": "T", "start": "2022-11-01", "end": "2022-11-03", "past": "none", "scale": 1000, "sea": "sampled"}
    dated = {**text, "start": np.datetime64("2022-11-01").item(), "end": np.datetime64("2022-11-03").item()}
    return load(
        {**dated, "seeds": seeds, "worlds": worlds, "baseline": "without", "parameters": {"p_retry": retry}, **files}
    )


@dataclass(frozen=True)
class Instant:
    """Runs cases in this process; after `most` of them something else happens."""

    most: int = 99
    fault: BaseException | None = None
    jobs: int = 1
    dask: str | None = None

    def run(self, work: Work, share_done: Callable[[float], None]) -> Iterator[Outcome]:
        """The outcomes, as `Execution.run` gives them."""
        for number, (path, case) in enumerate(work.cases.items()):
            full = number == self.most and isinstance(self.fault, OSError)
            if number == self.most and self.fault and not full:
                raise self.fault
            disk = patch.object(Path, "write_bytes", half_written) if full else contextlib.nullcontext()
            with disk:
                outcomes = worker.run_cases((with_few(work.task(path, case), FEW),), work.scratch, None, None)
            if isinstance(outcomes, OSError):
                raise outcomes
            yield from outcomes


def half_written(path: Path, content: bytes) -> int:
    """Writes half of a file; then the disk is full."""
    with path.open("wb") as file:
        file.write(content[: len(content) // 2])
    raise FULL


class Store(RuleBasedStateMachine):
    """A folder, and what must be in it: `good` has the contents of every case that is done."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp()) / "out"
        self.good: dict[Key, str] = {}
        self.ever: dict[Key, str] = {}
        self.notes: list[str] = []
        self.instantly = instantly()
        self.instantly.__enter__()

    def teardown(self) -> None:
        """Remove the folder."""
        self.instantly.__exit__(None, None, None)
        shutil.rmtree(self.folder.parent)

    def attempt(self, retry: float, seeds: int, execution: Any) -> str:
        """Run an experiment; the digest of what is then in the folder."""

        def case_done(outcome: Outcome) -> None:
            about = outcome.described
            assert about is not None
            for identity, seed, content in zip(
                *(about[k] for k in ("identity", "seed", "content_sha256")), strict=True
            ):
                key = (identity, int(seed))
                assert self.ever.setdefault(key, content) == content  # the same bits whenever it is run
                self.good[key] = content

        callbacks = run.ProgressCallbacks(case_done=case_done, note=self.notes.append)

        def finish(cases: Any) -> str:
            assert cases.contents.missing.empty
            return run_folder.digest(cases.contents)

        return run.run_then(experiment(retry, seeds), self.folder, execution, callbacks, finish)

    @rule(retry=st.sampled_from([0.9, 0.8]), seeds=st.integers(1, 3))
    def to_its_end(self, retry: float, seeds: int) -> None:
        """A run that nothing stops: all is done, and nothing of earlier accidents is left."""
        self.attempt(retry, seeds, Instant())
        planned = run.plan_of(experiment(retry, seeds))
        assert {(each.identity, seed) for each in planned for seed in each.case.seeds} <= set(self.good)
        hidden = {path.name for path in self.folder.rglob(".*")} - {".lock"}
        assert hidden == set()

    @rule(
        retry=st.sampled_from([0.9, 0.8]),
        seeds=st.integers(1, 3),
        most=st.integers(0, 3),
        fault=st.sampled_from([KeyboardInterrupt(), FULL, SystemExit(143)]),
    )
    def stopped(self, retry: float, seeds: int, most: int, fault: BaseException) -> None:
        """A run that is stopped, ended, or finds the disk full after some cases; or is done before."""
        expected = RunError if isinstance(fault, OSError) else type(fault)
        with contextlib.suppress(expected):
            self.attempt(retry, seeds, Instant(most, fault))

    @precondition(lambda self: self.folder.exists())
    @rule()
    def two_at_once(self) -> None:
        """A second run in the folder is refused, and changes nothing."""
        before = sorted(path.name for path in self.folder.rglob("*.nc"))
        with locked(self.folder, self.notes.append), pytest.raises(RunError, match="another run works there"):
            self.attempt(0.9, 3, Instant())
        assert sorted(path.name for path in self.folder.rglob("*.nc")) == before

    @rule(retry=st.sampled_from([0.9, 0.8]), back=st.integers(1, 10**9))
    def with_the_clock_set_back(self, retry: float, back: int) -> None:
        """A run whose part of the index is older than those before it."""
        with patch.object(index.time, "time_ns", lambda: 10**18 - back):
            self.attempt(retry, 2, Instant())

    @precondition(lambda self: self.good)
    @rule(number=st.integers(0, 99), how=st.sampled_from(["cut", "empty", "flip", "other"]), at=st.integers(0, 10**6))
    def damage(self, number: int, how: str, at: int) -> None:
        """A case file that is truncated, emptied, has a bit flipped, or is another's."""
        paths = sorted((self.folder / "cases").glob("*.nc"))
        path = paths[number % len(paths)]
        content = bytearray(path.read_bytes()) or bytearray(1)  # one that was emptied before
        if how == "flip":
            content[at % len(content)] ^= 1 << at % 8
        path.write_bytes({"cut": content[: at % len(content)], "empty": b""}.get(how, bytes(content)))
        if how == "other":
            path.write_bytes(paths[(number + 1) % len(paths)].read_bytes())
        self.without(path, how)

    def without(self, path: Path, how: str) -> None:
        """Take what a damaged file held out of the model, unless its contents are still those that were written."""
        scan = index.scan_cases(self.folder)
        found = {(row.identity, row.seed): row.content_sha256 for row in scan.rows.itertuples()}
        assert how not in ("cut", "empty") or path.name in scan.damaged
        self.good = {key: content for key, content in self.good.items() if found.get(key) == content}

    @precondition(lambda self: (self.folder / "index").exists())
    @rule(how=st.sampled_from(["lose", "cut", "flip"]), at=st.integers(0, 10**6))
    def damage_the_index(self, how: str, at: int) -> None:
        """Parts of the index that are lost, truncated or changed: what the case files say still counts."""
        for path in (self.folder / "index").iterdir():
            content = bytearray(path.read_bytes())
            if how == "lose" or not content:
                path.unlink()
                continue
            content[at % len(content)] ^= 1 << at % 8
            path.write_bytes(content[: at % len(content)] if how == "cut" else bytes(content))

    @precondition(lambda self: (self.folder / "plan.json").exists())
    @rule(at=st.integers(0, 400))
    def damage_the_plan(self, at: int) -> None:
        """A plan that is cut is refused by its name; the next run writes it again."""
        path = self.folder / "plan.json"
        path.write_bytes(path.read_bytes()[:at])
        with pytest.raises(StoreError, match=r"plan\.json"):
            run_folder.inspect_run(self.folder)

    @precondition(lambda self: (self.folder / "cases").exists())
    @rule()
    def leave_halves(self) -> None:
        """What `kill -9` leaves: files and folders that were being written."""
        (self.folder / "cases" / ".with-s001-0123456789abcdef.nc-0a1b2c3d").write_bytes(b"half")
        (self.folder / ".unfinished-x").mkdir(exist_ok=True)
        (self.folder / ".scratch").mkdir(exist_ok=True)

    @precondition(lambda self: self.folder.exists() and self.good)
    @rule()
    def export(self) -> None:
        """Every value that is exported is of a case that is done."""
        try:
            frame = run_folder.to_frame(self.folder)
        except StoreError:
            return  # no plan, or nothing of it is done
        assert np.isfinite(frame[frame.kind != "ratio"].value).all()
        contents = run_folder.inspect_run(self.folder)
        assert {(row.identity, row.seed) for row in contents.done.itertuples()} <= set(self.good)

    @invariant()
    def all_that_is_done_is_there(self) -> None:
        """What the folder holds is what the model says, with the same bits; nothing else counts as good."""
        if self.folder.exists():
            scan = index.scan_cases(self.folder)
            found = {(row.identity, row.seed): row.content_sha256 for row in scan.rows.itertuples()}
            assert found == self.good


Store.TestCase.settings = settings(
    max_examples=effort(2, 500),
    stateful_step_count=effort(10, 30),
    derandomize=not THOROUGH,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shorten a course takes longer than to read it
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestStore = Store.TestCase


def test_a_file_of_a_run_has_the_rights_that_the_user_gives(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        whole_files.write_text(tmp_path / "x.json", "{}")
        index.add(tmp_path, [{"identity": ["a"], "seed": [1], "year": ["2022"]}])
    finally:
        os.umask(before)
    part = next((tmp_path / "index").iterdir())
    assert {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "x.json", part)} == {"0o640"}
    assert oct((tmp_path / "index").stat().st_mode & 0o777) == "0o750"
