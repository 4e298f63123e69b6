"""Runs the cases of an analysis that a folder lacks, then writes its tables and figures.

A folder holds one file a case (`cases/`), the index made from them, and a plan that says which belong together. A case
that is in the store is not run again, so the same command continues a run that was stopped, killed or failed.
Execution is joblib's or Dask's (`parallel`).
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from corridor.experiments.config.cases import Case
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.policies.effective import combined_problems
from corridor.experiments.execution.analysis import Analysis, AnalysisResult, RunResult, StoredCases
from corridor.experiments.execution.cases import provenance
from corridor.experiments.execution.errors import RunError
from corridor.experiments.execution.folders.locking import locked
from corridor.experiments.execution.folders.publishing import clear_unfinished, older_note, prepare_folder, publish
from corridor.experiments.execution.folders.scratch import clear_scratch, scratch_of
from corridor.experiments.execution.limits import check_size, check_time
from corridor.experiments.execution.processes.grouping import Sharing, group_cases
from corridor.experiments.execution.processes.parallel import Execution, Work
from corridor.experiments.execution.processes.worker import Failure, Outcome, Task, failure_message
from corridor.experiments.execution.timing import days_of, timing
from corridor.model.engine.errors import InputError
from corridor.results.store import case_file, destinations, index, run_folder, whole_files
from corridor.results.tables.keys import with_keys

T = TypeVar("T")
CASES_A_PART = 200  # of the index; cases that are not yet in it are read from their files


@dataclass(frozen=True)
class Planned:
    """A case and its identity."""

    case: Case
    identity: str


@dataclass(frozen=True)
class RunEstimate:
    """What a run would do: its replicates in how many cases, cases to run, replicates that are in the store, and about
    how many seconds it takes."""

    experiment: Experiment
    replicates: int
    cases: int
    to_do: Sequence[object]
    stored: int
    seconds: float


def proceed(_: RunEstimate) -> bool:
    """Run all that is to be done."""
    return True


def ignore(_: Any) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class ProgressCallbacks:
    """Functions called during a run: with the estimate before it (False: do not run), with the share of the work
    that is done, with every case that ends, and with what else the user should know."""

    estimated: Callable[[RunEstimate], bool] = proceed
    share_done: Callable[[float], None] = ignore
    case_done: Callable[[Outcome], None] = ignore
    note: Callable[[str], None] = ignore


class NotRun(Exception):
    """Raised when the callback of the estimate returns False."""


def run_analysis(
    analysis: Analysis, folder: Path, execution: Execution, callbacks: ProgressCallbacks | None = None
) -> RunResult:
    """Run the cases that `folder` lacks, then write the analysis' tables, figures and manifest.

    Raises InputError when the folder cannot be used or the cases cannot answer the question, RunError when cases
    failed (those that are done are kept), and NotRun when the callback of the estimate returns False.
    """
    callbacks = callbacks or ProgressCallbacks()
    began, started = time.perf_counter(), datetime.now(UTC)

    def finish(cases: StoredCases) -> RunResult:
        spent = {"started": started.isoformat(), "seconds": round(time.perf_counter() - began, 1)}
        results = with_key_columns(analysis.results(cases), cases.indicators)
        older = run_folder.older_files(folder)
        about = spent | describe_run(cases.experiment, folder) | {"older_files": older}
        published = publish(results, folder, about)
        for name, why in published.failed_figures.items():
            callbacks.note(f"figure {name} could not be plotted: {why}; the tables are complete")
        tables = {name: table.frame for name, table in results.tables.items()}
        seconds = time.perf_counter() - began
        failed = published.failed_figures
        notes = (*cases.experiment.notes, *results.notes, *older_note(older))
        return RunResult(folder, tables, published.figures, cases.experiment, seconds, notes, failed)

    return run_then(analysis.plan(), folder, execution, callbacks, finish)


def with_key_columns(results: AnalysisResult, indicators: Mapping[str, Mapping[str, str]]) -> AnalysisResult:
    """The results with the columns that all tables share in front."""
    tables = {name: replace(table, frame=with_keys(table.frame, indicators)) for name, table in results.tables.items()}
    return replace(results, tables=tables)


def run_then(
    experiment: Experiment,
    folder: Path,
    execution: Execution,
    callbacks: ProgressCallbacks,
    finish: Callable[[StoredCases], T],
) -> T:
    """Run the cases of an experiment that `folder` lacks, and pass all of them to `finish` before the folder is
    unlocked. Raises what `run_analysis` does."""
    planned = plan_of(experiment)
    check_size(experiment, replicates(planned), folder, execution.jobs, here=execution.dask is None)
    found = estimate(experiment, planned, folder, execution.jobs)
    if not callbacks.estimated(found):
        raise NotRun
    check_time(found.seconds)
    prepare_folder(folder)
    try:
        with locked(folder, callbacks.note):
            to_do = begin_run(experiment, planned, folder, callbacks)
            failed = execute(experiment, to_do, folder, execution, callbacks)
            if failed:
                raise RunError(failure_message(failed, len(to_do), folder / run_folder.FAILURES))
            return finish(StoredCases(experiment, folder))
    except OSError as error:
        raise RunError(
            f"{error.filename or folder}: {error.strerror or error}; cases that are done are kept"
        ) from error


def plan_of(experiment: Experiment) -> list[Planned]:
    """Every case of an experiment with its identity. Raises InputError where levers are together out of their range."""
    file = experiment.file
    together = combined_problems(experiment.policies.values(), experiment.points, file.start, file.end)
    if problems := dict.fromkeys(together):
        raise InputError(problems)
    inputs = provenance.inputs_of(experiment)
    identities: dict[tuple[str, int], str] = {}
    for case in experiment.cases():
        key = (case.world, case.point.number)
        if key not in identities:
            identities[key] = provenance.definition_of(experiment, case, inputs).identity
    return [Planned(case, identities[case.world, case.point.number]) for case in experiment.cases()]


def missing_cases(planned: list[Planned], rows: pd.DataFrame) -> list[Planned]:
    """The cases, or the seeds of them, that are not in the store; equal worlds share a case."""
    stored = set(zip(rows.identity, rows.seed, strict=True))
    found = []
    for each in planned:
        seeds = tuple(seed for seed in each.case.seeds if (each.identity, seed) not in stored)
        stored.update((each.identity, seed) for seed in seeds)
        if seeds:
            found.append(replace(each, case=replace(each.case, seeds=seeds)))
    return found


def estimate(experiment: Experiment, planned: list[Planned], folder: Path, jobs: int) -> RunEstimate:
    """What a run into a folder would do; nothing is written. Its time is estimated from earlier cases or a timing."""
    rows = index.scan_cases(folder).rows
    to_do = missing_cases(planned, rows)
    if not to_do:
        return RunEstimate(experiment, replicates(planned), len(planned), [], replicates(planned), 0.0)
    own = rows[rows.identity.isin({each.identity for each in planned})]
    cases = {k: each.case for k, each in enumerate(to_do)}
    bundles = group_cases(cases, sharing_of(experiment), experiment.max_replicates_per_simulation, jobs)
    first = [cases[k] for k in bundles[0].keys[: bundles[0].columns]]
    whole_runs = [bundle.days / days_of(experiment) for bundle in bundles]  # days that are shared count once
    in_turn = max(sum(whole_runs) / jobs, *whole_runs)  # the last bundle runs alone
    one = own.drop_duplicates("file").seconds.sum() / len(own) if len(own) else timing(experiment, first, in_turn)
    every = replicates(planned)
    return RunEstimate(experiment, every, len(planned), to_do, every - replicates(to_do), one * in_turn)


def replicates(planned: list[Planned]) -> int:
    """How many replicates cases have together."""
    return sum(len(each.case.seeds) for each in planned)


def sharing_of(experiment: Experiment) -> Sharing:
    """What the cases of an experiment need to share their past."""
    file = experiment.file
    return Sharing(
        experiment.first_day,
        file.end,
        lambda case: case.point.policy(experiment.policies[case.world], file.start),
        lambda case: (*sorted(experiment.files_of(case.world).items()), experiment.conditions_of(case.world).rows),
        experiment.expected_agents,
    )


def begin_run(
    experiment: Experiment, planned: list[Planned], folder: Path, callbacks: ProgressCallbacks
) -> list[Planned]:
    """Remove what a killed run left behind, write the plan, and find the cases to run."""
    clear_unfinished(folder)
    clear_scratch(folder)
    (folder / index.CASES).mkdir(exist_ok=True)
    write_plan(folder / run_folder.PLAN, written_plan(experiment, planned, folder))
    scan = index.scan_cases(folder)
    index.add(folder, scan.fresh)
    for name, why in scan.damaged.items():
        callbacks.note(f"{name}: damaged, and run again if it belongs to this run: {why}")
        (folder / index.CASES / name).unlink()
    return missing_cases(planned, scan.rows)


def write_plan(path: Path, plan: Mapping[str, Any]) -> None:
    """Write a plan, unless it is there: files of the folder that are older than its plan are of an earlier one."""
    text = json.dumps(plan, indent=1) + "\n"
    if not path.is_file() or path.read_bytes() != text.encode():
        whole_files.write_text(path, text)


def written_plan(experiment: Experiment, planned: list[Planned], folder: Path) -> dict[str, Any]:
    """The plan as `results.store.run_folder.Plan` reads it."""
    identities: dict[str, dict[int, str]] = {world: {} for world in experiment.file.worlds}
    for each in planned:
        identities[each.case.world][each.case.point.number] = each.identity
    return asdict(
        run_folder.Plan(
            title=experiment.file.title,
            baseline=experiment.file.baseline,
            worlds={name: world.title for name, world in experiment.file.worlds.items()},
            seeds=list(experiment.seeds),
            points=[point.factors for point in experiment.points if point.number],
            identities={world: list(by_point.values()) for world, by_point in identities.items()},
            configuration=provenance.configuration(experiment),
            point_seeds=list(experiment.point_seeds),
            from_posterior=experiment.from_posterior,
            draws=[point.draw for point in experiment.points if point.draw],
            strength_sets=[point.strength_set for point in experiment.points if point.draw],
            source=destinations.seen_from(folder, experiment.path),
        )
    )


def execute(
    experiment: Experiment, to_do: list[Planned], folder: Path, execution: Execution, callbacks: ProgressCallbacks
) -> list[Failure]:
    """Run cases; each writes its own file, and failures are written beside them."""
    failed = []
    with scratch_of(folder) as scratch, indexing(folder) as described:
        for outcome in execution.run(work_of(experiment, to_do, folder, scratch), callbacks.share_done):
            record = failure_file(folder, outcome)
            if outcome.failure:
                failed.append(outcome.failure)
                record.parent.mkdir(exist_ok=True)
                whole_files.write_text(record, json.dumps(asdict(outcome.failure), indent=1) + "\n")
            else:
                record.unlink(missing_ok=True)
                described(outcome.described)
            callbacks.case_done(outcome)
    return failed


def work_of(experiment: Experiment, to_do: list[Planned], folder: Path, scratch: Path) -> Work:
    """Cases by their files; a case is made ready for its process, perhaps on another machine, only when its turn
    comes."""
    inputs, where = provenance.inputs_of(experiment), (folder / index.CASES).resolve()

    def task(path: Path, case: Case) -> Task:
        definition = provenance.definition_of(experiment, case, inputs)
        return Task(case, definition, path, provenance.attributes_of(experiment, case, definition))

    cases = {where / case_file.case_name(each.case.world, each.case.seeds, each.identity): each.case for each in to_do}
    together = experiment.max_replicates_per_simulation
    return Work(cases, task, sharing_of(experiment), together, scratch.resolve())


def failure_file(folder: Path, outcome: Outcome) -> Path:
    """The file with the failure of a case, kept until the case succeeds."""
    return folder / run_folder.FAILURES / outcome.path.with_suffix(".json").name


@contextlib.contextmanager
def indexing(folder: Path) -> Iterator[Callable[[dict[str, Any]], None]]:
    """A function that takes the rows of cases for the index, written in parts so that memory stays flat."""
    waiting: list[dict[str, Any]] = []

    def take(described: dict[str, Any]) -> None:
        waiting.append(described)
        if len(waiting) >= CASES_A_PART:
            index.add(folder, waiting)
            waiting.clear()

    try:
        yield take
    finally:
        index.add(folder, waiting)


def input_hashes(experiment: Experiment) -> dict[str, Any]:
    """The hashes of the data files of the baseline and, where others have files of their own, of every world."""
    inputs = provenance.inputs_of(experiment)
    by_world = {world: provenance.hashes(texts)["data_sha256"] for world, texts in inputs.items()}
    all_worlds = {"worlds_inputs_sha256": by_world} if experiment.world_files else {}
    baseline = experiment.file.baseline
    record = provenance.shipped_record(experiment, baseline)
    return {"inputs_sha256": by_world[baseline], **all_worlds, "sea_record": record}


def describe_run(experiment: Experiment, folder: Path) -> dict[str, Any]:
    """The record of a run: configuration, seeds, versions and hashes, machine, and its case files."""
    done = run_folder.inspect_run(folder, verify_hashes=False).done
    return {
        "title": experiment.file.title,
        "experiment_file": experiment.path.name,
        "notes": list(experiment.notes),
        "plan_sha256": run_folder.plan_sha256(folder),
        "configuration": provenance.configuration(experiment),
        **provenance.provenance(),
        **input_hashes(experiment),
        "sea_nights": {world: experiment.nights_of(world) for world in experiment.file.worlds},
        "cases": [
            {
                "file": f"{index.CASES}/{name}",
                "world": rows.world.iloc[0],
                "point": int(rows.point.iloc[0]),
                "seeds": sorted(set(rows.seed.tolist())),
                "seconds": round(float(rows.seconds.iloc[0]), 1),
                "sha256": rows.file_sha256.iloc[0],
            }
            for name, rows in done.groupby("file", sort=False)
        ],
    }
