"""`corridor bench --against REVISION`: a revision of the repository and the working tree in turn."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from corridor.experiments.benchmarks.in_turn import in_turn, workload
from corridor.experiments.execution.folders.scratch import temporary_folder
from corridor.model.engine.errors import InputError

ROOT = Path(__file__).parents[2]
FOLDERS = ("model", "experiments", "calibration", "results")
TASKS = {  # years, people per agent, replicates
    "one small world": (2, 50.0, 1),
    "sixteen together": (1, 20.0, 16),
    "many people": (1, 2.0, 1),
}
MOST_LOSS = 1.1  # times as long as the revision


def measure(revision: str, rounds: int) -> dict[str, Any]:
    """For each task the seconds of both, the ratio of the revision's time to the tree's, and whether none is lost.

    Raises InputError where this is no git repository, or has no such revision.
    """
    tasks: list[dict[str, Any]] = []
    with checked_out(revision) as landed, linked(ROOT) as here:
        for name, task in TASKS.items():
            timings = in_turn({"landed": workload(*task, (landed,)), "here": workload(*task, (here,))}, rounds)
            tasks.append(
                {
                    "task": name,
                    "landed_seconds": round(timings.median("landed"), 3),
                    "here_seconds": round(timings.median("here"), 3),
                    "times_faster": round(timings.ratio("landed", "here"), 3),
                }
            )
    kept = all(task["times_faster"] >= 1.0 / MOST_LOSS for task in tasks)
    return {"against": revision, "rounds": rounds, "tasks": tasks, "kept": kept}


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """A folder from which the package of a revision is imported, removed afterwards."""
    asked = subprocess.run(
        ["git", "-C", str(ROOT), "archive", "--format=tar", revision], capture_output=True, check=False
    )
    if asked.returncode != 0:
        reason = asked.stderr.decode(errors="replace").strip()
        raise InputError([f"--against: {revision!r} is not allowed; a revision of this git repository ({reason})"])
    with temporary_folder() as folder:
        with tarfile.open(fileobj=io.BytesIO(asked.stdout)) as archive:
            archive.extractall(folder, filter="data")
        with linked(folder) as path:
            yield path


@contextmanager
def linked(tree: Path) -> Iterator[Path]:
    """A folder from which the package is imported as it lies in a tree, without an installation."""
    if not (tree / "corridor").is_dir():  # before the package had one name its folders were imported as they are
        yield tree
        return
    with temporary_folder() as folder:
        package = folder / "corridor"
        package.mkdir()
        (package / "__init__.py").symlink_to(tree / "corridor" / "__init__.py")
        for name in FOLDERS:
            (package / name).symlink_to(tree / name)
        yield folder


def show(measured: dict[str, Any], console: Console) -> None:
    """Print the measurements for reading."""
    for task in measured["tasks"]:
        console.print(
            f"{task['task']}: {task['landed_seconds']:.2f} s at {measured['against']}, {task['here_seconds']:.2f} s "
            f"here; {task['times_faster']:.2f} times faster"
        )
    console.print("no task is slower by more than 10 %" if measured["kept"] else "a task is slower by more than 10 %")
