"""Experiments run where what only POSIX has is missing, as on Windows."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corridor.experiments.execution.errors import RunError
from corridor.experiments.execution.folders.locking import HOLDER, locked
from corridor.results.store import whole_files
from tests.support.batches import content_digest, write_experiment
from tests.support.processes import begun

IMITATION = Path(__file__).parents[2] / "support" / "like_windows"
LIKE_WINDOWS = {**os.environ, "PYTHONPATH": str(IMITATION)}
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
PROBES = """
import os, sys
from types import ModuleType
probe = ModuleType("corridor.probe")
exec(compile(sys.argv[1], "probe", "exec"), vars(probe))
"""


COMMANDS = """
import sys
from corridor.experiments.cli.app import main
for words in sys.argv[1:]:
    try:
        main(words.split())
    except SystemExit as end:
        assert end.code == 0, words
"""


def probed(code: str) -> str:
    """The last line of stderr when code of ours does this on such a system."""
    command = [sys.executable, "-c", PROBES, code]
    return subprocess.run(command, env=LIKE_WINDOWS, capture_output=True, text=True, check=False).stderr.strip()


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("import fcntl", "ModuleNotFoundError: No module named 'fcntl'"),
        ("from resource import getrusage", "ModuleNotFoundError: No module named 'resource'"),
        ("import os; os.geteuid()", "AttributeError: module 'os' has no attribute 'geteuid'"),
        ("from os import fork", "ImportError: cannot import name 'fork' from 'os'"),
        ("import signal; signal.SIGKILL", "AttributeError: module 'signal' has no attribute 'SIGKILL'"),
        ("import os; os.open('.', os.O_RDONLY)", "PermissionError: [Errno 13] Permission denied: '.'"),
        ("import os, sys; os.fsync(os.open(sys.executable, os.O_RDONLY))", "OSError: [Errno 9] Bad file descriptor"),
        ("import os, signal, subprocess; signal.SIGTERM; os.getppid()", ""),
    ],
)
def test_the_imitation_lacks_what_windows_lacks(code: str, error: str) -> None:
    assert error in probed(code) if error else probed(code) == ""


@pytest.mark.slow
def test_an_experiment_runs_as_on_windows(tmp_path: Path, finished: Path) -> None:
    """On one process and on two; and the commands that read what was stored."""
    write_experiment(tmp_path)
    runs = [f"run x.yaml --out {out} --jobs {jobs}" for jobs, out in ((1, "one"), (2, "two"))]
    command = [sys.executable, "-c", COMMANDS, *runs, "status one", "status two", "digest one", "digest two"]
    ran = subprocess.run(command, cwd=tmp_path, env=LIKE_WINDOWS, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert {content_digest(tmp_path / out) for out in ("one", "two")} == {content_digest(finished)}
    for path in tmp_path.rglob("*"):
        assert not set(path.name) & set('<>:"\\|?*') and path.name[-1] not in ". ", path
        assert not RESERVED.fullmatch(path.name), path


@pytest.mark.slow
def test_every_module_is_imported_as_on_windows() -> None:
    """All but the programs in `peers`, which other interpreters run in their own folder."""
    code = """
import importlib, pkgutil
names = []
for top in ("model", "experiments", "calibration", "results"):
    package = importlib.import_module(f"corridor.{top}")
    found = pkgutil.walk_packages(package.__path__, f"corridor.{top}.")
    names += [each.name for each in found if not each.name.endswith("__main__") and ".peers." not in each.name]
for name in names:
    importlib.import_module(name)
print(len(names))"""
    done = subprocess.run([sys.executable, "-c", code], env=LIKE_WINDOWS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 100


# the lock


def test_who_holds_a_lock_can_be_read_and_is_forgotten(tmp_path: Path) -> None:
    with locked(tmp_path, note=pytest.fail):
        assert (tmp_path / HOLDER).read_text(encoding="utf-8").startswith(f"process {os.getpid()} on ")
        with pytest.raises(RunError, match=f"another run works there \\(process {os.getpid()} on ") as refused:
            locked(tmp_path, note=pytest.fail).__enter__()
        assert refused.value.code == 2
        (tmp_path / HOLDER).unlink()
        with pytest.raises(RunError, match=r"another run works there \(another process\)"):
            locked(tmp_path, note=pytest.fail).__enter__()
    assert not (tmp_path / HOLDER).exists()
    with locked(tmp_path, note=pytest.fail):
        pass


@pytest.mark.slow
def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    write_experiment(tmp_path)
    long = ["--set", "start=2018-01-01", "--set", "end=2025-12-31", "--scale", "100", "--jobs", "1"]
    process = begun("run", "x.yaml", "--out", "out", *long, cwd=tmp_path)
    try:
        for _ in range(1200):
            if (tmp_path / "out" / HOLDER).exists():
                break
            time.sleep(0.05)
        with pytest.raises(RunError, match=rf"process {process.pid} on "):
            locked(tmp_path / "out", note=pytest.fail).__enter__()
    finally:
        process.kill()
        process.join()
    with locked(tmp_path / "out", note=pytest.fail):
        pass


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", refuse)
    notes: list[str] = []
    with locked(tmp_path, note=notes.append):
        pass
    assert notes == [f"{tmp_path}: this file system knows no locks; make sure that only one run works there at a time"]


def test_another_failure_of_the_lock_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(fcntl, "flock", fail)
    with pytest.raises(OSError, match="Input/output error"), locked(tmp_path, note=pytest.fail):
        pass


# files


def test_a_folder_that_cannot_be_flushed_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def refuse_folders(handle: int) -> None:
        if Path(f"/dev/fd/{handle}").is_dir():
            raise OSError(errno.EINVAL, "Invalid argument")
        real(handle)

    monkeypatch.setattr(os, "fsync", refuse_folders)
    whole_files.write_text(tmp_path / "a.txt", "whole\n")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_that_cannot_be_flushed_is_a_failure_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="Input/output error") as failed:
        whole_files.write_text(tmp_path / "a.txt", "whole\n")
    assert failed.value.filename == str(tmp_path / "a.txt") and list(tmp_path.iterdir()) == []
