"""Cases over the processes of this machine (joblib's loky) or a Dask cluster; nothing else differs between them."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import tempfile
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import joblib
import psutil
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import TerminatedWorkerError

from corridor.experiments.config.cases import Case
from corridor.experiments.execution import provenance
from corridor.experiments.execution.case import Definition, run_together
from corridor.experiments.execution.grouping import group_cases
from corridor.model.records import Records
from corridor.results.store import case_file

POLL_SECONDS = 0.3
MOST_BREAKS = 3  # times in a row that processes are ended from outside without any case done in between
LOCAL = "local"
CONNECT_SECONDS = 15
AHEAD = 2000  # bundles of cases given to a cluster at a time


class RunError(Exception):
    """A run that could not begin (code 2: mistake of the user) or not be finished (code 1); the message says why."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Task:
    """A case ready to be run anywhere: what it is run from, the file that it makes, and what that says about itself."""

    case: Case
    definition: Definition
    path: Path
    attributes: dict[str, str]


@dataclass(frozen=True)
class Work:
    """Cases by the file that each makes, how to get one ready, how many days each has, and how many replicates may
    run side by side."""

    cases: dict[Path, Case]
    task: Callable[[Path, Case], Task]
    days: int
    together: int


@dataclass(frozen=True)
class Failure:
    """Why a case failed."""

    case: str
    world: str
    point: int
    seeds: tuple[int, ...]
    identity: str
    error: str
    traceback: str
    at: str


@dataclass(frozen=True)
class Outcome:
    """What a case's process reports back: how long it took, and its rows of the index or why it failed."""

    case: Case
    seconds: float
    path: Path = Path()
    described: dict[str, Any] = field(default_factory=dict)
    failure: Failure | None = None


Call = tuple[tuple[Task, ...], Path | None, int | None]  # the arguments of `run_cases`
Processes = Callable[[Iterator[Call]], Iterator[Outcome]]


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
        with self._processes() as (processes, workers), Progress(work, share_done, self.dask is None) as progress:
            while waiting:
                before = len(waiting)
                for outcome in self._attempt(processes, waiting, work, workers, progress.folder):
                    del waiting[outcome.path]
                    progress.done(outcome)
                    yield outcome
                breaks = breaks + 1 if len(waiting) == before else 0
                if breaks == MOST_BREAKS:
                    raise RunError(
                        f"a process was ended from outside {MOST_BREAKS} times, perhaps for want of memory; try fewer "
                        f"--jobs or a larger --scale ({len(waiting)} cases are not done)"
                    )

    def _attempt(
        self, processes: Processes, waiting: dict[Path, Case], work: Work, workers: int, ticks: Path | None
    ) -> Iterator[Outcome]:
        """The outcomes of the cases that wait, until all have come or a process was lost; then of those it had done."""
        parent = None if self.dask else os.getpid()
        cases = dict(waiting)
        calls = (
            (tuple(work.task(path, cases[path]) for path in bundle), ticks, parent)
            for bundle in group_cases(cases, work.together, workers)
        )
        try:
            yield from processes(calls)
        except lost_workers(self.dask):
            self._end_processes()
            yield from survivors(waiting)
        except BaseException:
            self._end_processes()
            raise

    def _end_processes(self) -> None:
        if self.dask is None:
            get_reusable_executor().shutdown(wait=True, kill_workers=True)

    @contextlib.contextmanager
    def _processes(self) -> Iterator[tuple[Processes, int]]:
        """What runs calls of `run_cases`, processes here of one thread each or a cluster; and how many at a time."""
        if self.dask is None:
            with joblib.parallel_config(backend="loky", n_jobs=self.jobs, inner_max_num_threads=1):
                yield in_processes, self.jobs
        else:
            with dask_client(self.dask, self.jobs) as client:
                yield partial(on_cluster, client), max(self.jobs, sum(client.ncores().values()))


