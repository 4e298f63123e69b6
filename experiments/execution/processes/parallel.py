"""The cases of a batch over the processes of this machine or a Dask cluster, begun again where processes are lost."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corridor.experiments.config.cases import Case
from corridor.experiments.execution.errors import RunError
from corridor.experiments.execution.folders.scratch import temporary_folder
from corridor.experiments.execution.processes.backends import Backend, WorkerLost, backend
from corridor.experiments.execution.processes.grouping import Sharing, group_cases
from corridor.experiments.execution.processes.progress import Progress
from corridor.experiments.execution.processes.worker import Outcome, Task, found

MOST_BREAKS = 3  # times in a row that processes are ended from outside without any case done in between


@dataclass(frozen=True)
class Work:
    """Cases by the file that each makes, how to get one ready, what those need that share their past, how many
    replicates may run side by side, and the folder for files that are needed only meanwhile."""

    cases: dict[Path, Case]
    task: Callable[[Path, Case], Task]
    sharing: Sharing
    together: int
    scratch: Path


@dataclass(frozen=True)
class Execution:
    """Where cases run: over `jobs` processes here or, with `dask`, on the cluster at that address ("local" starts one
    of `jobs` processes here)."""

    jobs: int
    dask: str | None = None

    def run(self, work: Work, share_done: Callable[[float], None]) -> Iterator[Outcome]:
        """The outcomes of all cases, as they come.

        When a process is ended from outside the cases that it took with it are run again. Raises RunError when that
        happens again and again, and OSError when a case cannot be written.
        """
        waiting, breaks = dict(work.cases), 0
        if not waiting:
            return
        with (
            backend(self.jobs, self.dask, work.scratch) as workers,
            temporary_folder(work.scratch) as ticks,
            Progress(share_done, ticks if workers.here else None) as progress,
        ):
            while waiting:
                before = len(waiting)
                for outcome in attempt(workers, waiting, work, progress):
                    del waiting[outcome.path]
                    progress.done(outcome.path, outcome.days)
                    yield outcome
                breaks = breaks + 1 if len(waiting) == before else 0
                if breaks == MOST_BREAKS:
                    raise RunError(
                        f"a process was ended from outside {MOST_BREAKS} times, perhaps for want of memory; try fewer "
                        f"--jobs or a larger --scale ({len(waiting)} cases are not done)"
                    )


def attempt(workers: Backend, waiting: dict[Path, Case], work: Work, progress: Progress) -> Iterator[Outcome]:
    """The outcomes of the cases that wait, until all have come or a process was lost; then of those it had done."""
    parent = os.getpid() if workers.here else None
    cases = dict(waiting)
    bundles = group_cases(cases, work.sharing, work.together, workers.workers)
    progress.expect(sum(bundle.days for bundle in bundles))
    calls = (
        (tuple(work.task(path, cases[path]) for path in bundle.keys), work.scratch, progress.folder, parent)
        for bundle in bundles
    )
    try:
        yield from workers.run(calls)
    except WorkerLost:
        yield from survivors(waiting)


def survivors(waiting: dict[Path, Case]) -> Iterator[Outcome]:
    """Cases that were written whole before their process was ended, so that they are not run again."""
    for path, case in list(waiting.items()):
        if path.exists():
            yield found(path, case)
