"""Faults that are really made: kills, full and read-only disks, damaged files, two runs in one directory."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import time
from pathlib import Path

import h5py
import psutil
import pytest

from corridor.experiments.execution.folders.locking import locked
from corridor.results.store import case_file, index
from tests.support.batches import cases, content_digest, ended, write_experiment
from tests.support.effort import effort
from tests.support.processes import begun, children, corridor, exit_code

MORE_POINTS = "design.points=4"
KILLS = effort(5, 100)

WORKING = 6.0  # seconds of processor time after which a worker has done with its imports and simulates


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch that nothing happened to, with its experiment file beside it."""
    folder = tmp_path_factory.mktemp("undisturbed")
    path = write_experiment(folder)
    assert ended("run", path, "--out", folder / "out", "--jobs", "1", "--set", MORE_POINTS) == 0
    return folder / "out"


def wait_for_cases(out: Path, number: int) -> None:
    """Wait until a batch has that many cases."""
    for _ in range(1200):
        if len(cases(out)) >= number:
            return
        time.sleep(0.05)
    raise AssertionError(f"no {number} cases after a minute")


def whole(out: Path) -> bool:
    """Every file that can be seen as a case is a whole one (else StoreError)."""
    return all(case_file.examine(path)["identity"] for path in cases(out))


def gone(process: int) -> bool:
    """Whether a process ended within a minute."""
    for _ in range(1200):
        if not Path("/proc", str(process)).exists():
            return True
        time.sleep(0.05)
    return False


def seconds_of(process: int) -> float:
    """Processor time of a process; zero when it has ended."""
    try:
        return psutil.Process(process).cpu_times().user
    except psutil.NoSuchProcess:
        return 0.0


@pytest.mark.slow
def test_random_kills_lose_nothing(tmp_path: Path, undisturbed: Path) -> None:
    write_experiment(tmp_path)
    out, luck = tmp_path / "out", random.Random(20221114)
    kept: set[str] = set()
    kills = 0
    while kills < KILLS:
        jobs = luck.choice((1, 2, 2))
        process = begun("run", "x.yaml", "--out", "out", "--jobs", jobs, "--set", MORE_POINTS, cwd=tmp_path)
        if luck.random() < 0.25:
            time.sleep(luck.uniform(0.0, 1.5))  # while it starts
        else:
            wait_for_cases(out, len(kept) + 1)
            time.sleep(luck.uniform(0.0, 0.5))
        workers = children(process)
        if workers:
            os.kill(luck.choice(workers), signal.SIGKILL)
            time.sleep(luck.uniform(0.0, 0.3))
        kills += 1 + bool(workers)
        process.kill()
        process.join()
        names = {path.name for path in cases(out)}
        assert kept <= names  # no case that was done is lost
        assert whole(out)
        if len(names) > 5:  # give it something to do again
            for path in luck.sample(cases(out), 4):
                path.unlink()
        kept = {path.name for path in cases(out)}
    assert kept
    last = corridor("run", "x.yaml", "--out", "out", "--set", MORE_POINTS, cwd=tmp_path)
    assert last.returncode == 0, last.stderr
    assert content_digest(out) == content_digest(undisturbed)
    for name in ("summary.csv", "effects.csv", "design.csv"):
        assert (out / name).read_bytes() == (undisturbed / name).read_bytes()
    hidden = [path.name for path in out.rglob(".*") if path.name != ".lock"]
    assert hidden == []


@pytest.mark.slow
def test_a_killed_worker_is_replaced_and_its_case_run_again(tmp_path: Path, undisturbed: Path) -> None:
    write_experiment(tmp_path)
    process = begun("run", "x.yaml", "--out", "out", "--jobs", "2", "--set", MORE_POINTS, cwd=tmp_path)
    wait_for_cases(tmp_path / "out", 2)
    os.kill(max(children(process)), signal.SIGKILL)
    assert exit_code(process) == 0
    assert content_digest(tmp_path / "out") == content_digest(undisturbed)