def lost_workers(dask: str | None) -> tuple[type[Exception], ...]:
    """What is raised when a process is lost."""
    if dask is None:
        return (TerminatedWorkerError,)
    from distributed import KilledWorker

    return (KilledWorker,)


@contextlib.contextmanager
def dask_client(address: str, jobs: int) -> Iterator[Any]:
    """A client of the cluster at an address, or of one that is started here. Raises RunError when there is none."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise RunError("--dask: Dask is not installed; pip install 'corridor-sim[cluster]'", 2) from None
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # a lost scheduler is told in one line instead
    if address == LOCAL:
        with (
            LocalCluster(n_workers=jobs, threads_per_worker=1, dashboard_address=None) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise RunError(f"--dask {address}: no scheduler answers there ({error})", 2) from None
    with client:
        yield client


def on_cluster(client: Any, calls: Iterator[Call]) -> Iterator[Outcome]:
    """The outcomes of `run_cases` on a Dask cluster as they come; OSError when one could not be written.

    Dask's own interface and not joblib's: joblib would run all cases here when it sees a cluster of one core, and
    keep only twice the cores that it sees first at work, while a cluster of Slurm jobs grows as jobs begin.
    """
    from distributed import as_completed

    running = as_completed(client.submit(run_cases, *call, pure=False) for call in islice(calls, AHEAD))
    for future in running:
        if future.status not in ("finished", "error"):
            raise RunError("--dask: the scheduler is gone; cases that are done are kept, start it and run again")
        outcomes = checked(future.result())
        future.release()
        for call in islice(calls, 1):
            running.add(client.submit(run_cases, *call, pure=False))
        yield from outcomes


def in_processes(calls: Iterator[Call]) -> Iterator[Outcome]:
    """The outcomes of `run_cases` as they come; OSError when one could not be written."""
    with warnings.catch_warnings():
        # When a run is stopped the other tasks are ended on purpose; the user is told of the cause alone.
        warnings.filterwarnings("ignore", message=r"\d+ tasks which were still being processed")
        parallel = joblib.Parallel(return_as="generator_unordered", batch_size=1)
        for result in parallel(joblib.delayed(run_cases)(*call) for call in calls):
            yield from checked(result)


def checked(result: list[Outcome] | OSError) -> list[Outcome]:
    """The outcomes of a bundle; the error where a case could not be written is raised."""
    if isinstance(result, OSError):
        raise result
    return result


def survivors(waiting: dict[Path, Case]) -> Iterator[Outcome]:
    """Cases that were written whole before their process was ended, so that they are not run again."""
    for path, case in list(waiting.items()):
        if path.exists():
            described = case_file.examine(path)
            yield Outcome(case, float(described["seconds"][0]), path, described)


def run_cases(tasks: tuple[Task, ...], ticks: Path | None, parent: int | None) -> list[Outcome] | OSError:
    """Simulate cases side by side and store each; runs in its own process. What fails in a simulation is reported back.

    When several cases fail together each is run again by itself, so that only those fail that fail alone. A file that
    cannot be written is given back as the error that it is, because it ends the batch. `ticks` is where progress is
    told (a file that grows by one byte a simulated day of a replicate), `parent` the process that waits for this one.
    """
    if parent is not None and os.getpid() != parent:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent alone answers Ctrl-C
    try:
        return list(simulated(tasks, ticks, parent))
    except CaseError as failed:
        if len(tasks) == 1:
            (task,), error = tasks, failed.error
            return [Outcome(task.case, failed.seconds, task.path, failure=failure_of(task, error))]
    except OSError as error:
        return error
    outcomes: list[Outcome] = []
    for task in tasks:
        result = run_cases((task,), ticks, parent)
        if isinstance(result, OSError):
            return result
        outcomes += result
    return outcomes


class CaseError(Exception):
    """What was raised by a simulation, after how many seconds."""

    def __init__(self, error: Exception, seconds: float) -> None:
        super().__init__(str(error))
        self.error, self.seconds = error, seconds


def simulated(tasks: tuple[Task, ...], ticks: Path | None, parent: int | None) -> Iterator[Outcome]:
    """The outcomes of cases that ran side by side and were stored, each with its share of the seconds.

    Raises CaseError when the simulation fails, and OSError when a case cannot be written.
    """
    began = time.perf_counter()
    seeds = [task.case.seeds for task in tasks]
    replicates = sum(map(len, seeds))
    try:
        if any(provenance.code_sha256() != task.definition.configuration["code_sha256"] for task in tasks):
            raise RuntimeError("the code of model/ here is not that of the batch; was it changed while it ran?")
        with ticking(tasks[0], replicates, ticks, parent) as tick:
            several = run_together([task.definition for task in tasks], seeds, tick)
    except Exception as error:
        raise CaseError(error, time.perf_counter() - began) from error
    a_replicate = (time.perf_counter() - began) / replicates
    for task, records in zip(tasks, several, strict=True):
        yield stored(task, records, a_replicate * len(task.case.seeds))


def stored(task: Task, records: Records, seconds: float) -> Outcome:
    """Write the file of a case. Raises OSError, with its name, when that cannot be done."""
    try:
        written = case_file.save(records, task.path, {**task.attributes, **circumstances(seconds)})
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(task.path)) from error
    return Outcome(task.case, seconds, task.path, case_file.describe(task.path, *written))


def circumstances(seconds: float) -> dict[str, str]:
    """Where, when and in how long a case was run."""
    return {
        "provenance": json.dumps(provenance.provenance()),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": f"{seconds:.3f}",
    }


def failure_of(task: Task, error: Exception) -> Failure:
    """What went wrong and where: in one line, and as a traceback."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    line = f"{type(error).__name__}: {error} ({Path(last.filename).name}, line {last.lineno})"
    case = task.case
    return Failure(
        case.name,
        case.world,
        case.point.number,
        case.seeds,
        task.definition.identity,
        line,
        "".join(traceback.format_exception(error)),
        datetime.now(UTC).isoformat(timespec="seconds"),
    )


