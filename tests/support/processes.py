"""Commands as processes of their own, which the tests may kill, without waiting for their imports.

A process is forked from a server that has imported what commands need, and ends as one that was started: signals, exit
codes, children and what is printed are the same. The server is Python's own (`multiprocessing`, method "forkserver").
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

PRINTED = "printed-{}.txt"  # file of standard output (1) and errors (2), beside the folder of the process
IMPORTED = (
    "corridor.experiments.analyses.overview",
    "corridor.experiments.config.designs.points",
    __name__,
    "scipy.stats.qmc",
)
LONGEST = 300.0  # seconds

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(list(IMPORTED))


def begun(*arguments: object, cwd: Path, env: Mapping[str, str] | None = None) -> ForkServerProcess:
    """A command that runs in a session of its own while the test goes on; what it prints is in files beside `cwd`."""
    words = [str(each) for each in arguments]
    process = SERVER.Process(target=perform, args=(words, cwd, dict(os.environ if env is None else env)))
    process.start()
    return process


def corridor(*arguments: object, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A command that ran as a process of its own to its end."""
    process = begun(*arguments, cwd=cwd, env=env)
    code = exit_code(process)
    out, err = (printed(cwd, stream).read_text(encoding="utf-8") for stream in (1, 2))
    return subprocess.CompletedProcess(list(arguments), code, out, err)


def exit_code(process: ForkServerProcess, seconds: float = LONGEST) -> int:
    """The exit code of a process, negative for a signal, when it ends; AssertionError when that takes longer."""
    process.join(seconds)
    assert process.exitcode is not None, f"process {process.pid} goes on after {seconds:g} seconds"
    return process.exitcode


def kill_with_workers(process: ForkServerProcess) -> None:
    """Kill a process and all that it has started."""
    assert process.pid is not None
    os.killpg(process.pid, signal.SIGKILL)
    process.join()


def children(process: ForkServerProcess) -> list[int]:
    """The processes that a process has started, from /proc."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            status = (entry / "stat").read_text(encoding="utf-8") if entry.name.isdigit() else ""
        except OSError:
            continue  # it ended meanwhile
        if status and int(status.rpartition(")")[2].split()[1]) == process.pid:
            found.append(int(entry.name))
    return found


def printed(folder: Path, stream: int) -> Path:
    """The file of what the last process in a folder printed on a stream."""
    return folder.parent / f"{folder.name}-{PRINTED.format(stream)}"


def perform(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
    """Make this process one that runs a command: session, folder, environment and what it prints."""
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for stream in (1, 2):
        file = os.open(printed(folder, stream), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, stream)
        os.close(file)
    from corridor.experiments.cli.app import main

    try:
        main(arguments)
    finally:
        threading._shutdown()  # the end of an interpreter, which forked processes leave out: joblib's workers end here
        atexit._run_exitfuncs()
