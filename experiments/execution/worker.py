"""Cases in the process that runs them: simulated side by side, stored, and reported to the process that waits.

A worker may be another process, or another machine: it gets all that it needs in its tasks.
"""

from __future__ import annotations

import json
import os
import signal
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corridor.experiments.config.cases import Case
from corridor.experiments.execution import provenance
from corridor.experiments.execution.case import Definition, run_together
from corridor.experiments.execution.progress import ticking
from corridor.model.records import Records
from corridor.results.store import case_file

FAILURES_SHOWN = 10


@dataclass(frozen=True)
class Task:
    """A case ready to be run anywhere: what it is run from, the file that it makes, and the attributes stored in it."""

    case: Case
    definition: Definition
    path: Path
    attributes: dict[str, str]


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


def failure_message(failed: list[Failure], cases: int, records: Path) -> str:
    """The message when cases failed; `records` is where their tracebacks are."""
    first = "\n".join(f"{each.case}: {each.error}" for each in failed[:FAILURES_SHOWN])
    more = f"\n... and {len(failed) - FAILURES_SHOWN} more" if len(failed) > FAILURES_SHOWN else ""
    return (
        f"{first}{more}\n{len(failed)} of {cases} cases failed; tracebacks are in {records}, the "
        "others are kept, and the same command tries again. Tables are written when all cases are done"
    )


@dataclass(frozen=True)
class Outcome:
    """What a case's process reports back: how long it took, and its rows of the index or why it failed."""

    case: Case
    seconds: float
    path: Path = Path()
    described: dict[str, Any] = field(default_factory=dict)
    failure: Failure | None = None


Call = tuple[tuple[Task, ...], Path, Path | None, int | None]  # the arguments of `run_cases`


def run_cases(
    tasks: tuple[Task, ...], scratch: Path, ticks: Path | None, parent: int | None
) -> list[Outcome] | OSError:
    """Simulate cases side by side and store each; runs in its own process. What fails in a simulation is reported back.

    When several cases fail together each is run again by itself, so that only those fail that fail alone. A file that
    cannot be written is given back as the error that it is, because it ends the batch. `scratch` is the folder for
    files that are needed only meanwhile, `ticks` is the folder where
    progress is reported (see `progress`), `parent` the process that waits for this one.
    """
    if parent is not None and os.getpid() != parent:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent alone answers Ctrl-C
    try:
        return list(simulated(tasks, scratch, ticks, parent))
    except CaseError as failed:
        if len(tasks) == 1:
            (task,), error = tasks, failed.error
            return [Outcome(task.case, failed.seconds, task.path, failure=failure_of(task, error))]
    except OSError as error:
        return error
    outcomes: list[Outcome] = []
    for task in tasks:
        result = run_cases((task,), scratch, ticks, parent)
        if isinstance(result, OSError):
            return result
        outcomes += result
    return outcomes


class CaseError(Exception):
    """What was raised by a simulation, after how many seconds."""

    def __init__(self, error: Exception, seconds: float) -> None:
        super().__init__(str(error))
        self.error, self.seconds = error, seconds


def simulated(tasks: tuple[Task, ...], scratch: Path, ticks: Path | None, parent: int | None) -> Iterator[Outcome]:
    """The outcomes of cases that ran side by side and were stored, each with its share of the seconds.

    Raises CaseError when the simulation fails, and OSError when a case cannot be written.
    """
    began = time.perf_counter()
    seeds = [task.case.seeds for task in tasks]
    replicates = sum(map(len, seeds))
    try:
        if any(provenance.code_sha256() != task.definition.configuration["code_sha256"] for task in tasks):
            raise RuntimeError("the code of model/ here is not that of the batch; was it changed while it ran?")
        with ticking(ticks / tasks[0].path.name if ticks else None, replicates, parent) as tick:
            several = run_together([task.definition for task in tasks], seeds, tick, scratch=scratch)
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
