"""Cases in the process that runs them: simulated together, stored, and reported to the process that waits.

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
from corridor.experiments.execution.cases import provenance
from corridor.experiments.execution.cases.case import Definition, SimulatedCase, rows_by_policy, run_family
from corridor.experiments.execution.processes.progress import ticking
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
    """What a case's process reports back: how long it took, its rows of the index or why it failed, and the days of a
    replicate that were simulated for it, those that it shares with others in parts."""

    case: Case
    seconds: float
    path: Path = Path()
    described: dict[str, Any] = field(default_factory=dict)
    failure: Failure | None = None
    days: float = 0.0


Call = tuple[tuple[Task, ...], Path, Path | None, int | None]  # the arguments of `run_cases`


def run_cases(
    tasks: tuple[Task, ...], scratch: Path, ticks: Path | None, parent: int | None
) -> list[Outcome] | OSError:
    """Simulate cases together and store each when it ends; runs in its own process. What fails in a simulation is
    reported back.

    Cases that a process stored before it was lost are not run again. When several cases fail together each that is not
    stored is run again by itself, so that only those fail that fail alone. A file that
    cannot be written is given back as the error that it is, because it ends the batch. `scratch` is the folder for
    files that are needed only meanwhile, `ticks` is the folder where
    progress is reported (see `progress`), `parent` the process that waits for this one.
    """
    if parent is not None and os.getpid() != parent:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent alone answers Ctrl-C
    outcomes = [found(task.path, task.case) for task in tasks if task.path.exists()]
    missing = [task for task in tasks if not task.path.exists()]
    try:
        for family in families(missing):
            outcomes += run_apart_if_needed(family, scratch, ticks, parent)
    except OSError as error:
        return error
    return outcomes


def run_apart_if_needed(tasks: list[Task], scratch: Path, ticks: Path | None, parent: int | None) -> Iterator[Outcome]:
    """The outcomes of cases that are simulated together or, where that fails, of each that is left by itself."""
    left = {task.path: task for task in tasks}
    try:
        for outcome in simulated(tasks, scratch, ticks, parent):
            del left[outcome.path]
            yield outcome
    except CaseError as failed:
        if len(tasks) == 1:
            yield Outcome(tasks[0].case, failed.seconds, tasks[0].path, failure=failure_of(tasks[0], failed.error))
            return
        for task in left.values():
            yield from run_apart_if_needed([task], scratch, ticks, parent)


def families(tasks: list[Task]) -> list[list[Task]]:
    """Tasks in lists that can be simulated together: those of all policies that have the same parameters and seeds."""
    configurations = [task.definition.configuration for task in tasks]
    alike: dict[str, list[Task]] = {}
    for row in rows_by_policy(configurations):
        replicates = json.dumps([(configurations[k]["parameters"], tasks[k].case.seeds) for k in row])
        alike.setdefault(replicates, []).extend(tasks[k] for k in row)
    return list(alike.values())


def found(path: Path, case: Case) -> Outcome:
    """The outcome of a case that is in the store."""
    described = case_file.examine(path)
    return Outcome(case, float(described["seconds"][0]), path, described)


class CaseError(Exception):
    """What was raised by a simulation, after how many seconds."""

    def __init__(self, error: Exception, seconds: float) -> None:
        super().__init__(str(error))
        self.error, self.seconds = error, seconds


def simulated(tasks: list[Task], scratch: Path, ticks: Path | None, parent: int | None) -> Iterator[Outcome]:
    """The outcomes of cases that are simulated together, each stored when its last day is over.

    Raises CaseError when the simulation fails, and OSError when a case cannot be written.
    """
    for done in attempted(tasks, scratch, ticks, parent):
        yield stored(tasks[done.number], done)


def attempted(tasks: list[Task], scratch: Path, ticks: Path | None, parent: int | None) -> Iterator[SimulatedCase]:
    """The cases of a simulation as they end. Raises CaseError when it fails."""
    began = time.perf_counter()
    definitions, seeds = [task.definition for task in tasks], [task.case.seeds for task in tasks]
    try:
        configurations = [definition.configuration for definition in definitions]
        if any(provenance.code_sha256() != each["code_sha256"] for each in configurations):
            raise RuntimeError("the code of model/ here is not that of the batch; was it changed while it ran?")
        replicates = sum(len(seeds[k]) for k in rows_by_policy(configurations)[0])
        with ticking(ticks / tasks[0].path.name if ticks else None, replicates, parent) as tick:
            yield from run_family(definitions, seeds, tick, scratch=scratch)
    except Exception as error:
        raise CaseError(error, time.perf_counter() - began) from error


def stored(task: Task, done: SimulatedCase) -> Outcome:
    """Write the file of a case. Raises OSError, with its name, when that cannot be done."""
    try:
        written = case_file.save(done.records, task.path, {**task.attributes, **circumstances(done.seconds)})
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(task.path)) from error
    described = case_file.describe(task.path, *written)
    return Outcome(task.case, done.seconds, task.path, described, days=done.days)


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