@contextlib.contextmanager
def ticking(task: Task, replicates: int, ticks: Path | None, parent: int | None) -> Iterator[Callable[[int], None]]:
    """A function that tells of simulated days, and ends this process when the one that waits for it is gone."""
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(open(ticks / task.path.name, "wb", buffering=0)) if ticks else None

        def tick(days: int) -> None:
            if parent is not None and not runs(parent):
                os._exit(1)
            if file:
                file.write(b"." * (days * replicates))

        yield tick


def runs(process: int) -> bool:
    """Whether a process runs; one that has ended and waits for its own parent to take notice does not."""
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Progress:
    """Tells the share of the work that is done while a block lasts.

    Processes here tell their days by the size of a file in `folder`, one for each bundle under way; on a cluster only
    whole cases count.
    """

    def __init__(self, work: Work, share_done: Callable[[float], None], here: bool) -> None:
        self._share_done, self._days = share_done, work.days
        self._total = max(1, work.days * sum(len(case.seeds) for case in work.cases.values()))
        self._whole = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._holder = tempfile.TemporaryDirectory(prefix="corridor-", ignore_cleanup_errors=True) if here else None
        self.folder = Path(self._holder.name) if self._holder else None

    def __enter__(self) -> Progress:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        if self._holder:
            self._holder.cleanup()

    def done(self, outcome: Outcome) -> None:
        """Count a case as whole."""
        self._whole += self._days * len(outcome.case.seeds)
        if self.folder:
            (self.folder / outcome.path.name).unlink(missing_ok=True)

    def _look(self) -> None:
        while not self._ended.wait(POLL_SECONDS):
            files = list(self.folder.iterdir()) if self.folder else []
            under_way = sum(map(size, files))
            self._share_done(min(1.0, (self._whole + under_way) / self._total))


def size(path: Path) -> int:
    """Bytes of a file, 0 when it is gone."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