@pytest.mark.slow
def test_workers_end_when_their_runner_is_killed(tmp_path: Path) -> None:
    write_experiment(tmp_path)
    long = ["--set", "start=2018-01-01", "--set", "end=2025-12-31", "--scale", "500"]
    process = begun("run", "x.yaml", "--out", "out", "--jobs", "2", *long, cwd=tmp_path)
    for _ in range(1200):
        workers = [worker for worker in children(process) if seconds_of(worker) > WORKING]
        if len(workers) >= 2:
            break
        time.sleep(0.05)
    process.kill()
    process.join()
    assert len(workers) >= 2
    assert [worker for worker in workers if not gone(worker)] == []


def test_a_second_run_in_the_directory_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_experiment(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    with locked(Path("out"), note=print):
        assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 2
    said = capsys.readouterr().err
    assert f"--out out: another run works there (process {os.getpid()} on " in said
    assert "Traceback" not in said
    assert cases(tmp_path / "out") == []
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 0


@pytest.mark.slow
def test_a_full_disk_ends_the_run_and_the_rest_is_kept(
    tmp_path: Path, undisturbed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_experiment(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1", "--set", "design.points=1") == 0
    assert len(cases(tmp_path / "out")) == 2
    size = max(path.stat().st_size for path in cases(tmp_path / "out"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    capsys.readouterr()
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that the limit is an error, as a full disk is
    resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, hard))
    try:
        assert ended("run", "x.yaml", "--out", "out", "--jobs", "1", "--set", MORE_POINTS) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    said = capsys.readouterr().err
    assert ".nc: File too large; cases that are done are kept" in said
    assert "Traceback" not in said
    assert len(cases(tmp_path / "out")) == 2
    ran = corridor("run", "x.yaml", "--out", "out", "--set", MORE_POINTS, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "4 replicates are in the store; 6 cases to run" in ran.stderr
    assert content_digest(tmp_path / "out") == content_digest(undisturbed)


def test_a_read_only_disk_is_refused(tmp_path: Path) -> None:
    write_experiment(tmp_path)
    (tmp_path / "mount").mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", "mount"], cwd=tmp_path, check=False, capture_output=True
    )
    if mounted.returncode != 0:  # not root: then a folder's rights are respected
        (tmp_path / "mount").chmod(0o500)
    try:
        ran = corridor("run", "x.yaml", "--out", "mount/out", cwd=tmp_path)
    finally:
        subprocess.run(["umount", "mount"], cwd=tmp_path, check=False, capture_output=True)
    assert ran.returncode == 2
    assert "--out mount/out: cannot be written: " in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.slow
def test_damaged_cases_are_found_reported_and_run_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, indexed: bool
) -> None:
    write_experiment(tmp_path)
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "out"
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 0
    before = content_digest(out)
    cut, changed, empty = cases(out)[:3]
    cut.write_bytes(cut.read_bytes()[:3000])
    with h5py.File(changed) as file:
        at = file["arrivals_people"].id.get_offset()
    content = bytearray(changed.read_bytes())
    content[at] ^= 1  # one bit of a number; elsewhere a file has bytes that nothing reads
    changed.write_bytes(content)
    empty.write_bytes(b"")
    if not indexed:
        for part in (out / "index").iterdir():
            part.unlink()
    capsys.readouterr()
    assert ended("status", "out", "--json") == 1
    record = json.loads(capsys.readouterr().out)
    wrong = {path.name for path in (cut, empty, changed)}
    assert {each["file"] for each in record["damaged"]} == wrong
    assert (record["done"], len(record["missing"])) == (2, 6)
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 0
    said = capsys.readouterr().err
    assert [name for name in wrong if f"{name}: damaged" not in said] == []
    assert "3 of 3 cases done" in said
    assert content_digest(out) == before


def test_an_index_that_is_lost_or_broken_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_experiment(tmp_path)
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "out"
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 0
    first = index.read(out)
    (part,) = (out / "index").iterdir()
    part.write_bytes(part.read_bytes()[:200])
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 0
    keys = ["identity", "seed", "year"]
    again = index.read(out)[first.columns].sort_values(keys, ignore_index=True)
    assert again.equals(first.sort_values(keys, ignore_index=True))
