"""What runs bundles of cases: processes of this machine (joblib's loky) or a Dask cluster."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import joblib
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import TerminatedWorkerError

from corridor.experiments.execution.errors import RunError
from corridor.experiments.execution.processes.worker import Call, Outcome, run_cases
from corridor.results.store.optional import refusal

LOCAL = "local"
CONNECT_SECONDS = 15
ANY_FREE_PORT = "127.0.0.1:0"  # Dask's page for browsers; its usual port may belong to another batch of this machine
AHEAD = 2000  # bundles of cases given to a cluster at a time


class WorkerLost(Exception):
    """A process was ended from outside, with the cases that it had."""


class Backend(Protocol):
    """Runs calls of `run_cases`, `workers` at a time; `here` where its processes are children of this one."""

    here: bool
    workers: int

    def run(self, calls: Iterator[Call]) -> Iterator[Outcome]:
        """The outcomes as they come. Raises WorkerLost, and OSError when a case could not be written."""


@contextlib.contextmanager
def backend(jobs: int, dask: str | None, scratch: Path) -> Iterator[Backend]:
    """Processes here or, with `dask`, the cluster at that address, whose own files are below `scratch` where it is
    started here. Raises RunError when there is none."""
    if dask is None:
        yield LocalProcesses(jobs)
    else:
        with dask_client(dask, jobs, scratch) as client:
            yield DaskCluster(client, jobs)


class LocalProcesses:
    """Processes of this machine, of one thread each."""

    here = True

    def __init__(self, jobs: int) -> None:
        self.workers = jobs

    def run(self, calls: Iterator[Call]) -> Iterator[Outcome]:
        """See `Backend`. All processes are ended when it does not come to its end."""
        with warnings.catch_warnings(), joblib.parallel_config("loky", n_jobs=self.workers, inner_max_num_threads=1):
            # When a run is stopped the other tasks are ended on purpose; the user hears of the cause alone.
            warnings.filterwarnings("ignore", message=r"\d+ tasks which were still being processed")
            # A process whose memory has grown is replaced by another, and its case is not lost.
            warnings.filterwarnings("ignore", message="A worker stopped while some jobs were given")
            parallel = joblib.Parallel(return_as="generator_unordered", batch_size=1)
            try:
                for result in parallel(joblib.delayed(run_cases)(*call) for call in calls):
                    yield from checked(result)
            except BaseException as error:
                get_reusable_executor().shutdown(wait=True, kill_workers=True)
                if isinstance(error, TerminatedWorkerError):
                    raise WorkerLost from error
                raise


class DaskCluster:
    """The workers of a Dask cluster, and those that join it later.

    Dask's own interface and not joblib's: joblib would run all cases here when it sees a cluster of one core, and
    keep only twice the cores that it sees first at work, while a cluster of Slurm jobs grows as jobs begin.
    """

    here = False

    def __init__(self, client: Any, jobs: int) -> None:
        self._client = client
        self.workers = max(jobs, sum(client.ncores().values()))

    def run(self, calls: Iterator[Call]) -> Iterator[Outcome]:
        """See `Backend`."""
        from distributed import KilledWorker, as_completed

        running = as_completed(self._submit(call) for call in islice(calls, AHEAD))
        try:
            for future in running:
                if future.status not in ("finished", "error"):
                    raise RunError(
                        "--dask: the scheduler is gone; cases that are done are kept, start it and run again"
                    )
                outcomes = checked(future.result())
                future.release()
                for call in islice(calls, 1):
                    running.add(self._submit(call))
                yield from outcomes
        except KilledWorker as error:
            raise WorkerLost from error

    def _submit(self, call: Call) -> Any:
        return self._client.submit(run_cases, *call, pure=False)


@contextlib.contextmanager
def dask_client(address: str, jobs: int, scratch: Path) -> Iterator[Any]:
    """A client of the cluster at an address, or of one that is started here. Raises RunError when there is none."""
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError:
        raise RunError(f"--dask: {refusal('distributed')}", 2) from None
    logging.getLogger("distributed.client").setLevel(
        logging.CRITICAL
    )  # a lost scheduler is reported in one line instead
    if address == LOCAL:
        with (
            dask.config.set({"temporary-directory": str(scratch)}),
            LocalCluster(n_workers=jobs, threads_per_worker=1, dashboard_address=ANY_FREE_PORT) as cluster,
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


def checked(result: list[Outcome] | OSError) -> list[Outcome]:
    """The outcomes of a bundle; the error where a case could not be written is raised."""
    if isinstance(result, OSError):
        raise result
    return result
